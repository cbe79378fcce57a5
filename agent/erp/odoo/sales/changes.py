"""Orders that changed in Odoo, or whose transfers, invoices or payments did.

``write_date`` is when a transaction began, not when it ended: rows show up late. So a window of
some minutes is read again each time, with ``>=`` (whole seconds are what Odoo tells; 14 compares
microseconds), and what was told already is known by id, ``write_date`` and what matters of it: two
changes may fall into one second. A payment writes the invoice it settles. Orders of other shops are
told as well: the flow knows its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from agent.erp.cursor import Cursor
from agent.erp.odoo.client import READ_CHUNK, Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales.states import LINE, MOVE, MOVE_LINE, ORDER, PICKING

LAG = timedelta(minutes=10)
"""Longest transaction that is reckoned with."""
_PICKING = ["sale_id", "state", "date_done"]
_MOVE = ["state", "payment_state", "amount_residual"]
_BEGINNING = "2000-01-01 00:00:00"
_FORMAT = "%Y-%m-%d %H:%M:%S"


def changed_orders(cx: Connection, cursor: Cursor) -> tuple[list[str], Cursor]:
    """Return ids of orders with news since ``cursor``, and the cursor to go on from.

    An empty cursor starts at Odoo's newest change: nothing is told, and all later ones will be.
    """
    since = cursor.since or _newest(cx)
    start = _before(since)
    rows = {f"{model}:{row['id']}": (model, row) for model, row in _since(cx, start)}
    news = [
        (model, row) for key, (model, row) in rows.items() if cursor.seen.get(key) != _mark(row)
    ]
    newest = max([since, *(str(row["write_date"]) for _, row in rows.values())])
    keep = _before(newest)
    seen = {k: _mark(r) for k, (_, r) in rows.items() if str(r["write_date"]) >= keep}
    orders = _orders(cx, news) if cursor.since else []
    return [str(number) for number in sorted(orders)], Cursor(newest, seen)


def _mark(row: Row) -> str:
    """Return what tells one state of a row from the next."""
    return " ".join(str(row[name]) for name in sorted(row) if name not in ("id", "sale_id"))


def _models(cx: Connection) -> Iterator[tuple[str, list[object], list[str]]]:
    company = cx.facts.company.id
    locked = [name for name in ("locked",) if cx.facts.has(ORDER, name)]
    yield ORDER, [("company_id", "=", company)], ["state", "invoice_status", *locked]
    if cx.facts.has(PICKING, "sale_id"):
        wanted = ("carrier_tracking_ref", "carrier_id")
        tracking = [name for name in wanted if cx.facts.has(PICKING, name)]
        yield (
            PICKING,
            [("sale_id", "!=", False), ("company_id", "=", company)],
            [*_PICKING, *tracking],
        )
    if cx.facts.has(MOVE):
        kinds = ["out_invoice", "out_refund"]
        yield MOVE, [("move_type", "in", kinds), ("company_id", "=", company)], _MOVE


def _newest(cx: Connection) -> str:
    """Return the newest change there is: Odoo's own clock, as far as it can be read."""
    found = _BEGINNING
    for model, domain, _ in _models(cx):
        rows = cx.odoo.find(model, domain, ["write_date"], order="write_date desc", limit=1)
        found = max([found, *(str(r["write_date"]) for r in rows)])
    return found


def _since(cx: Connection, start: str) -> Iterator[tuple[str, Row]]:
    for model, domain, fields in _models(cx):
        last = 0
        while True:
            page = cx.odoo.find(
                model,
                [("write_date", ">=", start), ("id", ">", last), *domain],
                ["write_date", *fields],
                limit=READ_CHUNK,
            )
            yield from ((model, row) for row in page)
            if len(page) < READ_CHUNK:
                break
            last = int(page[-1]["id"])


def _orders(cx: Connection, news: list[tuple[str, Row]]) -> set[int]:
    orders = {int(row["id"]) for model, row in news if model == ORDER}
    orders |= {ref_id(row["sale_id"]) or 0 for model, row in news if model == PICKING}
    moves = [int(row["id"]) for model, row in news if model == MOVE]
    lines: set[int] = set()
    of_orders = [("sale_line_ids", "!=", False)]
    for row in cx.odoo.find_in(MOVE_LINE, "move_id", moves, ["sale_line_ids"], of_orders):
        lines |= {int(n) for n in row["sale_line_ids"]}
    for row in cx.odoo.find_in(LINE, "id", sorted(lines), ["order_id"]):
        orders.add(ref_id(row["order_id"]) or 0)
    return orders - {0}


def _before(text: str) -> str:
    # whole seconds, as Odoo tells them
    moment = datetime.strptime(text[:19], _FORMAT) - LAG  # noqa: DTZ007 - compared as text only
    return moment.strftime(_FORMAT)
