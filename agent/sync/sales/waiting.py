"""Records that wait: why, since when, and when they were cleared."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.mysql import insert

from agent.db import Database
from agent.errors import BridgeError, Held
from agent.model.entity import Entity

KEEP_CLEARED = timedelta(days=7)
"""How long a record that does not wait any more is still listed."""


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """One record that waits, or did; times are aware UTC. ``state``: held or failed."""

    connection_id: int
    entity: str
    store_key: str
    label: str
    state: str
    code: str
    cause: str
    fix: str
    since: datetime
    cleared_at: datetime | None


@dataclass(slots=True)
class WaitingList:
    """The records of all connections that wait."""

    database: Database
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def add(
        self,
        connection_id: int,
        entity: Entity,
        key: str,
        label: str,
        error: BridgeError,
        *,
        asked: bool = False,
    ) -> None:
        """Note that a record waits; one that waits already keeps its time.

        An empty ``label`` keeps the one that is there. ``asked``: a person asked for the record;
        that is remembered until it waits no more.
        """
        t = self.database.tables.waiting
        now = self.clock()
        values: dict[str, Any] = {
            "state": "held" if isinstance(error, Held) else "failed",
            "code": error.code,
            "cause": error.cause,
            "fix": error.fix,
            "updated_at": now,
        }
        fresh = insert(t).values(
            connection_id=connection_id,
            entity=entity.value,
            store_key=key,
            label=label[:255],
            asked=asked,
            since=now,
            **values,
        )
        # these first: MySQL assigns in order, and they depend on the old `cleared_at`
        changes: dict[str, Any] = {
            "since": func.if_(t.c.cleared_at.is_(None), t.c.since, now),
            "asked": True if asked else func.if_(t.c.cleared_at.is_(None), t.c.asked, False),
            "cleared_at": None,
            **values,
        }
        if label:
            changes["label"] = label[:255]
        with self.database.begin() as connection:
            connection.execute(fresh.on_duplicate_key_update(list(changes.items())))

    def clear(self, connection_id: int, entity: Entity, key: str) -> bool:
        """Note that a record does not wait any more; tells whether it did."""
        t = self.database.tables.waiting
        now = self.clock()
        with self.database.begin() as connection:
            done = connection.execute(
                update(t)
                .where(*_one(t, connection_id, entity, key), t.c.cleared_at.is_(None))
                .values(cleared_at=now, updated_at=now)
            )
            connection.execute(delete(t).where(t.c.cleared_at < now - KEEP_CLEARED))
        return bool(done.rowcount)

    def remove(self, connection_id: int, entity: Entity, key: str) -> None:
        """Take a record off the list for good."""
        t = self.database.tables.waiting
        with self.database.begin() as connection:
            connection.execute(delete(t).where(*_one(t, connection_id, entity, key)))

    def asked(self, connection_id: int, entity: Entity, key: str) -> bool:
        """Tell whether a record waits that a person asked for."""
        t = self.database.tables.waiting
        query = select(t.c.asked).where(
            *_one(t, connection_id, entity, key), t.c.cleared_at.is_(None)
        )
        with self.database.begin() as connection:
            return bool(connection.scalar(query))

    def keys(
        self,
        connection_id: int,
        entity: Entity,
        limit: int,
        codes: Collection[str] = (),
        only: Collection[str] | None = None,
    ) -> list[str]:
        """Return the keys of records of ``entity`` that wait, the least recently tried first.

        ``codes``: only those that wait for one of these reasons; ``only``: only of these records.
        """
        t = self.database.tables.waiting
        query = (
            select(t.c.store_key)
            .where(
                t.c.connection_id == connection_id,
                t.c.entity == entity.value,
                t.c.cleared_at.is_(None),
            )
            .order_by(t.c.updated_at, t.c.id)
            .limit(limit)
        )
        if codes:
            query = query.where(t.c.code.in_(sorted(codes)))
        if only is not None:
            query = query.where(t.c.store_key.in_(sorted(only)))
        with self.database.begin() as connection:
            return list(connection.execute(query).scalars())

    def tried(self, connection_id: int, entity: Entity, keys: Collection[str]) -> None:
        """Note that records which wait are tried now: others come first the next time."""
        t = self.database.tables.waiting
        with self.database.begin() as connection:
            connection.execute(
                update(t)
                .where(
                    t.c.connection_id == connection_id,
                    t.c.entity == entity.value,
                    t.c.store_key.in_(sorted(keys)),
                    t.c.cleared_at.is_(None),
                )
                .values(updated_at=self.clock())
            )

    def page(
        self,
        connection_id: int | None,
        *,
        entity: str = "",
        text: str = "",
        cleared: bool = False,
        page: int = 1,
        limit: int = 20,
    ) -> tuple[list[WaitingRow], int]:
        """Return one page and the count of all; ``cleared`` lists those of the last days, too."""
        t = self.database.tables.waiting
        where: list[Any] = [] if cleared else [t.c.cleared_at.is_(None)]
        if connection_id is not None:
            where.append(t.c.connection_id == connection_id)
        if entity:
            where.append(t.c.entity == entity)
        if text:
            like = f"%{text}%"
            where.append(or_(t.c.store_key == text, t.c.label.like(like), t.c.cause.like(like)))
        with self.database.begin() as connection:
            total = int(connection.scalar(select(func.count()).select_from(t).where(*where)) or 0)
            rows = connection.execute(
                select(t)
                .where(*where)
                .order_by(t.c.cleared_at.is_not(None), t.c.since.desc(), t.c.id)
                .limit(limit)
                .offset((page - 1) * limit)
            ).all()
        return [_row(row) for row in rows], total

    def one(self, connection_id: int, entity: Entity, key: str) -> WaitingRow | None:
        """Return a record that waits, or was cleared lately."""
        t = self.database.tables.waiting
        with self.database.begin() as connection:
            row = connection.execute(
                select(t).where(*_one(t, connection_id, entity, key))
            ).one_or_none()
        return None if row is None else _row(row)


def _one(t: Any, connection_id: int, entity: Entity, key: str) -> tuple[Any, ...]:
    return (
        t.c.connection_id == connection_id,
        t.c.entity == entity.value,
        t.c.store_key == key,
    )


def _row(row: Any) -> WaitingRow:
    return WaitingRow(
        row.connection_id,
        row.entity,
        row.store_key,
        row.label,
        row.state,
        row.code,
        row.cause,
        row.fix,
        row.since,
        row.cleared_at,
    )
