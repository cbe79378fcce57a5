"""Entries by quantities and days say of every day and quantity what the rules say."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.erp.odoo.source.price_days import Table, entries, noon, windows
from agent.erp.odoo.source.price_rules import Goods, Rate, Rates, Rule, Rules, rounded_to, steps
from agent.model.pricing import ListPrice

ZONE = ZoneInfo("Pacific/Auckland")
TODAY = date(2026, 9, 20)  # a week before the clocks change there
USUAL = Decimal(100)
GOODS = Goods(1, 1, (), USUAL, 1, Decimal(0), 1)


def read(found: tuple[ListPrice, ...], quantity: int, day: date) -> Decimal:
    """Return what a shop asks by the entries."""
    holding = [
        e
        for e in found
        if e.quantity <= quantity
        and (e.starts is None or e.starts <= day)
        and (e.ends is None or e.ends >= day)
    ]
    if not holding:
        return USUAL
    most = max(e.quantity for e in holding)
    best = [e for e in holding if e.quantity == most]
    dated = [e for e in best if e.starts or e.ends]
    assert len(dated) <= 1
    assert len(best) - len(dated) <= 1
    return (dated or best)[0].price


moments = st.none() | st.integers(-24 * 20, 24 * 40).map(
    lambda hours: datetime(2026, 9, 20, tzinfo=UTC) + timedelta(hours=hours)
)
rules = st.builds(
    Rule,
    id=st.integers(1, 10**6),
    pricelist=st.just(1),
    min_quantity=st.sampled_from(["0", "1", "2", "2.5", "5"]).map(Decimal),
    starts=moments,
    ends=moments,
    fixed=st.sampled_from([60, 80, 100, 120]).map(Decimal),
)


@given(st.lists(rules, max_size=6, unique_by=lambda r: r.id))
def test_every_day_has_its_prices(made: list[Rule]) -> None:
    desk = Rules(made, {1: 1}, Rates(), converts_last=False)

    def table(day: date | None) -> Table:
        at = noon(day or TODAY, ZONE)
        return {q: desk.price(1, GOODS, Decimal(q), at, dated=day is not None) for q in steps(made)}

    spans = windows(made, (), ZONE, TODAY)
    found = entries(spans, table, lambda _: USUAL, TODAY)
    for after in range(45):
        day = TODAY + timedelta(days=after)
        for quantity in (1, 2, 3, 4, 5, 50):
            expected = desk.price(1, GOODS, Decimal(quantity), noon(day, ZONE))
            assert read(found, quantity, day) == expected, (day, quantity, found)


def test_spans_are_whole_and_begin_with_the_one_of_today() -> None:
    def at(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=ZONE)

    made = [
        Rule(1, 1, starts=at("2026-09-01 00:00"), ends=at("2026-09-10 23:59:59")),
        Rule(2, 1, starts=at("2026-09-21 12:00"), ends=at("2026-09-25 11:59:59")),
    ]
    assert windows(made, [], ZONE, TODAY) == [
        (date(2026, 9, 11), date(2026, 9, 20)),
        (date(2026, 9, 21), date(2026, 9, 24)),
        (date(2026, 9, 25), None),
    ]
    assert windows([], [date(2026, 10, 1)], ZONE, TODAY) == [
        (None, date(2026, 9, 30)),
        (date(2026, 10, 1), None),
    ]


@pytest.mark.parametrize(
    ("value", "step", "expected"),
    [("107", "10", "110"), ("104.99", "10", "100"), ("2.675", "0.01", "2.68"), ("-5", "10", "-10")],
)
def test_rules_round_halves_away_from_zero(value: str, step: str, expected: str) -> None:
    assert rounded_to(Decimal(value), Decimal(step)) == Decimal(expected)


class TestRates:
    RATES: tuple[Rate, ...] = (
        Rate(date(2026, 1, 1), Decimal(2), own=False),
        Rate(date(2026, 3, 1), Decimal(3), own=False),
        Rate(date(2026, 2, 1), Decimal(5), own=True),
    )

    def rate(self, day: date, *, early: bool = False) -> Decimal:
        rates = Rates({7: self.RATES}, early)
        return rates.convert(Decimal(1), 1, 7, datetime(day.year, day.month, day.day, tzinfo=UTC))

    def test_the_companys_own_goes_first(self) -> None:
        assert self.rate(date(2026, 1, 15)) == 2
        assert self.rate(date(2026, 4, 1)) == 5

    def test_before_the_first_one(self) -> None:
        assert self.rate(date(2025, 1, 1)) == 1
        assert self.rate(date(2025, 1, 1), early=True) == 5

    def test_the_way_back(self) -> None:
        rates = Rates({7: self.RATES})
        at = datetime(2026, 4, 1, tzinfo=UTC)
        assert rates.convert(Decimal(10), 7, 1, at) == 2
        assert rates.convert(Decimal(10), 7, 7, at) == 10
