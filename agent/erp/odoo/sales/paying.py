"""Payments: one per invoice, by ``load()`` with an external id, so that none is made twice.

The wizard that people use (``account.payment.register``) makes another payment with every call; a
payment of its own, posted and then matched with the invoice, ends the same on 14 and 19.
"""

from __future__ import annotations

from decimal import Decimal

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.load import Loader, LoadRecord
from agent.erp.odoo.sales.holding import RELEASE, posting_error
from agent.erp.odoo.sales.states import MOVE, MOVE_LINE, Sight, money, number_of
from agent.erp.sales import StepInput
from agent.errors import Held, PermanentError, Refused
from agent.model.entity import Entity

PAYMENT = "account.payment"
JOURNAL = "account.journal"
_SETTLED = ("paid", "in_payment", "reversed")
_MOST = 9


def pay(cx: Connection, sight: Sight, given: StepInput) -> bool:
    """Pay every posted invoice of an order that is still open, on the payment method's journal.

    Returns whether there were any.

    Raises:
        Held: there is no posted invoice, the payment method is not linked to a journal, or the
            period is closed.
        Refused: Odoo said no.
    """
    posted = sight.live("out_invoice", "posted")
    if not posted:
        raise Held(
            f"The order {sight.name} has no posted invoice to pay",
            fix=f"Make and post the invoice in Odoo, {RELEASE}.",
            code="order.nothing_to_pay",
        )
    open_ = [
        m for m in posted if m["payment_state"] not in _SETTLED and money(m["amount_residual"])
    ]
    if not open_:
        return False
    journal = journal_of(cx, given)
    for move in open_:
        pay_invoice(cx, move, journal, given)
    return True


def journal_of(cx: Connection, given: StepInput) -> int:
    """Return the journal of the document's payment method.

    Raises:
        Held: there is none, or it is archived.
    """
    key = given.document.payment_method
    text = given.refs.get((Entity.PAYMENT_METHODS, key), "") if key is not None else ""
    rows: list[Row] = []
    if text.isascii() and text.isdigit():
        rows = cx.odoo.find(JOURNAL, [("id", "=", int(text))], ["name", "active", "type"])
    if rows and rows[0]["active"] and rows[0]["type"] in ("bank", "cash", "credit"):
        return int(text)
    named = f"The payment method {key}" if key else "The order has no payment method: it"
    raise Held(
        f"{named} is not linked to a bank or cash journal of Odoo that is in use",
        fix=f"Link it under ERP Mapping > Payment methods, {RELEASE}.",
        code="order.payment_method",
    )


def pay_invoice(cx: Connection, move: Row, journal: int, given: StepInput) -> None:
    """Pay what is open of one invoice.

    Raises: as :func:`pay`.
    """
    payment = _payment(cx, move, journal, given)
    what = f"The payment of {number_of(move)}"
    if payment["state"] == "draft":
        try:
            cx.odoo.do(PAYMENT, "action_post", [int(payment["id"])])
        except PermanentError as error:
            raise posting_error(cx, error, what) from None
    _match(cx, int(payment["id"]), int(move["id"]))
    rows = cx.odoo.find(MOVE, [("id", "=", int(move["id"]))], ["payment_state"])
    if rows and rows[0]["payment_state"] == "not_paid":
        raise Held(
            f"{what} was entered but does not settle the invoice",
            fix=f"Match the payment with the invoice in Odoo by hand, {RELEASE}.",
            code="order.payment_open",
        )


def _payment(cx: Connection, move: Row, journal: int, given: StepInput) -> Row:
    """Return the invoice's payment made by the bridge; a cancelled one makes room for another."""
    for number in range(1, _MOST + 1):
        name = f"{given.external_id}_payment_{move['id']}" + ("" if number == 1 else f"_{number}")
        found = cx.external_ids.find(PAYMENT, [name]).get(name) or _make(
            cx, name, move, journal, given
        )
        rows = cx.odoo.find(PAYMENT, [("id", "=", found)], ["state"])
        if rows and rows[0]["state"] not in ("cancel", "canceled", "cancelled", "rejected"):
            return rows[0]
    raise Held(
        f"{_MOST} payments of {number_of(move)} were cancelled in Odoo",
        fix="Enter the payment in Odoo by hand.",
        code="order.payment_open",
    )


def _make(cx: Connection, name: str, move: Row, journal: int, given: StepInput) -> int:
    known = cx.facts.fields(PAYMENT)
    memo = next(n for n in ("memo", "ref", "communication") if n in known)
    document = given.document
    words = " ".join(part for part in (document.number, document.transaction) if part)
    amount: Decimal = money(move["amount_residual"])
    cells = {
        "id": name,
        "payment_type": "inbound",
        "partner_type": "customer",
        "partner_id/.id": str(ref_id(move["commercial_partner_id"]) or ""),
        "amount": f"{amount:f}",
        "currency_id/.id": str(ref_id(move["currency_id"]) or ""),
        "journal_id/.id": str(journal),
        memo: words,
    }
    if given.paid_at is not None:
        cells["date"] = given.paid_at.date().isoformat()
    if "invoice_ids" in known and known["invoice_ids"].type == "many2many":
        cells["invoice_ids/.id"] = str(move["id"])
    loader = Loader(cx.odoo, _no_progress, cx.facts.may)
    result = loader.load(PAYMENT, [LoadRecord(name, cells)], once=True)
    error = result[name].error
    if error is not None:
        raise posting_error(cx, error, f"The payment of {number_of(move)}")
    return result[name].id or 0


def _match(cx: Connection, payment: int, move: int) -> None:
    """Match the payment's receivable entry with the invoice; nothing where it is matched.

    Since Odoo 18 a payment may have no entry of its own (the bank statement brings it): then the
    link between payment and invoice settles it.
    """
    rows = cx.odoo.find(PAYMENT, [("id", "=", payment)], ["move_id"])
    entry = ref_id(rows[0]["move_id"]) if rows else None
    if entry is None:
        return
    kind = "account_type" if cx.facts.has(MOVE_LINE, "account_type") else "account_internal_type"
    receivable = ["asset_receivable", "receivable"]
    domain = [("move_id", "=", entry), ("reconciled", "=", False)]
    lines = cx.odoo.find(MOVE_LINE, domain, [kind])
    open_ = [int(r["id"]) for r in lines if r[kind] in receivable]
    for line in open_:
        try:
            cx.odoo.do(MOVE, "js_assign_outstanding_line", [move], line_id=line)
        except Refused:
            if _is_open(cx, line):
                raise


def _is_open(cx: Connection, line: int) -> bool:
    rows = cx.odoo.find(MOVE_LINE, [("id", "=", line)], ["reconciled"])
    return bool(rows) and not rows[0]["reconciled"]


def _no_progress() -> None:
    """Steps are short: the flow keeps the lease between them."""
