"""Incoming payments: one per invoice or down payment, and only for what is still open."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

from agent.erp.sales import StepInput
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.sales import documents, exchange, explaining
from agent.erp.sap_b1.sales.days import server_day
from agent.erp.sap_b1.sales.documents import INVOICES, PAYMENTS, RELEASE
from agent.erp.sap_b1.sales.sight import Document, Sight, look_again, read_headers
from agent.erp.sap_b1.sales.states import currency_of, residual
from agent.erp.sap_b1.sales.texts import as_day, cut, head
from agent.errors import Held
from agent.model.entity import Entity

INVOICE, ADVANCE = "it_Invoice", "it_DownPayment"
_VALID_FOR = timedelta(days=365)


def pay(cx: Connection, sight: Sight, given: StepInput) -> Sight:
    """Pay every invoice of an order that is still open; returns the order as it is then.

    Raises:
        Held: there is no invoice, the payment method is not linked to an account, or the period is
            closed.
        Refused: B1 said no.
    """
    live = sight.live(INVOICES)
    if not live:
        raise Held(
            f"The order {sight.name} has no invoice to pay",
            fix=f"Make the invoice in SAP, {RELEASE}.",
            code="order.nothing_to_pay",
        )
    open_ = [one for one in live if residual(cx, one.row) > 0]
    for one in open_:
        base = f"{given.external_id}_payment_{one.id}"
        pay_document(cx, sight, one, INVOICE, base, residual(cx, one.row), given)
    read_headers(cx, INVOICES, open_)
    return sight


def pay_document(
    cx: Connection,
    sight: Sight,
    one: Document,
    kind: str,
    base: str,
    amount: Decimal,
    given: StepInput,
) -> None:
    """Pay an amount of an invoice or a down payment; ``base`` is what the payment is named after.

    Raises: as :func:`pay`.
    """
    body = {
        "DocType": "rCustomer",
        "CardCode": sight.row["CardCode"],
        "DocCurrency": currency_of(cx, one.row),
        **exchange.of_next(cx, sight.row),
        "Remarks": cut(_words(given), 254),
        "JournalRemarks": cut(_words(given), 50),
        "PaymentInvoices": [_applied(cx, one, kind, amount)],
        **_means(cx, given, amount),
    }
    if given.paid_at is not None:
        day = as_day(server_day(cx, given.paid_at))
        body |= {"DocDate": day, "TaxDate": day}
    what = f"The payment of {one.number}"

    def done() -> bool:
        now = look_again(cx, sight)
        same = now.down_payments if kind == ADVANCE else now.invoices
        return all(residual(cx, d.row) < residual(cx, one.row) for d in same if d.id == one.id)

    try:
        documents.make_next(cx, PAYMENTS, base, lambda: body, what, done=done)
    except B1Refused as error:
        day = str(body.get("DocDate") or "")
        raise explaining.document_refused(cx, error, sight.row, what, day) from None


def _words(given: StepInput) -> str:
    document = given.document
    return " ".join(part for part in (document.number, document.transaction) if part)


def _applied(cx: Connection, one: Document, kind: str, amount: Decimal) -> dict[str, Any]:
    foreign = currency_of(cx, one.row) != cx.facts.currency
    name = "AppliedFC" if foreign else "SumApplied"
    return {"LineNum": 0, "DocEntry": one.id, "InvoiceType": kind, name: amount}


def _means(cx: Connection, given: StepInput, amount: Decimal) -> dict[str, Any]:
    """Return how it was paid: the account or credit card the payment method is linked to.

    Raises:
        Held: it is linked to none.
    """
    key = given.document.payment_method
    ref = given.refs.get((Entity.PAYMENT_METHODS, key), "") if key is not None else ""
    how, _, which = ref.partition(":")
    if how == "transfer" and which:
        found: dict[str, Any] = {"TransferAccount": which, "TransferSum": amount}
        if given.paid_at is not None:
            found["TransferDate"] = as_day(server_day(cx, given.paid_at))
        if given.document.transaction:
            found["TransferReference"] = head(given.document.transaction, 27)
        return found
    if how == "cash" and which:
        return {"CashAccount": which, "CashSum": amount}
    if how == "card" and which.isdigit():
        return {"PaymentCreditCards": [_card(cx, int(which), amount, given)]}
    named = f"The payment method {key}" if key else "The order has no payment method: it"
    raise Held(
        f"{named} is not linked to an account or credit card of SAP Business One",
        fix=f"Link it under ERP Mapping > Payment methods, {RELEASE}.",
        code="order.payment_method",
    )


def _card(cx: Connection, card: int, amount: Decimal, given: StepInput) -> dict[str, Any]:
    row = cx.client.get("CreditCards", card, ("CreditCardName", "GLAccount"))
    if row is None:
        raise Held(
            f"The credit card {card}, which a payment method is linked to, is no longer in SAP",
            fix=f"Link the method again under ERP Mapping > Payment methods, {RELEASE}.",
            code="order.payment_method",
        )
    paid_at = given.paid_at or cx.client.clock.now()
    voucher = given.document.transaction or given.document.number
    return {
        "LineNum": 0,
        "CreditCard": card,
        "CreditAcct": row.get("GLAccount"),
        # the shop never knows the card's number: B1 wants something in its place
        "CreditCardNumber": "0000",
        "CardValidUntil": as_day(server_day(cx, paid_at + _VALID_FOR)),
        "VoucherNum": head(voucher, 20),
        "CreditSum": amount,
        "NumOfPayments": 1,
    }
