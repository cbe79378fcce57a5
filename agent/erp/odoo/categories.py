"""Product categories: ``product.category``, a tree by ``parent_id``.

Odoo's internal categories have a name and a parent and nothing else a shop knows; they cannot be
archived. Same names in different places stay apart, because each carries its own external id.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.odoo.connection import Draft, Work
from agent.erp.odoo.writing import Columns, TextColumn, write_records
from agent.errors import Held, InvalidRecord
from agent.model.catalogue import Category
from agent.model.entity import Entity

MODEL = "product.category"


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update categories, parents before their children whatever order they come in."""
    waiting = [d for d in drafts if d.error is None]
    by_key = {d.key: d for d in drafts}
    while waiting:
        ready = [d for d in waiting if not _parent_waits(d, by_key, waiting)]
        if not ready:
            for draft in waiting:
                draft.error = InvalidRecord(
                    "The category is below itself: its parents form a circle",
                    fix="Correct the parent category in the shop.",
                    code="record.cycle",
                )
            return
        write_records(work, MODEL, ready, lambda d: _columns(work, d, by_key))
        done = {id(d) for d in ready}
        waiting = [d for d in waiting if id(d) not in done]


def _category(draft: Draft) -> Category:
    record = draft.change.record
    if not isinstance(record, Category):
        raise TypeError(f"{type(record).__name__} is no category")
    return record


def _parent_waits(draft: Draft, by_key: dict[str, Draft], waiting: Sequence[Draft]) -> bool:
    parent = by_key.get(_category(draft).parent or "")
    return parent is not None and any(parent is w for w in waiting)


def _columns(work: Work, draft: Draft, by_key: dict[str, Draft]) -> Columns:
    record = _category(draft)
    columns = Columns()
    if draft.has("name"):
        if not work.cx.languages.base(record.name):
            raise InvalidRecord(
                "The category has no name", fix="Give it a name in the shop, then synchronize."
            )
        columns.texts["name"] = TextColumn("name", record.name)
    if draft.has("parent"):
        columns.cells["parent_id/.id"] = _parent(draft, record, by_key)
    return columns


def _parent(draft: Draft, record: Category, by_key: dict[str, Draft]) -> str:
    if record.parent is None:
        return ""
    sent = by_key.get(record.parent)
    known = sent.id if sent is not None else draft.ref(Entity.CATEGORIES, record.parent)
    if known is None:
        raise Held(
            f"Its parent category {record.parent} is not in Odoo",
            fix="See why the parent failed and mend that; this one follows by itself.",
            code="record.parent_missing",
        )
    return str(known)
