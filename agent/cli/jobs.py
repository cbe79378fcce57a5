"""``erp-bridge job``: work that was asked for."""

from __future__ import annotations

from typing import Any

import click

from agent.cli.common import Context, Group, pass_context, table
from agent.cli.syncing import job_exit_code, show_result
from agent.cli.waiting import wait_for
from agent.ledger import Job, JobState
from agent.ledger.types import iso
from agent.services.plain import result_plain
from agent.services.sync_jobs import retry_sync


@click.group("job", cls=Group)
def job() -> None:
    """List, show, retry and cancel jobs."""


@job.command("list")
@click.option("--connection", "name", help="Only jobs of this connection.")
@click.option("--entity", help="Only jobs on this entity.")
@click.option("--state", type=click.Choice([s.value for s in JobState]), help="Only such jobs.")
@click.option("--idle", is_flag=True, help="Also sweeps that found nothing to do.")
@click.option("--page", type=click.IntRange(1), default=1)
@click.option("--limit", type=click.IntRange(1, 200), default=20)
@pass_context
def list_jobs(
    context: Context,
    name: str | None,
    entity: str | None,
    state: str | None,
    page: int,
    limit: int,
    *,
    idle: bool,
) -> None:
    """List jobs, the newest first."""
    services = context.services
    connection_id = services.connections.find(name).id if name else None
    found = services.ledger.jobs(
        connection_id=connection_id,
        entity=entity,
        state=state,
        idle=idle,
        page=page,
        limit=limit,
    )
    context.emit(
        {"items": [j.to_plain() for j in found.items], "total": found.total, "page": found.page},
        lambda: table(
            ("ID", "ENTITY", "STATE", "ORIGIN", "READ", "CHANGED", "FAILED", "HELD", "CREATED"),
            [_row(j) for j in found.items],
        ),
    )


def _row(job: Job) -> tuple[object, ...]:
    counts = job.counts
    changed = counts.created + counts.updated + counts.archived
    return (
        job.id,
        job.entity + (" (dry run)" if job.dry_run else ""),
        job.state.value,
        job.origin,
        counts.read,
        changed,
        counts.failed,
        counts.held,
        iso(job.created_at),
    )


@job.command("show")
@click.argument("job_id", type=click.IntRange(1, 2**31 - 1))
@click.option("--records", is_flag=True, help="With all its records, not only the first 200.")
@pass_context
def show(context: Context, job_id: int, *, records: bool) -> int:
    """Show a job and what became of its records."""
    services = context.services
    found = services.ledger.job(job_id)
    if not records:
        return show_result(context, services, found)
    rows: list[dict[str, Any]] = []
    page = 1
    while True:
        some = services.ledger.records(job_id, page=page, limit=200)
        rows += [result_plain(record) for record in some.items]
        if len(rows) >= some.total or not some.items:
            break
        page += 1
    context.emit(
        {**found.to_plain(), "records": rows},
        lambda: table(
            ("OUTCOME", "ENTITY", "RECORD", "LABEL", "CAUSE", "FIX"),
            [
                (r["outcome"], r["entity"], r["store_key"], r["label"], r["cause"], r["fix"])
                for r in rows
            ],
        ),
    )
    return job_exit_code(found)


@job.command("retry")
@click.argument("job_id", type=click.IntRange(1, 2**31 - 1))
@pass_context
def retry(context: Context, job_id: int) -> int:
    """Try again what failed in a job, and wait for it."""
    services = context.services
    retry_sync(services, job_id)
    return show_result(context, services, wait_for(services, job_id))


@job.command("cancel")
@click.argument("job_id", type=click.IntRange(1, 2**31 - 1))
@pass_context
def cancel(context: Context, job_id: int) -> None:
    """Cancel a job: what waits ends now, what runs is told."""
    found = context.services.ledger.cancel_job(job_id)
    context.emit(found.to_plain(), lambda: click.echo(f"Job {found.id} is {found.state.value}."))
