"""``Orders`` and their kin: storing documents with all that follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.sap_b1.books import partners
from agent.sandbox.sap_b1.books.values import FIXED, NO, NOT_SUPPORTED, YES, num, today, yes
from agent.sandbox.sap_b1.company import Company, Elsewhere, Key, Refusal, Row

from . import cancelling, compose, goods, links, posting
from .kinds import CLOSED, DELIVERY, DRAFTS, OPEN, ORDER, QUOTATION, Kind, kind_of

POSTED_LINE = frozenset(
    {"LineNum", "FreeText", "ItemDetails", "ShipDate", "BaseType", "BaseEntry", "BaseLine"}
)
"""What may still be changed in a line of a document that is in the books, beside user fields."""
_POSTED_HEADER = frozenset(
    {
        *("DiscountPercent", "DocTotal", "DocTotalFc", "DocCurrency", "DocRate", "Rounding"),
        *("RoundingDiffAmount", "DocumentAdditionalExpenses", "DownPaymentsToDraw", "DocDate"),
        *("DownPaymentPercentage", "DownPaymentAmount", "ReserveInvoice"),
    }
)
_CLOSABLE = frozenset({ORDER, QUOTATION, DELIVERY})


class Documents:
    """A set of marketing documents."""

    def __init__(self, kind: Kind) -> None:
        self.kind = kind

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Post a document; with approval procedures an order ends as a draft."""
        row = compose.document(company, self.kind, body)
        posting.notify(company)
        if company.options.approval and self.kind.code == ORDER:
            row |= {"AuthorizationStatus": "dasPending"}
            return Elsewhere(posting.add(company, DRAFTS, row), DRAFTS.name)
        key = posting.add(company, self.kind, row)
        posting.post(company, self.kind, key)
        partners.touch(company, row.get("CardCode"))
        return key

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change a document that is open; of posted ones hardly anything can be changed."""
        before = company.table(self.kind.name).rows[key]
        if before["DocumentStatus"] != OPEN or before["CancelStatus"] != "csNo":
            raise Refusal(-1029, FIXED)
        if self.kind.posted:
            _only_texts(before, body)
        row = compose.changed(company, self.kind, before, body, replace=replace)
        posting.notify(company)
        if goods.commits(self.kind, row):
            posting.recommit_all(company, before, row)
        _redraw(company, self.kind, before, row)
        posting.store(company, self.kind, key, row)
        links.settle_lines(company, self.kind, int(str(key)))
        partners.touch(company, row.get("CardCode"))

    def delete(self, company: Company, key: Key) -> None:
        """Refuse: documents are cancelled."""
        del company, key
        raise Refusal(-5006, NOT_SUPPORTED)

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """``Close``, ``Cancel``, ``Reopen``, ``CreateCancellationDocument``."""
        del body
        number = int(str(key))
        if name == "CreateCancellationDocument":
            return cancelling.cancellation(company, self.kind, number)
        if name == "Close":
            self._close(company, number)
        elif name == "Cancel":
            self._cancel(company, number)
        elif name == "Reopen":
            self._reopen(company, number)
        else:
            raise Refusal(-5006, NOT_SUPPORTED)
        partners.touch(company, company.table(self.kind.name).rows[key].get("CardCode"))
        return None

    def _close(self, company: Company, key: int) -> None:
        row = company.table(self.kind.name).rows[key]
        if self.kind.code not in _CLOSABLE or row["DocumentStatus"] != OPEN:
            raise Refusal(-5006, NOT_SUPPORTED)
        posting.shut(company, self.kind, key)

    def _cancel(self, company: Company, key: int) -> None:
        row = company.table(self.kind.name).rows[key]
        drawn = any(num(line["_drawn"]) for line in row["DocumentLines"])
        if self.kind.posted or row["DocumentStatus"] != OPEN or drawn:
            raise Refusal(-5006, NOT_SUPPORTED)
        posting.notify(company)
        posting.shut(company, self.kind, key)
        company.table(self.kind.name).change(
            key, Cancelled=YES, CancelStatus="csYes", CancelDate=today(company).isoformat()
        )
        for line in row["DocumentLines"]:
            links.draw(company, self.kind, line, -1)

    def _reopen(self, company: Company, key: int) -> None:
        row = company.table(self.kind.name).rows[key]
        by_hand = any(line.get("_shut") for line in row["DocumentLines"])
        if (
            self.kind.posted
            or row["DocumentStatus"] != CLOSED
            or yes(row["Cancelled"])
            or not by_hand
        ):
            raise Refusal(-5006, NOT_SUPPORTED)
        lines = [
            links.with_open({**line, "_shut": False}, line["_drawn"])
            for line in row["DocumentLines"]
        ]
        after = {**row, "DocumentLines": lines, "DocumentStatus": OPEN, "ClosingDate": None}
        if goods.commits(self.kind, row):
            posting.recommit_all(company, row, after)
        posting.store(company, self.kind, key, after)


def _redraw(company: Company, kind: Kind, before: Row, after: Row) -> None:
    """Draw base lines anew where a change took, brought or resized lines made from them."""
    old = {line["LineNum"]: line for line in before["DocumentLines"]}
    new = {line["LineNum"]: line for line in after["DocumentLines"]}
    for number in {**old, **new}:
        one, other = old.get(number), new.get(number)
        if one and other and one["InventoryQuantity"] == other["InventoryQuantity"]:
            continue
        for line, sign in ((one, -1), (other, 1)):
            if line is not None:
                links.draw(company, kind, line, sign)


def _only_texts(before: Row, body: Mapping[str, Any]) -> None:
    for name in _POSTED_HEADER & set(body):
        if body[name] is not None and body[name] != before.get(name):
            raise Refusal(-1029, FIXED)
    known = {line["LineNum"]: line for line in before["DocumentLines"]}
    for line in body.get("DocumentLines") or ():
        old = known.get(line.get("LineNum"))
        if old is None:
            raise Refusal(-1029, FIXED)
        for name, value in line.items():
            free = name in POSTED_LINE or name.startswith("U_")
            if not free and value != old.get(name):
                raise Refusal(-1029, FIXED)


class Drafts(Documents):
    """``Drafts``: documents that do nothing yet, of the kind in ``DocObjectCode``."""

    def __init__(self) -> None:
        super().__init__(DRAFTS)

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Store a draft, computed as the document it is to be."""
        row = compose.document(company, kind_of(body), body)
        return posting.add(company, DRAFTS, row)

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change a draft, whatever kind it is of."""
        before = company.table(DRAFTS.name).rows[key]
        if before["DocumentStatus"] != OPEN:
            raise Refusal(-1029, FIXED)
        row = compose.changed(company, kind_of(before), before, body, replace=replace)
        posting.store(company, DRAFTS, key, row)

    def delete(self, company: Company, key: Key) -> None:
        """Remove a draft."""
        company.table(DRAFTS.name).drop(key)

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """``Close``: give the draft up."""
        del body
        row = company.table(DRAFTS.name).rows[key]
        if name not in {"Close", "Cancel"} or row["DocumentStatus"] != OPEN:
            raise Refusal(-5006, NOT_SUPPORTED)
        cancelled = YES if name == "Cancel" else NO
        posting.store(
            company, DRAFTS, key, {**row, "DocumentStatus": CLOSED, "Cancelled": cancelled}
        )
        return None
