"""What the agent's tables keep of one connection, and how all of it goes with the connection.

A table belongs to connections where it has the column ``connection_id``; a setting, a cursor and a
schedule where the second part of its name is the connection's number (``fed.3``,
``order-due.3.42``). Records that were made in the shop are remembered by a marker with that number
(``opencart_1a2b3c4d.products_erp3_42``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, Table, delete, func, select

from agent.db import Tables
from agent.ledger import TaskState, jobs
from agent.ledger.rows import task_of


def owned(tables: Tables) -> Sequence[Table]:
    """Return the tables whose rows are of one connection, without the history of its jobs."""
    history = (tables.job, tables.task)
    return [
        table
        for table in tables.metadata.sorted_tables
        if "connection_id" in table.c and table not in history
    ]


def forget_rows(connection: Connection, tables: Tables, connection_id: int) -> None:
    """Delete all that is kept of a connection but its jobs, which are read for some weeks yet."""
    for table in owned(tables):
        connection.execute(delete(table).where(table.c.connection_id == connection_id))
    named = f"^[^.]+[.]{connection_id}([.]|$)"
    for table in (tables.setting, tables.cursor, tables.schedule):
        connection.execute(delete(table).where(table.c.name.regexp_match(named)))
    made = f"^[^.]+[.][a-z_]+_erp{connection_id}_"
    connection.execute(delete(tables.birth).where(tables.birth.c.marker.regexp_match(made)))


def drop_held(connection: Connection, tables: Tables, connection_id: int, now: datetime) -> None:
    """End what waits for a person's word, without doing it."""
    t = tables.task
    held = select(t).where(t.c.connection_id == connection_id, t.c.state == TaskState.HELD.value)
    for row in connection.execute(held.order_by(t.c.job_id, t.c.id)).all():
        jobs.drop(connection, tables, task_of(row), now)


def unused_id(connection: Connection, tables: Tables) -> int | None:
    """Return a number for a new connection that no job of a removed one has.

    None where the database gives one itself: MySQL 5.7 counts anew from the connections that are
    left when it starts.
    """
    used = connection.scalar(select(func.max(tables.job.c.connection_id))) or 0
    newest = connection.scalar(select(func.max(tables.connection.c.id))) or 0
    return int(used) + 1 if used > newest else None
