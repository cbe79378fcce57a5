"""Combinations as products of their own, in OpenCart 4."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from agent.model.catalogue import Product, Variant
from agent.model.entity import Entity
from agent.store.writing.changes import StoreChange, WriteRules, Written
from agent_tests.store.writing.conftest import Bench, MakeBench, every
from agent_tests.store.writing.test_round_trip import full_product


@pytest.fixture(params=["4.0.0.0", "4.0.2.3", "4.1.0.1", "4.1.0.4"])
def shop(request: pytest.FixtureRequest, make_bench: MakeBench) -> Bench:
    bench = make_bench(request.param, products=3)
    bench.rules = WriteRules(options_as="variants")
    return bench


def with_variants(bench: Bench) -> Product:
    product = full_product(bench)
    sea, moss = (value.value for value in product.options[0].values)
    return replace(
        product,
        variants=(
            Variant("901", (sea,), sku="BWL-S", price=Decimal(21), quantity=4),
            Variant("902", (moss,), sku="BWL-M", weight=Decimal(2), quantity=6, active=False),
        ),
    )


def test_a_product_per_combination(shop: Bench) -> None:
    product = with_variants(shop)
    change = StoreChange(product, every(product), "p")
    outcome = shop.one(Entity.PRODUCTS, change)
    assert outcome.error is None
    assert list(outcome.children) == ["901", "902"]
    found = shop.read(Entity.PRODUCTS, outcome.key or "")
    assert [
        (v.key, v.values, v.sku, v.price, v.weight, v.quantity, v.active) for v in found.variants
    ] == [
        (outcome.children["901"], product.variants[0].values, "BWL-S", 21, None, 4, True),
        (outcome.children["902"], product.variants[1].values, "BWL-M", None, 2, 6, False),
    ]
    # they are no products for the readers, and repeating makes none
    assert shop.shop.product_count() == 4
    assert shop.one(Entity.PRODUCTS, change).children == outcome.children
    count = "SELECT COUNT(*) FROM oc_product WHERE master_id = %s"
    assert shop.value(count, outcome.key) == 2


def test_what_follows_and_what_does_not(shop: Bench) -> None:
    product = with_variants(shop)
    key = shop.create(Entity.PRODUCTS, product, "p")
    first, second = shop.read(Entity.PRODUCTS, key).variants
    changed = replace(
        product, key=key, name={"en-gb": "Basin"}, price=Decimal(33), specs=(), minimum=5
    )
    names = ("name", "price", "specs", "minimum")
    assert shop.update(Entity.PRODUCTS, changed, *names).status is Written.UPDATED
    rows = {
        str(number): rest
        for number, *rest in shop.sql(
            "SELECT product_id, price, minimum FROM oc_product WHERE master_id = %s", key
        )
    }
    assert rows == {first.key: [Decimal(21), 5], second.key: [Decimal(33), 5]}
    for variant in (first, second):
        name = "SELECT name FROM oc_product_description WHERE product_id = %s AND language_id = 1"
        assert shop.value(name, variant.key) == "Basin"
        specs = "SELECT COUNT(*) FROM oc_product_attribute WHERE product_id = %s"
        assert shop.value(specs, variant.key) == 0
    assert shop.update(Entity.PRODUCTS, changed, *names).status is Written.UNCHANGED


def test_a_combination_that_is_gone_is_switched_off(shop: Bench) -> None:
    product = with_variants(shop)
    key = shop.create(Entity.PRODUCTS, product, "p")
    first, second = shop.read(Entity.PRODUCTS, key).variants
    fewer = replace(product, key=key, variants=product.variants[1:])
    outcome = shop.update(Entity.PRODUCTS, fewer, "variants")
    assert outcome.status is Written.UPDATED
    assert outcome.children == {"902": second.key}
    status, override = shop.sql(
        "SELECT status, override FROM oc_product WHERE product_id = %s", first.key
    )[0]
    assert status == 0
    assert json.loads(override)["status"] == "1"
    # back again: the same product
    back = shop.update(Entity.PRODUCTS, replace(product, key=key), "variants")
    assert back.children == {"901": first.key, "902": second.key}
    assert shop.value("SELECT status FROM oc_product WHERE product_id = %s", first.key) == 1


def test_a_shop_without_variants_has_options(make_bench: MakeBench) -> None:
    bench = make_bench("3.0.2.0", products=1)
    bench.rules = WriteRules(options_as="variants")
    product = with_variants(bench)
    key = bench.create(Entity.PRODUCTS, product, "p")
    found = bench.read(Entity.PRODUCTS, key)
    assert found.variants == ()
    assert [len(option.values) for option in found.options] == [2]
