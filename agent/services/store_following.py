"""Follows the ERPs by itself: quantities, prices and records that changed there reach the shop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import structlog

from agent.erp.source import SourceErp
from agent.errors import AuthError, BridgeError, ConfigError, MissingRight
from agent.ledger import JobState
from agent.ledger.schedules import Schedule, ScheduledJob
from agent.model.entity import Direction, Entity
from agent.services import stock_waits, store_cursors
from agent.services.connection_records import ConnectionInfo
from agent.services.followed import fed
from agent.services.store_jobs import plan_store
from agent.services.sync_jobs import SyncRequest
from agent.services.whole_runs import has_whole_run
from agent.sync.mapping import MappingRepository

if TYPE_CHECKING:
    from agent.services.container import Services

log = structlog.get_logger(__name__)

_CATALOGUE = (
    Entity.ATTRIBUTES,
    Entity.ATTRIBUTE_VALUES,
    Entity.CATEGORIES,
    Entity.MANUFACTURERS,
    Entity.PRODUCTS,
)


def poll_stock(services: Services) -> int:
    """Make jobs for items whose stock changed in an ERP; returns how many items did."""
    return _poll(services, (Entity.STOCK,))


def poll_records(services: Services) -> int:
    """Make jobs for records and prices that changed in an ERP; returns how many did."""
    return _poll(services, (*_CATALOGUE, Entity.PRICES))


def _poll(services: Services, entities: Sequence[Entity]) -> int:
    count = 0
    for info in services.connections.every():
        if info.paused is not None or not info.settings.get("follow", True):
            continue
        known = fed(services.settings, info.id)
        for entity in entities:
            if entity not in known:
                continue
            try:
                count += _poll_one(services, info, entity)
            except BridgeError as error:
                # the tasks of this connection meet the same trouble, and show it
                plain = error.to_plain()
                log.warning("erp.poll_failed", connection=info.name, entity=entity.value, **plain)
                if error.retry or _is_everyones(error):
                    break  # the ERP itself, so the others need not be tried
    return count


def _is_everyones(error: BridgeError) -> bool:
    """Tell whether an error is none of one kind of records alone, as a missing right is."""
    return isinstance(error, AuthError | ConfigError) and not isinstance(error, MissingRight)


def _poll_one(services: Services, info: ConnectionInfo, entity: Entity) -> int:
    before = store_cursors.load(services, info.id, entity)
    with services.erp_pool.borrow(info.id) as erp:
        if not isinstance(erp, SourceErp):
            return 0
        waits = stock_waits.state(services, info, erp) if entity is Entity.STOCK else "none"
        refs, after = store_cursors.changes_of(services, info.id, erp, entity)(before)
    if waits != "none":
        refs = None if waits == "over" else []  # what moved meanwhile is among the whole
    ours = _ours(services, info, entity, refs) if refs else []
    # a whole run that begins after this look reads all that was told here
    if ours or (refs is None and not _whole_run_waits(services, info.id, entity)):
        request = SyncRequest(
            info.id,
            entity,
            Direction.TO_STORE,
            "changed" if refs is None else "ids",
            refs=tuple(ours),
            origin="event",
            requested_by="bridge",
        )
        services.ledger.create_job(*plan_store(request))
    if waits == "over":
        stock_waits.forget(services, info.id)
    if after != before:
        # after the job is in the ledger: a crash in between tells the changes twice, never not
        store_cursors.store(services, info.id, entity, after)
    return len(ours)


def _whole_run_waits(services: Services, connection_id: int, entity: Entity) -> bool:
    """Tell whether a run over everything has not begun; one too many does no harm."""
    return has_whole_run(services, connection_id, entity, Direction.TO_STORE, [JobState.QUEUED])


def _ours(
    services: Services, info: ConnectionInfo, entity: Entity, refs: Sequence[str]
) -> list[str]:
    """Leave out stock and prices of what the shop does not have."""
    mappings = MappingRepository(services.database, info.id, services.clock)
    if entity is Entity.STOCK:
        known = mappings.taken(Entity.VARIANTS, refs)
    elif entity is Entity.PRICES:
        known = mappings.taken(Entity.PRODUCTS, refs)
    else:
        return list(refs)
    return [ref for ref in refs if ref in known]


def plan_feed(services: Services, schedule: Schedule) -> ScheduledJob | None:
    """Return the comparison of the shop with all that an ERP has, None where it is not wanted."""
    connection_id, entity = int(schedule.payload["connection"]), Entity(schedule.payload["entity"])
    info = next((i for i in services.connections.every() if i.id == connection_id), None)
    if info is None or info.paused is not None or not info.settings.get("follow", True):
        return None
    known = fed(services.settings, connection_id)
    roots = [Entity.PRODUCTS] if Entity.PRODUCTS in known else list(_CATALOGUE)
    if entity not in known or (entity in _CATALOGUE and entity not in roots):
        return None
    if entity is Entity.ATTRIBUTE_VALUES:
        return None  # they travel with their attributes
    if services.ledger.has_open_job(connection_id, entity.value, Direction.TO_STORE.value):
        return None
    request = SyncRequest(
        connection_id,
        entity,
        Direction.TO_STORE,
        "changed",
        origin="schedule",
        requested_by="bridge",
    )
    return ScheduledJob(*plan_store(request))
