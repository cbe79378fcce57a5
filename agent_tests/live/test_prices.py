"""Prices for the shop are those that Odoo itself computes: random price lists on real servers."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from agent.erp.odoo.adapter import OdooErp
from agent.erp.registry import connect
from agent.erp.source import SourceErp
from agent.model.pricing import ErpPrices, ListPrice
from agent_tests.lab.odoo import OdooDatabase
from agent_tests.live.price_oracle import Asked, Market, Oracle

pytestmark = pytest.mark.live

ZONE = ZoneInfo("America/New_York")
POINTS = 150
"""Products by quantities by days that are compared per market."""


def price_of(entries: tuple[ListPrice, ...], quantity: int, day: date) -> Decimal | None:
    """Return what a shop asks, None for its usual price."""
    holding = [
        e
        for e in entries
        if e.quantity <= quantity
        and (e.starts is None or e.starts <= day)
        and (e.ends is None or e.ends >= day)
    ]
    if not holding:
        return None
    best = max(e.quantity for e in holding)
    ranked = sorted(
        (e for e in holding if e.quantity == best),
        key=lambda e: e.starts is None and e.ends is None,
    )
    if len(ranked) > 1:  # nothing may hang on the order of two that hold on the same days
        assert (ranked[0].starts, ranked[0].ends) != (ranked[1].starts, ranked[1].ends)
    return ranked[0].price


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("version", ["19", "14"])
def test_prices_are_those_of_odoo(
    version: str, seed: int, fresh_odoo: Callable[[str], OdooDatabase]
) -> None:
    odoo = fresh_odoo(version)
    (company,) = odoo.rpc("res.company", "search_read", [], ["partner_id"], limit=1)
    odoo.rpc("res.partner", "write", [company["partner_id"][0]], {"tz": str(ZONE)})
    today = datetime.now(UTC).astimezone(ZONE).date()
    market = Market(odoo, seed, today)
    compare(odoo, market, random.Random(seed), today)


def compare(odoo: OdooDatabase, market: Market, pick: random.Random, today: date) -> None:
    """Compare random points of a market with what Odoo says."""
    settings = {"url": odoo.url, "database": odoo.database, "user": odoo.user}
    erp = connect("odoo", settings, odoo.password, instance="opencart_prices")
    assert isinstance(erp, OdooErp)
    source: SourceErp = erp
    refs = [str(number) for number in (*market.products, market.shirt)]
    read = {found.ref: found for found in source.prices(refs, [str(n) for n in market.lists])}
    erp.close()
    assert set(read) == set(refs)
    points: list[tuple[str, int, int, date]] = []
    asked: list[Asked] = []
    usual: list[Asked] = []
    for _ in range(POINTS):
        ref, chosen = pick.choice(refs), pick.choice(market.lists)
        quantity = pick.choice([1, 2, 3, 4, 5, 9, 10, 30])
        day = today + timedelta(days=pick.randrange(0, 60))
        points.append((ref, chosen, quantity, day))
        noon = datetime.combine(day, time(12), ZONE).astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        asked.append((chosen, "product.template", int(ref), quantity, noon))
        usual.append((market.plain[chosen], "product.template", int(ref), quantity, noon))
    oracle = Oracle(odoo)
    expected, own = oracle.prices(asked), oracle.prices(usual)
    wrong: list[str] = []
    told = 0
    for point, amount, plain in zip(points, expected, own, strict=True):
        ref, chosen, quantity, day = point
        found = read[ref]
        assert isinstance(found, ErpPrices), found
        mine = price_of(found.lists[str(chosen)], quantity, day)
        told += mine is not None
        mine = Decimal(repr(plain)) if mine is None else mine
        if abs(Decimal(repr(amount)) - mine) > Decimal("0.00501"):
            wrong.append(f"{ref} in {chosen}: {quantity} on {day}: {mine}, Odoo {amount}")
    assert not wrong, "\n".join([*wrong[:10], market.tag])
    assert told > POINTS // 3
