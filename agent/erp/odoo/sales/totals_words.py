"""What Odoo has of an order that differs from the shop's, for the words of :mod:`agent.erp`."""

from __future__ import annotations

from decimal import Decimal

from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Connection, Draft
from agent.erp.odoo.sales.order_rows import LINE, line_name
from agent.erp.totals_words import ErpTotals, LineAmounts, rounded
from agent.erp.totals_words import differs as in_words
from agent.errors import Held
from agent.model.document import SalesDocument


def differs(cx: Connection, draft: Draft, document: SalesDocument, row: Row) -> Held:
    """Return the error for an order whose amounts are not the shop's."""
    step = Decimal(1).scaleb(-document.decimals)
    total, tax = (rounded(Decimal(str(row[name])), step) for name in ("amount_total", "amount_tax"))
    found = ErpTotals(
        "Odoo",
        str(row["name"]),
        total,
        tax,
        str(row["currency_id"][1]) if row["currency_id"] else document.currency,
        "Raise Product Price under Settings > Technical > Decimal Accuracy in Odoo",
        "then release the order. It stays a quotation.",
    )
    same = found.currency == document.currency
    return in_words(document, found, _lines(cx, draft, document, step) if same else [])


def _lines(
    cx: Connection, draft: Draft, document: SalesDocument, step: Decimal
) -> list[LineAmounts]:
    names = {line_name(draft, line.key): line for line in document.lines}
    numbers = {n: names[name] for name, n in cx.external_ids.find(LINE, names).items()}
    fields = ["price_subtotal", "price_tax"]
    return [
        LineAmounts.of(
            numbers[int(r["id"])],
            Decimal(str(r["price_subtotal"])),
            Decimal(str(r["price_tax"])),
            step,
        )
        for r in cx.odoo.find_in(LINE, "id", sorted(numbers), fields)
    ]
