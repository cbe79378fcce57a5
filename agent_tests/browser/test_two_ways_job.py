"""From the ERP into the shop, as an owner does it: stock, prices, an edit on both sides."""

from __future__ import annotations

import contextlib
import time
import xmlrpc.client
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from agent_tests.browser.conftest import Paired
from agent_tests.browser.owner import Owner
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.odoo_database import Login
from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_admin import login_admin

pytestmark = pytest.mark.browser

IPHONE = 40
SECONDS = 90
STORY = (
    "A phone that fits into every pocket and rings when somebody calls. "
    "It has been {} by thousands of people, who found that it is light, that it is quiet when it "
    "should be, and that its battery lasts for a day. It comes in a box with a cable."
)


@pytest.mark.parametrize("version", ["3.0.5.1", "4.1.0.4"])
def test_an_owner_brings_odoo_into_the_shop(
    version: str, open_store: StoreFactory, paired: Paired, odoo: Login
) -> None:
    with paired(open_store(version)) as owner:
        owner.connect("Odoo", odoo.url, odoo.database, odoo.user, odoo.password)
        who_is_right(owner)
        owner.screen("Products")
        owner.synchronize("changed")
        owner.finish_job()
        stock_comes(owner, odoo)
        prices_come(owner, odoo)
        a_conflict_is_settled(owner, odoo)
        buttons_come_and_go(owner)


def who_is_right(owner: Owner) -> None:
    """Let a person decide about texts and the ERP about prices; follow nothing unasked."""
    page = owner.page
    page.locator('[data-erpb-tab="who_is_right"]').click()
    page.select_option("#erpb-f-owner_texts", "hold")
    page.select_option("#erpb-f-owner_price", "erp")
    owner.shot("two-ways-who-is-right")
    page.locator('[data-erpb-tab="stock"]').click()
    boxes = page.locator('[data-erpb-checks="stock_warehouses"] input')
    expect(boxes.first).to_be_visible(timeout=30_000)
    boxes.first.check()
    page.locator('[data-erpb-tab="connection"]').click()
    page.locator("details.erpb-more summary").click()
    page.select_option("#erpb-f-follow", "0")
    owner.act("save").click()
    expect(owner.said).to_be_visible(timeout=30_000)


def template(odoo: Login) -> dict[str, object]:
    """Return the iPhone as Odoo has it."""
    (row,) = odoo.rpc(
        "product.template",
        "search_read",
        [("name", "=like", "iPhone%")],
        fields=["name", "description", "product_variant_id"],
    )
    return dict(row)


def stock_comes(owner: Owner, odoo: Login) -> None:
    variant = template(odoo)["product_variant_id"]
    assert isinstance(variant, list)
    house = odoo.rpc("stock.warehouse", "search_read", [], fields=["lot_stock_id"])[0]
    values = {
        "product_id": variant[0],
        "location_id": house["lot_stock_id"][0],
        "inventory_quantity": 41,
    }
    quant = odoo.rpc("stock.quant", "create", values, context={"inventory_mode": True})
    with contextlib.suppress(xmlrpc.client.Fault):  # it is done, and answers what cannot be said
        odoo.rpc("stock.quant", "action_apply_inventory", [quant])
    owner.screen("Stock")
    owner.synchronize("from-changed")
    counts = owner.finish_job()
    owner.shot("two-ways-stock-job")
    assert counts["failed"] == 0
    assert quantity(owner.store) == 41
    row = owner.page.locator(f'#erpb-list [data-erpb-key="{IPHONE}"]')
    owner.page.fill("#erpb-q", "iPhone")
    owner.page.locator("#erpb-filter [type=submit]").click()
    expect(row).to_contain_text("Synchronized")


def quantity(store: Store) -> int:
    return int(store.value("SELECT quantity FROM {p}product WHERE product_id = %s", (IPHONE,)))


def prices_come(owner: Owner, odoo: Login) -> None:
    wholesale = give_prices(odoo)
    owner.screen("Prices")
    form = owner.page.locator("#erpb-lists-form")
    form.locator("select").last.select_option(value=wholesale, timeout=60_000)
    form.locator("[type=submit]").click()
    expect(owner.said).to_be_visible(timeout=30_000)
    owner.shot("two-ways-prices-real")
    owner.menu("Catalog", "Products")
    owner.page.locator(f'#content input[name="selected[]"][value="{IPHONE}"]').check()
    owner.act("list-menu").click()
    owner.page.locator(".erpb-menu [role=menuitem]", has_text="Prices from the ERP").click()
    counts = owner.finish_job("dialog")
    assert (counts["failed"], counts["held"]) == (0, 0)
    owner.shot("two-ways-list-prices")
    owner.page.locator("dialog .erpb-dialog-foot .btn-primary").click()
    price = owner.store.value("SELECT price FROM {p}product WHERE product_id = %s", (IPHONE,))
    assert Decimal(str(price)) == Decimal("77.5")
    last = owner.store.value("SELECT MAX(customer_group_id) FROM {p}customer_group")
    groups = owner.store.rows(
        "SELECT customer_group_id, price FROM {p}product_discount WHERE product_id = %s", (IPHONE,)
    )
    assert [(row["customer_group_id"], Decimal(str(row["price"]))) for row in groups] == [
        (last, Decimal(66))
    ]


def give_prices(odoo: Login) -> str:
    """Change the iPhone's price in Odoo and put it on a new price list; return the list's id."""
    product = template(odoo)["id"]
    odoo.rpc("product.template", "write", [product], {"list_price": 77.5})
    made = odoo.rpc("product.pricelist", "create", {"name": "Wholesale"})
    item = {
        "pricelist_id": made,
        "applied_on": "1_product",
        "product_tmpl_id": product,
        "compute_price": "fixed",
        "fixed_price": 66,
    }
    odoo.rpc("product.pricelist.item", "create", item)
    return str(made)


def a_conflict_is_settled(owner: Owner, odoo: Login) -> None:
    odoo.rpc(
        "product.template",
        "write",
        [template(odoo)["id"]],
        {"name": "iPhone of Odoo", "description": f"<p>{STORY.format('sold')}</p>"},
    )
    login_admin(owner.store).save(
        "product",
        IPHONE,
        **{
            "product_description[1][name]": "iPhone of the shop",
            "product_description[1][description]": f"<p>{STORY.format('praised')}</p>",
        },
    )
    owner.screen("Products")
    owner.page.fill("#erpb-q", "iPhone")
    owner.page.locator("#erpb-filter [type=submit]").click()
    rows = owner.page.locator("#erpb-list [data-erpb-tick]")
    expect(rows).to_have_count(1)
    rows.check()
    owner.act("from-ticked").click()
    expect(owner.page.locator("section.erpb-job")).to_contain_text("from the ERP")
    owner.finish_job()
    owner.screen("Conflicts")
    card = owner.page.locator(f'.erpb-conflict[data-erpb-key="{IPHONE}"]')
    expect(card).to_contain_text("iPhone of Odoo")
    expect(card).to_contain_text("iPhone of the shop")
    marked = card.locator('[data-erpb-name="description"] mark')
    expect(marked).to_have_text(["praised", "sold"])
    owner.shot("two-ways-conflict-real")
    card.locator('[data-erpb-name="description"] input[value="shop"]').check()
    card.locator('[data-erpb-name="name"] input[value="erp"]').check()
    card.locator('[data-erpb-act="settle"]').click()
    owner.finish_job()
    expect(owner.page.locator("#erpb-list")).to_contain_text("There is no conflict.")
    owner.screen("Products")
    deadline = time.monotonic() + SECONDS
    while name_in_shop(owner.store) != "iPhone of Odoo":
        assert time.monotonic() < deadline, name_in_shop(owner.store)
        time.sleep(0.5)
    assert template(odoo)["name"] == "iPhone of Odoo"
    while "praised" not in str(template(odoo)["description"]):
        assert time.monotonic() < deadline, template(odoo)["description"]
        time.sleep(0.5)


def name_in_shop(store: Store) -> str:
    return str(
        store.value(
            "SELECT name FROM {p}product_description WHERE product_id = %s AND language_id = 1",
            (IPHONE,),
        )
    )


def buttons_come_and_go(owner: Owner) -> None:
    owner.screen("Connections")
    owner.page.locator("#content tbody a").first.click()
    box = owner.page.locator("#erpb-buttons")
    expect(box).to_contain_text("Not installed", timeout=30_000)
    owner.act("buttons-install").click()
    expect(box.locator('[data-erpb-installed="1"]')).to_be_visible(timeout=60_000)
    assert not box.locator(".erpb-finding-error").count(), box.inner_text()
    owner.shot("two-ways-buttons-real")
    owner.act("buttons-remove").click()
    owner.page.locator("dialog .btn-danger").click()
    expect(box.locator('[data-erpb-installed="0"]')).to_be_visible(timeout=60_000)
