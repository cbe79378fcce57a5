"""The shop's clock: its times as aware ones.

OpenCart stores ``NOW()`` as the shop's local time. Which zone that is:

- From 3.0.3 the shop sets its connection to its own zone, setting ``config_timezone``. A time is
  read in that zone, the earlier of the two where the clock was put back.
- Before, and where the setting is missing or names no zone, ``NOW()`` is in the zone of the MySQL
  server; the server itself converts such times to UTC then (``CONVERT_TZ`` from its
  ``@@global.time_zone``, summer time included).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from agent.errors import InvalidRecord
from agent.store.settings import read_settings
from agent.store.sql import Query


class Clock:
    """Knows the zone of a shop's times. Made anew for each page, as settings may change."""

    def __init__(self, zone: ZoneInfo | None) -> None:
        self.zone = zone

    @classmethod
    def of(cls, query: Query) -> Clock:
        """Return the clock of the shop."""
        name = str(read_settings(query).get("config_timezone") or "").strip()
        try:
            return cls(ZoneInfo(name) if name else None)
        except (KeyError, ValueError, OSError):  # no such zone, or a name that none can have
            return cls(None)

    def column(self, name: str) -> str:
        """Return the SQL expression to select instead of a DATETIME column."""
        if self.zone is not None:
            return name
        return f"COALESCE(CONVERT_TZ({name}, @@global.time_zone, '+00:00'), {name})"

    def aware(self, stored: object, what: str) -> datetime:
        """Return a time selected by :meth:`column`, in the shop's zone or in UTC.

        Raises:
            InvalidRecord: it is empty or ``0000-00-00``.
        """
        if not isinstance(stored, datetime):
            raise InvalidRecord(
                f"Its {what} is {stored or 'empty'}, which is no date",
                fix="Ask who looks after the shop's database to enter the date.",
                code="store.date",
            )
        return stored.replace(tzinfo=self.zone or UTC)

    def stored(self, moment: datetime) -> tuple[str, datetime]:
        """Return an SQL expression with one ``%s`` and its argument: ``moment`` as the shop has it.

        To compare columns with, so that indexes on them serve. ``moment`` is aware.
        """
        if self.zone is not None:
            return "%s", moment.astimezone(self.zone).replace(tzinfo=None)
        utc = moment.astimezone(UTC).replace(tzinfo=None)
        return "CONVERT_TZ(%s, '+00:00', @@global.time_zone)", utc


def days_ago(days: int) -> datetime:
    """Return the aware moment ``days`` days before now."""
    return datetime.now(UTC) - timedelta(days=days)
