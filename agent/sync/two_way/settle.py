"""Settles records that both sides have: compares, writes what differs, remembers both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.erp.port import Change, Outcome, Status
from agent.errors import BridgeError, Held
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.results import RecordResult
from agent.store.records import BadRecord
from agent.store.writing.changes import StoreChange, Written
from agent.sync.context import PageResult
from agent.sync.mapping import Entry, MapState
from agent.sync.references import Reference, named
from agent.sync.selection import salted
from agent.sync.sold_out import sold_out
from agent.sync.two_way.baseline import edited, merged, merged_plain, written
from agent.sync.two_way.comparable import laid_over
from agent.sync.two_way.compare import Side, decide
from agent.sync.two_way.conflicts import Conflict, in_conflict
from agent.sync.two_way.context import TwoWay
from agent.sync.two_way.creating import marker_of
from agent.sync.two_way.pair import Pair
from agent.sync.two_way.pairing import paired_again
from agent.sync.two_way.units import keep_together, settled_in_units_of
from agent.sync.two_way.variants import adds_variants
from agent.sync.work import Work


def settle(two: TwoWay, entity: Entity, pairs: Sequence[Pair], result: PageResult) -> None:
    """Settle records that are linked; counts and reasons go to ``result``.

    Raises: as :meth:`agent.erp.port.Erp.upsert`, and what the shop's database raises.
    """
    if not pairs:
        return
    _decide(two, entity, pairs)
    if two.sync.dry_run:
        for pair in pairs:
            _plan(entity, pair, result)
        return
    _write_store(two, entity, pairs)
    _write_erp(two, entity, pairs)
    two.sync.reach("two_way.after_write")
    _remember(two, entity, pairs, result)


def _decide(two: TwoWay, entity: Entity, pairs: Sequence[Pair]) -> None:
    keys = [pair.work.key for pair in pairs]
    before = two.sync.mappings.snapshots(entity, keys)
    erp_before = two.sync.mappings.erp_snapshots(entity, keys)
    changed = two.changed_at(entity, keys)
    for pair in pairs:
        key = pair.work.key
        pair.before, pair.erp_before = before.get(key), erp_before.get(key)
        plain = to_plain(pair.erp)
        pair.erp_plain = {name: plain[name] for name in sorted(pair.content)}
        pair.decision = decide(
            pair.names,
            Side(pair.work.plain, settled_in_units_of(pair.shop, pair.before), changed.get(key)),
            Side(
                pair.erp_plain,
                settled_in_units_of(pair.shop, pair.erp_before),
                pair.changed_at,
            ),
            two.ownership,
            two.choices.get(key),
            unpriced=_unpriced(two, entity, pair),
        )
        keep_together(pair.decision, pair.shop, pair.erp, pair.names)
        if adds_variants(two, pair):
            pair.decision.to_store.add("variants")


def _unpriced(two: TwoWay, entity: Entity, pair: Pair) -> bool:
    """Tell whether the bridge made the product disabled in the shop, and nobody enabled it."""
    if entity is not Entity.PRODUCTS or (pair.before or {}).get("active") is not False:
        return False
    return pair.work.external_id == marker_of(two, entity, pair.work.ref or "")


def _write_store(two: TwoWay, entity: Entity, pairs: Sequence[Pair]) -> None:
    mine = [pair for pair in pairs if pair.decision.to_store]
    if not mine:
        return
    own: set[tuple[str, str]] = set()
    if entity is Entity.PRODUCTS:  # disabled while they are sold out, and read as enabled
        switched = [p.work.key for p in mine if "active" in p.decision.to_store]
        own = {(key, "active") for key in sold_out(two.sync.mappings, switched)}
    changes = [
        StoreChange(
            record=laid_over(
                pair.shop,
                pair.erp,
                frozenset(pair.decision.to_store),
                pair.erp_before,
                two.languages,
            ),
            fields=frozenset(pair.decision.to_store),
            marker=pair.work.external_id,
            key=pair.work.key,
            seen={n: v for n, v in pair.work.plain.items() if (pair.work.key, n) not in own},
        )
        for pair in mine
    ]
    outcomes = two.writer.upsert(
        entity, changes, pictures=two.source.source_image, progress=two.sync.beat
    )
    two.wrote(entity, outcomes, changes)
    for pair, outcome in zip(mine, outcomes, strict=True):
        pair.error = outcome.error
        pair.warnings += outcome.warnings
        pair.store_done = outcome.error is None and outcome.status is not Written.UNCHANGED
        pair.children = outcome.children
    # what was disabled as sold out reads otherwise from now on, written or not
    again = [p for p in mine if p.store_done or (p.error is None and (p.work.key, "active") in own)]
    _read_store_again(two, entity, again)


def _read_store_again(two: TwoWay, entity: Entity, pairs: Sequence[Pair]) -> None:
    """Read what was just written as the shop keeps it, before the ERP takes its time."""
    if not pairs:
        return
    reader = two.sync.readers[entity]
    keys = [pair.work.key for pair in pairs]
    digests = {row.key: row.digest for row in reader.scan_keys(keys)}
    found = {item.key: item for item in reader.read(keys)}
    for pair in pairs:
        item = found.get(pair.work.key)
        if item is not None and not isinstance(item, BadRecord):
            pair.again = item, salted(two.sync, digests.get(item.key, ""))


def _write_erp(two: TwoWay, entity: Entity, pairs: Sequence[Pair]) -> None:
    mine = [p for p in pairs if p.error is None and (p.decision.to_erp or p.only_shop)]
    if not mine:
        return
    wanted: set[Reference] = set()
    for pair in mine:
        wanted |= pair.work.references
    refs = two.sync.mappings.refs(wanted) | two.sync.optional
    changes = [
        Change(
            record=pair.shop,
            fields=frozenset(pair.decision.to_erp) | pair.only_shop,
            external_id=pair.work.external_id,
            ref=pair.work.ref,
            refs={ref: refs[ref] for ref in pair.work.references if ref in refs},
            previous=pair.before,
        )
        for pair in mine
    ]
    outcomes = two.sync.erp.upsert(entity, changes, media=two.sync.media, progress=two.sync.beat)
    for pair, outcome in zip(mine, outcomes, strict=True):
        _erp_outcome(pair, outcome)


def _erp_outcome(pair: Pair, outcome: Outcome) -> None:
    pair.error = outcome.error
    pair.warnings += outcome.warnings
    pair.erp_done = outcome.error is None and outcome.status is not Status.UNCHANGED


# -- remember ------------------------------------------------------------------------------------


def _remember(two: TwoWay, entity: Entity, pairs: Sequence[Pair], result: PageResult) -> None:
    _take_over_erp(two, entity, [pair for pair in pairs if pair.erp_done])
    for pair in pairs:
        _take_over_store(two, entity, pair)
    entries: list[Entry] = []
    variants: list[Entry] = []
    listed: list[Conflict] = []
    for pair in pairs:
        entries.append(_entry(entity, pair, result))
        variants += [
            pair.work.child(Entity.VARIANTS, key, ref, two.sync)
            for (_, key), ref in pair.variants.items()
        ]
        variants += [
            pair.work.child(Entity.VARIANTS, key, ref, two.sync)
            for ref, key in pair.children.items()
        ]
        if pair.children and pair.store_done:
            result.created_keys.append(pair.work.key)  # new ones have no stock yet
        if pair.decision.conflicts:
            listed.append(_conflict(two, entity, pair))
    two.sync.mappings.save(entity, entries)
    two.sync.mappings.save(Entity.VARIANTS, variants)
    two.conflicts.put(listed)
    held = {conflict.store_key for conflict in listed}
    two.conflicts.clear(entity, [p.work.key for p in pairs if p.work.key not in held])


def _take_over_erp(two: TwoWay, entity: Entity, pairs: Sequence[Pair]) -> None:
    """Take over what was written as the ERP keeps it; edits since then are looked at again."""
    refs = [pair.work.ref for pair in pairs if pair.work.ref is not None]
    again = paired_again(two, entity, refs) if refs else {}
    for pair in pairs:
        found = again.get(pair.work.ref or "")
        if found is None:
            continue
        raw, now = found[0], settled_in_units_of(pair.shop, found[1]) or {}
        names = written(pair.decision.to_erp | pair.only_shop)
        first = pair.erp_plain
        pair.raw = "" if edited(first, now, names) else raw
        pair.erp_plain = merged_plain(first, now, names)


def _take_over_store(two: TwoWay, entity: Entity, pair: Pair) -> None:
    """Take over what was written as the shop keeps it; edits since then are looked at again."""
    if pair.again is None:
        return
    item, digest = pair.again
    names = written(pair.decision.to_store)
    first = pair.work
    if edited(pair.shop, item, names):
        digest = ""
    pair.shop = merged(pair.shop, item, names)
    pair.work = Work.of(two.sync, entity, pair.shop, digest)
    pair.work.external_id, pair.work.ref, pair.work.origin = (
        first.external_id,
        first.ref,
        first.origin,
    )


def _entry(entity: Entity, pair: Pair, result: PageResult) -> Entry:
    work = pair.work
    if pair.error is not None:
        held = isinstance(pair.error, Held)
        _count_failed(entity, work, pair.error, result)
        return work.entry(MapState.HELD if held else MapState.FAILED, error=pair.error)
    _count_done(entity, pair, result)
    conflicts = set(pair.decision.conflicts)
    note = next(iter(pair.warnings), None)
    error: BridgeError | None = in_conflict(sorted(conflicts)) if conflicts else note
    state = MapState.HELD if conflicts else MapState.LINKED
    entry = work.entry(state, done=True, error=error)
    entry.erp_fingerprint = pair.raw
    entry.snapshot = _settled(work.plain, pair.before, conflicts)
    entry.erp_snapshot = _settled(pair.erp_plain, pair.erp_before, conflicts)
    if conflicts and error is not None:
        _count_failed(entity, work, error, result)
    return entry


def _settled(
    now: Mapping[str, Any], before: Mapping[str, Any] | None, conflicts: set[str]
) -> dict[str, Any]:
    """Return what is settled: fields in conflict stay as they were, or unknown."""
    kept = {name: value for name, value in (before or {}).items() if name in conflicts}
    return {name: value for name, value in now.items() if name not in conflicts} | kept


def _conflict(two: TwoWay, entity: Entity, pair: Pair) -> Conflict:
    return Conflict(
        two.sync.mappings.connection_id,
        entity,
        pair.work.key,
        pair.work.ref or "",
        pair.work.label,
        {
            name: (pair.work.plain.get(name), pair.erp_plain.get(name))
            for name in pair.decision.conflicts
        },
    )


# -- tell ----------------------------------------------------------------------------------------


def _count_done(entity: Entity, pair: Pair, result: PageResult) -> None:
    if pair.store_done or pair.erp_done:
        result.counts.updated += 1
    elif not pair.decision.conflicts:
        result.counts.unchanged += 1
    for warning in pair.warnings:
        result.counts.warning += 1
        result.results.append(_told(entity, pair.work, "warning", warning))


def _count_failed(entity: Entity, work: Work, error: BridgeError, result: PageResult) -> None:
    held = isinstance(error, Held)
    if held:
        result.counts.held += 1
    else:
        result.counts.failed += 1
    result.results.append(_told(entity, work, "held" if held else "failed", error))


def _told(entity: Entity, work: Work, outcome: Any, error: BridgeError) -> RecordResult:
    about = error.about(named(entity, work.key, work.label))
    return RecordResult.of_error(entity.value, work.key, work.label, outcome, about)


def _plan(entity: Entity, pair: Pair, result: PageResult) -> None:
    """Note what would be written; ``side`` tells where."""
    decision = pair.decision
    to_erp = decision.to_erp | pair.only_shop
    if decision.nothing and not to_erp:
        result.counts.unchanged += 1
        return
    theirs, ours = pair.erp_plain, pair.work.plain
    result.counts.updated += 1
    result.results.append(
        RecordResult(
            entity.value,
            pair.work.key,
            pair.work.label,
            "planned",
            detail={
                "action": "update",
                "fields": {n: [ours.get(n), theirs.get(n)] for n in sorted(decision.to_store)},
                "to_erp": {n: [theirs.get(n), ours.get(n)] for n in sorted(to_erp)},
                "conflicts": {n: [ours.get(n), theirs.get(n)] for n in sorted(decision.conflicts)},
            },
        )
    )
