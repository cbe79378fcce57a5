"""What is paid of a document, and when it is closed by that."""

from __future__ import annotations

from decimal import Decimal

from agent.sandbox.sap_b1.books.values import ZERO, num, stamp
from agent.sandbox.sap_b1.company import Company, Row

from . import amounts
from .kinds import BY_CODE, CLOSED, CREDIT, DOWN_PAYMENT, INVOICE, OPEN, Kind

PAYABLE = frozenset({INVOICE, CREDIT, DOWN_PAYMENT})


def open_amount(document: Row) -> Decimal:
    """Return what is still to be paid, in the document's currency."""
    return num(document["_total"]) - num(document["_paid"])


def apply(company: Company, kind: Kind, key: int, amount: Decimal) -> None:
    """Add a payment (or take one back) in the document's currency."""
    table = company.table(kind.name)
    row = table.rows[key]
    paid = num(row["_paid"]) + amount
    table.put(key, with_paid(company, row, paid))
    table.change(key, DataVersion=row["DataVersion"] + 1, **stamp(company, "Update"))
    settle(company, kind, key)


def with_paid(company: Company, row: Row, paid: Decimal) -> Row:
    """Return a document of which so much is paid."""
    currency = amounts.of(row, company)
    whole = paid == num(row["_total"])
    home = num(row["DocTotal"]) if whole else currency.home(company, paid)
    return {
        **row,
        "_paid": paid,
        "PaidToDate": home,
        "PaidToDateFC": paid if currency.foreign else ZERO,
        "PaidToDateSys": home,
    }


def settle(company: Company, kind: Kind, key: int) -> None:
    """Close a document that is paid, and open one that is not any more."""
    if kind.code not in PAYABLE:
        return
    row = company.table(kind.name).rows[key]
    if row["CancelStatus"] != "csNo":
        return
    done = open_amount(row) <= 0
    change: Row = {"DocumentStatus": CLOSED if done else OPEN}
    if kind.code == DOWN_PAYMENT:
        drawn = num(row.get("_drawn")) >= num(row["_total"])
        change["DownPaymentStatus"] = "so_Closed" if drawn else "so_Open"
    company.table(kind.name).change(key, **change)


def reconcile(company: Company, kind: Kind, key: int) -> None:
    """Set a credit note off against the open invoice it is made from."""
    if kind.code != CREDIT:
        return
    row = company.table(kind.name).rows[key]
    entries = {(line["BaseType"], line["BaseEntry"]) for line in row["DocumentLines"]}
    for code, entry in sorted(entries, key=str):
        if code not in {INVOICE, DOWN_PAYMENT}:
            continue
        base = BY_CODE[code]
        left = open_amount(company.table(base.name).rows[entry])
        amount = min(left, open_amount(company.table(kind.name).rows[key]))
        if amount > 0:
            apply(company, base, entry, amount)
            apply(company, kind, key, amount)
            row = company.table(kind.name).rows[key]
            offsets = [*row.get("_offsets", []), [code, entry, amount]]
            company.table(kind.name).change(key, _offsets=offsets)


def unreconcile(company: Company, kind: Kind, key: int) -> None:
    """Take back what a credit note was set off against."""
    row = company.table(kind.name).rows[key]
    for code, entry, amount in row.get("_offsets", []):
        apply(company, BY_CODE[code], entry, -amount)
        apply(company, kind, key, -amount)
    company.table(kind.name).change(key, _offsets=[])
