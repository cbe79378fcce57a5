"""The screens for what comes from the ERP, clicked through over a stand-in for the agent."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from agent_tests.browser.installed import Installed, install
from agent_tests.browser.owner import Owner
from agent_tests.browser.pretence import Pretence
from agent_tests.lab.fixtures_opencart import StoreFactory

pytestmark = pytest.mark.browser

CINEMA = '[data-erpb-key="42"]'


@pytest.fixture(scope="module", params=["3.0.5.1", "4.1.0.4"])
def shop(
    request: pytest.FixtureRequest, open_store: StoreFactory, extension_zip: Path
) -> Iterator[Installed]:
    """Give a shop with the extension in it."""
    shop = install(open_store(request.param), extension_zip)
    yield shop
    shop.store.stop()


@pytest.mark.parametrize(
    "entry", ["Categories", "Attributes & options", "Products", "Manufacturers"]
)
def test_records_go_both_ways(owner: Owner, entry: str) -> None:
    owner.screen(entry)
    groups = owner.page.locator(".erpb-group")
    expect(groups).to_have_count(2)
    expect(groups.first).to_contain_text("To the ERP")
    expect(groups.last).to_contain_text("From the ERP")
    owner.shot(f"two-ways-{entry.lower().split()[0]}")
    owner.synchronize("from-changed")
    expect(owner.page.locator("section.erpb-job")).to_contain_text("from the ERP")
    owner.finish_job()
    owner.act("from-all").click()
    dialog = owner.page.locator("dialog")
    expect(dialog).to_contain_text("written into the shop")
    with owner.new_job():
        dialog.locator(".btn-primary").click()
    owner.finish_job()
    ticked = owner.act("from-ticked")
    expect(ticked).to_be_disabled()
    owner.page.locator("[data-erpb-tick]").first.check()
    expect(ticked).to_contain_text("(1)")
    with owner.new_job():
        ticked.click()
    expect(owner.page.locator("section.erpb-job")).to_contain_text("from the ERP")
    assert owner.finish_job()["read"] == 1
    expect(ticked).to_be_disabled()


def test_a_preview_from_the_erp_shows_what_the_shop_has(owner: Owner) -> None:
    owner.screen("Products")
    owner.synchronize("from-preview")
    owner.finish_job()
    expect(owner.page.locator("table.erpb-records")).to_contain_text("shop now")


def test_stock_comes_from_the_erp(owner: Owner) -> None:
    owner.screen("Stock")
    owner.shot("two-ways-stock")
    expect(owner.page.locator(".erpb-toolbar button")).to_have_count(3)
    expect(owner.act("link")).to_have_count(0)
    owner.synchronize("from-changed")
    owner.finish_job()
    owner.page.select_option("#erpb-state", "failed")
    expect(owner.page.locator("#erpb-list:not(.erpb-loading) tbody tr")).to_have_count(1)
    assert "state=failed" in owner.page.url


def test_customer_groups_get_price_lists(owner: Owner) -> None:
    owner.screen("Prices")
    page = owner.page
    expect(page.locator("#erpb-g-2")).to_have_value("4")
    owner.shot("two-ways-prices")
    page.select_option("#erpb-g-1", label="Summer sale (USD)")
    save = page.locator("#erpb-lists-form [type=submit]")
    save.click()
    expect(page.locator("#erpb-lists-form .erpb-wrong")).to_contain_text("in USD")
    page.select_option("#erpb-g-1", label="Retail (EUR)")
    page.check('input[name="special[1]"]')
    save.click()
    expect(owner.said).to_contain_text("price lists are saved")
    owner.screen("Prices")
    expect(page.locator("#erpb-g-1")).to_have_value("3")
    expect(page.locator('input[name="special[1]"]')).to_be_checked()


def test_a_person_settles_conflicts(owner: Owner) -> None:
    owner.screen("Dashboard and jobs")
    expect(owner.page.locator("#erpb-conflicts")).to_contain_text("3 records")
    owner.page.locator("#erpb-conflicts a").click()
    page = owner.page
    cards = page.locator(".erpb-conflict")
    expect(cards).to_have_count(3)
    expect(page.locator("#menu")).to_contain_text("Conflicts (3)")
    cinema = page.locator(CINEMA)
    expect(cinema).to_contain_text("<b>bold</b>")
    expect(cinema.locator('[data-erpb-name="description"] mark').first).to_contain_text("1,600")
    owner.shot("two-ways-conflicts")
    whole = cinema.locator("details").first
    whole.locator("summary").click()
    expect(whole).to_contain_text("And so it ends.")
    settle = cinema.locator('[data-erpb-act="settle"]')
    expect(settle).to_be_disabled()
    for field, side in (("price", "erp"), ("description", "shop")):
        cinema.locator(f'[data-erpb-name="{field}"] input[value="{side}"]').check()
    settle.click()
    owner.finish_job()
    expect(cinema.locator("tbody tr")).to_have_count(1)
    expect(cinema).to_contain_text("Meta title")
    cinema.locator('[data-erpb-name="meta_title"] input[value="erp"]').check()
    settle.click()
    expect(cards).to_have_count(2)
    page.locator('[data-erpb-key="40"] [data-erpb-act="settle-erp"]').click()
    expect(cards).to_have_count(1)
    page.locator('[data-erpb-key="20"] [data-erpb-act="settle-shop"]').click()
    expect(page.locator("#erpb-list")).to_contain_text("There is no conflict.")
    owner.screen("Products")
    expect(page.locator("#menu")).not_to_contain_text("Conflicts (")


def test_a_connection_holds_several_warehouses_and_buttons(owner: Owner) -> None:
    owner.screen("Connections")
    page = owner.page
    page.locator("#content tbody a").first.click()
    page.wait_for_load_state()
    page.locator('[data-erpb-tab="stock"]').click()
    boxes = page.locator('[data-erpb-checks="stock_warehouses"] input')
    expect(boxes).to_have_count(3)
    boxes.nth(0).check()
    boxes.nth(2).check()
    owner.shot("two-ways-connection")
    owner.act("save").click()
    expect(owner.said).to_contain_text("is saved")
    page.reload()
    page.locator('[data-erpb-tab="stock"]').click()
    expect(boxes.nth(0)).to_be_checked()
    expect(boxes.nth(1)).not_to_be_checked()
    expect(boxes.nth(2)).to_be_checked()
    box = page.locator("#erpb-buttons")
    expect(box).to_contain_text("Not installed")
    owner.act("buttons-install").click()
    expect(box).to_contain_text("public address")
    owner.shot("two-ways-buttons")
    owner.act("buttons-remove").click()
    page.locator("dialog .btn-danger").click()
    expect(box).to_contain_text("Not installed")


def test_the_menu_of_a_list_brings_ticked_rows_from_the_erp(owner: Owner) -> None:
    owner.menu("Catalog", "Products")
    page = owner.page
    for key in ("40", "42"):
        page.check(f'#content input[name="selected[]"][value="{key}"]')
    more = owner.act("list-menu")
    more.click()
    items = page.locator(".erpb-menu [role=menuitem]")
    expect(items).to_have_text(
        ["To the ERP", "From the ERP", "Stock from the ERP", "Prices from the ERP"]
    )
    owner.shot("two-ways-list-menu")
    page.keyboard.press("Escape")
    expect(items.first).to_be_hidden()
    more.click()
    items.nth(2).click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("Stock from the ERP (2 ticked)")
    owner.finish_job("dialog")
    owner.shot("two-ways-list-stock")
    dialog.locator(".erpb-dialog-foot .btn-primary").click()
    more.click()
    items.nth(1).click()
    expect(dialog.locator("section.erpb-job")).to_contain_text("Products, from the ERP")
    owner.finish_job("dialog")
    dialog.locator(".erpb-dialog-foot .btn-primary").click()
    owner.act("list-sync").click()
    expect(dialog).to_contain_text("Synchronize 2 rows")
    owner.finish_job("dialog")
    dialog.locator(".erpb-dialog-foot .btn-primary").click()
    owner.menu("Catalog", "Categories")
    more.click()
    expect(items).to_have_text(["To the ERP", "From the ERP"])
    items.nth(1).click()
    expect(dialog).to_contain_text("No row is ticked")


def test_the_menu_says_so_when_the_agent_is_away(owner: Owner, agent: Pretence) -> None:
    owner.menu("Catalog", "Products")
    agent.stop()
    owner.act("list-menu").click()
    expect(owner.page.locator(".erpb-menu")).to_contain_text(re.compile("Nobody answers"))
