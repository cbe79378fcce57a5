"""What comes round by the clock: sweeps, reconciles, clean-ups.

Any worker may tick at any time. A schedule's next time is set by compare-and-set, in the same
transaction that makes its job: however many workers tick, and wherever one dies, each round gives
one job.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects.mysql import insert as upsert

from agent.errors import BridgeError
from agent.ledger.ledger import Ledger
from agent.ledger.rows import dump, load
from agent.ledger.transactions import atomically
from agent.ledger.types import JobRequest, NewTask, Plain

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Something to do every so many seconds. ``next_at``: aware UTC."""

    name: str
    every_seconds: int
    kind: str
    payload: Plain = field(default_factory=dict)
    enabled: bool = True
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ScheduledJob:
    """The job that a round of a schedule makes."""

    request: JobRequest
    tasks: Sequence[NewTask]


Planner = Callable[[Schedule], ScheduledJob | None]
"""Says what a due schedule makes, None for nothing this time. It may be asked more than once for
the same round, so it only looks and changes nothing."""


def ensure(ledger: Ledger, schedule: Schedule) -> None:
    """Make or change a schedule by its name. A new one is first due at ``next_at``, else now.

    The next time of an existing one stays, unless its interval became shorter than the wait.

    Raises:
        ValueError: the interval is not a positive number of seconds.
    """
    if schedule.every_seconds < 1:
        raise ValueError(f"schedule {schedule.name!r} needs an interval of a second at least")
    now = ledger.clock()
    s = ledger.database.tables.schedule

    def work(connection: Connection) -> None:
        values = {
            "every_seconds": schedule.every_seconds,
            "kind": schedule.kind,
            "payload": dump(schedule.payload),
            "enabled": schedule.enabled,
        }
        first = schedule.next_at or now
        connection.execute(
            upsert(s)
            .values(name=schedule.name, next_at=first, **values)
            .on_duplicate_key_update(**values)
        )
        latest = now + timedelta(seconds=schedule.every_seconds)
        connection.execute(
            update(s).where(s.c.name == schedule.name, s.c.next_at > latest).values(next_at=latest)
        )

    atomically(ledger.database, work)


def remove(ledger: Ledger, name: str) -> None:
    """Remove a schedule; jobs it made stay."""
    s = ledger.database.tables.schedule
    atomically(ledger.database, lambda c: c.execute(delete(s).where(s.c.name == name)))


def schedules(ledger: Ledger) -> list[Schedule]:
    """Return all schedules by name."""
    s = ledger.database.tables.schedule
    with ledger.database.begin() as connection:
        rows = connection.execute(select(s).order_by(s.c.name)).all()
    return [
        Schedule(
            name=row.name,
            every_seconds=row.every_seconds,
            kind=row.kind,
            payload=load(row.payload),
            enabled=bool(row.enabled),
            next_at=row.next_at,
        )
        for row in rows
    ]


def tick(ledger: Ledger, plan: Planner) -> list[int]:
    """Make the jobs of all schedules that are due; return the jobs made here.

    A planner that raises a BridgeError is logged and asked again at the next round; it does not
    stop the others. Rounds missed while nobody ran are made up by one.
    """
    now = ledger.clock()
    made = []
    for schedule in schedules(ledger):
        if not schedule.enabled or schedule.next_at is None or schedule.next_at > now:
            continue
        planned: ScheduledJob | None = None
        try:
            planned = plan(schedule)
        except BridgeError as error:
            log.warning("schedule.failed", schedule=schedule.name, **error.to_plain())
        job_id = _turn(ledger, schedule, planned, now)
        if job_id is not None:
            made.append(job_id)
    if made:
        ledger.wake()
    return made


def _turn(
    ledger: Ledger, schedule: Schedule, planned: ScheduledJob | None, now: datetime
) -> int | None:
    """Set the next time and make the job, unless another worker was first."""
    s = ledger.database.tables.schedule
    following = following_time(schedule, now)

    def work(connection: Connection) -> int | None:
        won = connection.execute(
            update(s)
            .where(s.c.name == schedule.name, s.c.next_at == schedule.next_at, s.c.enabled)
            .values(next_at=following)
        )
        if won.rowcount == 0 or planned is None:
            return None
        return ledger.create_job_in(connection, planned.request, planned.tasks)

    return atomically(ledger.database, work)


def following_time(schedule: Schedule, now: datetime) -> datetime:
    """Return the first time after ``now`` in step with the schedule's earlier ones."""
    due = schedule.next_at or now
    every = timedelta(seconds=schedule.every_seconds)
    rounds = (now - due) // every + 1
    return due + max(rounds, 1) * every
