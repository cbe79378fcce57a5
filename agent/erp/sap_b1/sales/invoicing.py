"""Invoices what is to be invoiced; earlier down payments are drawn."""

from __future__ import annotations

from decimal import Decimal

from agent.erp.sales import StepInput
from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.sales import documents, explaining
from agent.erp.sap_b1.sales.documents import INVOICES, RELEASE
from agent.erp.sap_b1.sales.holding import need_confirmed
from agent.erp.sap_b1.sales.invoice_body import InvoiceBody, values_of
from agent.erp.sap_b1.sales.sight import Sight, look_again
from agent.erp.sap_b1.sales.states import drawn_quantities
from agent.erp.sap_b1.sales.totals import totals_of
from agent.errors import Held


def invoice(cx: Connection, sight: Sight, given: StepInput) -> Sight:
    """Invoice deliveries that are not, and what is open of the order; returns it as it is then.

    Goods that were delivered are invoiced from their deliveries, the rest from the order itself,
    which B1 takes out of stock then.

    Raises:
        Held: the order is not confirmed, nothing can be invoiced, the period is closed, or all
            invoices together are not what the order comes to.
        Refused: B1 said no.
    """
    need_confirmed(sight)
    plan = InvoiceBody(cx, sight)
    if not plan.lines:
        if not sight.live(INVOICES):
            raise _nothing(sight)
        return sight

    def done() -> bool:
        nonlocal plan
        plan = InvoiceBody(cx, look_again(cx, plan.sight))
        return not plan.lines

    try:
        documents.make_next(
            cx,
            INVOICES,
            f"{given.external_id}_invoice",
            lambda: plan.body(given.document),
            f"The invoice of the order {sight.name}",
            used=[one.name for one in sight.invoices],
            done=done,
        )
    except B1Refused as error:
        what = f"The invoice of the order {sight.name}"
        raise explaining.document_refused(cx, error, sight.row, what) from None
    now = look_again(cx, sight)
    _compare(cx, now, given)
    return now


def _compare(cx: Connection, sight: Sight, given: StepInput) -> None:
    """Raise where all invoices together are not what the order comes to.

    Invoices of parts round their own way: then cents within the limit are no difference.
    """
    live = sight.live(INVOICES)
    invoiced = drawn_quantities(sight, INVOICES)
    every = all(invoiced.get(int(x["LineNum"]), 0) >= number(x, "Quantity") for x in sight.lines)
    if not every or sight.credits:
        return  # a part of it was closed by hand, or comes later
    charged = sum(values_of(cx, sight), Decimal(0))
    wanted, _ = totals_of(cx, sight.row)
    limit = Decimal(0) if len(live) == 1 else given.document.rounding_limit
    if abs(charged - wanted) <= limit:
        return
    numbers = ", ".join(one.number for one in live)
    raise Held(
        f"The invoices of the order {sight.name} ({numbers}) come to {charged.normalize():f} and "
        f"the order to {wanted.normalize():f}: {charged - wanted:+f}",
        fix="Look in SAP at what the invoice has and the order has not (freight, rounding, "
        f"discount), and correct it there by a credit note or another invoice, {RELEASE}.",
        code="order.invoice_differs",
    )


def _nothing(sight: Sight) -> Held:
    return Held(
        f"Nothing of the order {sight.name} can be invoiced: it is closed in SAP Business One",
        fix=f"Make the invoice in SAP, or reopen the order there, {RELEASE}.",
        code="order.nothing_to_invoice",
    )
