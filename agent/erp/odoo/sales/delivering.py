"""Delivers an order: validates its transfers once everything on them is reserved, never by force.

Where a warehouse picks and packs in steps of their own, the transfers follow each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales.holding import RELEASE, need_confirmed
from agent.erp.odoo.sales.states import PICKING, Sight, look
from agent.errors import Held, Refused

MOVE = "stock.move"
MOVE_LINE = "stock.move.line"
_MOST_STEPS = 6
_NO_QUESTIONS: Mapping[str, Any] = {
    "skip_backorder": True,
    "skip_immediate": True,
    "skip_sms": True,
}
_LACKING = ("confirmed", "partially_available")


def deliver(cx: Connection, sight: Sight, progress: Callable[[], None]) -> bool:
    """Validate all open transfers of an order; tells whether there were any.

    Raises:
        Held: something is not in stock, or Odoo asks a person; says what.
        Refused: Odoo said no.
    """
    need_confirmed(sight)
    for number in range(_MOST_STEPS):
        open_ = _open(sight)
        if not open_:
            return number > 0
        refused: Refused | None = None
        try:
            _validate_ready(cx, sight, open_, progress)
        except Refused as error:
            refused = error
        sight = look(cx, [str(sight.id)])[sight.id]
        if refused is not None and _numbers(_open(sight)) == _numbers(open_):
            raise refused  # else another worker has validated what this one was about to
    raise _waits(sight, _open(sight))


def _validate_ready(
    cx: Connection, sight: Sight, open_: Sequence[Row], progress: Callable[[], None]
) -> None:
    cx.odoo.do(PICKING, "action_assign", _numbers(open_))
    moves = _moves(cx, open_)
    lacking = [m for m in moves if m["state"] in _LACKING]
    if lacking:
        raise _not_in_stock(sight, lacking)
    waiting = {ref_id(m["picking_id"]) for m in moves if m["state"] != "assigned"}
    ready = [p for p in open_ if int(p["id"]) not in waiting]
    if not ready:
        raise _waits(sight, open_)
    for picking in ready:
        _validate(cx, picking, [m for m in moves if ref_id(m["picking_id"]) == picking["id"]])
        progress()


def _numbers(rows: Sequence[Row]) -> list[int]:
    return [int(row["id"]) for row in rows]


def _open(sight: Sight) -> list[Row]:
    return [
        p
        for p in sight.pickings
        if p["state"] not in ("done", "cancel") and p["picking_type_code"] != "incoming"
    ]


def _moves(cx: Connection, pickings: Sequence[Row]) -> list[Row]:
    numbers = _numbers(pickings)
    fields = ["picking_id", "product_id", "state", "product_uom_qty"]
    open_ = [("state", "not in", ["done", "cancel"])]
    return cx.odoo.find_in(MOVE, "picking_id", numbers, fields, open_)


def _validate(cx: Connection, picking: Row, moves: Sequence[Row]) -> None:
    number = int(picking["id"])
    if cx.facts.has(MOVE, "picked"):
        cx.odoo.write(MOVE, _numbers(moves), {"picked": True})
    else:
        _take_reserved(cx, number)
    context = cx.odoo.context(**_NO_QUESTIONS)
    answer = cx.odoo.do(PICKING, "button_validate", [number], context=context)
    state = cx.odoo.find(PICKING, [("id", "=", number)], ["state"])
    if not state or state[0]["state"] != "done":
        asked = str(answer.get("name") or "") if isinstance(answer, dict) else ""
        raise Held(
            f"Odoo did not finish the transfer {picking['name']}"
            + (f" and asks: {asked}" if asked else ""),
            fix=f"Validate the transfer in Odoo by hand, {RELEASE}.",
            code="order.delivery_open",
        )


def _take_reserved(cx: Connection, picking: int) -> None:
    """Write the reserved quantity as done on every line that has none (before Odoo 17)."""
    known = cx.facts.fields(MOVE_LINE)
    reserved = "reserved_uom_qty" if "reserved_uom_qty" in known else "product_uom_qty"
    rows = cx.odoo.find_in(MOVE_LINE, "picking_id", [picking], [reserved, "qty_done", "state"])
    by_quantity: dict[float, list[int]] = {}
    for row in rows:
        if not row["qty_done"] and row[reserved] and row["state"] not in ("done", "cancel"):
            by_quantity.setdefault(float(row[reserved]), []).append(int(row["id"]))
    for quantity, lines in by_quantity.items():
        cx.odoo.write(MOVE_LINE, lines, {"qty_done": quantity})


def _not_in_stock(sight: Sight, moves: Sequence[Row]) -> Held:
    names = ", ".join(sorted({str(m["product_id"][1]) for m in moves}))
    return Held(
        f"The order {sight.name} cannot be delivered: not enough in stock of {names}",
        fix=f"Receive or count the goods in Odoo (Inventory), {RELEASE}; or deliver a part of it "
        "in Odoo by hand.",
        code="order.not_in_stock",
    )


def _waits(sight: Sight, pickings: Sequence[Row]) -> Held:
    names = ", ".join(str(p["name"]) for p in pickings)
    return Held(
        f"The transfers {names} of the order {sight.name} wait for other transfers in Odoo",
        fix=f"Finish those in Odoo (Inventory), {RELEASE}.",
        code="order.delivery_open",
    )
