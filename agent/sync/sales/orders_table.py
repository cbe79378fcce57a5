"""What is remembered of each order beside its mapping: its state in the ERP, and what was told."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.mysql import insert

from agent.db import Database
from agent.erp.sales import OrderState
from agent.model.plain import to_plain

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class OrderNote:
    """One order. ``details`` is the ERP's state as JSON-ready values; see ``OrderState``."""

    order: str
    erp_ref: str = ""
    erp_number: str = ""
    state: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    told: frozenset[str] = frozenset()
    """Events the shop knows, or is not to be told."""
    seen_history: int = 0
    """Newest history row of the shop that was acted on."""
    scan_digest: str = ""


@dataclass(slots=True)
class OrderNotes:
    """The notes of one connection; every method is one short transaction."""

    database: Database
    connection_id: int
    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))

    def get(self, order: str) -> OrderNote:
        """Return what is remembered of an order; an empty note where nothing is."""
        return self.many([order]).get(order, OrderNote(order))

    def many(self, orders: Iterable[str]) -> dict[str, OrderNote]:
        """Return the notes of those of the orders that have one."""
        t = self.database.tables.order
        wanted = sorted({int(order) for order in orders})
        found: dict[str, OrderNote] = {}
        with self.database.begin() as connection:
            for start in range(0, len(wanted), _CHUNK):
                query = select(t).where(
                    t.c.connection_id == self.connection_id,
                    t.c.order_id.in_(wanted[start : start + _CHUNK]),
                )
                for row in connection.execute(query):
                    found[str(row.order_id)] = _note(row)
        return found

    def digests(self, orders: Iterable[str]) -> dict[str, str]:
        """Return the digest that each order had when it was last looked at in full."""
        return {key: note.scan_digest for key, note in self.many(orders).items()}

    def by_ref(self, refs: Collection[str]) -> dict[str, str]:
        """Return order by ERP id, for those that are orders of the shop."""
        t = self.database.tables.order
        wanted = sorted(refs)
        found: dict[str, str] = {}
        with self.database.begin() as connection:
            for start in range(0, len(wanted), _CHUNK):
                rows = connection.execute(
                    select(t.c.erp_ref, t.c.order_id).where(
                        t.c.connection_id == self.connection_id,
                        t.c.erp_ref.in_(wanted[start : start + _CHUNK]),
                    )
                )
                found.update({row.erp_ref: str(row.order_id) for row in rows})
        return found

    def save(self, note: OrderNote) -> None:
        """Remember an order as it is now."""
        values = {
            "erp_ref": note.erp_ref,
            "erp_number": note.erp_number[:64],
            "state": note.state,
            "details": json.dumps(dict(note.details), ensure_ascii=False),
            "told": json.dumps(sorted(note.told)),
            "seen_history": note.seen_history,
            "scan_digest": note.scan_digest,
            "updated_at": self.clock(),
        }
        t = self.database.tables.order
        with self.database.begin() as connection:
            connection.execute(
                insert(t)
                .values(connection_id=self.connection_id, order_id=int(note.order), **values)
                .on_duplicate_key_update(**values)
            )


def plain_state(state: OrderState) -> dict[str, Any]:
    """Return an ERP's state of an order as JSON-ready values."""
    plain: dict[str, Any] = to_plain(state)
    return plain


def _note(row: Any) -> OrderNote:
    return OrderNote(
        order=str(row.order_id),
        erp_ref=row.erp_ref,
        erp_number=row.erp_number,
        state=row.state,
        details=json.loads(row.details),
        told=frozenset(json.loads(row.told)),
        seen_history=int(row.seen_history),
        scan_digest=row.scan_digest,
    )
