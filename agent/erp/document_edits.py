"""What changed in a sales document since it was last written, and what of it a person must decide.

Shared by all adapters: the rules for documents that the ERP treats as orders already.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.erp.draft import Draft
from agent.model.document import SalesDocument
from agent.model.plain import to_plain

_HEADER: Mapping[str, str] = {
    "customer": "the customer",
    "currency": "the currency",
    "invoice_address": "the invoice address",
    "delivery_address": "the delivery address",
    "carrier": "the shipping method",
}


def document_of(draft: Draft) -> SalesDocument:
    """Return the draft's document."""
    record = draft.change.record
    if not isinstance(record, SalesDocument):
        raise TypeError(f"{type(record).__name__} is no sales document")
    return record


def changed_lines(draft: Draft) -> list[str]:
    """Return the keys of lines that are new or differ from those last written."""
    before = previous_lines(draft)
    return [line.key for line in document_of(draft).lines if before.get(line.key) != to_plain(line)]


def changed_fields(draft: Draft) -> set[str]:
    """Return the fields to be sent that differ from what was last written.

    Where settings changed all are to be sent, though none differs.
    """
    before = draft.change.previous or {}
    now = to_plain(document_of(draft))
    return {name for name in draft.change.fields if before.get(name) != now.get(name)}


def removed_lines(draft: Draft) -> list[str]:
    """Return the keys of lines last written that the document has no more."""
    now = {line.key for line in document_of(draft).lines}
    return [key for key in previous_lines(draft) if key not in now]


def previous_lines(draft: Draft) -> dict[str, Mapping[str, Any]]:
    """Return the lines as last written, by key."""
    listed: Any = (draft.change.previous or {}).get("lines") or ()
    return {str(item["key"]): item for item in listed if isinstance(item, Mapping)}


def unwelcome_edits(draft: Draft, lines: Sequence[str]) -> list[str]:
    """Return what was changed that a confirmed order does not take without a person, in words.

    More pieces and further lines are no trouble. ``lines``: keys of those that changed.
    """
    differing = changed_fields(draft)
    reasons = [f"{words} changed" for name, words in _HEADER.items() if name in differing]
    before = previous_lines(draft)
    reasons += [f"the line {_title(before[key])} was removed" for key in removed_lines(draft)]
    for line in document_of(draft).lines:
        old = before.get(line.key)
        if line.key not in lines or old is None:
            continue
        if line.quantity < Decimal(str(old["quantity"])):
            reasons.append(
                f"the line {_title(old)} has {line.quantity.normalize():f} instead of "
                f"{old['quantity']} pieces"
            )
        if old.get("item") != to_plain(line.item):
            reasons.append(f"the line {_title(old)} is another product")
    return reasons


def _title(line: Mapping[str, Any]) -> str:
    return repr(str(line.get("text", "")).partition("\n")[0])
