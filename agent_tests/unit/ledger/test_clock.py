"""The server's time counts, however wrong this machine's clock is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from sqlalchemy import event

from agent.db import Database, DatabaseSettings
from agent.ledger import ServerClock
from agent_tests.lab.mariadb import free_port


def test_follows_the_server_and_not_this_machine(database: Database) -> None:
    before = datetime.now(UTC) - timedelta(seconds=1)
    clock = ServerClock(database)
    with time_machine.travel(datetime(1999, 1, 1, tzinfo=UTC), tick=True):
        first = clock()
        second = clock()
    assert before <= first < second <= datetime.now(UTC) + timedelta(seconds=1)
    assert first.tzinfo is UTC


def test_asks_the_server_seldom(database: Database) -> None:
    asked: list[str] = []
    event.listen(database.engine, "before_cursor_execute", lambda *args: asked.append(str(args[2])))
    clock = ServerClock(database)
    for _ in range(100):
        clock()
    assert asked == ["SELECT UTC_TIMESTAMP(6)"]


@pytest.mark.parametrize("seen_before", [False, True])
def test_goes_on_while_the_server_is_away(database: Database, seen_before: bool) -> None:
    clock = ServerClock(database)
    if seen_before:
        clock()
    away = Database(DatabaseSettings(host="127.0.0.1", port=free_port(), user="root"))
    clock._database = away
    clock._tried_at = None
    now = datetime.now(UTC)
    assert abs((clock() - now).total_seconds()) < 5
    away.close()
