"""How a run of a task ends: done, tried again later, failed, held, or given back.

Each end is one transaction that first passes the fence: with a lease that is not ours any more
nothing is changed and ``LeaseLost`` is raised.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, update

from agent import faults
from agent.db import Database, Tables
from agent.errors import BridgeError, TransientError
from agent.ledger import jobs
from agent.ledger.claims import held_by, lost
from agent.ledger.rows import COUNT_NAMES, dump, dump_error
from agent.ledger.transactions import atomically
from agent.ledger.types import JobState, Lease, TaskResult, TaskState
from agent.model.results import ResultKind

_FAR = 3600.0  # seconds; no answer of an ERP makes a task wait longer than this


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """How transient errors are tried again: after ``base`` · 2ⁿ seconds, at most ``longest``."""

    attempts: int = 10
    base: float = 5.0
    longest: float = 900.0

    def delay(self, failures: int, retry_after: float | None) -> float:
        """Return the seconds to wait after this many failures, spread by chance.

        A time that the other side named is never undercut.
        """
        if retry_after is not None:
            return min(max(retry_after, 0.0), _FAR) * random.uniform(1.0, 1.1)  # noqa: S311
        grown = self.base * 2.0 ** min(failures - 1, 30)
        return min(grown, self.longest) * random.uniform(0.75, 1.0)  # noqa: S311 - spreads load


def _fenced(
    database: Database,
    lease: Lease,
    now: datetime,
    values: dict[str, Any],
    more: Callable[[Connection, jobs.JobRow], None],
) -> None:
    """End the running of a task with ``values``, do ``more``, settle the job: all or nothing."""
    tables = database.tables

    def work(connection: Connection) -> None:
        job = jobs.lock(connection, tables, lease.task.job_id)
        end = dict(values)
        if job.state == JobState.CANCELLED and end["state"] in (TaskState.READY, TaskState.HELD):
            end["state"] = TaskState.CANCELLED.value
        ended = connection.execute(
            update(tables.task)
            .where(held_by(tables, lease))
            .values(running_key=None, lease_until=None, updated_at=now, **end)
        )
        if ended.rowcount == 0:
            raise lost(lease)
        more(connection, job)
        jobs.settle(connection, tables, job.id, now)
        faults.reach("task.in_finish")

    atomically(database, work)


def finish(database: Database, lease: Lease, result: TaskResult, now: datetime) -> None:
    """Note a task as done: counts, records and next tasks come with it or not at all."""
    tables = database.tables

    def more(connection: Connection, job: jobs.JobRow) -> None:
        jobs.write_results(connection, tables, job.id, result.records)
        _add_counts(connection, tables, job, result)
        state = TaskState.CANCELLED if job.state == JobState.CANCELLED else TaskState.READY
        jobs.add_tasks(connection, tables, job.id, job.connection_id, result.next_tasks, state, now)

    note = None if result.result is None else dump(result.result)
    values = {"state": TaskState.DONE.value, "error": None, "result": note}
    _fenced(database, lease, now, values, more)


def _add_counts(
    connection: Connection, tables: Tables, job: jobs.JobRow, result: TaskResult
) -> None:
    j = tables.job
    values: dict[str, Any] = {"error": None}
    for name in COUNT_NAMES:
        amount = getattr(result.counts, name)
        if amount:
            column = j.c[f"{name}_count"]
            values[column.name] = column + amount
    if result.expected:
        values["total"] = func.coalesce(j.c.total, 0) + result.expected
    connection.execute(update(j).where(j.c.id == job.id).values(values))


def retry_later(
    database: Database, lease: Lease, error: BridgeError, policy: RetryPolicy, now: datetime
) -> datetime | None:
    """Put the task back for later; return when, or None where it was the last attempt."""
    failures = lease.task.attempts + 1
    if failures >= policy.attempts:
        _give_up(database, lease, error, TaskState.DEAD, now)
        return None
    named = error.retry_after if isinstance(error, TransientError) else None
    due = now + timedelta(seconds=policy.delay(failures, named))
    values = {
        "state": TaskState.READY.value,
        "attempts": failures,
        "not_before": due,
        "error": dump_error(error),
    }
    _fenced(database, lease, now, values, _shows(database.tables, error))
    return due


def _shows(tables: Tables, error: BridgeError) -> Callable[[Connection, jobs.JobRow], None]:
    """Return a step that shows on the job why it does not get on."""

    def more(connection: Connection, job: jobs.JobRow) -> None:
        j = tables.job
        connection.execute(update(j).where(j.c.id == job.id).values(error=dump_error(error)))

    return more


def _give_up(
    database: Database, lease: Lease, error: BridgeError, state: TaskState, now: datetime
) -> None:
    values = {
        "state": state.value,
        "attempts": lease.task.attempts + 1,
        "error": dump_error(error),
    }
    _fenced(database, lease, now, values, _lists(database.tables, lease, "failed", error))


def _lists(
    tables: Tables, lease: Lease, outcome: ResultKind, error: BridgeError
) -> Callable[[Connection, jobs.JobRow], None]:
    """Return a step that counts and lists the task on its job."""

    def more(connection: Connection, job: jobs.JobRow) -> None:
        jobs.note_trouble(connection, tables, job, lease.task, outcome, error)

    return more


def fail(database: Database, lease: Lease, error: BridgeError, now: datetime) -> None:
    """Note a task as failed for good."""
    _give_up(database, lease, error, TaskState.FAILED, now)


def hold(database: Database, lease: Lease, error: BridgeError, now: datetime) -> None:
    """Let a task wait, visibly, for a prerequisite or a person."""
    tables = database.tables

    def more(connection: Connection, job: jobs.JobRow) -> None:
        if job.state != JobState.CANCELLED:
            jobs.note_trouble(connection, tables, job, lease.task, "held", error)

    values = {"state": TaskState.HELD.value, "error": dump_error(error)}
    _fenced(database, lease, now, values, more)


def pause(database: Database, lease: Lease, error: BridgeError, now: datetime) -> None:
    """Pause the task's connection and put the task back, no attempt counted."""
    tables = database.tables

    def more(connection: Connection, job: jobs.JobRow) -> None:
        pause_connection(connection, tables, lease.task.connection_id, error, now)
        _shows(tables, error)(connection, job)

    values = {"state": TaskState.READY.value, "error": dump_error(error)}
    _fenced(database, lease, now, values, more)


def give_back(database: Database, lease: Lease, now: datetime) -> None:
    """Put the task back as it was, to be claimed by whoever is first."""
    values = {"state": TaskState.READY.value}
    _fenced(database, lease, now, values, lambda _connection, _job: None)


def pause_connection(
    connection: Connection, tables: Tables, connection_id: int, error: BridgeError, now: datetime
) -> None:
    """Pause an ERP connection with the reason a person needs; the first reason stays."""
    c = tables.connection
    connection.execute(
        update(c)
        .where(c.c.id == connection_id, c.c.state == "active")
        .values(
            state="paused",
            paused_code=error.code[:64],
            paused_reason=error.cause,
            paused_fix=error.fix,
            updated_at=now,
        )
    )


def resume_connection(
    connection: Connection, tables: Tables, connection_id: int, now: datetime
) -> None:
    """Let a paused connection work again; its tasks are claimed from where they stood."""
    c = tables.connection
    connection.execute(
        update(c)
        .where(c.c.id == connection_id)
        .values(state="active", paused_code="", paused_reason="", paused_fix="", updated_at=now)
    )
