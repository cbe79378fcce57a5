"""Compares both sides on the road to the ERP, where the ERP may be right about something."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from agent.model.entity import Entity
from agent.sync.context import PageResult
from agent.sync.mapping import MapState
from agent.sync.two_way.context import TwoWay
from agent.sync.two_way.pair import Pair
from agent.sync.two_way.pairing import Incoming, keys_for, pair_of, paired_again, read
from agent.sync.two_way.settle import settle
from agent.sync.work import Work


@dataclass(frozen=True, slots=True)
class BothSides:
    """See :class:`agent.sync.context.Settles`."""

    two: TwoWay

    def settle(self, entity: Entity, works: Sequence[Work], result: PageResult) -> list[Work]:
        """Settle linked records; returns those that only the road to the ERP can do.

        Those are new ones, ones whose counterpart is gone or archived, and ones that point to
        something that the shop does not have.
        """
        if entity not in self.two.source.source_entities:
            return list(works)
        linked = {w.ref or "": w for w in works if w.ref is not None and not w.was_archived}
        if not linked:
            return list(works)
        items = [i for i in read(self.two, entity, list(linked)) if isinstance(i, Incoming)]
        keys = keys_for(self.two, items)
        pairs: list[Pair] = []
        done: set[int] = set()
        for item in items:
            work = linked[item.ref]
            with suppress(KeyError):
                pairs.append(pair_of(self.two, work, item, keys))
                done.add(id(work))
        settle(self.two, entity, pairs, result)
        return [work for work in works if id(work) not in done]

    def remember(self, entity: Entity, works: Sequence[Work]) -> None:
        """Remember the ERP's side of records that were just made there."""
        if entity not in self.two.source.source_entities or self.two.sync.dry_run:
            return
        by_ref = {work.ref: work for work in works if work.ref is not None}
        entries: list[Any] = []
        for ref, (raw, plain) in paired_again(self.two, entity, list(by_ref)).items():
            entry = by_ref[ref].entry(MapState.LINKED, done=True)
            entries.append(replace(entry, erp_fingerprint=raw, erp_snapshot=plain))
        self.two.sync.mappings.save(entity, entries)
