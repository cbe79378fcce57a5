"""What doctor says about the shop's side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agent.config import ShopSection
from agent.db import Database
from agent.sandbox.store import build_sample_shop
from agent.services.container import Services
from agent.services.extension_checks import check_extension, check_shop, needed_triggers
from agent_tests.unit.services.support import config_for


@pytest.fixture
def sample(database: Database, tmp_path: Path) -> Iterator[Services]:
    build_sample_shop(database.settings, version="3.0", products=3, orders=0)
    services = Services(config_for(database, tmp_path))
    # what a user without the right to read them sees
    execute(services, "DROP TABLE IF EXISTS oc_extension", "DROP TABLE IF EXISTS oc_event")
    yield services
    services.close()


def execute(services: Services, *statements: str) -> None:
    with services.database.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def codes(services: Services) -> list[str]:
    return [f.code for f in check_extension(services) if f.level != "ok"]


def make_tables(services: Services) -> None:
    execute(
        services,
        "CREATE TABLE oc_extension (extension_id INT AUTO_INCREMENT PRIMARY KEY,"
        " `type` VARCHAR(32), `code` VARCHAR(128))",
        "CREATE TABLE oc_event (event_id INT AUTO_INCREMENT PRIMARY KEY, `code` VARCHAR(64),"
        " `trigger` TEXT, `action` TEXT, `status` TINYINT)",
    )


def test_each_stage_of_installing_is_told_apart(sample: Services) -> None:
    assert codes(sample) == ["extension.unseen"]
    make_tables(sample)
    fresh = Services(sample.config)
    assert codes(fresh) == ["extension.missing"]
    execute(fresh, "INSERT INTO oc_extension (type, code) VALUES ('module', 'erp_bridge')")
    assert codes(fresh) == ["store.no_outbox", "extension.events_missing"]
    execute(fresh, "CREATE TABLE oc_erp_outbox (outbox_id BIGINT PRIMARY KEY)")
    triggers = needed_triggers("3.0")
    rows = ", ".join(f"('erp_bridge', '{trigger}', 'x', 1)" for trigger in triggers)
    execute(fresh, f"INSERT INTO oc_event (code, `trigger`, action, status) VALUES {rows}")
    assert codes(fresh) == []
    execute(fresh, "UPDATE oc_event SET status = 0 ORDER BY event_id LIMIT 1")
    (finding,) = [f for f in check_extension(fresh) if f.level != "ok"]
    assert finding.code == "extension.events_disabled"
    assert "Repair events" in finding.fix
    execute(fresh, "UPDATE oc_event SET code = 'erpXbridge', status = 1")
    assert codes(fresh) == ["extension.events_missing"], "another extension's events do not count"
    fresh.close()


def test_triggers_are_spelt_as_the_version_does() -> None:
    assert "admin/model/catalog/product/editProduct/after" in needed_triggers("3.0")
    assert "admin/model/catalog/product/editProduct/after" in needed_triggers("4.0")
    assert "admin/model/catalog/product.editProduct/after" in needed_triggers("4.1")


def test_the_shop_is_described_and_its_pictures_found(sample: Services, tmp_path: Path) -> None:
    found = list(check_shop(sample))
    # orders need a table that this user may not read, and the catalogue does not
    told = [(f.level, f.code) for f in found]
    assert told == [("ok", ""), ("ok", ""), ("warning", "store.tables_missing")]
    assert "3.0" in found[0].message
    assert "3 products" in found[0].message
    gone = Services(replace(sample.config, shop=ShopSection(image_dir=tmp_path / "gone")))
    assert [f.code for f in check_shop(gone) if f.level == "error"] == ["shop.image_dir"]
    gone.close()
    nowhere = Services(replace(sample.config, shop=ShopSection()))
    execute(nowhere, "UPDATE oc_setting SET value = '' WHERE `key` IN ('config_url', 'config_ssl')")
    execute(nowhere, "UPDATE oc_setting SET value = '' WHERE `key` = 'config_currency'")
    assert [f.code for f in check_shop(nowhere) if f.level == "warning"] == [
        "shop.currency",
        "shop.images",
        "store.tables_missing",
    ]
    nowhere.close()
