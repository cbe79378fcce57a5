"""What changed in B1 since it was last looked at: windows of time, and sweeps of all items.

**Windows.** ``UpdateDate`` and ``UpdateTime`` are the server's local clock; filters may know
minutes only. So a window of some minutes is read again each time, and what was told already is
known by key and ``DataVersion``. A cursor keeps UTC; a window begins at the earlier of two local
times: that of its moment, and now minus the time since then. The two differ when clocks are put
back, and then nothing is missed.

**Sweeps.** What has no time of change (stock, prices) is walked through in the order of codes, a
part with each poll, so that every item is looked at within some minutes. Items are taken together
in runs, whose digests tell whether anything in them is another: of one item each in a small
company, of more in a larger one, so that a cursor keeps some hundred digests however many items
there are. Runs end at codes that their own checksum chooses, so that a new item changes the run it
is in alone.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from math import ceil

from agent.erp.cursor import Cursor
from agent.erp.sap_b1.client import Row, all_of, q
from agent.erp.sap_b1.clock import stamp
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sets import key_of

LAG = timedelta(minutes=10)
"""Longest time between what a row says and when it can be read."""
SWEEP_SECONDS = 900.0
"""Within which every item is looked at, as long as polls come at least that often."""
SLICE = 500
_LONGEST_RUN = 400
_MOST_RUNS = 2000
_FEWEST_RUNS = 200
_AT = "at:"
_RUN = "run:"
_ROUND = "round"
_SIZE = "size"


# -- windows ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class News:
    """Rows that changed, and the marks of all in the window."""

    rows: Sequence[Row]
    marks: Mapping[str, str]


def moment(cx: Connection) -> str:
    """Return now as a cursor keeps it: UTC by the server's clock."""
    return cx.client.clock.now().astimezone(UTC).isoformat(timespec="seconds")


def window(cx: Connection, since: str) -> str:
    """Return the filter for records that changed since a cursor's moment, with the lag."""
    clock = cx.client.clock
    then = datetime.fromisoformat(since) - LAG
    start = min(clock.to_local(then), clock.local() - (clock.now() - then))
    day, time = f"{start:%Y-%m-%d}", f"{start:%H:%M}"
    same_day = f"UpdateDate eq {q(day)} and UpdateTime ge {q(time)}"
    return f"UpdateDate gt {q(day)} or ({same_day})"


def changed_rows(
    cx: Connection,
    entity_set: str,
    select: Sequence[str],
    since: str,
    seen: Mapping[str, str],
    where: str = "",
) -> News:
    """Return rows of the window that are not ``seen``."""
    columns = (*select, "UpdateDate", "UpdateTime")
    rows: list[Row] = []
    marks: dict[str, str] = {}
    for row in cx.client.rows(entity_set, all_of(window(cx, since), where), columns):
        key = f"{entity_set}:{key_of(entity_set, row)}"
        marks[key] = mark_of(row)
        if seen.get(key) != marks[key]:
            rows.append(row)
    return News(rows, marks)


def mark_of(row: Row) -> str:
    """Return what tells one state of a row from the next."""
    at = stamp(row.get("UpdateDate"), row.get("UpdateTime"))
    return f"{row.get('DataVersion', '')} {at.isoformat() if at else ''}".strip()


# -- sweeps ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Sweep:
    """How far all items were walked through, and the digests of their runs.

    ``at`` is the code behind which the next part begins; ``round`` tells runs met in this walk from
    those of the last one; ``size`` is how many items a run has on average.
    """

    at: str = ""
    round: str = "a"
    size: int = 1
    runs: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, seen: Mapping[str, str]) -> Sweep:
        """Return the sweep that a cursor keeps."""
        runs = {k.removeprefix(_RUN): v for k, v in seen.items() if k.startswith(_RUN)}
        return cls(seen.get(_AT, ""), seen.get(_ROUND, "a"), int(seen.get(_SIZE, "1")), runs)

    def marks(self) -> dict[str, str]:
        """Return what a cursor keeps of it."""
        return {
            _AT: self.at,
            _ROUND: self.round,
            _SIZE: str(self.size),
            **{f"{_RUN}{code}": value for code, value in self.runs.items()},
        }


def is_mark(key: str) -> bool:
    """Tell whether a cursor's key is a sweep's."""
    return key in (_AT, _ROUND, _SIZE) or key.startswith(_RUN)


Codes = Callable[[str, int], Sequence[str]]
"""Returns the next codes behind one, at most so many."""
Digests = Callable[[Sequence[str]], Mapping[str, str]]
"""Returns what items are like, by code."""


def sweep(
    state: Sweep,
    codes: Codes,
    digests: Digests,
    *,
    total: int,
    parts: int | None,
    progress: Callable[[], None],
) -> tuple[list[str], Sweep]:
    """Walk on by so many parts (None: once through all); returns codes of runs that changed.

    ``total`` is how many items there are; ``progress`` is called before each part.
    """
    state = Sweep(state.at, state.round, _size(state.size, total), dict(state.runs))
    told: list[str] = []
    done = 0
    while parts is None or done < parts:
        done += 1
        progress()
        portion = list(codes(state.at, SLICE))
        last = len(portion) < SLICE
        runs = _runs(portion, state.size, whole=last)
        found = digests([code for run in runs for code in run])
        for run in runs:
            value = _digest(found.get(code, "") for code in run)
            known = state.runs.get(run[-1], "")
            if known[1:] != value:
                told += run
            state.runs[run[-1]] = f"{state.round}{value}"
            state.at = run[-1]
        if last:
            state.runs = {c: v for c, v in state.runs.items() if v[:1] == state.round}
            state.at, state.round = "", "b" if state.round == "a" else "a"
            if parts is None or done >= parts:
                break
            parts = done  # once through is enough for one poll
    return told, state


def parts_due(total: int, elapsed: float, seconds: float = SWEEP_SECONDS) -> int:
    """Return how many parts to walk, ``elapsed`` seconds on, to meet all items in ``seconds``."""
    return max(1, ceil(total / SLICE * min(elapsed, seconds) / seconds))


def _size(size: int, total: int) -> int:
    """Return how many items a run is to have; it changes seldom, for then all is told once."""
    while total / size > _MOST_RUNS:
        size *= 2
    while size > 1 and total / size < _FEWEST_RUNS:
        size //= 2
    return size


def _runs(codes: Sequence[str], size: int, *, whole: bool) -> list[list[str]]:
    """Return codes in runs; what is behind the last end waits for the next part."""
    runs: list[list[str]] = []
    current: list[str] = []
    for code in codes:
        current.append(code)
        if zlib.crc32(code.encode()) % size == 0 or len(current) >= _LONGEST_RUN:
            runs.append(current)
            current = []
    if current and (whole or not runs):
        runs.append(current)
    return runs


def _digest(values: Iterable[str]) -> str:
    text = "\n".join(values)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()


def elapsed_since(cx: Connection, cursor: Cursor) -> float:
    """Return seconds since a cursor's moment."""
    return (cx.client.clock.now() - datetime.fromisoformat(cursor.since)).total_seconds()
