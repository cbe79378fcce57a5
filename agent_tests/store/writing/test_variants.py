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


def test_what_people_gave_a_variant_stays_when_the_erp_adds_one(shop: Bench) -> None:
    product = with_variants(shop)
    key = shop.create(Entity.PRODUCTS, replace(product, variants=product.variants[:1]), "p")
    (first,) = shop.read(Entity.PRODUCTS, key).variants
    own = {
        "image": "1",
        "product_image": "1",
        "product_category": "1",
        "product_special": "1",
        "product_discount": "1",
        "product_description": {"1": {"description": "1"}},
    }
    _decides(shop, first.key, own)
    shop.sql("UPDATE oc_product SET image = 'own.png' WHERE product_id = %s", first.key)
    shop.sql(
        "INSERT INTO oc_product_image (product_id, image, sort_order) VALUES (%s, 'side.png', 1)",
        first.key,
    )
    shop.sql("DELETE FROM oc_product_to_category WHERE product_id = %s", first.key)
    shop.sql(
        "INSERT INTO oc_product_to_category (product_id, category_id) VALUES (%s, 77)", first.key
    )
    shop.sql(
        "UPDATE oc_product_description SET description = 'Its own' WHERE product_id = %s"
        " AND language_id = 1",
        first.key,
    )
    _offer(shop, first.key)
    before = _belongings(shop, first.key)
    assert before[0] == [("own.png",)]
    assert before[2:] == [[(77,)], [(Decimal(15),)]]

    changed = replace(product, key=key, name={"en-gb": "Basin"})
    outcome = shop.update(Entity.PRODUCTS, changed, "name", "variants")
    assert outcome.error is None
    assert sorted(outcome.children) == ["901", "902"]
    assert _belongings(shop, first.key) == before
    name, text = shop.sql(
        "SELECT name, description FROM oc_product_description WHERE product_id = %s"
        " AND language_id = 1",
        first.key,
    )[0]
    assert (name, text) == ("Basin", "Its own")
    decides = _override(shop, first.key)
    assert {name: decides.get(name) for name in own} == own
    assert "price" in decides, "what the ERP tells stays its matter"
    assert shop.update(Entity.PRODUCTS, changed, "name", "variants").status is Written.UNCHANGED
    # the ERP sells it at the product's price, and under its code
    plain = replace(product.variants[0], price=None, sku=product.sku)
    again = replace(changed, variants=(plain, product.variants[1]))
    assert shop.update(Entity.PRODUCTS, again, "variants").status is Written.UPDATED
    decides = _override(shop, first.key)
    assert not {"price", "sku", "product_code"} & decides.keys()
    assert {name: decides.get(name) for name in own} == own
    assert _belongings(shop, first.key) == before


def test_an_identifier_that_the_erp_does_not_tell_stays_a_variants_own(shop: Bench) -> None:
    product = with_variants(shop)
    key = shop.create(Entity.PRODUCTS, product, "p")
    first, _second = shop.read(Entity.PRODUCTS, key).variants
    if shop.sql("SHOW TABLES LIKE 'oc_product_code'"):
        shop.sql(
            "UPDATE oc_product_code SET value = 'OWN-MPN' WHERE product_id = %s AND code = 'MPN'",
            first.key,
        )
        read = "SELECT value FROM oc_product_code WHERE product_id = %s AND code = 'MPN'"
    else:
        _decides(shop, first.key, {"mpn": "1"})
        shop.sql("UPDATE oc_product SET mpn = 'OWN-MPN' WHERE product_id = %s", first.key)
        read = "SELECT mpn FROM oc_product WHERE product_id = %s"
    renamed = replace(product.variants[0], sku="BWL-S2")
    changed = replace(product, key=key, variants=(renamed, product.variants[1]))
    assert shop.update(Entity.PRODUCTS, changed, "variants").status is Written.UPDATED
    assert shop.value(read, first.key) == "OWN-MPN"
    assert shop.read(Entity.PRODUCTS, key).variants[0].sku == "BWL-S2"
    assert shop.update(Entity.PRODUCTS, changed, "variants").status is Written.UNCHANGED


def _override(bench: Bench, variant: str) -> dict[str, object]:
    text = bench.value("SELECT override FROM oc_product WHERE product_id = %s", variant)
    found: dict[str, object] = json.loads(text)
    return found


def _decides(bench: Bench, variant: str, own: dict[str, object]) -> None:
    """Have a variant decide more for itself, as its form does."""
    bench.sql(
        "UPDATE oc_product SET override = %s WHERE product_id = %s",
        json.dumps({**own, **_override(bench, variant)}),
        variant,
    )


def _offer(bench: Bench, variant: str) -> None:
    """Give a variant an offer of its own, and its product another one."""
    new = bench.lab.version.startswith("4.1")
    table, more = ("discount", ", quantity, type, special") if new else ("special", "")
    values = ", 1, 'F', 1" if new else ""
    master = bench.value("SELECT master_id FROM oc_product WHERE product_id = %s", variant)
    for product, price in ((variant, 15), (master, 18)):
        bench.sql(
            f"INSERT INTO oc_product_{table} (product_id, customer_group_id, priority, price,"
            f" date_start, date_end{more})"
            f" VALUES (%s, 1, 1, %s, '2020-01-01', '2099-01-01'{values})",
            product,
            price,
        )


def _belongings(bench: Bench, variant: str) -> list[object]:
    """Return what a variant has of its own: pictures, categories, offers."""
    offers = "discount" if bench.lab.version.startswith("4.1") else "special"
    return [
        bench.sql(f"SELECT {names} FROM oc_{table} WHERE product_id = %s", variant)
        for names, table in (
            ("image", "product"),
            ("image", "product_image"),
            ("category_id", "product_to_category"),
            ("price", f"product_{offers}"),
        )
    ]


def test_a_variants_own_weight_is_in_the_unit_of_its_product(shop: Bench) -> None:
    """The shop weighs in grams, the ERP in kilograms, and each variant weighs something else."""
    shop.sql("UPDATE oc_weight_class_description SET unit = 'g' WHERE weight_class_id = 2")
    shop.sql("UPDATE oc_setting SET value = 2 WHERE `key` = 'config_weight_class_id'")
    product = full_product(shop)
    sea, moss = (value.value for value in product.options[0].values)
    product = replace(
        product,
        weight=Decimal(0),
        weight_unit="kg",
        variants=(Variant("901", (sea,), weight=Decimal(2)), Variant("902", (moss,))),
    )
    fields = every(product) - {"weight", "weight_unit"}
    outcome = shop.one(Entity.PRODUCTS, StoreChange(product, fields, "p"))
    assert outcome.error is None
    assert not [w.code for w in outcome.warnings]
    found = shop.read(Entity.PRODUCTS, outcome.key or "")
    assert found.weight_unit == "g"
    assert [variant.weight for variant in found.variants] == [2000, None]
    # one in a unit that nothing is known of keeps what the shop has
    strange = replace(product, key=outcome.key or "", weight_unit="stone")
    again = shop.update(Entity.PRODUCTS, strange, "variants")
    assert [w.code for w in again.warnings] == ["store.unit"]
    found = shop.read(Entity.PRODUCTS, outcome.key or "")
    assert [variant.weight for variant in found.variants] == [2000, None]
