"""Links records of the shop to records the ERP already had, so that nothing is doubled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from agent.erp.port import Candidate
from agent.errors import Ambiguous, BridgeError
from agent.model.entity import Entity
from agent.store.records import BadRecord
from agent.sync.context import SyncContext
from agent.sync.mapping import Entry, MapState
from agent.sync.references import OPTIONAL, SHARING, Reference, singular
from agent.sync.work import Work

_OPTIONAL_RECORDS = 1000
"""More tax classes than any shop has."""

Verdict = Literal["linked", "ambiguous", "none"]


@dataclass(frozen=True, slots=True)
class Match:
    """What looking for a record's counterpart came to."""

    work: Work
    verdict: Verdict
    candidates: tuple[Candidate, ...] = ()


def find_matches(
    ctx: SyncContext, entity: Entity, works: Sequence[Work], refs: Mapping[Reference, str]
) -> list[Match]:
    """Look in the ERP for the counterparts of records that have none yet.

    A counterpart that already belongs to another record of the shop does not count, also when both
    records are in this page: the first one has it.
    """
    records = [w.record for w in works if w.record is not None]
    if not records:
        return []
    found = ctx.erp.match(entity, records, refs=refs)
    every = {c.ref for candidates in found.values() for c in candidates}
    taken = {} if entity in SHARING else ctx.mappings.taken(entity, every)
    matches: list[Match] = []
    for work in works:
        free = tuple(c for c in found.get(work.key, []) if taken.get(c.ref, work.key) == work.key)
        if not free:
            matches.append(Match(work, "none"))
        elif len(free) == 1:
            if entity not in SHARING:
                taken[free[0].ref] = work.key
            matches.append(Match(work, "linked", free))
        else:
            matches.append(Match(work, "ambiguous", free))
    return matches


def link_existing(
    ctx: SyncContext, entity: Entity, works: Sequence[Work], refs: Mapping[Reference, str]
) -> Iterator[tuple[Work, BridgeError]]:
    """Give each unlinked record its counterpart; yields those a person has to decide."""
    unlinked = [w for w in works if w.ref is None and not w.lost and not w.ended]
    for match in find_matches(ctx, entity, unlinked, refs):
        if match.verdict == "linked":
            match.work.ref = match.candidates[0].ref
            match.work.anew = True
            match.work.origin = "auto"
        elif match.verdict == "ambiguous":
            yield match.work, ambiguous(entity, match)


def ambiguous(entity: Entity, match: Match) -> Ambiguous:
    """Return the error that names the candidates and how to choose."""
    names = "; ".join(f"{c.label} (id {c.ref})" for c in match.candidates[:5])
    more = len(match.candidates) - 5
    return Ambiguous(
        f"{len(match.candidates)} records of the ERP match this {singular(entity)} by "
        f"{match.candidates[0].matched_by}: {names}{f' and {more} more' if more > 0 else ''}",
        fix="Choose the right one with Link on the mapping screen (or erp-bridge map set), or make "
        "the codes different.",
    )


def link_optional(ctx: SyncContext, entity: Entity) -> None:
    """Link what records of ``entity`` can do without, where exactly one ERP record fits.

    A tax class is linked to the ERP's tax of the same rate. What none or several fit stays open;
    the records that point to it go with a warning.
    """
    for other in OPTIONAL.get(entity, ()):
        reader = ctx.readers[other]
        keys = [row.key for row in reader.scan("", _OPTIONAL_RECORDS)]
        open_keys = [key for key in keys if (other, key) not in ctx.optional]
        known = ctx.mappings.heads(other, open_keys)
        works = [
            Work.of(ctx, other, record)
            for record in reader.read([key for key in open_keys if key not in known])
            if not isinstance(record, BadRecord)
        ]
        matches = [m for m in find_matches(ctx, other, works, {}) if m.verdict == "linked"]
        ctx.optional |= {(other, m.work.key): m.candidates[0].ref for m in matches}
        if not ctx.dry_run:
            ctx.mappings.save(other, [linked_entry(m) for m in matches])


def linked_entry(match: Match) -> Entry:
    """Return the mapping row of a record that was matched and not yet written."""
    entry = match.work.entry(MapState.LINKED)
    return replace(entry, erp_id=match.candidates[0].ref, origin="auto", pending_fingerprint="")
