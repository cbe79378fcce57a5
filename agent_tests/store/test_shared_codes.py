"""Shared SKUs and the products of variants are found in every schema."""

from __future__ import annotations

import pytest

from agent.db import Database
from agent.sandbox.store import build_sample_shop
from agent.store.shared_codes import shared_skus
from agent.store.shop import Shop
from agent.store.variants import owners


@pytest.mark.parametrize("version", ["3.0", "4.0", "4.1.0.1", "4.1.0.4"])
def test_shared_skus_are_found(database: Database, version: str) -> None:
    build_sample_shop(database.settings, version=version, products=30, orders=0)
    shop = Shop(database)
    assert shared_skus(shop, ["no such", ""]) == {}
    with shop.open() as view:
        prefix = view.dialect.prefix
        columns = "sku" in view.dialect.code_columns
    with database.cursor() as cursor:
        if columns:
            cursor.execute(f"UPDATE {prefix}product SET sku = 'A&amp;B' WHERE product_id IN (4, 9)")
        else:
            cursor.execute(
                f"UPDATE {prefix}product_code SET value = 'A&amp;B'"
                " WHERE code = 'SKU' AND product_id IN (4, 9)"
            )
    assert shared_skus(shop, ["A&B", "no such"]) == {"A&B": ("4", "9")}


def test_the_sku_that_variants_have_from_their_product_is_not_shared(database: Database) -> None:
    build_sample_shop(database.settings, version="4.0", products=30, orders=0)
    shop = Shop(database)
    with database.cursor() as cursor:
        cursor.execute("SELECT product_id FROM oc_product WHERE master_id = 6 ORDER BY 1")
        one, two = (str(row[0]) for row in cursor.fetchall())
        cursor.execute("UPDATE oc_product SET sku = 'X' WHERE product_id = 6 OR master_id = 6")
        assert shared_skus(shop, ["X"]) == {}
        cursor.execute("UPDATE oc_product SET sku = 'X' WHERE product_id = 9")
        assert shared_skus(shop, ["X"]) == {"X": ("6", "9")}
        cursor.execute("UPDATE oc_product SET sku = 'Y' WHERE master_id = 6")
        assert shared_skus(shop, ["Y"]) == {"Y": (one, two)}


def test_variants_know_their_product(database: Database) -> None:
    build_sample_shop(database.settings, version="4.1", products=60, orders=0)
    shop = Shop(database)
    with database.cursor() as cursor:
        cursor.execute("SELECT product_id, master_id FROM oc_product WHERE master_id > 0")
        expected = {str(variant): str(master) for variant, master in cursor.fetchall()}
    assert expected
    assert owners(shop, [*expected, "1", "999999", "no number"]) == expected


def test_a_shop_without_variants_has_no_owners(database: Database) -> None:
    build_sample_shop(database.settings, version="3.0", products=5, orders=0)
    assert owners(Shop(database), ["1", "2"]) == {}
