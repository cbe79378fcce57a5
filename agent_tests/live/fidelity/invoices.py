"""Invoices of orders: made, posted, paid, credited, cancelled; down payments; closed periods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.deliveries import QUIET, done, moves
from agent_tests.live.fidelity.sales import (
    MOVE,
    ORDER,
    PICKING,
    amounts,
    bank,
    buyer,
    goods,
    included,
    invoice,
    invoices,
    line,
    order,
    outcome,
    pay,
    pickings,
    service,
    summary,
    tax,
)
from agent_tests.live.fidelity.talk import Talk

HEAD = (
    *("state", "move_type", "payment_state", "amount_untaxed", "amount_tax", "amount_total"),
    *("amount_residual", "ref", "invoice_origin", "payment_reference"),
)
ROW = ("name", "quantity", "price_unit", "price_subtotal", "price_total", "discount")


def seen(t: Talk, record: int) -> Any:
    """Return an invoice and its lines."""
    head = t.read(MOVE, record, *HEAD, "name")
    if not t.new and head["state"] != "posted":
        del head["name"]  # Odoo 14 numbers the first draft of a month, and no other
    head = {key: t.plain(v) if isinstance(v, str) else v for key, v in head.items()}
    rows = t.read(MOVE, record, "invoice_line_ids")["invoice_line_ids"]
    lines = t.rows("account.move.line", [["id", "in", rows]], *ROW, order="sequence, id")
    return head, [(t.plain(name), *rest) for name, *rest in lines]


def books(t: Talk, record: int) -> Any:
    """Return the entries of an invoice."""
    domain = [["move_id", "=", record], ["account_id", "!=", False]]
    found = t.rows("account.move.line", domain, "account_id", "debit", "credit", "amount_currency")
    return sorted(("rec" if "eceiv" in a[1] else "other", *rest) for a, *rest in found)


def confirmed(t: Talk, *lines: Any, **values: Any) -> int:
    """Create an order and confirm it."""
    made = order(t, buyer(t), *lines, **values)
    t(ORDER, "action_confirm", [made])
    return made


def post(t: Talk, *records: int) -> Any:
    """Post invoices."""
    answer = t(MOVE, "action_post", list(records))
    return "cannot marshal" if "marshal" in str(answer) else outcome(answer)


def at_once(t: Talk) -> Iterator[Any]:
    vat = tax(t, 19)
    made = confirmed(
        *(t, line(t, service(t), 2, 10, vat), line(t, service(t), 1, 5.55, vat, discount=10)),
        client_order_ref="OC 17",
    )
    yield summary(t, made), invoice(t, made), summary(t, made)
    [bill] = invoices(t, made)
    yield seen(t, bill), books(t, bill)
    fields = ("journal_id", "currency_id", "invoice_date", "date", "partner_shipping_id", "team_id")
    read = t.read(MOVE, bill, *fields)
    names = {k: t.plain(v[1]) if isinstance(v, list) else v for k, v in read.items() if k != "date"}
    yield names, bool(read["date"])
    yield invoice(t, made)
    yield t(MOVE, "write", [bill], {"invoice_date": "2026-03-03", "ref": "txn"})
    yield post(t, bill), seen(t, bill), summary(t, made)
    read = t.read(MOVE, bill, "invoice_date", "date", "payment_reference")
    yield read["invoice_date"], read["date"] == read["invoice_date"]
    yield t.plain(read["payment_reference"])
    yield post(t, bill)
    yield t(MOVE, "unlink", [bill])
    yield t(MOVE, "write", [bill], {"invoice_date": "2026-03-04"})
    yield t(MOVE, "write", [bill], {"partner_id": buyer(t)})
    context = {"journal_id": bank(t), "payment_date": "2026-03-05", "communication": "OC-1"}
    yield pay(t, [bill], **context), seen(t, bill), summary(t, made)
    yield pay(t, [bill], **context)
    yield invoice(t, made)
    yield t(ORDER, "action_cancel", [made]) is True, summary(t, made)


def partly_paid(t: Talk) -> Iterator[Any]:
    made = confirmed(t, line(t, service(t), 1, 100))
    invoice(t, made)
    [bill] = invoices(t, made)
    yield pay(t, [bill], journal_id=bank(t))
    post(t, bill)
    yield pay(t, [bill], journal_id=bank(t), amount=40, communication="first"), seen(t, bill)
    yield pay(t, [bill], journal_id=bank(t), communication="rest"), seen(t, bill)
    made = confirmed(t, line(t, service(t), 1, 100))
    invoice(t, made)
    [bill] = invoices(t, made)
    post(t, bill)
    yield pay(t, [bill], journal_id=bank(t), amount=150), seen(t, bill)
    made = confirmed(t, line(t, service(t), 1, 100))
    invoice(t, made)
    [bill] = invoices(t, made)
    post(t, bill)
    values = {"payment_difference_handling": "reconcile", "writeoff_label": "w"}
    [account] = t("account.account", "search", [["code", "=", "400000"]], limit=1)
    values["writeoff_account_id"] = account
    yield pay(t, [bill], journal_id=bank(t), amount=99.98, **values), seen(t, bill)


def payments(t: Talk) -> Iterator[Any]:
    made = confirmed(t, line(t, service(t), 1, 100))
    invoice(t, made)
    [bill] = invoices(t, made)
    post(t, bill)
    pay(t, [bill], journal_id=bank(t), payment_date="2026-03-05", communication=t.name("txn"))
    text = "memo" if t.new else "ref"
    fields = ("amount", "payment_type", "partner_type", "state", "date", text)
    domain = [[text, "=", t.name("txn")]]
    yield t.rows("account.payment", domain, *fields)
    read = t("account.payment", "search_read", domain, ["journal_id", "name", "is_reconciled"])
    yield [(r["journal_id"][1], t.plain(r["name"]), r["is_reconciled"]) for r in read]
    [payment] = t("account.payment", "search", domain)
    seen_ids = t.read("account.payment", payment, "reconciled_invoice_ids")
    yield seen_ids["reconciled_invoice_ids"] == [bill]
    yield t("account.payment", "action_draft", [payment]), seen(t, bill)
    yield t("account.payment", "action_cancel", [payment])
    yield t.read("account.payment", payment, "state"), seen(t, bill)
    values = {"amount": 12.5, "payment_type": "inbound", "partner_type": "customer"}
    values |= {"partner_id": buyer(t), "journal_id": bank(t), "date": "2026-03-06"}
    single = t("account.payment", "create", values)
    yield t.read("account.payment", single, "amount", "state", "is_reconciled")
    yield outcome(t("account.payment", "action_post", [single]))
    yield t.read("account.payment", single, "state")


def down_payments(t: Talk) -> Iterator[Any]:
    vat = tax(t, 20)
    made = confirmed(t, line(t, service(t, taxes_id=[[6, 0, [vat]]]), 2, 50, vat))
    field = "fixed_amount"
    yield invoice(t, made, "fixed", **{field: 36}), summary(t, made)
    [deposit] = invoices(t, made)
    yield seen(t, deposit), amounts(t, made)
    fields = ("name", "is_downpayment", "price_unit", "product_uom_qty", "qty_invoiced")
    rows = t.rows("sale.order.line", [["order_id", "=", made]], *fields)
    yield [(t.plain(name), *rest) for name, *rest in rows]
    yield post(t, deposit), summary(t, made)
    yield pay(t, [deposit], journal_id=bank(t)), seen(t, deposit)
    yield invoice(t, made), summary(t, made)
    final = invoices(t, made)[-1]
    yield seen(t, final)
    yield post(t, final), seen(t, final), summary(t, made)
    yield pay(t, [final], journal_id=bank(t)), seen(t, final)


def down_payments_by_percentage(t: Talk) -> Iterator[Any]:
    vat, low = tax(t, 20), tax(t, 5)
    rows = (line(t, service(t), 3, 33.33, vat), line(t, service(t), 1, 9.99, low))
    made = confirmed(t, *rows, line(t, service(t), 1, 4))
    yield invoice(t, made, "percentage", amount=30), summary(t, made)
    [deposit] = invoices(t, made)
    yield seen(t, deposit)
    yield post(t, deposit), invoice(t, made), [seen(t, one) for one in invoices(t, made)]
    final = invoices(t, made)[-1]
    yield post(t, final), summary(t, made)
    gross = confirmed(t, line(t, service(t), 1, 119, tax(t, 19, **included(t))))
    yield invoice(t, gross, "fixed", fixed_amount=50), [seen(t, one) for one in invoices(t, gross)]
    yield invoice(t, gross, "percentage", amount=0), invoice(t, gross, "fixed", fixed_amount=-1)
    plain = confirmed(t, line(t, service(t), 1, 100))
    yield invoice(t, plain, "fixed", fixed_amount=25), [seen(t, one) for one in invoices(t, plain)]


def by_delivery(t: Talk) -> Iterator[Any]:
    product = goods(t, invoice_policy="delivery")
    t.count(product, 10)
    made = confirmed(t, line(t, product, 3, 10))
    yield invoice(t, made), summary(t, made)
    [picking] = pickings(t, made)
    done(t, moves(t, picking)[0], 2)
    t(PICKING, "button_validate", [picking], context=QUIET)
    yield invoice(t, made), summary(t, made), [seen(t, one) for one in invoices(t, made)]
    yield invoice(t, made)
    quotation = order(t, buyer(t), line(t, service(t), 1, 1))
    yield invoice(t, quotation)
    empty = confirmed(t)
    yield invoice(t, empty)


def credit_notes(t: Talk) -> Iterator[Any]:
    vat = tax(t, 19)
    made = confirmed(t, line(t, service(t), 2, 10, vat))
    invoice(t, made)
    [bill] = invoices(t, made)
    post(t, bill)
    context = {"active_model": MOVE, "active_ids": [bill]}
    values: dict[str, Any] = {"reason": "returned"}
    if t.new:
        values["journal_id"] = t.read(MOVE, bill, "journal_id")["journal_id"][0]
    else:
        values["refund_method"] = "refund"
    wizard = t("account.move.reversal", "create", values, context=context)
    name = "refund_moves" if t.new else "reverse_moves"
    yield outcome(t("account.move.reversal", name, [wizard], context=context)), summary(t, made)
    bills = invoices(t, made)
    yield len(bills), seen(t, bills[-1]), seen(t, bill)
    note = bills[-1]
    yield t.read(MOVE, note, "reversed_entry_id")["reversed_entry_id"][0] == bill
    yield post(t, note), seen(t, note), seen(t, bill), summary(t, made)
    if not t.new:
        values["refund_method"] = "cancel"
    other = confirmed(t, line(t, service(t), 1, 30, vat))
    invoice(t, other)
    [bill] = invoices(t, other)
    post(t, bill)
    pay(t, [bill], journal_id=bank(t))
    context = {"active_model": MOVE, "active_ids": [bill]}
    wizard = t("account.move.reversal", "create", values, context=context)
    name = "modify_moves" if t.new else "reverse_moves"
    yield outcome(t("account.move.reversal", name, [wizard], context=context)) and True
    yield [seen(t, one) for one in invoices(t, other)], summary(t, other)


def cancelled_invoices(t: Talk) -> Iterator[Any]:
    made = confirmed(t, line(t, service(t), 2, 10))
    invoice(t, made)
    [bill] = invoices(t, made)
    yield t(MOVE, "button_cancel", [bill]), seen(t, bill), summary(t, made)
    yield post(t, bill)
    yield t(MOVE, "button_draft", [bill]), seen(t, bill), summary(t, made)
    post(t, bill)
    yield t(MOVE, "button_cancel", [bill]), seen(t, bill), summary(t, made)
    yield t(MOVE, "button_draft", [bill]), seen(t, bill)
    yield t(MOVE, "unlink", [bill]), summary(t, made)
    other = confirmed(t, line(t, service(t), 2, 10))
    invoice(t, other)
    yield outcome(t(ORDER, "action_cancel", [other])), summary(t, other)
    if not t.new:
        wizard = t("sale.order.cancel", "create", {"order_id": other})
        yield t("sale.order.cancel", "action_cancel", [wizard]), summary(t, other)
    yield [seen(t, one) for one in invoices(t, other)]
    posted = confirmed(t, line(t, service(t), 2, 10))
    invoice(t, posted)
    post(t, *invoices(t, posted))
    yield outcome(t(ORDER, "action_cancel", [posted])), summary(t, posted)
    yield [seen(t, one) for one in invoices(t, posted)]


def closed_periods(t: Talk) -> Iterator[Any]:
    company = t.ref("base.main_company")
    made = confirmed(t, line(t, service(t), 2, 10))
    invoice(t, made)
    [bill] = invoices(t, made)
    lock = {"fiscalyear_lock_date": "2020-12-31"}
    yield t("res.company", "write", [company], lock)
    yield t(MOVE, "write", [bill], {"invoice_date": "2020-06-01"}), post(t, bill)
    read = t.read(MOVE, bill, "invoice_date", "date", "state")
    yield read["invoice_date"], read["date"] > "2020-12-31", read["state"]
    draft = confirmed(t, line(t, service(t), 2, 10))
    invoice(t, draft)
    [bill] = invoices(t, draft)
    yield t(MOVE, "write", [bill], {"date": "2020-05-05"}), t.read(MOVE, bill, "state")
    yield pay(t, [bill], journal_id=bank(t), payment_date="2020-05-05")
    yield t("res.company", "write", [company], {"fiscalyear_lock_date": False})


def closed_until_later(t: Talk) -> Iterator[Any]:
    company = t.ref("base.main_company")
    made, drafted = (confirmed(t, line(t, service(t), 2, 10)) for _ in range(2))
    paid = confirmed(t, line(t, service(t), 2, 10))
    for one in (drafted, paid):
        invoice(t, one)
    [draft], [bill] = invoices(t, drafted), invoices(t, paid)
    post(t, bill)
    yield t("res.company", "write", [company], {"fiscalyear_lock_date": "2031-12-31"})
    yield "invoice", invoice(t, made), len(invoices(t, made))
    yield "post", post(t, draft), t.read(MOVE, draft, "state")
    yield "date", t(MOVE, "write", [draft], {"invoice_date": "2026-03-03"})
    yield "reference", t(MOVE, "write", [bill], {"ref": "x"})
    yield "pay", pay(t, [bill], journal_id=bank(t)), seen(t, bill)[0]["payment_state"]
    context = {"active_model": MOVE, "active_ids": [bill]}
    journal = t.read(MOVE, bill, "journal_id")["journal_id"][0]
    values = {"reason": "x", **({"journal_id": journal} if t.new else {"refund_method": "refund"})}
    wizard = t("account.move.reversal", "create", values, context=context)
    name = "refund_moves" if t.new else "reverse_moves"
    yield "credit", outcome(t("account.move.reversal", name, [wizard], context=context))
    yield "cancel", t(MOVE, "button_cancel", [bill]), t.read(MOVE, bill, "state")
    yield "draft", t(MOVE, "button_draft", [bill]), t.read(MOVE, bill, "state")
    yield "down payment", invoice(t, made, "fixed", fixed_amount=5), len(invoices(t, made))
    yield "unlink", t(MOVE, "unlink", [draft])
    yield t("res.company", "write", [company], {"fiscalyear_lock_date": False})
    yield "open", t.read(MOVE, bill, "state"), summary(t, made)


def foreign_money(t: Talk) -> Iterator[Any]:
    [franc] = t("res.currency", "search", [["name", "=", "CHF"]], context={"active_test": False})
    t("res.currency", "write", [franc], {"active": True})
    known = t("res.currency.rate", "search", [["currency_id", "=", franc]])
    t("res.currency.rate", "unlink", known)
    t("res.currency.rate", "create", {"currency_id": franc, "rate": 0.8, "name": "2020-01-01"})
    pricelist = t("product.pricelist", "create", {"name": t.name(), "currency_id": franc})
    made = confirmed(t, line(t, service(t), 3, 33.33, tax(t, 7.7)), pricelist_id=pricelist)
    invoice(t, made)
    [bill] = invoices(t, made)
    yield seen(t, bill), books(t, bill), t.read(MOVE, bill, "currency_id")["currency_id"][1]
    signed = ("amount_total_signed", "amount_untaxed_signed", "amount_residual_signed")
    yield t.read(MOVE, bill, *signed)
    post(t, bill)
    yield pay(t, [bill], journal_id=bank(t), communication="x"), seen(t, bill)


def written_dates(t: Talk) -> Iterator[Any]:
    made = confirmed(t, line(t, service(t), 1, 100))

    def stamp() -> tuple[str, str]:
        bill = invoices(t, made)
        other = t.read(MOVE, bill[0], "write_date")["write_date"] if bill else ""
        return t.read(ORDER, made, "write_date")["write_date"], other

    steps = (
        lambda: invoice(t, made),
        lambda: post(t, *invoices(t, made)),
        lambda: pay(t, invoices(t, made), journal_id=bank(t), amount=40),
        lambda: pay(t, invoices(t, made), journal_id=bank(t)),
    )
    for step in steps:
        before = stamp()
        t.pause(1.1)
        step()
        yield [new > old for new, old in zip(stamp(), before, strict=True)]


def deductions(t: Talk) -> Iterator[Any]:
    vat = tax(t, 19)
    note = {"display_type": "line_note", "name": "Thanks"}
    section = {"display_type": "line_section", "name": "Goods"}
    rows = (line(t, service(t), 2, 20, vat), line(t, service(t), 1, -7.77, vat))
    made = confirmed(t, [0, 0, section], *rows, [0, 0, note])
    yield invoice(t, made), summary(t, made), [seen(t, one) for one in invoices(t, made)]
    free = confirmed(t, line(t, service(t), 1, 0))
    yield invoice(t, free), [seen(t, one) for one in invoices(t, free)]
    yield post(t, *invoices(t, free)), [seen(t, one) for one in invoices(t, free)]
    negative = confirmed(t, line(t, service(t), 1, 5, vat), line(t, service(t), 1, -9, vat))
    yield invoice(t, negative), summary(t, negative)
    yield [seen(t, one) for one in invoices(t, negative)]
    back = confirmed(t, line(t, service(t), -1, 9, vat))
    yield invoice(t, back), summary(t, back), [seen(t, one) for one in invoices(t, back)]
    [row] = t("sale.order.line", "search", [["order_id", "=", made], ["price_unit", ">", 0]])
    yield t("sale.order.line", "write", [row], {"product_uom_qty": 3}), summary(t, made)
    yield invoice(t, made), [seen(t, one) for one in invoices(t, made)]


SCENARIOS = (
    *(at_once, partly_paid, payments, down_payments, down_payments_by_percentage, by_delivery),
    *(
        credit_notes,
        cancelled_invoices,
        closed_periods,
        foreign_money,
        written_dates,
        deductions,
    ),
)
ONLY_19 = (closed_until_later,)  # Odoo 14 closes no period with drafts in it
