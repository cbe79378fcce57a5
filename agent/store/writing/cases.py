"""One number in many rows, by one short statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.store.sql import Ids
from agent.store.writing.desk import Desk, pieces

Amount = int | Decimal

_TOGETHER = 500
"""Rows of one statement: about four milliseconds in which nobody reads a MyISAM table."""
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
_NOTHING = ("NULL", "NULL")


def write_numbers(desk: Desk, column: Column, steps: Mapping[int, Step]) -> set[int]:
    """Write the rows whose value is still the old one; return those where it was not.

    A row that has the new value by now counts as written.
    """
    missed: set[int] = set()
    for keys in pieces(sorted(steps), _TOGETHER):
        if _write(desk, column, keys, steps) < len(keys):
            now = read_numbers(desk, column, dict.fromkeys(keys))
            missed |= {key for key in keys if now.get(key) != steps[key][1]}
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

    The database packs each into one text: rows cost PyMySQL more than the database.
    """
    names = [f"COALESCE(`{name}`, 0)" for name in columns]
    texts = ", ".join(f"GROUP_CONCAT({name}, ',' SEPARATOR '')" for name in names)
    found: list[list[str]] = [[] for _ in columns]
    waiting = list(pieces(Ids.of(ids).ids, _PACKED))
    while waiting:
        piece = waiting.pop()
        where = Ids(tuple(piece)).where(f"`{key}`")
        source = f"{desk.table(table)} WHERE {where}"
        ((count, *cells),) = desk.query.rows(f"SELECT COUNT(*), {texts} FROM {source}")  # noqa: S608
        parts = [_unpacked(str(cell or "")) for cell in cells]
        if any(len(part) != count for part in parts):  # the server cut a text
            if len(piece) > 1:
                middle = len(piece) // 2
                waiting += [piece[:middle], piece[middle:]]
                continue
            rows = desk.query.rows(f"SELECT {', '.join(names)} FROM {source}")  # noqa: S608
            parts = [[str(row[at]) for row in rows] for at in range(len(columns))]
        for column, part in zip(found, parts, strict=True):
            column.extend(part)
    return found


def _unpacked(text: str) -> list[str]:
    """Return numbers that each end with a comma; nothing where the last one was cut."""
    return text[:-1].split(",") if text.endswith(",") else []


def _write(desk: Desk, column: Column, keys: Sequence[int], steps: Mapping[int, Step]) -> int:
    # Numbers only: nothing here needs quoting. ELT takes the value at a place, where a CASE or a
    # list of pairs is searched from its beginning. Neighbours have their places by counting, with
    # NULL, which equals nothing, for those between them that are not meant; others by halving.
    key, name = f"`{column.key}`", f"`{column.name}`"
    low, high = keys[0], keys[-1]
    if high - low < 2 * len(keys):
        place, where = f"{key} - {low - 1}", f"{key} BETWEEN {low} AND {high}"
        found = [steps.get(at, _NOTHING) for at in range(low, high + 1)]
    else:
        ids = ",".join(map(str, keys))
        place, where = f"INTERVAL({key},{ids})", f"{key} IN ({ids})"
        found = [steps[at] for at in keys]
    old, new = (_chosen(column, place, values) for values in zip(*found, strict=True))
    return desk.run(
        f"UPDATE {desk.table(column.table)} SET {name} = {new}"  # noqa: S608
        f" WHERE {where} AND COALESCE({name}, 0) = {old}"
    )


def _chosen(column: Column, place: str, values: Sequence[Amount | str]) -> str:
    """Return the expression for the value at a place, as a number: ELT makes it a text."""
    kind = "SIGNED" if column.kind is int else "DECIMAL(30, 8)"
    return f"CAST(ELT({place},{','.join(map(str, values))}) AS {kind})"
