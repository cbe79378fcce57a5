"""What happens to ERP records whose shop record is gone: archived, never deleted (promise G10)."""

from __future__ import annotations

from collections.abc import Sequence

from agent.errors import BridgeError, Held
from agent.model.entity import Entity
from agent.model.results import RecordResult, ResultKind
from agent.sync.context import PageResult, SyncContext
from agent.sync.mapping import Head, MapState
from agent.sync.references import named

_ALWAYS_FINE = 20
_SHARE = 0.1


def too_many(removed: int, linked: int) -> Held | None:
    """Return the reason to ask a person first, or None when so few removals are ordinary.

    A shop whose table was emptied by mistake must not empty the ERP: more than 20 records and more
    than a tenth of all need a person's word.
    """
    if removed <= max(_ALWAYS_FINE, int(linked * _SHARE)):
        return None
    return Held(
        f"{removed} of {linked} records are gone from the shop",
        fix="Look at the list. Release this task to archive them in the ERP, or drop it to leave "
        "them as they are.",
        code="sync.many_removed",
    )


def archive_removed(ctx: SyncContext, entity: Entity, keys: Sequence[str]) -> PageResult:
    """Archive the counterparts of records that are gone; one that came back meanwhile is left."""
    result = PageResult()
    back = {row.key for row in ctx.readers[entity].scan_keys(list(keys))}
    heads = {
        key: head
        for key, head in ctx.mappings.heads(entity, [k for k in keys if k not in back]).items()
        if head.erp_id is not None and head.state not in {MapState.ARCHIVED, MapState.EXCLUDED}
    }
    if not heads:
        return result
    pairs = [(key, head.erp_id) for key, head in heads.items() if head.erp_id is not None]
    outcomes = ctx.erp.archive(entity, pairs)
    done: list[str] = []
    for outcome in outcomes:
        head = heads[outcome.key]
        if outcome.error is not None:
            _failed(ctx, entity, head, outcome.error, result)
            continue
        done.append(outcome.key)
        result.counts.archived += 1
        for warning in outcome.warnings:
            result.counts.warning += 1
            result.results.append(_about(entity, head, "warning", warning))
        if ctx.dry_run:
            result.results.append(
                RecordResult(
                    entity.value,
                    outcome.key,
                    head.label,
                    "planned",
                    detail={"action": "archive", "fields": {}},
                )
            )
    if not ctx.dry_run:
        ctx.mappings.set_state(entity, done, MapState.ARCHIVED)
    return result


def _failed(
    ctx: SyncContext, entity: Entity, head: Head, error: BridgeError, result: PageResult
) -> None:
    result.counts.failed += 1
    result.results.append(_about(entity, head, "failed", error))
    if not ctx.dry_run:
        ctx.mappings.set_state(entity, [head.store_key], MapState.FAILED, error=error)


def _about(entity: Entity, head: Head, outcome: ResultKind, error: BridgeError) -> RecordResult:
    return RecordResult.of_error(
        entity.value,
        head.store_key,
        head.label,
        outcome,
        error.about(named(entity, head.store_key, head.label)),
    )
