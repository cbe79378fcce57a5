"""Taxes of B1 on a document's lines: one code per line, ``VatGroup`` or ``TaxCode``.

Where the company is of a country with VAT, codes are ``VatGroups`` whose rate changes by day, else
``SalesTaxCodes``. Several rates of the shop on one line need one code that is all of them together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from agent.erp.draft import Draft
from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales.texts import day_of, yes
from agent.erp.sap_b1.sets import Row
from agent.errors import Held
from agent.model.document import DocumentLine, LineKind
from agent.model.entity import Entity

FREIGHT = "freight:"
"""What a levy is linked to: a freight code behind this word."""
_SAME = Decimal("0.00005")


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax code of B1 for sales. ``rates``: percent by the day from which it holds."""

    code: str
    name: str
    rates: tuple[tuple[date, Decimal], ...]
    active: bool

    def rate(self, on: date) -> Decimal:
        """Return the percentage on a day; before the first one the first."""
        past = [percent for since, percent in self.rates if since <= on]
        if past:
            return past[-1]
        return self.rates[0][1] if self.rates else Decimal(0)


def tax_set(cx: Connection) -> str:
    """Return the set that the company's tax codes are in."""
    return "VatGroups" if cx.facts.vat else "SalesTaxCodes"


def tax_field(cx: Connection) -> str:
    """Return the property of a line that names its tax code."""
    return "VatGroup" if cx.facts.vat else "TaxCode"


def sales_taxes(cx: Connection, *, anew: bool = False) -> Mapping[str, Tax]:
    """Return the tax codes for sales by code; read once, again where ``anew`` is set."""
    kept: dict[str, Tax] = cx.facts.keep(sales_taxes, dict)
    if anew or not kept:
        kept.clear()
        kept.update({tax.code: tax for row in cx.client.rows(tax_set(cx)) if (tax := _tax(row))})
    return kept


def _tax(row: Row) -> Tax | None:
    code, name = str(row["Code"]), str(row.get("Name") or "")
    active = not yes(row.get("Inactive"))
    if "VatGroups_Lines" in row:
        if row.get("Category") == "bovcInputTax":
            return None
        lines = row["VatGroups_Lines"] or ()
        rates = [(day_of(r.get("Effectivefrom")) or date.min, number(r, "Rate")) for r in lines]
        return Tax(code, name, tuple(sorted(rates)), active)
    if row.get("ValidForAR") == "tNO":
        return None
    return Tax(code, name, ((date.min, number(row, "Rate")),), active)


class Taxes:
    """Finds the code of each line of a document on its day."""

    def __init__(self, cx: Connection, draft: Draft, on: date) -> None:
        self.cx = cx
        self.draft = draft
        self.on = on

    def of(self, line: DocumentLine) -> Tax:
        """Return the code of a line.

        Raises:
            Held: a rate is not linked, its code cannot be used, several rates have no code
                together, or nothing is set for untaxed lines; says what to do.
        """
        if line.kind is LineKind.LEVY or not line.taxes:
            return self._tax_free(line)
        codes = [self._linked(key) for key in line.taxes]
        if len(codes) == 1:
            return self._known(codes[0], line.taxes[0])
        return self._together(codes, line)

    def rate(self, tax: Tax) -> Decimal:
        """Return a code's percentage on the document's day."""
        return tax.rate(self.on)

    def _linked(self, key: str) -> str:
        code = self.draft.ref_of(Entity.TAX_RATES, key)
        if code is None or code.startswith(FREIGHT):
            raise Held(
                f"The tax rate {key} of the shop is not linked to a tax code in SAP Business One",
                fix="Link it under ERP Mapping > Tax rates; the order follows by itself.",
                code="order.not_mapped",
            )
        return code

    def _known(self, code: str, key: str) -> Tax:
        tax = sales_taxes(self.cx).get(code) or sales_taxes(self.cx, anew=True).get(code)
        if tax is None:
            raise Held(
                f"The tax code {code}, which rate {key} of the shop is linked to, is no longer in "
                "SAP Business One, or not for sales",
                fix="Link the rate to another code under ERP Mapping > Tax rates.",
                code="order.tax_gone",
            )
        if not tax.active:
            raise Held(
                f"The tax code {code} is inactive in SAP Business One",
                fix="Activate it in SAP (Administration, Setup, Financials, Tax), or link the "
                "shop's rate to another one.",
                code="order.tax_archived",
            )
        return tax

    def _together(self, codes: Sequence[str], line: DocumentLine) -> Tax:
        chosen = self.cx.settings.tax_combinations.get(frozenset(codes))
        if chosen is not None:
            return self._known(chosen, "+".join(line.taxes))
        parts = [self._known(code, key) for code, key in zip(codes, line.taxes, strict=True)]
        percent = sum((self.rate(part) for part in parts), Decimal(0))
        fitting = [
            tax
            for tax in sales_taxes(self.cx).values()
            if tax.active and abs(self.rate(tax) - percent) < _SAME
        ]
        if len(fitting) == 1:
            return fitting[0]
        found = ", ".join(tax.code for tax in fitting) or "none"
        joined = "+".join(codes)
        raise Held(
            f"The line {line.text.partition(chr(10))[0]!r} has the taxes {joined} together, and "
            f"SAP Business One takes one code per line: {percent.normalize():f} % has {found}",
            fix=f"Set Tax combinations in the connection's settings to {joined}=<code>, with the "
            "code that is both taxes together; then release the order.",
            code="order.tax_combination",
        )

    def _tax_free(self, line: DocumentLine) -> Tax:
        code = self.cx.settings.tax_free
        if not code:
            raise Held(
                f"The line {line.text.partition(chr(10))[0]!r} is untaxed, and no tax code is set "
                "for such lines",
                fix="Set Code for untaxed lines in the connection's settings; then release the "
                "order.",
                code="order.tax_free",
            )
        return self._known(code, "(untaxed)")
