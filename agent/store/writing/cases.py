"""One number in many rows, by one short statement."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.store.sql import Ids
from agent.store.writing.desk import Desk, pieces

Amount = int | Decimal

_TOGETHER = 100
"""Rows of one statement: its cost grows with their square."""
_PACKED = 5_000
"""Ids of one packed read."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers and the primary key of its table."""

    table: str
    key: str
    name: str
    kind: type[int | Decimal] = int


Step = tuple[Amount, Amount]
"""What a row has now, and what it is to have."""


def write_numbers(desk: Desk, column: Column, steps: Mapping[int, Step]) -> set[int]:
    """Write the rows whose value is still the old one; return those where it was not.

    A row that has the new value by now counts as written.
    """
    missed: set[int] = set()
    for piece in pieces(list(steps.items()), _TOGETHER):
        rows: dict[int, Step] = dict(piece)
        if _write(desk, column, rows) < len(rows):
            now = read_numbers(desk, column, rows)
            missed |= {key for key, step in rows.items() if now.get(key) != step[1]}
    return missed


def read_numbers(desk: Desk, column: Column, ids: Mapping[int, object]) -> dict[int, Amount]:
    """Return the rows' values by id; NULL is 0."""
    found = packed(desk, column.table, (column.key, column.name), column.key, ids)
    kind = column.kind
    return {key: kind(value) for at, value in found if (key := int(at)) in ids}


def packed(
    desk: Desk, table: str, columns: Sequence[str], key: str, ids: Iterable[int]
) -> Iterator[list[str]]:
    """Yield columns of numbers of the rows with these ids, and maybe of others; NULL is 0.

    The database packs them into one text: rows cost PyMySQL more than the database.
    """
    cells = ", ".join(f"COALESCE(`{name}`, 0)" for name in columns)
    waiting = list(pieces(Ids.of(ids).ids, _PACKED))
    while waiting:
        piece = waiting.pop()
        where = Ids(tuple(piece)).where(f"`{key}`")
        ((count, text),) = desk.query.rows(
            f"SELECT COUNT(*), GROUP_CONCAT(CONCAT_WS(' ', {cells}), ';' SEPARATOR '')"  # noqa: S608
            f" FROM {desk.table(table)} WHERE {where}"
        )
        rows = text[:-1].split(";") if text and text.endswith(";") else []
        if len(rows) == count:
            yield from (row.split(" ") for row in rows)
        elif len(piece) > 1:  # the server cut the text
            middle = len(piece) // 2
            waiting += [piece[:middle], piece[middle:]]
        else:
            plain = f"SELECT {cells} FROM {desk.table(table)} WHERE {where}"  # noqa: S608
            yield from ([str(cell) for cell in row] for row in desk.query.rows(plain))


def _write(desk: Desk, column: Column, rows: Mapping[int, Step]) -> int:
    # Numbers only: nothing here needs quoting. A list of pairs is searched in its order, a CASE
    # from its beginning; the plain list beside it is for MariaDB, which finds no index by pairs.
    key, name = f"`{column.key}`", f"`{column.name}`"
    new = " ".join([f"WHEN {at} THEN {new}" for at, (_old, new) in rows.items()])
    old = ",".join([f"({at},{old})" for at, (old, _new) in rows.items()])
    ids = ",".join(map(str, rows))
    return desk.run(
        f"UPDATE {desk.table(column.table)} SET {name} = CASE {key} {new} END"  # noqa: S608
        f" WHERE {key} IN ({ids}) AND ({key}, COALESCE({name}, 0)) IN ({old})"
    )
