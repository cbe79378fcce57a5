"""A dry run's ERP: reads go to the real one, writes are only noted down (promise G11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.erp.cursor import Cursor
from agent.erp.port import (
    Candidate,
    Capabilities,
    Change,
    Erp,
    Finding,
    MediaSource,
    Outcome,
    Refs,
    Status,
)
from agent.erp.sales import OrderState, SalesErp, Step, StepInput
from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.model.record import Record

PLANNED_REF = "(new)"
"""Stands for the ERP id that a planned record would get."""


class RecordingErp:
    """Answers every write as done without sending it; everything else passes through."""

    def __init__(self, inner: Erp) -> None:
        self._inner = inner

    @property
    def inner(self) -> Erp:
        """The real ERP, for what only reads."""
        return self._inner

    @property
    def capabilities(self) -> Capabilities:
        """What the real ERP can hold."""
        return self._inner.capabilities

    def check(self) -> list[Finding]:
        """Check the real ERP."""
        return self._inner.check()

    def languages(self) -> Mapping[str, str]:
        """Return the real ERP's languages."""
        return self._inner.languages()

    def upsert(
        self,
        entity: Entity,  # noqa: ARG002 - the port's signature
        changes: Sequence[Change],
        *,
        media: MediaSource,  # noqa: ARG002
        progress: Callable[[], None],
    ) -> list[Outcome]:
        """Note the changes as done."""
        progress()
        return [
            Outcome(c.record.key, Status.UPDATED, c.ref)
            if c.ref is not None
            else Outcome(c.record.key, Status.CREATED, PLANNED_REF)
            for c in changes
        ]

    def archive(self, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:  # noqa: ARG002
        """Note the archiving as done."""
        return [Outcome(key, Status.ARCHIVED, ref) for key, ref in refs]

    def adopt(self, entity: Entity, external_ids: Sequence[str]) -> Mapping[str, str]:
        """Look into the real ERP."""
        return self._inner.adopt(entity, external_ids)

    def exists(self, entity: Entity, refs: Sequence[str]) -> Mapping[str, bool]:
        """Look into the real ERP."""
        return self._inner.exists(entity, [r for r in refs if r != PLANNED_REF])

    def match(
        self, entity: Entity, records: Sequence[Record], *, refs: Refs
    ) -> Mapping[str, list[Candidate]]:
        """Look into the real ERP; parents that are only planned have nothing below them yet."""
        known = {pair: ref for pair, ref in refs.items() if ref != PLANNED_REF}
        return self._inner.match(entity, records, refs=known)

    def search(self, entity: Entity, text: str, limit: int) -> list[Candidate]:
        """Look into the real ERP."""
        return self._inner.search(entity, text, limit)

    def order_states(self, refs: Sequence[str]) -> Mapping[str, OrderState]:
        """Look into the real ERP."""
        return self._sales.order_states([r for r in refs if r != PLANNED_REF])

    def step(
        self,
        ref: str,
        step: Step,  # noqa: ARG002 - the port's signature
        given: StepInput,  # noqa: ARG002
        *,
        progress: Callable[[], None],
    ) -> OrderState:
        """Do nothing, and return what the document is like."""
        progress()
        return self.order_states([ref])[ref]

    def changed_orders(self, cursor: Cursor) -> tuple[list[str], Cursor]:
        """Look into the real ERP."""
        return self._sales.changed_orders(cursor)

    @property
    def _sales(self) -> SalesErp:
        if not isinstance(self._inner, SalesErp):
            raise ConfigError(
                "This ERP carries no orders",
                fix="Choose a connection to an ERP that has sales orders.",
                code="connection.no_orders",
            )
        return self._inner

    def close(self) -> None:
        """Close the real ERP's connection."""
        self._inner.close()
