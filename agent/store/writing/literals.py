"""Rows as the text of one INSERT statement.

PyMySQL formats row by row and cell by cell, which for a page of products costs as much as the
database takes to store it. Escaping itself stays PyMySQL's: this is its way with plain texts and
whole numbers taken straight, and with a limit to the length of a statement.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pymysql.converters import encoders, escape_item, escape_string

CHARACTERS = 500_000
"""Of one statement: ``max_allowed_packet`` is 4 MB where nobody set it."""
FEW_CHARACTERS = 100_000
"""Of one statement that locks its table until it has ended."""


def statements(head: str, rows: Sequence[Sequence[object]], longest: int) -> Iterator[str]:
    """Yield ``head`` with the rows behind it, as few statements as ``longest`` allows.

    For sessions whose ``sql_mode`` has no NO_BACKSLASH_ESCAPES, as those of a writer.
    """
    texts: list[str] = []
    size = 0
    for row in rows:
        cells = [
            f"'{escape_string(cell)}'"
            if isinstance(cell, str)
            else (str(cell) if type(cell) is int else _literal(cell))
            for cell in row
        ]
        text = f"({','.join(cells)})"
        if texts and size + len(text) > longest:
            yield f"{head} {','.join(texts)}"
            texts, size = [], 0
        texts.append(text)
        size += len(text)
    if texts:
        yield f"{head} {','.join(texts)}"


def _literal(value: object) -> str:
    return str(escape_item(value, "utf8mb4", encoders))
