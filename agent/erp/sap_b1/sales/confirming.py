"""Confirms and cancels orders."""

from __future__ import annotations

from agent.erp.sales import StepInput
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused, NotAllowed
from agent.erp.sap_b1.sales import explaining
from agent.erp.sap_b1.sales.documents import DELIVERIES, DOWN_PAYMENTS, INVOICES, ORDERS, RELEASE
from agent.erp.sap_b1.sales.holding import cancelled
from agent.erp.sap_b1.sales.sight import Sight, look_again
from agent.errors import Held


def confirm(cx: Connection, sight: Sight, given: StepInput) -> Sight:  # noqa: ARG001
    """Approve an order (``Confirmed``); returns it as it is then.

    Raises:
        Held: the order is cancelled.
        Refused: B1 said no.
    """
    if sight.cancelled:
        raise cancelled(sight)
    if sight.confirmed:
        return sight
    try:
        cx.client.patch(ORDERS, sight.id, {"Confirmed": "tYES"})
    except B1Refused as error:
        what = f"The order {sight.name}"
        raise explaining.document_refused(cx, error, sight.row, what) from None
    # nothing else came about by that
    sight.row = {**sight.row, "Confirmed": "tYES"}
    return sight


def cancel(cx: Connection, sight: Sight, given: StepInput) -> Sight:  # noqa: ARG001
    """Cancel an order of which nothing is delivered, invoiced or paid; returns it as it is then.

    Raises:
        Held: something is out already, or the order is closed; says what has to be done first.
    """
    if sight.cancelled:
        return sight
    reason = _reason(sight)
    if not reason:
        try:
            cx.client.action(ORDERS, sight.id, "Cancel")
        except NotAllowed as error:
            now = look_again(cx, sight)
            if now.cancelled:
                return now
            reason = _reason(now) or error.cause
        else:
            return look_again(cx, sight)
    raise Held(
        f"The order {sight.name} cannot be cancelled: {reason}",
        fix="Settle it in SAP (return or cancel the delivery, credit the invoice, cancel payment "
        f"and down payment), then cancel or close the order there; {RELEASE}, or drop it.",
        code="order.cancel_refused",
    )


def _reason(sight: Sight) -> str:
    """Return why an order may not be cancelled, empty where it may."""
    words = (
        (INVOICES, "it is invoiced"),
        (DELIVERIES, "it is delivered"),
        (DOWN_PAYMENTS, "it has a down payment"),
    )
    for entity_set, told in words:
        live = sight.live(entity_set)
        if live:
            return f"{told} ({', '.join(one.number for one in live)})"
    if sight.row.get("DocumentStatus") == "bost_Close":
        return "it is closed in SAP"
    return ""
