"""The next invoice of an order: lines, freights, rounding, and what it draws from down payments."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales import following
from agent.erp.sap_b1.sales.amounts import Part, net_of, tax_of
from agent.erp.sap_b1.sales.documents import (
    DELIVERIES,
    DELIVERY_TYPE,
    DOWN_PAYMENTS,
    INVOICES,
    ORDER_TYPE,
    is_open,
    open_quantity,
)
from agent.erp.sap_b1.sales.sight import Sight
from agent.erp.sap_b1.sales.states import drawn_quantities, paid
from agent.erp.sap_b1.sales.taxes import tax_field
from agent.erp.sap_b1.sales.totals import is_local, taxes_in_rows, totals_of
from agent.erp.sap_b1.sets import Row
from agent.model.document import SalesDocument

_SELECT = ("DocumentLines", "DocumentAdditionalExpenses", "DocCurrency")
_DRAWS = "DownPaymentsToDraw"
_DIGITS = 6


class InvoiceBody:
    """Plans the next invoice of an order; reads its deliveries and earlier invoices once."""

    def __init__(self, cx: Connection, sight: Sight) -> None:
        self.cx = cx
        self.sight = sight
        self.local = is_local(cx, sight.row)
        # deliveries made from a reserve invoice are invoiced already
        live = [one for one in sight.live(DELIVERIES) if one.bases(ORDER_TYPE)]
        self.deliveries = following.whole_rows(cx, DELIVERIES, live, _SELECT)
        self.earlier = following.whole_rows(
            cx, INVOICES, sight.live(INVOICES), (*_SELECT, _DRAWS, "DocTotal", "DocTotalFc")
        )
        self.sources = [*self._from_deliveries(), *self._from_order()]

    def _from_deliveries(self) -> list[tuple[int, int, Row]]:
        return [
            (DELIVERY_TYPE, int(row["DocEntry"]), line)
            for row in self.deliveries
            for line in row.get("DocumentLines") or ()
            if line.get("BaseType") == ORDER_TYPE
            and line.get("BaseEntry") == self.sight.id
            and is_open(line)
        ]

    def _from_order(self) -> list[tuple[int, int, Row]]:
        return [(ORDER_TYPE, self.sight.id, line) for line in self.sight.open_lines()]

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The lines of the invoice, none where all is invoiced."""
        return [following.base_line(code, entry, line) for code, entry, line in self.sources]

    def body(self, document: SalesDocument) -> dict[str, Any]:
        """Return the invoice."""
        found: dict[str, Any] = {
            **following.header_of(self.cx, self.sight),
            "DocumentLines": self.lines,
        }
        bases = [(DELIVERY_TYPE, row) for row in self.deliveries]
        freights = following.freights_left(self.cx, self.sight.row, self.earlier, bases)
        if freights:
            found["DocumentAdditionalExpenses"] = freights
        rounding = self._rounding(freights, document)
        found |= following.rounding(rounding, self.local)
        draws = self._draws(self._computed(freights) + rounding)
        return {**found, _DRAWS: draws} if draws else found

    # -- amounts ---------------------------------------------------------------------------------

    def _computed(self, freights: Sequence[Row]) -> Decimal:
        """Return what B1 will make of the invoice, without rounding and down payments."""
        parts = [
            self._part(f"{code} {entry} {line['LineNum']}", line, open_quantity(line))
            for code, entry, line in self.sources
        ]
        parts += self._freight_parts(freights)
        return net_of(parts) + tax_of(parts, in_rows=self._in_rows())

    def _part(self, key: str, line: Row, quantity: Decimal) -> Part:
        off = 1 - number(self.sight.row, "DiscountPercent") / 100
        group = str(line.get(tax_field(self.cx)))
        rate = number(line, "TaxPercentagePerRow")
        return Part(key, number(line, "Price") * off, quantity, rate, group, _DIGITS, self._step)

    def _freight_parts(self, freights: Sequence[Row]) -> list[Part]:
        rates = {
            int(f["ExpenseCode"]): number(f, "TaxPercent")
            for f in self.sight.row.get("DocumentAdditionalExpenses") or ()
        }
        name = "LineTotal" if self.local else "LineTotalFC"
        found = []
        for freight in freights:
            code = int(freight["ExpenseCode"])
            key, amount = f"freight {code}", number(freight, name)
            part = Part(key, amount, Decimal(1), rates[code], key, _DIGITS, self._step)
            found.append(part)
        return found

    @property
    def _step(self) -> Decimal:
        return Decimal(1).scaleb(-self.cx.facts.decimals)

    def _in_rows(self) -> bool:
        """Tell whether B1 rounds taxes by line, as the order itself shows."""
        row = self.sight.row
        parts = [
            self._part(str(line["LineNum"]), line, number(line, "Quantity"))
            for line in self.sight.lines
        ]
        parts += self._freight_parts(row.get("DocumentAdditionalExpenses") or ())
        _, tax = totals_of(self.cx, row)
        fitting = [way for way in (True, False) if tax_of(parts, in_rows=way) == tax]
        return fitting[0] if len(fitting) == 1 else taxes_in_rows(self.cx)

    def _rounding(self, freights: Sequence[Row], document: SalesDocument) -> Decimal:
        """Return what brings all invoices to the order's total, 0 where more will follow."""
        own = number(self.sight.row, "RoundingDiffAmount" if self.local else "RoundingDiffAmountFC")
        now: dict[int, Decimal] = {}
        for code, _, line in self.sources:
            key = int(line["LineNum"] if code == ORDER_TYPE else line["BaseLine"])
            now[key] = now.get(key, Decimal(0)) + open_quantity(line)
        before = drawn_quantities(self.sight, INVOICES)
        for line in self.sight.lines:
            key = int(line["LineNum"])
            if now.get(key, 0) + before.get(key, 0) < number(line, "Quantity"):
                return Decimal(0)
        if not self.earlier and len(self.sources) == len(self.sight.lines):
            return own  # line by line the order itself
        total, _ = totals_of(self.cx, self.sight.row)
        charged = sum((value_of_row(self.cx, row) for row in self.earlier), Decimal(0))
        missing = total - charged - self._computed(freights)
        return missing if abs(missing) <= document.rounding_limit + abs(own) else Decimal(0)

    def _draws(self, total: Decimal) -> list[dict[str, Any]]:
        """Return what is drawn from each down payment: all that is paid and not drawn yet.

        What is drawn as a whole is told without tax, as B1 computes it; a part with its tax.
        """
        end = "" if self.local else "FC"
        drawn: dict[int, Decimal] = {}
        for row in self.earlier:
            for draw in row.get(_DRAWS) or ():
                entry = int(draw.get("DocEntry") or draw.get("DocInternalID") or 0)
                gross = number(draw, f"GrossAmountToDraw{end}")
                drawn[entry] = drawn.get(entry, Decimal(0)) + gross
        found: list[dict[str, Any]] = []
        for one in self.sight.live(DOWN_PAYMENTS):
            its_total, its_tax = totals_of(self.cx, one.row)
            amount = min(paid(self.cx, one.row) - drawn.get(one.id, Decimal(0)), total)
            if amount <= 0:
                continue
            total -= amount
            if amount == its_total:
                found.append({"DocEntry": one.id, f"AmountToDraw{end}": its_total - its_tax})
            else:
                found.append({"DocEntry": one.id, f"GrossAmountToDraw{end}": amount})
        return found


def values_of(cx: Connection, sight: Sight) -> list[Decimal]:
    """Return what each invoice comes to before it draws down payments, in its currency."""
    live = sight.live(INVOICES)
    if not sight.live(DOWN_PAYMENTS):
        return [totals_of(cx, one.row)[0] for one in live]
    select = (*_SELECT, _DRAWS, "DocTotal", "DocTotalFc")
    return [value_of_row(cx, row) for row in following.whole_rows(cx, INVOICES, live, select)]


def value_of_row(cx: Connection, row: Row) -> Decimal:
    """Return what an invoice comes to before it draws down payments, in its currency.

    Whether ``DocTotal`` is with or without what was drawn is seen by comparing it with the lines.
    """
    end = "" if is_local(cx, row) else "FC"
    total, _ = totals_of(cx, row)
    drawn = sum((number(d, f"GrossAmountToDraw{end}") for d in row.get(_DRAWS) or ()), Decimal(0))
    if not drawn:
        return total
    lines = sum((number(x, f"GrossTotal{end}") for x in row.get("DocumentLines") or ()), Decimal(0))
    lines += sum(
        (number(x, f"LineGross{end}") for x in row.get("DocumentAdditionalExpenses") or ()),
        Decimal(0),
    )
    return min(total, total + drawn, key=lambda value: abs(value - lines))
