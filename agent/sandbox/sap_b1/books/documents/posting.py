"""Posting: storing documents under their numbers, with all that follows from them."""

from __future__ import annotations

from agent.sandbox.sap_b1.books import partners, series
from agent.sandbox.sap_b1.books.records import next_number
from agent.sandbox.sap_b1.books.values import NOT_SUPPORTED, num, stamp, today
from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from . import advance, goods, header, links, settle
from .kinds import CLOSED, DRAFTS, OPEN, ORDER, QUOTATION, Kind, kind_of


def notify(company: Company) -> None:
    """Let the company's own check refuse a document."""
    if company.options.transaction_notification:
        raise Refusal(-1116, company.options.transaction_notification)


def add(company: Company, kind: Kind, row: Row) -> int:
    """Store a new document under the next numbers, without what follows from it."""
    key = next_number(company, kind.name)
    document = str(kind_of(row).code if kind is DRAFTS else kind.code)
    number = row.get("Series") or series.default(company, document)
    numbered = kind is not DRAFTS and company.table(series.TABLE).get(number) is not None
    now = company.now()
    row |= {
        "DocEntry": key,
        "DocNum": int(series.draw(company, number)) if numbered else key,
        "Series": number,
        "DocDueDate": header.due_date(company, kind, row),
        "CreationDate": now.date().isoformat(),
        "DocTime": now.strftime("%H:%M:00"),
        "DataVersion": 1,
        **stamp(company, "Update"),
    }
    row["DocumentLines"] = [{**line, "DocEntry": key} for line in row["DocumentLines"]]
    row["AddressExtension"] = {**(row.get("AddressExtension") or {}), "DocEntry": key}
    if kind.code not in {ORDER, QUOTATION, DRAFTS.code}:
        row["DocumentInstallments"] = [
            {"InstallmentId": 1, "DueDate": row["DocDueDate"], "Percentage": num(100),
             "Total": row["DocTotal"], "TotalFC": row["DocTotalFc"]}
        ]  # fmt: skip
    company.table(kind.name).put(key, row)
    return key


def post(company: Company, kind: Kind, key: int) -> None:
    """Do what follows from a document that was stored: goods, base lines, down payments, status."""
    row = company.table(kind.name).rows[key]
    for position, line in enumerate(row["DocumentLines"], start=1):
        links.draw(company, kind, line)
        goods.ship(company, kind, row, line, position)
        if goods.commits(kind, row):
            goods.recommit(company, None, line)
    advance.take(company, row)
    settle.reconcile(company, kind, key)
    settle.settle(company, kind, key)


def shut(company: Company, kind: Kind, key: int) -> None:
    """Close a document by hand: nothing can be made from it any more, nothing is promised."""
    row = company.table(kind.name).rows[key]
    lines = [
        {**line, "_shut": line["LineStatus"] == OPEN or line.get("_shut"), "LineStatus": CLOSED}
        for line in row["DocumentLines"]
    ]
    after = {
        **row,
        "DocumentLines": lines,
        "DocumentStatus": CLOSED,
        "ClosingDate": today(company).isoformat(),
    }
    if goods.commits(kind, row):
        recommit_all(company, row, after)
    store(company, kind, key, after)


def recommit_all(company: Company, before: Row, after: Row) -> None:
    """Take back what a document promised before, and promise what it does now."""
    old = {line["LineNum"]: line for line in before["DocumentLines"]}
    new = {line["LineNum"]: line for line in after["DocumentLines"]}
    for number in {**old, **new}:
        goods.recommit(company, old.get(number), new.get(number))


def store(company: Company, kind: Kind, key: Key, row: Row) -> None:
    """Store a document with its next version."""
    row = {**row, "DataVersion": row["DataVersion"] + 1, **stamp(company, "Update")}
    row["DocumentLines"] = [{**line, "DocEntry": key} for line in row["DocumentLines"]]
    company.table(kind.name).put(key, row)


def save_draft(company: Company, key: int) -> int:
    """Make the document of a draft; returns its number."""
    draft = company.table(DRAFTS.name).rows[key]
    if draft["DocumentStatus"] != OPEN:
        raise Refusal(-5006, NOT_SUPPORTED)
    kind = kind_of(draft)
    row = {**draft, "AuthorizationStatus": "dasGenerated"}
    made = add(company, kind, row)
    post(company, kind, made)
    status = {"DocumentStatus": CLOSED, "AuthorizationStatus": "dasGenerated"}
    company.table(DRAFTS.name).change(key, **status)
    partners.touch(company, row.get("CardCode"))
    return made
