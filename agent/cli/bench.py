"""``erp-bridge bench``: the project's measurements."""

from __future__ import annotations

from typing import Any

import click

from agent.bench.run import NAMES, Sizes, command, machine, run_benches
from agent.bench.target import TargetOptions
from agent.cli.common import Command, Context, pass_context, read_secret


@click.command("bench", cls=Command)
@click.argument("names", nargs=-1, metavar="[NAME]...", type=click.Choice(NAMES))
@click.option("--odoo-url", default="", help="Measure against this Odoo; else stand-ins.")
@click.option("--database", default="", help="Its database, fresh: it will be written to.")
@click.option("--bare-database", default="", help="An equal one for the bare side.")
@click.option("--user", default="admin", show_default=True)
@click.option("--password", help="Better in a file: see --password-file.")
@click.option("--password-file", metavar="FILE", help="File with the password; - for stdin.")
@click.option("--api-key-file", metavar="FILE", help="File with an API key, for transport.")
@click.option(
    "--version", "release", type=click.Choice(["14", "19"]), default="19", help="Of stand-ins."
)
@click.option(
    "--scale",
    type=click.FloatRange(0, 10, min_open=True),
    default=1.0,
    show_default=True,
    help="Factor on the sizes.",
)
@click.option("--orders", type=click.IntRange(10), help="Orders of the back-fill; 1,000.")
@click.option("--seconds", type=click.IntRange(2), help="Orders placed one a second; 60.")
@pass_context
def bench(context: Context, /, names: tuple[str, ...], **options: Any) -> None:
    """Measure NAME (export, memory, unchanged, prices, orders, to-store, transport, sap; or all).

    Each runs the bridge and the least that could do the same side by side and prints their ratio.
    Makes a private MariaDB with a sample shop; your own shop is not touched.
    """
    target = _target(options)
    context.log_for_people()
    sizes = Sizes(options["scale"], options["orders"], options["seconds"])
    results = []
    shown = command(names, target, sizes)
    if not context.as_json:
        told = machine()
        click.echo(f"$ {shown}")
        click.echo(f"{told['system']}, {told['cores']} cores, Python {told['python']}\n")
    for result in run_benches(names, target, sizes, lambda line: click.echo(line, err=True)):
        results.append(result.to_plain())
        if not context.as_json:
            click.echo("\n".join(result.lines()) + "\n")
    document = {"command": shown, "machine": machine(), "results": results}
    context.emit(document, lambda: None)


def _target(options: dict[str, Any]) -> TargetOptions:
    if not options["odoo_url"]:
        return TargetOptions(release=options["release"])
    secret = options["password"]
    if secret is None:
        secret = read_secret(options["password_file"], f"Password of {options['user']}")
    key = read_secret(options["api_key_file"], "API key") if options["api_key_file"] else ""
    return TargetOptions(
        url=options["odoo_url"].rstrip("/"),
        database=options["database"],
        bare_database=options["bare_database"],
        user=options["user"],
        password=secret,
        api_key=key,
    )
