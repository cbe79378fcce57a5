"""``erp-bridge migrate``, ``doctor``, ``pairing`` and ``keys``: set-up and its checks."""

from __future__ import annotations

import click

from agent.cli.common import DONE, PARTLY, USAGE, Command, Context, Group, pass_context
from agent.cli.connections import show_findings
from agent.services.doctor import examine
from agent.services.plain import finding_plain


@click.command("migrate", cls=Command)
@pass_context
def migrate(context: Context) -> None:
    """Make or upgrade the agent's tables and key files; safe to repeat."""
    done = context.services.prepare()
    context.emit(
        {"done": done},
        lambda: click.echo("\n".join(done) if done else "Everything is up to date."),
    )


@click.command("doctor", cls=Command)
@click.option("--offline", is_flag=True, help="Do not log in to the ERPs.")
@pass_context
def doctor(context: Context, *, offline: bool) -> int:
    """Check everything the agent needs; each finding has cause and fix.

    Exits 0 when all is well, 3 with warnings, 2 with errors.
    """
    findings = examine(context.services, with_connections=not offline)
    count = {level: sum(f.level == level for f in findings) for level in ("error", "warning")}

    def human() -> None:
        show_findings(findings)
        click.echo(f"{count['error']} errors, {count['warning']} warnings.")

    context.emit(
        {
            "ok": not count["error"],
            "errors": count["error"],
            "warnings": count["warning"],
            "findings": [finding_plain(f) for f in findings],
        },
        human,
    )
    if count["error"]:
        return USAGE
    return PARTLY if count["warning"] else DONE


@click.group("pairing", cls=Group)
def pairing() -> None:
    """Show or rotate the key that pairs the shop with this agent."""


@pairing.command("show")
@pass_context
def show(context: Context) -> None:
    """Print the pairing key, to be pasted into the extension's settings."""
    keys = context.services.pairing.live_keys()
    context.emit(
        {
            "key": keys[0].token(),
            "keys": [{"id": k.id, "created_at": k.created_at} for k in keys],
        },
        lambda: click.echo(keys[0].token()),
    )


@pairing.command("rotate")
@click.option("--retire-old", is_flag=True, help="Make no new key; drop all but the newest.")
@pass_context
def rotate(context: Context, *, retire_old: bool) -> None:
    """Make a new pairing key; the one before stays valid until the next rotation."""
    services = context.services
    if retire_old:
        dropped = services.pairing.retire()
        context.emit({"retired": dropped}, lambda: click.echo(f"{dropped} old keys retired."))
        return
    key = services.pairing.rotate(services.wall_clock())
    context.emit(
        {"key": key.token(), "keys": [{"id": k.id} for k in services.pairing.live_keys()]},
        lambda: click.echo(key.token()),
    )


@click.group("keys", cls=Group)
def keys() -> None:
    """Look after the key that encrypts ERP passwords."""


@keys.command("rotate")
@pass_context
def rotate_keys(context: Context) -> None:
    """Make a new encryption key and encrypt all stored passwords with it."""
    services = context.services
    services.vault.add_key()
    count = services.connections.reencrypt()
    services.vault.drop_old_keys()
    context.emit(
        {"reencrypted": count}, lambda: click.echo(f"New key made, {count} passwords encrypted.")
    )
