"""Prices of one product in one list as a shop can show them: by quantities and by days.

A day has the price that holds at its noon in the company's time zone: rules begin and end at any
time of day, shops know only days. What always holds stands without days; where some days have
another price from a quantity on, they have an entry of their own, which goes before the one
without days.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from agent.erp.odoo.source.price_rules import Rule
from agent.model.pricing import ListPrice

_DAY = timedelta(days=1)
Window = tuple[date | None, date | None]
"""First and last day; None where it has none."""
Table = dict[int, Decimal]
"""Price by the quantity it holds from on."""


def noon(day: date, zone: tzinfo) -> datetime:
    """Return the middle of a day."""
    return datetime.combine(day, time(12), zone)


def windows(
    rules: Sequence[Rule], others: Iterable[date], zone: tzinfo, today: date
) -> list[Window]:
    """Return the spans of days in which no rule begins or ends, from the one with today on.

    Args:
        rules: those that matter.
        others: further days from which on prices may be other ones.
        zone: the company's time zone.
        today: there.
    """
    edges = set(others)
    edges |= {_first_day(rule.starts, zone) for rule in rules if rule.starts}
    edges |= {_last_day(rule.ends, zone) + _DAY for rule in rules if rule.ends}
    starts: list[date | None] = [None, *sorted(edges)]
    ends: list[date | None] = [*(day - _DAY for day in starts[1:] if day), None]
    return [(s, e) for s, e in zip(starts, ends, strict=True) if e is None or e >= today]


def entries(
    spans: Sequence[Window],
    table: Callable[[date | None], Table],
    usual: Callable[[date | None], Decimal],
    today: date,
) -> tuple[ListPrice, ...]:
    """Return the entries that give each day its table.

    Args:
        spans: from :func:`windows`.
        table: returns the prices of a day; of None: those of rules without days alone.
        usual: returns what is paid on a day where nothing is said; None is today.
        today: in the company's time zone.
    """
    if len(spans) == 1:
        return tuple(ListPrice(q, p) for q, p in _needed(table(today), {}, usual(today)).items())
    always = _needed(table(None), {}, usual(None))
    found: list[ListPrice] = []
    last: dict[tuple[int, Decimal], ListPrice] = {}
    for start, end in spans:
        day = max(start, today) if start else today
        current: dict[tuple[int, Decimal], ListPrice] = {}
        for quantity, price in _needed(table(day), always, usual(day)).items():
            entry = last.get((quantity, price))
            if entry is not None:
                found.remove(entry)
                entry = replace(entry, ends=end)
            else:
                entry = ListPrice(quantity, price, start, end)
            found.append(entry)
            current[quantity, price] = entry
        last = current
    covered = {entry.quantity for entry in found if entry.starts is None and entry.ends is None}
    whole = [ListPrice(q, price) for q, price in always.items() if q not in covered]
    return tuple(sorted([*whole, *found], key=_order))


def _needed(wanted: Table, given: Table, usual: Decimal) -> Table:
    """Return what must be said beside ``given`` so that every quantity has the wanted price."""
    needed: Table = {}
    price, holds = usual, usual
    for quantity in sorted({*wanted, *given}):
        price = wanted.get(quantity, price)
        holds = given.get(quantity, holds)
        if holds != price:
            needed[quantity] = holds = price
    return needed


def _order(entry: ListPrice) -> tuple[int, date, bool]:
    return entry.quantity, entry.starts or date.min, entry.ends is not None


def _first_day(moment: datetime, zone: tzinfo) -> date:
    day = moment.astimezone(zone).date()
    return day if noon(day, zone) >= moment else day + _DAY


def _last_day(moment: datetime, zone: tzinfo) -> date:
    day = moment.astimezone(zone).date()
    return day if noon(day, zone) <= moment else day - _DAY
