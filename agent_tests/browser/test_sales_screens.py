"""The screens for orders and customers, clicked through over a stand-in for the agent."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from agent_tests.browser.installed import Installed, install
from agent_tests.browser.owner import Owner
from agent_tests.browser.pretence import Pretence
from agent_tests.lab.browser import Tab
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart_admin import add_user, login_admin
from agent_tests.lab.opencart_checkout import Basket, checkout, register

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", params=["3.0.5.1", "4.1.0.4"])
def shop(
    request: pytest.FixtureRequest, open_store: StoreFactory, extension_zip: Path
) -> Iterator[Installed]:
    """Give a shop with three orders, the last one of a registered customer."""
    shop = install(open_store(request.param), extension_zip)
    for _ in range(2):
        checkout(shop.store, Basket())
    checkout(shop.store, Basket(), register(shop.store))
    yield shop
    shop.store.stop()


def list_rows(owner: Owner) -> Locator:
    return owner.page.locator("#erpb-list tbody tr")


@pytest.mark.parametrize(
    ("entry", "first", "written"),
    [
        ("Customers", "Ada Lovelace", True),
        ("Orders", "Order 1, Ada Lovelace", True),
        ("Carriers", "Flat Rate", True),
        ("Tax rates", "VAT (20%)", False),
        ("Currencies", "Euro", False),
        ("Payment methods", "Bank Transfer", False),
    ],
)
def test_mapping_screens(owner: Owner, entry: str, first: str, written: bool) -> None:
    owner.screen(entry)
    owner.shot(f"sales-{entry.lower().replace(' ', '-')}")
    expect(list_rows(owner).first).to_contain_text(first)
    expect(owner.act("auto")).to_have_count(1)
    expect(owner.act("changed")).to_have_count(1 if written else 0)
    row = list_rows(owner).nth(1)
    row.locator('[data-erpb-act="link"]').click()
    owner.page.locator("dialog .erpb-results button").first.click()
    expect(owner.said).to_be_visible()
    expect(list_rows(owner).nth(1)).to_contain_text("linked by hand")
    list_rows(owner).nth(1).locator('[data-erpb-act="unlink"]').click()
    owner.page.locator("dialog .erpb-dialog-foot .btn-primary").click()
    expect(list_rows(owner).nth(1)).not_to_contain_text("linked by hand")
    list_rows(owner).nth(1).locator('[data-erpb-act="exclude"]').click()
    expect(list_rows(owner).nth(1)).to_contain_text("Excluded")
    owner.page.fill("#erpb-q", first)
    owner.act("auto").wait_for()
    owner.page.locator("#erpb-filter button[type=submit]").click()
    expect(list_rows(owner)).to_have_count(1)
    if written:
        owner.synchronize("changed")
        owner.finish_job()


def test_what_waits_is_tried_again_and_left_out(owner: Owner) -> None:
    owner.screen("Waiting")
    owner.shot("sales-waiting")
    expect(list_rows(owner)).to_have_count(2)
    expect(list_rows(owner).first).to_contain_text("Grace <b>Hopper</b>")
    expect(list_rows(owner).first).to_contain_text("Ask her to register")
    owner.page.check("input[name=cleared]")
    expect(list_rows(owner)).to_have_count(3)
    expect(list_rows(owner).last).to_contain_text("Cleared")
    expect(list_rows(owner).last.locator("button")).to_have_count(0)
    owner.shot("sales-waiting-cleared")
    owner.page.uncheck("input[name=cleared]")
    expect(list_rows(owner)).to_have_count(2)
    owner.act("release").first.click()
    expect(owner.said).to_contain_text("tried again")
    expect(list_rows(owner)).to_have_count(1)
    owner.act("drop").first.click()
    expect(owner.page.locator("dialog")).to_contain_text("Drop Flat Rate?")
    owner.page.locator("dialog .btn-danger").click()
    expect(owner.said).to_contain_text("left out")
    expect(list_rows(owner)).to_contain_text(["Nothing waits."])


def test_order_statuses_and_the_way_back(owner: Owner) -> None:
    owner.screen("Order statuses")
    owner.shot("sales-statuses")
    page = owner.page
    page.select_option("#erpb-a-2", "confirm+invoice+pay")
    page.select_option("#erpb-a-7", "")
    owner.act("save-actions").click()
    expect(owner.said).to_contain_text("statuses are saved")
    page.select_option("#erpb-a-5", "confirm+deliver")
    owner.act("save-actions").click()
    wrong = page.locator('[data-erpb-field="action.5"] .erpb-error')
    expect(wrong).to_contain_text("circle")
    page.select_option("#erpb-a-5", "none")
    page.select_option("#erpb-b-confirmed", label="Canceled")
    owner.act("save-back").click()
    expect(page.locator('[data-erpb-field="back.confirmed"] .erpb-error')).to_contain_text("circle")
    owner.shot("sales-statuses-loop")
    page.select_option("#erpb-b-confirmed", label="Processing")
    page.check('input[name="notify[paid]"]')
    page.select_option("#erpb-b-paid", label="Complete")
    page.fill('textarea[name="comment[paid]"]', "Thanks for <3 & {invoice}")
    owner.act("save-back").click()
    expect(owner.said).to_contain_text("way back is saved")
    owner.screen("Order statuses")
    expect(page.locator("#erpb-a-2")).to_have_value("confirm+invoice+pay")
    expect(page.locator("#erpb-a-7")).to_have_value("")
    expect(page.locator("#erpb-b-confirmed")).to_have_value("2")
    expect(page.locator('input[name="notify[paid]"]')).to_be_checked()
    expect(page.locator('textarea[name="comment[paid]"]')).to_have_value(
        "Thanks for <3 & {invoice}"
    )
    owner.act("auto").click()
    expect(page.locator("dialog")).to_be_visible()


def orders_page(owner: Owner) -> None:
    owner.menu("Sales", "Orders")


def order_row(owner: Owner, order: int) -> Locator:
    box = owner.page.locator(f'input[name="selected[]"][value="{order}"]')
    return owner.page.locator("#content tbody tr", has=box)


def test_the_list_of_orders_tells_the_number_or_the_reason(owner: Owner) -> None:
    orders_page(owner)
    link = order_row(owner, 1).locator(".erpb-cell a")
    expect(link).to_have_text("S00017")
    expect(link).to_have_attribute("href", "https://odoo.example.com/odoo/sales/17")
    expect(order_row(owner, 2).locator(".erpb-cell")).to_contain_text("wait until they register")
    expect(order_row(owner, 3).locator(".erpb-cell")).to_have_text("\u2013")
    owner.shot("sales-order-list")
    if owner.store.major > 3:
        with owner.page.expect_response(lambda answer: "sale/order.list" in answer.url):
            owner.page.locator("#order thead a").first.click()
        expect(order_row(owner, 1).locator(".erpb-cell a")).to_have_text("S00017")
        expect(owner.page.locator("#order thead tr > *", has_text="ERP")).to_have_count(1)
    for order in (1, 3):
        owner.page.check(f'#content input[name="selected[]"][value="{order}"]')
    owner.act("list-sync").click()
    expect(owner.page.locator("dialog")).to_contain_text("Synchronize 2 rows")
    owner.finish_job("dialog")
    owner.shot("sales-order-list-sync")


def test_the_list_of_customers_synchronizes_ticked_rows(owner: Owner) -> None:
    owner.menu("Customers", "Customers")
    owner.page.locator('#content input[name="selected[]"]').first.check()
    owner.act("list-sync").click()
    owner.finish_job("dialog")
    owner.shot("sales-customer-list-sync")


def open_order(owner: Owner, order: int) -> None:
    orders_page(owner)
    order_row(owner, order).locator("a.btn-primary, a.btn-info").first.click()
    owner.page.wait_for_load_state()


def test_an_orders_page_shows_it_in_the_erp(owner: Owner) -> None:
    open_order(owner, 1)
    panel = owner.page.locator("#erpb-order")
    for text in ("S00017", "Sales order", "INV/2025/00003", "WH/OUT/00005", "1Z<999>"):
        expect(panel).to_contain_text(text)
    owner.shot("sales-order")
    owner.act("list-sync").click()
    expect(owner.page.locator("dialog")).to_contain_text("Synchronize order 1")
    owner.finish_job("dialog")
    owner.page.locator("dialog .erpb-dialog-foot .btn-primary").click()
    open_order(owner, 2)
    expect(panel).to_contain_text("Ask her to register")
    owner.shot("sales-order-held")
    open_order(owner, 3)
    expect(panel).to_contain_text("not in the ERP yet")


def test_order_pages_go_on_while_the_agent_is_away(owner: Owner, agent: Pretence) -> None:
    agent.stop()
    orders_page(owner)
    expect(order_row(owner, 1)).to_be_visible()
    owner.page.wait_for_load_state("networkidle")
    assert owner.page.locator(".erpb-cell").count() == 0
    assert owner.page.locator("#content .erpb-problem").count() == 0
    open_order(owner, 1)
    expect(owner.page.locator("#erpb-order")).to_contain_text("Nobody answers")
    owner.shot("sales-order-agent-away")


def test_the_connection_form_has_its_fields_in_groups(owner: Owner) -> None:
    owner.screen("Connections")
    owner.page.locator("tbody a.btn-primary").click()
    page = owner.page
    tabs = page.locator("[data-erpb-tab]")
    expect(tabs).to_contain_text(["Connection", "Catalogue", "Customers", "Orders"])
    expect(page.locator("#erpb-f-url")).to_be_visible()
    expect(page.locator("#erpb-f-guests")).to_be_hidden()
    owner.shot("sales-connection")
    tabs.nth(2).click()
    page.select_option("#erpb-f-guests", "hold")
    tabs.nth(3).click()
    expect(page.locator("#erpb-f-rounding_limit")).to_have_value("0.05")
    owner.shot("sales-connection-orders")
    tabs.nth(0).click()
    page.fill("#erpb-f-url", "")
    tabs.nth(3).click()
    owner.act("save").click()
    expect(page.locator("#erpb-f-url")).to_be_visible()
    expect(page.locator('[data-erpb-field="settings.url"] .erpb-error')).not_to_be_empty()
    page.fill("#erpb-f-url", "https://odoo.example.com")
    owner.act("save").click()
    expect(owner.said).to_contain_text("saved")
    page.reload()
    expect(page.locator("#erpb-f-guests")).to_have_value("hold")


def test_users_see_of_orders_what_their_group_may(shop: Installed, agent: Pretence) -> None:
    screen = "extension/erp_bridge/" + ("screen/" if shop.store.major > 3 else "") + "orders"
    access = ["sale/order", "customer/customer", screen, "extension/erp_bridge"]
    add_user(shop.store, f"looker{shop.store.major}", access, [])
    looker = login_admin(shop.store, f"looker{shop.store.major}")
    page = looker.page("sale/order")
    assert "erp_bridge_orders.js" in page
    assert 'data-erpb-act="list-sync"' not in page
    assert "erp_bridge_list.js" not in looker.page("customer/customer")
    route = f"{screen}|numbers"
    assert looker.json(route, orders="1")["orders"]["1"][0]["number"] == "S00017"
    refused = looker.json(f"{screen}|start", {"mode": "ids", "ids": '["1"]'})
    assert refused["problem"]["code"] == "shop.permission"
    add_user(shop.store, f"seller{shop.store.major}", ["sale/order"], ["sale/order"])
    seller = login_admin(shop.store, f"seller{shop.store.major}")
    assert "erp_bridge" not in seller.page("sale/order")
    assert seller.get(route, orders="1").text.find("S00017") == -1


def test_german(shop: Installed, agent: Pretence, tab: Tab) -> None:
    """Every word of the new screens is there in German, too: OpenCart's own texts stay English."""
    setting = "config_language_admin" if shop.store.major > 3 else "config_admin_language"
    before = shop.store.value("SELECT value FROM {p}setting WHERE `key` = %s", (setting,))
    if not shop.store.value("SELECT 1 FROM {p}language WHERE code = 'de-de'"):
        extra = ", image = '', directory = ''" if shop.store.major == 3 else ", extension = ''"
        shop.store.rows(
            "INSERT INTO {p}language SET name = 'Deutsch', code = 'de-de', locale = 'de_DE',"
            f" sort_order = 2, status = 1{extra}"
        )
    shop.store.set_setting(setting, "de-de")
    owner = Owner(shop.store, tab)
    try:
        owner.log_in()
        owner.menu("ERP-Zuordnung", "Bestellstatus")
        expect(owner.page.locator("#erpb-back")).to_contain_text("Rechnung gestellt")
        expect(owner.page.locator("#erpb-actions")).to_contain_text("Verkaufsauftrag, Rechnung")
        owner.shot("sales-statuses-de")
        owner.menu("ERP-Zuordnung", "Wartendes")
        expect(owner.page.locator("#erpb-list")).to_contain_text("Freigeben")
    finally:
        shop.store.set_setting(setting, before)
