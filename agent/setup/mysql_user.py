"""Makes the agent's MySQL user with the rights it needs and no others."""

from __future__ import annotations

import contextlib
import secrets
import string
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pymysql
from pymysql.constants import CR, ER
from pymysql.cursors import Cursor

from agent.errors import ConfigError
from agent.store.dialect import Dialect, detect
from agent.store.sql import Query

_ALPHABET = string.ascii_letters + string.digits
_EXISTS = 1396  # CREATE USER failed: the account is there (ER_CANNOT_USER)
_AWAY = frozenset(
    {CR.CR_CONNECTION_ERROR, CR.CR_CONN_HOST_ERROR, CR.CR_UNKNOWN_HOST, CR.CR_SERVER_LOST}
)


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


def make_user(admin: Admin, name: str, hosts: Iterable[str], password: str) -> str:
    """Make a user for each of ``hosts`` and return its name.

    Another agent may have its own user on the same server: its password is left alone, and the new
    user gets a name with an ending.

    Raises:
        ConfigError: the admin account cannot log in or may not make users.
    """
    places = list(hosts)
    with _cursor(admin) as cursor:
        while not _create(cursor, name, places, password):
            ending = "".join(secrets.choice(string.ascii_lowercase) for _ in range(6))
            name = f"{name[:20]}_{ending}"
    return name


def _create(cursor: Cursor, name: str, hosts: list[str], password: str) -> bool:
    made: list[str] = []
    try:
        for host in hosts:
            cursor.execute(f"CREATE USER {account(name, host)} IDENTIFIED BY {quoted(password)}")
            made.append(host)
    except pymysql.err.MySQLError as error:
        for host in made:
            cursor.execute(f"DROP USER IF EXISTS {account(name, host)}")
        if error.args[0] == _EXISTS:
            return False
        raise
    return True


def refresh_user(admin: Admin, name: str, hosts: Iterable[str], password: str) -> None:
    """Make sure that the user is there for each of ``hosts`` with this password.

    Raises:
        ConfigError: the admin account cannot log in or may not make users.
    """
    run(
        admin,
        [
            statement
            for host in hosts
            for statement in (
                f"CREATE USER IF NOT EXISTS {account(name, host)} IDENTIFIED BY {quoted(password)}",
                f"ALTER USER {account(name, host)} IDENTIFIED BY {quoted(password)}",
            )
        ],
    )


def drop_user(admin: Admin, name: str, hosts: Iterable[str]) -> None:
    """Remove the user again."""
    run(admin, [f"DROP USER IF EXISTS {account(name, host)}" for host in hosts])


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


def serves(admin: Admin) -> bool:
    """Tell whether this account can log in, to a server that listens on the admin's port."""
    with contextlib.suppress(ConfigError), _cursor(admin) as cursor:
        cursor.execute("SELECT @@port")
        row = cursor.fetchone()
        return row is not None and int(row[0]) == admin.port
    return False


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
    number = error.args[0] if error.args else 0
    text = str(error.args[1]) if len(error.args) > 1 else str(error)
    if number in _AWAY:
        return ConfigError(
            f"No MySQL server answers on {where}: {text}",
            fix="Start it, or give the right place with --db-host and --db-port.",
            code="database.unreachable",
        )
    if number == ER.ACCESS_DENIED_ERROR:
        return ConfigError(
            f"MySQL on {where} does not let {admin.user!r} log in: {text}",
            fix="Check the user and the password in the file; --db-admin-user and "
            "--db-admin-password-file name an account that may create users.",
            code="database.login",
        )
    if number == ER.BAD_DB_ERROR:
        return ConfigError(
            f"MySQL on {where} has no such database: {text}",
            fix="Give the shop's database with --db-name, as DB_DATABASE in its config.php.",
            code="database.missing",
        )
    return ConfigError(
        f"MySQL account {admin.user!r} on {where} cannot set up the agent's user: {text}",
        fix="Give an account that may create users with --db-admin-user and "
        "--db-admin-password-file. Or create the user yourself, then run the statements of "
        "`./install.sh grants --opencart DIR` and pass --db-user and --db-password-file.",
        code="setup.mysql_admin",
    )


def account(user: str, host: str) -> str:
    """Return ``'user'@'host'`` quoted for SQL."""
    return f"{quoted(user)}@{quoted(host)}"


def quoted(text: str) -> str:
    """Return a text literal for SQL."""
    return "'" + text.replace("\\", "\\\\").replace("'", "''") + "'"
