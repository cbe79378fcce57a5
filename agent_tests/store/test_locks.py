"""A shopper's checkout never waits for the agent: reads are short and buffered."""

from __future__ import annotations

from collections.abc import Sequence

import pymysql
import pytest
from pymysql.cursors import SSCursor

from agent.model.entity import Entity
from agent.store import FeedCursor
from agent.store.readers import READERS
from agent.store.sql import Query, Row
from agent_tests.store.conftest import Lab, MakeShop

TABLES = (
    "product",
    "product_description",
    "product_option_value",
    "category",
    "option_value",
    "order",
    "order_product",
    "order_option",
    "order_total",
    "order_history",
    "customer",
    "address",
)


def checkout(lab: Lab) -> None:
    """Write as a checkout does, giving up when a lock is held."""
    lab.sql("SET lock_wait_timeout = 1, innodb_lock_wait_timeout = 1")
    for table in TABLES:
        first = lab.value(
            "SELECT column_name FROM information_schema.columns WHERE table_schema = %s"
            " AND table_name = %s AND ordinal_position = 1",
            lab.name,
            f"oc_{table}",
        )
        lab.sql(f"UPDATE `oc_{table}` SET `{first}` = `{first}` LIMIT 1")
    lab.sql("UPDATE oc_product SET quantity = quantity - 1 WHERE product_id = 1")


def test_a_stream_would_block_the_checkout(make_shop: MakeShop) -> None:
    """The control: an unread stream does hold a lock that ``checkout`` runs into."""
    lab = make_shop("3.0.2.0", products=3000)
    stream = lab.server.connect(lab.name)
    try:
        with stream.cursor(SSCursor) as cursor:
            cursor.execute(
                "SELECT * FROM oc_product p JOIN oc_product_description d USING (product_id)"
            )
            assert cursor.fetchone()
            with pytest.raises(pymysql.err.OperationalError):
                checkout(lab)
    finally:
        stream.close()
    checkout(lab)


@pytest.mark.parametrize("version", ["3.0.2.0", "4.1.0.4"])
def test_no_lock_outlives_a_statement(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    """Check out after each statement of each reader, while its connection is still borrowed."""
    lab = make_shop(version, orders=8)
    plain = Query.rows
    statements = 0

    def rows(self: Query, sql: str, args: Sequence[object] = ()) -> list[Row]:
        nonlocal statements
        found = plain(self, sql, args)
        statements += 1
        checkout(lab)
        return found

    monkeypatch.setattr(Query, "rows", rows)
    for entity in READERS:
        reader = lab.shop.reader(entity)
        keys = [row.key for row in reader.scan("", 5)]
        assert reader.read(keys)
    lab.shop.orders.since(FeedCursor())
    assert statements > 90


@pytest.mark.parametrize("entity", [Entity.PRODUCTS, Entity.ORDERS, Entity.CUSTOMERS])
def test_the_number_of_queries_does_not_grow_with_the_page(
    make_shop: MakeShop, monkeypatch: pytest.MonkeyPatch, entity: Entity
) -> None:
    lab = make_shop("4.1.0.4", products=300, orders=900)
    plain = Query.rows
    statements: list[str] = []

    def rows(self: Query, sql: str, args: Sequence[object] = ()) -> list[Row]:
        statements.append(sql)
        return plain(self, sql, args)

    monkeypatch.setattr(Query, "rows", rows)
    reader = lab.shop.reader(entity)
    reader.count()  # looks at the schema, once
    counts = []
    for limit in (8, 300):
        statements.clear()
        keys = [row.key for row in reader.scan("", limit)]
        scanned = len(statements)
        assert len(reader.read(keys)) == limit
        counts.append((scanned, len(statements) - scanned))
    assert counts[0] == counts[1]
    assert max(counts[0]) < 25


def test_pages_are_small_where_tables_lock(make_shop: MakeShop) -> None:
    lab = make_shop("3.0.2.0", products=5)
    reader = READERS[Entity.PRODUCTS](lab.shop)
    with lab.shop.open() as view:
        assert reader.scan_size(view) <= 2000  # type: ignore[attr-defined]
        lab.sql("ALTER TABLE oc_product ENGINE=InnoDB")
    lab.shop.__dict__.pop("dialect")
    with lab.shop.open() as view:
        assert reader.scan_size(view) > 2000  # type: ignore[attr-defined]


def test_pages_of_orders_are_small_where_tables_lock(make_shop: MakeShop) -> None:
    sizes = {}
    for version in ("3.0.2.0", "4.1.0.4"):
        lab = make_shop(version, products=5)
        with lab.shop.open() as view:
            sizes[version] = READERS[Entity.ORDERS](lab.shop).scan_size(view)  # type: ignore[attr-defined]
    assert sizes["3.0.2.0"] <= 2000 < sizes["4.1.0.4"]


def test_scans_longer_than_a_page(make_shop: MakeShop) -> None:
    """A scan of more products than one query covers finds each once, whatever the engine."""
    for version in ("3.0.2.0", "4.1.0.4"):
        lab = make_shop(version, products=2300)
        rows = lab.shop.reader(Entity.PRODUCTS).scan("", 5000)
        assert [int(row.key) for row in rows] == list(range(1, 2301))
        assert len(lab.shop.reader(Entity.PRODUCTS).read([row.key for row in rows])) == 2300
