"""How far an ERP's changes were read, by entity: what is told after that has yet to be carried."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from agent.erp.cursor import Cursor
from agent.erp.source import SourceErp, nothing
from agent.model.entity import Entity
from agent.services import cursors
from agent.services.price_lists import group_lists

if TYPE_CHECKING:
    from agent.services.container import Services

Changes = Callable[[Cursor], tuple[list[str] | None, Cursor]]


def changes_of(
    services: Services,
    connection_id: int,
    erp: SourceErp,
    entity: Entity,
    progress: Callable[[], None] = nothing,
) -> Changes:
    """Return what tells the ids of an entity that changed since a cursor; None: all may have.

    ``progress`` is called while an ERP is looked through as a whole.
    """
    if entity is Entity.STOCK:
        return lambda cursor: erp.stock_changes(cursor, progress=progress)
    if entity is Entity.PRICES:
        info = services.connections.get(connection_id)
        lists = group_lists(services, connection_id)
        base = str(info.settings.get("price_list") or "")
        used = sorted({ref for ref in (base, *lists.groups.values()) if ref})
        return lambda cursor: erp.price_changes(used, cursor, progress=progress)
    return lambda cursor: erp.source_changes(entity, cursor)


def begin(
    services: Services,
    connection_id: int,
    erp: SourceErp,
    entity: Entity,
    beat: Callable[[], None],
) -> None:
    """Remember the ERP's present, unless it is being read already.

    To be called before the first whole run: what changes under it is told afterwards. ``beat``
    keeps the task's lease, as an ERP that tells no times is looked through as a whole.
    """
    if load(services, connection_id, entity) == Cursor():
        _, now = changes_of(services, connection_id, erp, entity, beat)(Cursor())
        store(services, connection_id, entity, now)


def load(services: Services, connection_id: int, entity: Entity) -> Cursor:
    """Return the cursor to go on from, an empty one where there is none."""
    stored = cursors.load(services, _name(connection_id, entity)) or {}
    return Cursor(stored.get("since", ""), stored.get("seen", {}))


def store(services: Services, connection_id: int, entity: Entity, cursor: Cursor) -> None:
    """Store the cursor to go on from."""
    value = {"since": cursor.since, "seen": dict(cursor.seen)}
    cursors.store(services, _name(connection_id, entity), value)


def _name(connection_id: int, entity: Entity) -> str:
    return f"erp-{entity.value}.{connection_id}"
