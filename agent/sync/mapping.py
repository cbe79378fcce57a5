"""Which record of the shop is which record of the ERP, and what was last carried over."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import Column, ColumnElement, Connection, Select, delete, func, select, update

from agent.db import Database
from agent.errors import BridgeError
from agent.model.entity import Entity
from agent.sync.references import Reference

T = TypeVar("T")

_CHUNK = 500
"""Rows per statement: keeps packets far below MySQL's 4 MB default."""


class MapState(StrEnum):
    """What is known about a record's counterpart."""

    PENDING = "pending"
    """A write has been started; whether it took effect is not yet known."""
    LINKED = "linked"
    FAILED = "failed"
    HELD = "held"
    EXCLUDED = "excluded"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Head:
    """The light part of a mapping, enough to see that nothing changed."""

    store_key: str
    erp_id: str | None
    external_id: str
    state: MapState
    scan_digest: str
    store_fingerprint: str
    pending_fingerprint: str
    label: str = ""
    erp_fingerprint: str = ""


@dataclass(slots=True)
class Entry:
    """A mapping row to write; ``snapshot`` and ``erp_snapshot`` None leave the stored ones."""

    store_key: str
    store_number: int
    label: str
    external_id: str
    state: MapState
    erp_id: str | None = None
    origin: str = "sync"
    scan_digest: str = ""
    store_fingerprint: str = ""
    erp_fingerprint: str = ""
    pending_fingerprint: str = ""
    snapshot: Mapping[str, Any] | None = None
    erp_snapshot: Mapping[str, Any] | None = None
    error: BridgeError | None = None
    synced: bool = False


@dataclass(slots=True)
class MappingRepository:
    """Mappings of one connection.

    Every method is one short transaction; writes are upserts, so repeating one changes nothing.
    """

    database: Database
    connection_id: int
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def heads(self, entity: Entity, keys: Iterable[str]) -> dict[str, Head]:
        """Return the mappings of the given store keys."""
        table = self.database.tables.mapping
        found: dict[str, Head] = {}
        with self.database.begin() as connection:
            for chunk in _chunks(sorted(set(keys))):
                query = self._head_query(entity).where(table.c.store_key.in_(chunk))
                found.update(_heads(connection, query))
        return found

    def heads_between(self, entity: Entity, low: int, high: int | None) -> dict[str, Head]:
        """Return the mappings whose store number is in ``low`` … ``high`` (None: no end)."""
        table = self.database.tables.mapping
        query = self._head_query(entity).where(table.c.store_number >= low)
        if high is not None:
            query = query.where(table.c.store_number <= high)
        with self.database.begin() as connection:
            return _heads(connection, query)

    def heads_from(self, entity: Entity, low: int, limit: int) -> dict[str, Head]:
        """Return the first ``limit`` mappings from store number ``low`` on, in that order."""
        return {head.store_key: head for _, head in self.numbered_heads(entity, low, limit)}

    def numbered_heads(self, entity: Entity, low: int, limit: int) -> list[tuple[int, Head]]:
        """Return what :meth:`heads_from` does, with the store numbers and in their order."""
        table = self.database.tables.mapping
        query = self._head_query(entity).add_columns(table.c.store_number)
        query = query.where(table.c.store_number >= low)
        query = query.order_by(table.c.store_number, table.c.store_key).limit(limit)
        with self.database.begin() as connection:
            return [(row[-1], _head(row[:-1])) for row in connection.execute(query)]

    def _these(self, entity: Entity, keys: Sequence[str]) -> tuple[ColumnElement[bool], ...]:
        """Return the conditions for the mappings of these records."""
        table = self.database.tables.mapping
        return (
            table.c.connection_id == self.connection_id,
            table.c.entity == entity.value,
            table.c.store_key.in_(keys),
        )

    def _head_query(self, entity: Entity) -> Select[Any]:
        table = self.database.tables.mapping
        return select(
            table.c.store_key,
            table.c.erp_id,
            table.c.external_id,
            table.c.state,
            table.c.scan_digest,
            table.c.store_fingerprint,
            table.c.pending_fingerprint,
            table.c.label,
            table.c.erp_fingerprint,
        ).where(table.c.connection_id == self.connection_id, table.c.entity == entity.value)

    def snapshots(self, entity: Entity, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the shop's records as last settled, JSON-ready, by store key."""
        return self._unpacked(self.database.tables.mapping.c.snapshot, entity, keys)

    def erp_snapshots(self, entity: Entity, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
        """Return the ERP's side of them as last settled, with the shop's keys in it."""
        return self._unpacked(self.database.tables.mapping.c.erp_snapshot, entity, keys)

    def _unpacked(
        self, column: Column[Any], entity: Entity, keys: Iterable[str]
    ) -> dict[str, dict[str, Any]]:
        table = self.database.tables.mapping
        found: dict[str, dict[str, Any]] = {}
        with self.database.begin() as connection:
            for chunk in _chunks(sorted(set(keys))):
                rows = connection.execute(
                    select(table.c.store_key, column).where(
                        *self._these(entity, chunk),
                        column.is_not(None),
                    )
                )
                for key, packed in rows:
                    found[key] = json.loads(zlib.decompress(packed))
        return found

    def store_keys(self, wanted: Iterable[Reference]) -> dict[Reference, str]:
        """Return the shop's keys by (entity, ERP id), for ERP ids that some record is linked to.

        Where several records share a counterpart, the first one's.
        """
        by_entity: dict[Entity, set[str]] = {}
        for entity, ref in wanted:
            by_entity.setdefault(entity, set()).add(ref)
        found: dict[Reference, str] = {}
        for entity, refs in by_entity.items():
            found.update({(entity, ref): key for ref, key in self.taken(entity, refs).items()})
        return found

    def refs(self, wanted: Iterable[Reference]) -> dict[Reference, str]:
        """Return the ERP ids of mapped records; those without one are absent."""
        table = self.database.tables.mapping
        by_entity: dict[Entity, set[str]] = {}
        for entity, key in wanted:
            by_entity.setdefault(entity, set()).add(key)
        found: dict[Reference, str] = {}
        with self.database.begin() as connection:
            for entity, keys in by_entity.items():
                for chunk in _chunks(sorted(keys)):
                    rows = connection.execute(
                        select(table.c.store_key, table.c.erp_id).where(
                            *self._these(entity, chunk),
                            table.c.erp_id.is_not(None),
                            table.c.state.notin_([MapState.ARCHIVED.value, MapState.PENDING.value]),
                        )
                    )
                    found.update({(entity, key): erp_id for key, erp_id in rows})
        return found

    def all_refs(self, entities: Iterable[Entity]) -> dict[Reference, str]:
        """Return the ERP ids of all mapped records of small entities."""
        table = self.database.tables.mapping
        with self.database.begin() as connection:
            rows = connection.execute(
                select(table.c.entity, table.c.store_key, table.c.erp_id).where(
                    table.c.connection_id == self.connection_id,
                    table.c.entity.in_([entity.value for entity in entities]),
                    table.c.erp_id.is_not(None),
                )
            )
            return {(Entity(row.entity), row.store_key): row.erp_id for row in rows}

    def taken(self, entity: Entity, erp_ids: Iterable[str]) -> dict[str, str]:
        """Return store key by ERP id, for ERP ids that some record is already linked to."""
        table = self.database.tables.mapping
        found: dict[str, str] = {}
        with self.database.begin() as connection:
            for chunk in _chunks(sorted(set(erp_ids))):
                rows = connection.execute(
                    select(table.c.erp_id, table.c.store_key).where(
                        table.c.connection_id == self.connection_id,
                        table.c.entity == entity.value,
                        table.c.erp_id.in_(chunk),
                    )
                )
                found.update({row.erp_id: row.store_key for row in rows})
        return found

    def save(self, entity: Entity, entries: Sequence[Entry]) -> None:
        """Insert or update mappings; a person's exclusion is never overwritten."""
        if not entries:
            return
        now = self.clock()
        with self.database.begin() as connection:
            # rows of one statement share their columns: those with and without snapshots apart
            alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            for entry in entries:
                row = self._row(entity, entry, now)
                alike.setdefault(tuple(row), []).append(row)
            for rows in alike.values():
                for chunk in _chunks(rows):
                    _upsert(connection, self.database, chunk)

    def _row(self, entity: Entity, entry: Entry, now: datetime) -> dict[str, Any]:
        row: dict[str, Any] = {
            "connection_id": self.connection_id,
            "entity": entity.value,
            "store_key": entry.store_key,
            "store_number": entry.store_number,
            "label": entry.label[:255],
            "erp_id": entry.erp_id,
            "external_id": entry.external_id,
            "state": entry.state.value,
            "origin": entry.origin,
            "scan_digest": entry.scan_digest,
            "store_fingerprint": entry.store_fingerprint,
            "erp_fingerprint": entry.erp_fingerprint,
            "pending_fingerprint": entry.pending_fingerprint,
            "code": entry.error.code if entry.error else "",
            "cause": entry.error.cause if entry.error else "",
            "fix": entry.error.fix if entry.error else "",
            "synced_at": now if entry.synced else None,
            "updated_at": now,
        }
        for name, plain in (("snapshot", entry.snapshot), ("erp_snapshot", entry.erp_snapshot)):
            if plain is not None:
                text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
                row[name] = zlib.compress(text.encode("utf-8", "surrogatepass"), 1)
        return row

    def refresh_digests(self, entity: Entity, digests: Mapping[str, str]) -> None:
        """Remember new scan digests of records whose content turned out to be the same."""
        table = self.database.tables.mapping
        with self.database.begin() as connection:
            for key, digest in digests.items():
                connection.execute(
                    update(table)
                    .where(
                        table.c.connection_id == self.connection_id,
                        table.c.entity == entity.value,
                        table.c.store_key == key,
                    )
                    .values(scan_digest=digest)
                )

    def set_state(
        self,
        entity: Entity,
        keys: Iterable[str],
        state: MapState,
        *,
        error: BridgeError | None = None,
    ) -> int:
        """Set the state of existing mappings; returns how many there were."""
        table = self.database.tables.mapping
        count = 0
        with self.database.begin() as connection:
            for chunk in _chunks(sorted(set(keys))):
                result = connection.execute(
                    update(table)
                    .where(*self._these(entity, chunk))
                    .values(
                        state=state.value,
                        code=error.code if error else "",
                        cause=error.cause if error else "",
                        fix=error.fix if error else "",
                        updated_at=self.clock(),
                    )
                )
                count += result.rowcount
        return count

    def told(self, entity: Entity, keys: Iterable[str], code: str) -> set[str]:
        """Return those of the records that wait with this reason already."""
        table = self.database.tables.mapping
        found: set[str] = set()
        with self.database.begin() as connection:
            for chunk in _chunks(sorted(set(keys))):
                query = select(table.c.store_key).where(
                    *self._these(entity, chunk),
                    table.c.state == MapState.HELD.value,
                    table.c.code == code,
                )
                found.update(connection.scalars(query))
        return found

    def newest(self, limit: int) -> list[tuple[Entity, Head]]:
        """Return the records synchronized last, of all entities."""
        table = self.database.tables.mapping
        query = (
            select(table.c.entity, table.c.store_key)
            .where(
                table.c.connection_id == self.connection_id,
                table.c.erp_id.is_not(None),
                table.c.synced_at.is_not(None),
            )
            .order_by(table.c.synced_at.desc(), table.c.id.desc())
            .limit(limit)
        )
        with self.database.begin() as connection:
            keys = [(Entity(entity), key) for entity, key in connection.execute(query)]
        by_entity: dict[Entity, list[str]] = {}
        for entity, key in keys:
            by_entity.setdefault(entity, []).append(key)
        heads = {entity: self.heads(entity, found) for entity, found in by_entity.items()}
        return [(e, heads[e][key]) for e, key in keys if key in heads[e]]

    def delete(self, entity: Entity, keys: Iterable[str]) -> int:
        """Remove mappings; returns how many there were."""
        table = self.database.tables.mapping
        with self.database.begin() as connection:
            return sum(
                connection.execute(delete(table).where(*self._these(entity, chunk))).rowcount
                for chunk in _chunks(sorted(set(keys)))
            )

    def forget(self, entity: Entity, keys: Iterable[str]) -> None:
        """Forget counterparts that the ERP no longer has; the rows stay, unlinked."""
        table = self.database.tables.mapping
        with self.database.begin() as connection:
            for chunk in _chunks(sorted(set(keys))):
                connection.execute(
                    update(table)
                    .where(*self._these(entity, chunk))
                    .values(
                        erp_id=None,
                        snapshot=None,
                        erp_snapshot=None,
                        state=MapState.PENDING.value,
                    )
                )

    def drop_snapshot(self, entity: Entity, key: str) -> None:
        """Forget what was last written of a record, because it is not sure any more."""
        table = self.database.tables.mapping
        with self.database.begin() as connection:
            connection.execute(
                update(table)
                .where(
                    table.c.connection_id == self.connection_id,
                    table.c.entity == entity.value,
                    table.c.store_key == key,
                )
                .values(snapshot=None, store_fingerprint="")
            )

    def count_linked(self, entity: Entity) -> int:
        """Return how many records of ``entity`` have a counterpart."""
        table = self.database.tables.mapping
        with self.database.begin() as connection:
            query = select(func.count()).where(
                table.c.connection_id == self.connection_id,
                table.c.entity == entity.value,
                table.c.erp_id.is_not(None),
                table.c.state != MapState.ARCHIVED.value,
            )
            return int(connection.execute(query).scalar_one())


def _heads(connection: Connection, query: Select[Any]) -> dict[str, Head]:
    return {row[0]: _head(row) for row in connection.execute(query)}


def _head(row: Sequence[Any]) -> Head:
    return Head(row[0], row[1], row[2], MapState(row[3]), *row[4:])


_KEPT = frozenset({"connection_id", "entity", "store_key"})
_CHANGED: Mapping[str, str] = {
    "state": f"IF(`state` = '{MapState.EXCLUDED.value}', `state`, VALUES(`state`))",
    "synced_at": "COALESCE(VALUES(`synced_at`), `synced_at`)",
    "erp_id": "COALESCE(VALUES(`erp_id`), `erp_id`)",
}


def _upsert(connection: Connection, database: Database, rows: Sequence[dict[str, Any]]) -> None:
    # Not built by SQLAlchemy: it compiles a statement of many rows anew each time, which takes
    # longer than the database needs for it.
    table = database.tables.mapping
    dialect = connection.dialect
    columns = {name: table.c[name].type.bind_processor(dialect) for name in rows[0]}
    name = dialect.identifier_preparer.format_table(table)
    names = ", ".join(f"`{column}`" for column in columns)
    marks = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
    changes = ", ".join(
        f"`{column}` = {_CHANGED.get(column, f'VALUES(`{column}`)')}"
        for column in columns
        if column not in _KEPT
    )
    values = [
        row[column] if stored is None else stored(row[column])
        for row in rows
        for column, stored in columns.items()
    ]
    connection.exec_driver_sql(
        f"INSERT INTO {name} ({names}) VALUES {marks} ON DUPLICATE KEY UPDATE {changes}",  # noqa: S608
        tuple(values),
    )


def _chunks(items: Sequence[T]) -> Iterable[Sequence[T]]:
    for start in range(0, len(items), _CHUNK):
        yield items[start : start + _CHUNK]
