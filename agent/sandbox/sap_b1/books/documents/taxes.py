"""Which tax a line or a freight has, and its rate on a day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.books.values import ZERO, day, num, reference, undefined, yes
from agent.sandbox.sap_b1.company import Company, Row


def field(company: Company) -> str:
    """Return the name of the property that holds the tax in this localisation."""
    return "VatGroup" if company.options.localisation == "vat" else "TaxCode"


def line_code(
    company: Company,
    partner: Mapping[str, Any],
    item: Mapping[str, Any],
    address: Mapping[str, Any],
) -> str | None:
    """Return the tax B1 finds for a line whose body names none."""
    if company.options.localisation == "sales_tax":
        return address.get("TaxCode") or item.get("ArTaxCode")
    if partner.get("VatLiable") in {"vEC", "vExempted"} and partner.get("VatGroup"):
        return str(partner["VatGroup"])
    return item.get("SalesVATGroup") or partner.get("VatGroup") or _company_default(company)


def _company_default(company: Company) -> str | None:
    row = company.table("_Company").get("tax")
    return str(row["Code"]) if row else None


def rate(company: Company, code: Any, on: date, column: str, line: int) -> Decimal:
    """Return the rate of a tax in percent.

    Raises:
        Refusal: there is no such tax, it is not one of sales, or not in use.
    """
    if code in (None, ""):
        raise undefined("Tax definition is missing", column, line)
    if company.options.localisation == "sales_tax":
        row = reference(company, "SalesTaxCodes", code, column, line)
        if yes(row.get("Inactive")) or not yes(row.get("ValidForAR")):
            raise undefined(f"Tax code '{code}' is not valid for sales", column, line)
        return num(row["Rate"])
    row = reference(company, "VatGroups", code, column, line)
    if yes(row.get("Inactive")) or row["Category"] != "bovcOutputTax":
        raise undefined(f"Tax group '{code}' is not valid for sales", column, line)
    return _on(row, on)


def _on(row: Row, on: date) -> Decimal:
    found = ZERO
    for line in row["VatGroups_Lines"]:
        start = day(line.get("Effectivefrom"))
        if start is None or start <= on:
            found = num(line["Rate"])
    return found
