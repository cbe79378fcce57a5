"""The ERP's side of a mapping, what two sides disagree about, and records made in the shop."""

from __future__ import annotations

from alembic import op
from sqlalchemy import text

from agent.migrations.names import index, qualified

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_OPTIONS = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC"

_CONFLICT = """
    id BIGINT NOT NULL AUTO_INCREMENT,
    connection_id INTEGER NOT NULL,
    entity VARCHAR(24) NOT NULL,
    store_key VARCHAR(96) NOT NULL,
    erp_id VARCHAR(96) NOT NULL,
    label VARCHAR(255) NOT NULL,
    fields LONGTEXT NOT NULL,
    since DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY {uq_conflict_key} (connection_id, entity, store_key)
"""

_BIRTH = """
    marker VARCHAR(96) NOT NULL,
    entity VARCHAR(24) NOT NULL,
    low_id BIGINT NOT NULL,
    store_key VARCHAR(96),
    created_at DATETIME(6) NOT NULL,
    PRIMARY KEY (marker),
    KEY {ix_birth_key} (entity, store_key)
"""

_INDEXES = ("uq_conflict_key", "ix_birth_key")


def upgrade() -> None:
    names = {name: index(name[:2], name[3:]) for name in _INDEXES}
    for table, columns in {"conflict": _CONFLICT, "birth": _BIRTH}.items():
        body = columns.format(**names)
        op.execute(f"CREATE TABLE IF NOT EXISTS {qualified(table)} ({body}) {_OPTIONS}")
    mapping = qualified("mapping")
    # MySQL has no ADD COLUMN IF NOT EXISTS, and an interrupted upgrade is run again
    found = op.get_bind().execute(text(f"SHOW COLUMNS FROM {mapping} LIKE 'erp_snapshot'")).first()
    if found is None:
        op.execute(f"ALTER TABLE {mapping} ADD COLUMN erp_snapshot MEDIUMBLOB AFTER snapshot")
