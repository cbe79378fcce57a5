"""Orders that changed in B1, or whose deliveries, invoices, payments or credit notes did.

Documents are read by windows of their time of change (:mod:`agent.erp.sap_b1.source.polling`).
Payments tell no time: new ones are read by number, cancelled ones among the last some hundred. What
is paid otherwise (reconciled by hand) is seen at the invoices that are open. Orders of other shops
are told as well: the flow knows its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.erp.cursor import Cursor
from agent.erp.sap_b1.births import FIELD
from agent.erp.sap_b1.client import any_of, number, q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.query import all_of, portions
from agent.erp.sap_b1.sales.documents import (
    CREDITS,
    DELIVERIES,
    DELIVERY_TYPE,
    DOWN_PAYMENT_TYPE,
    DOWN_PAYMENTS,
    INVOICE_TYPE,
    INVOICES,
    ORDER_TYPE,
    ORDERS,
    PAYMENTS,
)
from agent.erp.sap_b1.sales.paying import ADVANCE, INVOICE
from agent.erp.sap_b1.sales.texts import yes
from agent.erp.sap_b1.source.polling import changed_rows, moment

WATCHED = (ORDERS, DELIVERIES, INVOICES, CREDITS, DOWN_PAYMENTS)
_BACK = 300
"""How many payments are looked through for cancelled ones."""
_LAST = "last-payment"
_ROOM = 1500
_OPEN, _CANCELLED = "open", "cancelled"


@dataclass(slots=True)
class _News:
    """Numbers of documents with news, by set."""

    found: dict[str, set[int]] = field(default_factory=dict)
    marks: dict[str, str] = field(default_factory=dict)

    def add(self, entity_set: str, numbers: Iterable[int]) -> None:
        self.found.setdefault(entity_set, set()).update(numbers)

    def of(self, entity_set: str) -> set[int]:
        return self.found.get(entity_set, set())


def changed_orders(cx: Connection, cursor: Cursor) -> tuple[list[str], Cursor]:
    """Return ids of orders with news since ``cursor``, and the cursor to go on from.

    An empty cursor starts now: nothing is told, and all later changes will be.
    """
    now = moment(cx)
    news = _News()
    for entity_set in WATCHED:
        seen = changed_rows(cx, entity_set, ("DocEntry",), cursor.since or now, cursor.seen)
        news.marks |= seen.marks
        news.add(entity_set, (int(row["DocEntry"]) for row in seen.rows))
    _payments(cx, cursor.seen, news)
    _open_invoices(cx, cursor.seen, news)
    after = Cursor(now, news.marks)
    if not cursor.since:
        return [], after
    return [str(order) for order in sorted(_orders(cx, news))], after


def _payments(cx: Connection, seen: Mapping[str, str], news: _News) -> None:
    """Note what new payments, and newly cancelled ones, were for."""
    last = int(seen[_LAST]) if _LAST in seen else _newest(cx)
    where = f"DocEntry gt {last} or (Cancelled eq {q('tYES')} and DocEntry gt {last - _BACK})"
    select = ("Cancelled", "PaymentInvoices")
    newest = last
    for row in cx.client.rows(PAYMENTS, where, select):
        entry = int(row["DocEntry"])
        newest = max(newest, entry)
        key = f"{PAYMENTS}:{entry}"
        if yes(row.get("Cancelled")):
            news.marks[key] = _CANCELLED
        if entry <= last and seen.get(key) == _CANCELLED:
            continue
        for member in row.get("PaymentInvoices") or ():
            kinds = {INVOICE: INVOICES, ADVANCE: DOWN_PAYMENTS}
            entity_set = kinds.get(str(member.get("InvoiceType")))
            if entity_set is not None:
                news.add(entity_set, [int(member["DocEntry"])])
    news.marks[_LAST] = str(newest)


def _newest(cx: Connection) -> int:
    """Return the number of the newest payment; only reading upwards is stable, so it is hunted."""

    def is_behind(number_: int) -> bool:
        rows = cx.client.rows(PAYMENTS, "", ("Cancelled",), after=number_, limit=1)
        return next(rows, None) is not None

    low = 0
    if not is_behind(low):
        return low
    high = max(cx.client.count(PAYMENTS), 1)
    while is_behind(high):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if is_behind(middle):
            low = middle
        else:
            high = middle
    return high


def _open_invoices(cx: Connection, seen: Mapping[str, str], news: _News) -> None:
    """Note invoices of the shop that are open, and which of them were paid in part or whole."""
    where = all_of(f"DocumentStatus eq {q('bost_Open')}", f"startswith({FIELD},{q(cx.instance)})")
    for row in cx.client.rows(INVOICES, where, ("PaidToDate",)):
        key = f"{_OPEN}:{row['DocEntry']}"
        news.marks[key] = str(number(row, "PaidToDate").normalize())
        if seen.get(key, news.marks[key]) != news.marks[key]:
            news.add(INVOICES, [int(row["DocEntry"])])
    gone = [key for key in seen if key.startswith(f"{_OPEN}:") and key not in news.marks]
    news.add(INVOICES, (int(key.partition(":")[2]) for key in gone))


def _orders(cx: Connection, news: _News) -> set[int]:
    """Return the orders that documents with news were made of, directly or over others."""
    credited = _bases(cx, CREDITS, news.of(CREDITS))
    invoices = news.of(INVOICES) | credited.get(INVOICE_TYPE, set())
    advances = news.of(DOWN_PAYMENTS) | credited.get(DOWN_PAYMENT_TYPE, set())
    invoiced = _bases(cx, INVOICES, invoices)
    deliveries = news.of(DELIVERIES) | invoiced.get(DELIVERY_TYPE, set())
    delivered = _bases(cx, DELIVERIES, deliveries)
    reserved = _bases(cx, INVOICES, delivered.get(INVOICE_TYPE, set()) - invoices)
    advanced = _bases(cx, DOWN_PAYMENTS, advances)
    found = set(news.of(ORDERS))
    for bases in (invoiced, delivered, reserved, advanced):
        found |= bases.get(ORDER_TYPE, set())
    return found


def _bases(cx: Connection, entity_set: str, numbers: Iterable[int]) -> dict[int, set[int]]:
    """Return what documents were made from: numbers by object type."""
    found: dict[int, set[int]] = {}
    lines = f"{entity_set}/DocumentLines"
    entry = f"{entity_set}/DocEntry"
    select = {entity_set: ("DocEntry",), lines: ("BaseType", "BaseEntry")}
    for piece in portions(entry, sorted(numbers), _ROOM):
        where = f"{entry} eq {lines}/DocEntry and ({any_of(entry, piece)})"
        for row in cx.client.cross((entity_set, lines), select, where):
            line = row[lines]
            if line.get("BaseType") not in (None, -1) and line.get("BaseEntry") is not None:
                found.setdefault(int(line["BaseType"]), set()).add(int(line["BaseEntry"]))
    return found
