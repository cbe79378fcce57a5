"""Makes records of the ERP in the shop, and remembers both sides of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields

from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.results import RecordResult
from agent.store.records import BadRecord
from agent.store.writing.changes import StoreChange, StoreOutcome
from agent.sync.context import external_id
from agent.sync.mapping import Entry, MapState
from agent.sync.references import Reference
from agent.sync.selection import salted
from agent.sync.two_way.context import TwoWay
from agent.sync.two_way.first_prices import newborn
from agent.sync.two_way.pair import Pair
from agent.sync.two_way.pairing import Incoming, pair_of
from agent.sync.work import Work

PLANNED = "(new)"
"""Stands for the key that a planned record would get."""

_MARKER = 96


def marker_of(two: TwoWay, entity: Entity, ref: str) -> str:
    """Return the mark under which a record of the ERP is made in the shop."""
    name = f"erp{two.sync.mappings.connection_id}_{ref}"
    return external_id(two.sync.instance, entity, name)[:_MARKER]


def create(
    two: TwoWay, entity: Entity, items: Sequence[Incoming], keys: Mapping[Reference, str]
) -> list[tuple[Incoming, StoreOutcome]]:
    """Make records in the shop; those that were made have their ``key`` then."""
    changes = []
    for item in items:
        record, names = newborn(item, item.with_keys("", keys, two.languages))
        known = frozenset(f.name for f in fields(record)) & names
        changes.append(StoreChange(record, known, marker_of(two, entity, item.ref)))
    outcomes = two.writer.upsert(
        entity, changes, pictures=two.source.source_image, progress=two.sync.beat
    )
    two.wrote(entity, outcomes)
    two.sync.reach("two_way.after_create")
    done: dict[str, tuple[Incoming, StoreOutcome]] = {}
    for item, outcome in zip(items, outcomes, strict=True):
        if outcome.error is None and outcome.key is not None:
            item.key = outcome.key
            done[outcome.key] = item, outcome
    _remember(two, entity, done, keys)
    return list(zip(items, outcomes, strict=True))


def _remember(
    two: TwoWay,
    entity: Entity,
    made: Mapping[str, tuple[Incoming, StoreOutcome]],
    keys: Mapping[Reference, str],
) -> None:
    reader = two.sync.readers[entity]
    digests = {row.key: row.digest for row in reader.scan_keys(list(made))}
    entries: list[Entry] = []
    variants: list[Entry] = []
    for found in reader.read(list(made)):
        if isinstance(found, BadRecord):
            continue
        item, outcome = made[found.key]
        work = Work.of(two.sync, entity, found, salted(two.sync, digests.get(found.key, "")))
        work.ref, work.external_id = item.ref, marker_of(two, entity, item.ref)
        pair = pair_of(two, work, item, keys)
        entries.append(_entry(work, pair))
        variants += _variants(two, work, pair, outcome)
    known = {entry.store_key for entry in entries}
    # what a scan does not find yet, such as an option that no product uses
    entries += [_bare(two, entity, item) for key, (item, _) in made.items() if key not in known]
    two.sync.mappings.save(entity, entries)
    two.sync.mappings.save(Entity.VARIANTS, variants)


def _entry(work: Work, pair: Pair) -> Entry:
    plain = to_plain(pair.erp)
    entry = work.entry(MapState.LINKED, done=True, error=next(iter(pair.warnings), None))
    entry.erp_fingerprint = pair.raw
    entry.erp_snapshot = {name: plain[name] for name in sorted(pair.content)}
    return entry


def _variants(two: TwoWay, work: Work, pair: Pair, outcome: StoreOutcome) -> list[Entry]:
    combined = {key: ref for (_, key), ref in pair.variants.items()}
    # variants that the shop keeps as products of their own have their own keys, too
    own = {key: ref for ref, key in outcome.children.items()}
    return [
        work.child(Entity.VARIANTS, key, ref, two.sync) for key, ref in {**combined, **own}.items()
    ]


def _bare(two: TwoWay, entity: Entity, item: Incoming) -> Entry:
    key = item.key or ""
    work = Work(
        key=key,
        label=item.label,
        number=two.sync.readers[entity].store_order(key),
        digest="",
        external_id=marker_of(two, entity, item.ref),
        ref=item.ref,
    )
    entry = work.entry(MapState.LINKED, done=True)
    entry.erp_fingerprint, entry.snapshot = item.raw, None
    return entry


def planned(
    two: TwoWay, entity: Entity, item: Incoming, keys: Mapping[Reference, str]
) -> RecordResult:
    """Return what a dry run tells of a record that would be made in the shop."""
    record, names = newborn(item, item.with_keys("", keys, two.languages))
    plain = to_plain(record)
    shown = {name: [None, plain[name]] for name in sorted(names) if plain.get(name)}
    detail = {"action": "create", "fields": shown}
    return RecordResult(entity.value, f"erp:{item.ref}", item.label, "planned", detail=detail)
