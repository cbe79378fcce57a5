"""The rights that are granted are enough for writing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from agent.db import Database
from agent.errors import ConfigError
from agent.model.catalogue import Category, Variant
from agent.model.entity import Entity
from agent.model.pricing import GroupPrice, PriceTarget
from agent.model.stock import StockTarget
from agent.store import Shop
from agent.store.grants import WRITE_RIGHTS, grants
from agent.store.writing.changes import WriteRules
from agent.store.writing.schema import WRITTEN
from agent_tests.store.writing.conftest import Bench, MakeBench, every
from agent_tests.store.writing.test_round_trip import full_product


def test_every_table_that_is_written_has_a_grant() -> None:
    assert set(WRITTEN) == set(WRITE_RIGHTS)


def limited(bench: Bench, user: str, skip: str = "no table") -> Bench:
    """Give the same shop to a user with the granted rights only."""
    bench.sql(f"CREATE USER {user}@'127.0.0.1' IDENTIFIED BY 'pw'")
    for statement in grants(bench.shop.dialect, bench.lab.name, user, "127.0.0.1"):
        if skip not in statement:
            bench.sql(statement)
    settings = replace(bench.shop.database.settings, user=user, password="pw")
    shop = Shop(Database(settings), None, "http://127.0.0.1/")
    return replace(bench, lab=replace(bench.lab, shop=shop))


@pytest.mark.parametrize("version", ["3.0.2.0", "4.0.2.3", "4.1.0.1", "4.1.0.4"])
def test_writing_needs_no_more(make_bench: MakeBench, version: str) -> None:
    root = make_bench(version, products=3)
    bench = limited(root, "scribe")
    try:
        bench.rules = WriteRules(options_as="variants")
        product = full_product(bench)
        values = [value.value for value in product.options[0].values]
        variants = tuple(
            Variant(str(at), (value,), sku=f"V{at}", price=Decimal(at + 1), quantity=at)
            for at, value in enumerate(values)
        )
        product = replace(product, variants=variants)
        key = bench.create(Entity.PRODUCTS, product, "p")
        found = bench.read(Entity.PRODUCTS, key)
        assert len(found.variants) == (2 if bench.shop.dialect.variants else 0)
        shorter = replace(
            found, key=key, options=(), specs=(), categories=(), barcode="", codes={}, variants=()
        )
        assert bench.update(Entity.PRODUCTS, shorter, *(every(found) - {"images"})).error is None
        top = bench.create(Entity.CATEGORIES, Category("", {"en-gb": "Top"}), "top")
        moved = replace(bench.read(Entity.CATEGORIES, product.categories[0]), parent=top)
        assert bench.update(Entity.CATEGORIES, moved, "parent").error is None
        back = replace(moved, parent=None)
        assert bench.update(Entity.CATEGORIES, back, "parent").error is None
        group = bench.writer.customer_groups()[0][0]
        for prices in (
            (GroupPrice(group, Decimal(1), 5), GroupPrice(group, Decimal(2), special=True)),
            (),
        ):
            target = PriceTarget(key, Decimal(9), prices, frozenset({group}))
            (outcome,) = bench.writer.prices([target], progress=lambda: None)
            assert outcome.error is None
        (outcome,) = bench.writer.stock([StockTarget(key, 99)], progress=lambda: None)
        assert outcome.error is None
        assert bench.writer.stores()
    finally:
        bench.shop.database.close()
        root.sql("DROP USER scribe@'127.0.0.1'")


def test_an_older_installation_is_told_what_to_do(make_bench: MakeBench) -> None:
    """Before the way into the shop, only rights to read were granted."""
    root = make_bench("4.1.0.4", products=1)
    bench = limited(root, "reader", skip="INSERT, ")
    root.sql("GRANT SELECT, INSERT ON oc_erp_birth TO reader@'127.0.0.1'")
    try:
        with pytest.raises(ConfigError) as caught:
            bench.writer.stock([StockTarget("1", 5)], progress=lambda: None)
        assert caught.value.code == "store.write_rights"
        assert "install.sh" in caught.value.fix
    finally:
        bench.shop.database.close()
        root.sql("DROP USER reader@'127.0.0.1'")
