"""Command line of ``install.sh``: ``python -m agent.setup COMMAND``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from agent.config import load_config
from agent.errors import BridgeError, ConfigError
from agent.setup import mysql_user
from agent.setup.configure import AGENT_USER, set_up, take_down
from agent.setup.extension import copy_extension, remove_extension
from agent.setup.opencart_config import database_password, read_store
from agent.setup.pictures import leave_pictures, open_pictures, written_paths
from agent.setup.shop_module import part_with_module
from agent.store.grants import grants

_PATH = click.Path(path_type=Path)
_PORT = click.IntRange(1, 65535)


@click.group()
def main() -> None:
    """Set the agent up for one shop."""


@main.command()
@click.option("--config", "config_path", type=_PATH, required=True)
@click.option("--data-dir", type=_PATH, required=True)
@click.option("--port", type=_PORT, default=8765)
@click.option("--opencart", type=_PATH)
@click.option("--shop-url")
@click.option("--db-host")
@click.option("--db-port", type=_PORT)
@click.option("--db-name")
@click.option("--db-prefix")
@click.option("--db-admin-user")
@click.option("--db-admin-password-file", type=_PATH)
@click.option("--db-user")
@click.option("--db-password-file", type=_PATH)
def configure(
    config_path: Path, data_dir: Path, port: int, opencart: Path | None, **given: Any
) -> None:
    """Make the MySQL user and write the configuration."""
    store = read_store(opencart) if opencart else None
    set_up(config_path, data_dir, port, store, given, click.echo)


@main.command("copy-extension")
@click.argument("opencart", type=_PATH)
@click.argument("package", type=_PATH)
def copy(opencart: Path, package: Path) -> None:
    """Put the extension's package where the shop takes it from."""
    written = copy_extension(read_store(opencart), package)
    click.echo(str(written[0]) if len(written) == 1 else f"{len(written)} files into {opencart}")


@main.command("remove-extension")
@click.argument("opencart", type=_PATH)
@click.argument("package", type=_PATH)
@click.option("--force", is_flag=True, help="Also where the module is still installed (3.x).")
def remove(opencart: Path, package: Path, *, force: bool) -> None:
    """Take the extension's files out of the shop."""
    store = read_store(opencart)
    if store.major < 4:
        part_with_module(store, click.echo, force=force)
    removed = remove_extension(store, package)
    click.echo(f"{len(removed)} files of the extension removed from {opencart}")
    if (store.root / "extension" / "erp_bridge").is_dir():
        click.echo("The shop has it installed: uninstall it in the admin, Extensions > Installer.")


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


@main.command("written-paths")
@click.option("--config", "config_path", type=_PATH, required=True)
def show_written_paths(config_path: Path) -> None:
    """Print the folders of the shop that the service must not see read-only, one a line."""
    folder = load_config(config_path).shop.image_dir
    for path in written_paths(folder) if folder else ():
        click.echo(str(path))


@main.command("open-pictures")
@click.option("--config", "config_path", type=_PATH, required=True)
@click.option("--user", required=True)
def let_write_pictures(config_path: Path, user: str) -> None:
    """Let the service's user write pictures of the ERP into the shop."""
    folder = load_config(config_path).shop.image_dir
    if folder is None:
        return
    try:
        open_pictures(folder, user, click.echo)
    except ConfigError as error:  # all else works without them, and doctor says it again
        click.echo(f"Mind: {error}")


@main.command("leave-pictures")
@click.option("--config", "config_path", type=_PATH, required=True)
@click.option("--user", required=True)
def leave(config_path: Path, user: str) -> None:
    """Give the pictures that came from the ERP to the shop's own user."""
    folder = load_config(config_path).shop.image_dir
    if folder is not None:
        leave_pictures(folder, user)


@main.command("drop-user")
@click.option("--config", "config_path", type=_PATH, required=True)
@click.option("--opencart", type=_PATH)
@click.option("--db-admin-user")
@click.option("--db-admin-password-file", type=_PATH)
def drop_user(config_path: Path, opencart: Path | None, **given: Any) -> None:
    """Remove the agent's MySQL user."""
    take_down(config_path, read_store(opencart) if opencart else None, given, click.echo)


if __name__ == "__main__":
    try:
        main(standalone_mode=False)
    except BridgeError as error:
        sys.exit(f"{error}")
    except click.ClickException as error:
        error.show()
        sys.exit(2)
    except click.Abort:
        sys.exit(130)
