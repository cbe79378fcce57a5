"""``erp-bridge connection prepare``: room in the ERP for the bridge's own notes."""

from __future__ import annotations

from typing import Any

import click

from agent.cli.common import BROKEN, DONE, Command, Context, pass_context
from agent.services import preparing


@click.command("prepare", cls=Command)
@click.argument("name")
@click.option("--dry-run", is_flag=True, help="Show what is missing and make nothing.")
@pass_context
def prepare(context: Context, name: str, *, dry_run: bool) -> int:
    """Make the user tables and fields that the bridge needs in the ERP.

    Run it once, before anything is synchronized, best while nobody works in the company.
    """
    services = context.services
    number = services.connections.find(name).id
    state = (preparing.show if dry_run else preparing.prepare)(services, number)
    context.emit(state, lambda: _tell(state))
    failed = any(finding["level"] == "error" for finding in state["findings"])
    return BROKEN if failed or not (state["prepared"] or dry_run) else DONE


def _tell(state: dict[str, Any]) -> None:
    if not state["supported"]:
        click.echo("This ERP needs no preparing.")
    for finding in state["findings"]:
        click.echo(f"{finding['level']:8} {finding['message']}")
        if finding["level"] != "ok":
            click.echo(f"         Cause: {finding['cause']}")
            click.echo(f"         Fix: {finding['fix']} ({finding['code']})")
