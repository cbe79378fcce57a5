"""The steps that the docs name for an upgrade on OpenCart 4, in the stock Extension Installer."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent_tests.browser.installed import Installed, install
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart_admin import AdminError

pytestmark = pytest.mark.browser
MARK = "system/library/erp_bridge/newer.php"


@pytest.fixture(params=["4.0.2.3", "4.1.0.4"])
def shop(
    request: pytest.FixtureRequest, open_store: StoreFactory, extension_zip: Path
) -> Iterator[Installed]:
    """Give a shop that has the extension."""
    store = open_store(request.param)
    yield install(store, extension_zip)
    store.stop()


@pytest.fixture
def newer(extension_zip: Path, tmp_path: Path) -> Path:
    """Give a package that has one file more."""
    target = tmp_path / extension_zip.name
    target.write_bytes(extension_zip.read_bytes())
    with zipfile.ZipFile(target, "a") as package:
        package.writestr(MARK, "<?php\n")
    return target


def put(shop: Installed, package: Path) -> None:
    """Copy the package as install.sh does."""
    command = [sys.executable, "-m", "agent.setup", "copy-extension"]
    subprocess.run([*command, str(shop.store.tree), str(package)], check=True, timeout=60)


def has_newer(shop: Installed) -> bool:
    return (shop.store.tree / "extension/erp_bridge" / MARK).is_file()


def test_old_out_then_install_sh_then_install(shop: Installed, newer: Path) -> None:
    shop.admin.uninstall_module()
    shop.admin.remove_extension()
    put(shop, newer)
    assert "ERP Bridge" in shop.admin.page("marketplace/installer")
    shop.admin.install_uploaded()
    shop.admin.install_module()
    assert has_newer(shop)
    assert shop.store.error_log() == []


def test_after_install_sh_uninstall_and_install(shop: Installed, newer: Path) -> None:
    put(shop, newer)
    with pytest.raises(AdminError):
        shop.admin.install_uploaded()
    shop.admin.uninstall_module()
    shop.admin.uninstall_uploaded()
    shop.admin.install_uploaded()
    shop.admin.install_module()
    assert has_newer(shop)
    assert shop.store.error_log() == []


def test_deleting_after_install_sh_is_mended_by_another_run(shop: Installed, newer: Path) -> None:
    put(shop, newer)
    shop.admin.uninstall_module()
    shop.admin.remove_extension()
    assert "ERP Bridge" not in shop.admin.page("marketplace/installer")
    put(shop, newer)
    assert "ERP Bridge" in shop.admin.page("marketplace/installer")
    shop.admin.install_uploaded()
    assert has_newer(shop)
