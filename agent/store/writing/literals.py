"""Rows as the text of one INSERT statement.

PyMySQL formats row by row and cell by cell, which for a page of products costs as much as the
database takes to store it. Escaping itself stays PyMySQL's: this is its way with plain texts and
whole numbers taken straight, and with a limit to the length of a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pymysql.converters import encoders, escape_item, escape_string

_CHARACTERS = 500_000
"""Of one statement: ``max_allowed_packet`` is 4 MB where nobody set it, and the lock is short."""


def statements(head: str, rows: Sequence[Sequence[object]]) -> Iterator[str]:
    """Yield ``head`` with the rows behind it, as few statements as their length allows.

    For sessions whose ``sql_mode`` has no NO_BACKSLASH_ESCAPES, as those of a writer.
    """
    texts: list[str] = []
    size = 0
    for row in rows:
        text = f"({','.join([literal(cell) for cell in row])})"
        if texts and size + len(text) > _CHARACTERS:
            yield f"{head} {','.join(texts)}"
            texts, size = [], 0
        texts.append(text)
        size += len(text)
    if texts:
        yield f"{head} {','.join(texts)}"


def literal(value: object) -> str:
    """Return a value as SQL."""
    if isinstance(value, str):
        return f"'{escape_string(value)}'"
    if type(value) is int:
        return str(value)
    return str(escape_item(value, "utf8mb4", encoders))
