"""Orders that changed in Odoo, or whose transfers, invoices or payments did.

How changes are found is told in :mod:`agent.erp.odoo.polling`. A payment writes the invoice it
settles. Orders of other shops are told as well: the flow knows its own.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agent.erp.cursor import Cursor
from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.polling import News, Watch, changed
from agent.erp.odoo.sales.states import LINE, MOVE, MOVE_LINE, ORDER, PICKING

_PICKING = ("state", "date_done")
_MOVE = ("state", "payment_state", "amount_residual")


def changed_orders(cx: Connection, cursor: Cursor) -> tuple[list[str], Cursor]:
    """Return ids of orders with news since ``cursor``, and the cursor to go on from.

    An empty cursor starts at Odoo's newest change: nothing is told, and all later ones will be.
    """
    news, after = changed(cx, list(_watches(cx)), cursor)
    orders = _orders(cx, news) if cursor.since else set()
    return [str(number) for number in sorted(orders)], after


def _watches(cx: Connection) -> Iterator[Watch]:
    company = ("company_id", "=", cx.facts.company.id)
    locked = [name for name in ("locked",) if cx.facts.has(ORDER, name)]
    yield Watch(ORDER, [company], ("state", "invoice_status", *locked))
    if cx.facts.has(PICKING, "sale_id"):
        wanted = ("carrier_tracking_ref", "carrier_id")
        tracking = [name for name in wanted if cx.facts.has(PICKING, name)]
        of_orders = [("sale_id", "!=", False), company]
        yield Watch(PICKING, of_orders, (*_PICKING, *tracking), ("sale_id",))
    if cx.facts.has(MOVE):
        kinds = ("move_type", "in", ["out_invoice", "out_refund"])
        yield Watch(MOVE, [kinds, company], _MOVE)


def _orders(cx: Connection, news: Sequence[News]) -> set[int]:
    orders = {int(one.row["id"]) for one in news if one.model == ORDER}
    orders |= {ref_id(one.row["sale_id"]) or 0 for one in news if one.model == PICKING}
    moves = [int(one.row["id"]) for one in news if one.model == MOVE]
    lines: set[int] = set()
    of_orders = [("sale_line_ids", "!=", False)]
    for row in cx.odoo.find_in(MOVE_LINE, "move_id", moves, ["sale_line_ids"], of_orders):
        lines |= {int(n) for n in row["sale_line_ids"]}
    for row in cx.odoo.find_in(LINE, "id", sorted(lines), ["order_id"]):
        orders.add(ref_id(row["order_id"]) or 0)
    return orders - {0}
