"""Upgrades, removal, and shops whose owner renamed the admin and moved the storage."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from agent_tests.browser.installed import PAIRING_KEY, VERSIONS, Installed, install, pair
from agent_tests.browser.screens import MENU, column_left, header_buttons, menu_routes
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart_admin import CODE, login_admin
from agent_tests.lab.opencart_shopper import Shopper
from agent_tests.lab.shop_api import call_shop

pytestmark = pytest.mark.browser

NAME = "ERP Bridge"
NEWER = "1.9.0"
LATER = ("/orders", "/waiting", "/stock", "/prices", "/conflicts")
"""Screens that later versions added."""
WITHHELD = "/connections"
"""A screen that the owner's group may not use."""


def newer(package: Path, folder: Path) -> Path:
    """Write a package of a later version: the same files with another number in them."""
    target = folder / package.name
    with zipfile.ZipFile(package) as old, zipfile.ZipFile(target, "w") as new:
        number = json.loads(old.read("install.json"))["version"]
        for name in old.namelist():
            data = old.read(name)
            if name == "install.json" or name.endswith("Version.php"):
                assert number.encode() in data, name
                data = data.replace(number.encode(), NEWER.encode())
            new.writestr(name, data)
    return target


def settings(shop: Installed) -> list[tuple[str, str, str]]:
    """Return what the extension keeps in OpenCart's settings."""
    rows = shop.store.rows(
        "SELECT `code`, `key`, `value` FROM {p}setting WHERE `code` LIKE %s ORDER BY `key`",
        (f"%{CODE}%",),
    )
    return [(row["code"], row["key"], row["value"]) for row in rows]


def events(shop: Installed) -> list[str]:
    rows = shop.store.rows(
        "SELECT `trigger` FROM {p}event WHERE `code` LIKE %s ORDER BY 1", (f"{CODE}%",)
    )
    return [row["trigger"] for row in rows]


def installed_version(shop: Installed) -> set[str]:
    """Return the version numbers found in the extension's files that OpenCart runs."""
    found = set()
    for path in shop.store.tree.glob("**/Version.php"):
        if CODE in str(path) and "upload" not in path.parts:
            found.add(NEWER if NEWER in path.read_text() else "older")
    return found


def screens_open(shop: Installed) -> int:
    page = column_left(shop.admin.page("common/dashboard"))
    routes = menu_routes(page)
    for route in routes:
        assert "page-header" in shop.admin.page(route), route
    return len(routes)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_newer_package_keeps_settings_and_waiting_work(
    version: str, open_store: StoreFactory, extension_zip: Path, tmp_path: Path
) -> None:
    shop = install(open_store(version), extension_zip)
    pair(shop)
    shop.admin.save("product", 42)
    kept, wired, waiting = settings(shop), events(shop), shop.outbox("product")
    assert PAIRING_KEY in str(kept)
    assert waiting == [(42, "save")]
    shop.admin.upgrade_extension(newer(extension_zip, tmp_path))
    assert installed_version(shop) == {NEWER}
    assert settings(shop) == kept
    assert events(shop) == wired
    assert shop.outbox("product") == waiting
    assert screens_open(shop) >= 6
    shop.admin.save("product", 43)
    assert shop.outbox("product") == [*waiting, (43, "save")]
    assert shop.store.error_log() == []
    shop.store.stop()


def test_opencart_3_sets_up_what_a_newer_package_needs(
    open_store: StoreFactory, extension_zip: Path
) -> None:
    """OpenCart 3 unpacks an upgrade and calls nothing: the owner's next visit sets it up.

    Rights that the owner withheld stay withheld.
    """
    shop = install(open_store("3.0.5.1"), extension_zip)
    store = shop.store
    wired, screens = events(shop), screens_open(shop)
    permissions = "SELECT permission FROM {p}user_group WHERE user_group_id = 1"
    group = json.loads(store.value(permissions))
    for right in ("access", "modify"):
        group[right] = [r for r in group[right] if not r.endswith((*LATER, WITHHELD))]
    store.rows("UPDATE {p}user_group SET permission = %s", (json.dumps(group),))
    store.rows("DELETE FROM {p}event WHERE `trigger` LIKE %s", ("%sale/order%",))
    store.rows("DROP TABLE {p}erp_history")
    store.rows("DELETE FROM {p}setting WHERE `key` = 'module_erp_bridge_wiring'")
    noted = "{p}setting SET `value` = %s WHERE `key` = 'erp_bridge_routes'"
    had = [f"extension/{CODE}{WITHHELD}", *group["access"]]
    store.rows(f"UPDATE {noted}", (",".join(had),))
    assert events(shop) != wired
    shop.admin.upload_extension(extension_zip)
    shop.admin.page("common/dashboard")
    assert events(shop) == wired
    assert store.rows("SHOW TABLES LIKE 'oc_erp_history'")
    allowed = json.loads(store.value(permissions))
    for screen in LATER:
        assert f"extension/erp_bridge{screen}" in allowed["modify"]
        assert f"extension/erp_bridge{screen}" in allowed["access"]
    assert not [r for right in ("access", "modify") for r in allowed[right] if WITHHELD in r]
    assert screens_open(shop) == screens - 1
    assert store.error_log() == []
    store.stop()


@pytest.mark.parametrize("version", VERSIONS)
def test_taking_it_out_leaves_a_working_shop_and_the_data(
    version: str, open_store: StoreFactory, extension_zip: Path
) -> None:
    shop = install(open_store(version), extension_zip)
    pair(shop)
    shop.admin.save("product", 42)
    kept = settings(shop)
    assert PAIRING_KEY in str(kept)
    shop.admin.uninstall_module()
    assert MENU not in shop.admin.page("common/dashboard")
    assert "Synchronize" not in header_buttons(shop.admin.page("catalog/product"))
    assert events(shop) == []
    assert shop.outbox("product") == [(42, "save")]
    if shop.store.major == 3:
        status, answer = call_shop(shop.store, PAIRING_KEY, "history", {"order_id": 1})
        assert (status, answer["error"]["code"]) == (503, "shop.uninstalled")
    else:
        shop.admin.remove_extension()
        assert not (shop.store.tree / "extension" / CODE).exists()
    shop.admin.save("product", 42)
    guest = Shopper(shop.store)
    guest.add_to_cart()
    assert guest.order()
    assert shop.outbox("product") == [(42, "save")]
    if shop.store.major > 3:
        shop.admin.upload_extension(extension_zip)
    shop.admin.install_module()
    assert settings(shop) == kept
    assert call_shop(shop.store, PAIRING_KEY, "ping")[0] == 200
    assert shop.outbox("product") == [(42, "save")]
    assert screens_open(shop) >= 6
    assert shop.store.error_log() == []
    shop.store.stop()


@pytest.mark.parametrize("version", ["3.0.5.1", "4.0.2.3", "4.1.0.0"])
def test_a_renamed_admin_and_a_moved_storage_make_no_difference(
    version: str, open_store: StoreFactory, extension_zip: Path
) -> None:
    store = open_store(version, admin_name="backoffice", storage_outside=True)
    shop = install(store, extension_zip)
    assert screens_open(shop) >= 6
    assert "Synchronize" in header_buttons(shop.admin.page("catalog/product"))
    shop.admin.save("product", 42)
    assert shop.outbox("product") == [(42, "save")]
    guest = Shopper(store)
    guest.add_to_cart()
    assert (guest.order(), "status") in shop.outbox("order")
    assert not (store.tree / "admin").exists()
    assert not (store.tree / "system" / "storage").exists()
    assert store.error_log() == []
    store.stop()


@pytest.mark.parametrize("version", ["3.0.5.1", "4.0.2.3", "4.1.0.4"])
def test_the_copy_that_the_set_up_makes_is_installed_as_well(
    version: str, open_store: StoreFactory, extension_zip: Path
) -> None:
    store = open_store(version, admin_name="backoffice", storage_outside=True)
    command = [sys.executable, "-m", "agent.setup", "copy-extension"]
    subprocess.run([*command, str(store.tree), str(extension_zip)], check=True, timeout=60)
    admin = login_admin(store)
    if store.major > 3:
        assert NAME in admin.page("marketplace/installer")
        admin.install_uploaded()
    admin.install_module()
    shop = Installed(store, admin, extension_zip)
    assert screens_open(shop) >= 6
    admin.save("product", 42)
    assert shop.outbox("product") == [(42, "save")]
    assert store.error_log() == []
    store.stop()
