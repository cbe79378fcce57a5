"""One record on its way through a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.errors import BridgeError
from agent.model.entity import Entity
from agent.model.plain import fingerprint, to_plain
from agent.model.record import Record
from agent.store.keys import store_order
from agent.sync.context import SyncContext, external_id
from agent.sync.mapping import Entry, MapState
from agent.sync.references import Reference, label_of, references


@dataclass(slots=True)
class Work:
    """A record to carry over, with what is known about its counterpart.

    ``ref``: ERP id where known. ``anew``: the counterpart exists but what was written is not known
    for sure, so everything is sent. ``interrupted``: an earlier run stopped between writing and
    remembering. ``lost``: the ERP no longer has the counterpart. ``notes`` are shown with a record
    that goes over.
    """

    key: str
    label: str
    number: int
    digest: str
    external_id: str
    ref: str | None = None
    record: Record | None = None
    plain: dict[str, Any] = field(default_factory=dict)
    fingerprint: str = ""
    previous: Mapping[str, Any] | None = None
    references: frozenset[Reference] = frozenset()
    anew: bool = False
    interrupted: bool = False
    was_archived: bool = False
    lost: bool = False
    ended: bool = False
    origin: str = "sync"
    notes: list[BridgeError] = field(default_factory=list)

    @classmethod
    def of(cls, ctx: SyncContext, entity: Entity, record: Record, digest: str = "") -> Work:
        """Return the work of carrying ``record`` over, nothing known about its counterpart."""
        plain = to_plain(record)
        found = frozenset(references(record))
        optional = sorted((*pair, ctx.optional[pair]) for pair in found if pair in ctx.optional)
        return cls(
            key=record.key,
            label=label_of(record, ctx.language),
            number=store_order(record.key),
            digest=digest,
            external_id=external_id(ctx.instance, entity, record.key),
            record=record,
            plain=plain,
            fingerprint=fingerprint([ctx.salt, plain, optional]),
            references=found,
        )

    def entry(
        self, state: MapState, *, done: bool = False, error: BridgeError | None = None
    ) -> Entry:
        """Return the mapping row that remembers this record in ``state``."""
        entry = Entry(
            store_key=self.key,
            store_number=self.number,
            label=self.label,
            external_id=self.external_id,
            state=state,
            erp_id=self.ref,
            origin=self.origin,
            scan_digest=self.digest if state is not MapState.PENDING else "",
            error=error,
        )
        if done:
            entry.store_fingerprint = self.fingerprint
            entry.snapshot = self.plain
            entry.synced = True
        else:
            entry.pending_fingerprint = self.fingerprint
        return entry

    def child(self, entity: Entity, key: str, erp_id: str, ctx: SyncContext) -> Entry:
        """Return the mapping row of a part that the ERP keeps as a record of its own."""
        return Entry(
            store_key=key,
            store_number=self.number,
            label=self.label,
            external_id=external_id(ctx.instance, entity, key),
            state=MapState.LINKED,
            erp_id=erp_id,
            synced=True,
        )
