"""The road of a page from the ERP into the shop: read, find, compare, write, remember.

One road serves every entity and every ERP, as the road to the ERP does. What both sides have is
settled field by field (:mod:`agent.sync.two_way.settle`); what only the ERP has is linked to a
record of the shop that is the same, or made there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.erp.source import Unreadable
from agent.errors import Ambiguous, BridgeError, Held
from agent.model.catalogue import AttributeValue, Category
from agent.model.entity import Entity
from agent.model.results import RecordResult
from agent.store.keys import parse_spec
from agent.store.records import BadRecord
from agent.store.writing.changes import StoreCandidate
from agent.sync.context import PageResult
from agent.sync.mapping import Head, MapState
from agent.sync.references import STAGES, Reference, named, singular
from agent.sync.selection import salted
from agent.sync.two_way.context import StoreRequest, TwoWay
from agent.sync.two_way.creating import PLANNED, create, planned
from agent.sync.two_way.first_prices import find_first_prices, refusal, unpriced
from agent.sync.two_way.pair import Pair
from agent.sync.two_way.pairing import Incoming, keys_for, pair_of, read
from agent.sync.two_way.settle import settle
from agent.sync.work import Work


def run_store_page(two: TwoWay, request: StoreRequest) -> PageResult:
    """Carry one page into the shop; ``next_after`` is an ERP id.

    Raises:
        TransientError: the ERP or the shop could not be reached; nothing is lost, run it again.
        AuthError: login or rights; the connection is paused.
        ConfigError: the set-up is wrong.
    """
    return _StorePage(two, request.entity).run(request)


@dataclass(slots=True)
class _StorePage:
    two: TwoWay
    entity: Entity
    result: PageResult = field(default_factory=PageResult)
    refused: dict[Reference, BridgeError] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)

    def run(self, request: StoreRequest) -> PageResult:
        refs = self._refs(request)
        if request.mode in {"all", "changed"}:
            full = len(refs) >= request.limit
            self.result.next_after = refs[-1] if full and refs else None
        items: list[Incoming] = []
        self.result.counts.read += len(refs)
        for item in read(self.two, self.entity, refs):
            if isinstance(item, Unreadable):
                self._refuse(item.ref, item.label, item.error)
            else:
                items.append(item)
        known = self.two.sync.mappings.taken(self.entity, [item.ref for item in items])
        for item in items:
            item.key = known.get(item.ref)
        heads = self.two.sync.mappings.heads(self.entity, known.values())
        items = self._worth(items, heads, request)
        self._waves(items, heads)
        return self.result

    def _refs(self, request: StoreRequest) -> list[str]:
        if request.mode == "refs":
            return list(request.ids)
        if request.mode == "ids":
            heads = self.two.sync.mappings.heads(self.entity, request.ids)
            for key in request.ids:
                if key not in heads or heads[key].erp_id is None:
                    self._not_linked(key)
            return [head.erp_id for head in heads.values() if head.erp_id is not None]
        return self.two.source.source_page(self.entity, request.after, request.limit)

    def _not_linked(self, key: str) -> None:
        error = Held(
            "It has no counterpart in the ERP that its data could come from",
            fix=f"Link this {singular(self.entity)} under ERP Mapping, or synchronize it to the "
            "ERP first.",
            code="record.not_linked",
        )
        self.result.counts.held += 1
        self._tell(key, "", "held", error)

    def _worth(
        self, items: Sequence[Incoming], heads: Mapping[str, Head], request: StoreRequest
    ) -> list[Incoming]:
        """Leave out what is excluded, and what the ERP has not changed since it was settled."""
        kept: list[Incoming] = []
        for item in items:
            head = heads.get(item.key or "")
            excluded = head is not None and head.state is MapState.EXCLUDED
            same = (
                head is not None
                and head.state is MapState.LINKED
                and head.erp_fingerprint == item.raw
                and request.mode != "all"
                and not self.two.choices.get(head.store_key)
            )
            if excluded or same:
                self.result.counts.unchanged += 1
            else:
                kept.append(item)
        return kept

    # -- what has to be there first ----------------------------------------------------------------

    def _waves(self, items: list[Incoming], heads: Mapping[str, Head]) -> None:
        keys = keys_for(self.two, items)
        own = {(self.entity, item.ref) for item in items}
        missing = {need for item in items for need in item.needs} - keys.keys() - own
        keys |= self._carry(missing)
        waiting = items
        while waiting:
            ready = [item for item in waiting if not item.needs - keys.keys()]
            if not ready:
                for item in waiting:
                    self._hold(item, min(item.needs - keys.keys()))
                return
            for item in self._batch(ready, keys, heads):
                keys[self.entity, item.ref] = item.key or PLANNED
            done = {id(item) for item in ready}
            waiting = [item for item in waiting if id(item) not in done]
            failed = [item for item in waiting if self._blocked(item, ready, keys)]
            for item in failed:
                self._hold(item, min(item.needs - keys.keys()))
            gone = {id(item) for item in failed}
            waiting = [item for item in waiting if id(item) not in gone]

    def _blocked(self, item: Incoming, tried: Sequence[Incoming], keys: Mapping[Any, str]) -> bool:
        refs = {(self.entity, other.ref) for other in tried}
        return bool((item.needs & refs) - keys.keys())

    def _carry(self, missing: set[Reference]) -> dict[Reference, str]:
        """Carry what is missing into the shop first, by the same road."""
        found: dict[Reference, str] = {}
        for entity in STAGES:
            refs = tuple(sorted(ref for kind, ref in missing if kind is entity))
            if not refs:
                continue
            page = _StorePage(self.two, entity)
            nested = page.run(StoreRequest(entity, "refs", ids=refs))
            self.result.counts.add(nested.counts)
            self.result.results += nested.results
            self.result.created_keys += nested.created_keys
            self.refused |= page.refused
            found |= self.two.sync.mappings.store_keys((entity, ref) for ref in refs)
            if self.two.sync.dry_run:
                found |= {(entity, ref): PLANNED for ref in page.made}
        return found

    # -- find and write ----------------------------------------------------------------------------

    def _batch(
        self, items: Sequence[Incoming], keys: Mapping[Reference, str], heads: Mapping[str, Head]
    ) -> list[Incoming]:
        """Settle or make records; returns those that have a key then."""
        self.two.sync.beat()
        new = [item for item in items if item.key is None]
        self._link(new, keys)
        linked = [item for item in items if item.key is not None]
        done = self._settle(linked, keys, heads)
        fresh = [
            item for item in new if item.key is None and (self.entity, item.ref) not in self.refused
        ]
        return done + self._create(fresh, keys)

    def _link(self, items: Sequence[Incoming], keys: Mapping[Reference, str]) -> None:
        """Find records of the shop that are the same as records of the ERP."""
        if not items or not self.two.sync.link_existing:
            return
        records = [item.with_keys(item.ref, keys, self.two.languages) for item in items]
        # the records have the shop's keys already
        parents = {parent: parent for r in records if (parent := _parent(r)) is not None}
        found = self.two.writer.match(self.entity, records, parents=parents)
        every = {c.key for candidates in found.values() for c in candidates}
        heads = self.two.sync.mappings.heads(self.entity, every)
        taken = {key for key, head in heads.items() if head.erp_id is not None}
        for item in items:
            free = [c for c in found.get(item.ref, ()) if c.key not in taken]
            if len(free) == 1:
                item.key = free[0].key
                taken.add(free[0].key)
            elif free:
                self._refuse(item.ref, item.label, _several(self.entity, free))

    def _settle(
        self,
        items: Sequence[Incoming],
        keys: Mapping[Reference, str],
        heads: Mapping[str, Head],
    ) -> list[Incoming]:
        by_key = {item.key: item for item in items if item.key is not None}
        reader = self.two.sync.readers[self.entity]
        digests = {row.key: row.digest for row in reader.scan_keys(list(by_key))}
        pairs: list[Pair] = []
        present: set[str] = set()
        for found in reader.read(list(by_key)):
            item = by_key[found.key]
            present.add(found.key)
            if isinstance(found, BadRecord):
                self._refuse(item.ref, found.label, found.error)
                continue
            work = Work.of(
                self.two.sync, self.entity, found, salted(self.two.sync, digests[found.key])
            )
            head = heads.get(found.key)
            work.ref = item.ref
            work.origin = "auto" if head is None else "sync"
            if head is not None:
                work.external_id = head.external_id
            pairs.append(pair_of(self.two, work, item, keys))
        settle(self.two, self.entity, pairs, self.result)
        for key in sorted(by_key.keys() - present):
            self._gone(by_key[key], heads.get(key))
        return [item for key, item in by_key.items() if key in present]

    def _gone(self, item: Incoming, head: Head | None) -> None:
        """The shop deleted it: the other direction tells the ERP; here it is never undone."""
        archived = head is not None and head.state is MapState.ARCHIVED
        if archived or parse_spec(item.key or "") is not None:
            # the ERP knows, or it is a text that no product has any more
            self.result.counts.unchanged += 1
            return
        error = Held(
            "The shop no longer has it",
            fix="Synchronize to the ERP: it is archived there. To have it in the shop again, "
            "remove its link under ERP Mapping first.",
            code="record.deleted_in_shop",
        )
        self._refuse(item.ref, item.label, error)

    def _create(self, items: Sequence[Incoming], keys: Mapping[Reference, str]) -> list[Incoming]:
        wanted = [item for item in items if self._may_create(item)]
        find_first_prices(self.two, self.entity, wanted)
        wanted = [item for item in wanted if self._may_be_sold(item)]
        if not wanted:
            return []
        if self.two.sync.dry_run:
            for item in wanted:
                self.made.append(item.ref)
                self.result.counts.created += 1
                self.result.results.append(planned(self.two, self.entity, item, keys))
            return wanted
        done: list[Incoming] = []
        for item, outcome in create(self.two, self.entity, wanted, keys):
            if outcome.error is not None or outcome.key is None:
                if outcome.error is not None:
                    self._refuse(item.ref, item.label, outcome.error)
                continue
            self.result.counts.created += 1
            self.made.append(outcome.key)
            if self.entity is Entity.PRODUCTS:
                self.result.created_keys.append(outcome.key)
            for warning in (*item.warnings, *unpriced(item), *outcome.warnings):
                self.result.counts.warning += 1
                self._tell(outcome.key, item.label, "warning", warning)
            done.append(item)
        return done

    def _may_create(self, item: Incoming) -> bool:
        if not getattr(item.record, "active", True):
            # what is archived there and unknown here is nobody's wish
            self.result.counts.unchanged += 1
            return False
        if self.two.create:
            return True
        self._refuse(
            item.ref,
            item.label,
            Held(
                f"The shop has no such {singular(self.entity)}, and none is to be made",
                fix="Switch on Make new records in the connection's settings, or make it in the "
                "shop with the same SKU or name.",
                code="record.not_created",
            ),
        )
        return False

    def _may_be_sold(self, item: Incoming) -> bool:
        error = refusal(item)
        if error is not None:
            self._refuse(item.ref, item.label, error)
        return error is None

    # -- tell --------------------------------------------------------------------------------------

    def _hold(self, item: Incoming, missing: Reference) -> None:
        entity, ref = missing
        why = self.refused.get(missing)
        self._refuse(
            item.ref,
            item.label,
            Held(
                f"It belongs to {singular(entity)} {ref} of the ERP, which is not in the shop"
                + (f": {why.cause}" if why is not None else ""),
                fix=why.fix
                if why is not None
                else f"Synchronize the {singular(entity)} from the ERP, or link it.",
                code="record.parent_missing",
            ),
        )

    def _refuse(self, ref: str, label: str, error: BridgeError) -> None:
        self.refused[self.entity, ref] = error
        held = isinstance(error, Held | Ambiguous)
        if held:
            self.result.counts.held += 1
        else:
            self.result.counts.failed += 1
        self._tell(f"erp:{ref}", label, "held" if held else "failed", error)

    def _tell(self, key: str, label: str, outcome: Any, error: BridgeError) -> None:
        about = error.about(named(self.entity, key, label))
        self.result.results.append(
            RecordResult.of_error(self.entity.value, key, label, outcome, about)
        )


def _parent(record: object) -> str | None:
    if isinstance(record, Category):
        return record.parent
    if isinstance(record, AttributeValue):
        return record.attribute
    return None


def _several(entity: Entity, found: Sequence[StoreCandidate]) -> Ambiguous:
    names = "; ".join(f"{c.label} ({c.key})" for c in found[:5])
    return Ambiguous(
        f"{len(found)} records of the shop match this {singular(entity)} by "
        f"{found[0].matched_by}: {names}",
        fix="Link the right one under ERP Mapping, or make the codes different.",
    )
