"""Changes on their way into an ERP, as every adapter works with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Generic, Self, TypeVar

from agent.erp.port import Change, MediaSource, Outcome, Status
from agent.errors import BridgeError
from agent.model.entity import Entity

CxT = TypeVar("CxT")


@dataclass(slots=True)
class Draft:
    """A change on its way: becomes an outcome.

    ``erp_id`` is the record's id in the ERP once it is known. ``touched``: something of it was
    written. What a writer notes here is what the flow and the admin get to know.
    """

    change: Change
    erp_id: str | None = None
    error: BridgeError | None = None
    touched: bool = False
    warnings: list[BridgeError] = field(default_factory=list)
    children: dict[tuple[Entity, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, change: Change) -> Self:
        """Return the draft of a change."""
        return cls(change, erp_id=change.ref)

    @property
    def key(self) -> str:
        """The record's key in the shop."""
        return self.change.record.key

    @property
    def creates(self) -> bool:
        """Whether the record is new to the ERP."""
        return self.change.ref is None

    @property
    def alive(self) -> bool:
        """Whether the record is in the ERP and nothing failed so far."""
        return self.error is None and self.erp_id is not None

    def has(self, *names: str) -> bool:
        """Tell whether one of the named fields is to be sent."""
        return any(name in self.change.fields for name in names)

    def ref_of(self, entity: Entity, key: str) -> str | None:
        """Return the ERP id of a record the change points to, None where it is not known."""
        return self.change.refs.get((entity, key)) or None

    def outcome(self) -> Outcome:
        """Return what became of the change."""
        if self.error is not None:
            status = Status.FAILED
        elif self.creates:
            status = Status.CREATED
        else:
            status = Status.UPDATED if self.touched else Status.UNCHANGED
        return Outcome(
            key=self.key,
            status=status,
            ref=self.erp_id,
            children=dict(self.children),
            error=self.error,
            warnings=tuple(self.warnings),
            touched=self.touched,
        )


DraftT = TypeVar("DraftT", bound=Draft)


@dataclass(slots=True)
class Work(Generic[CxT]):
    """One upsert call: the connection, where pictures come from, how to keep the lease."""

    cx: CxT
    media: MediaSource
    progress: Callable[[], None]


def alive(drafts: Iterable[DraftT]) -> list[DraftT]:
    """Return the drafts that are in the ERP and have not failed."""
    return [d for d in drafts if d.alive]


def previous_text(change: Change, name: str) -> Mapping[str, str] | None:
    """Return a translated text as last written, None where that is not known.

    A field that is to be sent though its text is the same is sent because settings changed (another
    language, another place for it): then nothing of what was written counts.
    """
    before = (change.previous or {}).get(name)
    if not isinstance(before, Mapping) or before == getattr(change.record, name, None):
        return None
    return {str(k): str(v) for k, v in before.items()}
