"""Which entities of a connection are followed by themselves."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from agent.ledger.schedules import Schedule, ensure
from agent.model.entity import Entity
from agent.services.settings import SettingStore

if TYPE_CHECKING:
    from agent.services.container import Services

SWEEP_KIND = "sync.sweep"
FEED_KIND = "store.sweep"
FEED_SECONDS = 3600
"""Between two comparisons of the shop with the whole of the ERP; in between, changes are polled."""
SWEEP_SECONDS = 300
"""Between two looks at everything that is followed; a look costs well under a second per 10,000
products."""
_PREFIX = {SWEEP_KIND: "sweep", FEED_KIND: "feed"}


def followed(settings: SettingStore, connection_id: int) -> set[Entity]:
    """Return the entities that have been synchronized to the ERP as a whole at least once.

    Until a person has done that, nothing of an entity travels by itself.
    """
    return _noted(settings, _name(connection_id))


def fed(settings: SettingStore, connection_id: int) -> set[Entity]:
    """Return the entities that have been synchronized from the ERP as a whole at least once."""
    return _noted(settings, _fed_name(connection_id))


def _noted(settings: SettingStore, name: str) -> set[Entity]:
    return {Entity(value) for value in json.loads(settings.get(name) or "[]")}


def note_synchronized(services: Services, connection_id: int, entity: Entity) -> None:
    """Remember that a whole run over ``entity`` ended, and sweep over it from now on."""
    _note(services, _name(connection_id), connection_id, entity, SWEEP_KIND)


def note_fed(services: Services, connection_id: int, entity: Entity) -> None:
    """Remember that a whole run into the shop ended, and compare it with the ERP from now on."""
    _note(services, _fed_name(connection_id), connection_id, entity, FEED_KIND)


def _note(services: Services, name: str, connection_id: int, entity: Entity, kind: str) -> None:
    known = _noted(services.settings, name)
    if entity in known:
        return
    names = sorted({e.value for e in known} | {entity.value})
    services.settings.set(name, json.dumps(names))
    seconds = SWEEP_SECONDS if kind == SWEEP_KIND else FEED_SECONDS
    ensure(
        services.ledger,
        Schedule(
            f"{_PREFIX[kind]}.{connection_id}.{entity.value}",
            seconds,
            kind,
            {"connection": connection_id, "entity": entity.value},
            next_at=services.clock() + timedelta(seconds=seconds),
        ),
    )


def _name(connection_id: int) -> str:
    return f"followed.{connection_id}"


def _fed_name(connection_id: int) -> str:
    return f"fed.{connection_id}"
