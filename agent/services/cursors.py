"""How far something was read, by name (table ``erp_cursor``)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.mysql import insert

if TYPE_CHECKING:
    from agent.services.container import Services


def load(services: Services, name: str) -> Any:
    """Return what was stored under ``name`` (JSON-ready), None where nothing was."""
    t = services.database.tables.cursor
    with services.database.begin() as connection:
        text = connection.scalar(select(t.c.value).where(t.c.name == name))
    return None if text is None else json.loads(text)


def load_all(services: Services, prefix: str) -> dict[str, Any]:
    """Return what was stored under names that begin with ``prefix``, by name."""
    t = services.database.tables.cursor
    with services.database.begin() as connection:
        rows = connection.execute(
            select(t.c.name, t.c.value)
            .where(t.c.name.startswith(prefix, autoescape=True))
            .order_by(t.c.name)
        ).all()
    return {name: json.loads(text) for name, text in rows}


def drop(services: Services, connection: Connection, names: Iterable[str]) -> None:
    """Forget what was stored under these names, inside the caller's transaction."""
    t = services.database.tables.cursor
    connection.execute(delete(t).where(t.c.name.in_(sorted(names))))


def store(services: Services, name: str, value: Any) -> None:
    """Store a JSON-ready value under ``name``."""
    t = services.database.tables.cursor
    text, now = json.dumps(value, ensure_ascii=False), services.clock()
    with services.database.begin() as connection:
        connection.execute(
            insert(t)
            .values(name=name, value=text, updated_at=now)
            .on_duplicate_key_update(value=text, updated_at=now)
        )
