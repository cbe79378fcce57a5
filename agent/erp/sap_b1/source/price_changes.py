"""Products whose prices may have changed.

An item's own changes are seen by its time of change. Prices that are changed elsewhere (a price
list's window, period and volume discounts) have none: a sweep of all sales items finds them, at
most :data:`SECONDS` (3,600) later, as long as polls come at least that often. A part of 500 items
costs about eight calls, and the Service Layer sends the prices of all lists: 50,000 items are 800
calls and, with ten price lists, some 150 MB an hour. Price lists and tax rates are read whole with
each poll; where one is another (currency, with or without tax), all products may have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from agent.erp.cursor import Cursor
from agent.erp.sap_b1.client import Row, q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.families import FAMILY, SET, family_of
from agent.erp.sap_b1.items.price_lists import (
    ListFacts,
    own_list,
    price_lists,
    tax_field,
    tax_rates,
)
from agent.erp.sap_b1.source.polling import (
    Sweep,
    changed_rows,
    elapsed_since,
    is_mark,
    moment,
    parts_due,
    sweep,
)
from agent.erp.sap_b1.source.prices import read_specials
from agent.erp.sap_b1.source.scope import item_filter
from agent.model.plain import fingerprint

SECONDS = 3600.0
"""Longest time until a price that was changed elsewhere is seen."""
_SETUP = "setup"


def price_changes(
    cx: Connection, lists: Sequence[str], cursor: Cursor, progress: Callable[[], None]
) -> tuple[list[str] | None, Cursor]:
    """Return codes of products whose prices may have changed; None: all may have."""
    after = moment(cx)
    lists_now, rates_now = price_lists(cx, fresh=True), tax_rates(cx, fresh=True)
    used = sorted({own_list(cx).number, *(int(r) for r in lists if r.isascii() and r.isdigit())})
    setup = _setup(used, lists_now, rates_now)
    same = cursor.seen.get(_SETUP, setup) == setup
    rows_seen = {k: m for k, m in cursor.seen.items() if not is_mark(k) and k != _SETUP}
    news = changed_rows(cx, SET, (FAMILY,), cursor.since or after, rows_seen)
    told = {family_of(row) for row in news.rows}
    total = cx.client.count(SET, item_filter(cx))
    due = parts_due(total, elapsed_since(cx, cursor), SECONDS) if cursor.since else 0
    parts = due if same and due else None
    families: dict[str, str] = {}
    swept, state = sweep(
        Sweep.of(cursor.seen if same else {}),
        lambda at, most: _codes(cx, at, most, families),
        lambda codes: _digests(cx, codes, used),
        total=total,
        parts=parts,
        progress=progress,
    )
    told |= {families.get(code, code) for code in swept}
    marks = {**news.marks, **state.marks(), _SETUP: setup}
    if not cursor.since:
        return [], Cursor(after, marks)
    return (sorted(told) if same else None), Cursor(after, marks)


def _setup(
    used: Sequence[int], lists: Mapping[int, ListFacts], rates: Mapping[str, Decimal]
) -> str:
    """Return what all prices depend on."""
    plain = [[f.number, f.currency, f.gross, f.active] for n, f in lists.items() if n in used]
    return fingerprint([list(used), plain, sorted([c, str(rate)] for c, rate in rates.items())])


def _codes(cx: Connection, at: str, most: int, families: dict[str, str]) -> list[str]:
    rows = cx.client.rows(SET, item_filter(cx), (FAMILY,), after=at or None, limit=most)
    found = {str(row["ItemCode"]): family_of(row) for row in rows}
    families.update(found)
    return list(found)


def _digests(cx: Connection, codes: Sequence[str], used: Sequence[int]) -> dict[str, str]:
    """Return the prices of items that are next to each other, as text."""
    if not codes:
        return {}
    between = f"ItemCode ge {q(codes[0])} and ItemCode le {q(codes[-1])}"
    tax = tax_field(cx)
    found: dict[str, list[str]] = {}
    for row in cx.client.rows(SET, between, ("ItemPrices", tax)):
        entries = [e for e in row.get("ItemPrices") or () if e.get("PriceList") in used]
        found[str(row["ItemCode"])] = [_text(entry) for entry in entries] + [f"{row.get(tax)}"]
    for (code, number), special in read_specials(cx, list(codes), used).items():
        found.setdefault(code, []).append(f"*{number} {fingerprint(_plain(special))}")
    return {code: f"{code} {'|'.join(sorted(parts))}" for code, parts in found.items()}


def _text(entry: Row) -> str:
    columns = ("PriceList", "Price", "Currency", "AdditionalPrice1", "AdditionalPrice2")
    return " ".join(str(entry.get(name)) for name in columns)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return None if value is None else str(value)
