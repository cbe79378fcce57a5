"""``erp-bridge sandbox``: the stand-ins."""

from __future__ import annotations

import dataclasses
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import click

from agent.cli.common import Context, Group, pass_context, read_secret
from agent.db import DatabaseSettings
from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.sap_b1 import Options, SapB1Sandbox
from agent.sandbox.store import run as build_store
from agent.services.container import database_settings

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("sandbox", cls=Group)
def sandbox() -> None:
    """Run stand-ins for an ERP, or make a sample shop."""


@sandbox.command("odoo")
@click.option("--port", type=click.IntRange(0, 65535), default=8069, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--version", "release", type=click.Choice(["14", "19"]), default="19", show_default=True
)
@click.option("--database", default="sandbox", show_default=True)
@click.option("--language", "languages", multiple=True, help="A language more, e.g. de_DE.")
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to go on from, and to save to at the end.",
)
@pass_context
def odoo(
    context: Context,
    port: int,
    host: str,
    release: str,
    database: str,
    languages: tuple[str, ...],
    state: Path | None,
) -> None:
    """Run a strict stand-in for an Odoo server until interrupted."""
    try:
        server = OdooSandbox(
            release, port, database=database, host=host, languages=languages, state=state
        )
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror}") from error
    users = {login: account.password for login, account in server.users.items()}

    def human() -> None:
        click.echo(f"Odoo {release} stand-in on {server.url}, database {database}")
        for login, password in users.items():
            click.echo(f"  user {login}, password {password}")

    context.emit(
        {"url": server.url, "version": release, "database": database, "users": users}, human
    )
    server.serve_forever()


@sandbox.command("sap-b1")
@click.option("--port", type=click.IntRange(0, 65535), default=50000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--company", default="SBODEMO", show_default=True, help="Name of the database.")
@click.option(
    "--localisation",
    type=click.Choice(["vat", "sales_tax"]),
    default="vat",
    show_default=True,
    help="Which codes tax lines of documents.",
)
@click.option(
    "--state",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to go on from, and to save to at the end.",
)
@click.option("--tls-cert", type=_FILE, help="Certificate (PEM): speak HTTPS.")
@click.option("--tls-key", type=_FILE, help="Its key (PEM).")
@pass_context
def sap_b1(
    context: Context,
    port: int,
    host: str,
    company: str,
    localisation: Literal["vat", "sales_tax"],
    state: Path | None,
    tls_cert: Path | None,
    tls_key: Path | None,
) -> None:
    """Run a strict stand-in for a Service Layer of SAP Business One until interrupted."""
    if (tls_cert is None) != (tls_key is None):
        raise click.UsageError("--tls-cert and --tls-key go together.")
    tls = None if tls_cert is None or tls_key is None else (tls_cert, tls_key)
    try:
        server = SapB1Sandbox(
            company, Options(localisation=localisation), port=port, host=host, tls=tls, state=state
        )
    except ValueError as error:
        raise click.BadParameter(str(error)) from error
    except ssl.SSLError as error:
        raise click.BadParameter(f"{tls_cert} and {tls_key} are no certificate and key.") from error
    except OSError as error:
        raise click.ClickException(f"Port {port} cannot be used: {error.strerror}") from error
    users = server.users

    def human() -> None:
        click.echo(f"SAP Business One stand-in on {server.url}, company {company}")
        for name, password in users.items():
            click.echo(f"  user {name}, password {password}")

    context.emit(
        {"url": server.url, "company": company, "localisation": localisation, "users": users},
        human,
    )
    server.serve_forever()


@sandbox.command("store")
@click.option("--database", help="Database to make it in; else [database] name.")
@click.option("--host", help="Database server; else [database] host.")
@click.option("--port", type=click.IntRange(1, 65535), help="Its port; else [database] port.")
@click.option("--user", help="A user who may make tables; else [database] user.")
@click.option("--password-file", metavar="FILE", help="File with the user's password; - for stdin.")
@click.option("--prefix", help="Prefix of its tables; else [database] prefix.")
@click.option("--version", "release", default="4.1", show_default=True, help="OpenCart version.")
@click.option("--products", type=click.IntRange(0), default=200, show_default=True)
@click.option("--orders", type=click.IntRange(0), default=50, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="Another one: other goods.")
@click.option("--image-dir", type=click.Path(file_okay=False, path_type=Path))
@click.option("--replace", is_flag=True, help="Drop an earlier sample shop first.")
@pass_context
def store(context: Context, /, **options: Any) -> None:
    """Make a sample shop: the tables of an OpenCart version, with goods, customers and orders."""
    settings = _database(context, options)
    made = build_store(
        settings,
        version=options["release"],
        products=options["products"],
        orders=options["orders"],
        seed=options["seed"],
        image_dir=options["image_dir"] or context.config.shop.image_dir,
        replace=options["replace"],
        say=lambda line: click.echo(line, err=True),
    )
    context.emit(made, lambda: click.echo(f"The sample shop is in database {settings.database}."))


def _database(context: Context, options: Mapping[str, Any]) -> DatabaseSettings:
    """Return the configured database, changed by what was given on the command line."""
    names = ("database", "host", "port", "user", "prefix")
    changes = {name: options[name] for name in names if options[name] is not None}
    if options["password_file"] is not None:
        changes["password"] = read_secret(options["password_file"], "")
    elif options["user"] is not None:
        changes["password"] = ""
    if {"host", "port"} & changes.keys():
        changes["unix_socket"] = None
    return dataclasses.replace(database_settings(context.config), **changes)
