"""What changed since a cursor, whatever times the rows bear."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from operator import ge, gt, le
from typing import Any, cast

from agent.erp.cursor import Cursor
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.polling import Watch, changed

_WATCHES = [Watch("product.template", fields=("name",))]
_COMPARED: Mapping[str, Callable[[Any, Any], bool]] = {">=": ge, ">": gt, "<=": le}


def _at(**ago: float) -> str:
    return (datetime.now(UTC) - timedelta(**ago)).strftime("%Y-%m-%d %H:%M:%S")


@dataclass
class _Table:
    """An Odoo of one model."""

    rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    def put(self, number: int, name: str, write_date: str) -> None:
        self.rows[number] = {"id": number, "name": name, "write_date": write_date}

    def find(
        self,
        _model: str,
        domain: Sequence[tuple[str, str, Any]],
        _fields: Sequence[str],
        *,
        order: str = "id",
        limit: int | None = None,
    ) -> list[dict[str, Any]]:
        column, _, direction = order.partition(" ")
        found = [r for r in self.rows.values() if all(_COMPARED[o](r[c], v) for c, o, v in domain)]
        found.sort(key=lambda row: row[column], reverse=direction == "desc")
        return found[:limit]


@dataclass
class _Connection:
    odoo: _Table = field(default_factory=_Table)


class _Follower:
    def __init__(self, cursor: Cursor | None = None) -> None:
        self.cx = _Connection()
        self.cursor = cursor or Cursor()

    def put(self, number: int, name: str, **ago: float) -> None:
        self.cx.odoo.put(number, name, _at(**ago))

    def look(self) -> list[str]:
        """Return the names of what is told now."""
        news, self.cursor = changed(cast("Connection", self.cx), _WATCHES, self.cursor)
        return [str(one.row["name"]) for one in news]


def test_a_row_of_the_future_hides_nothing_that_comes_before_it() -> None:
    follower = _Follower()
    follower.put(1, "old", hours=2)
    follower.look()
    follower.put(2, "of the future", days=-400)
    assert follower.look() == ["of the future"]
    follower.put(3, "now", seconds=0)
    assert follower.look() == ["now"]
    follower.put(1, "old, renamed", seconds=0)
    assert follower.look() == ["old, renamed"]
    assert follower.look() == [], "nothing twice, the row of the future neither"
    follower.put(2, "of the future, renamed", seconds=0)
    assert follower.look() == ["of the future, renamed"]


def test_a_row_of_the_future_is_no_beginning() -> None:
    follower = _Follower()
    follower.put(1, "of the future", days=-3)
    follower.put(2, "old", hours=2)
    follower.look()
    follower.put(3, "now", seconds=0)
    assert follower.look() == ["now"]


def test_a_cursor_that_ran_ahead_comes_back() -> None:
    follower = _Follower(Cursor(_at(days=-30), {}))
    follower.put(1, "now", seconds=0)
    assert follower.look() == ["now"]
    assert follower.look() == []


def test_an_odoo_whose_clock_is_ahead_tells_each_change_once() -> None:
    follower = _Follower()
    follower.put(1, "old", minutes=-29)
    follower.look()
    for number in range(2, 5):
        follower.put(number, f"{number}", minutes=-30, seconds=-number)
        assert follower.look() == [f"{number}"]
    follower.put(9, "shown late", minutes=-25)
    assert follower.look() == ["shown late"]
    assert follower.look() == []
