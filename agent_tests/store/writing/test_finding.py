"""What is found in the shop before it is written: look-alikes, and pieces sold meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.model.catalogue import Attribute, AttributeValue, Category, Manufacturer, Product
from agent.model.entity import Entity
from agent.model.sales import Order
from agent.model.stock import SoldItem
from agent_tests.store.edits import PRODUCT
from agent_tests.store.writing.conftest import Bench, MakeBench

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["3.0.2.0", "4.0.2.3", "4.1.0.4"])
def shop(request: pytest.FixtureRequest, make_bench: MakeBench) -> Bench:
    return make_bench(request.param, products=24, orders=12)


def found(bench: Bench, entity: Entity, record: object, **parents: str) -> list[tuple[str, str]]:
    candidates = bench.writer.match(entity, [record], parents=parents)  # type: ignore[list-item]
    return [(one.key, one.matched_by) for one in candidates.get("x", ())]


def test_products_by_their_codes(shop: Bench) -> None:
    product = shop.read(Entity.PRODUCTS, "4")
    stranger = Product("x", {"en-gb": "?"}, sku=product.sku, barcode="nobody has it")
    assert found(shop, Entity.PRODUCTS, stranger) == [("4", "sku")]
    assert found(shop, Entity.PRODUCTS, replace(stranger, sku="no such")) == []
    key = shop.create(
        Entity.PRODUCTS, Product("", {"en-gb": "B"}, sku='A"&B', barcode="4006381333931"), "b"
    )
    assert found(shop, Entity.PRODUCTS, replace(stranger, sku='A"&B')) == [(key, "sku")]
    coded = Product("x", {"en-gb": "?"}, barcode="4006381333931")
    assert found(shop, Entity.PRODUCTS, coded) == [(key, "barcode")]
    assert found(shop, Entity.PRODUCTS, Product("x", {"en-gb": "?"})) == []
    variants = shop.read(Entity.PRODUCTS, str(PRODUCT)).variants
    for variant in variants[:1]:
        of_variant = replace(stranger, sku=variant.sku or "")
        assert found(shop, Entity.PRODUCTS, of_variant) == [(str(PRODUCT), "sku")]


def test_others_by_their_names(shop: Bench) -> None:
    row = next(r for r in shop.shop.reader(Entity.CATEGORIES).scan("", 50) if r.key == "9")
    category = shop.read(Entity.CATEGORIES, row.key)
    shouting = {code: text.upper() for code, text in category.name.items()}
    parent = category.parent or "0"
    same = Category("x", shouting, category.parent)
    assert found(shop, Entity.CATEGORIES, same, x=parent) == [("9", "name")]
    assert found(shop, Entity.CATEGORIES, Category("x", shouting, "4711"), x="4711") == []
    maker = shop.read(Entity.MANUFACTURERS, "1")
    assert found(shop, Entity.MANUFACTURERS, Manufacturer("x", maker.name)) == [("1", "name")]
    option = shop.read(Entity.ATTRIBUTES, "option:1")
    choice = Attribute("x", option.name, "choice")
    assert found(shop, Entity.ATTRIBUTES, choice) == [("option:1", "name")]
    optional = replace(choice, kind="optional")
    assert found(shop, Entity.ATTRIBUTES, optional) == [("option:1:optional", "name")]
    assert found(shop, Entity.ATTRIBUTES, replace(choice, kind="multi")) == []
    spec = shop.read(Entity.ATTRIBUTES, "attribute:1")
    described = Attribute("x", spec.name, "spec")
    assert found(shop, Entity.ATTRIBUTES, described) == [("attribute:1", "name")]
    value = shop.read(Entity.ATTRIBUTE_VALUES, "option:1/1")
    alike = AttributeValue("x", "option:1", value.name)
    assert found(shop, Entity.ATTRIBUTE_VALUES, alike, x="option:1") == [("option:1/1", "name")]
    assert found(shop, Entity.ATTRIBUTE_VALUES, alike, x="option:2") == []


def sold(bench: Bench, condition: str) -> dict[SoldItem, int]:
    """The same by the orders themselves, line by line."""
    pieces: dict[SoldItem, int] = {}
    keys = [
        str(key) for (key,) in bench.sql(f"SELECT o.order_id FROM oc_order o WHERE {condition}")
    ]
    for order in bench.shop.reader(Entity.ORDERS).read(keys):
        assert isinstance(order, Order)
        for line in order.lines:
            item = SoldItem(line.product or "", line.variant, frozenset(line.values))
            pieces[item] = pieces.get(item, 0) + int(line.quantity)
    return pieces


def test_pieces_that_the_erp_does_not_know_of(shop: Bench) -> None:
    feed = shop.shop.orders
    shop.sql("UPDATE oc_order SET order_status_id = 10 WHERE order_id IN (1, 2)")  # failed
    shop.sql("UPDATE oc_order SET order_status_id = 0 WHERE order_id = 3")  # never confirmed
    shop.sql("UPDATE oc_order SET order_status_id = 5 WHERE order_id > 3")  # complete
    asked: list[str] = []

    def confirmed(keys: Sequence[str]) -> set[str]:
        asked.extend(keys)
        return {"4", "5"}

    wanted = sold(shop, "o.order_id > 5")
    assert wanted
    assert any(item.values for item in wanted)
    assert feed.pending_items(confirmed, LONG_AGO) == wanted
    rows = shop.sql("SELECT order_id FROM oc_order WHERE order_id > 3 ORDER BY 1")
    assert asked == [str(row[0]) for row in rows]
    assert feed.pending_items(confirmed, datetime.now(UTC) + timedelta(days=2)) == {}
    shop.sql("DELETE FROM oc_setting WHERE `key` LIKE 'config_%_status'")
    assert feed.pending_items(confirmed, LONG_AGO) == {}
