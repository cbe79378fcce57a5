"""Taxes of Odoo on a document's lines, and the unit price that makes a line what the shop charged.

What ``sale.order.line.price_unit`` keeps is found by ``fields_get``: Odoo 14 rounds it to the
decimal accuracy *Product Price*, Odoo 19 keeps what it gets (``digits`` is then not given).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection, Draft
from agent.erp.odoo.sales.kept import kept_rows
from agent.errors import Held
from agent.model.document import DocumentLine
from agent.model.entity import Entity

TAX = "account.tax"
LINE = "sale.order.line"
MOST_DIGITS = 8


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax of Odoo. ``amount`` is percent, or money per piece where ``percent`` is not set."""

    id: int
    name: str
    amount: Decimal
    percent: bool
    included: bool
    """Whether Odoo takes the unit price as one with this tax in it."""
    active: bool
    company: int


class Taxes:
    """The taxes that some documents name, read in one call at most."""

    def __init__(self, cx: Connection, drafts: Iterable[Draft]) -> None:
        self._company = cx.facts.company
        wanted = {
            int(ref)
            for draft in drafts
            for (entity, _), ref in draft.change.refs.items()
            if entity is Entity.TAX_RATES and ref.isascii() and ref.isdigit()
        }
        fields = ["name", "amount", "amount_type", "price_include", "active", "company_id"]
        rows = kept_rows(cx, TAX, wanted, fields, self._usable)
        self._taxes = {
            number: Tax(
                number,
                str(r["name"]),
                Decimal(str(r["amount"])),
                r["amount_type"] == "percent",
                bool(r["price_include"]),
                bool(r["active"]),
                ref_id(r["company_id"]) or 0,
            )
            for number, r in rows.items()
        }

    def _usable(self, row: Row) -> bool:
        return bool(row["active"]) and ref_id(row["company_id"]) == self._company.id

    def of(self, draft: Draft, line: DocumentLine) -> list[Tax]:
        """Return the taxes of a line.

        Raises:
            Held: one is not mapped, or cannot be used as it is in Odoo; says what to do.
        """
        return [self._one(draft, key) for key in line.taxes]

    def _one(self, draft: Draft, key: str) -> Tax:
        number = draft.ref(Entity.TAX_RATES, key)
        if number is None:
            raise Held(
                f"The tax rate {key} of the shop is not linked to a tax in Odoo",
                fix="Link it under ERP Mapping > Tax rates; the order follows by itself.",
                code="order.not_mapped",
            )
        tax = self._taxes.get(number)
        if tax is None:
            raise Held(
                f"The tax that rate {key} of the shop is linked to (id {number}) is no longer in "
                "Odoo",
                fix="Link the rate to another tax under ERP Mapping > Tax rates.",
                code="order.tax_gone",
            )
        if not tax.active:
            raise Held(
                f"The tax {tax.name} is not active in Odoo",
                fix="Activate it in Odoo (Invoicing > Configuration > Taxes), or link the shop's "
                "rate to another one.",
                code="order.tax_archived",
            )
        if tax.company != self._company.id:
            raise Held(
                f"The tax {tax.name} is of another company than {self._company.name}",
                fix=f"Link the shop's rate to a tax of {self._company.name}.",
                code="order.tax_company",
            )
        return tax


def price_digits(cx: Connection) -> int:
    """Return how many decimals of a line's unit price Odoo keeps, as far as the bridge uses."""
    known = cx.facts.fields(LINE)["price_unit"].decimals if cx.facts.has(LINE) else None
    return MOST_DIGITS if known is None else min(known, MOST_DIGITS)


def tax_field(cx: Connection) -> str:
    """Return the name of a line's taxes: ``tax_ids``, before Odoo 19 ``tax_id``."""
    return "tax_ids" if cx.facts.has(LINE, "tax_ids") else "tax_id"


def unit_price(line: DocumentLine, taxes: Iterable[Tax], digits: int) -> Decimal:
    """Return the unit price to send: gross where the line's taxes are included in prices."""
    applied = list(taxes)
    included = [t for t in applied if t.included]
    price = line.unit_price
    if included and len(included) == len(applied) and line.quantity:
        price += line.tax / line.quantity
    else:
        for tax in included:
            price += line.unit_price * tax.amount / 100 if tax.percent else tax.amount
    return price.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP).normalize() + Decimal(0)
