"""``IncomingPayments``: money by means, set off against invoices and down payments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from . import partners, series, userfields
from .documents import settle
from .documents.kinds import BY_CODE, CREDIT, DOWN_PAYMENT, INVOICE, Kind
from .documents.lines import exchange
from .documents.posting import notify
from .records import next_number
from .values import (
    FIXED,
    NO,
    NOT_SUPPORTED,
    YES,
    ZERO,
    day,
    money,
    num,
    reference,
    today,
    undefined,
    wrong,
)

INVOICE_TYPES = {"it_Invoice": INVOICE, "it_DownPayment": DOWN_PAYMENT, "it_CredItnote": CREDIT}
"""What a payment can be set off against. There is no member for orders."""
_TEXTS = frozenset(
    {
        *("Remarks", "JournalRemarks", "Reference1", "Reference2", "CounterReference"),
        *("TransferReference", "PaymentReferenceNo", "ProjectCode"),
    }
)


class IncomingPayments:
    """``IncomingPayments``."""

    name = "IncomingPayments"

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Post a payment.

        Raises:
            Refusal: partner, account or invoice do not exist, or the amounts do not agree.
        """
        row = _header(company, body)
        means = _means(company, row)
        if means <= 0:
            raise undefined("Enter amount of at least one means of payment", "ORCT.DocTotal")
        invoices = [
            _invoice(company, row, member, number)
            for number, member in enumerate(body.get("PaymentInvoices") or ())
        ]
        _twice(invoices)
        applied = sum((r["_sign"] * r["_paid"] for r in invoices), ZERO)
        if applied > means:
            raise wrong("Amounts applied exceed the means of payment", "RCT2.SumApplied")
        notify(company)
        key = next_number(company, self.name)
        number = body.get("Series") or series.default(company, "24")
        drawn = company.table(series.TABLE).get(number) is not None
        row |= {
            "DocEntry": key,
            "DocNum": int(series.draw(company, number)) if drawn else key,
            "Series": number,
            "PaymentInvoices": invoices,
            "_on_account": means - applied,
        }
        company.table(self.name).put(key, row)
        _apply(company, row, 1)
        partners.touch(company, row.get("CardCode"))
        return key

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change texts and user fields; nothing else can be changed."""
        del replace
        row = company.table(self.name).rows[key]
        for name, value in body.items():
            if name not in _TEXTS and not name.startswith("U_") and value != row.get(name):
                raise Refusal(-1029, FIXED)
        change = {**body, **userfields.checked(company, "ORCT", body, new=False)}
        company.table(self.name).change(key, **change)

    def delete(self, company: Company, key: Key) -> None:
        """Refuse: payments are cancelled."""
        del company, key
        raise Refusal(-5006, NOT_SUPPORTED)

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """``Cancel`` and ``CancelbyCurrentSystemDate``: take the payment back."""
        del body
        row = company.table(self.name).rows[key]
        if name not in {"Cancel", "CancelbyCurrentSystemDate"} or row["Cancelled"] == YES:
            raise Refusal(-5006, NOT_SUPPORTED)
        for member in row["PaymentInvoices"]:
            if member["InvoiceType"] == "it_DownPayment":
                paid = company.table("DownPayments").rows[member["DocEntry"]]
                if num(paid.get("_drawn")) > num(paid["_paid"]) - member["_own"]:
                    raise wrong("Down payment has been drawn by an invoice", "ORCT.DocEntry")
        notify(company)
        _apply(company, row, -1)
        company.table(self.name).change(key, Cancelled=YES, CancelStatus="csYes")
        partners.touch(company, row.get("CardCode"))
        return None


def _header(company: Company, body: Mapping[str, Any]) -> Row:
    given = {name: value for name, value in body.items() if value is not None}
    kind = str(given.get("DocType") or given.get("DocTypte") or "rCustomer")
    row: Row = {
        "HandWritten": NO, "Printed": NO, "DocObjectCode": "bopot_IncomingPayments",
        "LocalCurrency": YES, "CashSum": ZERO, "TransferSum": ZERO, "PaymentChecks": [],
        "PaymentCreditCards": [], "PaymentAccounts": [], "AuthorizationStatus": "pasWithout",
        **given, "DocType": kind, "DocTypte": kind, "Cancelled": NO, "CancelStatus": "csNo",
    }  # fmt: skip
    posted = day(given.get("DocDate")) or today(company)
    row["DocDate"] = posted.isoformat()
    for name in ("TaxDate", "DueDate", "VatDate"):
        row[name] = (day(given.get(name)) or posted).isoformat()
    closed = company.options.closed_until
    if closed is not None and posted <= closed:
        raise Refusal(
            -5002, "1250000073 - Posting date is in a closed posting period  [ORCT.DocDate]"
        )
    if kind == "rCustomer":
        if not given.get("CardCode"):
            raise undefined("Customer code is missing", "ORCT.CardCode")
        partner = reference(company, "BusinessPartners", given["CardCode"], "ORCT.CardCode")
        row["CardName"] = given.get("CardName") or partner.get("CardName")
    _currency(company, row, posted)
    row |= userfields.checked(company, "ORCT", row, new=True)
    return row


def _currency(company: Company, row: Row, posted: date) -> None:
    code = str(row.get("DocCurrency") or company.options.currency)
    reference(company, "Currencies", code, "ORCT.DocCurr")
    row["DocCurrency"] = code
    if code == company.options.currency:
        row["DocRate"] = Decimal(1)
    elif num(row.get("DocRate")) <= 0:
        row["DocRate"] = exchange(company, code, posted)
    row["LocalCurrency"] = YES if code == company.options.currency else NO


def _means(company: Company, row: Row) -> Decimal:
    """Return what is paid, in the payment's currency."""
    foreign = row["DocCurrency"] != company.options.currency
    cash = num(row.get("CashSum"))
    transfer = num(row.get("TransferSum"))
    if cash:
        _account(company, row.get("CashAccount"), "ORCT.CashAcct")
    if transfer:
        _account(company, row.get("TransferAccount"), "ORCT.TrsfrAcct")
        row["TransferDate"] = (
            day(row.get("TransferDate")) or day(row["DocDate"]) or today(company)
        ).isoformat()
    row["PaymentCreditCards"] = _cards(company, row)
    cards = sum((num(card["CreditSum"]) for card in row["PaymentCreditCards"]), ZERO)
    checks = sum((num(check.get("CheckSum")) for check in row["PaymentChecks"]), ZERO)
    if min(cash, transfer, cards, checks) < 0:
        raise undefined("Amount must not be negative", "ORCT.DocTotal")
    row["CashSumFC"] = cash if foreign else ZERO
    return money(company, cash + transfer + cards + checks)


def _account(company: Company, code: Any, column: str) -> None:
    if code in (None, ""):
        raise undefined("G/L account is missing", column)
    account = reference(company, "ChartOfAccounts", str(code), column)
    if account.get("ActiveAccount") == NO or account.get("FrozenFor") == YES:
        raise wrong(f"G/L account '{code}' is not active", column)


def _cards(company: Company, row: Row) -> list[Row]:
    cards = []
    for number, given in enumerate(row["PaymentCreditCards"]):
        where = number + 1
        master = reference(
            company, "CreditCards", given.get("CreditCard"), "RCT3.CreditCard", where
        )
        for name, column in (("CardValidUntil", "CardValid"), ("VoucherNum", "VoucherNum")):
            if not given.get(name):
                raise undefined(f"Enter value in '{name}'", f"RCT3.{column}", where)
        if num(given.get("CreditSum")) <= 0:
            raise undefined("Enter amount of the credit card", "RCT3.CreditSum", where)
        account = given.get("CreditAcct") or master["GLAccount"]
        _account(company, account, "RCT3.CreditAcct")
        cards.append(
            {
                "NumOfPayments": 1, "CreditType": "cr_Regular", "SplitPayments": NO, **given,
                "LineNum": number, "CreditAcct": account, "CreditSum": num(given["CreditSum"]),
                "CreditCur": row["DocCurrency"],
            }
        )  # fmt: skip
    return cards


def _twice(rows: Sequence[Row]) -> None:
    keys = [(row["InvoiceType"], row["DocEntry"]) for row in rows]
    if len(set(keys)) < len(keys):
        raise wrong("Invoice is applied twice", "RCT2.DocEntry")


def _invoice(company: Company, row: Row, member: Mapping[str, Any], number: int) -> Row:
    """Return one invoice a payment is for, with ``_own`` in its currency and ``_paid`` in ours.

    Raises:
        Refusal: it is not there, another partner's, closed, or less is open than is applied.
    """
    where = number + 1
    kind = _kind(member, where)
    document = reference(company, kind.name, member.get("DocEntry"), "RCT2.DocEntry", where)
    if document["CardCode"] != row.get("CardCode"):
        raise wrong("Invoice belongs to another business partner", "RCT2.DocEntry", where)
    left = settle.open_amount(document)
    if document["CancelStatus"] != "csNo" or left <= 0:
        raise wrong("Invoice is already closed or blocked", "RCT2.DocEntry", where)
    own, home = _amounts(company, row, document, member, left)
    if own <= 0 or own > left:
        raise wrong(
            "Amount applied exceeds the open amount of the invoice", "RCT2.SumApplied", where
        )
    same = document["DocCurrency"] == row["DocCurrency"]
    paid = own if same else money(company, home / num(row["DocRate"]))
    foreign = document["DocCurrency"] != company.options.currency
    return {
        **member, "LineNum": number, "DocEntry": document["DocEntry"], "DocNum": document["DocNum"],
        "InvoiceType": member.get("InvoiceType") or "it_Invoice", "InstallmentId": 1,
        "SumApplied": home, "AppliedFC": own if foreign else ZERO, "AppliedSys": home,
        "PaidSum": home, "DocRate": document["DocRate"],
        "_own": own, "_paid": paid, "_sign": -1 if kind.code == CREDIT else 1,
    }  # fmt: skip


def _kind(member: Mapping[str, Any], where: int) -> Kind:
    name = str(member.get("InvoiceType") or "it_Invoice")
    if name not in INVOICE_TYPES:
        raise undefined(f"'{name}' cannot be paid here", "RCT2.InvType", where)
    return BY_CODE[INVOICE_TYPES[name]]


def _amounts(
    company: Company, row: Row, document: Row, member: Mapping[str, Any], left: Decimal
) -> tuple[Decimal, Decimal]:
    """Return what is applied in the invoice's currency and in the company's."""
    foreign = document["DocCurrency"] != company.options.currency
    if not foreign:
        own = (
            money(company, num(member.get("SumApplied")))
            if member.get("SumApplied") is not None
            else left
        )
        return own, own
    rate = num(row["DocRate"]) if row["DocCurrency"] == document["DocCurrency"] else ZERO
    rate = rate or exchange(
        company, str(document["DocCurrency"]), date.fromisoformat(row["DocDate"])
    )
    if member.get("AppliedFC") is not None:
        own = money(company, num(member["AppliedFC"]))
    elif member.get("SumApplied") is not None:
        own = money(company, num(member["SumApplied"]) / rate)
    else:
        own = left
    return own, money(company, own * rate)


def _apply(company: Company, row: Row, sign: int) -> None:
    for member in row["PaymentInvoices"]:
        kind = BY_CODE[INVOICE_TYPES[member["InvoiceType"]]]
        settle.apply(company, kind, member["DocEntry"], sign * member["_own"])
