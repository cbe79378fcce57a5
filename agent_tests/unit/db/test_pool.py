"""Pooled connections: alike, alive when they are used, and clean when they come back."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import pymysql
import pytest
from sqlalchemy import text

from agent.db import Database
from agent.db import database as pool
from agent.db.locks import exclusive
from agent.errors import Unreachable
from agent_tests.lab.mariadb import MariaDb

SETTINGS = (
    "SELECT @@time_zone, variable_value, @@autocommit, @@sql_mode"
    " FROM information_schema.session_variables"
    " WHERE variable_name IN ('TX_ISOLATION', 'TRANSACTION_ISOLATION') LIMIT 1"
)
MODES = ("STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION", "NO_ENGINE_SUBSTITUTION")


def by_transaction(database: Database, sql: str) -> tuple[object, ...]:
    with database.begin() as connection:
        return tuple(connection.execute(text(sql)).one())


def by_cursor(database: Database, sql: str) -> tuple[object, ...]:
    with database.cursor() as cursor:
        cursor.execute(sql)
        return tuple(cursor.fetchone() or ())


ROADS = pytest.mark.parametrize("ask", [by_transaction, by_cursor])
Ask = Callable[[Database, str], tuple[object, ...]]


def kill_all(mariadb: MariaDb, database: Database) -> None:
    """End the sessions of a database, as a restart of the server does."""
    with mariadb.connect() as connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM information_schema.processlist WHERE db = %s",
            (database.settings.database,),
        )
        numbers = [number for (number,) in cursor.fetchall()]
    assert numbers
    for number in numbers:
        mariadb.execute(f"KILL CONNECTION {number}")


@ROADS
def test_all_run_alike(database: Database, ask: Ask) -> None:
    autocommit = int(ask is by_cursor)
    assert ask(database, SETTINGS) == ("+00:00", "READ-COMMITTED", autocommit, MODES[autocommit])


@ROADS
def test_one_that_was_lost_while_idle_is_replaced(
    mariadb: MariaDb, database: Database, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    before = ask(database, "SELECT CONNECTION_ID()")
    assert ask(database, "SELECT CONNECTION_ID()") == before, "they are kept"
    kill_all(mariadb, database)
    monkeypatch.setattr(pool, "_IDLE_SECONDS", 0.0)
    assert ask(database, "SELECT CONNECTION_ID()") != before


@ROADS
def test_one_that_was_lost_just_now_is_told_and_then_replaced(
    mariadb: MariaDb, database: Database, monkeypatch: pytest.MonkeyPatch, ask: Ask
) -> None:
    monkeypatch.setattr(pool, "_IDLE_SECONDS", 3600.0)
    before = ask(database, "SELECT CONNECTION_ID()")
    kill_all(mariadb, database)
    with pytest.raises(Unreachable):
        ask(database, "SELECT CONNECTION_ID()")
    assert ask(database, "SELECT CONNECTION_ID()") != before


def test_one_that_is_lost_in_use_is_not_given_to_the_next(
    mariadb: MariaDb, database: Database
) -> None:
    with database.cursor() as cursor:
        cursor.execute("SELECT CONNECTION_ID()")
        (before,) = cursor.fetchone() or ()
        kill_all(mariadb, database)
        with suppress(pymysql.MySQLError):
            cursor.execute("SELECT 1")
    assert by_cursor(database, "SELECT CONNECTION_ID()") != (before,)


def test_what_failed_is_rolled_back_before_the_connection_is_used_again(
    mariadb: MariaDb, database: Database
) -> None:
    mariadb.execute(f"CREATE TABLE `{database.settings.database}`.t (a INT) ENGINE=InnoDB")
    numbers: set[object] = set()

    def insert_and_fail() -> None:
        with database.begin() as connection:
            connection.execute(text("INSERT INTO t VALUES (1)"))
            numbers.add(connection.execute(text("SELECT CONNECTION_ID()")).scalar_one())
            raise KeyError

    for _ in range(2):
        with pytest.raises(KeyError):
            insert_and_fail()
        assert by_transaction(database, "SELECT COUNT(*) FROM t") == (0,)
    assert len(numbers) == 1, "it is the same connection"
    assert by_cursor(database, "SELECT COUNT(*) FROM t") == (0,)


def test_a_connection_that_held_a_lock_runs_transactions_again(database: Database) -> None:
    with exclusive(database, "somebody"):
        pass
    with database.begin() as connection:
        number = connection.execute(text("SELECT @@autocommit")).scalar_one()
    assert number == 0
