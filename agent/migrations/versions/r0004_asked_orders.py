"""Whether a person asked for a record that waits; nothing is left of connections long removed."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from agent.migrations.names import qualified

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    waiting = qualified("waiting")
    # MySQL has no ADD COLUMN IF NOT EXISTS, and an interrupted upgrade is run again
    found = op.get_bind().execute(text(f"SHOW COLUMNS FROM {waiting} LIKE 'asked'")).first()
    if found is None:
        op.execute(
            f"ALTER TABLE {waiting} ADD COLUMN asked TINYINT(1) NOT NULL DEFAULT 0 AFTER fix"
        )
    kept = f"SELECT id FROM {qualified('connection')}"  # noqa: S608 - a name of ours
    for table in ("waiting", "conflict", "order"):
        op.execute(f"DELETE FROM {qualified(table)} WHERE connection_id NOT IN ({kept})")  # noqa: S608 - names of ours
