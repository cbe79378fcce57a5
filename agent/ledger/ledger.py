"""The ledger: every accepted piece of work, until it is done or visibly failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from agent import faults
from agent.db import Database
from agent.errors import BridgeError
from agent.ledger import claims, jobs, outcomes, queries
from agent.ledger.outcomes import RetryPolicy
from agent.ledger.transactions import atomically
from agent.ledger.types import (
    Clock,
    Job,
    JobRequest,
    JobState,
    Lease,
    NewTask,
    Page,
    Task,
    TaskResult,
    TaskState,
    utc_now,
)
from agent.model.results import RecordResult, ResultKind


@dataclass(frozen=True, slots=True)
class LedgerSettings:
    """Limits of leases, crashes and retries.

    ``lease_seconds``: how long a claim holds without a heartbeat. ``max_crashes``: the crash at
    which a task is given up.
    """

    lease_seconds: float = 60.0
    max_crashes: int = 3
    retry: RetryPolicy = field(default_factory=RetryPolicy)


class Ledger:
    """Jobs and tasks in MySQL. Safe to use from many threads and processes at once.

    Args:
        database: where the tables are; they are made by ``agent.migrations``.
        clock: the time now, aware UTC; the same on all machines that share the work.
        wake: called after work was added, so that a worker looks at once; must not raise.
        settings: lease, crash and retry limits.

    Every method may raise ``Unreachable``, ``ConfigError`` or ``Busy`` about the database.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock = utc_now,
        *,
        wake: Callable[[], None] = lambda: None,
        settings: LedgerSettings | None = None,
    ) -> None:
        self.database = database
        self.clock = clock
        self.wake = wake
        self.settings = settings or LedgerSettings()

    # Making and steering work

    def create_job(self, request: JobRequest, tasks: Sequence[NewTask]) -> int:
        """Make a job with its tasks in one transaction and return its number."""

        def work(connection: Connection) -> int:
            job_id = self.create_job_in(connection, request, tasks)
            faults.reach("job.in_create")
            return job_id

        job_id = atomically(self.database, work)
        self.wake()
        return job_id

    def create_job_in(
        self, connection: Connection, request: JobRequest, tasks: Sequence[NewTask]
    ) -> int:
        """Make a job inside the caller's transaction; call ``wake()`` after the commit."""
        return jobs.create(connection, self.database.tables, request, tasks, self.clock())

    def cancel_job(self, job_id: int) -> Job:
        """Cancel a job: what waits ends now, what runs is told. One that ended stays as it is.

        Raises:
            Missing: there is no such job.
        """
        now = self.clock()
        atomically(self.database, lambda c: jobs.cancel(c, self.database.tables, job_id, now))
        return self.job(job_id)

    def retry_job(
        self,
        job_id: int,
        tasks: Sequence[NewTask] = (),
        redone: Sequence[tuple[str, str]] = (),
    ) -> Job:
        """Put failed and dead tasks (of a cancelled job: cancelled ones, too) back to work.

        Args:
            job_id: the job; it runs again.
            tasks: new tasks that look again at records which failed inside tasks that are done.
            redone: (entity, store key) of those records; they leave the list of failures.

        Raises:
            Missing: there is no such job.
            WrongState: nothing of it failed and no tasks were given.
        """
        now = self.clock()
        atomically(
            self.database,
            lambda c: jobs.retry(c, self.database.tables, job_id, tasks, redone, now),
        )
        self.wake()
        return self.job(job_id)

    def release(self, task_id: int) -> Task:
        """Put a held task back to work; its job runs again.

        Its payload then has ``released: true``, so that a handler does not ask for the same consent
        again.

        Raises:
            Missing: there is no such task.
            WrongState: it is not held.
        """
        task = self.task(task_id)
        now = self.clock()
        atomically(self.database, lambda c: jobs.release(c, self.database.tables, task, now))
        self.wake()
        return self.task(task_id)

    def drop(self, task_id: int) -> Task:
        """End a held task without doing it.

        Raises:
            Missing: there is no such task.
            WrongState: it is not held.
        """
        task = self.task(task_id)
        now = self.clock()
        atomically(self.database, lambda c: jobs.drop(c, self.database.tables, task, now))
        return self.task(task_id)

    def pause_connection(self, connection_id: int, error: BridgeError) -> None:
        """Pause an ERP connection; none of its tasks is claimed until it is resumed."""
        now = self.clock()
        atomically(
            self.database,
            lambda c: outcomes.pause_connection(c, self.database.tables, connection_id, error, now),
        )

    def resume_connection(self, connection_id: int) -> None:
        """Let a paused ERP connection work again."""
        now = self.clock()
        atomically(
            self.database,
            lambda c: outcomes.resume_connection(c, self.database.tables, connection_id, now),
        )
        self.wake()

    # Doing work

    def claim(self, worker: str) -> Lease | None:
        """Take the next task that may start; None where there is none."""
        lease = claims.claim(self.database, worker, self.clock(), self.settings.lease_seconds)
        if lease is not None:
            faults.reach("task.after_claim")
        return lease

    def heartbeat(self, lease: Lease) -> None:
        """Extend a lease from now on.

        Raises:
            LeaseLost: it is not ours any more.
        """
        claims.extend(self.database, lease, self.clock(), self.settings.lease_seconds)

    def finish(self, lease: Lease, result: TaskResult) -> None:
        """Note a task as done, with counts, records and next tasks, all or nothing.

        Raises:
            LeaseLost: the lease is not ours any more; nothing was changed.
        """
        faults.reach("task.before_finish")
        outcomes.finish(self.database, lease, result, self.clock())
        faults.reach("task.after_finish")

    def retry_later(self, lease: Lease, error: BridgeError) -> datetime | None:
        """Put the task back for later; return when, None where it was given up (``dead``).

        Raises:
            LeaseLost: the lease is not ours any more; nothing was changed.
        """
        return outcomes.retry_later(self.database, lease, error, self.settings.retry, self.clock())

    def fail(self, lease: Lease, error: BridgeError) -> None:
        """Note the task as failed for good.

        Raises:
            LeaseLost: the lease is not ours any more; nothing was changed.
        """
        outcomes.fail(self.database, lease, error, self.clock())

    def hold(self, lease: Lease, error: BridgeError) -> None:
        """Let the task wait, visibly, for a prerequisite or a person.

        Raises:
            LeaseLost: the lease is not ours any more; nothing was changed.
        """
        outcomes.hold(self.database, lease, error, self.clock())

    def pause(self, lease: Lease, error: BridgeError) -> None:
        """Pause the task's connection and put the task back, no attempt counted.

        A task without a connection fails instead: there is nothing a person could resume.

        Raises:
            LeaseLost: the lease is not ours any more; nothing was changed.
        """
        if lease.task.connection_id:
            outcomes.pause(self.database, lease, error, self.clock())
        else:
            outcomes.fail(self.database, lease, error, self.clock())

    def give_back(self, lease: Lease) -> None:
        """Put an untouched task back, no attempt counted.

        Raises:
            LeaseLost: the lease is not ours any more; nothing was changed.
        """
        outcomes.give_back(self.database, lease, self.clock())

    def expire(self) -> list[Task]:
        """Take back leases that ran out, and return those tasks as they stand now."""
        return claims.expire(self.database, self.clock(), self.settings.max_crashes)

    # Looking at work

    def job(self, job_id: int) -> Job:
        """Return one job.

        Raises:
            Missing: there is no such job.
        """
        with self.database.begin() as connection:
            return queries.job(connection, self.database.tables, job_id)

    def jobs(
        self,
        *,
        connection_id: int | None = None,
        entity: str | None = None,
        state: JobState | str | None = None,
        idle: bool = False,
        page: int = 1,
        limit: int = 20,
    ) -> Page[Job]:
        """Return a page of jobs, the newest first; None leaves a filter out.

        ``idle``: also scheduled ones that ended and found nothing to do; there are hundreds a day.
        """
        j = self.database.tables.job.c
        given = ((j.connection_id, connection_id), (j.entity, entity), (j.state, state))
        conditions = [column == value for column, value in given if value is not None]
        if not idle:
            conditions.append(queries.has_news(self.database.tables))
        with self.database.begin() as connection:
            return queries.jobs(connection, self.database.tables, conditions, page, limit)

    def records(
        self,
        job_id: int,
        *,
        outcome: ResultKind | None = None,
        page: int = 1,
        limit: int = 20,
    ) -> Page[RecordResult]:
        """Return a page of a job's record results in the order they came up.

        Raises:
            Missing: there is no such job.
        """
        r = self.database.tables.record_result.c
        conditions = [r.job_id == job_id]
        if outcome is not None:
            conditions.append(r.outcome == outcome)
        with self.database.begin() as connection:
            queries.job(connection, self.database.tables, job_id)
            return queries.records(connection, self.database.tables, conditions, page, limit)

    def task(self, task_id: int) -> Task:
        """Return one task.

        Raises:
            Missing: there is no such task.
        """
        with self.database.begin() as connection:
            return queries.task(connection, self.database.tables, task_id)

    def tasks(
        self,
        *,
        job_id: int | None = None,
        connection_id: int | None = None,
        state: TaskState | str | None = None,
        page: int = 1,
        limit: int = 20,
    ) -> Page[Task]:
        """Return a page of tasks, the oldest first; None leaves a filter out."""
        t = self.database.tables.task.c
        given = ((t.job_id, job_id), (t.connection_id, connection_id), (t.state, state))
        conditions = [column == value for column, value in given if value is not None]
        with self.database.begin() as connection:
            return queries.tasks(connection, self.database.tables, conditions, page, limit)

    def held(
        self, *, connection_id: int | None = None, page: int = 1, limit: int = 20
    ) -> Page[Task]:
        """Return a page of the tasks that wait for a person."""
        return self.tasks(connection_id=connection_id, state=TaskState.HELD, page=page, limit=limit)

    def is_cancelled(self, job_id: int) -> bool:
        """Tell whether the job was cancelled."""
        with self.database.begin() as connection:
            return queries.is_cancelled(connection, self.database.tables, job_id)

    def is_active(self, connection_id: int) -> bool:
        """Tell whether tasks of this ERP connection are claimed; 0 always is."""
        with self.database.begin() as connection:
            return connection_id in claims.connections_at_work(connection, self.database.tables)

    def next_due(self) -> datetime | None:
        """Return when the next waiting task is due, paused connections left out."""
        with self.database.begin() as connection:
            return queries.next_due(connection, self.database.tables)

    def has_open_job(self, connection_id: int, entity: str, direction: str) -> bool:
        """Tell whether such a job is queued or running, e.g. to not start a second one."""
        with self.database.begin() as connection:
            return queries.has_open_job(
                connection, self.database.tables, connection_id, entity, direction
            )
