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
SWEEP_SECONDS = 300
"""Between two looks at everything that is followed; a look costs well under a second per 10,000
products."""


def followed(settings: SettingStore, connection_id: int) -> set[Entity]:
    """Return the entities that have been synchronized as a whole at least once.

    Until a person has done that, nothing of an entity travels by itself.
    """
    return {Entity(name) for name in json.loads(settings.get(_name(connection_id)) or "[]")}


def note_synchronized(services: Services, connection_id: int, entity: Entity) -> None:
    """Remember that a whole run over ``entity`` ended, and sweep over it from now on."""
    known = followed(services.settings, connection_id)
    if entity in known:
        return
    names = sorted({e.value for e in known} | {entity.value})
    services.settings.set(_name(connection_id), json.dumps(names))
    ensure(
        services.ledger,
        Schedule(
            f"sweep.{connection_id}.{entity.value}",
            SWEEP_SECONDS,
            SWEEP_KIND,
            {"connection": connection_id, "entity": entity.value},
            next_at=services.clock() + timedelta(seconds=SWEEP_SECONDS),
        ),
    )


def _name(connection_id: int) -> str:
    return f"followed.{connection_id}"
