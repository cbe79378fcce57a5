"""Quantities and prices: only what differs is written, and nothing over another's change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from agent.model.pricing import GroupPrice, PriceTarget
from agent.model.stock import StockTarget
from agent.store.writing.cases import Column, Numbers, read_numbers, write_numbers
from agent.store.writing.changes import StoreOutcome, Written
from agent.store.writing.desk import open_desk
from agent_tests.store.edits import PRODUCT
from agent_tests.store.writing.conftest import Bench, MakeBench

AMOUNTS = ("3.0.2.0", "4.0.2.3", "4.1.0.4")


@pytest.fixture(params=AMOUNTS)
def shop(request: pytest.FixtureRequest, make_bench: MakeBench) -> Bench:
    return make_bench(request.param, products=24)


def stock(bench: Bench, *targets: StockTarget) -> list[StoreOutcome]:
    return bench.writer.stock(targets, progress=lambda: bench.beats.append(1))


def prices(bench: Bench, *targets: PriceTarget) -> list[StoreOutcome]:
    return bench.writer.prices(targets, progress=lambda: bench.beats.append(1))


def test_quantities(shop: Bench) -> None:
    key = str(PRODUCT)
    have = shop.writer.current_stock([key, "999999"])
    assert list(have) == [key]
    values = {row: number + 3 for row, number in have[key].values.items()}
    variants = {row: number + 1 for row, number in have[key].variants.items()}
    assert values
    assert bool(variants) == shop.shop.dialect.variants
    dates = shop.sql("SELECT product_id, date_modified FROM oc_product ORDER BY 1")
    wanted = replace(have[key], quantity=77, values=values, variants=variants)
    odd = StockTarget("1", None, {next(iter(values)): 5})
    outcomes = stock(shop, wanted, StockTarget("999999", 1), odd, StockTarget("2"))
    assert [o.status for o in outcomes] == ["updated", "failed", "failed", "unchanged"]
    assert [o.marker for o in outcomes] == [key, "999999", "1", "2"]
    assert {o.error.code for o in outcomes if o.error} == {"store.record_gone"}
    assert shop.writer.current_stock([key]) == {key: wanted}
    assert stock(shop, wanted)[0].status is Written.UNCHANGED
    assert shop.sql("SELECT product_id, date_modified FROM oc_product ORDER BY 1") == dates
    too_many = stock(shop, StockTarget(key, 3_000_000_000))[0]
    assert too_many.error is not None
    assert too_many.error.code == "store.number_range"
    assert shop.beats


def test_many_quantities_at_once(make_bench: MakeBench) -> None:
    bench = make_bench("3.0.2.0", products=700)
    keys = [str(number) for number in range(1, 701)]
    before = bench.writer.current_stock(keys)
    targets = [StockTarget(k, (before[k].quantity or 0) + int(k) % 3, {}) for k in keys]
    outcomes = stock(bench, *targets)
    after = bench.writer.current_stock(keys)
    assert all(after[t.product].quantity == t.quantity for t in targets)
    changed = [o.marker for o in outcomes if o.status is Written.UPDATED]
    assert changed == [k for k in keys if int(k) % 3]


def test_an_order_in_between_is_not_undone(shop: Bench) -> None:
    column = Column("product", "product_id", "quantity")
    shop.sql("UPDATE oc_product SET quantity = 10 WHERE product_id IN (1, 2, 3)")
    with open_desk(shop.shop, shop.rules) as desk:
        shop.sql("UPDATE oc_product SET quantity = quantity - 1 WHERE product_id = 2")
        shop.sql("UPDATE oc_product SET quantity = 50 WHERE product_id = 3")
        numbers = Numbers({1: 10, 2: 10, 3: 10}, {1: 40, 2: 40, 3: 50})
        assert write_numbers(desk, column, numbers) == {2}
    rows = shop.sql("SELECT quantity FROM oc_product WHERE product_id IN (1, 2, 3) ORDER BY 1")
    assert rows == [(9,), (40,), (50,)]


def test_what_was_sold_since_it_was_looked_at_is_not_undone(shop: Bench) -> None:
    keys = [str(PRODUCT), "2", "3"]
    seen = shop.writer.current_stock(keys)
    row, number = next(iter(seen[str(PRODUCT)].values.items()))
    shop.sql("UPDATE oc_product SET quantity = quantity - 1 WHERE product_id = 2")
    shop.sql(
        "UPDATE oc_product_option_value SET quantity = quantity - 1"
        f" WHERE product_option_value_id = {row}"
    )
    targets = [
        StockTarget(str(PRODUCT), None, {row: number + 40}),
        StockTarget("2", (seen["2"].quantity or 0) + 40),
        StockTarget("3", (seen["3"].quantity or 0) + 40),
    ]
    outcomes = shop.writer.stock(targets, seen=seen, progress=lambda: None)
    assert [o.error.code if o.error else "" for o in outcomes] == [
        *["store.changed_meanwhile"] * 2,
        "",
    ]
    now = shop.writer.current_stock(keys)
    assert now[str(PRODUCT)].values[row] == number - 1
    assert now["2"].quantity == (seen["2"].quantity or 0) - 1
    assert now["3"].quantity == (seen["3"].quantity or 0) + 40


def test_what_is_sold_out_between_rows_that_are_meant_hides_no_missed_one(shop: Bench) -> None:
    column = Column("product", "product_id", "quantity")
    keys = range(1, 24, 2)
    shop.sql("UPDATE oc_product SET quantity = 10 * (product_id % 2)")
    shop.sql("UPDATE oc_product SET quantity = 9 WHERE product_id = 3")
    with open_desk(shop.shop, shop.rules) as desk:
        numbers = Numbers(dict.fromkeys(keys, 10), dict.fromkeys(keys, 40))
        assert write_numbers(desk, column, numbers) == {3}
    rows = shop.sql("SELECT product_id, quantity FROM oc_product WHERE product_id < 25")
    assert dict(rows) == {n: 9 if n == 3 else 40 * (n % 2) for n in range(1, 25)}


@pytest.mark.parametrize("beside", [(), (100_000,)], ids=["neighbours", "scattered"])
def test_numbers_of_any_length_keep_their_places(shop: Bench, beside: tuple[int, ...]) -> None:
    column = Column("product", "product_id", "quantity")
    keys = (*range(1, 25), *beside)
    lengths = (0, -7, 2_147_483_647, -2_147_483_648, 15)
    old = {key: lengths[key % 5] for key in keys if key < 25}
    for key, quantity in old.items():
        shop.sql(f"UPDATE oc_product SET quantity = {quantity} WHERE product_id = {key}")
    new = {key: lengths[(key + 2) % 5] for key in keys}
    with open_desk(shop.shop, shop.rules) as desk:
        numbers = Numbers({**dict.fromkeys(keys, 3), **old}, new)
        assert write_numbers(desk, column, numbers) == set(beside)
    rows = shop.sql("SELECT product_id, quantity FROM oc_product")
    assert {key: quantity for key, quantity in rows if key in old} == {k: new[k] for k in old}


def test_a_shop_that_lost_its_primary_keys(make_bench: MakeBench) -> None:
    bench = make_bench("3.0.5.1", products=24)
    for table in ("product", "product_option_value"):
        bench.sql(f"ALTER TABLE oc_{table} MODIFY {table}_id INT NOT NULL, DROP PRIMARY KEY")
    key = str(PRODUCT)
    have = bench.writer.current_stock([key])[key]
    values = {row: number + 3 for row, number in have.values.items()}
    assert values
    wanted = replace(have, quantity=77, values=values)
    assert stock(bench, wanted)[0].status is Written.UPDATED
    assert bench.writer.current_stock([key]) == {key: wanted}


@pytest.mark.parametrize("chosen", [range(1, 25), range(1, 25, 2), (3, 21), (24,)], ids=str)
def test_only_rows_that_are_meant_are_written(shop: Bench, chosen: Sequence[int]) -> None:
    column = Column("product", "product_id", "quantity")
    shop.sql("UPDATE oc_product SET quantity = 10")
    with open_desk(shop.shop, shop.rules) as desk:
        numbers = Numbers(dict.fromkeys(chosen, 10), {key: 100 + key for key in chosen})
        assert write_numbers(desk, column, numbers) == set()
    rows = shop.sql("SELECT product_id, quantity FROM oc_product WHERE product_id < 25")
    assert {key for key, quantity in rows if quantity != 10} == set(chosen)
    assert {key: quantity for key, quantity in rows if key in chosen} == {
        key: 100 + key for key in chosen
    }


def test_prices_keep_every_digit(shop: Bench) -> None:
    column = Column("product", "product_id", "price", Decimal)
    prices = [Decimal("99999999999.9999"), Decimal("0.0001"), Decimal("-12.3400")]
    for number, chosen in enumerate(((1, 2, 3), (1, 12, 24))):
        before = [Decimal(number + 5)] * 3 if not number else prices
        after = prices if not number else list(reversed(prices))
        for key, price in zip(chosen, before, strict=True):
            shop.sql(f"UPDATE oc_product SET price = {price} WHERE product_id = {key}")
        with open_desk(shop.shop, shop.rules) as desk:
            numbers = Numbers()
            for key, old, new in zip(chosen, before, after, strict=True):
                numbers.put(key, old, new)
            assert write_numbers(desk, column, numbers) == set()
            assert read_numbers(desk, column, dict.fromkeys(chosen)) == dict(
                zip(chosen, after, strict=True)
            )


def test_prices_of_groups(shop: Bench) -> None:
    groups = [key for key, _name in shop.writer.customer_groups()]
    assert len(groups) >= 2
    mine, other = groups[:2]
    key = "3"
    kept = GroupPrice(other, Decimal("5.0000"), 3)
    assert prices(shop, PriceTarget(key, None, (kept,), frozenset(groups)))[0].error is None
    wanted = (
        GroupPrice(mine, Decimal("9.0000"), 10, starts=date(2026, 1, 1)),
        GroupPrice(mine, Decimal("8.5000"), special=True, ends=date(2026, 12, 31)),
    )
    target = PriceTarget(key, Decimal("12.3456"), wanted, frozenset({mine}))
    assert prices(shop, target)[0].status is Written.UPDATED
    found = shop.writer.current_prices([key])[key]
    assert found.price == Decimal("12.3456")
    assert set(found.groups) == {kept, *wanted}
    # the shop's own comparison makes the last day end at its first minute
    table = "discount" if shop.shop.dialect.specials == "discount" else "special"
    ends = f"SELECT MAX(date_end) FROM oc_product_{table} WHERE product_id = 3"
    assert str(shop.value(ends)) == "2027-01-01"
    numbers = shop.sql("SELECT product_discount_id FROM oc_product_discount ORDER BY 1")
    assert prices(shop, target)[0].status is Written.UNCHANGED
    assert shop.sql("SELECT product_discount_id FROM oc_product_discount ORDER BY 1") == numbers
    assert prices(shop, PriceTarget(key, None, (), frozenset({mine})))[0].error is None
    assert shop.writer.current_prices([key])[key].groups == (kept,)


def test_prices_that_cannot_be(shop: Bench) -> None:
    group = shop.writer.customer_groups()[0][0]
    backwards = GroupPrice(group, Decimal(1), starts=date(2026, 2, 1), ends=date(2026, 1, 1))
    outcomes = prices(
        shop,
        PriceTarget("1", Decimal(-1)),
        PriceTarget("2", None, (GroupPrice("4711", Decimal(1)),), frozenset({"4711"})),
        PriceTarget("3", None, (backwards,), frozenset({group})),
        PriceTarget("999999", Decimal(1)),
        PriceTarget("4", Decimal("4.44")),
    )
    assert [o.error.code if o.error else o.status for o in outcomes] == [
        "store.price_negative",
        "store.customer_group",
        "store.price_dates",
        "store.record_gone",
        "updated",
    ]
    assert all(o.error.fix for o in outcomes if o.error)


def test_variants_follow_their_product(make_bench: MakeBench) -> None:
    bench = make_bench("4.1.0.4", products=24)
    group = bench.writer.customer_groups()[0][0]
    key = str(PRODUCT)
    variants = bench.sql(
        f"SELECT product_id FROM oc_product WHERE master_id = {PRODUCT} ORDER BY 1"
    )
    own, *others = [int(row[0]) for row in variants]
    bench.sql(f"UPDATE oc_product SET override = '' WHERE master_id = {PRODUCT}")
    bench.sql(
        'UPDATE oc_product SET override = \'{"price":"1"}\', price = 1 WHERE product_id = %s', own
    )
    assert others
    target = PriceTarget(
        key, Decimal("33.0000"), (GroupPrice(group, Decimal(30), 5),), frozenset({group})
    )
    assert prices(bench, target)[0].status is Written.UPDATED
    found = dict(bench.sql("SELECT product_id, price FROM oc_product"))
    assert found[own] == 1
    assert {found[number] for number in (PRODUCT, *others)} == {Decimal("33.0000")}
    offers = "SELECT product_id FROM oc_product_discount WHERE quantity = 5 ORDER BY 1"
    assert {row[0] for row in bench.sql(offers)} >= {*others, PRODUCT}


def test_what_there_is_to_choose_from(shop: Bench) -> None:
    assert shop.writer.stores()[0][0] == "0"
    assert all(name for _key, name in shop.writer.stores())
    assert shop.writer.languages == shop.shop.languages()
