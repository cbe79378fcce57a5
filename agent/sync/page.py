"""The road of a page from the shop to the ERP: read, compare, link, write, remember.

One road serves every entity and every ERP. What is special about an entity is in its reader, its
canonical record and ``references``; what is special about an ERP is in its adapter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from agent.erp.port import Change, Outcome, Status
from agent.errors import BridgeError, Held
from agent.model.entity import Entity
from agent.model.record import Record
from agent.model.results import RecordResult
from agent.store.keys import store_order
from agent.store.records import BadRecord
from agent.sync.context import PageRequest, PageResult, SyncContext, external_id
from agent.sync.linking import link_existing, link_optional
from agent.sync.mapping import Entry, Head, MapState
from agent.sync.notes import note_codes
from agent.sync.prerequisites import Prerequisites
from agent.sync.references import Reference, named, required, singular
from agent.sync.selection import Selection, salted, select_page
from agent.sync.work import Work

_NOT_CONTENT = frozenset({"key"})


def run_page(ctx: SyncContext, request: PageRequest) -> PageResult:
    """Carry one page to the ERP.

    Raises:
        TransientError: the ERP or the shop could not be reached; nothing is lost, run it again.
        AuthError: login or rights; the connection is paused.
        ConfigError: the set-up is wrong.
    """
    return _Page(ctx, request.entity).run(request)


@dataclass(slots=True)
class _Page:
    ctx: SyncContext
    entity: Entity
    result: PageResult
    refs: dict[Reference, str]
    first: Prerequisites | None

    def __init__(self, ctx: SyncContext, entity: Entity) -> None:
        self.ctx = ctx
        self.entity = entity
        self.result = PageResult()
        self.refs = {}
        self.first = None

    def run(self, request: PageRequest) -> PageResult:
        link_optional(self.ctx, self.entity)
        selection = select_page(self.ctx, request)
        self.result.next_after = selection.next_after
        self.result.cut = selection.cut
        self.result.removed = selection.removed
        counts = self.result.counts
        counts.read += len(selection.rows)
        counts.unchanged += selection.unchanged
        size = self.ctx.erp.capabilities.batch_size
        for start in range(0, len(selection.changed), size):
            self.ctx.beat()
            self._batch(selection, selection.changed[start : start + size])
        return self.result

    def _batch(self, selection: Selection, keys: list[str]) -> None:
        works = self._read(selection, keys)
        self.ctx.reach("sync.after_read")
        works = self._skip_same(selection, works)
        if not works:
            return
        note_codes(self.ctx, works)
        lost = [w.key for w in works if w.lost]
        if lost and not self.ctx.dry_run:
            self.ctx.mappings.forget(self.entity, lost)
        self._prerequisites(works)
        self._adopt(works)
        if self.ctx.link_existing:
            for work, error in link_existing(self.ctx, self.entity, works, self.refs):
                self._fail(work, error)
        works = [w for w in works if not w.ended]
        snapshots = self.ctx.mappings.snapshots(
            self.entity, [w.key for w in works if w.ref is not None and not w.anew]
        )
        for work in works:
            work.previous = snapshots.get(work.key)
        self._waves(works)

    # -- read and compare ------------------------------------------------------------------------

    def _read(self, selection: Selection, keys: list[str]) -> list[Work]:
        works: list[Work] = []
        for item in self.ctx.readers[self.entity].read(keys):
            row = selection.rows[item.key]
            head = selection.heads.get(item.key)
            if not isinstance(item, BadRecord):
                works.append(self._work(item, row.digest, head, item.key in selection.lost))
            else:
                ghost = Work(
                    key=item.key,
                    label=item.label,
                    number=store_order(item.key),
                    digest=salted(self.ctx, row.digest),
                    external_id=external_id(self.ctx.instance, self.entity, item.key),
                    ref=head.erp_id if head else None,
                )
                self._fail(ghost, item.error)
        return works

    def _work(self, record: Record, digest: str, head: Head | None, lost: bool) -> Work:
        work = Work.of(self.ctx, self.entity, record, salted(self.ctx, digest))
        work.lost = lost
        if head is not None:
            work.external_id = head.external_id
            work.ref = None if lost else head.erp_id
            work.interrupted = head.state is MapState.PENDING
            work.was_archived = head.state is MapState.ARCHIVED
        return work

    def _skip_same(self, selection: Selection, works: list[Work]) -> list[Work]:
        same: dict[str, str] = {}
        rest: list[Work] = []
        for work in works:
            head = selection.heads.get(work.key)
            if (
                head is not None
                # one that is held after it was written is held for what comes after the record
                and head.state in {MapState.LINKED, MapState.HELD}
                and not work.lost
                and head.store_fingerprint == work.fingerprint
            ):
                same[work.key] = work.digest
                self.result.counts.unchanged += 1
            else:
                rest.append(work)
        if same and not self.ctx.dry_run:
            self.ctx.mappings.refresh_digests(self.entity, same)
        return rest

    # -- what has to be there first --------------------------------------------------------------

    def _prerequisites(self, works: list[Work]) -> None:
        wanted: set[Reference] = set()
        for work in works:
            wanted |= work.references
        needed = required(self.entity, wanted)
        known = self.ctx.mappings.refs({r for r in wanted if r not in self.ctx.optional})
        self.refs = known | {r: self.ctx.optional[r] for r in wanted if r in self.ctx.optional}
        own = {(self.entity, w.key) for w in works}
        missing = needed - self.refs.keys() - own
        if missing:
            self.first = Prerequisites(self.ctx, self.result, run_page)
            self.refs.update(self.first.see_to(missing))

    # -- after a lost answer ---------------------------------------------------------------------

    def _adopt(self, works: list[Work]) -> None:
        """Look up what an interrupted run may already have made, before anything is sent."""
        unsure = {w.external_id: w for w in works if w.interrupted and w.ref is None}
        if not unsure:
            return
        for ext_id, erp_id in self.ctx.erp.adopt(self.entity, list(unsure)).items():
            unsure[ext_id].ref = erp_id
            unsure[ext_id].anew = True

    # -- write -----------------------------------------------------------------------------------

    def _waves(self, works: list[Work]) -> None:
        """Write what has its parents, then what those made possible, until nothing moves."""
        waiting = works
        while waiting:
            ready = [w for w in waiting if not self._unresolved(w)]
            if not ready:
                for work in waiting:
                    self._hold(work, self._unresolved(work))
                return
            self._write(ready)
            done = {id(w) for w in ready}
            waiting = [w for w in waiting if id(w) not in done]

    def _unresolved(self, work: Work) -> list[Reference]:
        return sorted(r for r in required(self.entity, work.references) if r not in self.refs)

    def _write(self, works: list[Work]) -> None:
        both = self.ctx.both
        if both is not None:
            works = both.settle(self.entity, works, self.result)
            if not works:
                return
        changes = [self._change(work) for work in works]
        if not self.ctx.dry_run:
            self.ctx.mappings.save(
                self.entity, [w.entry(MapState.PENDING) for w in works if w.ref is None or w.anew]
            )
        self.ctx.reach("sync.before_write")
        outcomes = self.ctx.erp.upsert(
            self.entity, changes, media=self.ctx.media, progress=self.ctx.beat
        )
        self.ctx.reach("sync.after_write")
        self._remember_all(list(zip(works, changes, outcomes, strict=True)))
        if both is not None:
            both.remember(self.entity, [w for w in works if not w.ended])
        self.ctx.reach("sync.after_remember")

    def _change(self, work: Work) -> Change:
        record = _record(work)
        every = {f.name for f in fields(record)} - _NOT_CONTENT
        names = every
        if work.ref is not None and work.previous is not None:
            names = {n for n in every if work.plain.get(n) != work.previous.get(n)}
            if work.was_archived and "active" in every:
                names.add("active")
            # the same record under other settings: what they change is the adapter's to know
            names = names or every
        return Change(
            record=record,
            fields=frozenset(names),
            external_id=work.external_id,
            ref=work.ref,
            refs={r: self.refs[r] for r in work.references if r in self.refs},
            previous=work.previous if work.ref is not None else None,
        )

    # -- remember --------------------------------------------------------------------------------

    def _remember_all(self, written: list[tuple[Work, Change, Outcome]]) -> None:
        entries: list[Entry] = []
        children: dict[Entity, list[Entry]] = {}
        for work, change, outcome in written:
            if outcome.error is not None:
                work.ref = outcome.ref or work.ref
                self._fail(work, outcome.error)
                if outcome.touched and not self.ctx.dry_run:
                    # what it holds now is not what was remembered: next time all of it is sent
                    self.ctx.mappings.drop_snapshot(self.entity, work.key)
                continue
            self._count(work, change, outcome)
            if outcome.ref is not None:
                self.refs[self.entity, work.key] = outcome.ref
            work.ref = outcome.ref
            note = next(iter((*outcome.warnings, *work.notes)), None)
            entries.append(work.entry(MapState.LINKED, done=True, error=note))
            for (entity, key), erp_id in outcome.children.items():
                children.setdefault(entity, []).append(work.child(entity, key, erp_id, self.ctx))
        if self.ctx.dry_run:
            return
        self.ctx.mappings.save(self.entity, entries)
        for entity, rows in children.items():
            self.ctx.mappings.save(entity, rows)

    def _count(self, work: Work, change: Change, outcome: Outcome) -> None:
        counts = self.result.counts
        if outcome.status is Status.CREATED:
            counts.created += 1
        elif outcome.status is Status.UNCHANGED:
            counts.unchanged += 1
        else:
            counts.updated += 1
        for warning in (*outcome.warnings, *work.notes):
            self._report(work, "warning", warning)
            counts.warning += 1
        if self.ctx.dry_run:
            self.result.results.append(
                RecordResult(
                    self.entity.value,
                    work.key,
                    work.label,
                    "planned",
                    detail={
                        "action": "create" if change.ref is None else "update",
                        "fields": _difference(work, change),
                    },
                )
            )

    def _fail(self, work: Work, error: BridgeError) -> None:
        held = isinstance(error, Held)
        if held:
            self.result.counts.held += 1
        else:
            self.result.counts.failed += 1
        self._report(work, "held" if held else "failed", error)
        work.ended = True
        if not self.ctx.dry_run:
            state = MapState.HELD if held else MapState.FAILED
            self.ctx.mappings.save(self.entity, [work.entry(state, error=error)])

    def _hold(self, work: Work, missing: Iterable[Reference]) -> None:
        entity, key = next(iter(missing))
        why = self.first.refused.get((entity, key)) if self.first is not None else None
        self._fail(
            work,
            why
            or Held(
                f"It belongs to {singular(entity)} {key}, which is not in the ERP",
                fix=f"See under ERP Mapping why {singular(entity)} {key} was not carried over and "
                "mend that; this record follows with the next synchronization.",
                code="record.parent_missing",
            ),
        )

    def _report(self, work: Work, outcome: Any, error: BridgeError) -> None:
        self.result.results.append(
            RecordResult.of_error(
                self.entity.value,
                work.key,
                work.label,
                outcome,
                error.about(named(self.entity, work.key, work.label)),
            )
        )


def _record(work: Work) -> Record:
    if work.record is None:
        raise ValueError(f"{work.key} has no record")
    return work.record


def _difference(work: Work, change: Change) -> dict[str, list[Any]]:
    before = work.previous or {}
    return {
        name: [before.get(name), work.plain.get(name)]
        for name in sorted(change.fields)
        if change.ref is not None or work.plain.get(name) not in (None, "", [], {})
    }
