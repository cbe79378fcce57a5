"""What the ledger takes and gives. All times are aware UTC.

A **job** is what a person, an event or a schedule asked for. A **task** is a leased unit of it: a
page of a bulk job, or one record. Tasks of one ``key`` run one at a time, first in first out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar

from agent.errors import PermanentError
from agent.model.results import Counts, RecordResult

KEY_LENGTH = 96
KIND_LENGTH = 32

Clock = Callable[[], datetime]
"""Returns the time now, aware UTC."""

Plain = Mapping[str, Any]
"""JSON-ready values by name."""

_Item = TypeVar("_Item")


def utc_now() -> datetime:
    """Return this machine's time as aware UTC."""
    return datetime.now(UTC)


class JobState(StrEnum):
    """Where a job stands; the last three are final until somebody retries or releases."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def final(self) -> bool:
        """Whether nothing more happens by itself."""
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


class TaskState(StrEnum):
    """Where a task stands. ``dead``: gave up after too many retries or crashes."""

    READY = "ready"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    HELD = "held"
    DEAD = "dead"
    CANCELLED = "cancelled"


class LeaseLost(Exception):
    """The task was given to another worker, or ended: nothing this one reports counts any more.

    Not a ``BridgeError``: code that goes on after a bad record must not go on after this.
    """


class Missing(PermanentError):
    """There is no job or task of that number."""

    default_code = "job.missing"


class WrongState(PermanentError):
    """The job or task is in a state that does not allow this."""

    default_code = "job.state"


@dataclass(frozen=True, slots=True)
class JobRequest:
    """A job to make. ``connection_id`` 0: it needs no connection.

    ``origin``: ``cli``, ``admin``, ``event`` or ``schedule``. ``total``: records expected, None
    while unknown; tasks may add to it by ``TaskResult.expected``.
    """

    connection_id: int
    entity: str
    direction: str
    origin: str
    requested_by: str = ""
    dry_run: bool = False
    params: Plain = field(default_factory=dict)
    total: int | None = None


@dataclass(frozen=True, slots=True)
class NewTask:
    """A task to make. ``priority``: lower runs earlier, between keys. ``payload``: JSON-ready.

    Raises:
        ValueError: key or kind is empty or too long, or ``not_before`` has no zone.
    """

    key: str
    kind: str
    payload: Plain = field(default_factory=dict)
    priority: int = 100
    not_before: datetime | None = None

    def __post_init__(self) -> None:
        if not 0 < len(self.key) <= KEY_LENGTH:
            raise ValueError(f"a task's key has 1 to {KEY_LENGTH} characters: {self.key!r}")
        if not 0 < len(self.kind) <= KIND_LENGTH:
            raise ValueError(f"a task's kind has 1 to {KIND_LENGTH} characters: {self.kind!r}")
        if self.not_before is not None and self.not_before.tzinfo is None:
            raise ValueError("not_before needs a time zone")


@dataclass(frozen=True, slots=True)
class TaskResult:
    """What a handler returns.

    ``counts`` are added to the job's. ``records`` are shown with the job. ``next_tasks`` join the
    same job. ``result`` stays with the task. ``expected`` is added to the job's ``total``: records
    that this task found to lie ahead.
    """

    counts: Counts = field(default_factory=Counts)
    records: Sequence[RecordResult] = ()
    next_tasks: Sequence[NewTask] = ()
    result: Plain | None = None
    expected: int = 0


@dataclass(frozen=True, slots=True)
class Job:
    """A job as it stands. ``stage``: the entity its running, else its newest task is about."""

    id: int
    connection_id: int
    entity: str
    direction: str
    origin: str
    requested_by: str
    dry_run: bool
    params: Plain
    state: JobState
    total: int | None
    counts: Counts
    stage: str | None
    error: Plain | None
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None

    def to_plain(self) -> dict[str, Any]:
        """Return the job as the HTTP API and ``--json`` show it."""
        return {
            "id": self.id,
            "connection": self.connection_id or None,
            "entity": self.entity,
            "direction": self.direction,
            "origin": self.origin,
            "requested_by": self.requested_by,
            "dry_run": self.dry_run,
            "state": self.state.value,
            "total": self.total,
            "counts": self.counts.to_plain(),
            "stage": self.stage,
            "error": None if self.error is None else dict(self.error),
            "created_at": iso(self.created_at),
            "started_at": iso(self.started_at),
            "finished_at": iso(self.finished_at),
        }


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it stands. ``error``: why it failed, is held, or will be tried again."""

    id: int
    job_id: int
    connection_id: int
    key: str
    kind: str
    payload: Plain
    state: TaskState
    priority: int
    attempts: int
    crashes: int
    not_before: datetime
    lease_until: datetime | None
    worker: str | None
    error: Plain | None
    result: Plain | None
    created_at: datetime
    updated_at: datetime

    def to_plain(self) -> dict[str, Any]:
        """Return the task as the HTTP API and ``--json`` show it."""
        return {
            "id": self.id,
            "job": self.job_id,
            "connection": self.connection_id or None,
            "key": self.key,
            "kind": self.kind,
            "payload": dict(self.payload),
            "state": self.state.value,
            "attempts": self.attempts,
            "crashes": self.crashes,
            "not_before": iso(self.not_before),
            "error": None if self.error is None else dict(self.error),
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed task. ``token`` grows with every claim, so that an old holder is recognised."""

    task: Task
    job: Job
    token: int
    worker: str


@dataclass(frozen=True, slots=True)
class Page(Generic[_Item]):
    """One page of a list; ``total`` counts all items."""

    items: list[_Item]
    total: int
    page: int
    limit: int


class TaskContext(Protocol):
    """What a handler is given."""

    @property
    def task(self) -> Task:
        """The task as claimed."""
        ...

    @property
    def job(self) -> Job:
        """The task's job as it was at the claim."""
        ...

    @property
    def payload(self) -> Plain:
        """The task's payload."""
        ...

    @property
    def attempt(self) -> int:
        """1 at the first run, one more after each failure or crash."""
        ...

    def heartbeat(self) -> None:
        """Tell that the work goes on; cheap, call it between any two slow steps.

        Raises:
            LeaseLost: the task was given to another worker: stop at once, let it through.
        """
        ...

    def cancelled(self) -> bool:
        """Whether the job was cancelled: return what was done so far."""
        ...


Handler = Callable[[TaskContext], TaskResult]
"""Does a task of one kind. Raises BridgeErrors for what concerns the task as a whole."""


def iso(moment: datetime | None) -> str | None:
    """Return an aware time as ISO 8601 in UTC with ``Z``, whole seconds."""
    if moment is None:
        return None
    return moment.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
