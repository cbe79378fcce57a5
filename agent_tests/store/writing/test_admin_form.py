"""What the bridge wrote, the stock admin opens and saves without changing anything."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from agent.db import Database, DatabaseSettings
from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Image,
    Manufacturer,
    OptionValue,
    Product,
    ProductOption,
    Spec,
    Variant,
)
from agent.model.entity import Entity
from agent.model.pricing import GroupPrice, PriceTarget
from agent.store import Shop
from agent.store.writing.changes import WriteRules
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_admin import Admin, login_admin
from agent_tests.store.conftest import Lab
from agent_tests.store.writing.conftest import PNG, Bench, agent_tables

VERSIONS = ("3.0.5.1", "4.0.2.3", "4.1.0.4")
# Numbers that saving a form always gives anew, and what a page view writes.
RENEWED = {
    "product_image": {"product_image_id"},
    "product_code": {"product_code_id"},
    "product_discount": {"product_discount_id"},
    "product_special": {"product_special_id"},
    "seo_url": {"seo_url_id"},
    "product": {"date_modified"},
    "category": {"date_modified"},
}
ELSEWHERE = {"session", "user", "user_login", "user_authorize", "statistics", "api_session"}


@pytest.fixture(scope="module", params=VERSIONS)
def store(request: pytest.FixtureRequest, open_store: StoreFactory) -> Store:
    """Give a running shop of each line."""
    running = open_store(request.param)
    running.rows(
        "INSERT INTO {p}language (name, `code`, locale, "
        + ("image, directory, " if running.major == 3 else "extension, ")
        + "sort_order, status) VALUES ('Deutsch', 'de-de', 'de', "
        + ("'', 'de-de', " if running.major == 3 else "'', ")
        + "2, 1)"
    )
    return running


@pytest.fixture(scope="module")
def admin(store: Store) -> Admin:
    return login_admin(store)


@pytest.fixture
def bench(store: Store) -> Iterator[Bench]:
    """Give a writer into the running shop."""
    settings = DatabaseSettings(
        host="127.0.0.1",
        port=store.server.port,
        user="root",
        database=store.database,
        prefix=store.prefix,
    )
    shop = Shop(Database(settings), store.tree / "image", store.url)
    lab = Lab(shop, store.server, store.database, store.version)
    agent_tables(lab)
    yield Bench(lab, pictures=lambda image: PNG + image.path.encode())
    shop.database.close()


def everything(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Return all rows of all tables of the shop, but for what saving always renews."""
    found = {}
    for (table,) in (tuple(row.values()) for row in store.rows("SHOW TABLES")):
        name = table.removeprefix(store.prefix)
        if name in ELSEWHERE or name.startswith("erp_"):
            continue
        left = RENEWED.get(name, set())
        rows = store.rows(f"SELECT * FROM `{table}`")
        found[name] = sorted(
            [tuple((k, v) for k, v in row.items() if k not in left) for row in rows], key=repr
        )
    return found


def unchanged(store: Store, before: dict[str, list[tuple[Any, ...]]]) -> None:
    after = everything(store)
    for name, rows in before.items():
        gone = [row for row in rows if row not in after[name]]
        new = [row for row in after[name] if row not in rows]
        assert (gone, new) == ([], []), f"{name}: gone {gone}, new {new}"


def chair(bench: Bench, mark: str) -> Product:
    """A product with all that the writer can write, its references made first."""
    english, german = ("en-gb", "de-de")
    seats = bench.create(
        Entity.CATEGORIES, Category("", {english: "Seats & more", german: "Sitze"}), f"c1{mark}"
    )
    chairs = bench.create(
        Entity.CATEGORIES,
        Category("", {english: "Chairs"}, seats, image=Image("chairs")),
        f"c2{mark}",
    )
    maker = bench.create(
        Entity.MANUFACTURERS, Manufacturer("", "Müller & Co", 3, Image("maker")), f"m{mark}"
    )
    wood = bench.create(
        Entity.ATTRIBUTES,
        Attribute("", {english: "Wood", german: "Holz"}, "spec", "text", 2, {english: "Made of"}),
        f"s{mark}",
    )
    colour = bench.create(
        Entity.ATTRIBUTES, Attribute("", {english: "Paint"}, "choice", "select", 1), f"a{mark}"
    )
    values = [
        bench.create(
            Entity.ATTRIBUTE_VALUES,
            AttributeValue("", colour, {english: name}, at, Image(f"swatch {at}")),
            f"v{at}{mark}",
        )
        for at, name in enumerate(('Red "hot"', "Blue"))
    ]
    return Product(
        key="",
        name={english: 'Chair 18" <oak>', german: "Stuhl"},
        description={english: "<p>Don't sit & wait.</p>\n<p>Second</p>"},
        meta_title={english: "Chair"},
        tags={english: "chair,oak"},
        seo_keyword={english: f"chair-oak{mark}", german: f"stuhl-eiche{mark}"},
        model=f"CH-18{mark}",
        sku=f"SKU-CH{mark}",
        barcode="4006381333931",
        codes={"sku": f"SKU-CH{mark}", "ean": "4006381333931", "mpn": "A&B"},
        price=Decimal("49.9"),
        weight=Decimal("4.2"),
        weight_unit="kg",
        length=Decimal(40),
        width=Decimal("41.5"),
        height=Decimal(90),
        length_unit="cm",
        quantity=5,
        tax_class="9",
        manufacturer=maker,
        categories=(chairs, seats),
        options=(
            ProductOption(
                colour,
                (
                    # whole weights: the form of 4.0 rounds those of option values by itself
                    OptionValue(values[0], Decimal(5), Decimal(1), 3, subtract=True),
                    OptionValue(values[1], Decimal(-2), Decimal(0), 2, subtract=True),
                ),
            ),
        ),
        specs=(Spec(wood, "", {english: "Oak & ash\noiled"}),),
        images=(Image("front"), Image("back"), Image("side")),
    )


def test_a_product_opens_and_saves_unchanged(store: Store, admin: Admin, bench: Bench) -> None:
    product = chair(bench, "")
    key = bench.create(Entity.PRODUCTS, product, "p")
    (priced,) = bench.writer.prices(
        [
            PriceTarget(
                key,
                Decimal("48.5"),
                (
                    GroupPrice("1", Decimal(45), 10),
                    GroupPrice("1", Decimal("39.99"), special=True),
                ),
                frozenset({"1"}),
            )
        ],
        progress=lambda: None,
    )
    assert priced.error is None
    before = everything(store)
    admin.save("product", int(key))
    unchanged(store, before)
    # and what the form saved, the writer has nothing to change in
    found = bench.read(Entity.PRODUCTS, key)
    again = bench.update(Entity.PRODUCTS, replace(found, key=key), "name", "options", "specs")
    assert again.status == "unchanged"


def test_categories_and_makers_open_and_save_unchanged(
    store: Store, admin: Admin, bench: Bench
) -> None:
    product = chair(bench, "-2")
    before = everything(store)
    for category in product.categories:
        admin.save("category", int(category))
    assert product.manufacturer is not None
    admin.save("manufacturer", int(product.manufacturer))
    unchanged(store, before)


def test_attributes_open_and_save_unchanged(store: Store, admin: Admin, bench: Bench) -> None:
    product = chair(bench, "-3")
    before = everything(store)
    admin.save("option", int(product.options[0].attribute.split(":")[1]))
    admin.save("attribute", int(product.specs[0].attribute.split(":")[1]))
    unchanged(store, before)


def test_a_category_moved_by_the_bridge_saves_unchanged(
    store: Store, admin: Admin, bench: Bench
) -> None:
    names = ("Top", "Middle", "Leaf", "Other")
    top, middle, leaf, other = (
        bench.create(Entity.CATEGORIES, Category("", {"en-gb": name}), f"move {name}")
        for name in names
    )
    for key, parent in ((middle, top), (leaf, middle), (middle, other)):
        record = replace(bench.read(Entity.CATEGORIES, key), parent=parent)
        assert bench.update(Entity.CATEGORIES, record, "parent").error is None
    before = everything(store)
    for key in (top, other, middle, leaf):
        admin.save("category", int(key))
    unchanged(store, before)


def test_variants_open_and_save_unchanged(store: Store, admin: Admin, bench: Bench) -> None:
    if store.major == 3:
        pytest.skip("OpenCart 3 has no variants")
    bench.rules = WriteRules(options_as="variants")
    product = chair(bench, "-4")
    red, blue = (value.value for value in product.options[0].values)
    product = replace(
        product,
        variants=(
            Variant("11", (red,), sku="CH-RED", price=Decimal(55), quantity=3),
            Variant("12", (blue,), sku="CH-BLUE", weight=Decimal("4.1"), quantity=2),
        ),
    )
    key = bench.create(Entity.PRODUCTS, product, "p-4")
    found = bench.read(Entity.PRODUCTS, key)
    assert [(v.sku, v.price, v.weight, v.quantity) for v in found.variants] == [
        ("CH-RED", Decimal(55), None, 3),
        ("CH-BLUE", None, Decimal("4.1"), 2),
    ]
    before = everything(store)
    admin.save("product", int(key))
    unchanged(store, before)
    for variant in found.variants:
        # as the link in the list of products opens it
        admin.save_form("catalog/product", {"product_id": variant.key, "master_id": key})
    unchanged(store, before)
