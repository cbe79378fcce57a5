"""Manufacturers: B1's own, by their name."""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.draft import Draft
from agent.erp.sap_b1.connection import Work
from agent.erp.sap_b1.items.named import MAKERS, Book
from agent.erp.sap_b1.items.texts import MAKER_NAME, clean, fit
from agent.errors import InvalidRecord, PermanentError
from agent.model.catalogue import Manufacturer


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update manufacturers."""
    work.cx.facts.require_prepared()
    book = Book(work, MAKERS, drafts)
    for draft in drafts:
        if draft.error is not None or not (draft.creates or draft.has("name")):
            continue
        try:
            book.put(draft, [_name(draft)])
        except PermanentError as error:
            draft.error = error


def _name(draft: Draft) -> str:
    record = draft.change.record
    if not isinstance(record, Manufacturer):
        raise TypeError(f"{type(record).__name__} is no manufacturer")
    name = clean(record.name)
    if not name:
        raise InvalidRecord("The manufacturer has no name", fix="Give it a name in the shop.")
    return fit(draft, name, MAKER_NAME)
