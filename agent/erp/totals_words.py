"""Says by how much an ERP's order differs from the shop's, and on which line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.errors import Held
from agent.model.document import DocumentLine, SalesDocument


@dataclass(frozen=True, slots=True)
class LineAmounts:
    """A line with its net amount and tax on both sides, in the document's currency."""

    line: DocumentLine
    net: Decimal
    tax: Decimal
    erp_net: Decimal
    erp_tax: Decimal

    @classmethod
    def of(
        cls, line: DocumentLine, erp_net: Decimal, erp_tax: Decimal, step: Decimal
    ) -> LineAmounts:
        """Return a line's amounts, all rounded to ``step``."""
        amounts = (line.unit_price * line.quantity, line.tax, erp_net, erp_tax)
        return cls(line, *(rounded(value, step) for value in amounts))

    @property
    def off(self) -> Decimal:
        """How far the two sides are apart."""
        return abs(self.net - self.erp_net) + abs(self.tax - self.erp_tax)


@dataclass(frozen=True, slots=True)
class ErpTotals:
    """What an ERP's order comes to. ``erp`` is how its name is said, ``number`` the order's."""

    erp: str
    number: str
    total: Decimal
    tax: Decimal
    currency: str
    more_digits: str
    """Where the ERP is told to keep more decimals of prices; begins with a verb."""
    after: str
    """What is to be done once it is mended, and what became of the order; ends the advice."""


def differs(document: SalesDocument, found: ErpTotals, lines: Iterable[LineAmounts]) -> Held:
    """Return the error for an order whose amounts are not the shop's."""
    amounts = (
        f"{found.erp}'s order {found.number} comes to {found.total} {found.currency} with "
        f"{found.tax} tax, the shop charged {document.amount_total} {document.currency} with "
        f"{document.amount_tax} tax ({found.total - document.amount_total:+f}, tax "
        f"{found.tax - document.amount_tax:+f})"
    )
    if found.currency != document.currency:
        return _held(amounts, "Link the shop's currency to the right one under ERP Mapping.")
    parts = [amounts]
    worst = max(lines, key=lambda one: one.off, default=None)
    fix = f"Compare the lines of the order in {found.erp} with those in the shop and mend what "
    fix += "differs"
    if worst is not None:
        title = worst.line.text.partition("\n")[0]
        parts.append(
            f"the line that differs most is {title!r}: {found.erp} {worst.erp_net} plus "
            f"{worst.erp_tax} tax, the shop {worst.net} plus {worst.tax}"
        )
        if abs(worst.tax - worst.erp_tax) > abs(worst.net - worst.erp_net):
            fix = (
                f"Check which tax in {found.erp} the shop's rates are linked to "
                "(ERP Mapping > Tax rates)"
            )
        elif worst.off:
            fix = (
                f"{found.more_digits}, or raise the limit for rounding lines in the connection's "
                "settings"
            )
    return _held("; ".join(parts), f"{fix}; {found.after}")


def rounded(value: Decimal, step: Decimal) -> Decimal:
    """Round half up to a currency's smallest amount."""
    return value.quantize(step, ROUND_HALF_UP)


def _held(cause: str, fix: str) -> Held:
    return Held(cause, fix=fix, code="order.total_differs")
