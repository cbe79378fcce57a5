"""Caches of real shops: what was written is seen once the shop dropped what it remembered."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from agent_tests.browser.installed import PAIRING_KEY, Installed, install, pair
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart_shopper import Shopper
from agent_tests.lab.shop_api import call_shop

pytestmark = pytest.mark.browser

APPLE, IPHONE, PHONES = 8, 40, 24
KINDS = ["product", "category", "manufacturer", "attribute"]


@pytest.fixture(scope="module", params=["3.0.3.9", "3.0.5.1", "4.0.2.3", "4.1.0.4"])
def shop(
    request: pytest.FixtureRequest, open_store: StoreFactory, extension_zip: Path
) -> Iterator[Installed]:
    """Give a paired shop of each line of OpenCart."""
    shop = install(open_store(request.param), extension_zip)
    pair(shop)
    shop.store.forget_errors()
    yield shop
    assert shop.store.error_log() == []
    shop.store.stop()


def drop(shop: Installed, *kinds: str) -> tuple[int, Any]:
    return call_shop(shop.store, PAIRING_KEY, "caches", {"kinds": list(kinds)})


def manufacturers(shop: Installed) -> str:
    return Shopper(shop.store).get("product/manufacturer").text


def phones(shop: Installed) -> str:
    return Shopper(shop.store).get("product/category", path=PHONES).text


def test_a_renamed_manufacturer_is_seen(shop: Installed) -> None:
    name = "Apple, renamed"
    assert "Apple" in manufacturers(shop)
    tables = ["manufacturer"]
    if shop.store.rows("SHOW TABLES LIKE %s", (f"{shop.store.prefix}manufacturer_description",)):
        tables.append("manufacturer_description")
    for table in tables:
        columns = {row["Field"] for row in shop.store.rows(f"SHOW COLUMNS FROM {{p}}{table}")}
        if "name" in columns:
            shop.store.rows(
                f"UPDATE {{p}}{table} SET name = %s WHERE manufacturer_id = %s", (name, APPLE)
            )
    assert name not in manufacturers(shop), "nothing was cached, so nothing is tried here"
    assert drop(shop, *KINDS) == (200, {"dropped": 4})
    assert name in manufacturers(shop)


def test_a_renamed_product_is_seen(shop: Installed) -> None:
    assert "iPhone" in phones(shop)
    shop.store.rows(
        "UPDATE {p}product_description SET name = 'iPhone, renamed' WHERE product_id = %s",
        (IPHONE,),
    )
    stale = "iPhone, renamed" not in phones(shop)
    assert stale == (shop.store.major > 3), "only OpenCart 4 caches the products of a category"
    assert drop(shop, "product") == (200, {"dropped": 1})
    assert "iPhone, renamed" in phones(shop)


def test_every_store_and_language_is_dropped_and_nothing_else(shop: Installed) -> None:
    cache = shop.store.storage / "cache"
    later = int(time.time()) + 3600
    dropped = [f"cache.product.{name}.{later}" for name in ("latest.2.7.3.5", "0a1b", "special")]
    kept = [f"cache.{name}.{later}" for name in ("currency", "productive", "category.1")]
    for name in dropped + kept:
        (cache / name).write_text("[]")
    for _ in range(3):
        assert drop(shop, "product") == (200, {"dropped": 1})
    assert [name for name in dropped if (cache / name).exists()] == []
    assert [name for name in kept if not (cache / name).exists()] == []


@pytest.mark.parametrize("kinds", [[], ["*"], ["product", "../x"], [["product"]], "product"])
def test_other_kinds_are_refused(shop: Installed, kinds: Any) -> None:
    status, answer = call_shop(shop.store, PAIRING_KEY, "caches", {"kinds": kinds})
    assert (status, answer["error"]["code"]) == (422, "shop.request_wrong")
