"""What doctor says about pictures on their way from an ERP into the shop."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from agent import migrations
from agent.config import ShopSection
from agent.db import Database
from agent.erp.port import Finding
from agent.model.entity import Entity
from agent.sandbox.store import build_sample_shop
from agent.services.container import Services
from agent.services.doctor import examine
from agent.services.findings import ok, run_checks
from agent.services.followed import note_fed
from agent_tests.unit.services.support import PlayedRegistry, config_for, draft

SERVICE = 12345


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that other users can reach, unlike the tests' own."""
    made = Path(tempfile.mkdtemp())
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


@pytest.fixture
def fed(database: Database, folder: Path) -> Iterator[Services]:
    """Give services whose connection feeds the shop's products."""
    build_sample_shop(database.settings, version="3.0", products=1, orders=0)
    migrations.migrate(database)
    data = folder / "data"
    data.mkdir()
    config = replace(config_for(database, data), shop=ShopSection(image_dir=folder / "image"))
    services = Services(config, kinds=PlayedRegistry().kinds())
    services.vault.ensure()
    (folder / "image/catalog").mkdir(parents=True)
    info = services.connections.add(draft())
    assert pictures(services) == [], "an ERP that only receives needs no right"
    note_fed(services, info.id, Entity.PRODUCTS)
    yield services
    services.close()


def pictures(services: Services) -> list[Finding]:
    return [f for f in examine(services, with_connections=False) if f.check == "pictures"]


@contextmanager
def as_service() -> Iterator[None]:
    """Act as the service's user where the tests run as root, whom no mode keeps out."""
    before = os.geteuid()
    if before == 0:
        os.setresuid(SERVICE, SERVICE, 0)
    try:
        yield
    finally:
        if before == 0:
            os.setresuid(0, 0, 0)


def test_an_image_folder_that_may_not_be_entered_is_told(fed: Services, folder: Path) -> None:
    well = {f.check for f in examine(fed)}
    (folder / "image").chmod(0)
    try:
        with as_service():
            found = examine(fed)
    finally:
        (folder / "image").chmod(0o755)
    assert {f.check for f in found} == well, "one check that fails ends no other"
    codes = {f.check: f.code for f in found}
    assert (codes["images"], codes["pictures"]) == ("shop.image_dir", "store.picture_write")


def test_a_folder_above_that_may_not_be_entered_is_told(fed: Services, folder: Path) -> None:
    folder.chmod(0)
    try:
        with as_service():
            codes = {f.check: f.code for f in examine(fed)}
    finally:
        folder.chmod(0o755)
    assert (codes["images"], codes["pictures"]) == ("shop.image_dir", "store.picture_write")


def test_what_the_system_refuses_a_check_becomes_its_finding(folder: Path) -> None:
    def refused() -> list[Finding]:
        raise PermissionError(13, "Permission denied", str(folder))

    first, second = run_checks([("one", refused), ("other", lambda: [ok("other", "Well")])])
    assert (first.level, first.check, first.code) == ("error", "one", "system.refused")
    assert f"{folder}: Permission denied" in first.message
    assert second.level == "ok"


def test_a_folder_that_can_be_made_is_well(fed: Services, folder: Path) -> None:
    (finding,) = pictures(fed)
    assert finding.level == "ok"
    assert str(folder / "image/catalog/erp") in finding.message
    assert not (folder / "image/catalog/erp").exists()


def test_a_folder_that_is_no_folder_is_told(fed: Services, folder: Path) -> None:
    (folder / "image/catalog/erp").write_text("in the way")
    (finding,) = pictures(fed)
    assert (finding.level, finding.code) == ("warning", "store.picture_write")
    assert "install.sh" in finding.fix


def test_an_unknown_folder_is_told(fed: Services) -> None:
    blind = Services(replace(fed.config, shop=ShopSection(url="https://shop.invalid/")))
    (finding,) = pictures(blind)
    assert (finding.level, finding.code) == ("warning", "store.picture_folder")
    blind.close()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can ask for another user")
def test_root_asks_for_the_service(fed: Services, folder: Path) -> None:
    os.chown(folder / "data", SERVICE, SERVICE)
    assert [f.code for f in pictures(fed)] == ["store.picture_write"]
    own = folder / "image/catalog/erp"
    own.mkdir()
    os.chown(own, SERVICE, 0)
    assert [f.level for f in pictures(fed)] == ["ok"]
