"""Down payments: a request or an invoice over a share of the order, and its payment."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.erp.sales import StepInput
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.sales import documents, explaining, following
from agent.erp.sap_b1.sales.documents import DOWN_PAYMENTS, INVOICES, RELEASE
from agent.erp.sap_b1.sales.holding import need_confirmed
from agent.erp.sap_b1.sales.paying import ADVANCE, pay_document
from agent.erp.sap_b1.sales.sight import Sight, look_again, read_headers
from agent.erp.sap_b1.sales.states import paid, residual
from agent.erp.sap_b1.sales.totals import totals_of
from agent.errors import BridgeError, Held

_PERCENT = Decimal("0.000001")
"""B1 keeps six decimals of a percentage."""
_TYPES = {"request": "dptRequest", "invoice": "dptInvoice"}


def deposit(cx: Connection, sight: Sight, given: StepInput) -> Sight:
    """Make the down payment and its payment, as far as that is not done; returns the order then.

    Raises:
        Held: the order is not confirmed, the payment method has no account, the period is closed,
            the accounts for down payments are missing, or it does not come to what was paid.
        Refused: B1 said no.
    """
    if given.deposit <= 0:
        return sight
    need_confirmed(sight)
    made = sight.live(DOWN_PAYMENTS)
    if not made and sight.live(INVOICES):
        return sight  # it is invoiced already: nothing is left to pay in advance
    if not made:
        sight = _make(cx, sight, given)
        made = sight.live(DOWN_PAYMENTS)
    for one in made[:1]:
        if residual(cx, one.row) > 0 and not paid(cx, one.row):
            _compare(sight, one.number, totals_of(cx, one.row)[0], given)
            amount = min(residual(cx, one.row), given.deposit)
            base = f"{given.external_id}_deposit_payment"
            pay_document(cx, sight, one, ADVANCE, base, amount, given)
            read_headers(cx, DOWN_PAYMENTS, [one])
    return sight


def _make(cx: Connection, sight: Sight, given: StepInput) -> Sight:
    """Make the down payment and return the order with it."""
    what = f"The down payment of the order {sight.name}"
    seen = sight

    def done() -> bool:
        nonlocal seen
        seen = look_again(cx, seen)
        return bool(seen.live(DOWN_PAYMENTS))

    try:
        documents.make_next(
            cx,
            DOWN_PAYMENTS,
            f"{given.external_id}_deposit",
            lambda: _body(cx, seen, given),
            what,
            used=[one.name for one in sight.down_payments],
            done=done,
        )
    except B1Refused as error:
        raise _refused(cx, error, sight, what) from None
    return seen if seen.live(DOWN_PAYMENTS) else look_again(cx, sight)


def _body(cx: Connection, sight: Sight, given: StepInput) -> dict[str, Any]:
    total, _ = totals_of(cx, sight.row)
    percent = (given.deposit * 100 / total).quantize(_PERCENT, ROUND_HALF_UP)
    body = {
        **following.header_of(cx, sight),
        "DownPaymentType": _TYPES[cx.settings.down_payment],
        "DownPaymentPercentage": percent,
        "DocumentLines": following.every_line(sight),
        **following.rounding_of(cx, sight.row),
    }
    freights = following.freights_left(cx, sight.row, ())
    return {**body, "DocumentAdditionalExpenses": freights} if freights else body


def _compare(sight: Sight, number: str, total: Decimal, given: StepInput) -> None:
    """Raise where a down payment is not what was paid, but for a rounded cent."""
    if abs(total - given.deposit) <= given.document.rounding_limit:
        return
    raise Held(
        f"The down payment {number} of the order {sight.name} comes to {total.normalize():f}, and "
        f"{given.deposit.normalize():f} was paid. It was not paid in SAP Business One",
        fix=f"Enter the payment of the down payment in SAP, or cancel it there, {RELEASE}.",
        code="order.deposit_differs",
    )


def _refused(cx: Connection, error: B1Refused, sight: Sight, what: str) -> BridgeError:
    told = explaining.document_refused(cx, error, sight.row, what)
    if told is not error or error.b1_code == explaining.COMPANY_RULE:
        return told
    return Held(
        f"{what} cannot be made: {error.cause}",
        fix="Check in SAP whether the accounts for down payments are set (Administration, Setup, "
        "Financials, G/L Account Determination, Sales; and the customer's Down Payment Clearing "
        f"Account), {RELEASE}. Or choose another action for the order status.",
        code="order.deposit_open",
        detail=error.detail,
    )
