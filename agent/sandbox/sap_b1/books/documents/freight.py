"""Freight: additional expenses of a document, each with its own tax."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.sap_b1.books import userfields
from agent.sandbox.sap_b1.books.values import (
    ENTRY_EXISTS,
    HUNDRED,
    YES,
    ZERO,
    money,
    num,
    reference,
    undefined,
    wrong,
)
from agent.sandbox.sap_b1.company import Refusal, Row

from . import taxes
from .kinds import BY_CODE, OPEN
from .lines import Setting

_COLUMN = "DocumentAdditionalExpenses"


def merged(
    setting: Setting, before: Sequence[Row], given: Sequence[Mapping[str, Any]], *, replace: bool
) -> list[Row]:
    """Return a document's freights with those of a body: known ``LineNum`` change, others are new.

    Raises:
        Refusal: a code does not exist, is there twice, or its amount or tax is not allowed.
    """
    rows = [] if replace else [dict(row) for row in before]
    for position, member in enumerate(given, start=1):
        known = next((r for r in rows if r["LineNum"] == member.get("LineNum")), None)
        if known is not None:
            known |= _freight(setting, {**known, **member}, member, position)
        else:
            number = 1 + max((int(r["LineNum"]) for r in rows), default=-1)
            row = {**_based(setting, member), **member, "LineNum": number}
            rows.append(_freight(setting, row, member, position))
    codes = [row["ExpenseCode"] for row in rows]
    if setting.company.options.freight_code_once and len(set(codes)) < len(codes):
        raise Refusal(-2035, ENTRY_EXISTS)
    return rows


def _based(setting: Setting, member: Mapping[str, Any]) -> Row:
    """Return what a freight takes over from that of another document."""
    kind = BY_CODE.get(int(member.get("BaseDocType") or -1))
    if kind is None:
        return {}
    document = reference(
        setting.company, kind.name, member.get("BaseDocEntry"), f"{_COLUMN}.BaseDocEntry"
    )
    for row in document["DocumentAdditionalExpenses"]:
        if row["LineNum"] == member.get("BaseDocLine"):
            names = ("ExpenseCode", "LineTotal", "LineTotalFC", "VatGroup", "TaxCode", "Remarks")
            return {name: row.get(name) for name in names}
    return {}


def _freight(setting: Setting, row: Row, given: Mapping[str, Any], position: int) -> Row:
    company, currency = setting.company, setting.currency
    code = row.get("ExpenseCode")
    master = reference(company, "AdditionalExpenses", code, f"{_COLUMN}.ExpnsCode", position)
    name = taxes.field(company)
    row["TaxCode" if name == "VatGroup" else "VatGroup"] = None
    if not row.get(name):
        own = master.get("OutputVATGroup") if name == "VatGroup" else None
        row[name] = own or taxes.line_code(company, setting.partner, {}, setting.address)
    rate = taxes.rate(company, row[name], setting.on, f"{_COLUMN}.{name}", position)
    foreign = currency.foreign and (
        given.get("LineTotalFC") is not None or "LineTotal" not in given
    )
    amount = num(row.get("LineTotalFC") if foreign else row.get("LineTotal"))
    own = money(company, amount / currency.rate if currency.foreign and not foreign else amount)
    if own < 0 and not company.options.negative_freight:
        raise wrong("Freight must not be negative", f"{_COLUMN}.LineTotal", position)
    if row.get("LineTotal") is None and row.get("LineTotalFC") is None:
        raise undefined("Enter amount of the freight", f"{_COLUMN}.LineTotal", position)
    tax = money(company, own * rate / HUNDRED)
    total, total_tax = currency.home(company, own), currency.home(company, tax)
    row |= {
        "_own": own, "_tax": tax, "TaxPercent": rate, "Status": row.get("Status") or OPEN,
        "LineTotal": total, "LineTotalFC": own if currency.foreign else ZERO,
        "LineTotalSys": total, "TaxSum": total_tax, "TaxSumFC": tax if currency.foreign else ZERO,
        "TaxSumSys": total_tax, "TaxTotalSum": total_tax, "LineGross": total + total_tax,
        "LineGrossFC": own + tax if currency.foreign else ZERO, "LineGrossSys": total + total_tax,
        "TaxLiable": row.get("TaxLiable") or YES, "TaxType": row.get("TaxType") or "aext_NormalTax",
        "DistributionMethod": row.get("DistributionMethod") or "aedm_None",
    }  # fmt: skip
    row |= userfields.checked(company, "RDR3", row, new=True)
    return row
