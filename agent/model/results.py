"""What became of a piece of work: counts and per-record results, as jobs show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

from agent.errors import BridgeError

ResultKind = Literal["failed", "held", "warning", "planned"]


@dataclass(slots=True)
class Counts:
    """How many records met which fate; ``read`` is how many were looked at."""

    read: int = 0
    unchanged: int = 0
    created: int = 0
    updated: int = 0
    archived: int = 0
    failed: int = 0
    held: int = 0
    warning: int = 0

    def add(self, other: Counts) -> None:
        """Add ``other`` to this."""
        for f in fields(self):
            setattr(self, f.name, getattr(self, f.name) + getattr(other, f.name))

    def to_plain(self) -> dict[str, int]:
        """Return the counts by name."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


@dataclass(frozen=True, slots=True)
class RecordResult:
    """One record that failed, waits, carries a warning, or (dry run) would be written.

    ``detail`` of a planned one: ``{"action": "create|update|archive|link", "fields": {name: [old,
    new]}}``.
    """

    entity: str
    store_key: str
    label: str
    outcome: ResultKind
    code: str = ""
    cause: str = ""
    fix: str = ""
    detail: Mapping[str, Any] | None = field(default=None)

    @classmethod
    def of_error(
        cls, entity: str, store_key: str, label: str, outcome: ResultKind, error: BridgeError
    ) -> RecordResult:
        """Return the result that shows ``error`` to a person."""
        return cls(entity, store_key, label, outcome, error.code, error.cause, error.fix)
