"""Numbering: series of documents and of partners' codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.sap_b1.company import Company, Row

from .values import NO, reference

TABLE = "_Series"
MANUAL_PARTNERS = 1
"""Series of partners whose codes people give."""


def add(
    company: Company,
    number: int,
    document: str,
    name: str,
    *,
    prefix: str = "",
    manual: bool = False,
) -> None:
    """Make a series for documents of a type (``17`` orders, ``2`` partners …)."""
    row = {
        "Series": number,
        "Document": document,
        "Name": name,
        "Prefix": prefix,
        "Manual": manual,
        "NextNumber": 1,
    }
    company.table(TABLE).put(number, row)


def known(company: Company, document: str, number: Any, column: str) -> Row:
    """Return a series of a type of documents.

    Raises:
        Refusal: there is none of that number.
    """
    row = company.table(TABLE).get(number)
    if row is None or row["Document"] != document:
        return reference(company, "_NoSeries", number, column)
    return row


def default(company: Company, document: str) -> int:
    """Return the first series of a type of documents."""
    rows = company.table(TABLE).rows.values()
    return int(next((row["Series"] for row in rows if row["Document"] == document), -1))


def draw(company: Company, number: Any) -> str:
    """Return the next code of a series."""
    row = company.table(TABLE).rows[number]
    company.table(TABLE).change(number, NextNumber=row["NextNumber"] + 1)
    digits = f"{row['NextNumber']:05d}" if row["Prefix"] else str(row["NextNumber"])
    return f"{row['Prefix']}{digits}"


def document_series(company: Company, body: Mapping[str, Any]) -> Row:
    """``SeriesService_GetDocumentSeries``: series of a type of documents."""
    wanted = str((body.get("DocumentTypeParams") or {}).get("Document"))
    rows = [row for row in company.table(TABLE).rows.values() if row["Document"] == wanted]
    return {
        "value": [
            {
                "Series": row["Series"],
                "Document": row["Document"],
                "DocumentSubType": "--",
                "Name": row["Name"],
                "Prefix": row["Prefix"] or None,
                "InitialNumber": 1,
                "NextNumber": row["NextNumber"],
                "Locked": NO,
            }
            for row in rows
        ]
    }
