"""Documents that follow from an order: what they take over from it, line by line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales import exchange
from agent.erp.sap_b1.sales.documents import ORDER_TYPE, open_quantity
from agent.erp.sap_b1.sales.sight import Document, Sight
from agent.erp.sap_b1.sales.taxes import tax_field
from agent.erp.sap_b1.sales.totals import is_local
from agent.erp.sap_b1.sets import Row

_HEADER = (
    *("CardCode", "NumAtCard", "DocCurrency", "ShipToCode", "PayToCode", "TransportationCode"),
    *("SalesPersonCode", "DiscountPercent"),
)


FREIGHTS = ("DocCurrency", "DocumentAdditionalExpenses")


def header_of(cx: Connection, sight: Sight) -> dict[str, Any]:
    """Return what the next document takes over from the order's header."""
    row = sight.row
    found = {name: row[name] for name in _HEADER if row.get(name) not in (None, "", -1)}
    found |= exchange.of_next(cx, row)
    found.setdefault("DiscountPercent", Decimal(0))
    extension = {
        name: value
        for name, value in (row.get("AddressExtension") or {}).items()
        if value and name.startswith(("ShipTo", "BillTo"))
    }
    return {**found, "AddressExtension": extension} if extension else found


def open_lines(sight: Sight) -> list[dict[str, Any]]:
    """Return lines that draw all that is open of an order."""
    return [base_line(ORDER_TYPE, sight.id, line) for line in sight.open_lines()]


def every_line(sight: Sight) -> list[dict[str, Any]]:
    """Return lines that stand for the whole order, drawn or not."""
    return [
        {"BaseType": ORDER_TYPE, "BaseEntry": sight.id, "BaseLine": int(line["LineNum"])}
        for line in sight.lines
    ]


def base_line(code: int, entry: int, line: Row) -> dict[str, Any]:
    """Return a line that draws what is open of another document's line."""
    return {
        "BaseType": code,
        "BaseEntry": entry,
        "BaseLine": int(line["LineNum"]),
        "Quantity": open_quantity(line),
    }


def freight_amounts(cx: Connection, row: Row) -> dict[int, Decimal]:
    """Return the freights of a document by code, in its currency."""
    name = "LineTotal" if is_local(cx, row) else "LineTotalFC"
    found: dict[int, Decimal] = {}
    for freight in row.get("DocumentAdditionalExpenses") or ():
        code = int(freight["ExpenseCode"])
        found[code] = found.get(code, Decimal(0)) + number(freight, name)
    return found


def freights_left(
    cx: Connection,
    order: Row,
    taken: Iterable[Row],
    bases: Iterable[tuple[int, Row]] = (),
) -> list[dict[str, Any]]:
    """Return freights of an order that documents have not taken over yet, each as a whole.

    Args:
        cx: the connection.
        order: the order.
        taken: documents that may have some of it.
        bases: documents (with their object types) that a freight comes from, where it is on them.
    """
    had = _added(freight_amounts(cx, row) for row in taken)
    sources = {ORDER_TYPE: order}
    places = _places([*sources.items(), *bases])
    name = "LineTotal" if is_local(cx, order) else "LineTotalFC"
    tax = tax_field(cx)
    found = []
    for freight in order.get("DocumentAdditionalExpenses") or ():
        whole = number(freight, name)
        left = whole - had.get(int(freight["ExpenseCode"]), Decimal(0))
        if not left or left * whole < 0 or abs(left) > abs(whole):
            continue  # all of it, or more, is there already
        found.append(
            {
                "ExpenseCode": int(freight["ExpenseCode"]),
                name: left,
                tax: freight.get(tax),
                "Remarks": freight.get("Remarks") or "",
                **places[int(freight["ExpenseCode"])],
            }
        )
    return found


def _places(documents: Iterable[tuple[int, Row]]) -> dict[int, dict[str, Any]]:
    """Return where each freight comes from; the last document that has it counts."""
    return {
        int(freight["ExpenseCode"]): {
            "BaseDocType": code,
            "BaseDocEntry": int(row["DocEntry"]),
            "BaseDocLine": freight.get("LineNum"),
        }
        for code, row in documents
        for freight in row.get("DocumentAdditionalExpenses") or ()
    }


def rounding_of(cx: Connection, row: Row) -> dict[str, Any]:
    """Return a document's rounding amount as another one takes it over."""
    local = is_local(cx, row)
    return rounding(number(row, "RoundingDiffAmount" if local else "RoundingDiffAmountFC"), local)


def rounding(amount: Decimal, local: bool) -> dict[str, Any]:
    """Return a rounding amount as it is sent."""
    if not amount:
        return {"Rounding": "tNO"}
    return {"Rounding": "tYES", "RoundingDiffAmount" if local else "RoundingDiffAmountFC": amount}


def _added(amounts: Iterable[Mapping[int, Decimal]]) -> dict[int, Decimal]:
    """Return the sums of several amounts by code."""
    found: dict[int, Decimal] = {}
    for one in amounts:
        for code, amount in one.items():
            found[code] = found.get(code, Decimal(0)) + amount
    return found


def whole_rows(
    cx: Connection, entity_set: str, documents: Sequence[Document], select: Sequence[str]
) -> list[Row]:
    """Return documents with the collections that joins do not tell."""
    numbers = [one.id for one in documents]
    if not numbers:
        return []
    rows = cx.client.find(entity_set, "DocEntry", numbers, select)
    return sorted(rows, key=lambda row: int(row["DocEntry"]))
