"""One number in many rows, by one short statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import repeat

from agent.store.sql import Ids
from agent.store.writing.desk import Desk, pieces

Amount = int | Decimal

_TOGETHER = 1_000
"""Rows of one statement: about four milliseconds in which nobody reads a MyISAM table."""
_PACKED = 5_000
"""Ids of one packed read."""
_END = ","
"""After each number of a packed read."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers and the primary key of its table."""

    table: str
    key: str
    name: str
    kind: type[int | Decimal] = int


@dataclass(slots=True)
class Numbers:
    """Values that rows have, and other ones that they are to have, both by the row's key."""

    old: dict[int, Amount] = field(default_factory=dict)
    new: dict[int, Amount] = field(default_factory=dict)

    def put(self, row: int, old: Amount, new: Amount) -> None:
        """Have a row's value changed."""
        self.old[row] = old
        self.new[row] = new


def write_numbers(desk: Desk, column: Column, numbers: Numbers) -> set[int]:
    """Write the rows whose value is still the old one; return those where it was not.

    A row that has the new value by now counts as written.
    """
    missed: set[int] = set()
    for keys in pieces(sorted(numbers.new), _TOGETHER):
        if _write(desk, column, keys, numbers) < len(keys):
            now = read_numbers(desk, column, dict.fromkeys(keys))
            missed |= {key for key in keys if now.get(key) != numbers.new[key]}
    return missed


def read_numbers(desk: Desk, column: Column, ids: Mapping[int, object]) -> dict[int, Amount]:
    """Return the rows' values by id; NULL is 0."""
    keys, values = packed(desk, column.table, (column.key, column.name), column.key, ids)
    numbers: Iterable[Amount] = map(column.kind, values)
    found = dict(zip(map(int, keys), numbers, strict=True))
    return found if found.keys() <= ids.keys() else {k: v for k, v in found.items() if k in ids}


def packed(
    desk: Desk, table: str, columns: Sequence[str], key: str, ids: Iterable[int]
) -> list[list[str]]:
    """Return columns of numbers of the rows with these ids, and maybe of others; NULL is 0.

    The database packs all into one text: rows cost PyMySQL more than the database.
    """
    names = [f"COALESCE(`{name}`, 0)" for name in columns]
    text = f"GROUP_CONCAT({', '.join(f'{name}, {_END!r}' for name in names)} SEPARATOR '')"
    found: list[list[str]] = [[] for _ in columns]
    waiting = list(pieces(Ids.of(ids).ids, _PACKED))
    while waiting:
        piece = waiting.pop()
        where = Ids(tuple(piece)).where(f"`{key}`")
        source = f"{desk.table(table)} WHERE {where}"
        ((count, cell),) = desk.query.rows(f"SELECT COUNT(*), {text} FROM {source}")  # noqa: S608
        cells = str(cell or "").split(_END)
        if cells.pop() or len(cells) != count * len(columns):  # the server cut the text
            if len(piece) > 1:
                middle = len(piece) // 2
                waiting += [piece[:middle], piece[middle:]]
                continue
            rows = desk.query.rows(f"SELECT {', '.join(names)} FROM {source}")  # noqa: S608
            cells = [str(number) for row in rows for number in row]
        for at, numbers in enumerate(found):
            numbers.extend(cells[at :: len(columns)])
    return found


def _write(desk: Desk, column: Column, keys: Sequence[int], numbers: Numbers) -> int:
    # Numbers only: nothing here needs quoting. Each list is one text in which all numbers have the
    # same width: the server reads it as one word and finds a place in it at once, where it reads a
    # list number by number and searches a CASE from its beginning. Neighbours have their places by
    # counting, with blanks, which equal nothing, for those between them that are not meant; others
    # by halving.
    key, name = f"`{column.key}`", f"`{column.name}`"
    low, high = keys[0], keys[-1]
    if high - low < 2 * len(keys):
        place, where = f"{key} - {low}", f"{key} BETWEEN {low} AND {high}"
        keys = range(low, high + 1)
    else:
        ids = ",".join(map(str, keys))
        place, where = f"INTERVAL({key},{ids}) - 1", f"{key} IN ({ids})"
    old, new = (
        _chosen(column, place, map(values.get, keys, repeat("")))
        for values in (numbers.old, numbers.new)
    )
    return desk.run(
        f"UPDATE {desk.table(column.table)}{_by_key(desk, column)} SET {name} = {new}"  # noqa: S608
        f" WHERE {where} AND COALESCE({name}, 0) = {old}"
    )


def _chosen(column: Column, place: str, values: Iterable[Amount | str]) -> str:
    """Return the expression for the value at a place, counted from 0; NULL for a blank."""
    texts = list(map(str, values))
    width = max(map(len, texts))
    together = f"%{width}s" * len(texts) % tuple(texts)
    cell = f"SUBSTRING(_binary'{together}', ({place}) * {width} + 1, {width})"
    if "" in texts:
        cell = f"NULLIF({cell}, '{' ' * width}')"
    return f"CAST({cell} AS {'SIGNED' if column.kind is int else 'DECIMAL(30, 8)'})"


def _by_key(desk: Desk, column: Column) -> str:
    """Return the hint without which all rows of a smaller table are read for some of them."""
    return " FORCE INDEX (PRIMARY)" if (column.table, column.key) in desk.keys else ""
