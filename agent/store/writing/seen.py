"""Whether records are still what it was decided by to write into them."""

from __future__ import annotations

from collections.abc import Sequence

from agent.model.entity import Entity
from agent.model.plain import to_plain, without_stock
from agent.model.record import Record
from agent.store.records import BadRecord
from agent.store.writing.changes import StoreChange
from agent.store.writing.desk import Desk

_UNITS = {
    "weight": "weight_unit",
    "length": "length_unit",
    "width": "length_unit",
    "height": "length_unit",
}


def changed_since(desk: Desk, entity: Entity, changes: Sequence[StoreChange]) -> set[str]:
    """Return keys of records whose fields to be written are no longer what was seen.

    What is read after this must be guarded by itself; what was read before it is still so.
    """
    told = {c.key: c for c in changes if c.key is not None and c.seen is not None}
    if not told:
        return set()
    found = desk.shop.reader(entity).read(list(told))
    return {item.key for item in found if not _as_seen(item, told[item.key])}


def _as_seen(found: Record | BadRecord, change: StoreChange) -> bool:
    if isinstance(found, BadRecord):
        return False
    seen = change.seen or {}
    names = change.fields | {_UNITS[name] for name in change.fields & _UNITS.keys()}
    return all(
        without_stock(to_plain(getattr(found, name))) == without_stock(seen[name])
        for name in names & seen.keys()
    )
