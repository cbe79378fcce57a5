"""Orders as they are in the ERP, and records that wait for a person."""

from __future__ import annotations

from alembic import op

from agent.migrations.names import index, qualified

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_OPTIONS = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC"

_ORDER = """
    connection_id INTEGER NOT NULL,
    order_id BIGINT NOT NULL,
    erp_ref VARCHAR(96) NOT NULL,
    erp_number VARCHAR(64) NOT NULL,
    state VARCHAR(12) NOT NULL,
    details LONGTEXT NOT NULL,
    told LONGTEXT NOT NULL,
    seen_history BIGINT NOT NULL,
    scan_digest VARCHAR(64) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (connection_id, order_id),
    KEY {ix_order_ref} (connection_id, erp_ref)
"""

_WAITING = """
    id BIGINT NOT NULL AUTO_INCREMENT,
    connection_id INTEGER NOT NULL,
    entity VARCHAR(24) NOT NULL,
    store_key VARCHAR(96) NOT NULL,
    label VARCHAR(255) NOT NULL,
    state VARCHAR(12) NOT NULL,
    code VARCHAR(64) NOT NULL,
    cause MEDIUMTEXT NOT NULL,
    fix TEXT NOT NULL,
    since DATETIME(6) NOT NULL,
    cleared_at DATETIME(6),
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY {uq_waiting_key} (connection_id, entity, store_key),
    KEY {ix_waiting_open} (connection_id, cleared_at, entity, id)
"""

_INDEXES = ("ix_order_ref", "uq_waiting_key", "ix_waiting_open")


def upgrade() -> None:
    names = {name: index(name[:2], name[3:]) for name in _INDEXES}
    for table, columns in {"order": _ORDER, "waiting": _WAITING}.items():
        body = columns.format(**names)
        op.execute(f"CREATE TABLE IF NOT EXISTS {qualified(table)} ({body}) {_OPTIONS}")
