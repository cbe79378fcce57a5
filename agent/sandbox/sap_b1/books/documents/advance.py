"""Down payments: their share of the whole, and what invoices draw from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.books.values import (
    HUNDRED,
    ZERO,
    money,
    num,
    reference,
    rounded,
    undefined,
    wrong,
)
from agent.sandbox.sap_b1.company import Company, Row

from . import amounts, settle
from .kinds import BY_CODE, DOWN_PAYMENT, Kind


def share(company: Company, row: Row, given: Mapping[str, Any], net: Decimal) -> Decimal:
    """Return the share of a down payment in percent; ``net`` is all it could be of.

    Raises:
        Refusal: accounts for down payments are not set up, or the share is not one of 0 to 100.
    """
    if not company.options.down_payment_accounts:
        raise undefined("G/L account is missing; define down payment accounts", "ODPI.CtlAccount")
    row["DownPaymentType"] = row.get("DownPaymentType") or "dptInvoice"
    percent = num(given.get("DownPaymentPercentage", row.get("DownPaymentPercentage")) or HUNDRED)
    if given.get("DownPaymentPercentage") is None and given.get("DownPaymentAmount") is not None:
        percent = num(given["DownPaymentAmount"]) * HUNDRED / net if net else ZERO
    percent = rounded(percent, amounts.PERCENT)
    if not 0 < percent <= HUNDRED:
        raise undefined("Down payment percentage must be between 0 and 100", "ODPI.DpmPrcnt")
    return percent


def draws(company: Company, header: Row, given: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return what an invoice draws from down payments.

    Raises:
        Refusal: one is another partner's, not paid, or has less left than is drawn.
    """
    rows = []
    currency = amounts.of(header, company)
    for number, member in enumerate(given):
        entry = member.get("DocEntry") or member.get("DocInternalID")
        paid = reference(company, "DownPayments", entry, "INV9.BaseAbs", number + 1)
        if paid["CardCode"] != header["CardCode"] or paid["DocCurrency"] != header["DocCurrency"]:
            raise wrong(
                "Down payment belongs to another business partner", "INV9.BaseAbs", number + 1
            )
        rows.append(_draw(company, paid, member, number, currency))
    return rows


def _draw(
    company: Company, paid: Row, member: Mapping[str, Any], number: int, currency: amounts.Currency
) -> Row:
    left = num(paid["_paid"]) - num(paid.get("_drawn"))
    total, net_total = num(paid["_total"]), num(paid["_total"]) - num(paid["_vat"])
    told_gross = _told(company, member, "GrossAmountToDraw", currency)
    told_net = _told(company, member, "AmountToDraw", currency)
    gross = left
    if told_gross is not None:
        gross = told_gross
    elif told_net is not None:
        gross = total if told_net == net_total else money(company, told_net * total / net_total)
    if paid["CancelStatus"] != "csNo" or gross <= 0 or gross > left:
        what = "Amount to draw exceeds the open amount of the down payment"
        raise wrong(what, "INV9.DrawnSum", number + 1)
    net = net_total if gross == total else money(company, gross * net_total / total)
    if told_gross is None and told_net is not None:
        net = told_net
    tax, foreign = gross - net, currency.foreign
    return {
        "DocEntry": paid["DocEntry"], "DocInternalID": paid["DocEntry"], "RowNum": number,
        "DocNumber": paid["DocNum"], "DownPaymentType": paid["DownPaymentType"],
        "PostingDate": paid["DocDate"], "DueDate": paid["DocDueDate"], "Name": paid["CardName"],
        "Details": None, "IsGrossLine": "tNO", "_gross": gross, "_net": net,
        "AmountToDraw": currency.home(company, net), "AmountToDrawFC": net if foreign else ZERO,
        "Tax": currency.home(company, tax), "TaxFC": tax if foreign else ZERO,
        "GrossAmountToDraw": currency.home(company, gross),
        "GrossAmountToDrawFC": gross if foreign else ZERO,
    }  # fmt: skip


def _told(
    company: Company, member: Mapping[str, Any], name: str, currency: amounts.Currency
) -> Decimal | None:
    """Return what a body says is to be drawn, in the document's currency."""
    if currency.foreign and member.get(f"{name}FC") is not None:
        return num(member[f"{name}FC"])
    if member.get(name) is None:
        return None
    amount = num(member[name])
    return money(company, amount / currency.rate) if currency.foreign else amount


def take(company: Company, document: Row, sign: int = 1) -> None:
    """Draw what an invoice draws (``sign`` -1: give it back)."""
    kind: Kind = BY_CODE[DOWN_PAYMENT]
    for row in document.get("DownPaymentsToDraw") or ():
        table = company.table(kind.name)
        paid = table.rows[row["DocEntry"]]
        drawn = num(paid.get("_drawn")) + sign * row["_gross"]
        table.change(row["DocEntry"], _drawn=drawn, DataVersion=paid["DataVersion"] + 1)
        settle.settle(company, kind, row["DocEntry"])
