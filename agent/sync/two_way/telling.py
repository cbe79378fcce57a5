"""What stock and prices have to tell of a product, and what they remember of it."""

from __future__ import annotations

from typing import Any

from agent.errors import BridgeError, Held
from agent.model.entity import Entity
from agent.model.plain import fingerprint, to_plain
from agent.model.results import RecordResult, ResultKind
from agent.sync.context import PageResult
from agent.sync.mapping import Entry, Head, MapState
from agent.sync.references import named
from agent.sync.two_way.context import TwoWay


def told(
    entity: Entity, key: str, label: str, outcome: ResultKind, error: BridgeError
) -> RecordResult:
    """Return what a job shows of a product whose stock or prices met ``error``."""
    about = error.about(named(Entity.PRODUCTS, key, label))
    return RecordResult.of_error(entity.value, key, label, outcome, about)


def refuse(
    two: TwoWay, entity: Entity, key: str, label: str, error: BridgeError, result: PageResult
) -> None:
    """Count a product that failed or waits, show it with the job and remember why."""
    held = isinstance(error, Held)
    if held:
        result.counts.held += 1
    else:
        result.counts.failed += 1
    result.results.append(told(entity, key, label, "held" if held else "failed", error))
    if not two.sync.dry_run:
        state = MapState.HELD if held else MapState.FAILED
        entry = Entry(key, number(key), label, "", state, error=error)
        two.sync.mappings.save(entity, [entry])


def settled(head: Head, target: object, note: BridgeError | None = None) -> Entry:
    """Return the row that remembers what a product was given; ``note`` is shown with it."""
    plain = to_plain(target)
    return Entry(
        store_key=head.store_key,
        store_number=number(head.store_key),
        label=head.label,
        external_id="",
        state=MapState.LINKED,
        erp_id=head.erp_id,
        erp_fingerprint=fingerprint(plain),
        snapshot=plain,
        synced=True,
        error=note,
    )


def planned(entity: Entity, head: Head, before: object, after: object) -> RecordResult:
    """Return what a dry run tells: what would change, from what to what."""
    old, new = to_plain(before), to_plain(after)
    fields: dict[str, list[Any]] = {
        name: [old[name], value]
        for name, value in new.items()
        if name not in ("product", "owned") and value is not None and value != old[name]
    }
    detail = {"action": "update", "fields": fields}
    return RecordResult(entity.value, head.store_key, head.label, "planned", detail=detail)


def not_linked(what: str) -> Held:
    """Return why nothing can be taken for a product that has no counterpart."""
    return Held(
        f"It has no counterpart in the ERP whose {what} could be taken",
        fix="Synchronize the product or link it under ERP Mapping > Products.",
        code="record.not_linked",
    )


def number(key: str) -> int:
    """Return the number of a product's key, 0 for what is none."""
    return int(key) if key.isascii() and key.isdigit() else 0
