"""Named locks on the MySQL server, so that only one process does a thing at a time."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from agent.db.database import Database, explain


def lock_name(database: Database, name: str) -> str:
    """Return the server-wide name of a lock: one per shop, within MySQL's 64 characters."""
    settings = database.settings
    scope = f"{settings.schema or settings.database}/{settings.prefix}/{name}"
    return "erp-bridge-" + hashlib.blake2b(scope.encode(), digest_size=16).hexdigest()


@contextmanager
def exclusive(database: Database, name: str, wait: float = 0.0) -> Iterator[Connection | None]:
    """Hold the lock ``name`` of this shop while the block runs.

    Gives the connection that holds it, or None when another process kept it for ``wait`` seconds
    (rounded up to whole ones). The server frees the lock when the process dies. The connection is
    in autocommit and may be used for the guarded work.

    Raises:
        ConfigError: login, database or rights are wrong.
        Unreachable: the server does not answer.
    """
    key = {"name": lock_name(database, name)}
    try:
        connection = database.autocommit.connect()
    except DBAPIError as error:
        raise explain(error, database.settings) from error
    with connection:
        if not _acquire(connection, database, key["name"], wait):
            yield None
            return
        try:
            yield connection
        finally:
            with suppress(DBAPIError):  # a connection that is lost has lost its locks, too
                connection.execute(text("SELECT RELEASE_LOCK(:name)"), key)


def _acquire(connection: Connection, database: Database, name: str, wait: float) -> bool:
    asked = {"name": name, "wait": math.ceil(wait)}
    try:
        return bool(connection.scalar(text("SELECT GET_LOCK(:name, :wait)"), asked) == 1)
    except DBAPIError as error:
        raise explain(error, database.settings) from error
