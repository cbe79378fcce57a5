"""Cancellation documents: what undoes deliveries, invoices and the like."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.sap_b1.books import partners
from agent.sandbox.sap_b1.books.values import (
    NO,
    NOT_SUPPORTED,
    YES,
    num,
    reference,
    stamp,
    today,
    wrong,
)
from agent.sandbox.sap_b1.company import Company, Refusal, Row

from . import advance, goods, links, posting, settle
from .kinds import CLOSED, DOWN_PAYMENT, Kind


def check(company: Company, kind: Kind, key: int) -> Row:
    """Return a document that can be cancelled.

    Raises:
        Refusal: it is closed, paid or drawn, or of a kind that is cancelled otherwise.
    """
    row = reference(company, kind.name, key, f"{kind.header}.DocEntry")
    if not kind.posted or row["CancelStatus"] != "csNo":
        raise Refusal(-5006, NOT_SUPPORTED)
    offset = sum((amount for _, _, amount in row.get("_offsets", [])), num(0))
    if num(row["_paid"]) - offset and kind.code in settle.PAYABLE:
        raise wrong("Document has been paid; cancel the payment first", f"{kind.header}.DocEntry")
    if any(num(line["_drawn"]) for line in row["DocumentLines"]) or num(row.get("_drawn")):
        raise wrong("Document has been drawn to another document", f"{kind.header}.DocEntry")
    return row


def cancellation(company: Company, kind: Kind, key: int) -> Row:
    """Return the cancellation document of a document; an option tells whether it is posted."""
    row = check(company, kind, key)
    if company.options.cancellation_saved:
        return company.table(kind.name).rows[cancel(company, kind, key)]
    return _mirror(row, kind)


def _mirror(row: Row, kind: Kind) -> Row:
    lines = [
        {**line, "BaseType": kind.code, "BaseEntry": row["DocEntry"], "BaseLine": line["LineNum"],
         "DocEntry": None}
        for line in row["DocumentLines"]
    ]  # fmt: skip
    return {
        **row,
        "DocEntry": None,
        "DocNum": None,
        "DataVersion": None,
        "CancelStatus": "csCancellation",
        "DocumentLines": lines,
    }


def cancel(company: Company, kind: Kind, key: int, given: Mapping[str, Any] | None = None) -> int:
    """Post the cancellation document of a document; returns its number."""
    row = check(company, kind, key)
    posting.notify(company)
    settle.unreconcile(company, kind, key)
    for position, line in enumerate(row["DocumentLines"], start=1):
        goods.ship(company, kind, row, line, position, -1)
        if goods.commits(kind, row):
            goods.recommit(company, line, None)
        links.draw(company, kind, line, -1)
    if kind.code != DOWN_PAYMENT:
        advance.take(company, row, -1)
    table = company.table(kind.name)
    lines = [{**line, "LineStatus": CLOSED, "_shut": True} for line in row["DocumentLines"]]
    status: Row = {"DocumentStatus": CLOSED, "DocumentLines": lines, "_offsets": []}
    now = today(company).isoformat()
    mirror = {**_mirror(row, kind), **status, "DocDate": (given or {}).get("DocDate") or now,
              "Cancelled": NO, "Series": row["Series"], "DownPaymentsToDraw": []}  # fmt: skip
    mirror["DocumentLines"] = [
        {**line, "BaseType": kind.code, "BaseEntry": key, "BaseLine": line["LineNum"]}
        for line in lines
    ]
    made = posting.add(company, kind, mirror)
    table.change(key, **status, Cancelled=YES, CancelStatus="csYes", CancelDate=now,
                 DataVersion=row["DataVersion"] + 1, **stamp(company, "Update"))  # fmt: skip
    partners.touch(company, row.get("CardCode"))
    return made
