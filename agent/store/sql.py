"""Short, buffered reads of the shop's own tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pymysql
from pymysql.cursors import Cursor

from agent.db import Database
from agent.errors import BridgeError, ConfigError, Unreachable

Row = tuple[Any, ...]

_SCHEMA_ERRORS = {1054, 1146}
_CRASHED_ERRORS = {126, 127, 134, 144, 145, 1034, 1035, 1194, 1195}


class Query:
    """Runs statements on one connection and returns all rows at once."""

    def __init__(self, cursor: Cursor, prefix: str) -> None:
        self._cursor = cursor
        self._prefix = prefix

    def table(self, name: str) -> str:
        """Return the quoted, prefixed name of a table of the shop."""
        return f"`{self._prefix}{name}`"

    def rows(self, sql: str, args: Sequence[object] = ()) -> list[Row]:
        """Run one statement and return its rows.

        Raises:
            ConfigError: a table or column is gone, or a table is marked as crashed.
            Unreachable: the server failed inside, e.g. for want of room for a temporary table.
        """
        try:
            self._cursor.execute(sql, args or None)
            return list(self._cursor.fetchall())
        except pymysql.MySQLError as error:
            explained = _explain(error)
            if explained is None:
                raise
            raise explained from error

    def value(self, sql: str, args: Sequence[object] = ()) -> Any:
        """Run one statement and return the first column of its first row, None without rows."""
        rows = self.rows(sql, args)
        return rows[0][0] if rows else None


@contextmanager
def open_query(database: Database) -> Iterator[Query]:
    """Borrow a connection for a handful of reads.

    Raises:
        ConfigError: login, database, rights or schema are wrong.
        Unreachable: the server does not answer.
    """
    with database.cursor() as cursor:
        yield Query(cursor, database.prefix)


@dataclass(frozen=True, slots=True)
class Ids:
    """Some record ids, as a condition that suits tables with and without an index on them.

    A page of neighbours becomes one ``BETWEEN``, which also lets MySQL read an unindexed table in
    one pass without comparing lists; it may return rows of ids in the gaps, so callers look rows up
    by id and ignore the others.
    """

    ids: tuple[int, ...]

    @classmethod
    def of(cls, ids: Iterable[int]) -> Ids:
        """Return the ids sorted and without doubles."""
        return cls(tuple(sorted(set(ids))))

    def where(self, column: str) -> str:
        """Return the SQL condition that ``column`` is one of the ids."""
        if not self.ids:
            return "1 = 0"
        low, high = self.ids[0], self.ids[-1]
        if high - low < 4 * len(self.ids):
            return f"{column} BETWEEN {low} AND {high}"
        return f"{column} IN ({','.join(map(str, self.ids))})"

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids)

    def __bool__(self) -> bool:
        return bool(self.ids)


def numeric_ids(keys: Iterable[str]) -> Ids:
    """Return the keys that are ids of the shop; a key that is no number names no record."""
    return Ids.of(int(key) for key in keys if key.isascii() and key.isdigit() and len(key) < 19)


def _explain(error: pymysql.MySQLError) -> BridgeError | None:
    number = error.args[0] if error.args and isinstance(error.args[0], int) else 0
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    if number in _SCHEMA_ERRORS:
        return ConfigError(
            f"The shop's tables have changed while the agent was running: {text}",
            fix="Restart the agent; after an upgrade of OpenCart run install.sh again as well, so "
            "that the agent may read the new tables.",
            code="store.schema_changed",
            detail=f"{number} {text}",
        )
    if number in _CRASHED_ERRORS:
        return ConfigError(
            f"A table of the shop is damaged: {text}",
            fix="Run REPAIR TABLE on it (or 'Repair table' in phpMyAdmin), then try again.",
            code="store.table_crashed",
            detail=f"{number} {text}",
        )
    if isinstance(error, pymysql.err.InternalError):
        return Unreachable(
            f"The shop's MySQL could not carry out a read: {text}",
            fix="It is tried again. If it stays so, look into MySQL's error log: a full disk or a "
            "missing temporary folder are the usual reasons.",
            code="database.failed",
            detail=f"{number} {text}",
        )
    return None
