"""Looking at jobs and tasks. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, func, or_, select

from agent.db import Tables
from agent.ledger.claims import connections_at_work
from agent.ledger.rows import job_of, load, result_of, task_of
from agent.ledger.types import Job, JobState, Missing, Page, Task, TaskState
from agent.model.results import RecordResult

LONGEST_PAGE = 200


def job(connection: Connection, tables: Tables, job_id: int) -> Job:
    """Return one job.

    Raises:
        Missing: there is no such job.
    """
    row = connection.execute(select(tables.job).where(tables.job.c.id == job_id)).one_or_none()
    if row is None:
        raise Missing(
            f"There is no job {job_id}",
            fix="List the jobs to see their numbers; finished ones are removed after some weeks.",
            record=f"job {job_id}",
        )
    return job_of(row, stages(connection, tables, [job_id]).get(job_id))


def task(connection: Connection, tables: Tables, task_id: int) -> Task:
    """Return one task.

    Raises:
        Missing: there is no such task.
    """
    row = connection.execute(select(tables.task).where(tables.task.c.id == task_id)).one_or_none()
    if row is None:
        raise Missing(
            f"There is no task {task_id}",
            fix="List the held work or the job's tasks to see their numbers.",
            record=f"task {task_id}",
        )
    return task_of(row)


def stages(connection: Connection, tables: Tables, job_ids: Sequence[int]) -> dict[int, str]:
    """Return by job the entity that its running task, else its newest task is about."""
    t = tables.task
    if not job_ids:
        return {}
    newest = connection.execute(
        select(t.c.job_id, t.c.state, func.max(t.c.id).label("task_id"))
        .where(t.c.job_id.in_(job_ids))
        .group_by(t.c.job_id, t.c.state)
    )
    chosen: dict[int, tuple[bool, int]] = {}
    for row in newest:
        rank = (row.state == TaskState.RUNNING, row.task_id)
        chosen[row.job_id] = max(chosen.get(row.job_id, (False, 0)), rank)
    task_ids = [task_id for _, task_id in chosen.values()]
    rows = connection.execute(select(t.c.job_id, t.c.payload).where(t.c.id.in_(task_ids)))
    entities = {row.job_id: load(row.payload).get("entity") for row in rows}
    return {job_id: str(entity) for job_id, entity in entities.items() if entity is not None}


def has_news(tables: Tables) -> ColumnElement[bool]:
    """Return the condition that a job was asked for by somebody, runs, failed, or did something."""
    j = tables.job.c
    did = (j.created_count, j.updated_count, j.archived_count, j.failed_count, j.held_count)
    return or_(
        j.origin != "schedule",
        j.state != JobState.DONE.value,
        *(count > 0 for count in (*did, j.warning_count)),
    )


def jobs(
    connection: Connection,
    tables: Tables,
    conditions: Iterable[ColumnElement[bool]],
    page: int,
    limit: int,
) -> Page[Job]:
    """Return a page of jobs, the newest first."""
    j = tables.job
    query = select(j).where(*conditions)
    rows, total, page, limit = _page(connection, query, j.c.id.desc(), page, limit)
    found = stages(connection, tables, [row.id for row in rows])
    return Page([job_of(row, found.get(row.id)) for row in rows], total, page, limit)


def tasks(
    connection: Connection,
    tables: Tables,
    conditions: Iterable[ColumnElement[bool]],
    page: int,
    limit: int,
) -> Page[Task]:
    """Return a page of tasks, the oldest first."""
    t = tables.task
    query = select(t).where(*conditions)
    rows, total, page, limit = _page(connection, query, t.c.id, page, limit)
    return Page([task_of(row) for row in rows], total, page, limit)


def records(
    connection: Connection,
    tables: Tables,
    conditions: Iterable[ColumnElement[bool]],
    page: int,
    limit: int,
) -> Page[RecordResult]:
    """Return a page of record results in the order they came up."""
    r = tables.record_result
    query = select(r).where(*conditions)
    rows, total, page, limit = _page(connection, query, r.c.id, page, limit)
    return Page([result_of(row) for row in rows], total, page, limit)


def _page(
    connection: Connection,
    query: Select[Any],
    order: ColumnElement[Any],
    page: int,
    limit: int,
) -> tuple[Sequence[Any], int, int, int]:
    limit = max(1, min(limit, LONGEST_PAGE))
    page = max(1, page)
    counting = query.with_only_columns(func.count(), maintain_column_froms=True)
    total = int(connection.scalar(counting) or 0)
    rows = connection.execute(query.order_by(order).limit(limit).offset((page - 1) * limit)).all()
    return rows, total, page, limit


def is_cancelled(connection: Connection, tables: Tables, job_id: int) -> bool:
    """Tell whether the job was cancelled."""
    state = connection.scalar(select(tables.job.c.state).where(tables.job.c.id == job_id))
    return state == JobState.CANCELLED.value


def next_due(connection: Connection, tables: Tables) -> datetime | None:
    """Return when the next waiting task of a working connection is due, None without one."""
    t = tables.task
    active = connections_at_work(connection, tables)
    due: datetime | None = connection.scalar(
        select(func.min(t.c.not_before)).where(
            t.c.state == TaskState.READY.value, t.c.connection_id.in_(active)
        )
    )
    return due


def has_open_job(
    connection: Connection, tables: Tables, connection_id: int, entity: str, direction: str
) -> bool:
    """Tell whether such a job is queued or running."""
    j = tables.job
    found = select(j.c.id).where(
        j.c.connection_id == connection_id,
        j.c.entity == entity,
        j.c.direction == direction,
        j.c.state.in_([JobState.QUEUED.value, JobState.RUNNING.value]),
    )
    return connection.execute(found.limit(1)).first() is not None
