"""The readers against fresh installations of OpenCart with its demo goods."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Manufacturer,
    Product,
    TaxClass,
)
from agent.model.entity import Entity
from agent.store import BadRecord, store_order
from agent.store.readers import READERS
from agent_tests.store.conftest import Lab


def only(lab: Lab, entity: Entity, key: str) -> object:
    (record,) = lab.shop.reader(entity).read([key])
    return record


def test_the_schema_is_recognised(dump: Lab) -> None:
    dialect = dump.shop.dialect
    assert dialect.label == dump.version[:3]
    assert dialect.variants == (not dump.version.startswith("3"))
    assert dialect.seo == ("query" if dump.version.startswith("3") else "key")
    assert dialect.specials == ("discount" if dump.version.startswith("4.1") else "table")
    assert dialect.code_table == (dump.version == "4.1.0.4")
    assert bool(dialect.code_columns) == (dump.version != "4.1.0.4")
    assert dialect.category_dates == (dump.version != "4.1.0.4")
    assert dialect.locks_tables == dump.version.startswith("3")


def test_the_shop_tells_what_it_is(dump: Lab) -> None:
    shop = dump.shop
    (language,) = shop.languages()
    assert (language.code, language.name, language.default) == ("en-gb", "English", True)
    assert shop.currency() == "USD"
    assert shop.time_zone() == (None if dump.version == "3.0.2.0" else "UTC")
    assert shop.name() == "Your Store"
    assert shop.product_count() == 19
    assert shop.identity().database == dump.name
    assert shop.outbox.claim(10) == []


def test_a_product_with_everything(dump: Lab) -> None:
    product = only(dump, Entity.PRODUCTS, "42")
    assert isinstance(product, Product)
    assert product.name == {"en-gb": 'Apple Cinema 30"'}
    assert product.description["en-gb"].startswith('<p>\r\n\t<font face="helvetica,geneva,arial"')
    assert product.meta_title == {"en-gb": "Apple Cinema 30"}
    assert product.model == "Product 15"
    assert (product.sku, product.barcode, product.codes) == ("", "", {})
    assert product.price == Decimal(100)
    assert (product.weight, product.weight_unit) == (Decimal("12.5"), "kg")
    assert (product.length, product.width, product.height) == (1, 2, 3)
    assert product.length_unit == "cm"
    assert (product.quantity, product.minimum) == (990, 2)
    assert (product.subtract, product.requires_shipping, product.active) == (True, True, True)
    assert (product.tax_class, product.manufacturer) == ("9", "8")
    assert product.categories == ("28", "20")
    assert [(s.attribute, s.text) for s in product.specs] == [("attribute:3", {"en-gb": "100mhz"})]
    assert product.variants == ()
    assert [image.path for image in product.images] == [
        "catalog/demo/apple_cinema_30.jpg",
        "catalog/demo/canon_eos_5d_2.jpg",
        "catalog/demo/canon_eos_5d_1.jpg",
        "catalog/demo/compaq_presario.jpg",
        "catalog/demo/hp_1.jpg",
        "catalog/demo/canon_logo.jpg",
    ]


def test_options_with_their_extras(dump: Lab) -> None:
    product = only(dump, Entity.PRODUCTS, "42")
    assert isinstance(product, Product)
    # text, textarea, file, date, time and datetime options of this product are left out
    assert [option.attribute for option in product.options] == ["option:1", "option:2", "option:5"]
    radio, checkbox, select = product.options
    assert [(v.value, v.price_extra, v.quantity, v.subtract) for v in radio.values] == [
        ("option:1/32", Decimal(10), 96, True),
        ("option:1/31", Decimal(20), 146, True),
        ("option:1/43", Decimal(30), 300, True),
    ]
    assert [v.value for v in checkbox.values] == [f"option:2/{n}" for n in (23, 24, 44, 45)]
    assert [(v.value, v.price_extra, v.weight_extra, v.subtract) for v in select.values] == [
        ("option:5/39", Decimal(4), Decimal(4), True),
        ("option:5/40", Decimal(3), Decimal(3), False),
        ("option:5/41", Decimal(1), Decimal(1), False),
        ("option:5/42", Decimal(2), Decimal(2), True),
    ]
    assert all(option.required for option in product.options)


def test_attributes(dump: Lab) -> None:
    records = dump.shop.reader(Entity.ATTRIBUTES).read(["option:1", "option:2", "attribute:4"])
    radio, checkbox, spec = records
    assert isinstance(radio, Attribute)
    assert isinstance(checkbox, Attribute)
    assert isinstance(spec, Attribute)
    assert (radio.name, radio.kind, radio.display) == ({"en-gb": "Radio"}, "choice", "radio")
    assert (checkbox.kind, checkbox.display) == ("multi", "checkbox")
    assert (spec.name, spec.kind, spec.group) == (
        {"en-gb": "test 1"},
        "spec",
        {"en-gb": "Memory"},
    )


def test_attribute_values(dump: Lab) -> None:
    reader = dump.shop.reader(Entity.ATTRIBUTE_VALUES)
    keys = [row.key for row in reader.scan("", 100)]
    assert "option:5/39" in keys
    value = only(dump, Entity.ATTRIBUTE_VALUES, "option:5/39")
    assert isinstance(value, AttributeValue)
    assert (value.attribute, value.name) == ("option:5", {"en-gb": "Red"})
    product = only(dump, Entity.PRODUCTS, "42")
    assert isinstance(product, Product)
    assert product.specs[0].value in keys


def test_categories(dump: Lab) -> None:
    category = only(dump, Entity.CATEGORIES, "27")
    assert isinstance(category, Category)
    assert category.name == {"en-gb": "Mac"}
    assert (category.parent, category.path) == ("20", ("20", "27"))
    assert category.seo_keyword == {"en-gb": "mac"}
    deep = only(dump, Entity.CATEGORIES, "35")
    assert isinstance(deep, Category)
    assert deep.path == ("25", "28", "35")
    notebooks = only(dump, Entity.CATEGORIES, "18")
    assert isinstance(notebooks, Category)
    assert notebooks.name == {"en-gb": "Laptops & Notebooks"}


def test_manufacturers_and_taxes(dump: Lab) -> None:
    maker = only(dump, Entity.MANUFACTURERS, "8")
    assert isinstance(maker, Manufacturer)
    assert maker.name == "Apple"
    assert maker.image is not None
    assert maker.image.path == "catalog/demo/apple_logo.jpg"
    tax = only(dump, Entity.TAXES, "9")
    assert isinstance(tax, TaxClass)
    assert (tax.name, tax.rates, tax.fixed) == (
        "Taxable Goods",
        (("VAT (20%)", Decimal(20)),),
        True,
    )


@pytest.mark.parametrize("entity", READERS)
def test_a_scan_finds_each_record_once_in_order(dump: Lab, entity: Entity) -> None:
    reader = dump.shop.reader(entity)
    whole = reader.scan("", 1000)
    assert len(whole) == reader.count()
    if entity not in {Entity.ORDERS, Entity.CUSTOMERS}:  # a fresh shop has sold nothing
        assert whole
    orders = [(store_order(row.key), row.key) for row in whole]
    assert orders == sorted(set(orders))
    pages, after = [], ""
    while page := reader.scan(after, 4):
        pages += page
        after = page[-1].key
    assert pages == whole
    keys = [row.key for row in whole]
    assert reader.scan_keys([*reversed(keys), "999999"]) == whole
    records = reader.read(keys)
    assert [record.key for record in records] == keys
    assert not [record for record in records if isinstance(record, BadRecord)]
    assert all(row.label for row in whole)
