"""Records that wait for a person or a prerequisite: list them, try again, or leave them out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from agent.ledger import Page
from agent.ledger.types import iso
from agent.model.entity import Direction, Entity
from agent.services.errors import NotFound
from agent.services.mappings import exclude
from agent.services.sync_jobs import SyncRequest, start_sync
from agent.sync.references import named, singular
from agent.sync.sales.waiting import WaitingList, WaitingRow

if TYPE_CHECKING:
    from agent.services.container import Services


def list_waiting(
    services: Services,
    connection_id: int | None,
    *,
    entity: str = "",
    q: str = "",
    cleared: bool = False,
    page: int = 1,
    limit: int = 20,
) -> Page[dict[str, Any]]:
    """Return one page of what waits; ``cleared`` adds what was cleared in the last seven days."""
    rows, total = _list(services).page(
        connection_id, entity=entity, text=q.strip(), cleared=cleared, page=page, limit=limit
    )
    return Page([plain(row) for row in rows], total, page, limit)


def release(services: Services, connection_id: int, entity: Entity, key: str) -> dict[str, Any]:
    """Try a record again at once.

    Raises:
        NotFound: it does not wait.
        ConfigError: the connection is paused.
    """
    row = _one(services, connection_id, entity, key)
    start_sync(
        services,
        SyncRequest(
            connection_id,
            entity,
            Direction.TO_ERP,
            "ids",
            (key,),
            origin="admin",
            requested_by="release",
        ),
    )
    return plain(row)


def drop(services: Services, connection_id: int, entity: Entity, key: str) -> dict[str, Any]:
    """Take a record off the list and leave it out until it is included again.

    Raises:
        NotFound: it does not wait.
    """
    row = _one(services, connection_id, entity, key)
    try:
        exclude(services, connection_id, entity, key)
    except NotFound as error:
        if error.code != "mapping.no_store_record":  # the shop has it no more: nothing to leave out
            raise
    _list(services).remove(connection_id, entity, key)
    return plain(row)


def plain(row: WaitingRow) -> dict[str, Any]:
    """Return a line as the HTTP API and ``--json`` show it."""
    values = asdict(row)
    values["connection"] = values.pop("connection_id")
    return values | {"since": iso(row.since), "cleared_at": iso(row.cleared_at)}


def _list(services: Services) -> WaitingList:
    return WaitingList(services.database, services.clock)


def _one(services: Services, connection_id: int, entity: Entity, key: str) -> WaitingRow:
    services.connections.get(connection_id)
    row = _list(services).one(connection_id, entity, key)
    if row is None or row.cleared_at is not None:
        raise NotFound(
            f"{named(entity, key, '').capitalize()} does not wait",
            fix=f"Look at the list again: the {singular(entity)} may have been cleared meanwhile.",
            code="waiting.missing",
        )
    return row
