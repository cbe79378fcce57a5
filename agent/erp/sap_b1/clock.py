"""The clocks of a Business One server: its time against ours, and the zone its rows are told in.

B1 writes ``UpdateDate`` and ``UpdateTime`` by the server's local clock, also in v2, where dates end
in Z. HTTP's ``Date`` is the same machine's time in UTC: the two together, of an answer to something
that was made just now, tell the zone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

_QUARTER = timedelta(minutes=15)
_NEAR = timedelta(minutes=3)
"""How long a call may take, at most, for its times to tell the zone."""
_WEST = timedelta(hours=12)
_STAMPS = (("CreateDate", "CreateTime"), ("UpdateDate", "UpdateTime"))


class ServerClock:
    """The server's clocks as far as answers told them. Serves one thread at a time.

    Args:
        zone: name of the server's time zone where it was set; else it is learnt.
    """

    def __init__(self, zone: str = "") -> None:
        self._set: tzinfo | None = ZoneInfo(zone) if zone else None
        self.offset: timedelta | None = None
        """Local time minus UTC as last learnt, None as long as it is not known."""
        self.skew = timedelta(0)
        """The server's UTC minus ours; to the second."""

    @property
    def known(self) -> bool:
        """Whether the server's zone is known."""
        return self._set is not None or self.offset is not None

    def observe(self, date: str) -> datetime | None:
        """Take note of an answer's ``Date``; returns the server's time in UTC, None without one."""
        try:
            told = parsedate_to_datetime(date).astimezone(UTC)
        except (TypeError, ValueError):
            return None
        self.skew = told - datetime.now(UTC).replace(microsecond=0)
        return told

    def learn(self, row: Mapping[str, Any], date: str) -> bool:
        """Learn the zone from a row that was made just now and the ``Date`` of its answer.

        Returns whether it is another one than was known.
        """
        told = self.observe(date)
        before = self.offset
        if told is None:
            return False
        for day, time in _STAMPS:
            local = stamp(row.get(day), row.get(time))
            if local is None:
                continue
            apart = local - told.replace(tzinfo=None)
            offset = round(apart / _QUARTER) * _QUARTER
            if abs(apart - offset) <= _NEAR and abs(offset) <= timedelta(hours=14):
                self.offset = offset
        return self.offset != before

    def now(self) -> datetime:
        """Return the server's time, aware, in UTC."""
        return datetime.now(UTC) + self.skew

    def local(self) -> datetime:
        """Return the server's local time now, naive; where its zone is unknown, the earliest.

        What was changed before it by the server's clock was changed before now; with an unknown
        zone some of what comes after it was, too.
        """
        return self.to_local(self.now())

    def to_local(self, moment: datetime) -> datetime:
        """Return an aware time as the server's local one, naive; see :meth:`local`."""
        utc = moment.astimezone(UTC)
        if self._set is not None:
            return utc.astimezone(self._set).replace(tzinfo=None)
        offset = -_WEST if self.offset is None else self.offset
        return utc.replace(tzinfo=None) + offset

    def aware(self, local: datetime | None) -> datetime | None:
        """Return a local time of the server as an aware one, None where its zone is not known.

        A zone that was learnt is that of now: times of another season are an hour off.
        """
        if local is None or not self.known:
            return None
        if self._set is not None:
            return local.replace(tzinfo=self._set).astimezone(UTC)
        return (local - (self.offset or timedelta(0))).replace(tzinfo=UTC)


def stamp(day: object, time: object) -> datetime | None:
    """Return the naive local time of a date and a time as B1 tells them, None where it is none.

    Dates are ``2026-11-21T00:00:00Z`` (v2) or ``2026-11-21``, times ``13:14:45`` or ``13:14``.
    """
    found = re.match(r"(\d{4})-(\d{2})-(\d{2})", str(day or ""))
    clock = re.match(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", str(time or ""))
    if found is None or clock is None:
        return None
    parts = [int(part or 0) for part in (*found.groups(), *clock.groups())]
    try:
        return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - local to the server
    except ValueError:
        return None
