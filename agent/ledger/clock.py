"""One time for all machines that share the work: that of the database server.

Leases, retries and schedules compare times that different machines wrote. With each machine's own
clock, one that runs ahead by more than a lease would take tasks from the others.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta

import structlog
from sqlalchemy import text

from agent.db import Database
from agent.errors import BridgeError

log = structlog.get_logger(__name__)

_AGAIN = 60.0  # seconds between two looks at the server's clock


class ServerClock:
    """Returns the database server's time as aware UTC, without asking it every time.

    Between two looks time goes on by this machine's monotonic clock, so that setting its wall clock
    changes nothing. While the server is away the last look counts; before the first look that
    succeeds, this machine's own time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._base: datetime | None = None
        self._looked_at = 0.0
        self._tried_at: float | None = None

    def __call__(self) -> datetime:
        """Return the time now, aware UTC."""
        with self._lock:
            now = time.monotonic()
            if self._tried_at is None or now - self._tried_at >= _AGAIN:
                self._tried_at = now
                self._look()
            if self._base is None:
                return datetime.now(UTC)
            return self._base + timedelta(seconds=time.monotonic() - self._looked_at)

    def _look(self) -> None:
        try:
            with self._database.begin() as connection:
                asked = time.monotonic()
                server = connection.scalar(text("SELECT UTC_TIMESTAMP(6)"))
                answered = time.monotonic()
        except BridgeError as error:
            log.warning("clock.own", **error.to_plain())
            return
        if isinstance(server, datetime):
            self._base = server.replace(tzinfo=UTC)
            self._looked_at = (asked + answered) / 2
