"""The agent's tables. Names start with the shop's prefix and ``erp_``.

All are InnoDB and utf8mb4 whatever the shop's own tables are. Times are UTC. The extension owns one
table only, the outbox; everything here is made by ``agent.migrations``.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.dialects.mysql import DATETIME, LONGTEXT, MEDIUMBLOB, MEDIUMTEXT
from sqlalchemy.types import TypeDecorator


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime, stored as DATETIME(6)."""

    impl = DATETIME(fsp=6)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times: they are a bug, never a default."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone reached the database layer")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored time as aware UTC."""
        return None if value is None else value.replace(tzinfo=UTC)


_OPTIONS: dict[str, Any] = {
    "mysql_engine": "InnoDB",
    "mysql_charset": "utf8mb4",
    "mysql_collate": "utf8mb4_bin",
    "mysql_row_format": "DYNAMIC",
}


class Tables:
    """The agent's tables for one prefix, as SQLAlchemy Core objects."""

    def __init__(self, prefix: str, schema: str | None = None) -> None:
        self.prefix = prefix
        self.metadata = MetaData(schema=schema)

        def table(name: str, *parts: Any) -> Table:
            return Table(f"{prefix}erp_{name}", self.metadata, *parts, **_OPTIONS)

        def big_id() -> Column[int]:
            return Column("id", BigInteger, primary_key=True, autoincrement=True)

        self.setting = table(
            "setting",
            Column("name", String(64), primary_key=True),
            Column("value", LONGTEXT, nullable=False),
        )
        self.connection = table(
            "connection",
            Column("id", Integer, primary_key=True, autoincrement=True),
            Column("name", String(64), nullable=False, unique=True),
            Column("kind", String(16), nullable=False),
            Column("settings", LONGTEXT, nullable=False),  # JSON object, no secrets
            Column("secret", LargeBinary),  # Fernet token
            Column("state", String(16), nullable=False),  # active | paused
            Column("paused_code", String(64), nullable=False, default=""),
            Column("paused_reason", Text, nullable=False),
            Column("paused_fix", Text, nullable=False),
            Column("created_at", UtcDateTime, nullable=False),
            Column("updated_at", UtcDateTime, nullable=False),
        )
        self.job = table(
            "job",
            big_id(),
            Column("connection_id", Integer, nullable=False),
            Column("entity", String(24), nullable=False),
            Column("direction", String(8), nullable=False),
            Column("origin", String(16), nullable=False),  # cli | admin | event | schedule
            Column("requested_by", String(96), nullable=False),
            Column("dry_run", Boolean, nullable=False),
            Column("params", LONGTEXT, nullable=False),  # JSON object
            Column("state", String(12), nullable=False),  # queued running done failed cancelled
            Column("total", Integer),  # records expected, NULL while unknown
            Column("read_count", Integer, nullable=False, default=0),
            Column("unchanged_count", Integer, nullable=False, default=0),
            Column("created_count", Integer, nullable=False, default=0),
            Column("updated_count", Integer, nullable=False, default=0),
            Column("archived_count", Integer, nullable=False, default=0),
            Column("failed_count", Integer, nullable=False, default=0),
            Column("held_count", Integer, nullable=False, default=0),
            Column("warning_count", Integer, nullable=False, default=0),
            Column("error", LONGTEXT),  # JSON of BridgeError.to_plain() when the job itself failed
            Column("created_at", UtcDateTime, nullable=False),
            Column("started_at", UtcDateTime),
            Column("finished_at", UtcDateTime),
            Index(f"ix_{prefix}erp_job_state", "state", "id"),
            Index(f"ix_{prefix}erp_job_entity", "connection_id", "entity", "id"),
        )
        self.task = table(
            "task",
            big_id(),
            Column("job_id", BigInteger, nullable=False),
            Column("connection_id", Integer, nullable=False),
            Column("key_name", String(96), nullable=False),
            Column("running_key", String(96), unique=True),  # = key_name while running, else NULL
            Column("kind", String(32), nullable=False),
            Column("payload", LONGTEXT, nullable=False),  # JSON object
            # ready | running | done | failed | held | dead | cancelled
            Column("state", String(12), nullable=False),
            Column("priority", SmallInteger, nullable=False, default=100),  # lower runs earlier
            Column("attempts", Integer, nullable=False, default=0),  # failures that were retried
            Column("crashes", Integer, nullable=False, default=0),  # leases that ran out
            Column("not_before", UtcDateTime, nullable=False),
            Column("lease_until", UtcDateTime),
            Column(
                "lease_token", BigInteger, nullable=False, default=0
            ),  # fencing: grows per claim
            Column("worker", String(96)),
            Column("error", LONGTEXT),  # JSON of BridgeError.to_plain()
            Column("result", LONGTEXT),  # JSON object
            Column("created_at", UtcDateTime, nullable=False),
            Column("updated_at", UtcDateTime, nullable=False),
            # the claim walks it in order and stops at the first hit; the last two only filter
            Index(
                f"ix_{prefix}erp_task_claim",
                "state",
                "priority",
                "id",
                "not_before",
                "connection_id",
            ),
            Index(f"ix_{prefix}erp_task_key", "key_name", "state", "id"),
            Index(f"ix_{prefix}erp_task_job", "job_id", "state"),
        )
        self.record_result = table(
            "record_result",
            big_id(),
            Column("job_id", BigInteger, nullable=False),
            Column("entity", String(24), nullable=False),
            Column("store_key", String(96), nullable=False),
            Column("label", String(255), nullable=False),
            # failed | held | warning | planned (dry run: the change set) | archive-planned
            Column("outcome", String(16), nullable=False),
            Column("code", String(64), nullable=False, default=""),
            Column("cause", Text, nullable=False),
            Column("fix", Text, nullable=False),
            Column(
                "detail", LONGTEXT
            ),  # JSON; for planned: {"action", "fields": {name: [old, new]}}
            # one row per record, outcome and code of a job: a page run twice reports once
            UniqueConstraint(
                "job_id", "entity", "store_key", "outcome", "code", name=f"uq_{prefix}erp_result"
            ),
            Index(f"ix_{prefix}erp_result_outcome", "job_id", "outcome", "id"),
        )
        self.mapping = table(
            "mapping",
            big_id(),
            Column("connection_id", Integer, nullable=False),
            Column("entity", String(24), nullable=False),
            Column("store_key", String(96), nullable=False),
            Column(
                "store_number", BigInteger, nullable=False, default=0
            ),  # numeric key, for ranges
            Column("label", String(255), nullable=False, default=""),
            Column("erp_id", String(96)),
            Column("external_id", String(160), nullable=False),
            # pending | linked | failed | held | excluded | archived
            Column("state", String(12), nullable=False),
            Column("origin", String(8), nullable=False, default="sync"),  # sync | auto | manual
            Column("scan_digest", String(64), nullable=False, default=""),
            Column("store_fingerprint", String(32), nullable=False, default=""),
            Column("erp_fingerprint", String(32), nullable=False, default=""),
            Column("pending_fingerprint", String(32), nullable=False, default=""),
            Column("snapshot", MEDIUMBLOB),  # zlib of the JSON last written
            Column("erp_snapshot", MEDIUMBLOB),  # the same record as the ERP had it then
            Column("code", String(64), nullable=False, default=""),
            Column("cause", MEDIUMTEXT, nullable=False),
            Column("fix", Text, nullable=False),
            Column("synced_at", UtcDateTime),
            Column("updated_at", UtcDateTime, nullable=False),
            UniqueConstraint(
                "connection_id", "entity", "store_key", name=f"uq_{prefix}erp_map_key"
            ),
            Index(
                f"ix_{prefix}erp_map_number", "connection_id", "entity", "store_number", "store_key"
            ),
            Index(f"ix_{prefix}erp_map_erp", "connection_id", "entity", "erp_id"),
            Index(f"ix_{prefix}erp_map_state", "connection_id", "entity", "state"),
        )
        self.cursor = table(
            "cursor",
            Column("name", String(96), primary_key=True),
            Column("value", LONGTEXT, nullable=False),  # JSON
            Column("updated_at", UtcDateTime, nullable=False),
        )
        self.schedule = table(
            "schedule",
            Column("id", Integer, primary_key=True, autoincrement=True),
            Column("name", String(96), nullable=False, unique=True),
            Column("every_seconds", Integer, nullable=False),
            Column("kind", String(32), nullable=False),
            Column("payload", LONGTEXT, nullable=False),
            Column("next_at", UtcDateTime, nullable=False),
            Column("enabled", Boolean, nullable=False),
        )
        self.worker = table(
            "worker",
            Column("name", String(96), primary_key=True),
            Column("started_at", UtcDateTime, nullable=False),
            Column("seen_at", UtcDateTime, nullable=False),
            Column("version", String(32), nullable=False),
        )
        self.nonce = table(
            "nonce",
            Column("key_id", String(32), primary_key=True),
            Column("nonce", String(64), primary_key=True),
            Column("seen_at", UtcDateTime, nullable=False),
            Index(f"ix_{prefix}erp_nonce_seen", "seen_at"),
        )
        self.order = table(
            "order",
            Column("connection_id", Integer, primary_key=True, autoincrement=False),
            Column("order_id", BigInteger, primary_key=True, autoincrement=False),
            Column("erp_ref", String(96), nullable=False, default=""),
            Column("erp_number", String(64), nullable=False, default=""),
            # quotation | confirmed | cancelled, empty while it is not in the ERP
            Column("state", String(12), nullable=False, default=""),
            Column("details", LONGTEXT, nullable=False),  # JSON of OrderState as last seen
            Column("told", LONGTEXT, nullable=False),  # JSON list of events told to the shop
            # newest history row of the shop that was acted on
            Column("seen_history", BigInteger, nullable=False, default=0),
            Column("scan_digest", String(64), nullable=False, default=""),
            Column("updated_at", UtcDateTime, nullable=False),
            Index(f"ix_{prefix}erp_order_ref", "connection_id", "erp_ref"),
        )
        self.waiting = table(
            "waiting",
            big_id(),
            Column("connection_id", Integer, nullable=False),
            Column("entity", String(24), nullable=False),
            Column("store_key", String(96), nullable=False),
            Column("label", String(255), nullable=False, default=""),
            Column("state", String(12), nullable=False),  # held | failed
            Column("code", String(64), nullable=False),
            Column("cause", MEDIUMTEXT, nullable=False),
            Column("fix", Text, nullable=False),
            # a person asked for it: it goes whatever the rules say
            Column("asked", Boolean, nullable=False, server_default="0"),
            Column("since", UtcDateTime, nullable=False),
            Column("cleared_at", UtcDateTime),
            Column("updated_at", UtcDateTime, nullable=False),
            UniqueConstraint(
                "connection_id", "entity", "store_key", name=f"uq_{prefix}erp_waiting_key"
            ),
            Index(f"ix_{prefix}erp_waiting_open", "connection_id", "cleared_at", "entity", "id"),
        )
        self.conflict = table(
            "conflict",
            big_id(),
            Column("connection_id", Integer, nullable=False),
            Column("entity", String(24), nullable=False),
            Column("store_key", String(96), nullable=False),
            Column("erp_id", String(96), nullable=False),
            Column("label", String(255), nullable=False),
            Column("fields", LONGTEXT, nullable=False),  # JSON {name: {"shop": …, "erp": …}}
            Column("since", UtcDateTime, nullable=False),
            Column("updated_at", UtcDateTime, nullable=False),
            UniqueConstraint(
                "connection_id", "entity", "store_key", name=f"uq_{prefix}erp_conflict_key"
            ),
        )
        self.birth = table(
            "birth",
            Column("marker", String(96), primary_key=True),
            Column("entity", String(24), nullable=False),
            # the highest id of the shop's table before the record was made
            Column("low_id", BigInteger, nullable=False),
            Column("store_key", String(96)),
            Column("created_at", UtcDateTime, nullable=False),
            Index(f"ix_{prefix}erp_birth_key", "entity", "store_key"),
        )
