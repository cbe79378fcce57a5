"""Rows into MySQL, many per statement, with flat memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TypeAlias

from pymysql.converters import escape_string
from pymysql.cursors import Cursor

from agent.sandbox.store.shapes import Shape

Value: TypeAlias = str | int | Decimal | datetime | date | None

_BYTES = 512 * 1024


class Writer:
    """Collects rows per table and sends them in large INSERTs.

    Columns that this version of the shop lacks are left out, and so are tables it lacks.
    """

    def __init__(self, cursor: Cursor, shape: Shape, prefix: str) -> None:
        self.shape = shape
        self._cursor = cursor
        self._prefix = prefix
        self._columns = {table: shape.columns(table) for table in shape.tables()}
        self._pending: dict[tuple[str, tuple[str, ...]], list[str]] = {}
        self._sizes: dict[tuple[str, tuple[str, ...]], int] = {}

    def table(self, table: str, *columns: str) -> Callable[..., None]:
        """Return a function that takes one row of ``columns`` as its arguments."""
        known = self._columns.get(table)
        if known is None:
            return lambda *_row: None
        places = [index for index, column in enumerate(columns) if column in known]
        key = (table, tuple(columns[index] for index in places))
        whole = len(places) == len(columns)

        def add(*row: Value) -> None:
            self._add(key, row if whole else [row[index] for index in places])

        return add

    def row(self, table: str, values: Mapping[str, Value]) -> None:
        """Add one row given as column to value."""
        known = self._columns.get(table)
        if known is not None:
            kept = {column: value for column, value in values.items() if column in known}
            self._add((table, tuple(kept)), list(kept.values()))

    def flush(self) -> None:
        """Send everything that is still waiting."""
        for key in list(self._pending):
            self._send(key)

    def _add(self, key: tuple[str, tuple[str, ...]], row: Sequence[Value]) -> None:
        text = f"({','.join([_literal(value) for value in row])})"
        self._pending.setdefault(key, []).append(text)
        size = self._sizes.get(key, 0) + len(text)
        self._sizes[key] = size
        if size > _BYTES:
            self._send(key)

    def _send(self, key: tuple[str, tuple[str, ...]]) -> None:
        rows = self._pending.pop(key, [])
        self._sizes.pop(key, None)
        if rows:
            table, columns = key
            names = ",".join(f"`{column}`" for column in columns)
            self._cursor.execute(
                f"INSERT INTO `{self._prefix}{table}` ({names}) VALUES {','.join(rows)}"  # noqa: S608
            )


def _literal(value: Value) -> str:
    if isinstance(value, str):
        return f"'{escape_string(value)}'"
    if value is None:
        return "NULL"
    if isinstance(value, datetime | date):
        return f"'{value}'"
    return str(value)
