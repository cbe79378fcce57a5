"""Makes an order agree with the shop to the cent, or says by how much it does not.

The shop's totals are the truth. What is sent is first computed as B1 would; B1 itself then tells
what it makes of it. Where that is something else, the aim is set beside by as much and B1 is asked
again. ``DocTotal`` is never sent: B1 would turn it into a discount.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal

from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales.amounts import Tuning, tax_of, tuned, with_prices
from agent.erp.sap_b1.sales.freights import net_amount
from agent.erp.sap_b1.sales.order_body import LINE_KEY, OrderBody
from agent.erp.sap_b1.sets import Row
from agent.erp.totals_words import ErpTotals, LineAmounts, differs, rounded
from agent.errors import Held
from agent.model.document import DocumentLine, LineKind, SalesDocument

ROUNDS = 4
NUMBER_DIGITS = "Raise Prices under Administration > System Initialization > General Settings > "
NUMBER_DIGITS += "Display in SAP"


def totals_of(cx: Connection, row: Row) -> tuple[Decimal, Decimal]:
    """Return total and tax of one of B1's documents in its own currency."""
    if is_local(cx, row):
        return number(row, "DocTotal"), number(row, "VatSum")
    return number(row, "DocTotalFc"), number(row, "VatSumFc")


def is_local(cx: Connection, row: Row) -> bool:
    """Tell whether a document is in the company's own currency."""
    return row.get("DocCurrency") in (None, "", cx.facts.currency)


def limit_of(cx: Connection, document: SalesDocument) -> Decimal:
    """Return how much the rounding amount of a document may be."""
    return document.rounding_limit if cx.settings.rounding == "rounding" else Decimal(0)


def settle(
    cx: Connection, document: SalesDocument, body: OrderBody, look: Callable[[], Row | None]
) -> Row | None:
    """Tune a body until what B1 makes of it has the shop's amounts.

    Args:
        cx: the connection.
        document: what the shop charged.
        body: what is to be sent; its ``tuning`` is set.
        look: returns what B1 makes of the body as it is, None where B1 cannot tell.

    Returns what B1 told last; None where it cannot tell.

    Raises:
        Held: the amounts cannot be made to agree within the limit.
    """
    total, tax = document.amount_total, document.amount_tax - body.levies
    limit = limit_of(cx, document)
    aim_total, aim_tax = total, tax
    row: Row | None = None
    for _ in range(ROUNDS):
        in_rows = taxes_in_rows(cx)
        found = tuned(body.parts, aim_total, aim_tax, limit, in_rows=in_rows)
        body.tuning = found or Tuning()
        row = look()
        if row is None:
            return None
        its_total, its_tax = totals_of(cx, row)
        if (its_total, its_tax) == (total, tax):
            return row
        parts = with_prices(body.parts, body.tuning.prices)
        if its_tax != tax_of(parts, in_rows=in_rows) and its_tax == tax_of(
            parts, in_rows=not in_rows
        ):
            _rounds_taxes(cx)["in_rows"] = not in_rows
            continue
        if found is None:
            break
        aim_total += total - its_total
        aim_tax += tax - its_tax
    raise total_differs(cx, document, body, row or {})


def taxes_in_rows(cx: Connection) -> bool:
    """Tell whether the company rounds taxes by line, else by tax code: as far as was seen."""
    return _rounds_taxes(cx).get("in_rows", True)


def _rounds_taxes(cx: Connection) -> dict[str, bool]:
    kept: dict[str, bool] = cx.facts.keep(settle, dict)
    return kept


def compare(cx: Connection, document: SalesDocument, row: Row, levies: Decimal) -> bool:
    """Tell whether a document of B1 has the shop's amounts."""
    return totals_of(cx, row) == (document.amount_total, document.amount_tax - levies)


def total_differs(
    cx: Connection, document: SalesDocument, body: OrderBody | None, row: Row
) -> Held:
    """Return the error for an order whose amounts are not the shop's."""
    step = Decimal(1).scaleb(-document.decimals)
    total, tax = totals_of(cx, row)
    levies = body.levies if body is not None else levies_of(document, step)
    there = bool(row.get("DocEntry"))
    found = ErpTotals(
        "SAP Business One",
        str(row.get("DocNum") or "") if there else "(not made)",
        rounded(total, step),
        rounded(tax + levies, step),
        str(row.get("DocCurrency") or cx.facts.currency),
        NUMBER_DIGITS,
        "then release the order. " + ("It is not approved." if there else "Nothing was posted."),
    )
    return differs(document, found, _lines(cx, document, body, row, step))


def levies_of(document: SalesDocument, step: Decimal) -> Decimal:
    """Return what the shop counts as tax and B1 as a price."""
    levies = (line.tax for line in document.lines if line.kind is LineKind.LEVY)
    return rounded(sum(levies, Decimal(0)), step)


def _lines(
    cx: Connection, document: SalesDocument, body: OrderBody | None, row: Row, step: Decimal
) -> Iterable[LineAmounts]:
    local = is_local(cx, row)
    keys = body.keys if body is not None else {line.key: [line] for line in document.lines}
    for line in row.get("DocumentLines") or ():
        mine = keys.get(str(line.get(LINE_KEY) or ""))
        if mine:
            yield LineAmounts.of(_as_one(mine), *_line_amounts(line, local=local), step)
    for freight in row.get("DocumentAdditionalExpenses") or ():
        mine = keys.get(f"freight {freight.get('ExpenseCode')}")
        if mine:
            end = "" if local else "FC"
            net, tax = number(freight, f"LineTotal{end}"), number(freight, f"TaxSum{end}")
            yield LineAmounts.of(_as_one(mine), net, tax, step)


def _line_amounts(line: Row, *, local: bool) -> tuple[Decimal, Decimal]:
    if local:
        return number(line, "LineTotal"), number(line, "TaxTotal")
    net = number(line, "RowTotalFC")
    return net, number(line, "GrossTotalFC") - net


def _as_one(lines: list[DocumentLine]) -> DocumentLine:
    """Return lines that are booked together as one, with levies as B1 has them."""
    net = sum((net_amount(line) for line in lines), Decimal(0))
    levies = LineKind.LEVY
    tax = sum((line.tax for line in lines if line.kind is not levies), Decimal(0))
    text = ", ".join(line.text.partition("\n")[0] for line in lines)
    return DocumentLine(lines[0].key, lines[0].kind, text, Decimal(1), net, tax=tax)
