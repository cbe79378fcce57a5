"""Says by how much an order differs from the shop's, and on which line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Connection, Draft
from agent.erp.odoo.sales.order_rows import LINE, line_name
from agent.errors import Held
from agent.model.document import DocumentLine, SalesDocument


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with its net amount and tax on both sides."""

    line: DocumentLine
    net: Decimal
    tax: Decimal
    odoo_net: Decimal
    odoo_tax: Decimal

    @property
    def off(self) -> Decimal:
        """How far the two sides are apart."""
        return abs(self.net - self.odoo_net) + abs(self.tax - self.odoo_tax)


def differs(cx: Connection, draft: Draft, document: SalesDocument, row: Row) -> Held:
    """Return the error for an order whose amounts are not the shop's."""
    step = Decimal(1).scaleb(-document.decimals)
    total, tax = (
        Decimal(str(row[name])).quantize(step, ROUND_HALF_UP)
        for name in ("amount_total", "amount_tax")
    )
    currency = str(row["currency_id"][1]) if row["currency_id"] else document.currency
    amounts = (
        f"Odoo's order {row['name']} comes to {total} {currency} with {tax} tax, the shop charged "
        f"{document.amount_total} {document.currency} with {document.amount_tax} tax "
        f"({total - document.amount_total:+f}, tax {tax - document.amount_tax:+f})"
    )
    if currency != document.currency:
        return _held(amounts, "Link the shop's currency to the right one under ERP Mapping.")
    parts = [amounts]
    worst = _worst(cx, draft, document, step)
    fix = "Compare the lines of the order in Odoo with those in the shop and mend what differs"
    if worst is not None:
        title = worst.line.text.partition("\n")[0]
        parts.append(
            f"the line that differs most is {title!r}: Odoo {worst.odoo_net} plus {worst.odoo_tax} "
            f"tax, the shop {worst.net} plus {worst.tax}"
        )
        if abs(worst.tax - worst.odoo_tax) > abs(worst.net - worst.odoo_net):
            fix = "Check which tax in Odoo the shop's rates are linked to (ERP Mapping > Taxes)"
        elif worst.off:
            fix = (
                "Raise Product Price under Settings > Technical > Decimal Accuracy in Odoo, or "
                "raise the limit for rounding lines in the connection's settings"
            )
    return _held("; ".join(parts), f"{fix}; then release the order. It stays a quotation.")


def _held(cause: str, fix: str) -> Held:
    return Held(cause, fix=fix, code="order.total_differs")


def _worst(cx: Connection, draft: Draft, document: SalesDocument, step: Decimal) -> _Line | None:
    names = {line_name(draft, line.key): line for line in document.lines}
    numbers = {n: names[name] for name, n in cx.external_ids.find(LINE, names).items()}
    fields = ["price_subtotal", "price_tax"]
    compared = [
        _Line(
            numbers[int(r["id"])],
            _rounded(numbers[int(r["id"])].unit_price * numbers[int(r["id"])].quantity, step),
            _rounded(numbers[int(r["id"])].tax, step),
            _rounded(Decimal(str(r["price_subtotal"])), step),
            _rounded(Decimal(str(r["price_tax"])), step),
        )
        for r in cx.odoo.find_in(LINE, "id", sorted(numbers), fields)
    ]
    return max(compared, key=lambda one: one.off, default=None)


def _rounded(value: Decimal, step: Decimal) -> Decimal:
    return value.quantize(step, ROUND_HALF_UP)
