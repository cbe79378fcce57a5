"""Fixtures for tests on real OpenCart shops and in a real browser."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from agent_tests.lab.mariadb import MariaDb
from agent_tests.lab.opencart import Store, StoreAbsent, install_store

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from agent_tests.lab.browser import Tab

ROOT = Path(__file__).resolve().parents[2]

StoreFactory = Callable[..., Store]


@pytest.fixture(scope="module")
def open_store(mariadb: MariaDb) -> Iterator[StoreFactory]:
    """Give ``open_store(version, **options)``; the shops are stopped after the module."""
    stores: list[Store] = []

    def start(version: str, **options: object) -> Store:
        try:
            store = install_store(version, mariadb, **options)  # type: ignore[arg-type]
        except StoreAbsent as absent:
            pytest.skip(str(absent))
        stores.append(store)
        return store

    yield start
    for store in stores:
        store.stop()


@pytest.fixture(scope="session")
def extension_zip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the extension's package, built from the checkout."""
    folder = tmp_path_factory.mktemp("package")
    script = ROOT / "opencart_extension" / "build.py"
    subprocess.run([sys.executable, str(script), "--output", str(folder)], check=True, cwd=ROOT)
    return folder / "erp_bridge.ocmod.zip"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give a headless Chromium."""
    lab = pytest.importorskip("agent_tests.lab.browser", reason="playwright is not installed")
    if lab.chromium() is None:
        pytest.skip("no Chromium is installed (apt install chromium)")
    with lab.launch() as running:
        yield running


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """Give a tab in a session of its own."""
    lab = pytest.importorskip("agent_tests.lab.browser", reason="playwright is not installed")
    with lab.open_tab(browser) as opened:
        yield opened
