"""One record per marker, on tables without transactions.

Before a record is made, its marker is noted with the highest id that the table has. The row is then
made with a number of ours as its ``sort_order``, made from the marker, and gets its real one last.
So whenever the process dies, the next call with this marker finds either nothing above that id, or
the row, and finishes it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.faults import reach
from agent.model.entity import Entity
from agent.store.writing.desk import Desk, pieces


@dataclass(frozen=True, slots=True)
class Cradle:
    """Where records of a kind are born: their table and its key."""

    entity: Entity
    table: str
    key: str


def tag(marker: str) -> int:
    """Return the ``sort_order`` of a row that is not finished: below zero, as no form gives."""
    digest = hashlib.blake2b(marker.encode(), digest_size=4).digest()
    return -(int.from_bytes(digest) & 0x7FFFFFFF) - 1


class Births:
    """Marks of records of one kind."""

    def __init__(self, desk: Desk, cradle: Cradle) -> None:
        self._desk = desk
        self._cradle = cradle

    def begin(self, markers: Sequence[str]) -> dict[str, int]:
        """Note markers before their rows are made; return those that have a row, with its id."""
        notes = self._notes(markers)
        made = {m: int(key) for m, (_low, key) in notes.items() if key is not None}
        there = self._desk.known(self._cradle.table, self._cradle.key, made.values())
        found = {marker: key for marker, key in made.items() if key in there}
        self._forget(marker for marker in made if marker not in found)
        started = {marker: low for marker, (low, key) in notes.items() if key is None}
        if started:
            late = self.find(started, min(started.values()))
            found |= late
            self.note(late)
        fresh = [marker for marker in dict.fromkeys(markers) if marker not in notes]
        fresh += [marker for marker in made if marker not in found]
        self._insert(fresh)
        reach("store.after_birth")
        return found

    def find(self, markers: Iterable[str], low: int) -> dict[str, int]:
        """Return the rows made for markers from id ``low`` on that are not finished, with ids."""
        tags = {tag(marker): marker for marker in markers}
        cradle = self._cradle
        rows = self._desk.query.rows(
            f"SELECT `{cradle.key}`, `sort_order` FROM {self._desk.table(cradle.table)}"  # noqa: S608
            f" WHERE `{cradle.key}` >= {low}"
            f" AND `sort_order` IN ({','.join(map(str, tags)) or 'NULL'})"
        )
        return {tags[int(number)]: int(key) for key, number in rows}

    def note(self, ids: Mapping[str, int]) -> None:
        """Note the ids that markers got."""
        for piece in pieces(list(ids.items())):
            marks = ", ".join(["(%s, %s, 0, %s, UTC_TIMESTAMP(6))"] * len(piece))
            # The rows are there: one statement that finds each by its key, whatever their number.
            self._desk.run(
                f"INSERT INTO {self._desk.birth}"  # noqa: S608
                f" (`marker`, `entity`, `low_id`, `store_key`, `created_at`) VALUES {marks}"
                " ON DUPLICATE KEY UPDATE `store_key` = VALUES(`store_key`)",
                [
                    value
                    for marker, key in piece
                    for value in (marker, self._cradle.entity.value, str(key))
                ],
            )

    def highest(self) -> int:
        """Return the highest id of the table."""
        cradle = self._cradle
        return int(
            self._desk.query.value(
                f"SELECT MAX(`{cradle.key}`) FROM {self._desk.table(cradle.table)}"  # noqa: S608
            )
            or 0
        )

    def _notes(self, markers: Sequence[str]) -> dict[str, tuple[int, str | None]]:
        notes: dict[str, tuple[int, str | None]] = {}
        for piece in pieces([(marker,) for marker in markers]):
            marks = ", ".join(["%s"] * len(piece))
            rows = self._desk.query.rows(
                f"SELECT `marker`, `low_id`, `store_key` FROM {self._desk.birth}"  # noqa: S608
                f" WHERE `marker` IN ({marks})",
                [row[0] for row in piece],
            )
            notes |= {str(marker): (int(low), key) for marker, low, key in rows}
        return notes

    def _insert(self, markers: Sequence[str]) -> None:
        low = self.highest() if markers else 0
        for piece in pieces([(marker,) for marker in markers]):
            marks = ", ".join(["(%s, %s, %s, UTC_TIMESTAMP(6))"] * len(piece))
            self._desk.run(
                f"INSERT INTO {self._desk.birth} (`marker`, `entity`, `low_id`, `created_at`)"  # noqa: S608
                f" VALUES {marks}",
                [v for row in piece for v in (row[0], self._cradle.entity.value, low)],
            )

    def _forget(self, markers: Iterable[str]) -> None:
        """The record was deleted in the shop: the marker starts anew."""
        for piece in pieces([(marker,) for marker in markers]):
            marks = ", ".join(["%s"] * len(piece))
            self._desk.run(
                f"DELETE FROM {self._desk.birth} WHERE `marker` IN ({marks})",  # noqa: S608
                [row[0] for row in piece],
            )
