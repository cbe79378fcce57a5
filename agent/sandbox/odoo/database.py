"""Tables in memory with transactions.

Rows are never changed in place: a change puts a new dictionary in the old one's place and
remembers the old one, so undoing a transaction or a savepoint is putting the old ones back. Ids are
handed out by sequences that, as in PostgreSQL, are not undone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Row = dict[str, Any]  # absent keys are NULL
Clock = Callable[[], dt.datetime]  # the time in UTC, without a zone


class Table:
    """The rows of one model by id, with indexes over chosen columns."""

    def __init__(self, name: str, indexed: Iterable[str], next_id: int, journal: Journal) -> None:
        self.name = name
        self.rows: dict[int, Row] = {}
        self.next_id = next_id
        self._indexes: dict[str, dict[Any, dict[int, None]]] = {name: {} for name in indexed}
        self._journal = journal

    def insert(self, row: Row) -> int:
        """Add a row and return its new id."""
        record = self.next_id
        self.next_id += 1
        self._put(record, row)
        return record

    def update(self, record: int, changes: Row) -> None:
        """Set columns of a row; ``None`` makes a column NULL."""
        merged = {**self.rows[record], **changes}
        for column in changes:
            if merged[column] is None:
                del merged[column]
        self._put(record, merged)

    def delete(self, record: int) -> None:
        """Remove a row."""
        self._put(record, None)

    def has_index(self, column: str) -> bool:
        """Tell whether ``find`` works on a column."""
        return column in self._indexes

    def find(self, column: str, value: Any) -> list[int]:
        """Return the ids whose indexed column is (or, for lists of ids, contains) a value."""
        return list(self._indexes[column].get(value, ()))

    def restore(self, record: int, row: Row | None) -> None:
        """Put an old state of a row back (undo)."""
        self._replace(record, row)

    def add_index(self, column: str) -> None:
        """Make a column findable."""
        if column in self._indexes:
            return
        index: dict[Any, dict[int, None]] = {}
        self._indexes[column] = index
        for record, row in self.rows.items():
            for key in _keys(row.get(column)):
                index.setdefault(key, {})[record] = None

    def _put(self, record: int, row: Row | None) -> None:
        self._journal.remember(self, record, self.rows.get(record))
        self._replace(record, row)

    def _replace(self, record: int, row: Row | None) -> None:
        old = self.rows.get(record)
        for column, index in self._indexes.items():
            before = old.get(column) if old else None
            after = row.get(column) if row else None
            if before == after and (old is None) == (row is None):
                continue
            for key in _keys(before):
                holders = index.get(key)
                if holders is not None:
                    holders.pop(record, None)
                    if not holders:
                        del index[key]
            for key in _keys(after):
                index.setdefault(key, {})[record] = None
        if row is None:
            self.rows.pop(record, None)
        else:
            self.rows[record] = row


class Journal:
    """Old states of the rows that the running transaction has changed."""

    def __init__(self) -> None:
        self._entries: list[tuple[Table, int, Row | None]] = []
        self.undone: Callable[[set[str]], None] | None = None  # told the tables that were put back

    def remember(self, table: Table, record: int, row: Row | None) -> None:
        """Keep the state of a row before a change."""
        self._entries.append((table, record, row))

    def mark(self) -> int:
        """Return a point to come back to."""
        return len(self._entries)

    def undo(self, mark: int = 0) -> None:
        """Take everything after ``mark`` back."""
        names: set[str] = set()
        while len(self._entries) > mark:
            table, record, row = self._entries.pop()
            table.restore(record, row)
            names.add(table.name)
        if names and self.undone is not None:
            self.undone(names)

    def clear(self) -> None:
        """Forget the old states: the transaction is committed."""
        self._entries.clear()


class Database:
    """All tables of one Odoo database."""

    def __init__(self, clock: Clock) -> None:
        self.journal = Journal()
        self.tables: dict[str, Table] = {}
        self._clock = clock
        self.now = clock()
        self.commits = 0
        self.snapshot = 0  # what was committed when the running call arrived

    def add_table(self, name: str, indexed: Iterable[str]) -> Table:
        """Make an empty table.

        The first ids differ between tables, so that an id used with the wrong model is not found
        instead of being another record by chance.
        """
        table = Table(name, indexed, 1 + 7 * len(self.tables), self.journal)
        self.tables[name] = table
        return table

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run one call: kept when it returns, undone when it raises."""
        self.now = self._clock()
        try:
            yield
        except BaseException:
            self.journal.undo()
            raise
        if self.journal.mark():
            self.commits += 1
        self.journal.clear()

    @contextmanager
    def savepoint(self) -> Iterator[None]:
        """Run a part of a call: undone alone when it raises."""
        mark = self.journal.mark()
        try:
            yield
        except BaseException:
            self.journal.undo(mark)
            raise


def utc_now() -> dt.datetime:
    """Return the time in UTC without a zone, with microseconds, as the database stores it."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def _keys(value: Any) -> tuple[Any, ...]:
    if value is None:
        return ()
    if isinstance(value, tuple):
        return value
    if isinstance(value, dict):
        return tuple(set(value.values()))
    return (value,)
