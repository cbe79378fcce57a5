"""Servers that cannot be worked with are told apart, with what to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import text

from agent.db import Database, DatabaseSettings
from agent.db.locks import exclusive
from agent.errors import BridgeError, Busy, ConfigError, Unreachable
from agent.ledger import Ledger
from agent.ledger.transactions import atomically
from agent.migrations import migrate
from agent_tests.lab.mariadb import MariaDb, free_port, server_binary, start_mariadb
from agent_tests.unit.ledger.conftest import request_, task_


def error_of(work: Callable[[], object]) -> BridgeError:
    with pytest.raises(BridgeError) as caught:
        work()
    return caught.value


def test_a_binary_log_by_statements_is_named() -> None:
    if server_binary() is None:
        pytest.skip("no MariaDB server is installed (apt install mariadb-server)")
    server = start_mariadb(("--log-bin=binlog", "--binlog-format=STATEMENT", "--server-id=1"))
    try:
        server.create_database("shop")
        where = DatabaseSettings(host="127.0.0.1", port=server.port, user="root", database="shop")
        database = Database(where)
        error = error_of(lambda: [migrate(database), Ledger(database).create_job(request_(), [])])
        assert isinstance(error, ConfigError)
        assert error.code == "database.binlog"
        database.close()
    finally:
        server.stop()


def test_a_read_only_server_is_named(mariadb: MariaDb, database: Database) -> None:
    migrate(database)
    mariadb.execute("CREATE USER IF NOT EXISTS erp_plain@'127.0.0.1' IDENTIFIED BY 'pw'")
    mariadb.execute(f"GRANT ALL ON `{database.settings.database}`.* TO erp_plain@'127.0.0.1'")
    plain = Database(replace(database.settings, user="erp_plain", password="pw"))
    mariadb.execute("SET GLOBAL read_only = 1")
    try:
        error = error_of(lambda: Ledger(plain).create_job(request_(), [task_()]))
    finally:
        mariadb.execute("SET GLOBAL read_only = 0")
        plain.close()
        mariadb.execute("DROP USER erp_plain@'127.0.0.1'")
    assert (type(error), error.code) == (ConfigError, "database.read-only")


def test_nobody_at_the_address(database: Database) -> None:
    away = Database(replace(database.settings, port=free_port()))
    for work in (
        lambda: Ledger(away).claim("w"),
        lambda: migrate(away),
        lambda: exclusive(away, "x").__enter__(),
    ):
        assert isinstance(error_of(work), Unreachable)
    away.close()


def test_a_transaction_that_always_loses_is_busy(database: Database) -> None:
    tries: list[int] = []

    def loses(connection: object) -> None:
        tries.append(1)
        connection.execute(  # type: ignore[attr-defined]
            text("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'x'")
        )

    error = error_of(lambda: atomically(database, loses))
    assert isinstance(error, Busy)
    assert len(tries) == 8


def test_a_lock_is_free_again_when_its_holder_dies(mariadb: MariaDb, database: Database) -> None:
    with exclusive(database, "outbox") as held:
        assert held is not None
        number = held.scalar(text("SELECT CONNECTION_ID()"))
        mariadb.execute(f"KILL CONNECTION {number}")
        with exclusive(database, "outbox", wait=10) as taken:
            assert taken is not None
