"""The process dies at each point of making a record; the next try finishes it, exactly once."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from agent import faults
from agent.db import Database
from agent.model.catalogue import Attribute, Category, Manufacturer, Product
from agent.model.entity import Entity
from agent.store import Shop
from agent.store.writing.changes import StoreChange, Written
from agent_tests.store.writing.conftest import Bench, MakeBench, every
from agent_tests.store.writing.test_round_trip import full_product, in_english

OF_PRODUCTS = (
    "store.after_birth",
    "store.after_rows",
    "store.after_note",
    "store.options_hidden",
    "store.after_parts",
    "store.before_show",
    "store.after_show",
)
OF_OTHERS = ("store.after_birth", "store.after_row", "store.before_fill", "store.after_fill")
OTHERS = (
    (Entity.CATEGORIES, Category("", {"en-gb": "Once"}), "category"),
    (Entity.MANUFACTURERS, Manufacturer("", "Once"), "manufacturer"),
    (Entity.ATTRIBUTES, Attribute("", {"en-gb": "Once"}, "choice"), "option"),
    (
        Entity.ATTRIBUTES,
        Attribute("", {"en-gb": "Once"}, "spec", "text", 0, {"en-gb": "New group"}),
        "attribute",
    ),
)


def dies(bench: Bench, point: str, work: Callable[[Bench], object]) -> None:
    """Do the work in a process of its own that dies at ``point``."""
    child = os.fork()
    if child == 0:
        try:
            faults._armed = faults.CrashPoint(point)
            shop = Shop(Database(bench.shop.database.settings), None, "http://127.0.0.1/")
            work(replace(bench, lab=replace(bench.lab, shop=shop)))
        finally:
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == faults.EXIT_CODE, f"{point} was not reached"


@pytest.mark.parametrize("version", ["3.0.2.0", "4.1.0.4"])
def test_a_product_is_made_once(make_bench: MakeBench, version: str) -> None:
    bench = make_bench(version, products=6)
    product = full_product(bench)
    tables = ("product", "product_option", "product_option_value", "product_to_category")
    for at, point in enumerate(OF_PRODUCTS):
        one = replace(product, sku=f"S{at}", model=f"M{at}", seo_keyword={"en-gb": f"word-{at}"})
        other = replace(product, sku=f"T{at}", model=f"N{at}", seo_keyword={})
        changes = [
            StoreChange(record, every(record), f"{point} {record.sku}") for record in (one, other)
        ]
        before = {table: bench.value(f"SELECT COUNT(*) FROM oc_{table}") for table in tables}
        dies(bench, point, lambda b, c=changes: b.upsert(Entity.PRODUCTS, c))
        half = bench.sql("SELECT status, sort_order FROM oc_product WHERE model = %s", one.model)
        if point != "store.after_show":
            assert all(status == 0 and order < 0 for status, order in half), point
        outcomes = bench.upsert(Entity.PRODUCTS, changes)
        assert [o.status for o in outcomes] == [Written.CREATED] * 2, point
        counts = {table: bench.value(f"SELECT COUNT(*) FROM oc_{table}") for table in tables}
        assert {table: counts[table] - before[table] for table in tables} == {
            "product": 2,
            "product_option": 2,
            "product_option_value": 4,
            "product_to_category": 2,
        }, point
        key = outcomes[0].key or ""
        assert replace(in_english(bench.read(Entity.PRODUCTS, key)), codes={}) == replace(
            in_english(one), codes={}
        ), point
        assert bench.value("SELECT MIN(sort_order) FROM oc_product") >= 0
        assert bench.value("SELECT MIN(option_id) FROM oc_product_option") > 0
        # and a third time, the product being whole
        assert [o.key for o in bench.upsert(Entity.PRODUCTS, changes)] == [o.key for o in outcomes]
        assert bench.value("SELECT COUNT(*) FROM oc_product") == counts["product"]


@pytest.mark.parametrize("version", ["3.0.2.0", "4.1.0.4"])
def test_other_records_are_made_once(make_bench: MakeBench, version: str) -> None:
    bench = make_bench(version, products=1)
    for entity, record, table in OTHERS:
        for point in OF_OTHERS:
            before = bench.value(f"SELECT COUNT(*) FROM `oc_{table}`")
            change = StoreChange(record, every(record), f"{table} {point}")
            dies(bench, point, lambda b, e=entity, c=change: b.one(e, c))
            outcome = bench.one(entity, change)
            assert outcome.status is Written.CREATED, (table, point)
            assert bench.value(f"SELECT COUNT(*) FROM `oc_{table}`") == before + 1, (table, point)
            assert bench.value(f"SELECT MIN(sort_order) FROM `oc_{table}`") >= 0
            assert bench.one(entity, change).key == outcome.key
    assert bench.value("SELECT MIN(sort_order) FROM oc_attribute_group") >= 0
    names = "SELECT COUNT(*) FROM oc_attribute_group_description WHERE name = 'New group'"
    assert bench.value(names) == len(bench.shop.languages())


def test_a_product_deleted_in_the_shop_is_made_anew_by_its_marker(make_bench: MakeBench) -> None:
    bench = make_bench("4.1.0.4", products=1)
    product = Product("", {"en-gb": "Short-lived"})
    first = bench.create(Entity.PRODUCTS, product, "m")
    bench.sql("DELETE FROM oc_product WHERE product_id = %s", first)
    second = bench.create(Entity.PRODUCTS, product, "m")
    assert second != first
    assert bench.create(Entity.PRODUCTS, product, "m") == second
