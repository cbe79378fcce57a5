"""What writers share during one call: a connection, languages, stores, the shop's clock.

The database checks little in the mode that the shop's tables are written in (see
``agent.db.database``). Everything that is written is therefore checked here first: texts fit their
columns, numbers their range.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, TypeVar

import pymysql
from pymysql.cursors import Cursor

from agent.errors import BridgeError, Busy, Refused
from agent.store.clock import Clock
from agent.store.dialect import Dialect
from agent.store.settings import read_languages, read_settings
from agent.store.sql import Ids, Query, Row
from agent.store.view import View
from agent.store.writing.changes import WriteRules
from agent.store.writing.literals import CHARACTERS, FEW_CHARACTERS, statements
from agent.store.writing.schema import NUMBERED, Schema, read_keys, read_schema

if TYPE_CHECKING:
    from agent.store.shop import Shop

ROWS = 200
"""Rows of one statement: each holds the lock of a MyISAM table for some milliseconds."""

_BUSY = {1205, 1213, 1015, 3572}  # lock wait, deadlock, cannot lock, lock not granted at once
_LOST = {1040, 1044, 1045, 1142, 1143, 1227, 1290, 1317, 1836, 1927, 2002, 2003, 2006, 2013, 4031}

Values = Mapping[str, object]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the shop; forms keep texts of those that are switched off, too."""

    id: int
    code: str
    enabled: bool


class Desk:
    """One call's connection and what it knows of the shop; see the module."""

    def __init__(
        self, shop: Shop, cursor: Cursor, rules: WriteRules, schema: Callable[[Query], Schema]
    ) -> None:
        self.shop = shop
        self.rules = rules
        self.dialect: Dialect = shop.dialect
        self.query = Query(cursor, shop.database.prefix)
        self._cursor = cursor
        self._read_schema = schema

    @cached_property
    def schema(self) -> Schema:
        """What matters of the tables that records are written into."""
        return self._read_schema(self.query)

    @cached_property
    def keys(self) -> frozenset[tuple[str, str]]:
        """Tables that numbers are written into, with the column of their primary key."""
        return read_keys(self.query, self.dialect, NUMBERED)

    @cached_property
    def view(self) -> View:
        """What readers of the shop share."""
        return View(self.query, self.dialect, read_languages(self.query), self.shop.images)

    @cached_property
    def tongues(self) -> tuple[Tongue, ...]:
        """All languages, the default one first."""
        enabled = {language.id for language in self.view.languages}
        rows = self.query.rows(
            f"SELECT `language_id`, `code` FROM {self.table('language')}"  # noqa: S608
            " ORDER BY `sort_order`, `language_id`"
        )
        found = [Tongue(int(key), str(code or ""), key in enabled) for key, code in rows]
        return tuple(sorted(found, key=lambda tongue: tongue.id != self.view.default_language))

    @cached_property
    def stores(self) -> tuple[int, ...]:
        """Ids of all stores, the default one (0) first."""
        if not self.dialect.has("store"):
            return (0,)
        rows = self.query.rows(
            f"SELECT `store_id` FROM {self.table('store')} ORDER BY `store_id`"  # noqa: S608
        )
        return (0, *(int(row[0]) for row in rows if row[0]))

    @cached_property
    def own_stores(self) -> tuple[int, ...]:
        """Stores that new records are shown in: those of the rules that there are."""
        chosen = tuple(store for store in self.stores if store in self.rules.stores)
        return chosen or (0,)

    @cached_property
    def settings(self) -> Mapping[str, Any]:
        """The default store's settings."""
        return read_settings(self.query)

    @cached_property
    def now(self) -> datetime:
        """The time on the shop's clock, as its columns have it."""
        zone = Clock.of(self.query).zone
        if zone is not None:
            return datetime.now(zone).replace(tzinfo=None, microsecond=0)
        found = self.query.value(
            "SELECT COALESCE(CONVERT_TZ(UTC_TIMESTAMP(), '+00:00', @@global.time_zone),"
            " UTC_TIMESTAMP())"
        )
        assert isinstance(found, datetime)  # noqa: S101 - narrows for mypy
        return found

    @property
    def zero_layouts(self) -> bool:
        """Whether the forms store a row "layout 0" for each store (before 4.1)."""
        return self.dialect.label != "4.1"

    def table(self, name: str) -> str:
        """Return the quoted, prefixed name of a table of the shop."""
        return self.query.table(name)

    @cached_property
    def birth(self) -> str:
        """The quoted name of the agent's table of marks."""
        table = self.shop.database.tables.birth
        schema = f"`{table.schema}`." if table.schema else ""
        return f"{schema}`{table.name}`"

    # -- statements ------------------------------------------------------------------------------

    def run(self, sql: str, args: Sequence[object] = ()) -> int:
        """Run one statement and return how many rows it met."""
        return int(self._cursor.execute(sql, args or None))

    def insert(self, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
        """Insert rows, some at a time; columns that the shop lacks are left out."""
        kept = [at for at, name in enumerate(columns) if self.dialect.has(table, name)]
        if len(kept) < len(columns):
            columns = [columns[at] for at in kept]
            rows = [tuple(row[at] for at in kept) for row in rows]
        names = ", ".join(f"`{name}`" for name in columns)
        head = f"INSERT INTO {self.table(table)} ({names}) VALUES"
        longest = CHARACTERS if self.schema.transactional else FEW_CHARACTERS
        for piece in pieces(rows):
            for sql in statements(head, piece, longest):
                self._cursor.execute(sql)

    def add(self, table: str, values: Values) -> int:
        """Insert one row and return the number that the shop gave it."""
        known = [name for name in values if self.dialect.has(table, name)]
        self.insert(table, known, [tuple(values[name] for name in known)])
        return int(self._cursor.lastrowid or 0)

    def update(self, table: str, key: Values, values: Values, old: Values | None = None) -> bool:
        """Write columns of one row; with ``old`` only while it still has these values."""
        known = {name: v for name, v in values.items() if self.dialect.has(table, name)}
        if not known:
            return True
        guard = {name: v for name, v in (old or {}).items() if name in known}
        where = [f"`{name}` = %s" for name in key] + [f"`{name}` <=> %s" for name in guard]
        return (
            self.run(
                f"UPDATE {self.table(table)} SET "  # noqa: S608
                + ", ".join(f"`{name}` = %s" for name in known)
                + f" WHERE {' AND '.join(where)}",
                (*known.values(), *key.values(), *guard.values()),
            )
            > 0
        )

    def delete(self, table: str, key: Sequence[str], rows: Sequence[Row]) -> None:
        """Delete rows by the values of their key columns, some at a time."""
        names = ", ".join(f"`{name}`" for name in key)
        for piece in pieces(rows):
            # The plain list beside it is for MariaDB, which finds no index by pairs of columns.
            first = ", ".join(["%s"] * len(piece))
            marks = ", ".join(["(" + ", ".join(["%s"] * len(key)) + ")"] * len(piece))
            self.run(
                f"DELETE FROM {self.table(table)} WHERE `{key[0]}` IN ({first})"  # noqa: S608
                f" AND ({names}) IN ({marks})",
                [*(row[0] for row in piece), *(value for row in piece for value in row)],
            )

    def known(self, table: str, key: str, ids: Iterable[int]) -> set[int]:
        """Return those of the given ids that the table has."""
        wanted = Ids.of(ids)
        if not wanted:
            return set()
        rows = self.query.rows(
            f"SELECT `{key}` FROM {self.table(table)} WHERE {wanted.where(f'`{key}`')}"  # noqa: S608
        )
        return {int(row[0]) for row in rows} & set(wanted)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Make all or nothing of a block, where the shop's tables can."""
        if not self.schema.transactional:
            yield
            return
        self._cursor.execute("START TRANSACTION")
        try:
            yield
        except BaseException:
            with suppress(pymysql.MySQLError):
                self._cursor.execute("ROLLBACK")
            raise
        self._cursor.execute("COMMIT")


@contextmanager
def open_desk(
    shop: Shop, rules: WriteRules, schema: Callable[[Query], Schema] | None = None
) -> Iterator[Desk]:
    """Borrow a connection for one call of a writer; ``schema`` may remember it between calls.

    Raises:
        ConfigError: login, rights or schema are wrong.
        Unreachable: the server does not answer.
    """
    with shop.database.cursor() as cursor:
        yield Desk(shop, cursor, rules, schema or partial(read_schema, dialect=shop.dialect))


def pieces(rows: Sequence[T], size: int = ROWS) -> Iterator[Sequence[T]]:
    """Yield the rows some at a time."""
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def explained(error: pymysql.MySQLError) -> BridgeError | None:
    """Return what the database has against one record; None where nothing can be written at all."""
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    if number in _LOST:
        return None
    if number in _BUSY:
        return Busy(
            "Another program held the shop's tables at this moment",
            fix="Nothing to do: it is tried again.",
            code="store.locked",
            detail=f"{number} {text}",
        )
    return Refused(
        f"The shop's database refused the record: {text}",
        fix="Correct the named value in the ERP; where it is a table of another extension, ask who "
        "looks after the shop.",
        code="store.write_refused",
        detail=f"{number} {text}",
    )


def changed_meanwhile() -> Busy:
    """Return the error for a row that somebody changed between our look and our write."""
    return Busy(
        "Somebody changed it in the shop at this very moment",
        fix="Nothing to do: it is looked at and written again.",
        code="store.changed_meanwhile",
    )
