"""Which revisions the agent's tables have and need, and how they are made or upgraded.

The state is kept in ``{prefix}erp_version``. Each revision says its DDL in full and stays as it is:
later changes of ``agent.db.tables`` come as revisions of their own. MySQL commits every DDL
statement by itself, so each statement of a revision must do no harm when it is run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from agent.db import Database, Tables
from agent.db.database import explain
from agent.db.locks import exclusive
from agent.errors import Busy, ConfigError

_FOLDER = Path(__file__).parent
_WAIT = 120.0  # seconds; another process that migrates needs far less
_PATIENCE = 6 * 3600.0  # seconds; MySQL says nothing while it alters a large table


def table_names(prefix: str) -> list[str]:
    """Return the names of all tables that migrations touch, for granting rights on them."""
    return [f"{prefix}erp_version", *(t.name for t in Tables(prefix).metadata.sorted_tables)]


def newest() -> str:
    """Return the revision that this program needs."""
    return _line()[-1]


def current(database: Database) -> str | None:
    """Return the revision of the tables, None where there are none yet.

    Raises:
        ConfigError: login, database or rights are wrong.
        Unreachable: the server does not answer.
    """
    with database.begin() as connection:
        return _current(connection, database)


def pending(database: Database) -> list[str]:
    """Return the revisions that :func:`migrate` would apply, in order.

    Raises:
        ConfigError: login, database or rights are wrong, or the tables are newer than the program.
        Unreachable: the server does not answer.
    """
    return _ahead_of(current(database))


def migrate(database: Database) -> list[str]:
    """Make or upgrade the tables; return the revisions applied, in order.

    Safe to run again, after an interruption, and from several processes at once.

    Raises:
        ConfigError: login, database or rights are wrong, or the tables are newer than the program.
        Unreachable: the server does not answer.
        Busy: another process has been migrating for two minutes.
    """
    with (
        closing(Database(database.settings, pool_size=1, answer_within=_PATIENCE)) as patient,
        _explained(database),
        exclusive(patient, "migrate", _WAIT) as connection,
    ):
        if connection is None:
            raise Busy(
                "Another process has been upgrading the agent's tables for two minutes",
                fix="Wait until it is done. If none is running, look in MySQL's process list for "
                "the connection that holds the lock.",
                code="migrate.locked",
            )
        _make_version_table(connection, database)
        revisions = _ahead_of(_current(connection, database))
        if revisions:
            # alembic is large, and needed once per version alone
            from agent.migrations.upgrading import upgrade  # noqa: PLC0415

            upgrade(connection, database, _FOLDER)
        return revisions


@contextmanager
def _explained(database: Database) -> Iterator[None]:
    try:
        yield
    except DBAPIError as error:
        raise explain(error, database.settings) from error


def _line() -> list[str]:
    """Return all revisions, oldest first: the numbers of their files."""
    return sorted(path.stem[1:5] for path in (_FOLDER / "versions").glob("r????_*.py"))


def _qualified(database: Database, name: str) -> str:
    table = f"`{database.prefix}erp_{name}`"
    schema = database.settings.schema
    return f"`{schema}`.{table}" if schema else table


def _make_version_table(connection: Connection, database: Database) -> None:
    """Make alembic's table with an engine and a character set that do not depend on the shop."""
    connection.execute(
        text(
            f"CREATE TABLE IF NOT EXISTS {_qualified(database, 'version')} ("
            "version_num VARCHAR(32) NOT NULL, PRIMARY KEY (version_num)"
            ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC"
        )
    )


def _current(connection: Connection, database: Database) -> str | None:
    name, schema = f"{database.prefix}erp_version", database.settings.schema
    if not inspect(connection).has_table(name, schema=schema):
        return None
    found = connection.scalar(
        text(f"SELECT version_num FROM {_qualified(database, 'version')}")  # noqa: S608
    )
    return None if found is None else str(found)


def _ahead_of(revision: str | None) -> list[str]:
    line = _line()
    if revision is None:
        return line
    if revision not in line:
        raise ConfigError(
            f"The agent's tables are of a newer version ({revision}) than this program",
            fix="Install the version of ERP Bridge that made them, or a newer one.",
            code="migrate.newer",
        )
    return line[line.index(revision) + 1 :]
