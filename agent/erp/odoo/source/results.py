"""Parts of what reading a record answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Connection
from agent.erp.source import Sourced, Unreadable
from agent.errors import InvalidRecord
from agent.model.record import Record

Names = Mapping[int, list[str]]
"""External ids within the shop's module, by record id; see :meth:`ExternalIds.names`."""


def sourced(
    cx: Connection, record: Record, fields: frozenset[str], row: Row, names: Names, prefix: str
) -> Sourced:
    """Return the answer for a record of one row; ``prefix`` starts its external id's name."""
    return Sourced(
        ref=record.key,
        record=record,
        fields=fields,
        changed_at=aware(row),
        external_id=external_id(cx, names.get(int(row["id"]), ()), prefix),
    )


def external_id(cx: Connection, names: list[str] | tuple[str, ...], prefix: str) -> str:
    """Return the full external id whose name starts with ``prefix``, empty for none."""
    return next((f"{cx.instance}.{name}" for name in names if name.startswith(prefix)), "")


def aware(row: Row) -> datetime | None:
    """Return when a row was last written; Odoo tells UTC."""
    text = str(row.get("write_date") or "")[:19]
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def nameless(number: int, what: str) -> Unreadable:
    """Return the answer for a record without a name in any language."""
    error = InvalidRecord(
        f"The {what} has no name in Odoo in any language",
        fix="Give it a name in Odoo; it follows by itself.",
        code="erp.name_missing",
        record=f"{what} {number}",
    )
    return Unreadable(str(number), f"{what} {number}", error)
