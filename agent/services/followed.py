"""Which entities of a connection are followed by themselves."""

from __future__ import annotations

import json

from agent.model.entity import Entity
from agent.services.settings import SettingStore


def followed(settings: SettingStore, connection_id: int) -> set[Entity]:
    """Return the entities that have been synchronized as a whole at least once.

    Until a person has done that, nothing of an entity travels by itself.
    """
    return {Entity(name) for name in json.loads(settings.get(_name(connection_id)) or "[]")}


def note_synchronized(settings: SettingStore, connection_id: int, entity: Entity) -> None:
    """Remember that a whole run over ``entity`` ended."""
    known = followed(settings, connection_id)
    if entity not in known:
        names = sorted({e.value for e in known} | {entity.value})
        settings.set(_name(connection_id), json.dumps(names))


def _name(connection_id: int) -> str:
    return f"followed.{connection_id}"
