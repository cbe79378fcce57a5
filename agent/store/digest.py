"""Digests of the shop's records, computed by the database server.

A record is built from rows of several tables. Each row is hashed on the server: MD5 over its
values, of which 64 bits are kept. The rows of one record, of all its tables, are joined by XOR, in
one statement per page. No two rows can cancel each other out, because each carries the name of its
table and its primary key in the hash; NULL, ``''`` and values that hold separators stay apart
because texts are quoted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from agent.store.dialect import Dialect
from agent.store.sql import Query

_LONG = 500
"""Longer texts are hashed on their own: a quoted text beyond max_allowed_packet would be NULL."""


def column_values(
    dialect: Dialect, alias: str, table: str, columns: Iterable[str]
) -> tuple[str, ...]:
    """Return SQL expressions for those of ``columns`` that the shop has, ready to be hashed.

    They are bytes or numbers, so that columns of different character sets can be joined.
    """
    return tuple(
        _value(dialect, f"{alias}.`{column}`", table, column)
        for column in columns
        if dialect.has(table, column)
    )


def _value(dialect: Dialect, name: str, table: str, column: str) -> str:
    if dialect.is_number(table, column):
        return f"COALESCE({name},'~')"
    if dialect.is_text(table, column):
        return f"CAST(IF(LENGTH({name}) > {_LONG}, MD5({name}), QUOTE({name})) AS BINARY)"
    return f"CAST(QUOTE({name}) AS BINARY)"


def row_hash(values: Sequence[str]) -> str:
    """Return an SQL expression: 32 hex digits over ``values`` (see ``column_values``)."""
    return f"MD5(CONCAT_WS(',', {', '.join(values)}))"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that belong to records.

    ``name`` tells it from other parts, ``source`` is the FROM clause, ``key`` the SQL expression of
    the record's id, ``values`` the expressions to hash, the row's own key among them.
    """

    name: str
    source: str
    key: str
    values: tuple[str, ...]

    def select(self, condition: str) -> str:
        """Return the statement for k (record id) and h (hash of its rows here)."""
        tagged = row_hash((f"'{self.name}'", *self.values))
        return (
            f"SELECT {self.key} AS k,"  # noqa: S608
            f" BIT_XOR(CAST(CONV(LEFT({tagged}, 16), 16, 10) AS UNSIGNED)) AS h"
            f" FROM {self.source} WHERE {condition} GROUP BY {self.key}"
        )


def digests(query: Query, selects: Sequence[str]) -> dict[int, int]:
    """Return record id to the hash of its rows in all parts; ids without rows are absent."""
    union = " UNION ALL ".join(selects)  # no parentheses: MySQL 5.7 knows none here
    rows = query.rows(f"SELECT u.k, BIT_XOR(u.h) FROM ({union}) u GROUP BY u.k ORDER BY NULL")  # noqa: S608
    return {int(key): int(digest) for key, digest in rows if key is not None}


def combine(pieces: Iterable[object]) -> str:
    """Return 32 hex digits over the pieces, in their order."""
    text = "\x1f".join(map(str, pieces))
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
