"""Rows of the ledger's tables to objects and back."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from agent.errors import BridgeError
from agent.ledger.types import Job, JobRequest, JobState, NewTask, Plain, Task, TaskState
from agent.model.results import Counts, RecordResult

COUNT_NAMES: tuple[str, ...] = tuple(f.name for f in fields(Counts))
"""Names of the counts; the job's columns are these with ``_count``."""

_TEXT_BYTES = 60_000  # a TEXT column holds 65,535 bytes


def dump(value: Plain | None) -> str:
    """Return JSON in ASCII, so that half a surrogate pair from a broken text cannot stop it."""
    return json.dumps({} if value is None else dict(value), separators=(",", ":"), default=str)


def dump_error(error: BridgeError) -> str:
    """Return what a person sees of ``error`` as JSON."""
    return dump(error.to_plain())


def load(text: str | None) -> Any:
    """Return the value of a JSON column, None where it is NULL."""
    return None if text is None else json.loads(text)


def clip(text: str, characters: int) -> str:
    """Return ``text`` fit for a column of that many characters, and for UTF-8."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return sound if len(sound) <= characters else sound[: characters - 1] + "…"


def clip_text(text: str) -> str:
    """Return ``text`` fit for a TEXT column."""
    sound = text.encode("utf-8", "replace")
    if len(sound) > _TEXT_BYTES:
        sound = sound[:_TEXT_BYTES] + "…".encode()
    return sound.decode("utf-8", "ignore")


def clip_key(text: str, characters: int) -> str:
    """Return a key fit for a column; a longer one stays distinct by a digest at its end."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    if len(sound) <= characters:
        return sound
    digest = hashlib.blake2b(sound.encode(), digest_size=8).hexdigest()
    return f"{sound[: characters - 17]}~{digest}"


def job_of(row: Row[Any], stage: str | None = None) -> Job:
    """Return the job of a row with all of the table's columns."""
    r = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return Job(
        id=r["id"],
        connection_id=r["connection_id"],
        entity=r["entity"],
        direction=r["direction"],
        origin=r["origin"],
        requested_by=r["requested_by"],
        dry_run=bool(r["dry_run"]),
        params=load(r["params"]),
        state=JobState(r["state"]),
        total=r["total"],
        counts=Counts(**{name: r[f"{name}_count"] for name in COUNT_NAMES}),
        stage=stage,
        error=load(r["error"]),
        created_at=r["created_at"],
        started_at=r["started_at"],
        finished_at=r["finished_at"],
    )


def task_of(row: Row[Any]) -> Task:
    """Return the task of a row with all of the table's columns."""
    r = row._mapping  # noqa: SLF001 - SQLAlchemy's public name for it
    return Task(
        id=r["id"],
        job_id=r["job_id"],
        connection_id=r["connection_id"],
        key=r["key_name"],
        kind=r["kind"],
        payload=load(r["payload"]),
        state=TaskState(r["state"]),
        priority=r["priority"],
        attempts=r["attempts"],
        crashes=r["crashes"],
        not_before=r["not_before"],
        lease_until=r["lease_until"],
        worker=r["worker"],
        error=load(r["error"]),
        result=load(r["result"]),
        created_at=r["created_at"],
        updated_at=r["updated_at"],
    )


def result_of(row: Row[Any]) -> RecordResult:
    """Return the record result of a row."""
    return RecordResult(
        entity=row.entity,
        store_key=row.store_key,
        label=row.label,
        outcome=row.outcome,
        code=row.code,
        cause=row.cause,
        fix=row.fix,
        detail=load(row.detail),
    )


def job_values(request: JobRequest, state: JobState, now: datetime) -> dict[str, Any]:
    """Return the column values of a new job."""
    return {
        "connection_id": request.connection_id,
        "entity": str(request.entity),
        "direction": str(request.direction),
        "origin": request.origin,
        "requested_by": clip(request.requested_by, 96),
        "dry_run": request.dry_run,
        "params": dump(request.params),
        "state": state.value,
        "total": request.total,
        "created_at": now,
        **{f"{name}_count": 0 for name in COUNT_NAMES},
    }


def task_values(
    tasks: Sequence[NewTask], job_id: int, connection_id: int, state: TaskState, now: datetime
) -> list[dict[str, Any]]:
    """Return the column values of new tasks, in order."""
    return [
        {
            "job_id": job_id,
            "connection_id": connection_id,
            "key_name": task.key,
            "kind": task.kind,
            "payload": dump(task.payload),
            "state": state.value,
            "priority": task.priority,
            "attempts": 0,
            "crashes": 0,
            "not_before": task.not_before or now,
            "lease_token": 0,
            "created_at": now,
            "updated_at": now,
        }
        for task in tasks
    ]


def result_values(job_id: int, results: Sequence[RecordResult]) -> list[dict[str, Any]]:
    """Return the column values of record results, one per unique key, in key order.

    One order for all writers keeps them from waiting for each other in a circle.
    """
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for r in results:
        row: dict[str, Any] = {
            "job_id": job_id,
            "entity": str(r.entity),
            "store_key": clip_key(r.store_key, 96),
            "label": clip(r.label, 255),
            "outcome": r.outcome,
            "code": clip_key(r.code, 64),
            "cause": clip_text(r.cause),
            "fix": clip_text(r.fix),
            "detail": None if r.detail is None else dump(r.detail),
        }
        key = (row["entity"], row["store_key"], row["outcome"], row["code"])
        rows[key] = row
    return [rows[key] for key in sorted(rows)]
