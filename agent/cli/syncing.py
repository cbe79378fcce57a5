"""``erp-bridge sync``: one job, waited for, with its counts."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Any

import click

from agent.cli.common import (
    BROKEN,
    DONE,
    PARTLY,
    Command,
    Context,
    pass_context,
    table,
)
from agent.cli.waiting import PATIENCE, wait_for
from agent.ledger import Job, JobState
from agent.model.entity import SYNC_ENTITIES, Direction, Entity
from agent.model.results import RecordResult
from agent.services.container import Services
from agent.services.plain import result_plain
from agent.services.sync_jobs import SyncRequest, start_sync

_SHOWN = 50
_COUNTS = ("read", "unchanged", "created", "updated", "archived", "failed", "held", "warning")


@click.command("sync", cls=Command)
@click.argument("entity", type=click.Choice([e.value for e in SYNC_ENTITIES]))
@click.option("--connection", "name", required=True, help="Name or id of the connection.")
@click.option(
    "--direction",
    type=click.Choice([d.value for d in Direction]),
    default=Direction.TO_ERP.value,
    show_default=True,
    help="Which side is written.",
)
@click.option("--ids", help="Only these records of the shop, e.g. 1,2,3.")
@click.option("--all", "everything", is_flag=True, help="Also look whether the ERP still has it.")
@click.option("--since", metavar="DATE", help="Only what changed since this date (ISO 8601).")
@click.option("--dry-run", is_flag=True, help="Write nothing; show what would be written.")
@click.option(
    "--patience",
    type=click.FloatRange(0),
    default=PATIENCE,
    show_default=True,
    help="Seconds to wait for an ERP that is away.",
)
@pass_context
def sync(
    context: Context,
    entity: str,
    name: str,
    direction: str,
    ids: str | None,
    since: str | None,
    *,
    patience: float,
    everything: bool,
    dry_run: bool,
) -> int:
    """Synchronize ENTITY: make one job, wait for it, print what became of the records."""
    if ids is not None and everything:
        raise click.UsageError("Give --ids or --all, not both.")
    services = context.services
    services.require_migrated()
    keys = _keys(ids)
    job_id = start_sync(
        services,
        SyncRequest(
            connection_id=services.connections.find(name).id,
            entity=Entity(entity),
            direction=Direction(direction),
            mode="ids" if ids is not None else ("all" if everything else "changed"),
            ids=keys,
            since=_since(since),
            dry_run=dry_run,
            origin="cli",
            requested_by=_user(),
        ),
    )
    job = wait_for(services, job_id, patience=patience)
    return show_result(context, services, job)


def _keys(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def _since(text: str | None) -> datetime | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"{text!r} is no date; write e.g. 2026-01-31 or 2026-01-31T08:00:00Z.",
            param_hint="--since",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _user() -> str:
    return os.environ.get("SUDO_USER") or os.environ.get("USER") or "cli"


def show_result(context: Context, services: Services, job: Job) -> int:
    """Print what became of a job and return the exit code."""
    troubles = services.ledger.records(job.id, limit=200).items
    document: dict[str, Any] = {
        **job.to_plain(),
        "records": [result_plain(record) for record in troubles],
    }
    context.emit(document, lambda: _print(job, troubles))
    return job_exit_code(job)


def _print(job: Job, troubles: list[RecordResult]) -> None:
    table(_COUNTS, [[getattr(job.counts, name) for name in _COUNTS]])
    for record in troubles[:_SHOWN]:
        click.echo("")
        click.echo(f"{record.outcome}: {record.entity} {record.store_key} ({record.label})")
        if record.detail and record.outcome == "planned":
            _print_plan(record.detail)
        else:
            click.echo(f"  {record.cause}")
            click.echo(f"  Fix: {record.fix} ({record.code})")
    if len(troubles) > _SHOWN:
        click.echo(f"\n… see erp-bridge job show {job.id} --records for the rest.")
    if job.error is not None:
        error = job.error
        click.echo(f"\nError: {error['cause']}\nFix:   {error['fix']}\nCode:  {error['code']}")


def _print_plan(detail: Any) -> None:
    click.echo(f"  {detail.get('action')}")
    for name, (old, new) in detail.get("fields", {}).items():
        click.echo(f"    {name}: {_short(old)} -> {_short(new)}")


def _short(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= 60 else text[:59] + "…"


def job_exit_code(job: Job) -> int:
    """Return 0 when all went well, 3 when records failed or wait, 1 when the job itself broke."""
    if job.state in {JobState.CANCELLED, JobState.FAILED}:
        return BROKEN
    return PARTLY if job.counts.failed or job.counts.held else DONE
