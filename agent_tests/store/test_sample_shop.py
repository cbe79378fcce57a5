"""The sample shop itself."""

from __future__ import annotations

import json
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest

from agent.db import DatabaseSettings
from agent.errors import ConfigError, Unreachable
from agent.sandbox.store import build_sample_shop, run
from agent.sandbox.store.shapes import Shape
from agent.store.images import is_image
from agent_tests.lab.mariadb import MariaDb, free_port
from agent_tests.store.conftest import DUMPS, Lab, MakeShop


@pytest.mark.parametrize("version", DUMPS)
def test_tables_are_as_in_a_real_installation(
    make_shop: MakeShop, mariadb: MariaDb, shared: Path, version: str
) -> None:
    """Compare names, types and engines of all tables with a dump of the same version."""
    lab = make_shop(version, products=0)
    real = f"real_{version.replace('.', '_')}"
    mariadb.create_database(real)
    mariadb.load(real, shared / "opencart" / f"opencart-{version}.sql")
    try:

        def columns(database: str) -> dict[str, dict[str, str]]:
            found: dict[str, dict[str, str]] = {}
            for table, column, kind, key in lab.sql(
                "SELECT table_name, column_name, column_type, column_key"
                " FROM information_schema.columns WHERE table_schema = %s",
                database,
            ):
                plain = kind.split("(")[0] if "int" in kind else kind
                primary = " primary" if key == "PRI" else ""
                found.setdefault(table, {})[column] = f"{plain}{primary}"
            return found

        ours, theirs = columns(lab.name), columns(real)
        assert set(ours) <= set(theirs)
        differences = {
            f"{table}.{column}: {ours[table].get(column)} instead of {kind}"
            for table in ours
            for column, kind in theirs[table].items()
            if ours[table].get(column) != kind
        }
        extra = {f"{t}.{c}" for t in ours for c in ours[t] if c not in theirs[t]}
        assert (differences, extra) == (set(), set())
        tables = "SELECT DISTINCT engine, table_collation FROM information_schema.tables"
        for database in (lab.name, real):
            assert lab.sql(
                f"{tables} WHERE table_schema = %s AND table_name = 'oc_product'", database
            ) == lab.sql(f"{tables} WHERE table_schema = %s AND table_name = 'oc_product'", real)
    finally:
        mariadb.execute(f"DROP DATABASE `{real}`")


FIFTH = Decimal("0.0001")


def test_orders_add_up_to_the_cent(make_shop: MakeShop) -> None:
    for version in ("3.0", "4.0", "4.1"):
        lab = make_shop(version, products=60, orders=120)
        orders = {
            row[0]: row[1:]
            for row in lab.sql(
                "SELECT order_id, total, order_status_id FROM oc_order WHERE order_status_id > 0"
            )
        }
        assert len(orders) == 120
        for order, (total, status) in orders.items():
            rows = lab.sql(
                "SELECT code, value FROM oc_order_total WHERE order_id = %s ORDER BY sort_order",
                order,
            )
            assert [code for code, _value in rows][:2] == ["sub_total", "shipping"]
            assert rows[-1] == ("total", total)
            # each row is rounded to the database's four decimals for itself
            assert abs(sum(value for _code, value in rows[:-1]) - total) <= len(rows) * FIFTH / 2
            lines = lab.sql(
                "SELECT quantity, price, total, tax FROM oc_order_product WHERE order_id = %s",
                order,
            )
            assert all(quantity * price == amount for quantity, price, amount, _tax in lines)
            gifts = 0
            if lab.shop.dialect.has("order_voucher"):
                gifts = lab.value(
                    "SELECT COALESCE(SUM(amount), 0) FROM oc_order_voucher WHERE order_id = %s",
                    order,
                )
            assert sum(line[2] for line in lines) + gifts == rows[0][1]
            assert (
                lab.value(
                    "SELECT order_status_id FROM oc_order_history WHERE order_id = %s"
                    " ORDER BY order_history_id DESC LIMIT 1",
                    order,
                )
                == status
            )
        dangling = lab.value(
            "SELECT COUNT(*) FROM oc_order_option o LEFT JOIN oc_product_option_value v"
            " ON v.product_option_value_id = o.product_option_value_id"
            " AND v.product_option_id = o.product_option_id WHERE v.product_id IS NULL"
        )
        assert dangling == 0
        assert lab.value("SELECT COUNT(*) FROM oc_order_option") > 0
        assert lab.value("SELECT COUNT(*) FROM oc_customer") == 40


def test_payment_as_each_version_keeps_it(make_shop: MakeShop) -> None:
    columns = "SELECT DISTINCT payment_method, payment_code FROM oc_order WHERE language_id = 1"
    old = make_shop("4.0.0.0", products=5, orders=40)
    assert sorted(old.sql(columns)) == [
        ("Bank transfer", "bank_transfer"),
        ("Cash on delivery", "cod"),
    ]
    new = make_shop("4.0.2.3", products=5, orders=40)
    payments = {row[0] for row in new.sql("SELECT payment_method FROM oc_order")}
    assert {json.loads(text)["code"] for text in payments} == {
        "cod.cod",
        "bank_transfer.bank_transfer",
    }
    shipping = {row[0] for row in new.sql("SELECT shipping_method FROM oc_order")}
    assert {(json.loads(text)["code"], json.loads(text)["cost"]) for text in shipping} == {
        ("flat.flat", "4.90"),
        ("pickup.pickup", "0.00"),
    }


def test_texts_are_escaped_as_by_the_forms(make_shop: MakeShop) -> None:
    lab = make_shop("4.1", products=20)
    names = [row[0] for row in lab.sql("SELECT name FROM oc_product_description")]
    assert any("&quot;" in name for name in names)
    assert any("&amp;" in name for name in names)
    assert not any(character in name for name in names for character in '<>"')


def dump_of(lab: Lab) -> dict[str, list[tuple[object, ...]]]:
    tables = [row[0] for row in lab.sql("SHOW TABLES")]
    return {table: sorted(lab.sql(f"SELECT * FROM `{table}`"), key=repr) for table in tables}


def test_the_same_seed_makes_the_same_shop(make_shop: MakeShop, mariadb: MariaDb) -> None:
    one, two = (make_shop("4.1", products=40, orders=20) for _ in range(2))
    first = dump_of(one)
    assert first == dump_of(two)
    build_sample_shop(two.settings, version="4.1", products=40, orders=20, seed=2, replace=True)
    assert first["oc_product"] != dump_of(two)["oc_product"]


def test_pictures(tmp_path: Path, make_shop: MakeShop) -> None:
    lab = make_shop("4.1", products=50, image_dir=tmp_path)
    paths = {
        row[0].replace("&amp;", "&")
        for table in ("product", "product_image", "category", "manufacturer", "option_value")
        for row in lab.sql(f"SELECT image FROM oc_{table} WHERE image <> ''")
    }
    assert len(paths) > 50
    contents = {(tmp_path / path).read_bytes() for path in paths}
    assert all(is_image(data) for data in contents)
    assert len(contents) == len(paths)


def test_a_shop_that_is_no_sample_is_left_alone(make_shop: MakeShop) -> None:
    lab = make_shop("4.1", products=3)
    with pytest.raises(ConfigError) as caught:
        build_sample_shop(lab.settings, products=3)
    assert caught.value.code == "sandbox.not_empty"
    build_sample_shop(lab.settings, version="3.0", products=4, replace=True)
    assert lab.value("SELECT COUNT(*) FROM oc_product") == 4
    lab.sql("DELETE FROM oc_setting WHERE code = 'erp_bridge_sample'")
    with pytest.raises(ConfigError) as caught:
        build_sample_shop(lab.settings, products=3, replace=True)
    assert caught.value.code == "sandbox.real_shop"
    assert lab.value("SELECT COUNT(*) FROM oc_product") == 4


@pytest.mark.parametrize("version", ["2.3.0.2", "3.0.1.2", "4.2", "latest", "4.1.0.5"])
def test_unknown_versions(version: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Shape.of(version)
    assert caught.value.code == "sandbox.version"


def test_families_and_numbers(make_shop: MakeShop) -> None:
    assert str(Shape.of("4.0")) == "4.0.2.3"
    assert "product_special" in Shape.of("4.0").tables()
    assert "product_special" not in Shape.of("4.1").tables()
    with pytest.raises(ConfigError):
        build_sample_shop(make_shop("3.0", products=0).settings, products=-1, replace=True)


def test_a_server_that_does_not_answer() -> None:
    with pytest.raises(Unreachable):
        build_sample_shop(DatabaseSettings(port=free_port(), user="root", database="x"))


def test_the_command_makes_the_database_and_tells(mariadb: MariaDb) -> None:
    settings = DatabaseSettings(
        host="127.0.0.1", port=mariadb.port, user="root", database="fresh_sample"
    )
    said: list[str] = []
    try:
        result = run(settings, version="4.0", products=10, orders=2, say=said.append)
    finally:
        mariadb.execute("DROP DATABASE fresh_sample")
    assert result["products"] == 10
    assert result["orders"] == 2
    assert json.loads(json.dumps(result)) == result
    assert "10 products" in said[-1]


def test_memory_does_not_grow_with_the_shop(make_shop: MakeShop) -> None:
    def peak(products: int) -> int:
        lab = make_shop("4.1", products=0)
        tracemalloc.start()
        try:
            build_sample_shop(
                lab.settings, version="4.1", products=products, orders=products, replace=True
            )
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(4000) < 1.2 * peak(2000)
