"""``erp-bridge connection install-buttons`` and ``remove-buttons``: the bridge inside the ERP."""

from __future__ import annotations

from collections.abc import Sequence

import click

from agent.cli.common import BROKEN, DONE, Command, Context, pass_context
from agent.erp.port import Finding
from agent.services import buttons
from agent.services.plain import finding_plain


@click.command("install-buttons", cls=Command)
@click.argument("name")
@click.option(
    "--push/--no-push",
    default=None,
    help="Let the ERP tell changes at once, where it can; needs [agent] public_url.",
)
@pass_context
def install_buttons(context: Context, name: str, *, push: bool | None) -> int:
    """Make buttons and an OpenCart menu inside the ERP, or bring them up to date."""
    services = context.services
    found = buttons.install(services, services.connections.find(name).id, push=push)
    return _tell(context, found)


@click.command("remove-buttons", cls=Command)
@click.argument("name")
@pass_context
def remove_buttons(context: Context, name: str) -> int:
    """Take the buttons and the menu back."""
    services = context.services
    return _tell(context, buttons.remove(services, services.connections.find(name).id))


def _tell(context: Context, findings: Sequence[Finding]) -> int:
    def lines() -> None:
        for finding in findings:
            click.echo(f"{finding.level:8} {finding.message}")
            if finding.fix:
                click.echo(f"         Fix: {finding.fix}")

    context.emit({"findings": [finding_plain(finding) for finding in findings]}, lines)
    return BROKEN if any(finding.level == "error" for finding in findings) else DONE
