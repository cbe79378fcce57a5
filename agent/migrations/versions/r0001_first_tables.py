"""The first tables: settings, connections, jobs, tasks, results, mappings, schedules.

One CREATE TABLE with all its indexes per table: MySQL makes it whole or not at all, so that an
interrupted run can simply be repeated.
"""

from __future__ import annotations

from alembic import op

from agent.migrations.names import index, qualified

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OPTIONS = "ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin ROW_FORMAT=DYNAMIC"

_SETTING = """
    name VARCHAR(64) NOT NULL,
    value LONGTEXT NOT NULL,
    PRIMARY KEY (name)
"""

_CONNECTION = """
    id INTEGER NOT NULL AUTO_INCREMENT,
    name VARCHAR(64) NOT NULL,
    kind VARCHAR(16) NOT NULL,
    settings LONGTEXT NOT NULL,
    secret BLOB,
    state VARCHAR(16) NOT NULL,
    paused_code VARCHAR(64) NOT NULL,
    paused_reason TEXT NOT NULL,
    paused_fix TEXT NOT NULL,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY name (name)
"""

_JOB = """
    id BIGINT NOT NULL AUTO_INCREMENT,
    connection_id INTEGER NOT NULL,
    entity VARCHAR(24) NOT NULL,
    direction VARCHAR(8) NOT NULL,
    origin VARCHAR(16) NOT NULL,
    requested_by VARCHAR(96) NOT NULL,
    dry_run TINYINT(1) NOT NULL,
    params LONGTEXT NOT NULL,
    state VARCHAR(12) NOT NULL,
    total INTEGER,
    read_count INTEGER NOT NULL,
    unchanged_count INTEGER NOT NULL,
    created_count INTEGER NOT NULL,
    updated_count INTEGER NOT NULL,
    archived_count INTEGER NOT NULL,
    failed_count INTEGER NOT NULL,
    held_count INTEGER NOT NULL,
    warning_count INTEGER NOT NULL,
    error LONGTEXT,
    created_at DATETIME(6) NOT NULL,
    started_at DATETIME(6),
    finished_at DATETIME(6),
    PRIMARY KEY (id),
    KEY {ix_job_state} (state, id),
    KEY {ix_job_entity} (connection_id, entity, id)
"""

_TASK = """
    id BIGINT NOT NULL AUTO_INCREMENT,
    job_id BIGINT NOT NULL,
    connection_id INTEGER NOT NULL,
    key_name VARCHAR(96) NOT NULL,
    running_key VARCHAR(96),
    kind VARCHAR(32) NOT NULL,
    payload LONGTEXT NOT NULL,
    state VARCHAR(12) NOT NULL,
    priority SMALLINT NOT NULL,
    attempts INTEGER NOT NULL,
    crashes INTEGER NOT NULL,
    not_before DATETIME(6) NOT NULL,
    lease_until DATETIME(6),
    lease_token BIGINT NOT NULL,
    worker VARCHAR(96),
    error LONGTEXT,
    result LONGTEXT,
    created_at DATETIME(6) NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY running_key (running_key),
    KEY {ix_task_claim} (state, priority, id, not_before, connection_id),
    KEY {ix_task_key} (key_name, state, id),
    KEY {ix_task_job} (job_id, state)
"""

_RECORD_RESULT = """
    id BIGINT NOT NULL AUTO_INCREMENT,
    job_id BIGINT NOT NULL,
    entity VARCHAR(24) NOT NULL,
    store_key VARCHAR(96) NOT NULL,
    label VARCHAR(255) NOT NULL,
    outcome VARCHAR(16) NOT NULL,
    code VARCHAR(64) NOT NULL,
    cause TEXT NOT NULL,
    fix TEXT NOT NULL,
    detail LONGTEXT,
    PRIMARY KEY (id),
    UNIQUE KEY {uq_result} (job_id, entity, store_key, outcome, code),
    KEY {ix_result_outcome} (job_id, outcome, id)
"""

_MAPPING = """
    id BIGINT NOT NULL AUTO_INCREMENT,
    connection_id INTEGER NOT NULL,
    entity VARCHAR(24) NOT NULL,
    store_key VARCHAR(96) NOT NULL,
    store_number BIGINT NOT NULL,
    label VARCHAR(255) NOT NULL,
    erp_id VARCHAR(96),
    external_id VARCHAR(160) NOT NULL,
    state VARCHAR(12) NOT NULL,
    origin VARCHAR(8) NOT NULL,
    scan_digest VARCHAR(64) NOT NULL,
    store_fingerprint VARCHAR(32) NOT NULL,
    erp_fingerprint VARCHAR(32) NOT NULL,
    pending_fingerprint VARCHAR(32) NOT NULL,
    snapshot MEDIUMBLOB,
    code VARCHAR(64) NOT NULL,
    cause MEDIUMTEXT NOT NULL,
    fix TEXT NOT NULL,
    synced_at DATETIME(6),
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY {uq_map_key} (connection_id, entity, store_key),
    KEY {ix_map_number} (connection_id, entity, store_number, store_key),
    KEY {ix_map_erp} (connection_id, entity, erp_id),
    KEY {ix_map_state} (connection_id, entity, state)
"""

_CURSOR = """
    name VARCHAR(96) NOT NULL,
    value LONGTEXT NOT NULL,
    updated_at DATETIME(6) NOT NULL,
    PRIMARY KEY (name)
"""

_SCHEDULE = """
    id INTEGER NOT NULL AUTO_INCREMENT,
    name VARCHAR(96) NOT NULL,
    every_seconds INTEGER NOT NULL,
    kind VARCHAR(32) NOT NULL,
    payload LONGTEXT NOT NULL,
    next_at DATETIME(6) NOT NULL,
    enabled TINYINT(1) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE KEY name (name)
"""

_WORKER = """
    name VARCHAR(96) NOT NULL,
    started_at DATETIME(6) NOT NULL,
    seen_at DATETIME(6) NOT NULL,
    version VARCHAR(32) NOT NULL,
    PRIMARY KEY (name)
"""

_NONCE = """
    key_id VARCHAR(32) NOT NULL,
    nonce VARCHAR(64) NOT NULL,
    seen_at DATETIME(6) NOT NULL,
    PRIMARY KEY (key_id, nonce),
    KEY {ix_nonce_seen} (seen_at)
"""

_TABLES = {
    "setting": _SETTING,
    "connection": _CONNECTION,
    "job": _JOB,
    "task": _TASK,
    "record_result": _RECORD_RESULT,
    "mapping": _MAPPING,
    "cursor": _CURSOR,
    "schedule": _SCHEDULE,
    "worker": _WORKER,
    "nonce": _NONCE,
}

_INDEXES = (
    "ix_job_state",
    "ix_job_entity",
    "ix_task_claim",
    "ix_task_key",
    "ix_task_job",
    "uq_result",
    "ix_result_outcome",
    "uq_map_key",
    "ix_map_number",
    "ix_map_erp",
    "ix_map_state",
    "ix_nonce_seen",
)


def upgrade() -> None:
    names = {name: index(name[:2], name[3:]) for name in _INDEXES}
    for table, columns in _TABLES.items():
        body = columns.format(**names)
        op.execute(f"CREATE TABLE IF NOT EXISTS {qualified(table)} ({body}) {_OPTIONS}")
