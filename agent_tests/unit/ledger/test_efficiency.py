"""The work of a claim does not grow with the number of tasks; shown by rows read, not by time."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import insert, text

from agent.db import Database
from agent.ledger import Ledger, TaskResult
from agent.ledger.claims import claimable
from agent_tests.unit.ledger.conftest import StandingClock, request_, task_

MANY = 6_000


@pytest.fixture
def alone(empty: Database, clock: StandingClock) -> Iterator[Ledger]:
    """A ledger with one connection, so that the server's counters are those of its work."""
    database = Database(empty.settings, pool_size=1)
    yield Ledger(database, clock)
    database.close()


def fill(ledger: Ledger, key: Callable[[int], str], state: str = "ready") -> int:
    job_id = ledger.create_job(request_(), [task_("first")])
    first = ledger.claim("w")
    assert first is not None
    ledger.finish(first, TaskResult(next_tasks=[task_("zz-last")]))
    now = ledger.clock()
    rows = [
        {
            "job_id": job_id,
            "connection_id": 0,
            "key_name": key(n),
            "kind": "page",
            "payload": "{}",
            "state": state,
            "not_before": now,
            "created_at": now,
            "updated_at": now,
        }
        for n in range(MANY)
    ]
    with ledger.database.begin() as connection:
        for start in range(0, MANY, 3000):
            connection.execute(insert(ledger.database.tables.task), rows[start : start + 3000])
        connection.execute(text("ANALYZE TABLE oc_erp_task"))
    return job_id


def rows_read(ledger: Ledger, work: Callable[[], object]) -> int:
    def count() -> int:
        with ledger.database.begin() as connection:
            status = connection.execute(text("SHOW SESSION STATUS LIKE 'Handler_read%'"))
            return sum(int(value) for _, value in status)

    before = count()
    work()
    return count() - before


@pytest.mark.parametrize(
    ("key", "state"),
    [(lambda n: f"k{n}", "ready"), (lambda n: "same", "ready"), (lambda n: "zz-last", "done")],
    ids=["many keys", "one key", "long history of the key"],
)
def test_a_claim_reads_few_rows(alone: Ledger, key: Callable[[int], str], state: str) -> None:
    fill(alone, key, state)
    leases = []
    read = rows_read(alone, lambda: leases.append(alone.claim("w")))
    assert leases[0] is not None
    assert read < 100


def test_a_finish_and_a_look_at_the_job_read_few_rows(alone: Ledger) -> None:
    job_id = fill(alone, lambda n: f"k{n}")
    lease = alone.claim("w")
    assert lease is not None
    assert rows_read(alone, lambda: alone.finish(lease, TaskResult())) < 100
    assert rows_read(alone, lambda: alone.job(job_id)) < 100
    assert rows_read(alone, alone.expire) < 100


def test_the_counter_of_rows_does_count(alone: Ledger) -> None:
    fill(alone, lambda n: f"k{n}")

    def scan() -> None:
        with alone.database.begin() as connection:
            connection.execute(text("SELECT COUNT(payload) FROM oc_erp_task")).all()

    assert rows_read(alone, scan) > MANY


def test_the_plan_walks_indexes_and_sorts_nothing(ledger: Ledger, clock: StandingClock) -> None:
    fill(ledger, lambda n: f"k{n}")
    with ledger.database.begin() as connection:
        query = claimable(ledger.database.tables, [0, 1], clock(), 1)
        sql = query.compile(connection, compile_kwargs={"literal_binds": True}).string
        plan = connection.exec_driver_sql(f"EXPLAIN {sql.replace('%', '%%')}").mappings().all()
    by_table = {row["table"]: row for row in plan}
    assert by_table["t"]["key"] == "ix_oc_erp_task_claim"
    assert by_table["older"]["key"] == "ix_oc_erp_task_key"
    assert by_table["running"]["key"] == "running_key"
    for row in plan:
        assert row["type"] != "ALL", row
        assert "filesort" not in (row["Extra"] or ""), row
        assert "temporary" not in (row["Extra"] or ""), row
