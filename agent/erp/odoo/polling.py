"""What changed in Odoo since it was last looked at: key-set reading on (write_date, id).

``write_date`` is when a transaction began, not when it ended: rows show up late. So a window of
some minutes is read again each time, with ``>=`` (whole seconds are what Odoo tells; 14 compares
microseconds), and what was told already is known by id, ``write_date`` and what matters of it: two
changes may fall into one second. A window with very many rows is read whole once a minute, and its
newest part in between. Deletions leave nothing to find.

Rows may bear a time that has not come yet, from a day when the server's clock was wrong. They are
told once like others, but a cursor never goes on from them: it would see nothing until then. What
has come is said by the agent's clock. Where Odoo's is ahead of it, cursors trail behind by as much
and more is read again; where it is behind, a row from between the two makes the window shorter by
as much, for as long.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from agent.erp.cursor import Cursor
from agent.erp.odoo.client import READ_CHUNK, Domain, Row
from agent.erp.odoo.connection import Connection

LAG = timedelta(minutes=10)
"""Longest transaction that is reckoned with."""
BUSY = 2000
"""Rows in the window from which on it is not read whole each time."""
RECENT = timedelta(seconds=60)
WHOLE_EVERY = 60.0
_WHOLE = "whole"
"""Key in a cursor's ``seen``: when a busy window was last read whole, in seconds of Unix time."""
_BEGINNING = "2000-01-01 00:00:00"
_FORMAT = "%Y-%m-%d %H:%M:%S"


@dataclass(frozen=True, slots=True)
class Watch:
    """Rows to look at. ``fields`` tell one state of a row from the next, ``links`` do not."""

    model: str
    domain: Domain = ()
    fields: tuple[str, ...] = ()
    links: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class News:
    """A row that changed; ``row`` has ``id``, ``write_date``, the watch's fields and links."""

    model: str
    row: Row


def changed(cx: Connection, watches: Sequence[Watch], cursor: Cursor) -> tuple[list[News], Cursor]:
    """Return rows that changed since ``cursor``, and the cursor to go on from.

    An empty cursor starts at Odoo's newest change: the rows of the window before it are no news to
    anybody, but may be changed again within the second they tell.
    """
    present = datetime.now(UTC).strftime(_FORMAT)
    since = min(cursor.since or _newest(cx, watches, present), present)
    seen = dict(cursor.seen)
    last = float(seen.pop(_WHOLE, "0"))
    now = time.time()
    whole = len(seen) < BUSY or not 0 <= now - last < WHOLE_EVERY
    found: dict[str, News] = {}
    marks: dict[str, str] = {}
    for watch in watches:
        for row in _rows(cx, watch, before(since, LAG if whole else RECENT)):
            key = f"{watch.model}:{row['id']}"
            found[key], marks[key] = News(watch.model, row), _mark(watch, row)
    told = [news for key, news in found.items() if seen.get(key) != marks[key]]
    times = (str(news.row["write_date"])[:19] for news in found.values())
    newest = max([since, *(moment for moment in times if moment <= present)])
    if not whole:
        marks = {**seen, **marks}
    keep = before(newest, LAG)
    kept = {key: mark for key, mark in marks.items() if mark[:19] >= keep}
    if len(kept) >= BUSY:
        kept[_WHOLE] = str(int(now if whole else last))
    return told, Cursor(newest, kept)


def before(text: str, span: timedelta) -> str:
    """Return a moment as Odoo tells it (UTC, whole seconds), ``span`` earlier."""
    moment = datetime.strptime(text[:19], _FORMAT) - span  # noqa: DTZ007 - compared as text only
    return moment.strftime(_FORMAT)


def _mark(watch: Watch, row: Mapping[str, object]) -> str:
    """Return what tells one state of a row from the next, the time first."""
    return " ".join(str(row[name]) for name in ("write_date", *sorted(watch.fields)))


def _newest(cx: Connection, watches: Sequence[Watch], present: str) -> str:
    """Return the newest change there is, as far as its time has come."""
    found = _BEGINNING
    for watch in watches:
        rows = cx.odoo.find(
            watch.model,
            [("write_date", "<=", present), *watch.domain],
            ["write_date"],
            order="write_date desc",
            limit=1,
        )
        found = max([found, *(str(row["write_date"]) for row in rows)])
    return found


def _rows(cx: Connection, watch: Watch, start: str) -> Iterator[Row]:
    last = 0
    while True:
        page = cx.odoo.find(
            watch.model,
            [("write_date", ">=", start), ("id", ">", last), *watch.domain],
            ["write_date", *watch.fields, *watch.links],
            limit=READ_CHUNK,
        )
        yield from page
        if len(page) < READ_CHUNK:
            return
        last = int(page[-1]["id"])
