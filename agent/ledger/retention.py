"""Removes what nobody needs to look at any more."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Delete, delete, exists, or_, select

from agent.ledger.ledger import Ledger
from agent.ledger.transactions import atomically
from agent.ledger.types import JobState, TaskState

_CHUNK = 1000
_JOBS = 200
_WORKERS = timedelta(days=7)


def purge(ledger: Ledger, *, days: int = 30, failed_days: int = 90) -> int:
    """Remove jobs that ended more than ``days`` ago with their tasks and results.

    Failed ones stay ``failed_days``; jobs with tasks that wait for a person stay as long as these
    wait. Rows go in small transactions, the job's own last, so that an interruption leaves nothing
    behind that the next run would not find. Marks of records made in the shop go with failed jobs,
    once they are linked. Returns the number of jobs removed.
    """
    now = ledger.clock()
    j, w = ledger.database.tables.job, ledger.database.tables.worker
    old = or_(
        j.c.state.in_([JobState.DONE.value, JobState.CANCELLED.value])
        & (j.c.finished_at < now - timedelta(days=days)),
        (j.c.state == JobState.FAILED.value)
        & (j.c.finished_at < now - timedelta(days=failed_days)),
    )
    removed = 0
    while batch := _old_jobs(ledger, old):
        for job_id in batch:
            _remove(ledger, job_id)
            removed += 1
    gone = delete(w).where(w.c.seen_at < now - _WORKERS)
    _delete(ledger, gone)
    _purge_births(ledger, now - timedelta(days=failed_days))
    return removed


def _purge_births(ledger: Ledger, before: datetime) -> None:
    """Remove marks of records that were made in the shop before ``before`` and are linked.

    A linked record is never made again. One whose mark is gone and whose link somebody removes is
    found by its SKU, barcode or name, as any other.
    """
    tables = ledger.database.tables
    b, m, c = tables.birth, tables.mapping, tables.connection
    # by way of the connections, of which there are few: mappings are ordered by them
    linked = exists().where(
        m.c.connection_id == c.c.id,
        m.c.entity == b.c.entity,
        m.c.store_key == b.c.store_key,
        m.c.erp_id.is_not(None),
    )
    after = ""
    while True:
        old = (
            select(b.c.marker, linked.label("linked"))
            .where(b.c.marker > after, b.c.created_at < before)
            .order_by(b.c.marker)
            .limit(_CHUNK)
        )
        with ledger.database.begin() as connection:
            rows = connection.execute(old).all()
        marks = [row.marker for row in rows if row.linked]
        if marks:
            _delete(ledger, delete(b).where(b.c.marker.in_(marks)))
        if len(rows) < _CHUNK:
            return
        after = rows[-1].marker


def _old_jobs(ledger: Ledger, old: ColumnElement[bool]) -> list[int]:
    j, t = ledger.database.tables.job, ledger.database.tables.task
    held = exists().where(t.c.job_id == j.c.id, t.c.state == TaskState.HELD.value)
    with ledger.database.begin() as connection:
        query = select(j.c.id).where(old, ~held).order_by(j.c.id).limit(_JOBS)
        return list(connection.scalars(query))


def _remove(ledger: Ledger, job_id: int) -> None:
    tables = ledger.database.tables
    for table in (tables.record_result, tables.task):
        rows = (
            delete(table).where(table.c.job_id == job_id).with_dialect_options(mysql_limit=_CHUNK)
        )
        while _delete(ledger, rows) == _CHUNK:
            pass
    last = delete(tables.job).where(tables.job.c.id == job_id)
    _delete(ledger, last)


def _delete(ledger: Ledger, rows: Delete) -> int:
    return atomically(ledger.database, lambda connection: connection.execute(rows).rowcount)
