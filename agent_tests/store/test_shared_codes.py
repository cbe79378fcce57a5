"""SKUs that several products have are found in every schema."""

from __future__ import annotations

import pytest

from agent.db import Database
from agent.sandbox.store import build_sample_shop
from agent.store.shared_codes import shared_skus
from agent.store.shop import Shop


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
