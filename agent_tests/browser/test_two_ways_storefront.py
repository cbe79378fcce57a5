"""A product that the bridge wrote, as a shopper sees it: options, price, cart, stock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from agent.db import Database, DatabaseSettings
from agent.migrations import migrate
from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Image,
    OptionValue,
    Product,
    ProductOption,
)
from agent.model.entity import Entity
from agent.model.pricing import GroupPrice, PriceTarget
from agent.model.record import Record
from agent.model.stock import StockTarget
from agent.store import Shop
from agent.store.writing.changes import StoreChange, StoreOutcome, WriteRules, Written
from agent.store.writing.writer import StoreWriter
from agent_tests.lab.browser import Tab
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart import Store

pytestmark = pytest.mark.browser

NAME = "Café chair \u201cZoë\u201d & <cushion>"
PHONES, GUESTS = "24", "1"
PICTURE = "catalog/demo/iphone_1.jpg"
OPTIONS = {"Frame colour": ("select", ("Red", "Blue")), "Seat size": ("radio", ("Small", "Large"))}


@dataclass
class Chair:
    """The product in the shop: ids of its options' and values' rows, by name."""

    store: Store
    writer: StoreWriter
    key: str
    options: dict[str, int]
    values: dict[str, int]


def upsert(
    store: Store, writer: StoreWriter, entity: Entity, record: Record, marker: str
) -> StoreOutcome:
    def picture(_: Image) -> bytes:
        return (store.tree / "image" / PICTURE).read_bytes()

    names = frozenset(field.name for field in fields(record)) - {"key", "path"}
    (outcome,) = writer.upsert(
        entity, [StoreChange(record, names, marker)], pictures=picture, progress=lambda: None
    )
    assert outcome.status is Written.CREATED, outcome.error
    assert outcome.warnings == ()
    return outcome


def made(store: Store, writer: StoreWriter, entity: Entity, record: Record, marker: str) -> str:
    key = upsert(store, writer, entity, record, marker).key
    assert key is not None
    return key


def chair(store: Store, writer: StoreWriter) -> Product:
    options = []
    for name, (display, values) in OPTIONS.items():
        attribute = Attribute("", {"en-gb": name}, "choice", display)  # type: ignore[arg-type]
        option = made(store, writer, Entity.ATTRIBUTES, attribute, f"attribute-{name}")
        rows = []
        for place, value in enumerate(values):
            record = AttributeValue("", option, {"en-gb": value}, place)
            key = made(store, writer, Entity.ATTRIBUTE_VALUES, record, f"value-{value}")
            extra = Decimal("7.50") * place
            rows.append(OptionValue(key, extra, quantity=9, subtract=True, sort_order=place))
        options.append(ProductOption(option, tuple(rows)))
    return Product(
        "",
        {"en-gb": NAME},
        description={"en-gb": "<p>Sits <b>well</b>.</p>"},
        meta_title={"en-gb": NAME},
        model="CHAIR-1",
        sku="CHAIR-1",
        price=Decimal(50),
        quantity=20,
        categories=(PHONES,),
        options=tuple(options),
        images=(Image("chair.jpg", checksum="0" * 64, size=1),),
    )


@pytest.fixture(scope="module", params=["3.0.5.1", "4.0.2.3", "4.1.0.4"])
def written(request: pytest.FixtureRequest, open_store: StoreFactory) -> Iterator[Chair]:
    """Give a shop of each line in which the bridge has made a product with two options."""
    store = open_store(request.param)
    store.set_setting("config_stock_display", "1")
    store.forget_errors()
    settings = DatabaseSettings(
        host="127.0.0.1", port=store.server.port, user="root", database=store.database
    )
    shop = Shop(Database(settings), store.tree / "image", store.url)
    migrate(shop.database)
    writer = shop.writer(WriteRules())
    key = made(store, writer, Entity.PRODUCTS, chair(store, writer), "chair")
    options = {
        str(row["name"]): int(row["product_option_id"])
        for row in store.rows(
            "SELECT o.product_option_id, d.name FROM {p}product_option o"
            " JOIN {p}option_description d ON d.option_id = o.option_id AND d.language_id = 1"
            " WHERE o.product_id = %s",
            (key,),
        )
    }
    values = {
        str(row["name"]): int(row["product_option_value_id"])
        for row in store.rows(
            "SELECT v.product_option_value_id, d.name FROM {p}product_option_value v"
            " JOIN {p}option_value_description d ON d.option_value_id = v.option_value_id"
            " AND d.language_id = 1 WHERE v.product_id = %s",
            (key,),
        )
    }
    assert len(options) == 2
    assert len(values) == 4
    yield Chair(store, writer, key, options, values)
    shop.database.close()
    assert store.error_log() == []
    store.stop()


def open_chair(page: Page, chair: Chair) -> None:
    page.goto(f"{chair.store.url}index.php?route=product/product&product_id={chair.key}")
    expect(page.locator("#content h1")).to_have_text(NAME)


def put_into_cart(page: Page, chair: Chair, colour: str, size: str, quantity: int) -> Locator:
    """Choose a combination, put it into the cart, open the cart; return its line."""
    open_chair(page, chair)
    name = f"option[{chair.options['Frame colour']}]"
    page.select_option(f'select[name="{name}"]', str(chair.values[colour]))
    name = f"option[{chair.options['Seat size']}]"
    page.check(f'input[name="{name}"][value="{chair.values[size]}"]')
    page.fill('input[name="quantity"]', str(quantity))
    # Its answer, not the message: OpenCart 3 takes that away when it hears of the quantity.
    with page.expect_response(
        lambda answer: answer.request.method == "POST" and "checkout/cart" in answer.url
    ) as told:
        page.click("#button-cart")
    assert "success" in told.value.json(), told.value.text()
    page.goto(f"{chair.store.url}index.php?route=checkout/cart")
    line = page.locator("#content table tbody tr", has_text="Café chair")
    return line.filter(has_text=colour).filter(has_text=size).first


def test_the_page_of_a_written_product(written: Chair, tab: Tab) -> None:
    page = tab.page
    open_chair(page, written)
    content = page.locator("#content")
    expect(content).to_contain_text("$50.00")
    expect(content).to_contain_text("Sits well.")
    expect(content).to_contain_text("20")
    expect(content).to_contain_text("Blue")
    expect(content).to_contain_text("+$7.50")
    image = content.locator("img").first
    assert image.evaluate("image => image.naturalWidth") > 0, "the picture is not served"
    tab.screenshot(f"{written.store.version}-two-ways-storefront")
    page.goto(f"{written.store.url}index.php?route=product/category&path={PHONES}")
    expect(page.locator("#content")).to_contain_text("Café chair")
    tab.assert_quiet()


def test_nothing_is_bought_without_a_choice(written: Chair, tab: Tab) -> None:
    open_chair(tab.page, written)
    tab.page.click("#button-cart")
    expect(tab.page.locator("#product")).to_contain_text("Frame colour required!")


def test_a_combination_costs_what_the_erp_says(written: Chair, tab: Tab) -> None:
    page = tab.page
    dear = put_into_cart(page, written, "Blue", "Large", 2)
    expect(dear).to_contain_text("$65.00")
    expect(dear).to_contain_text("$130.00")
    cheap = put_into_cart(page, written, "Red", "Small", 1)
    expect(cheap).to_contain_text("$50.00")
    expect(page.locator("#content")).not_to_contain_text("***")
    tab.screenshot(f"{written.store.version}-two-ways-cart")
    tab.assert_quiet()


def test_stock_and_prices_written_later_count_at_once(written: Chair, tab: Tab) -> None:
    values = {str(row): 9 for row in written.values.values()} | {str(written.values["Blue"]): 3}
    target = StockTarget(written.key, 12, values)
    price = PriceTarget(
        written.key,
        Decimal(40),
        (GroupPrice(GUESTS, Decimal(30), quantity=3),),
        frozenset({GUESTS}),
    )
    for outcome in (
        *written.writer.stock([target], progress=lambda: None),
        *written.writer.prices([price], progress=lambda: None),
    ):
        assert outcome.error is None
    page = tab.page
    open_chair(page, written)
    expect(page.locator("#content")).to_contain_text("$40.00")
    line = put_into_cart(page, written, "Blue", "Small", 2)
    expect(line).to_contain_text("$47.50")
    expect(page.locator("#content")).not_to_contain_text("***")
    line = put_into_cart(page, written, "Blue", "Small", 2)
    expect(line).to_contain_text("$37.50")  # four of them are a quantity of the discount
    expect(page.locator("#content")).to_contain_text("***")  # and more than there are
    tab.assert_quiet()
