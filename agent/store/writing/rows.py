"""Rows that belong to records: what there is, what there shall be, and the way between the two.

Rows that stay keep their numbers. New rows come first and old ones go last, so that on tables
without transactions a shopper never meets a record that lacks something.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from agent.store.sql import Ids
from agent.store.writing.desk import Desk, changed_meanwhile

Cells = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A table of rows that belong to records.

    ``same`` are the columns that tell the rows of one record apart, ``values`` those that may
    change, ``key`` the table's primary key.
    """

    table: str
    owner: str
    same: tuple[str, ...]
    values: tuple[str, ...]
    key: tuple[str, ...]


class Held(NamedTuple):
    """A row that there is."""

    key: Cells
    same: Cells
    values: Cells


Wanted = tuple[Cells, Cells]
"""A row that there shall be: what tells it from others, and its values."""


@dataclass(slots=True)
class Rows:
    """What has become of the rows of one part: ``changed`` are the records they belong to."""

    part: Part
    changed: set[int] = field(default_factory=set)
    leftover: list[Cells] = field(default_factory=list)

    def remove(self, desk: Desk) -> None:
        """Delete the rows that are no longer wanted."""
        desk.delete(self.part.table, self.part.key, self.leftover)


def read_rows(desk: Desk, part: Part, owners: Iterable[int]) -> dict[int, list[Held]]:
    """Return record to its rows; NULL is the empty text."""
    ids = Ids.of(owners)
    found: dict[int, list[Held]] = {}
    if not ids or not desk.dialect.has(part.table):
        return found
    wanted = set(ids)
    names = ", ".join(f"`{name}`" for name in (part.owner, *part.key, *part.same, *part.values))
    first, second = len(part.key), len(part.key) + len(part.same)
    for owner, *cells in desk.query.rows(
        f"SELECT {names} FROM {desk.table(part.table)}"  # noqa: S608
        f" WHERE {ids.where(f'`{part.owner}`')} ORDER BY {_order(part)}"
    ):
        if owner in wanted:
            plain = tuple("" if cell is None else cell for cell in cells)
            held = Held(plain[:first], plain[first:second], plain[second:])
            found.setdefault(int(owner), []).append(held)
    return found


def change_rows(
    desk: Desk,
    part: Part,
    wanted: Mapping[int, Sequence[Wanted]],
    found: Mapping[int, Sequence[Held]],
    missed: set[int] | None = None,
) -> Rows:
    """Add and change rows; those that are no longer wanted are left for ``Rows.remove``.

    Raises:
        Busy: somebody changed one of the rows at this moment; ``missed`` has its record then.
    """
    result = Rows(part)
    added: list[Cells] = []
    for owner, rows in wanted.items():
        left = list(found.get(owner, ()))
        if not left:
            if rows:
                added += [(owner, *same, *values) for same, values in rows]
                result.changed.add(owner)
            continue
        for same, values in rows:
            held = next((item for item in left if item.same == same), None)
            if held is None:
                added.append((owner, *same, *values))
                result.changed.add(owner)
                continue
            left.remove(held)
            if held.values != values:
                if not _update(desk, part, held, values):
                    if missed is not None:
                        missed.add(owner)
                    raise changed_meanwhile()
                result.changed.add(owner)
        if left:
            result.changed.add(owner)
            result.leftover += [item.key for item in left]
    desk.insert(part.table, (part.owner, *part.same, *part.values), added)
    return result


def _update(desk: Desk, part: Part, held: Held, values: Cells) -> bool:
    old = dict(zip(part.values, held.values, strict=True))
    new = {
        name: value for name, value in zip(part.values, values, strict=True) if value != old[name]
    }
    # An empty text may be NULL: it cannot be compared with.
    guard = {name: old[name] for name in new if old[name] != ""}
    return desk.update(part.table, dict(zip(part.key, held.key, strict=True)), new, guard)


def _order(part: Part) -> str:
    return ", ".join(f"`{name}`" for name in part.key)
