"""``erp-bridge map back-list`` and ``back-set``: what the shop is told of its orders."""

from __future__ import annotations

import click

from agent.cli.common import Command, Context, pass_context, table
from agent.services import status_back
from agent.sync.sales.facts import Fact

_CONNECTION = click.option(
    "--connection", "name", required=True, help="Name or id of the connection."
)


@click.command("back-list", cls=Command)
@_CONNECTION
@pass_context
def back_list(context: Context, name: str) -> None:
    """List what happens in the shop when something happens to an order in the ERP."""
    services = context.services
    found = status_back.show(services, services.connections.find(name).id)
    labels = {row["value"]: row["label"] for row in found["statuses"]}
    context.emit(
        found,
        lambda: table(
            ("FACT", "MEANS", "STATUS", "MAIL", "TEXT"),
            [
                (
                    row["fact"],
                    row["label"],
                    labels.get(row["status"] or "", row["status"]),
                    "yes" if row["notify"] else "no",
                    row["comment"],
                )
                for row in found["items"]
            ],
        ),
    )


@click.command("back-set", cls=Command)
@click.argument("fact", type=click.Choice([fact.value for fact in Fact]))
@click.argument("status")
@click.option("--notify/--no-notify", default=False, help="Mail the shopper.")
@click.option("--comment", default="", help="Text of the history line, e.g. {carrier} {tracking}.")
@_CONNECTION
@pass_context
def back_set(
    context: Context, fact: str, status: str, comment: str, name: str, *, notify: bool
) -> None:
    """Set what FACT does: STATUS is the number of an order status, or none to keep it."""
    services = context.services
    item = {
        "fact": fact,
        "status": None if status == "none" else status,
        "notify": notify,
        "comment": comment,
    }
    found = status_back.store(services, services.connections.find(name).id, [item])
    context.emit(found, lambda: click.echo(f"{fact} is set."))
