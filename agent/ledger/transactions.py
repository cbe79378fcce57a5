"""Transactions that are tried again when another one was first."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from agent.db import Database
from agent.errors import Busy

_Value = TypeVar("_Value")

_DUPLICATE = 1062
_LOCK_WAIT, _DEADLOCK = 1205, 1213
_TRIES = 8


def error_number(error: DBAPIError) -> int:
    """Return MySQL's number of an error, 0 where it has none."""
    args = getattr(error.orig, "args", ())
    return args[0] if args and isinstance(args[0], int) else 0


def is_contention(error: DBAPIError) -> bool:
    """Whether the server undid the transaction only because another one was in its way."""
    return error_number(error) in (_LOCK_WAIT, _DEADLOCK)


def is_duplicate(error: DBAPIError) -> bool:
    """Whether a unique key refused the row."""
    return error_number(error) == _DUPLICATE


def atomically(database: Database, work: Callable[[Connection], _Value]) -> _Value:
    """Run ``work`` in one transaction, again when a deadlock or a lock wait undid it.

    ``work`` must have no effect outside the transaction.

    Raises:
        Busy: other transactions were in the way every time.
    """
    for attempt in range(_TRIES):
        try:
            with database.begin() as connection:
                return work(connection)
        except DBAPIError as error:
            if not is_contention(error):
                raise
            last = error
        time.sleep(random.uniform(0.005, 0.02) * 2**attempt)  # noqa: S311 - spreads, hides nothing
    raise Busy(
        "The shop's database is too busy to note down the state of the work",
        fix="Nothing to do if it stays rare. Else look in MySQL's process list for transactions "
        "that stay open for long.",
        code="database.busy",
    ) from last
