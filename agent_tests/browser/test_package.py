"""The package in real shops: the stock installer takes it, and what it promises holds there."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from agent.security.pairing import PairingKey
from agent.security.signing import sign_request, verify_response
from agent_tests.browser.installed import PAIRING_KEY, VERSIONS, Installed, install, pair
from agent_tests.browser.screens import MENU, column_left, denied, header_buttons, menu_routes
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart_admin import CODE, add_user, assert_quiet, login_admin
from agent_tests.lab.opencart_shopper import PLAIN_PRODUCT, Shopper

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=VERSIONS)
def shop(
    request: pytest.FixtureRequest, open_store: StoreFactory, extension_zip: Path
) -> Iterator[Installed]:
    """Give a shop of each version with the extension installed by the stock installer."""
    store = open_store(request.param)
    yield install(store, extension_zip)
    store.stop()


@pytest.fixture(autouse=True)
def nothing_logged(shop: Installed) -> Iterator[None]:
    """Fail every test after which OpenCart's error log or PHP's holds a new line."""
    shop.store.forget_errors()
    yield
    assert shop.store.error_log() == []


def routes(shop: Installed) -> dict[str, str]:
    return menu_routes(column_left(shop.admin.page("common/dashboard")))


def test_the_menu_comes_with_the_module_and_not_before(shop: Installed) -> None:
    assert MENU not in shop.menu_before
    page = column_left(shop.admin.page("common/dashboard"))
    assert page.count(MENU) == 1
    names = set(menu_routes(page).values())
    assert {"Connections", "Categories", "Products", "Manufacturers"} <= names, names


def test_every_screen_opens_without_a_notice(shop: Installed) -> None:
    screens = routes(shop)
    assert len(screens) >= 6
    for route, name in screens.items():
        page = shop.admin.page(route)
        assert "page-header" in page, route
        assert "text_" not in re.sub(r"<script.*?</script>", "", page, flags=re.DOTALL), route
        assert name, route


def test_a_screen_says_what_to_do_while_there_is_no_agent(shop: Installed) -> None:
    products = next(r for r, name in routes(shop).items() if name == "Products")
    assert "not paired with an agent" in shop.admin.page(products)


def test_the_owner_may_open_and_change_every_screen(shop: Installed) -> None:
    group = shop.store.value("SELECT permission FROM {p}user_group WHERE user_group_id = 1")
    permissions = json.loads(group)
    for route in routes(shop):
        wanted = route
        if shop.store.major == 3 and not route.startswith("extension/module/"):
            wanted = "/".join(route.split("/")[:2])
        assert wanted in permissions["access"], route
        assert wanted in permissions["modify"], route
    assert len(permissions["access"]) == len(set(permissions["access"]))


def test_the_outbox_is_as_agreed(shop: Installed) -> None:
    columns = {
        row["Field"]: row["Type"].lower()
        for row in shop.store.rows("SHOW COLUMNS FROM {p}erp_outbox")
    }
    assert list(columns) == [
        "outbox_id", "kind", "record_id", "action", "store_id", "date_added",
    ]  # fmt: skip
    assert columns["outbox_id"].startswith("bigint")
    engine = shop.store.rows("SHOW TABLE STATUS LIKE 'oc_erp_outbox'")[0]["Engine"]
    assert engine == "InnoDB"


def test_list_pages_of_opencart_have_the_button(shop: Installed) -> None:
    for route in ("catalog/product", "catalog/category"):
        assert "Synchronize" in header_buttons(shop.admin.page(route)), route
    assert "Synchronize" not in header_buttons(shop.admin.page("catalog/review"))


@pytest.mark.parametrize(
    ("kind", "number"),
    [
        ("product", 42),
        ("category", 20),
        ("manufacturer", 5),
        ("option", 1),
        ("attribute", 1),
        ("attribute_group", 3),
    ],
)
def test_saving_in_the_catalogue_leaves_a_hint(shop: Installed, kind: str, number: int) -> None:
    shop.clear_outbox()
    shop.admin.save(kind, number)
    assert (number, "save") in shop.outbox(kind)
    assert {record for record, _ in shop.outbox(kind)} == {number}


def test_a_copied_and_a_deleted_product_leave_hints(shop: Installed) -> None:
    shop.clear_outbox()
    shop.admin.copy("product", PLAIN_PRODUCT)
    copy = int(shop.store.value("SELECT MAX(product_id) FROM {p}product"))
    assert copy > PLAIN_PRODUCT
    assert (copy, "save") in shop.outbox("product")
    shop.admin.delete("product", copy)
    assert shop.outbox("product")[-1] == (copy, "delete")


def test_a_deleted_category_leaves_a_hint(shop: Installed) -> None:
    shop.clear_outbox()
    shop.admin.delete("category", 31)
    assert (31, "delete") in shop.outbox("category")


def test_a_shopper_who_registers_and_orders_leaves_hints(shop: Installed) -> None:
    shop.clear_outbox()
    customer = Shopper(shop.store).register()
    assert (customer, "save") in shop.outbox("customer")
    guest = Shopper(shop.store)
    guest.add_to_cart()
    order = guest.order()
    assert (order, "status") in shop.outbox("order")
    assert {record for record, _ in shop.outbox("order")} == {order}
    age = shop.store.value(
        "SELECT ABS(TIMESTAMPDIFF(SECOND, MAX(date_added), UTC_TIMESTAMP())) FROM {p}erp_outbox"
    )
    assert age < 600


def test_the_shopper_sees_no_error_when_the_outbox_is_gone(shop: Installed) -> None:
    shop.store.rows("RENAME TABLE {p}erp_outbox TO {p}erp_outbox_away")
    try:
        Shopper(shop.store).register()
        guest = Shopper(shop.store)
        guest.add_to_cart()
        guest.order()
        for response in guest.seen:
            assert response.status_code == 200, response.url
            assert "erp_outbox" not in response.text, response.url
        shop.admin.save("product", 42)
    finally:
        shop.store.rows("DROP TABLE IF EXISTS {p}erp_outbox")
        shop.store.rows("RENAME TABLE {p}erp_outbox_away TO {p}erp_outbox")
    noted = shop.store.error_log()
    assert all(not line.split(" - ", 1)[-1].startswith("PHP") for line in noted), noted
    shop.store.forget_errors()


def test_event_handlers_are_no_pages(shop: Installed) -> None:
    shop.clear_outbox()
    rows = shop.store.rows(
        "SELECT DISTINCT `trigger`, `action` FROM {p}event WHERE `code` LIKE %s", (f"{CODE}%",)
    )
    assert rows
    handlers = {(row["trigger"].split("/", 1)[0], row["action"]) for row in rows}
    for side, action in sorted(handlers):
        base = shop.store.url if side == "catalog" else shop.store.admin_url
        for query in ("", "&args[]=1", "&route_=1"):
            response = requests.get(
                f"{base}index.php?route={action}{query}", timeout=30, allow_redirects=False
            )
            assert_quiet(response)
            assert str(shop.store.tree) not in response.text, action
    assert shop.store.value("SELECT COUNT(*) FROM {p}erp_outbox") == 0


def test_no_file_of_the_package_answers_to_a_direct_call(shop: Installed) -> None:
    places = (f"extension/{CODE}/**/*.php", f"**/{CODE}*/**/*.php", f"**/{CODE}*.php")
    files = {path for place in places for path in shop.store.tree.glob(place)}
    files = {path for path in files if shop.store.storage not in path.parents}
    assert len(files) > 10
    for path in sorted(files):
        response = requests.get(f"{shop.store.url}{path.relative_to(shop.store.tree)}", timeout=30)
        assert response.text.strip() == "", path


def test_the_shop_answers_signed_calls_of_its_agent_alone(shop: Installed) -> None:
    pair(shop)
    key = PairingKey.parse(PAIRING_KEY)
    target = "/index.php?route=extension/erp_bridge/api&call=ping"
    address = shop.store.url.rstrip("/") + target
    headers = sign_request(key, "GET", target, b"", now=time.time())
    answer = requests.get(address, headers=headers, timeout=30)
    assert answer.status_code == 200, answer.text
    verify_response(
        key,
        answer.headers,
        status=200,
        nonce=headers["Erp-Nonce"],
        body=answer.content,
        now=time.time(),
    )
    told = answer.json()
    assert told["events"]["whole"] is True, told
    assert told["database"] == shop.store.database
    stranger = sign_request(
        PairingKey.parse("erpb1.abcd2345." + "B" * 43), "GET", target, b"", now=time.time()
    )
    for refused in ({}, headers, stranger):
        answer = requests.get(address, headers=refused, timeout=30)
        assert answer.status_code == 401
        assert shop.store.database not in answer.text


def test_triggers_are_those_of_the_version(shop: Installed) -> None:
    rows = shop.store.rows(
        "SELECT `trigger`, `action`, status FROM {p}event WHERE `code` LIKE %s", (f"{CODE}%",)
    )
    triggers = [row["trigger"] for row in rows]
    assert len(triggers) == len(set(triggers))
    assert all(int(row["status"]) == 1 for row in rows)
    joint = "." if shop.store.is_41 else "/"
    assert f"admin/model/catalog/product{joint}editProduct/after" in triggers
    method = "addOrderHistory" if shop.store.major == 3 else "addHistory"
    assert f"catalog/model/checkout/order{joint}{method}/after" in triggers


def test_a_user_without_the_right_sees_nothing_of_it(shop: Installed) -> None:
    add_user(shop.store, "clerk", ["catalog/product", "catalog/category"], ["catalog/product"])
    clerk = login_admin(shop.store, "clerk")
    assert MENU not in clerk.page("common/dashboard")
    assert "Synchronize" not in header_buttons(clerk.page("catalog/product"))
    for route in routes(shop):
        assert denied(clerk, route), route
    shop.clear_outbox()
    clerk.save("product", 42)
    assert (42, "save") in shop.outbox("product")


def test_rights_can_be_given_in_the_user_group_form(shop: Installed) -> None:
    """Whoever saves the owner's group again, as the form shows it, must not lose the screens."""
    form = "edit" if shop.store.major == 3 else "form"
    page = shop.admin.page(f"user/user_permission|{form}", user_group_id=1)
    offered = set(re.findall(r'name="permission\[access\]\[\]" value="([^"]+)"', page))
    group = json.loads(
        shop.store.value("SELECT permission FROM {p}user_group WHERE user_group_id = 1")
    )
    ours = {route for route in group["access"] if CODE in route}
    assert ours
    assert ours <= offered
    assert not [route for route in offered if CODE in route and "upload/" in route]
