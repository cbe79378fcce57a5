"""Follows the shop by itself: hints of the extension at once, a sweep for what they missed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.ledger.schedules import Planner, Schedule, ScheduledJob
from agent.model.entity import Direction, Entity
from agent.services.followed import FEED_KIND, SWEEP_KIND, followed
from agent.services.order_cursor import RECONCILE_KIND
from agent.services.order_following import customers_to_follow, follow_orders, plan_reconcile
from agent.services.store_following import plan_feed
from agent.services.sync_jobs import SyncRequest, plan_sync, start_sync

if TYPE_CHECKING:
    from agent.services.connection_records import ConnectionInfo
    from agent.services.container import Services
    from agent.store.outbox import OutboxRow

_CLAIM = 500
_BY_ID = {
    "product": Entity.PRODUCTS,
    "category": Entity.CATEGORIES,
    "manufacturer": Entity.MANUFACTURERS,
}
"""Hints whose number is the record's key."""
_BY_SCAN = {
    "option": Entity.ATTRIBUTES,
    "attribute": Entity.ATTRIBUTES,
    "attribute_group": Entity.ATTRIBUTES,
}
"""Hints about something that is in several records: what changed is found by a scan."""


def poll_outbox(services: Services) -> int:
    """Make jobs of the extension's hints; returns how many hints there were.

    A hint is deleted once its job is in the ledger. A crash in between leaves it for the next poll:
    the job comes twice and the second one finds nothing changed.
    """
    rows = services.shop.outbox.claim(_CLAIM)
    if not rows:
        return 0
    for info in services.connections.every():
        if info.paused is None and info.settings.get("follow", True):
            _follow(services, info, rows)
    services.shop.outbox.done([row.id for row in rows])
    return len(rows)


def _follow(services: Services, info: ConnectionInfo, rows: Sequence[OutboxRow]) -> None:
    # a paused connection gets nothing here: its sweep finds the changes once it is resumed
    known = followed(services.settings, info.id)
    ids: dict[Entity, dict[str, None]] = {}
    scans: set[Entity] = set()
    for row in rows:
        if row.kind in _BY_ID and _BY_ID[row.kind] in known:
            ids.setdefault(_BY_ID[row.kind], {})[str(row.record_id)] = None
        elif row.kind in _BY_SCAN and _BY_SCAN[row.kind] in known:
            scans.add(_BY_SCAN[row.kind])
    customers = [str(row.record_id) for row in rows if row.kind == "customer"]
    if customers:
        wanted = customers_to_follow(services, info.id, customers, known)
        ids.setdefault(Entity.CUSTOMERS, {}).update(dict.fromkeys(wanted))
    for entity in scans:
        start_sync(services, _request(info.id, entity, (), "event"))
    for entity, keys in ids.items():
        if keys:
            start_sync(services, _request(info.id, entity, tuple(keys), "event"))
    follow_orders(services, info, rows, known)


def planner(services: Services) -> Planner:
    """Return what makes the jobs of the sweeps that are due, for ``Worker(plan=…)``.

    A sweep finds what came without a hint: direct SQL, imports, hints lost with a crash.
    """
    return lambda schedule: _sweep(services, schedule)


def _sweep(services: Services, schedule: Schedule) -> ScheduledJob | None:
    if schedule.kind == FEED_KIND:
        return plan_feed(services, schedule)
    if schedule.kind == RECONCILE_KIND:
        return plan_reconcile(services, int(schedule.payload["connection"]))
    if schedule.kind != SWEEP_KIND:
        return None
    connection_id, entity = int(schedule.payload["connection"]), Entity(schedule.payload["entity"])
    info = next((i for i in services.connections.every() if i.id == connection_id), None)
    if info is None or info.paused is not None or not info.settings.get("follow", True):
        return None
    if entity not in _roots(followed(services.settings, connection_id)):
        return None
    if services.ledger.has_open_job(connection_id, entity.value, Direction.TO_ERP.value):
        return None
    return ScheduledJob(*plan_sync(services, _request(connection_id, entity, (), "schedule")))


def _roots(known: set[Entity]) -> list[Entity]:
    """Return what to start so that everything followed is covered once."""
    catalogue = (
        [Entity.PRODUCTS]
        if Entity.PRODUCTS in known
        else [Entity.ATTRIBUTES, Entity.CATEGORIES, Entity.MANUFACTURERS]
    )
    return [entity for entity in (*catalogue, Entity.CUSTOMERS, Entity.CARRIERS) if entity in known]


def _request(connection_id: int, entity: Entity, ids: tuple[str, ...], origin: str) -> SyncRequest:
    return SyncRequest(
        connection_id,
        entity,
        Direction.TO_ERP,
        "ids" if ids else "changed",
        ids,
        origin=origin,
        requested_by="bridge",
    )
