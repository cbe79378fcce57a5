"""Numbers about the ledger for ``/health`` and ``/metrics``, and which workers are alive."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects.mysql import insert as upsert

from agent import __version__
from agent.db import Tables
from agent.ledger.claims import connections_at_work
from agent.ledger.ledger import Ledger
from agent.ledger.transactions import atomically
from agent.ledger.types import TaskState

ALIVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Health:
    """How the work stands.

    ``ready``: tasks that wait, all of them; ``paused``: those of them whose connection is paused.
    ``oldest_ready_age``: seconds since the longest waiting task, connection not paused, was due.
    ``workers``: seen within the last 30 seconds.
    """

    ready: int
    paused: int
    running: int
    held: int
    failed: int
    dead: int
    oldest_ready_age: float
    workers: int

    def to_plain(self) -> dict[str, Any]:
        """Return the numbers by name."""
        return asdict(self)


def health(ledger: Ledger) -> Health:
    """Return how the work stands."""
    now = ledger.clock()
    tables = ledger.database.tables
    t, w = tables.task, tables.worker
    with ledger.database.begin() as connection:
        active = connections_at_work(connection, tables)
        counts = {state: _count(connection, tables, state) for state in _COUNTED}
        at_work, oldest = connection.execute(
            select(func.count(), func.min(t.c.not_before)).where(
                t.c.state == TaskState.READY.value, t.c.connection_id.in_(active)
            )
        ).one()
        alive = now - timedelta(seconds=ALIVE_SECONDS)
        workers = connection.scalar(select(func.count()).where(w.c.seen_at >= alive))
    ready = counts[TaskState.READY]
    return Health(
        ready=ready,
        paused=max(ready - at_work, 0),
        running=counts[TaskState.RUNNING],
        held=counts[TaskState.HELD],
        failed=counts[TaskState.FAILED],
        dead=counts[TaskState.DEAD],
        oldest_ready_age=max((now - oldest).total_seconds(), 0.0) if oldest else 0.0,
        workers=int(workers or 0),
    )


_COUNTED = (
    TaskState.READY,
    TaskState.RUNNING,
    TaskState.HELD,
    TaskState.FAILED,
    TaskState.DEAD,
)


def _count(connection: Connection, tables: Tables, state: TaskState) -> int:
    t = tables.task
    return int(connection.scalar(select(func.count()).where(t.c.state == state.value)) or 0)


def show_alive(ledger: Ledger, worker: str, started_at: datetime) -> None:
    """Note that a worker is alive now."""
    w = ledger.database.tables.worker
    seen = {"started_at": started_at, "seen_at": ledger.clock(), "version": __version__[:32]}
    statement = upsert(w).values(name=worker, **seen).on_duplicate_key_update(**seen)
    atomically(ledger.database, lambda c: c.execute(statement))


def show_gone(ledger: Ledger, worker: str) -> None:
    """Note that a worker ended in good order."""
    w = ledger.database.tables.worker
    atomically(ledger.database, lambda c: c.execute(w.delete().where(w.c.name == worker)))
