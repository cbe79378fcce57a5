"""Records whose sides both changed: the list for people, and their choices."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from agent.model.entity import Direction, Entity
from agent.services.errors import InvalidInput, NotFound
from agent.services.record_links import record_url
from agent.services.store_jobs import plan_store
from agent.services.sync_jobs import SyncRequest
from agent.sync.two_way.conflicts import Conflict, Conflicts
from agent.sync.two_way.ownership import group_of

if TYPE_CHECKING:
    from agent.services.container import Services

Side = Literal["shop", "erp"]
_SIDES = ("shop", "erp")


def list_conflicts(
    services: Services,
    connection_id: int | None,
    *,
    entity: Entity | None = None,
    q: str = "",
    page: int = 1,
    limit: int = 20,
) -> dict[str, Any]:
    """Return a page of conflicts, the oldest first, JSON-ready."""
    table = Conflicts(services.database, connection_id or 0, services.clock)
    found, total = table.page(entity, q, page=page, limit=limit)
    return {
        "items": [_plain(services, item) for item in found],
        "total": total,
        "page": page,
        "limit": limit,
    }


def choose(
    services: Services,
    connection_id: int,
    entity: Entity,
    store_key: str,
    *,
    choices: Mapping[str, Side] | None = None,
    every: Side | None = None,
    requested_by: str = "",
) -> int:
    """Carry a person's choice out; returns the job.

    ``every`` chooses one side for all fields. Fields that are not named stay in conflict.

    Raises:
        NotFound: there is no such conflict.
        InvalidInput: a field is not in conflict, or a choice is neither ``shop`` nor ``erp``.
        ConfigError: the connection is paused.
    """
    services.connections.require_active(connection_id)
    conflict = Conflicts(services.database, connection_id, services.clock).get(entity, store_key)
    if conflict is None:
        raise NotFound(
            f"There is nothing to choose for {entity.value} {store_key}",
            fix="Load the list again: it was settled meanwhile.",
            code="conflict.missing",
        )
    chosen: dict[str, Side] = dict.fromkeys(conflict.fields, every) if every else {}
    for name, side in (choices or {}).items():
        if name not in conflict.fields or side not in _SIDES:
            raise InvalidInput(
                f"{name} cannot be decided by {side!r}",
                fix=f"Choose shop or erp for: {', '.join(conflict.fields)}.",
                fields={"choices": ["shop or erp, for fields in conflict."]},
            )
        chosen[name] = side
    if not chosen:
        raise InvalidInput(
            "Nothing was chosen",
            fix="Choose a side for at least one field, or for all.",
            fields={"choices": ["At least one."]},
        )
    request = SyncRequest(
        connection_id,
        entity,
        Direction.TO_STORE,
        "ids",
        (store_key,),
        origin="admin",
        requested_by=requested_by,
    )
    return services.ledger.create_job(*plan_store(request, {store_key: chosen}))


def _plain(services: Services, item: Conflict) -> dict[str, Any]:
    info = services.connections.get(item.connection_id)
    return {
        "connection": item.connection_id,
        "entity": item.entity.value,
        "store_key": item.store_key,
        "label": item.label,
        "erp_id": item.erp_id,
        "erp_url": record_url(info.kind, info.settings, item.entity, item.erp_id),
        "since": item.since.isoformat() if item.since is not None else None,
        "fields": [
            {
                "name": name,
                "label": name.replace("_", " ").capitalize(),
                "group": group_of(name),
                "shop": shown(shop),
                "erp": shown(erp),
            }
            for name, (shop, erp) in sorted(item.fields.items())
        ],
    }


def shown(value: Any) -> str:
    """Return a value for people: texts by language, lists by line."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        parts = [(k, shown(v)) for k, v in value.items()]
        return "\n".join(f"{key}: {text}" for key, text in parts if text)
    if isinstance(value, list):
        return "\n".join(shown(part).replace("\n", ", ") for part in value)
    return str(value)
