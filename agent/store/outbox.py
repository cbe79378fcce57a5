"""Hints of the extension: which records were saved or deleted in the shop.

A row is a hint only: the record is read anew, so a row that is lost or seen twice does no harm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from agent.db import Database
from agent.errors import ConfigError
from agent.store.sql import Query, open_query

TABLE = "erp_outbox"


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """One hint. ``kind`` and ``action`` are the extension's words, e.g. product and save."""

    id: int
    kind: str
    record_id: int
    action: str
    store_id: int
    added_at: datetime
    """UTC."""


class Outbox:
    """The extension's table ``{prefix}erp_outbox``, which exists once the extension is installed.

    Several workers may look at the same rows at the same time; each is deleted when its work is in
    the ledger.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def claim(self, limit: int) -> list[OutboxRow]:
        """Return the oldest hints, at most ``limit``; none while there is no table."""
        with open_query(self._database) as query:
            if not self._exists(query):
                return []
            rows = query.rows(
                "SELECT `outbox_id`, `kind`, `record_id`, `action`, `store_id`,"  # noqa: S608
                f" `date_added` FROM {query.table(TABLE)} ORDER BY `outbox_id` LIMIT {int(limit)}"
            )
        return [
            OutboxRow(
                int(key), kind, int(record), action, int(store or 0), added.replace(tzinfo=UTC)
            )
            for key, kind, record, action, store, added in rows
        ]

    def done(self, ids: Sequence[int]) -> None:
        """Delete hints whose work is in the ledger."""
        with open_query(self._database) as query:
            for start in range(0, len(ids), 1000):
                wanted = ",".join(str(int(key)) for key in ids[start : start + 1000])
                query.rows(f"DELETE FROM {query.table(TABLE)} WHERE `outbox_id` IN ({wanted})")  # noqa: S608

    def problem(self) -> ConfigError | None:
        """Return why no hints come, or None while the table is there."""
        with open_query(self._database) as query:
            if self._exists(query):
                return None
        return ConfigError(
            f"The shop has no table {self._database.prefix}{TABLE}: edits are only found by the "
            "scan",
            fix="Install the extension under Extensions > Modules in the shop's admin; if it is "
            "installed, run install.sh again to grant the right to read the table.",
            code="store.no_outbox",
        )

    def _exists(self, query: Query) -> bool:
        return bool(
            query.value(
                "SELECT COUNT(*) FROM information_schema.tables"
                " WHERE table_schema = DATABASE() AND table_name = %s",
                (f"{self._database.prefix}{TABLE}",),
            )
        )
