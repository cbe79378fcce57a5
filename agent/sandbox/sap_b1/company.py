"""The data of a company: sets of rows, and transactions over them.

Rows are never changed in place, nor are the lists in them: :meth:`Table.replace` puts another row
where one was, so that a transaction can be taken back by putting the old ones in their places.
"""

from __future__ import annotations

import threading
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Protocol, Self

from .options import Options
from .schema import Schema

Row = dict[str, Any]
"""A record, or a part of one: v2's names, whatever is spoken; what is absent is null.

Values: texts; ``Decimal`` for ``Double``; ``int`` for ``Int32``; dates as ``"2026-11-21"``; times
as ``"17:13:12"``, both of the server's local clock; enum members by name; lists of rows; rows.
Names that begin with ``_`` are kept and never shown.
"""
Key = str | int | tuple[str | int, ...]
"""Value of the key property, or of all of them in the order the metadata names them."""


class Elsewhere(int):
    """Key of a record that was stored in another set, :attr:`place`, than the one posted to."""

    place: str

    def __new__(cls, key: int, place: str) -> Self:
        """Make the key of a record of ``place``."""
        made = super().__new__(cls, key)
        made.place = place
        return made


class Refusal(Exception):
    """The Service Layer's no: ``code`` as B1 numbers it, ``status`` of HTTP."""

    def __init__(self, code: int, message: str, status: int = 400) -> None:
        self.code = code
        self.message = message
        self.status = status
        super().__init__(f"{code} {message}")


class Table:
    """The rows of one set by key, in the order they were made."""

    def __init__(self, company: Company, name: str) -> None:
        self.name = name
        self.rows: dict[Key, Row] = {}
        self.counter = 0
        self.edits = 0
        """Counts what was stored, removed and taken back."""
        self._company = company
        self._sorted: list[Key] | None = None
        self._indexes: dict[str, dict[Any, set[Key]]] = {}

    def get(self, key: Key) -> Row | None:
        """Return a row, None where there is none. It must not be changed."""
        return self.rows.get(key)

    def put(self, key: Key, row: Row) -> None:
        """Store a row, new or in the place of the one that was there."""
        before = self.rows.get(key)
        self._company.remember(lambda: self._back(key, before))
        self._place(key, before, row)

    def change(self, key: Key, **values: Any) -> Row:
        """Store a row with some values changed; returns the new one."""
        row = {**self.rows[key], **values}
        self.put(key, row)
        return row

    def drop(self, key: Key) -> None:
        """Remove a row."""
        before = self.rows[key]
        rows = dict(self.rows)
        self._company.remember(lambda: self._rows(rows, key, before))
        self._place(key, before, None)

    def in_order(self) -> Sequence[Key]:
        """Return the keys in their order. The list must not be changed."""
        if self._sorted is None:
            self._sorted = sorted(self.rows)
        return self._sorted

    def having(self, name: str, values: Iterable[Any]) -> set[Key]:
        """Return the keys of rows whose property is one of the values (texts or numbers)."""
        index = self._indexes.get(name)
        if index is None:
            index = self._indexes[name] = {}
            for key, row in self.rows.items():
                index.setdefault(row.get(name), set()).add(key)
        return set().union(*(index.get(value, ()) for value in values))

    def next(self) -> int:
        """Return the next free number; it is not given back when a transaction fails."""
        self.counter += 1
        return self.counter

    def _back(self, key: Key, before: Row | None) -> None:
        self._place(key, self.rows.get(key), before)

    def _rows(self, order: dict[Key, Row], key: Key, before: Row) -> None:
        self._place(key, None, before)
        self.rows = {k: self.rows[k] for k in order if k in self.rows}

    def _place(self, key: Key, before: Row | None, after: Row | None) -> None:
        """Put a row, or nothing, where there was one, or nothing."""
        self.edits += 1
        if after is None:
            self.rows.pop(key, None)
        else:
            self.rows[key] = after
        if self._sorted is not None and (before is None) != (after is None):
            if after is None:
                del self._sorted[bisect_left(self._sorted, key)]
            else:
                insort(self._sorted, key)
        for name, index in self._indexes.items():
            if before is not None:
                index[before.get(name)].discard(key)
            if after is not None:
                index.setdefault(after.get(name), set()).add(key)


class Company:
    """One company database. All work on it happens within :meth:`transaction`, one at a time."""

    def __init__(
        self, name: str, options: Options, *, now: Callable[[], datetime] | None = None
    ) -> None:
        self.name = name
        self.options = options
        self.tables: dict[str, Table] = {}
        self.schemas: dict[int | None, Schema] = {}
        """What each node knows; see :func:`agent.sandbox.sap_b1.schema.schema_of`."""
        self.user = ""
        """Whose call is being answered; empty for what nobody called."""
        self._now = now
        self._lock = threading.RLock()
        self._journal: list[Callable[[], None]] | None = None

    def table(self, name: str) -> Table:
        """Return the rows of a set, an empty table where nothing was stored yet."""
        return self.tables.setdefault(name, Table(self, name))

    def now(self) -> datetime:
        """Return the server's local time, aware (its zone is an option)."""
        return (self._now or (lambda: datetime.now(self.options.time_zone)))()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Run a block alone; everything it stored is taken back when it raises."""
        with self._lock:
            outer = self._journal
            self._journal = []
            try:
                yield
            except BaseException:
                for undo in reversed(self._journal):
                    undo()
                self._journal = outer
                raise
            if outer is not None:
                outer.extend(self._journal)
            self._journal = outer

    def remember(self, undo: Callable[[], None]) -> None:
        """Note how to take back what is about to be stored."""
        if self._journal is not None:
            self._journal.append(undo)


class Logic(Protocol):
    """What a set does with a body; the books give one to each set that is more than rows.

    Bodies have been checked against the schema: names, types and enum members (by name) are right.
    All methods run inside a transaction and raise :class:`Refusal`.
    """

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Store a new record; returns its key."""
        ...

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change a record that exists; ``replace``: collections become what the body has."""
        ...

    def delete(self, company: Company, key: Key) -> None:
        """Remove a record that exists."""
        ...

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """Do a bound action; returns what it answers, None for nothing."""
        ...
