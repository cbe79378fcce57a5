"""Who works on what: claiming, keeping and taking back leases.

A claim is a compare-and-set UPDATE together with the UNIQUE ``running_key``: of two workers only
one can win, at any isolation level and without SKIP LOCKED. Locks are always taken in the order
job row, then task row.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, func, select, update
from sqlalchemy.exc import DBAPIError

from agent.db import Database, Tables
from agent.errors import BridgeError
from agent.ledger import jobs
from agent.ledger.rows import dump_error, job_of, task_of
from agent.ledger.transactions import atomically, is_contention, is_duplicate
from agent.ledger.types import JobState, Lease, LeaseLost, Task, TaskState

_ROUNDS = 12
_WIDEST = 16


@dataclass(frozen=True, slots=True)
class _Candidate:
    task_id: int
    job_id: int
    job_state: str


def connections_at_work(connection: Connection, tables: Tables) -> list[int]:
    """Return the ids of ERP connections that are not paused, and 0 for "needs none"."""
    c = tables.connection.c
    return [0, *connection.scalars(select(c.id).where(c.state == "active"))]


def claimable(tables: Tables, active: Sequence[int], now: datetime, limit: int) -> Select[Any]:
    """Return the query for tasks that may start: the oldest ready one of each idle key, due now.

    It walks the index on (state, priority, id) and stops at the first hits; for each task it looks
    up the head of its key with one index entry. The subquery is a scalar one with LIMIT 1 on
    purpose: MIN() would read all waiting tasks of the key.
    """
    t = tables.task.alias("t")
    older = tables.task.alias("older")
    running = tables.task.alias("running")
    prefix = tables.prefix
    head = (
        select(older.c.id)
        .where(older.c.key_name == t.c.key_name, older.c.state == TaskState.READY.value)
        .order_by(older.c.id)
        .limit(1)
        .with_hint(older, f"FORCE INDEX (ix_{prefix}erp_task_key)", "mysql")
        .with_hint(older, f"FORCE INDEX (ix_{prefix}erp_task_key)", "mariadb")
        .correlate(t)
        .scalar_subquery()
    )
    busy = exists().where(running.c.running_key == t.c.key_name).correlate(t)
    job = tables.job
    job_state = select(job.c.state).where(job.c.id == t.c.job_id).correlate(t).scalar_subquery()
    return (
        select(t.c.id, t.c.job_id, job_state)
        .where(
            t.c.state == TaskState.READY.value,
            t.c.not_before <= now,
            t.c.connection_id.in_(active),
            ~busy,
            t.c.id == head,
        )
        .order_by(t.c.priority, t.c.id)
        .limit(limit)
        .with_hint(t, f"FORCE INDEX (ix_{prefix}erp_task_claim)", "mysql")
        .with_hint(t, f"FORCE INDEX (ix_{prefix}erp_task_claim)", "mariadb")
    )


def claim(database: Database, worker: str, now: datetime, seconds: float) -> Lease | None:
    """Take the next task that may start, None where there is none.

    The first look takes the first in line. Whoever loses a race looks at more of them and picks
    one by chance, so that many workers do not stand on each other's feet. Each is the oldest of its
    key, so that order within a key holds whichever is picked.
    """
    width = 1
    for _ in range(_ROUNDS):
        found = _look(database, now, width)
        if not found:
            return None
        chosen = found[0] if width == 1 else random.choice(found)  # noqa: S311 - spreads load
        lease = _take(database, chosen, worker, now, seconds)
        if lease is not None:
            return lease
        width = min(width * 4, _WIDEST)
    return None


def _look(database: Database, now: datetime, limit: int) -> list[_Candidate]:
    with database.begin() as connection:
        active = connections_at_work(connection, database.tables)
        rows = connection.execute(claimable(database.tables, active, now, limit))
        return [_Candidate(*row) for row in rows]


def _take(
    database: Database, candidate: _Candidate, worker: str, now: datetime, seconds: float
) -> Lease | None:
    """Set the task running for ``worker``; None where somebody was first."""
    t, j = database.tables.task, database.tables.job
    try:
        with database.begin() as connection:
            if candidate.job_state == JobState.QUEUED:
                connection.execute(
                    update(j)
                    .where(j.c.id == candidate.job_id, j.c.state == JobState.QUEUED.value)
                    .values(
                        state=JobState.RUNNING.value, started_at=func.coalesce(j.c.started_at, now)
                    )
                )
            taken = connection.execute(
                update(t)
                .where(t.c.id == candidate.task_id, t.c.state == TaskState.READY.value)
                .values(
                    state=TaskState.RUNNING.value,
                    running_key=t.c.key_name,
                    lease_until=now + timedelta(seconds=seconds),
                    lease_token=t.c.lease_token + 1,
                    worker=worker,
                    updated_at=now,
                )
            )
            if taken.rowcount == 0:
                return None
            row = connection.execute(select(t).where(t.c.id == candidate.task_id)).one()
            job = connection.execute(select(j).where(j.c.id == candidate.job_id)).one()
    except DBAPIError as error:
        if is_duplicate(error) or is_contention(error):
            return None
        raise
    task = task_of(row)
    stage = task.payload.get("entity")
    return Lease(task, job_of(job, None if stage is None else str(stage)), row.lease_token, worker)


def extend(database: Database, lease: Lease, now: datetime, seconds: float) -> None:
    """Let the lease run for another while.

    Raises:
        LeaseLost: it is not ours any more.
    """
    t = database.tables.task

    def work(connection: Connection) -> int:
        return connection.execute(
            update(t)
            .where(held_by(database.tables, lease))
            .values(lease_until=now + timedelta(seconds=seconds))
        ).rowcount

    if atomically(database, work) == 0:
        raise lost(lease)


def held_by(tables: Tables, lease: Lease) -> ColumnElement[bool]:
    """Return the condition that the task is still ours: the fence every report has to pass."""
    t = tables.task
    return and_(
        t.c.id == lease.task.id,
        t.c.lease_token == lease.token,
        t.c.state == TaskState.RUNNING.value,
    )


def lost(lease: Lease) -> LeaseLost:
    """Return the error for a lease that is not ours any more."""
    return LeaseLost(f"task {lease.task.id} was taken from {lease.worker} (claim {lease.token})")


def expire(database: Database, now: datetime, max_crashes: int) -> list[Task]:
    """Take back leases that ran out; a task is given up at its ``max_crashes``-th crash.

    Returns the tasks taken back, as they stand now.
    """
    t = database.tables.task
    with database.begin() as connection:
        due = connection.execute(
            select(t.c.id, t.c.job_id).where(
                t.c.state == TaskState.RUNNING.value, t.c.lease_until < now
            )
        ).all()
    taken = []
    for task_id, job_id in due:
        task = _expire_one(database, task_id, job_id, now, max_crashes)
        if task is not None:
            taken.append(task)
    return taken


def _expire_one(
    database: Database, task_id: int, job_id: int, now: datetime, max_crashes: int
) -> Task | None:
    tables = database.tables
    t = tables.task

    def work(connection: Connection) -> Task | None:
        job = jobs.lock(connection, tables, job_id)
        row = connection.execute(select(t).where(t.c.id == task_id).with_for_update()).one()
        if row.state != TaskState.RUNNING or row.lease_until >= now:
            return None
        crashes = row.crashes + 1
        error = crashed(crashes) if crashes >= max_crashes else None
        state = TaskState.READY if error is None else TaskState.DEAD
        if job.state == JobState.CANCELLED:
            state, error = TaskState.CANCELLED, None
        connection.execute(
            update(t)
            .where(t.c.id == task_id)
            .values(
                state=state.value,
                running_key=None,
                lease_until=None,
                crashes=crashes,
                error=row.error if error is None else dump_error(error),
                updated_at=now,
            )
        )
        if error is not None:
            jobs.note_trouble(connection, tables, job, task_of(row), "failed", error)
        jobs.settle(connection, tables, job_id, now)
        return task_of(connection.execute(select(t).where(t.c.id == task_id)).one())

    return atomically(database, work)


def crashed(crashes: int) -> BridgeError:
    """Return the error of a task that was given up after so many crashes."""
    return BridgeError(
        f"The work was broken off {crashes} times: each time the worker ended or gave no sign of "
        "life before it was done",
        fix="Look in the agent's log for what happened at those times (out of memory, power, a "
        "call that never returns), mend it, then retry the job.",
        code="task.crashed",
    )
