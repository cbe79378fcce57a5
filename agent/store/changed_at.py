"""When records were last changed in the shop, where it knows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from agent.model.entity import Entity
from agent.store.clock import Clock
from agent.store.sql import Ids
from agent.store.view import View

_DATED: Mapping[Entity, tuple[str, str]] = {
    Entity.PRODUCTS: ("product", "product_id"),
    Entity.CATEGORIES: ("category", "category_id"),
}


def changed_at(
    open_view: Callable[[], AbstractContextManager[View]], entity: Entity, keys: Sequence[str]
) -> Mapping[str, datetime]:
    """Return aware times by key. Only products have one everywhere, categories before 4.1.0.1."""
    numbers = sorted({int(key) for key in keys if key.isascii() and key.isdigit()})
    if entity not in _DATED or not numbers:
        return {}
    table, column = _DATED[entity]
    with open_view() as view:
        if not view.dialect.has(table, "date_modified"):
            return {}
        clock = Clock.of(view.query)
        rows = view.query.rows(
            f"SELECT t.`{column}`, {clock.column('t.`date_modified`')}"  # noqa: S608
            f" FROM {view.table(table)} t WHERE {Ids.of(numbers).where(f't.`{column}`')}"
        )
        return {
            str(key): clock.aware(raw, "date of change")
            for key, raw in rows
            if isinstance(raw, datetime)
        }
