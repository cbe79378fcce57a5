"""Names of tables inside revisions."""

from __future__ import annotations

from alembic import op


def qualified(name: str) -> str:
    """Return the quoted full name of the agent's table ``name`` for the shop being migrated."""
    opts = op.get_context().opts
    table = f"`{opts['table_prefix']}{name}`"
    schema = opts["table_schema"]
    return f"`{schema}`.{table}" if schema else table


def index(kind: str, name: str) -> str:
    """Return the quoted name of an index: ``ix`` or ``uq``, the table prefix, ``name``."""
    return f"`{kind}_{op.get_context().opts['table_prefix']}{name}`"
