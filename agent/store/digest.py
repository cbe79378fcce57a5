"""Digests of the shop's records, computed by the database server.

A record is built from rows of several tables. Each row is hashed on the server (MD5 over its quoted
values, of which 64 bits are kept), the rows of one record and table are joined by XOR and counted,
and the counts and hashes of all its tables are hashed again here. Rows carry their primary key in
the hash, so that no two rows of a record cancel each other out; ``QUOTE`` keeps NULL apart from
``''`` and one value's end apart from the next one's start.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from agent.store.dialect import Dialect
from agent.store.sql import Ids, Query


def column_values(
    dialect: Dialect, alias: str, table: str, columns: Iterable[str]
) -> tuple[str, ...]:
    """Return SQL expressions for those of ``columns`` that the shop has, ready to be hashed.

    Long texts are hashed one by one: a quoted text near ``max_allowed_packet`` would become NULL.
    """
    return tuple(
        f"MD5({alias}.`{column}`)" if dialect.is_text(table, column) else f"{alias}.`{column}`"
        for column in columns
        if dialect.has(table, column)
    )


def row_hash(values: Sequence[str]) -> str:
    """Return an SQL expression: 32 hex digits over ``values``."""
    quoted = ",".join(f"CAST(QUOTE({value}) AS BINARY)" for value in values)
    return f"MD5(CONCAT({quoted}))"


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one table that belong to records.

    ``source`` is the FROM clause, ``key`` the SQL expression of the record's id, ``values`` the
    expressions to hash, the row's own key among them.
    """

    source: str
    key: str
    values: tuple[str, ...]

    def digests(self, query: Query, ids: Ids, *, condition: str = "") -> dict[Any, str]:
        """Return count and hash of the rows per value of ``key``; without rows it is absent."""
        found = query.rows(
            f"SELECT {self.key}, COUNT(*),"  # noqa: S608
            f" BIT_XOR(CAST(CONV(LEFT({row_hash(self.values)},16),16,10) AS UNSIGNED))"
            f" FROM {self.source} WHERE {condition or ids.where(self.key)}"
            f" GROUP BY {self.key} ORDER BY NULL"
        )
        return {key: f"{count}:{digest:x}" for key, count, digest in found}


def combine(pieces: Iterable[str]) -> str:
    """Return 32 hex digits over the pieces, in their order."""
    text = "\x1f".join(pieces)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
