"""One number in many rows, by one short statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from agent.store.sql import Ids
from agent.store.writing.desk import Desk, pieces

Amount = int | Decimal

_TOGETHER = 100
"""Rows of one statement: its cost grows with their square."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers and the primary key of its table."""

    table: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a row has now, and what it is to have."""

    old: Amount
    new: Amount


def write_numbers(desk: Desk, column: Column, steps: Mapping[int, Step]) -> set[int]:
    """Write the rows whose value is still the old one; return those where it was not.

    A row that has the new value by now counts as written.
    """
    missed: set[int] = set()
    for piece in pieces(list(steps.items()), _TOGETHER):
        rows: dict[int, Step] = dict(piece)
        if _write(desk, column, rows) < len(rows):
            now = read_numbers(desk, column, rows)
            missed |= {key for key, step in rows.items() if now.get(key) != step.new}
    return missed


def read_numbers(desk: Desk, column: Column, ids: Mapping[int, object]) -> dict[int, Amount]:
    """Return the rows' values by id; NULL is 0."""
    wanted = Ids.of(ids)
    rows = desk.query.rows(
        f"SELECT `{column.key}`, COALESCE(`{column.name}`, 0)"  # noqa: S608
        f" FROM {desk.table(column.table)} WHERE {wanted.where(f'`{column.key}`')}"
    )
    return {int(key): value for key, value in rows if key in ids}


def _write(desk: Desk, column: Column, rows: Mapping[int, Step]) -> int:
    # Numbers only: nothing here needs quoting.
    key, name = f"`{column.key}`", f"`{column.name}`"
    new = " ".join(f"WHEN {at} THEN {step.new}" for at, step in rows.items())
    old = " ".join(f"WHEN {at} THEN {step.old}" for at, step in rows.items())
    ids = ",".join(map(str, rows))
    return desk.run(
        f"UPDATE {desk.table(column.table)} SET {name} = CASE {key} {new} END"  # noqa: S608
        f" WHERE {key} IN ({ids}) AND COALESCE({name}, 0) = CASE {key} {old} END"
    )
