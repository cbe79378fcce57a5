"""Command line of ``install.sh``: ``python -m agent.setup COMMAND``."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import click

from agent.config import load_config
from agent.config_file import render, write_private
from agent.errors import BridgeError
from agent.setup import mysql_user
from agent.setup.extension import copy_extension, remove_extension
from agent.setup.opencart_config import StoreFolder, database_password, read_store
from agent.store.grants import grants

AGENT_USER = "erp_bridge"
_SOCKETS = ("/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/tmp/mysql.sock")  # noqa: S108
_LOCAL = {"localhost", "127.0.0.1", "::1"}
_PATH = click.Path(path_type=Path)


@click.group()
def main() -> None:
    """Set the agent up for one shop."""


@main.command()
@click.option("--config", "config_path", type=_PATH, required=True)
@click.option("--data-dir", type=_PATH, required=True)
@click.option("--port", type=int, default=8765)
@click.option("--opencart", type=_PATH)
@click.option("--shop-url")
@click.option("--db-host")
@click.option("--db-port", type=int)
@click.option("--db-name")
@click.option("--db-prefix")
@click.option("--db-admin-user")
@click.option("--db-admin-password-file", type=_PATH)
@click.option("--db-user")
@click.option("--db-password-file", type=_PATH)
def configure(config_path: Path, data_dir: Path, port: int, **given: Any) -> None:
    """Make the MySQL user and write the configuration."""
    store = read_store(given["opencart"]) if given["opencart"] else None
    place = _place(store, given)
    if config_path.exists():
        click.echo(f"{config_path} is there already: it is kept, its user gets missing rights.")
        kept = load_config(config_path)
        user, password = kept.database.user, kept.database.password
    elif given["db_user"]:
        user, password = given["db_user"], _secret(given["db_password_file"])
    else:
        user, password = AGENT_USER, mysql_user.new_password()
    if not given["db_user"]:
        admin = _admin(store, place, given)
        hosts = _hosts(place["host"])
        dialect = mysql_user.look(admin, place["name"], place["prefix"])
        mysql_user.make_user(admin, user, hosts, password)
        mysql_user.run(
            admin, [g for host in hosts for g in grants(dialect, place["name"], user, host)]
        )
        click.echo(f"MySQL user {user} has its rights on {place['name']}.")
    if not config_path.exists():
        password_file = config_path.parent / "mysql-password"
        write_private(password_file, password + "\n")
        image_dir = str(store.image_dir) if store and store.image_dir.is_dir() else None
        write_private(
            config_path,
            render(
                {
                    "database": {
                        "host": place["host"],
                        "port": place["port"],
                        "user": user,
                        "password_file": str(password_file),
                        "name": place["name"],
                        "prefix": place["prefix"],
                    },
                    "shop": {
                        "url": given["shop_url"] or (store.url if store else ""),
                        "image_dir": image_dir,
                    },
                    "agent": {"port": port, "data_dir": str(data_dir)},
                }
            ),
        )
        click.echo(f"Wrote {config_path}.")


def _place(store: StoreFolder | None, given: dict[str, Any]) -> dict[str, Any]:
    place = {
        "host": given["db_host"] or (store.db_host if store else "127.0.0.1"),
        "port": given["db_port"] or (store.db_port if store else 3306),
        "name": given["db_name"] or (store.db_name if store else None),
        "prefix": given["db_prefix"]
        if given["db_prefix"] is not None
        else (store.db_prefix if store else "oc_"),
    }
    if not place["name"]:
        raise click.UsageError("Give the shop with --opencart, or its database with --db-name.")
    return place


def _admin(store: StoreFolder | None, place: dict[str, Any], given: dict[str, Any]) -> Any:
    """Return who makes the user: as told, else root by socket, else the shop's own account."""
    if given["db_admin_user"]:
        return mysql_user.Admin(
            place["host"],
            place["port"],
            given["db_admin_user"],
            _secret(given["db_admin_password_file"]),
        )
    socket = next((s for s in _SOCKETS if Path(s).exists()), None)
    if socket and place["host"] in _LOCAL and os.geteuid() == 0:
        return mysql_user.Admin(place["host"], place["port"], "root", unix_socket=socket)
    if store is not None:
        return mysql_user.Admin(
            place["host"], place["port"], store.db_user, database_password(store.root)
        )
    return mysql_user.Admin(place["host"], place["port"], "root")


def _hosts(host: str) -> list[str]:
    return ["localhost", "127.0.0.1"] if host in _LOCAL else ["%"]


def _secret(path: Path | None) -> str:
    return path.read_text(encoding="utf-8").strip() if path else ""


@main.command("copy-extension")
@click.argument("opencart", type=_PATH)
@click.argument("package", type=_PATH)
def copy(opencart: Path, package: Path) -> None:
    """Put the extension's package where the shop takes it from."""
    for path in copy_extension(read_store(opencart), package):
        click.echo(f"  {path}")


@main.command("remove-extension")
@click.argument("opencart", type=_PATH)
@click.argument("package", type=_PATH)
def remove(opencart: Path, package: Path) -> None:
    """Take the extension's files out of the shop."""
    for path in remove_extension(read_store(opencart), package):
        click.echo(f"  removed {path}")


@main.command("grants")
@click.option("--opencart", type=_PATH, required=True)
@click.option("--user", default=AGENT_USER)
@click.option("--host", default="localhost")
def show_grants(opencart: Path, user: str, host: str) -> None:
    """Print the statements that give a MySQL user its rights, as the shop's schema needs them."""
    store = read_store(opencart)
    shop = mysql_user.Admin(
        store.db_host, store.db_port, store.db_user, database_password(store.root)
    )
    dialect = mysql_user.look(shop, store.db_name, store.db_prefix)
    for statement in grants(dialect, store.db_name, user, host):
        click.echo(f"{statement};")


@main.command("drop-user")
@click.option("--config", "config_path", type=_PATH, required=True)
@click.option("--db-admin-user")
@click.option("--db-admin-password-file", type=_PATH)
def drop_user(config_path: Path, **given: Any) -> None:
    """Remove the agent's MySQL user."""
    config = load_config(config_path)
    place = {"host": config.database.host, "port": config.database.port}
    admin = _admin(None, place, given)
    mysql_user.drop_user(admin, config.database.user, _hosts(config.database.host))
    click.echo(f"MySQL user {config.database.user} is gone.")


if __name__ == "__main__":
    try:
        main(standalone_mode=False)
    except BridgeError as error:
        sys.exit(f"{error}")
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(2)
