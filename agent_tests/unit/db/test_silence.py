"""A server that vanished without a word does not keep anybody waiting for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from agent import migrations
from agent.db import Database
from agent.db.database import ANSWER_WITHIN
from agent.errors import Unreachable
from agent_tests.lab.cable import Cable
from agent_tests.lab.mariadb import MariaDb
from agent_tests.unit.db.test_pool import ROADS, Ask


@pytest.fixture
def cable(mariadb: MariaDb) -> Iterator[Cable]:
    with Cable(mariadb.port) as cable:
        yield cable


def behind(cable: Cable, database: Database, answer_within: float) -> Database:
    return Database(replace(database.settings, port=cable.port), answer_within=answer_within)


@ROADS
def test_silence_is_told_and_the_connection_replaced(
    cable: Cable, database: Database, ask: Ask
) -> None:
    far = behind(cable, database, 0.5)
    before = ask(far, "SELECT CONNECTION_ID()")
    cable.cut()
    rescue = threading.Timer(10, cable.close)
    rescue.start()
    began = time.monotonic()
    with pytest.raises(Unreachable) as told:
        ask(far, "SELECT CONNECTION_ID()")
    assert time.monotonic() - began < 5
    rescue.cancel()
    assert told.value.code == "database.unreachable"
    cable.mend()
    assert ask(far, "SELECT CONNECTION_ID()") != before
    far.close()


def test_a_wait_for_a_lock_is_ended_by_the_server_first(database: Database) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT GREATEST(@@lock_wait_timeout, @@innodb_lock_wait_timeout)")
        (longest,) = cursor.fetchone() or (None,)
    assert longest is not None
    assert longest * 2 < ANSWER_WITHIN


def test_migrations_are_waited_for(database: Database) -> None:
    impatient = Database(database.settings, answer_within=0.001)
    assert migrations.migrate(impatient)
    impatient.close()
