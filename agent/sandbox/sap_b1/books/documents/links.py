"""What is made from what: base lines, and what of them is still open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.books.values import NO_MATCH, ZERO, num, stamp, wrong, yes
from agent.sandbox.sap_b1.company import Company, Refusal, Row

from . import goods
from .kinds import (
    BY_CODE,
    CLOSED,
    CREDIT,
    DOWN_PAYMENT,
    INVOICE,
    OPEN,
    ORDER,
    RETURN,
    Kind,
)

BASE_CLOSED = "One of the base documents has already been closed"


def base_of(
    company: Company, kind: Kind, line: Mapping[str, Any], position: int
) -> tuple[Kind, Row, Row] | None:
    """Return kind, document and line that a line is made from; None where it is made from none.

    Raises:
        Refusal: there is no such line, it is closed or not approved, or cannot become this.
    """
    code = line.get("BaseType")
    if code in (None, -1) or line.get("BaseEntry") is None:
        return None
    base = BY_CODE.get(int(code))
    if base is None or base.code not in kind.bases:
        raise wrong(f"Base type {code} is not allowed", f"{kind.line}.BaseType", position)
    document = company.table(base.name).get(line["BaseEntry"])
    found = _line(document, line.get("BaseLine")) if document else None
    if document is None or found is None:
        where = f"{line['BaseEntry']}/{line.get('BaseLine')}"
        raise Refusal(-2028, f"{NO_MATCH}  [{kind.line}.BaseEntry][line: {position}] , '{where}'")
    _usable(company, kind, base, document, found, position)
    return base, document, found


def _line(document: Row, number: Any) -> Row | None:
    return next((row for row in document["DocumentLines"] if row["LineNum"] == number), None)


def _usable(
    company: Company, kind: Kind, base: Kind, document: Row, line: Row, position: int
) -> None:
    if document["CancelStatus"] != "csNo":
        raise wrong(BASE_CLOSED, f"{kind.line}.BaseEntry", position)
    open_ends = base.code in {INVOICE, DOWN_PAYMENT} and kind.code == CREDIT
    if not open_ends and kind.code != DOWN_PAYMENT and line["LineStatus"] == CLOSED:
        raise wrong(BASE_CLOSED, f"{kind.line}.BaseEntry", position)
    if base.code == INVOICE and kind.code != CREDIT and not yes(document.get("ReserveInvoice")):
        raise wrong("Base document is no reserve invoice", f"{kind.line}.BaseEntry", position)
    unapproved = base.code == ORDER and not yes(document.get("Confirmed"))
    if unapproved and not company.options.unapproved_ships:
        raise wrong("Base document has not been approved", f"{kind.line}.BaseEntry", position)


def same_partner(kind: Kind, header: Mapping[str, Any], documents: Sequence[Row]) -> None:
    """Refuse documents made from those of another partner or in another currency."""
    for document in documents:
        if document["CardCode"] != header["CardCode"]:
            raise wrong(
                "Base document belongs to another business partner", f"{kind.header}.CardCode"
            )
        if document["DocCurrency"] != header["DocCurrency"]:
            raise wrong("Base document has another currency", f"{kind.header}.DocCur")


def quantity_allowed(kind: Kind, base: Row, quantity: Decimal, position: int) -> None:
    """Refuse to take back or credit more than there was."""
    if kind.code in {RETURN, CREDIT} and quantity > num(base["RemainingOpenQuantity"]):
        raise wrong(
            "Quantity exceeds the quantity in the base document", f"{kind.line}.Quantity", position
        )


def draw(company: Company, kind: Kind, line: Mapping[str, Any], sign: int = 1) -> None:
    """Take a line's quantity from what is open of its base line (``sign`` -1: put it back).

    Down payments take nothing: what they are made from is still to be delivered.
    """
    if kind.code == DOWN_PAYMENT or line.get("BaseEntry") is None or line["BaseType"] == -1:
        return
    base = BY_CODE[int(line["BaseType"])]
    document = company.table(base.name).rows[line["BaseEntry"]]
    lines = []
    for row in document["DocumentLines"]:
        if row["LineNum"] != line["BaseLine"]:
            lines.append(row)
            continue
        lines.append(_drawn(row, line, sign))
        if goods.commits(base, document):
            goods.recommit(company, row, lines[-1])
    change: Row = {"DocumentLines": lines, "DataVersion": document["DataVersion"] + 1}
    change |= stamp(company, "Update")
    company.table(base.name).change(line["BaseEntry"], **change)
    settle_lines(company, base, int(line["BaseEntry"]))


def _drawn(row: Row, line: Mapping[str, Any], sign: int) -> Row:
    before = num(row["_drawn"])
    drawn = max(ZERO, before + sign * num(line["InventoryQuantity"]))
    return with_open(row, drawn)


def with_open(row: Row, drawn: Decimal) -> Row:
    """Return a line of which so much (in inventory units) has been drawn."""
    left = max(ZERO, num(row["InventoryQuantity"]) - drawn)
    factor = num(row["UnitsOfMeasurment"]) or Decimal(1)
    share = left / num(row["InventoryQuantity"]) if num(row["InventoryQuantity"]) else ZERO
    return {
        **row,
        "_drawn": drawn,
        "RemainingOpenInventoryQuantity": left,
        "RemainingOpenQuantity": left / factor,
        "OpenAmount": (num(row["LineTotal"]) * share).quantize(Decimal("0.01")),
        "LineStatus": OPEN if left and not row.get("_shut") else CLOSED,
    }


def settle_lines(company: Company, kind: Kind, key: int) -> None:
    """Close a document all of whose lines are closed, and open one that has open ones again.

    Invoices and down payments end by payment, not by lines.
    """
    if kind.code in {INVOICE, CREDIT, DOWN_PAYMENT}:
        if kind.code == INVOICE:
            row = company.table(kind.name).rows[key]
            left = any(line["LineStatus"] == OPEN for line in row["DocumentLines"])
            company.table(kind.name).change(key, InventoryStatus=OPEN if left else CLOSED)
        return
    row = company.table(kind.name).rows[key]
    if row["CancelStatus"] != "csNo":
        return
    done = all(line["LineStatus"] == CLOSED for line in row["DocumentLines"])
    company.table(kind.name).change(key, DocumentStatus=CLOSED if done else OPEN)
