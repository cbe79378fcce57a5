"""Records whose sides both changed, listed until a person has picked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, or_, select
from sqlalchemy.dialects.mysql import insert

from agent.db import Database
from agent.errors import Held
from agent.model.entity import Entity


@dataclass(frozen=True, slots=True)
class Conflict:
    """A record and the values of both sides, by field, JSON-ready. ``since`` is aware UTC."""

    connection_id: int
    entity: Entity
    store_key: str
    erp_id: str
    label: str
    fields: Mapping[str, tuple[Any, Any]]
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Conflicts:
    """The conflicts of one connection (0: of all, for listing)."""

    database: Database
    connection_id: int
    clock: Callable[[], datetime]

    def put(self, conflicts: Sequence[Conflict]) -> None:
        """List conflicts; one that is listed already keeps its date."""
        table = self.database.tables.conflict
        now = self.clock()
        with self.database.begin() as connection:
            for item in conflicts:
                values = {name: {"shop": s, "erp": e} for name, (s, e) in item.fields.items()}
                statement = insert(table).values(
                    connection_id=self.connection_id,
                    entity=item.entity.value,
                    store_key=item.store_key,
                    erp_id=item.erp_id,
                    label=item.label[:255],
                    fields=json.dumps(values, ensure_ascii=False),
                    since=now,
                    updated_at=now,
                )
                connection.execute(
                    statement.on_duplicate_key_update(
                        erp_id=statement.inserted.erp_id,
                        label=statement.inserted.label,
                        fields=statement.inserted.fields,
                        updated_at=now,
                    )
                )

    def clear(self, entity: Entity, keys: Iterable[str]) -> None:
        """Take conflicts off the list."""
        found = sorted(set(keys))
        table = self.database.tables.conflict
        if not found:
            return
        with self.database.begin() as connection:
            connection.execute(
                delete(table).where(
                    table.c.connection_id == self.connection_id,
                    table.c.entity == entity.value,
                    table.c.store_key.in_(found),
                )
            )

    def get(self, entity: Entity, key: str) -> Conflict | None:
        """Return the conflict of a record, None where there is none."""
        table = self.database.tables.conflict
        query = self._query(entity, "").where(table.c.store_key == key)
        with self.database.begin() as connection:
            row = connection.execute(query).first()
            return _conflict(row) if row is not None else None

    def page(
        self, entity: Entity | None, text: str, *, page: int, limit: int
    ) -> tuple[list[Conflict], int]:
        """Return a page of conflicts, oldest first, and how many there are in all."""
        query = self._query(entity, text)
        table = self.database.tables.conflict
        with self.database.begin() as connection:
            total = connection.scalar(select(func.count()).select_from(query.subquery())) or 0
            ordered = query.order_by(table.c.since, table.c.id)
            rows = connection.execute(ordered.limit(limit).offset((page - 1) * limit))
            return [_conflict(row) for row in rows], int(total)

    def _query(self, entity: Entity | None, text: str) -> Select[Any]:
        table = self.database.tables.conflict
        query = select(table)
        if self.connection_id:
            query = query.where(table.c.connection_id == self.connection_id)
        if entity is not None:
            query = query.where(table.c.entity == entity.value)
        if text:
            like = f"%{text.replace('%', '').replace('_', '')}%"
            query = query.where(or_(table.c.label.like(like), table.c.store_key == text))
        return query


def _conflict(row: Any) -> Conflict:
    values = json.loads(row.fields)
    return Conflict(
        row.connection_id,
        Entity(row.entity),
        row.store_key,
        row.erp_id,
        row.label,
        {name: (sides["shop"], sides["erp"]) for name, sides in values.items()},
        row.since,
    )


def in_conflict(names: Sequence[str]) -> Held:
    """Return the reason why a record with conflicts waits."""
    return Held(
        f"Shop and ERP both changed: {', '.join(names)}",
        fix="Choose under ERP Mapping > Conflicts which side counts; the rest of the record was "
        "carried over.",
        code="sync.conflict",
    )
