"""What the shop's order pages show of the ERP: number, state, invoices, deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from agent.model.entity import Entity
from agent.services.connection_records import ConnectionInfo
from agent.sync.mapping import MappingRepository
from agent.sync.sales.orders_table import OrderNote, OrderNotes
from agent.sync.sales.waiting import WaitingList

if TYPE_CHECKING:
    from agent.services.container import Services


def order_numbers(services: Services, orders: Sequence[str]) -> list[dict[str, Any]]:
    """Return what each connection knows of these orders; unknown ones are left out.

    ``state`` is what the order is in the ERP, else the mapping's. Reads the agent's tables only.
    """
    found: list[dict[str, Any]] = []
    for info in services.connections.every():
        notes = OrderNotes(services.database, info.id, services.clock).many(orders)
        repository = MappingRepository(services.database, info.id, services.clock)
        heads = repository.heads(Entity.ORDERS, orders)
        waiting = WaitingList(services.database, services.clock)
        for key in orders:
            if key not in notes and key not in heads:
                continue
            note = notes.get(key, OrderNote(key))
            row = waiting.one(info.id, Entity.ORDERS, key)
            waits = row if row is not None and row.cleared_at is None else None
            state = note.state or (heads[key].state.value if key in heads else "")
            if not state and waits is None:
                continue
            found.append(
                {
                    "order_id": key,
                    "connection": info.name,
                    "connection_id": info.id,
                    "kind": info.kind,
                    "erp_id": note.erp_ref or None,
                    "erp_number": note.erp_number or None,
                    "erp_url": _url(services, info, note.erp_ref),
                    "state": state,
                    "invoices": [i["number"] for i in note.details.get("invoices", [])],
                    "deliveries": [
                        {name: d.get(name) for name in ("number", "tracking", "done_at", "state")}
                        for d in note.details.get("deliveries", [])
                    ],
                    "code": waits.code if waits else "",
                    "cause": waits.cause if waits else "",
                    "fix": waits.fix if waits else "",
                }
            )
    return found


def _url(services: Services, info: ConnectionInfo, ref: str) -> str | None:
    if not ref:
        return None
    return services.kinds.record_url(info.kind, info.settings, Entity.ORDERS, ref)
