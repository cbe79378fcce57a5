"""Confirms and cancels orders."""

from __future__ import annotations

from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales.holding import RELEASE, cancelled
from agent.erp.odoo.sales.order_rows import odoo_time
from agent.erp.odoo.sales.states import ORDER, QUOTATION, Sight, look, number_of
from agent.erp.sales import StepInput
from agent.errors import Held, Refused

MOVE_LINE = "stock.move.line"


def confirm(cx: Connection, sight: Sight, given: StepInput) -> bool:
    """Confirm a quotation and give it back the day on which it was placed.

    Returns whether there was anything to do.

    ``action_confirm`` writes the present time into the order's date, on 14 as on 19; that is
    mended also where the answer to an earlier call was lost. Calling it twice is a fault on 19 and
    does nothing on 14, so that the state is read first.

    Raises:
        Held: the order is cancelled.
        Refused: Odoo said no.
    """
    if sight.row["state"] == "cancel":
        raise cancelled(sight)
    row, fresh = sight.row, False
    if row["state"] in QUOTATION:
        try:
            cx.odoo.do(ORDER, "action_confirm", [sight.id])
            fresh = True
        except Refused:
            row = look(cx, [str(sight.id)])[sight.id].row
            if row["state"] in QUOTATION:
                raise
    placed = odoo_time(given.document)
    if not fresh and row is sight.row and row["date_order"] == placed:
        return False
    if fresh or row["date_order"] != placed:
        cx.odoo.write(ORDER, [sight.id], {"date_order": placed})
    return True


def cancel(cx: Connection, sight: Sight) -> bool:
    """Cancel an order of which nothing is packed, delivered or invoiced; unlock it first.

    Returns whether there was anything to do.

    Raises:
        Held: goods or an invoice are out already; says which.
    """
    if sight.row["state"] == "cancel":
        return False
    reason = _reason(cx, sight)
    if reason:
        raise Held(
            f"The order {sight.name} cannot be cancelled: {reason}",
            fix="Settle it in Odoo (return the goods, make a credit note), then cancel the order "
            f"there or {RELEASE.removeprefix('then ')} here.",
            code="order.cancel_refused",
        )
    if sight.locked:
        cx.odoo.do(ORDER, "action_unlock", [sight.id])
    context = cx.odoo.context(disable_cancel_warning=True)
    cx.odoo.do(ORDER, "action_cancel", [sight.id], context=context)
    rows = cx.odoo.find(ORDER, [("id", "=", sight.id)], ["state"])
    if any(row["state"] != "cancel" for row in rows):
        raise Held(
            f"Odoo asks something before it cancels the order {sight.name}",
            fix="Cancel the order in Odoo by hand.",
            code="order.cancel_refused",
        )
    return True


def _reason(cx: Connection, sight: Sight) -> str:
    """Return why an order may not be cancelled, empty where it may."""
    posted = [m for m in sight.live("out_invoice", "posted") if m["payment_state"] != "reversed"]
    credited = {ref_id(m["reversed_entry_id"]) for m in sight.live("out_refund", "posted")}
    open_ = [m for m in posted if int(m["id"]) not in credited]
    if open_:
        return f"it is invoiced ({', '.join(number_of(m) for m in open_)})"
    done = [p for p in sight.pickings if p["state"] == "done"]
    shipped = [str(p["name"]) for p in done if p["picking_type_code"] == "outgoing"]
    if shipped:
        return f"it is delivered ({', '.join(shipped)})"
    packed = [str(p["name"]) for p in done if p["picking_type_code"] == "internal"]
    packed += _in_packages(cx, sight)
    return f"it is picked or packed ({', '.join(packed)})" if packed else ""


def _in_packages(cx: Connection, sight: Sight) -> list[str]:
    open_ = [int(p["id"]) for p in sight.pickings if p["state"] not in ("done", "cancel")]
    if not open_ or not cx.facts.has(MOVE_LINE, "result_package_id"):
        return []
    rows = cx.odoo.find_in(
        MOVE_LINE, "picking_id", open_, ["picking_id"], [("result_package_id", "!=", False)]
    )
    return sorted({str(r["picking_id"][1]) for r in rows})
