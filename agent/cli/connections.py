"""``erp-bridge connection``: ERP connections."""

from __future__ import annotations

from collections.abc import Sequence

import click

from agent.cli.buttons import install_buttons, remove_buttons
from agent.cli.common import BROKEN, DONE, Context, Group, pass_context, read_secret, table
from agent.cli.preparing import prepare
from agent.erp.port import Finding
from agent.services.connection_records import ConnectionDraft, ConnectionInfo
from agent.services.plain import finding_plain
from agent.services.removing import remove_connection

_MARKS = {"ok": "ok     ", "warning": "warning", "error": "ERROR  "}


@click.group("connection", cls=Group)
def connection() -> None:
    """Add, list, test, pause, resume and remove ERP connections."""


def _settings(pairs: Sequence[str], **named: str | None) -> dict[str, str]:
    result = {name: value for name, value in named.items() if value is not None}
    for pair in pairs:
        name, mark, value = pair.partition("=")
        if not mark or not name:
            raise click.BadParameter(f"{pair!r} is not KEY=VALUE.", param_hint="--set")
        result[name.strip()] = value
    return result


@connection.command("add")
@click.option("--kind", required=True, help="Kind of ERP: odoo or sap_b1.")
@click.option("--name", required=True, help="Name of the connection.")
@click.option("--url", help="Address of the ERP.")
@click.option("--database", help="Database or company of the ERP.")
@click.option("--user", help="User the bridge works as.")
@click.option("--secret-file", metavar="FILE", help="File with password or API key; - for stdin.")
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Another setting.")
@pass_context
def add(
    context: Context,
    kind: str,
    name: str,
    url: str | None,
    database: str | None,
    user: str | None,
    secret_file: str | None,
    pairs: tuple[str, ...],
) -> None:
    """Add a connection. Its secret is stored encrypted and never shown again."""
    settings = _settings(pairs, url=url, database=database, user=user)
    secret = read_secret(secret_file, "Password or API key")
    info = context.services.connections.add(
        ConnectionDraft(name=name, kind=kind, settings=settings, secret=secret)
    )
    context.emit(info.to_plain(), lambda: click.echo(f"Connection {info.id} ({info.name}) added."))


@connection.command("set")
@click.argument("name")
@click.option("--name", "new_name", help="New name.")
@click.option("--url", help="Address of the ERP.")
@click.option("--database", help="Database or company of the ERP.")
@click.option("--user", help="User the bridge works as.")
@click.option("--secret-file", metavar="FILE", help="File with password or API key; - for stdin.")
@click.option("--set", "pairs", multiple=True, metavar="KEY=VALUE", help="Another setting.")
@pass_context
def change(
    context: Context,
    name: str,
    new_name: str | None,
    url: str | None,
    database: str | None,
    user: str | None,
    secret_file: str | None,
    pairs: tuple[str, ...],
) -> None:
    """Change a connection; what is not given stays."""
    connections = context.services.connections
    settings = _settings(pairs, url=url, database=database, user=user)
    secret = read_secret(secret_file, "") if secret_file is not None else None
    info = connections.change(
        connections.find(name).id,
        ConnectionDraft(name=new_name, settings=settings or None, secret=secret),
    )
    context.emit(
        info.to_plain(), lambda: click.echo(f"Connection {info.id} ({info.name}) changed.")
    )


@connection.command("list")
@pass_context
def list_connections(context: Context) -> None:
    """List the connections."""
    every = context.services.connections.every()
    context.emit(
        {"items": [info.to_plain() for info in every], "total": len(every)},
        lambda: table(
            ("ID", "NAME", "KIND", "STATE", "ADDRESS", "REASON"), [_row(info) for info in every]
        ),
    )


def _row(info: ConnectionInfo) -> tuple[object, ...]:
    state = "active" if info.paused is None else "paused"
    reason = "" if info.paused is None else info.paused.cause
    return (info.id, info.name, info.kind, state, info.settings.get("url", ""), reason)


@connection.command("test")
@click.argument("name")
@pass_context
def test(context: Context, name: str) -> int:
    """Log in to the ERP and check rights and set-up."""
    connections = context.services.connections
    findings = connections.test(connections.find(name).id)
    good = all(f.level != "error" for f in findings)
    context.emit(
        {"ok": good, "findings": [finding_plain(f) for f in findings]},
        lambda: show_findings(findings),
    )
    return DONE if good else BROKEN


def show_findings(findings: Sequence[Finding]) -> None:
    """Print findings, each with its fix."""
    for finding in findings:
        click.echo(f"{_MARKS[finding.level]} {finding.check}: {finding.message}")
        if finding.level != "ok":
            if finding.cause and finding.cause != finding.message:
                click.echo(f"        Cause: {finding.cause}")
            click.echo(f"        Fix: {finding.fix} ({finding.code})")


@connection.command("pause")
@click.argument("name")
@pass_context
def pause(context: Context, name: str) -> None:
    """Stop the work of a connection."""
    connections = context.services.connections
    info = connections.pause(connections.find(name).id)
    context.emit(info.to_plain(), lambda: click.echo(f"Connection {info.name} is paused."))


@connection.command("resume")
@click.argument("name")
@pass_context
def resume(context: Context, name: str) -> None:
    """Let a connection work again; confirms that this is the shop it was made for."""
    connections = context.services.connections
    info = connections.resume(connections.find(name).id)
    context.emit(info.to_plain(), lambda: click.echo(f"Connection {info.name} is active."))


@connection.command("remove")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option(
    "--leave-buttons",
    is_flag=True,
    help="Remove it though its buttons are inside the ERP: for an ERP that is gone for good.",
)
@pass_context
def remove(context: Context, name: str, *, yes: bool, leave_buttons: bool) -> None:
    """Remove a connection and its mappings; records in the ERP stay.

    Buttons inside the ERP are to be taken back before, by connection remove-buttons.
    """
    info = context.services.connections.find(name)
    if not yes:
        click.confirm(
            f"Remove connection {info.name} and forget which records it linked?",
            abort=True,
            err=True,
        )
    mappings = remove_connection(context.services, info.id, leave_buttons=leave_buttons)
    context.emit(
        {"id": info.id, "name": info.name, "removed_mappings": mappings},
        lambda: click.echo(f"Connection {info.name} removed, {mappings} mappings forgotten."),
    )


connection.add_command(install_buttons)
connection.add_command(remove_buttons)
connection.add_command(prepare)
