"""A ledger over an empty database, with a clock that stands still until moved."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, insert

from agent.db import Database, DatabaseSettings
from agent.ledger import JobRequest, Lease, Ledger, NewTask
from agent.migrations import migrate
from agent_tests.lab.mariadb import MariaDb


class StandingClock:
    """Time that moves only when told."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture(scope="session")
def migrated(mariadb: MariaDb) -> Iterator[Database]:
    """One database with the agent's tables for all tests that only need them empty."""
    mariadb.create_database("ledger")
    database = Database(
        DatabaseSettings(host="127.0.0.1", port=mariadb.port, user="root", database="ledger")
    )
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def empty(migrated: Database) -> Database:
    """The agent's tables, empty."""
    with migrated.begin() as connection:
        for table in migrated.tables.metadata.sorted_tables:
            connection.execute(delete(table))
    return migrated


@pytest.fixture
def ledger(empty: Database, clock: StandingClock) -> Ledger:
    return Ledger(empty, clock)


def request_(connection_id: int = 0, entity: str = "products", **more: object) -> JobRequest:
    return JobRequest(connection_id, entity, "to-erp", "cli", requested_by="admin", **more)


def task_(key: str = "k", **payload: object) -> NewTask:
    return NewTask(key, "page", payload)


def add_connection(ledger: Ledger, state: str = "active") -> int:
    c = ledger.database.tables.connection
    values = {
        "name": f"odoo {ledger.clock()} {state}",
        "kind": "odoo",
        "settings": "{}",
        "state": state,
        "paused_reason": "",
        "paused_fix": "",
        "created_at": ledger.clock(),
        "updated_at": ledger.clock(),
    }
    with ledger.database.begin() as connection:
        return int(connection.execute(insert(c).values(values)).lastrowid)


def claim(ledger: Ledger, worker: str = "w1") -> Lease:
    lease = ledger.claim(worker)
    assert lease is not None
    return lease
