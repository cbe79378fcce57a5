"""Sets the agent up for one shop: its MySQL user and its configuration, both or neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from agent.config import Config, load_config
from agent.config_file import render, write_private
from agent.errors import ConfigError
from agent.setup import mysql_user
from agent.setup.opencart_config import StoreFolder
from agent.setup.place import Place, find_admin, given_place, kept_place, read_secret
from agent.store.grants import grants

AGENT_USER = "erp_bridge"
PASSWORD_FILE = "mysql-password"  # noqa: S105 - a file's name
MADE_USER = "mysql-user-made"
"""File beside the configuration with the name of the MySQL user that the set-up made."""

Say = Callable[[str], None]


def set_up(
    config_path: Path,
    data_dir: Path,
    port: int,
    store: StoreFolder | None,
    given: Mapping[str, Any],
    say: Say,
) -> None:
    """Make the MySQL user and the configuration, or refresh the rights of those there are.

    Args:
        config_path: the configuration file; kept as it is where it exists.
        data_dir: where the agent keeps its keys and its queue.
        port: where the agent listens.
        store: the shop's folder, where it is on this machine.
        given: the flags ``shop_url``, ``db_*`` of the command line.
        say: takes what was done, a line at a time.

    Raises:
        ConfigError: the database cannot be reached, is no shop, or lets nobody make users. Nothing
            is left half made then.
    """
    if config_path.exists():
        _refresh(load_config(config_path), config_path, store, given, say)
        return
    place = given_place(store, given)
    if given["db_user"]:
        user, password = given["db_user"], read_secret(given["db_password_file"])
        mysql_user.look(place.account(user, password), place.name, place.prefix)
        _write(config_path, data_dir, port, store, given, place, (user, password))
    else:
        _make(config_path, data_dir, port, store, given, place, say)
    say(f"Wrote {config_path}.")


def _refresh(
    config: Config,
    config_path: Path,
    store: StoreFolder | None,
    given: Mapping[str, Any],
    say: Say,
) -> None:
    say(f"{config_path} is there already: it is kept.")
    place, user = kept_place(config.database), config.database.user
    if store is not None and (store.db_name, store.db_prefix) != (place.name, place.prefix):
        say(
            f"Mind: the shop in {store.root} has database {store.db_name}, tables"
            f" {store.db_prefix}…, but the agent stays with {place.name}, {place.prefix}…"
        )
    if made_user(config_path) != user:
        say(f"MySQL user {user} was not made by this set-up: its rights are left as they are.")
        return
    admin = find_admin(store, place, given)
    dialect = mysql_user.look(admin, place.name, place.prefix)
    mysql_user.refresh_user(admin, user, place.hosts, config.database.password)
    _grant(admin, dialect, place, user)
    say(f"MySQL user {user} has its rights on {place.name}.")


def _make(
    config_path: Path,
    data_dir: Path,
    port: int,
    store: StoreFolder | None,
    given: Mapping[str, Any],
    place: Place,
    say: Say,
) -> None:
    admin = find_admin(store, place, given)
    dialect = mysql_user.look(admin, place.name, place.prefix)
    password = mysql_user.new_password()
    user = mysql_user.make_user(admin, AGENT_USER, place.hosts, password)
    try:
        _grant(admin, dialect, place, user)
        _write(config_path, data_dir, port, store, given, place, (user, password))
        write_private(config_path.parent / MADE_USER, user + "\n")
    except BaseException:
        config_path.unlink(missing_ok=True)
        mysql_user.drop_user(admin, user, place.hosts)
        raise
    say(f"Made MySQL user {user} with its rights on {place.name}.")


def _grant(admin: mysql_user.Admin, dialect: Any, place: Place, user: str) -> None:
    mysql_user.run(
        admin, [g for host in place.hosts for g in grants(dialect, place.name, user, host)]
    )


def _write(
    config_path: Path,
    data_dir: Path,
    port: int,
    store: StoreFolder | None,
    given: Mapping[str, Any],
    place: Place,
    login: tuple[str, str],
) -> None:
    password_file = config_path.parent / PASSWORD_FILE
    image_dir = str(store.image_dir) if store and store.image_dir.is_dir() else None
    text = render(
        {
            "database": {
                "host": place.host,
                "port": place.port,
                "user": login[0],
                "password_file": str(password_file),
                "name": place.name,
                "prefix": place.prefix,
            },
            "shop": {
                "url": given["shop_url"] or (store.url if store else ""),
                "image_dir": image_dir,
            },
            "agent": {"port": port, "data_dir": str(data_dir)},
        }
    )
    try:
        write_private(password_file, login[1] + "\n")
        write_private(config_path, text)
    except OSError as error:
        raise ConfigError(
            f"{error.filename} cannot be written: {error.strerror}",
            fix="Run install.sh as root, or give another place with --prefix.",
            code="setup.not_writable",
        ) from error


def made_user(config_path: Path) -> str | None:
    """Return the name of the MySQL user that the set-up made, None where it was given one."""
    note = config_path.parent / MADE_USER
    return note.read_text(encoding="utf-8").strip() if note.is_file() else None


def take_down(
    config_path: Path, store: StoreFolder | None, given: Mapping[str, Any], say: Say
) -> None:
    """Drop the MySQL user that the set-up made; one that it was given stays.

    Raises:
        ConfigError: the database cannot be reached, or nobody may drop users.
    """
    config = load_config(config_path)
    user = config.database.user
    if made_user(config_path) != user:
        say(f"MySQL user {user} was not made by the set-up: it stays.")
        return
    place = kept_place(config.database)
    mysql_user.drop_user(find_admin(store, place, given), user, place.hosts)
    say(f"MySQL user {user} is gone.")
