"""ERP connections as values: what is stored, what may be shown, and why one is paused."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from agent.errors import BridgeError
from agent.ledger.types import iso


@dataclass(frozen=True, slots=True)
class Pause:
    """Why a connection is paused, in a person's words."""

    code: str
    cause: str
    fix: str

    @classmethod
    def of(cls, error: BridgeError) -> Pause:
        """Return the pause that an error causes."""
        return cls(error.code, error.cause, error.fix)


BY_HAND = Pause(
    "connection.paused",
    "A person paused this connection.",
    "Resume it when its work shall go on.",
)


CLONED = Pause(
    "connection.cloned",
    "The database or the shop's address is not the one this connection was made for: this may be "
    "a copy of the shop.",
    "If this is the real shop (it moved, or has a new address), resume the connection. If it is a "
    "copy, point the connection to a test ERP first.",
)


@dataclass(frozen=True, slots=True)
class ConnectionInfo:
    """A connection as it may be shown: its secret is not in it."""

    id: int
    name: str
    kind: str
    settings: Mapping[str, Any]
    has_secret: bool
    paused: Pause | None
    created_at: datetime
    updated_at: datetime

    def to_plain(self) -> dict[str, Any]:
        """Return the connection as the HTTP API and ``--json`` show it."""
        paused = self.paused
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "state": "active" if paused is None else "paused",
            "paused": None
            if paused is None
            else {"code": paused.code, "cause": paused.cause, "fix": paused.fix},
            "settings": dict(self.settings),
            "has_secret": self.has_secret,
            "created_at": iso(self.created_at),
            "updated_at": iso(self.updated_at),
        }


@dataclass(frozen=True, slots=True)
class ConnectionDraft:
    """What a person entered. ``None``: not given, so what is stored stays."""

    name: str | None = None
    kind: str | None = None
    settings: Mapping[str, Any] | None = None
    secret: str | None = field(default=None, repr=False)


def info_of(row: Row[Any]) -> ConnectionInfo:
    """Return the connection of a row with all of the table's columns."""
    paused = None
    if row.state != "active":
        paused = Pause(row.paused_code, row.paused_reason, row.paused_fix)
    return ConnectionInfo(
        id=row.id,
        name=row.name,
        kind=row.kind,
        settings=json.loads(row.settings),
        has_secret=row.secret is not None,
        paused=paused,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
