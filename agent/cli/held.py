"""``erp-bridge held``: what waits for a person."""

from __future__ import annotations

import click

from agent.cli.common import Context, Group, pass_context, table
from agent.ledger import Task

_TASK = click.IntRange(1, 2**31 - 1)


@click.group("held", cls=Group)
def held() -> None:
    """List, release and drop work that waits for a person."""


@held.command("list")
@click.option("--connection", "name", help="Only work of this connection.")
@click.option("--page", type=click.IntRange(1), default=1)
@click.option("--limit", type=click.IntRange(1, 200), default=20)
@pass_context
def list_held(context: Context, name: str | None, page: int, limit: int) -> None:
    """List the work that waits, oldest first."""
    services = context.services
    connection_id = services.connections.find(name).id if name else None
    found = services.ledger.held(connection_id=connection_id, page=page, limit=limit)
    context.emit(
        {"items": [t.to_plain() for t in found.items], "total": found.total, "page": found.page},
        lambda: table(("TASK", "JOB", "WORK", "CAUSE", "FIX"), [_row(t) for t in found.items]),
    )


def _row(task: Task) -> tuple[object, ...]:
    error = task.error or {}
    return (task.id, task.job_id, task.key, error.get("cause"), error.get("fix"))


@held.command("release")
@click.argument("task_id", type=_TASK)
@pass_context
def release(context: Context, task_id: int) -> None:
    """Put held work back to work."""
    task = context.services.ledger.release(task_id)
    context.emit(task.to_plain(), lambda: click.echo(f"Task {task.id} is {task.state.value}."))


@held.command("drop")
@click.argument("task_id", type=_TASK)
@pass_context
def drop(context: Context, task_id: int) -> None:
    """End held work without doing it."""
    task = context.services.ledger.drop(task_id)
    context.emit(task.to_plain(), lambda: click.echo(f"Task {task.id} is {task.state.value}."))
