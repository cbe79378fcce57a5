"""A record of the shop and its counterpart, side by side."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from agent.erp.source import Sourced
from agent.errors import BridgeError
from agent.model.plain import fingerprint, to_plain
from agent.model.record import Record
from agent.sync.references import Reference
from agent.sync.two_way.compare import Decision
from agent.sync.two_way.ownership import NEVER
from agent.sync.work import Work


@dataclass(slots=True)
class Pair:
    """A record of the shop and its counterpart, which has the shop's keys in it already.

    ``names`` are the fields that the ERP can tell, ``withheld`` those that another flow carries.
    """

    work: Work
    shop: Record
    erp: Record
    names: frozenset[str]
    withheld: frozenset[str]
    raw: str
    """Fingerprint of the ERP's record as it was read."""
    changed_at: datetime | None = None
    warnings: tuple[BridgeError, ...] = ()
    variants: Mapping[Reference, str] = field(default_factory=dict)
    erp_plain: dict[str, Any] = field(default_factory=dict)
    before: Mapping[str, Any] | None = None
    erp_before: Mapping[str, Any] | None = None
    decision: Decision = field(default_factory=Decision)
    store_done: bool = False
    erp_done: bool = False
    error: BridgeError | None = None
    again: tuple[Record, str] | None = None
    """The shop's record right after it was written, and its digest."""
    children: Mapping[str, str] = field(default_factory=dict)
    """The shop's keys of variants that it keeps as products, by ERP id, as far as written."""

    @property
    def content(self) -> frozenset[str]:
        """Fields that both sides have."""
        return self.names - NEVER

    @property
    def only_shop(self) -> frozenset[str]:
        """Fields that the ERP cannot tell and that changed in the shop: they go to the ERP."""
        before = self.before or {}
        every = {f.name for f in fields(self.shop)} - NEVER - self.names - self.withheld
        if self.before is None:
            return frozenset(every)
        return frozenset(n for n in every if self.work.plain.get(n) != before.get(n))


def fingerprint_of(sourced: Sourced) -> str:
    """Return what tells one state of the ERP's record from the next."""
    return fingerprint([to_plain(sourced.record), sorted(sourced.fields)])
