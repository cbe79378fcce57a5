"""Makes the agent's MySQL user with the rights it needs and no others."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pymysql
from pymysql.cursors import Cursor

from agent.errors import ConfigError
from agent.store.dialect import Dialect, detect
from agent.store.sql import Query

_ALPHABET = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Admin:
    """An account that may make users; ``unix_socket`` for root by socket login."""

    host: str
    port: int
    user: str
    password: str = ""
    unix_socket: str | None = None


def new_password() -> str:
    """Return a password of 32 letters and digits."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(32))


def make_user(admin: Admin, user: str, hosts: Iterable[str], password: str) -> None:
    """Make ``user`` for each of ``hosts``, or give an existing one the new password.

    Raises:
        ConfigError: the admin account cannot log in or may not make users.
    """
    run(
        admin,
        [
            statement
            for host in hosts
            for statement in (
                f"CREATE USER IF NOT EXISTS {account(user, host)} IDENTIFIED BY {quoted(password)}",
                f"ALTER USER {account(user, host)} IDENTIFIED BY {quoted(password)}",
            )
        ],
    )


def drop_user(admin: Admin, user: str, hosts: Iterable[str]) -> None:
    """Remove the user again."""
    run(admin, [f"DROP USER IF EXISTS {account(user, host)}" for host in hosts])


def run(admin: Admin, statements: Iterable[str]) -> None:
    """Run statements as the admin account.

    Raises:
        ConfigError: the account cannot log in or lacks a right.
    """
    with _cursor(admin) as cursor:
        for statement in statements:
            cursor.execute(statement)


def look(admin: Admin, database: str, prefix: str) -> Dialect:
    """Return the schema of the shop, which decides what rights there are to give.

    Raises:
        ConfigError: the account cannot log in, or this is no shop.
    """
    with _cursor(admin, database) as cursor:
        return detect(Query(cursor, prefix), prefix, database)


@contextmanager
def _cursor(admin: Admin, database: str | None = None) -> Iterator[Cursor]:
    try:
        connection = pymysql.connect(
            host=admin.host,
            port=admin.port,
            user=admin.user,
            password=admin.password,
            database=database,
            unix_socket=admin.unix_socket,
            connect_timeout=10,
            autocommit=True,
            charset="utf8mb4",
        )
    except pymysql.err.MySQLError as error:
        raise _explain(admin, error) from error
    try:
        with connection.cursor() as cursor:
            yield cursor
    except pymysql.err.MySQLError as error:
        raise _explain(admin, error) from error
    finally:
        connection.close()


def _explain(admin: Admin, error: pymysql.err.MySQLError) -> ConfigError:
    where = admin.unix_socket or f"{admin.host}:{admin.port}"
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    return ConfigError(
        f"MySQL account {admin.user!r} on {where} cannot set up the agent's user: {text}",
        fix="Give an account that may create users with --db-admin-user and "
        "--db-admin-password-file, or run the statements of "
        "`python -m agent.setup grants --opencart DIR` yourself and pass --db-user and "
        "--db-password-file.",
        code="setup.mysql_admin",
    )


def account(user: str, host: str) -> str:
    """Return ``'user'@'host'`` quoted for SQL."""
    return f"{quoted(user)}@{quoted(host)}"


def quoted(text: str) -> str:
    """Return a text literal for SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
