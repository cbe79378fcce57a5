"""Shipping methods of the shop: shipping types of B1."""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.draft import Draft
from agent.erp.sap_b1.connection import Work
from agent.erp.sap_b1.items.named import Book, Kind
from agent.erp.sap_b1.sales.texts import cut
from agent.errors import AuthError, BridgeError, ConfigError, InvalidRecord
from agent.model.sales import Carrier

TYPES = Kind("ShippingTypes", "Code", "Name", "shipping type", 40)


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or rename shipping types; one that was linked keeps its name."""
    ready = [d for d in drafts if d.error is None and (d.creates or d.change.previous is not None)]
    if not ready:
        return
    book = Book(work, TYPES, ready)
    for draft in ready:
        try:
            if draft.has("name"):
                book.put(draft, [cut(_named(draft), TYPES.longest)])
        except (AuthError, ConfigError):
            raise
        except BridgeError as error:
            if error.retry:
                raise
            draft.error = error


def _named(draft: Draft) -> str:
    record = draft.change.record
    if not isinstance(record, Carrier):
        raise TypeError(f"{type(record).__name__} is no shipping method")
    if not record.name.strip():
        raise InvalidRecord(
            f"The shipping method {record.key} has no name",
            fix="Name it in its settings in the shop (Extensions > Shipping).",
        )
    return record.name.strip()
