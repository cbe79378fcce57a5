"""What happens to a job: made, settled, cancelled, retried; tasks released or dropped.

Every function that changes a task locks its job's row first. That keeps two tasks that end at the
same moment from each taking the other for unfinished, and gives all transactions one lock order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, func, insert, select, update
from sqlalchemy.dialects.mysql import insert as upsert

from agent.db import Tables
from agent.errors import BridgeError
from agent.ledger.rows import dump, job_values, load, result_values, task_of, task_values
from agent.ledger.types import (
    JobRequest,
    JobState,
    Missing,
    NewTask,
    Plain,
    Task,
    TaskState,
    WrongState,
)
from agent.model.results import RecordResult, ResultKind

_CHUNK = 500
_UNFINISHED = (TaskState.READY.value, TaskState.RUNNING.value)
_GIVEN_UP = (TaskState.FAILED.value, TaskState.DEAD.value)

JobRow = Row[Any]


def create(
    connection: Connection,
    tables: Tables,
    request: JobRequest,
    tasks: Sequence[NewTask],
    now: datetime,
) -> int:
    """Make a job with its tasks; one without tasks is done at once."""
    state = JobState.QUEUED if tasks else JobState.DONE
    values = job_values(request, state, now)
    if not tasks:
        values["started_at"] = values["finished_at"] = now
    made = connection.execute(insert(tables.job).values(values))
    job_id = int(made.lastrowid)
    add_tasks(connection, tables, job_id, request.connection_id, tasks, TaskState.READY, now)
    return job_id


def add_tasks(
    connection: Connection,
    tables: Tables,
    job_id: int,
    connection_id: int,
    tasks: Sequence[NewTask],
    state: TaskState,
    now: datetime,
) -> None:
    """Insert tasks in order, so that earlier ones get lower ids."""
    rows = task_values(tasks, job_id, connection_id, state, now)
    for start in range(0, len(rows), _CHUNK):
        connection.execute(insert(tables.task), rows[start : start + _CHUNK])


def lock(connection: Connection, tables: Tables, job_id: int) -> JobRow:
    """Lock a job's row for this transaction and return it.

    Raises:
        Missing: there is no such job.
    """
    j = tables.job
    row = connection.execute(select(j).where(j.c.id == job_id).with_for_update()).one_or_none()
    if row is None:
        raise Missing(
            f"There is no job {job_id}",
            fix="List the jobs to see their numbers; finished ones are removed after some weeks.",
            record=f"job {job_id}",
        )
    return row


def settle(connection: Connection, tables: Tables, job_id: int, now: datetime) -> None:
    """Bring a job's state in line with its tasks. The job's row must be locked."""
    j = tables.job
    state, finished_at = connection.execute(
        select(j.c.state, j.c.finished_at).where(j.c.id == job_id)
    ).one()
    values: dict[str, Any]
    if state == JobState.CANCELLED:
        if finished_at is not None or _any(connection, tables, job_id, (TaskState.RUNNING.value,)):
            return
        values = {"finished_at": now}
    elif _any(connection, tables, job_id, _UNFINISHED):
        if state in (JobState.QUEUED, JobState.RUNNING):
            return
        values = {"state": JobState.RUNNING.value, "finished_at": None}
    else:
        error = _first_error(connection, tables, job_id)
        values = {
            "state": (JobState.DONE if error is None else JobState.FAILED).value,
            "error": error,
            "finished_at": now,
        }
    connection.execute(update(j).where(j.c.id == job_id).values(values))


def _any(connection: Connection, tables: Tables, job_id: int, states: Sequence[str]) -> bool:
    t = tables.task
    for state in states:  # one index entry each, however many tasks the job has
        found = select(t.c.id).where(t.c.job_id == job_id, t.c.state == state).limit(1)
        if connection.execute(found).first() is not None:
            return True
    return False


def _first_error(connection: Connection, tables: Tables, job_id: int) -> str | None:
    t = tables.task
    query = (
        select(t.c.error)
        .where(t.c.job_id == job_id, t.c.state.in_(_GIVEN_UP))
        .order_by(t.c.id)
        .limit(1)
    )
    return connection.scalar(query)


def note_trouble(
    connection: Connection,
    tables: Tables,
    job: JobRow,
    task: Task,
    outcome: ResultKind,
    error: BridgeError,
) -> None:
    """Count a task that failed or is held on its job, and list its record.

    A task about one record names it in its payload as ``store_key`` (and ``entity``, ``label``);
    one about a page has no record of its own and shows on the job only.
    """
    j = tables.job
    column = j.c[f"{outcome}_count"]
    connection.execute(update(j).where(j.c.id == job.id).values({column: column + 1}))
    store_key = task.payload.get("store_key")
    if store_key is not None:
        label = error.record or str(task.payload.get("label", store_key))
        entity = str(task.payload.get("entity", job.entity))
        result = RecordResult.of_error(entity, str(store_key), label, outcome, error)
        write_results(connection, tables, job.id, [result])


def write_results(
    connection: Connection, tables: Tables, job_id: int, results: Sequence[RecordResult]
) -> None:
    """Store record results; a record reported again with the same code is replaced."""
    rows = result_values(job_id, results)
    for start in range(0, len(rows), _CHUNK):
        statement = upsert(tables.record_result).values(rows[start : start + _CHUNK])
        new = statement.inserted
        connection.execute(
            statement.on_duplicate_key_update(
                label=new.label, cause=new.cause, fix=new.fix, detail=new.detail
            )
        )


def cancel(connection: Connection, tables: Tables, job_id: int, now: datetime) -> None:
    """Cancel a job: what waits ends now, what runs is told and may finish.

    Raises:
        Missing: there is no such job.
    """
    job = lock(connection, tables, job_id)
    if job.state in (JobState.DONE, JobState.FAILED, JobState.CANCELLED):
        return
    t, j = tables.task, tables.job
    held = select(t).where(t.c.job_id == job_id, t.c.state == TaskState.HELD.value)
    for row in connection.execute(held):
        _forget_hold(connection, tables, job, task_of(row))
    connection.execute(
        update(t)
        .where(t.c.job_id == job_id, t.c.state.in_([TaskState.READY.value, TaskState.HELD.value]))
        .values(state=TaskState.CANCELLED.value, updated_at=now)
    )
    connection.execute(update(j).where(j.c.id == job_id).values(state=JobState.CANCELLED.value))
    settle(connection, tables, job_id, now)


def retry(
    connection: Connection,
    tables: Tables,
    job_id: int,
    tasks: Sequence[NewTask],
    redone: Sequence[tuple[str, str]],
    now: datetime,
) -> None:
    """Put a job's failed, dead and cancelled tasks back to work, and add ``tasks`` to it.

    ``redone``: (entity, store key) of records whose failure the new tasks look at again.

    Raises:
        Missing: there is no such job.
        WrongState: nothing of it failed, and no tasks were given.
    """
    job = lock(connection, tables, job_id)
    t, j = tables.task, tables.job
    states = [*_GIVEN_UP]
    if job.state == JobState.CANCELLED:
        states.append(TaskState.CANCELLED.value)
    again = connection.execute(
        select(t.c.id, t.c.state, t.c.payload).where(t.c.job_id == job_id, t.c.state.in_(states))
    ).all()
    if not again and not tasks:
        raise WrongState(
            f"Job {job_id} has nothing that failed",
            fix="Start a new job to synchronize again.",
            record=f"job {job_id}",
        )
    make_ready(connection, tables, [row.id for row in again], now)
    given_up = [row for row in again if row.state in _GIVEN_UP]
    cleared = clear_results(connection, tables, job_id, "failed", redone)
    own = [_record_of(load(row.payload), job.entity) for row in given_up]
    clear_results(connection, tables, job_id, "failed", [r for r in own if r is not None])
    add_tasks(connection, tables, job_id, job.connection_id, tasks, TaskState.READY, now)
    connection.execute(
        update(j)
        .where(j.c.id == job_id)
        .values(
            state=JobState.RUNNING.value,
            error=None,
            finished_at=None,
            failed_count=func.greatest(j.c.failed_count - len(given_up) - cleared, 0),
        )
    )


def make_ready(
    connection: Connection, tables: Tables, task_ids: Sequence[int], now: datetime
) -> None:
    """Put tasks back to ready with their counters at zero."""
    t = tables.task
    for start in range(0, len(task_ids), _CHUNK):
        connection.execute(
            update(t)
            .where(t.c.id.in_(task_ids[start : start + _CHUNK]))
            .values(
                state=TaskState.READY.value,
                running_key=None,
                attempts=0,
                crashes=0,
                not_before=now,
                error=None,
                updated_at=now,
            )
        )


def clear_results(
    connection: Connection,
    tables: Tables,
    job_id: int,
    outcome: ResultKind,
    records: Sequence[tuple[str, str]],
) -> int:
    """Remove what was listed of these records with this outcome; return how many rows went."""
    r = tables.record_result
    by_entity: dict[str, list[str]] = {}
    for entity, store_key in records:
        by_entity.setdefault(str(entity), []).append(store_key)
    removed = 0
    for entity, keys in by_entity.items():
        for start in range(0, len(keys), _CHUNK):
            these: ColumnElement[bool] = r.c.store_key.in_(keys[start : start + _CHUNK])
            removed += connection.execute(
                delete(r).where(
                    r.c.job_id == job_id, r.c.entity == entity, these, r.c.outcome == outcome
                )
            ).rowcount
    return removed


def _record_of(payload: Plain, entity: str) -> tuple[str, str] | None:
    store_key = payload.get("store_key")
    return None if store_key is None else (str(payload.get("entity", entity)), str(store_key))


def release(connection: Connection, tables: Tables, task: Task, now: datetime) -> None:
    """Put a held task back to work, marked in its payload as ``released``; its job runs again.

    The mark tells a handler that held it for a person's consent that the consent was given.
    """
    job = _lock_held(connection, tables, task)
    make_ready(connection, tables, [task.id], now)
    t = tables.task
    marked = dump({**task.payload, "released": True})
    connection.execute(update(t).where(t.c.id == task.id).values(payload=marked))
    _forget_hold(connection, tables, job, task)
    j = tables.job
    connection.execute(
        update(j)
        .where(j.c.id == task.job_id)
        .values(state=JobState.RUNNING.value, error=None, finished_at=None)
    )


def drop(connection: Connection, tables: Tables, task: Task, now: datetime) -> None:
    """End a held task without doing it. Its error stays to be read."""
    job = _lock_held(connection, tables, task)
    t = tables.task
    connection.execute(
        update(t).where(t.c.id == task.id).values(state=TaskState.CANCELLED.value, updated_at=now)
    )
    _forget_hold(connection, tables, job, task)
    settle(connection, tables, task.job_id, now)


def _lock_held(connection: Connection, tables: Tables, task: Task) -> JobRow:
    job = lock(connection, tables, task.job_id)
    t = tables.task
    state = connection.scalar(select(t.c.state).where(t.c.id == task.id).with_for_update())
    if state != TaskState.HELD:
        raise WrongState(
            f"Task {task.id} is not held, it is {state}",
            fix="Look at the list of held work again: somebody may have been faster.",
            record=f"task {task.id}",
        )
    return job


def _forget_hold(connection: Connection, tables: Tables, job: JobRow, task: Task) -> None:
    j = tables.job
    connection.execute(
        update(j).where(j.c.id == job.id).values(held_count=func.greatest(j.c.held_count - 1, 0))
    )
    record = _record_of(task.payload, job.entity)
    if record is not None:
        clear_results(connection, tables, job.id, "held", [record])
