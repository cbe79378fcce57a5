"""Runs over everything of a kind that are in the ledger."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from agent.ledger import JobState
from agent.model.entity import Direction, Entity

if TYPE_CHECKING:
    from agent.services.container import Services

OPEN = frozenset({JobState.QUEUED, JobState.RUNNING})
_WHOLE = frozenset({"all", "changed"})
_LOOKED_AT = 200
"""Jobs of one state that are looked at."""


def has_whole_run(
    services: Services,
    connection_id: int,
    entity: Entity,
    direction: Direction,
    states: Collection[JobState],
) -> bool:
    """Tell whether a run over everything, that is no dry run, is in one of these states."""
    return any(
        job.direction == direction.value and job.params.get("mode") in _WHOLE and not job.dry_run
        for state in states
        for job in services.ledger.jobs(
            connection_id=connection_id, entity=entity.value, state=state, limit=_LOOKED_AT
        ).items
    )
