"""How far something was read, by name (table ``erp_cursor``)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.dialects.mysql import insert

if TYPE_CHECKING:
    from agent.services.container import Services


def load(services: Services, name: str) -> Any:
    """Return what was stored under ``name`` (JSON-ready), None where nothing was."""
    t = services.database.tables.cursor
    with services.database.begin() as connection:
        text = connection.scalar(select(t.c.value).where(t.c.name == name))
    return None if text is None else json.loads(text)


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
