"""Follows orders by itself on both sides: hints, sweeps for what they missed, and the ERP."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from agent.erp.cursor import Cursor
from agent.erp.sales import SalesErp
from agent.errors import BridgeError
from agent.ledger.schedules import ScheduledJob
from agent.ledger.transactions import atomically
from agent.model.entity import Direction, Entity
from agent.services import cursors
from agent.services.connection_records import ConnectionInfo
from agent.services.followed import followed
from agent.services.order_cursor import feed_cursor
from agent.services.order_delays import due_orders, forget_due
from agent.services.order_jobs import (
    differing_orders,
    order_job,
    plan_orders,
    retry_waiting,
    start_orders,
)
from agent.services.sync_jobs import SyncRequest
from agent.store.order_feed import FeedCursor
from agent.sync.mapping import MappingRepository
from agent.sync.sales.orders_table import OrderNotes, plain_state

if TYPE_CHECKING:
    from agent.services.container import Services
    from agent.store.outbox import OutboxRow

log = structlog.get_logger(__name__)


def follow_orders(
    services: Services, info: ConnectionInfo, rows: Iterable[OutboxRow], known: Collection[Entity]
) -> None:
    """Make jobs of the hints about orders and customers."""
    if Entity.ORDERS not in known:
        return
    hints = list(rows)
    orders = [str(row.record_id) for row in hints if row.kind == "order"]
    start_orders(services, info.id, orders, origin="event")
    customers = [str(row.record_id) for row in hints if row.kind == "customer"]
    if customers:
        _registered(services, info.id, customers)


def customers_to_follow(
    services: Services, connection_id: int, customers: Sequence[str], known: Collection[Entity]
) -> list[str]:
    """Return which customers travel by themselves: all, or those that the ERP has already."""
    if Entity.CUSTOMERS in known:
        return list(customers)
    if Entity.ORDERS not in known:
        return []
    mappings = MappingRepository(services.database, connection_id, services.clock)
    heads = mappings.heads(Entity.CUSTOMERS, customers)
    return [key for key in customers if key in heads and heads[key].erp_id is not None]


def _registered(services: Services, connection_id: int, customers: Sequence[str]) -> None:
    """Look again at orders that waited for a guest to register."""
    orders: dict[str, None] = {}
    for customer in customers:
        orders.update(dict.fromkeys(services.shop.orders.customer_orders(customer)))
    if orders:
        retry_waiting(services, connection_id, only=orders)


def sweep_orders(services: Services) -> int:
    """Find orders that were touched without a hint; returns how many were found."""
    count = 0
    for info in _following(services):
        name = feed_cursor(info.id)
        stored = cursors.load(services, name)
        if stored is None:
            continue
        page = services.shop.orders.since(FeedCursor.from_json(json.dumps(stored)))
        missed = differing_orders(services, info.id, page.orders)
        start_orders(services, info.id, missed, origin="schedule")
        cursors.store(services, name, json.loads(page.cursor.to_json()))
        count += len(missed)
    return count


def start_due_orders(services: Services) -> int:
    """Make jobs of the orders that were to wait and whose time has come; returns how many."""
    count = 0
    for info in services.connections.every():
        if info.paused is not None:
            continue
        due = due_orders(services, info.id)
        if due:
            _start_due(services, info.id, due)
        count += len(due)
    return count


def _start_due(services: Services, connection_id: int, due: Sequence[str]) -> None:
    """Make the job and forget the times at once: a task may note a new time as soon as it can run.

    With a crash in between, or a new time forgotten, an order would be without job and time.
    """
    job = order_job(connection_id, due, origin="event")

    def work(connection: Connection) -> None:
        services.ledger.create_job_in(connection, *job)
        forget_due(services, connection, connection_id, due)

    atomically(services.database, work)
    services.ledger.wake()


def poll_erp(services: Services) -> int:
    """Find orders that changed in the ERPs; returns how many did."""
    count = 0
    for info in _following(services):
        try:
            count += _poll(services, info)
        except BridgeError as error:
            # the tasks of this connection meet the same trouble, and show it
            log.warning("erp.poll_failed", connection=info.name, **error.to_plain())
    return count


def _poll(services: Services, info: ConnectionInfo) -> int:
    name = f"erp-orders.{info.id}"
    stored = cursors.load(services, name) or {}
    notes = OrderNotes(services.database, info.id, services.clock)
    with services.erp_pool.borrow(info.id) as erp:
        if not isinstance(erp, SalesErp):
            return 0
        before = Cursor(stored.get("since", ""), stored.get("seen", {}))
        refs, after = erp.changed_orders(before)
        ours = notes.by_ref(refs)
        states = erp.order_states(list(ours)) if ours else {}
    known = notes.many(ours.values())
    changed = [
        order
        for ref, order in ours.items()
        if ref not in states or plain_state(states[ref]) != known[order].details
    ]
    start_orders(services, info.id, changed, origin="event")
    if after != before:
        cursors.store(services, name, {"since": after.since, "seen": dict(after.seen)})
    return len(changed)


def retry_all_waiting(services: Services) -> int:
    """Look again at everything that waits, in case it was mended where nobody tells us."""
    jobs = [
        retry_waiting(services, info.id)
        for info in _following(services)
        if not services.ledger.has_open_job(info.id, Entity.ORDERS.value, Direction.TO_ERP.value)
    ]
    return sum(job is not None for job in jobs)


def plan_reconcile(services: Services, connection_id: int) -> ScheduledJob | None:
    """Return the nightly comparison of the orders of the look-back with those of the ERP."""
    if connection_id not in {info.id for info in _following(services)}:
        return None
    request = SyncRequest(
        connection_id,
        Entity.ORDERS,
        Direction.TO_ERP,
        "changed",
        origin="schedule",
        requested_by="bridge",
    )
    return ScheduledJob(*plan_orders(services, request, compare=True))


def _following(services: Services) -> list[ConnectionInfo]:
    return [
        info
        for info in services.connections.every()
        if info.paused is None
        and info.settings.get("follow", True)
        and Entity.ORDERS in followed(services.settings, info.id)
    ]
