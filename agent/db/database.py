"""A pool of PyMySQL connections to the shop's server.

Every connection runs in UTC, READ COMMITTED, utf8mb4, and reads buffered: an unread stream would
lock MyISAM tables under a shopper's checkout. The shop's own tables are written with the loose mode
of SQL that OpenCart itself uses, as tables of real shops have columns of other extensions without a
default; the agent's with the strict one.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Literal

import pymysql
from pymysql.cursors import Cursor
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry

from agent.db.tables import Tables
from agent.db.tls import connect
from agent.errors import ConfigError, Unreachable

PACKED = 2_000_000
"""Bytes that a text made of many rows may have; see ``packed`` in ``agent.store.writing.cases``."""
ANSWER_WITHIN = 120.0
"""Seconds of silence after which a connection counts as lost: one to a machine that vanished would
be waited on for hours. Longer than every wait for a lock, which the server ends by itself."""
_Isolation = Literal["READ COMMITTED", "AUTOCOMMIT"]
_MODES: dict[_Isolation, str] = {
    "READ COMMITTED": "STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION",
    "AUTOCOMMIT": "NO_ENGINE_SUBSTITUTION",
}
_IDLE_SECONDS = 1.0
"""After which a pooled connection is asked whether it still lives, before it is used."""
_PREFIX = re.compile(r"[A-Za-z0-9_]{0,32}")
# full, shutting down, network, limits, connection or query killed or timed out, lost
_AWAY_ERRORS = {1040, 1053, 1152, 1158, 1159, 1160, 1161, 1203, 1226, 1317, 1927, 1969, 2002, 2003}
_AWAY_ERRORS |= {2006, 2013, 3024, 4031}


@dataclass(frozen=True, slots=True)
class DatabaseSettings:
    """Where the shop's database is. ``schema`` holds the agent's tables; None: the shop's own."""

    host: str = "127.0.0.1"
    port: int = 3306
    unix_socket: str | None = None
    user: str = ""
    password: str = ""
    database: str = ""
    prefix: str = "oc_"
    schema: str | None = None


_KNOWN: dict[int, tuple[str, str, str]] = {
    1045: (
        "{where} refuses user {user!r}",
        (
            "Check [database] user and password in the agent's configuration, or run install.sh "
            "again to make the user anew."
        ),
        "database.login",
    ),
    1049: (
        "There is no {where}",
        "Check [database] name against DB_DATABASE in OpenCart's config.php.",
        "database.missing",
    ),
    1142: (
        "User {user!r} lacks a right on {where}: {text}",
        "Run install.sh again: it grants what is missing.",
        "database.rights",
    ),
    1290: (
        "{where} is read-only",
        (
            "Point [database] host at the server that takes writes, not at a replica; or switch "
            "read_only off."
        ),
        "database.read-only",
    ),
    1665: (
        "{where} keeps its binary log by statements, which forbids what the agent needs",
        "Set binlog_format = MIXED (or ROW) in MySQL's configuration and restart MySQL.",
        "database.binlog",
    ),
}
_SAME = {1044: 1045, 1698: 1045, 1143: 1142, 1227: 1142, 1836: 1290}
_CONFIG_ERRORS = _KNOWN.keys() | _SAME.keys()


def explain(error: BaseException, settings: DatabaseSettings) -> ConfigError | Unreachable:
    """Turn a driver's error into one that says cause and fix."""
    original = error.orig if isinstance(error, DBAPIError) else error
    args: tuple[object, ...] = getattr(original, "args", ())
    number = args[0] if args and isinstance(args[0], int) else 0
    text = str(args[1]) if len(args) > 1 else str(original)
    where = f"MySQL database {settings.database!r} on {settings.host}:{settings.port}"
    known = _KNOWN.get(_SAME.get(number, number))
    if known is not None:
        cause, fix, code = known
        cause = cause.format(where=where, user=settings.user, text=text)
        return ConfigError(cause, fix=fix, code=code, detail=text)
    return Unreachable(
        f"{where} does not answer",
        fix="Start MySQL, or check [database] host and port in the agent's configuration.",
        code="database.unreachable",
        detail=f"{number} {text}",
    )


class Database:
    """Connections to the shop's MySQL and the agent's tables in it."""

    def __init__(
        self,
        settings: DatabaseSettings,
        *,
        pool_size: int = 8,
        answer_within: float = ANSWER_WITHIN,
    ) -> None:
        if not _PREFIX.fullmatch(settings.prefix):
            raise ConfigError(
                f"The table prefix {settings.prefix!r} has characters that no prefix may have",
                fix="Use DB_PREFIX from OpenCart's config.php.",
            )
        self.settings = settings
        self.tables = Tables(settings.prefix, settings.schema)
        query = {"charset": "utf8mb4"}
        if settings.unix_socket:
            query["unix_socket"] = settings.unix_socket
        url = URL.create(
            "mysql+pymysql",
            username=settings.user,
            password=settings.password,
            host=settings.host,
            port=settings.port,
            database=settings.database,
            query=query,
        )
        self.engine = _engine(url, pool_size, "READ COMMITTED", answer_within)
        # a pool of its own: switching a connection and back is two calls each time
        self.autocommit = _engine(url, pool_size, "AUTOCOMMIT", answer_within)

    @property
    def prefix(self) -> str:
        """The shop's table prefix."""
        return self.settings.prefix

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """Open one transaction on the agent's tables.

        Raises:
            ConfigError: login, database or rights are wrong.
            Unreachable: the server does not answer.
        """
        try:
            with self.engine.begin() as connection:
                yield connection
        except DBAPIError as error:
            if _is_connection_trouble(error):
                raise explain(error, self.settings) from error
            raise

    @contextmanager
    def cursor(self) -> Iterator[Cursor]:
        """Open a buffered PyMySQL cursor in autocommit, for the shop's own tables.

        Raises:
            ConfigError: login, database or rights are wrong.
            Unreachable: the server does not answer.
        """
        try:
            with self.autocommit.connect() as connection:
                driver = connection.connection.driver_connection
                assert isinstance(driver, pymysql.Connection)  # noqa: S101 - narrows for mypy
                try:
                    with driver.cursor(Cursor) as cursor:
                        yield cursor
                finally:
                    if not driver.open:
                        connection.invalidate()  # lost: nobody else gets it
        except (DBAPIError, pymysql.err.OperationalError, pymysql.err.InterfaceError) as error:
            raise explain(error, self.settings) from error

    def close(self) -> None:
        """Close all pooled connections."""
        self.engine.dispose()
        self.autocommit.dispose()


def _engine(url: URL, pool_size: int, isolation_level: _Isolation, answer_within: float) -> Engine:
    # No ROLLBACK on return: what is borrowed is committed or rolled back by whoever borrowed it.
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=8,
        pool_reset_on_return=None,
        pool_recycle=1800,
        isolation_level=isolation_level,
        connect_args={
            "connect_timeout": 10,
            "read_timeout": answer_within,
            "write_timeout": answer_within,
        },
        hide_parameters=True,
    )
    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", partial(_prepare, _MODES[isolation_level]))
    event.listen(engine, "checkin", _note_return)
    event.listen(engine, "checkout", _ping_if_idle)
    return engine


def _prepare(mode: str, connection: pymysql.Connection[Cursor], _record: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SET time_zone = '+00:00', sql_mode = %s, SESSION group_concat_max_len = %s,"
            " SESSION lock_wait_timeout = 30, innodb_lock_wait_timeout = 15",
            (mode, PACKED),
        )
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED")


def _note_return(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info["returned"] = time.monotonic()


def _ping_if_idle(
    connection: pymysql.Connection[Cursor], record: ConnectionPoolEntry, _proxy: object
) -> None:
    """Replace a connection that was lost while it lay idle."""
    returned = record.info.get("returned")
    if returned is None or time.monotonic() - returned < _IDLE_SECONDS:
        return
    try:
        connection.ping(reconnect=False)
    except pymysql.MySQLError as error:
        raise DisconnectionError from error  # the pool tries the next one, then a new one


def _is_connection_trouble(error: DBAPIError) -> bool:
    args = getattr(error.orig, "args", ())
    number = args[0] if args and isinstance(args[0], int) else 0
    return error.connection_invalidated or number in _CONFIG_ERRORS | _AWAY_ERRORS
