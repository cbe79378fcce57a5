"""``erp-bridge held``: what waits for a person."""

from __future__ import annotations

from typing import Any

import click

from agent.cli.common import Context, Group, pass_context, table
from agent.ledger import Task
from agent.model.entity import Entity
from agent.services import waiting

_MOST = 2**31


@click.group("held", cls=Group)
def held() -> None:
    """List, release and drop work that waits for a person."""


@held.command("list")
@click.option("--connection", "name", help="Only work of this connection.")
@click.option("--entity", default="", help="Only records of this entity, e.g. orders.")
@click.option("--search", "q", default="", help="Part of a name or reason, or a number.")
@click.option("--cleared", is_flag=True, help="Also records cleared in the last seven days.")
@click.option("--page", type=click.IntRange(1), default=1)
@click.option("--limit", type=click.IntRange(1, 200), default=20)
@pass_context
def list_held(
    context: Context, name: str | None, entity: str, q: str, *, cleared: bool, page: int, limit: int
) -> None:
    """List the tasks that wait, oldest first, and the records that wait, newest first."""
    services = context.services
    connection_id = services.connections.find(name).id if name else None
    tasks = services.ledger.held(connection_id=connection_id, page=page, limit=limit)
    records = waiting.list_waiting(
        services, connection_id, entity=entity, q=q, cleared=cleared, page=page, limit=limit
    )
    context.emit(
        {
            "items": [t.to_plain() for t in tasks.items],
            "total": tasks.total,
            "page": tasks.page,
            "records": records.items,
            "records_total": records.total,
        },
        lambda: _print(tasks.items, records.items),
    )


def _print(tasks: list[Task], records: list[dict[str, Any]]) -> None:
    if tasks or not records:
        table(("TASK", "JOB", "WORK", "CAUSE", "FIX"), [_row(t) for t in tasks])
    if records:
        table(
            ("RECORD", "NAME", "SINCE", "CLEARED", "CAUSE", "FIX"),
            [
                (
                    f"{r['entity']}:{r['store_key']}",
                    r["label"],
                    r["since"],
                    r["cleared_at"],
                    r["cause"],
                    r["fix"],
                )
                for r in records
            ],
        )


def _row(task: Task) -> tuple[object, ...]:
    error = task.error or {}
    return (task.id, task.job_id, task.key, error.get("cause"), error.get("fix"))


_TARGET = click.argument("target")
_CONNECTION = click.option("--connection", "name", help="Whose record; needed with entity:key.")


@held.command("release")
@_TARGET
@_CONNECTION
@pass_context
def release(context: Context, target: str, name: str | None) -> None:
    """Put held work back: TARGET is a task's number, or a record such as orders:17."""
    if target.isdigit():
        _told(context, context.services.ledger.release(_task(target)))
        return
    connection_id, entity, key = _record(context, target, name)
    row = waiting.release(context.services, connection_id, entity, key)
    context.emit(row, lambda: click.echo(f"{target} is tried again."))


@held.command("drop")
@_TARGET
@_CONNECTION
@pass_context
def drop(context: Context, target: str, name: str | None) -> None:
    """End held work without doing it; a record is left out until it is included again."""
    if target.isdigit():
        _told(context, context.services.ledger.drop(_task(target)))
        return
    connection_id, entity, key = _record(context, target, name)
    row = waiting.drop(context.services, connection_id, entity, key)
    context.emit(row, lambda: click.echo(f"{target} is left out."))


def _told(context: Context, task: Task) -> None:
    context.emit(task.to_plain(), lambda: click.echo(f"Task {task.id} is {task.state.value}."))


def _task(target: str) -> int:
    number = int(target)
    if not 0 < number < _MOST:
        raise click.BadParameter(f"{target} is no task.", param_hint="TARGET")
    return number


def _record(context: Context, target: str, name: str | None) -> tuple[int, Entity, str]:
    entity, colon, key = target.partition(":")
    if not colon or entity not in set(Entity) or not key:
        raise click.BadParameter(
            f"{target!r} is neither a task's number nor a record such as orders:17.",
            param_hint="TARGET",
        )
    services = context.services
    if name is None:
        every = services.connections.every()
        if len(every) != 1:
            raise click.UsageError("There are several connections: give --connection.")
        return every[0].id, Entity(entity), key
    return services.connections.find(name).id, Entity(entity), key
