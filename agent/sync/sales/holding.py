"""Notes that an order waits: on its mapping, on the list of what waits, and with the job."""

from __future__ import annotations

from dataclasses import dataclass

from agent.errors import BridgeError, Held
from agent.model.entity import Entity
from agent.model.results import RecordResult
from agent.sync.context import PageResult, SyncContext
from agent.sync.mapping import Head, MapState
from agent.sync.references import named
from agent.sync.sales.waiting import WaitingList


@dataclass(slots=True)
class Holding:
    """One order's place on the lists. ``label`` is how it is shown; ``asked``: a person asked."""

    sync: SyncContext
    waiting: WaitingList
    connection_id: int
    key: str
    result: PageResult
    label: str = ""
    asked: bool = False

    def stop(self, error: BridgeError) -> None:
        """Count and note that the order goes no further, because of ``error``."""
        held = isinstance(error, Held)
        if held:
            self.result.counts.held += 1
        else:
            self.result.counts.failed += 1
        told = error.about(named(Entity.ORDERS, self.key, self.label))
        record = RecordResult.of_error(
            Entity.ORDERS.value, self.key, self.label, "held" if held else "failed", told
        )
        self.result.results.append(record)
        if not self.sync.dry_run:
            state = MapState.HELD if held else MapState.FAILED
            self.sync.mappings.set_state(Entity.ORDERS, [self.key], state, error=error)
        self.wait(record)

    def wait(self, record: RecordResult) -> None:
        """Put the order on the list of what waits."""
        if self.sync.dry_run:
            return
        kind = Held if record.outcome == "held" else BridgeError
        error = kind(record.cause, fix=record.fix, code=record.code)
        self.waiting.add(
            self.connection_id, Entity.ORDERS, self.key, self.label, error, asked=self.asked
        )

    @property
    def waits(self) -> bool:
        """Whether the order is on that list now."""
        row = self.waiting.one(self.connection_id, Entity.ORDERS, self.key)
        return row is not None and row.cleared_at is None

    @property
    def asked_before(self) -> bool:
        """Whether the order waits since a person asked for it."""
        return self.waiting.asked(self.connection_id, Entity.ORDERS, self.key)

    def leave(self, head: Head | None) -> None:
        """Take the order off the lists, because it is not to go."""
        if self.sync.dry_run:
            return
        self.waiting.clear(self.connection_id, Entity.ORDERS, self.key)
        if head is not None and head.state in {MapState.HELD, MapState.FAILED}:
            self.sync.mappings.set_state(Entity.ORDERS, [self.key], MapState.PENDING)

    def cleared(self) -> None:
        """Mark the order as cleared where it waited."""
        if self.sync.dry_run:
            return
        if self.waiting.clear(self.connection_id, Entity.ORDERS, self.key):
            self.sync.mappings.set_state(Entity.ORDERS, [self.key], MapState.LINKED)
