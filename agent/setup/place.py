"""Where a shop's database is, and who may make users there."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from agent.config import DatabaseSection
from agent.errors import ConfigError
from agent.setup import mysql_user
from agent.setup.opencart_config import StoreFolder, database_password

_SOCKETS = ("/run/mysqld/mysqld.sock", "/var/run/mysqld/mysqld.sock", "/tmp/mysql.sock")  # noqa: S108
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Place:
    """A shop's database."""

    host: str
    port: int
    name: str
    prefix: str

    @property
    def hosts(self) -> list[str]:
        """Where the agent connects from, as MySQL writes it in an account."""
        return ["localhost", "127.0.0.1", "::1"] if self.host in _LOCAL else ["%"]

    def account(self, user: str, password: str) -> mysql_user.Admin:
        """Return an account at this place."""
        return mysql_user.Admin(self.host, self.port, user, password)


def given_place(store: StoreFolder | None, given: Mapping[str, Any]) -> Place:
    """Return the place as the flags tell, else as the shop's config.php does.

    Raises:
        ConfigError: neither names a database.
    """
    name = given["db_name"] or (store.db_name if store else "")
    if not name:
        raise ConfigError(
            "Nothing says which database the shop has",
            fix="Give the shop's folder with --opencart, or its database with --db-name.",
            code="setup.config_php",
        )
    prefix = given["db_prefix"]
    if prefix is None:
        prefix = store.db_prefix if store else "oc_"
    return Place(
        given["db_host"] or (store.db_host if store else "127.0.0.1"),
        given["db_port"] or (store.db_port if store else 3306),
        name,
        prefix,
    )


def kept_place(database: DatabaseSection) -> Place:
    """Return the place that a configuration names."""
    return Place(database.host, database.port, database.name, database.prefix)


def find_admin(
    store: StoreFolder | None, place: Place, given: Mapping[str, Any]
) -> mysql_user.Admin:
    """Return who makes the user: as told, else root by socket, else the shop's own account.

    The socket may belong to another server than the shop's; then root by socket is left out.
    """
    if given["db_admin_user"]:
        return place.account(given["db_admin_user"], read_secret(given["db_admin_password_file"]))
    if place.host in _LOCAL and os.geteuid() == 0:
        for socket in _SOCKETS:
            root = mysql_user.Admin(place.host, place.port, "root", unix_socket=socket)
            if Path(socket).exists() and mysql_user.serves(root):
                return root
    if store is not None:
        return place.account(store.db_user, database_password(store.root))
    return place.account("root", "")


def read_secret(path: Path | None) -> str:
    """Return the first line of a password file, or nothing where there is none.

    Raises:
        ConfigError: the file cannot be read.
    """
    if path is None:
        return ""
    try:
        return path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"The password file {path} cannot be read: {error}",
            fix="Give a text file with the password alone in it.",
            code="config.unreadable",
        ) from error
