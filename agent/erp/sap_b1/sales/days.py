"""Days of documents: those of the server's local calendar."""

from __future__ import annotations

from datetime import date, datetime

from agent.erp.sap_b1.connection import Connection


def server_day(cx: Connection, moment: datetime) -> date:
    """Return a moment's day where the server is; its own day while that is unknown."""
    clock = cx.client.clock
    return clock.to_local(moment).date() if clock.known else moment.date()
