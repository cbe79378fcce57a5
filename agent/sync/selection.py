"""Which records of a page need work: the cheap part of the road, one scan and one look-up."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from agent.model.entity import Entity
from agent.store.keys import store_order
from agent.store.records import ScanRow
from agent.sync.context import PageRequest, SyncContext
from agent.sync.mapping import Head, MapState

_CHECKED = {MapState.LINKED, MapState.FAILED, MapState.HELD}
_UPDATE = 0.25
"""Work of an update beside that of a new record."""


@dataclass(slots=True)
class Selection:
    """A page sorted into what to read in full and what to leave.

    ``lost`` are mapped records whose counterpart the ERP no longer has: they are made anew.
    """

    rows: dict[str, ScanRow]
    heads: dict[str, Head]
    changed: list[str] = field(default_factory=list)
    unchanged: int = 0
    removed: list[str] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    next_after: str | None = None
    cut: bool = False


def salted(ctx: SyncContext, digest: str) -> str:
    """Return what is remembered of a scan: the row's digest, and what else decides the outcome."""
    return f"{digest[:48]}:{ctx.scan_salt}"


def select_page(ctx: SyncContext, request: PageRequest) -> Selection:
    """Scan the page, look up its mappings and decide what needs work."""
    selection = _given(ctx, request) if request.mode == "ids" else _next(ctx, request)
    if request.mode == "all":
        selection.lost = _lost(ctx, request.entity, selection)
    seen = 0
    work = 0.0
    for key, row in selection.rows.items():
        head = selection.heads.get(key)
        seen += 1
        if head is not None and head.state is MapState.EXCLUDED:
            selection.unchanged += 1
        elif key in selection.lost or _needs_work(ctx, row, head):
            selection.changed.append(key)
            work += _UPDATE if head is not None and head.erp_id is not None else 1
            if request.mode != "ids" and work >= request.write_limit:
                break
        else:
            selection.unchanged += 1
    if seen < len(selection.rows):
        _cut(selection, seen)
    return selection


def _cut(selection: Selection, seen: int) -> None:
    """End the page after its first ``seen`` rows; the next page begins there."""
    kept = dict(list(selection.rows.items())[:seen])
    last = next(reversed(kept))
    selection.rows = kept
    selection.next_after = last
    selection.cut = True
    end = store_order(last)
    selection.removed = [key for key in selection.removed if store_order(key) <= end]


def _needs_work(ctx: SyncContext, row: ScanRow, head: Head | None) -> bool:
    if head is None or head.state not in {MapState.LINKED, MapState.FAILED}:
        return True
    if head.state is MapState.FAILED and ctx.retry_failed:
        return True
    return head.scan_digest != salted(ctx, row.digest)


def _given(ctx: SyncContext, request: PageRequest) -> Selection:
    reader = ctx.readers[request.entity]
    rows = {row.key: row for row in reader.scan_keys(list(request.ids))}
    heads = ctx.mappings.heads(request.entity, request.ids)
    removed = [key for key in request.ids if key not in rows and _is_live(heads.get(key))]
    return Selection(rows, heads, removed=removed)


def _next(ctx: SyncContext, request: PageRequest) -> Selection:
    reader = ctx.readers[request.entity]
    low = store_order(request.after) if request.after else 0
    # looked up while the server hashes: most of a page's time is waiting for it
    with ThreadPoolExecutor(max_workers=1) as pool:
        ahead = pool.submit(ctx.mappings.numbered_heads, request.entity, low, request.limit)
        rows = {row.key: row for row in reader.scan(request.after, request.limit)}
        last = next(reversed(rows), None) if len(rows) >= request.limit else None
        high = store_order(last) if last is not None else None
        heads = _heads_up_to(ctx, request, ahead.result(), high)
    suspects = [
        key
        for key, head in heads.items()
        if key not in rows and _is_live(head) and _may_vanish(request.entity, key)
    ]
    still_there = {row.key for row in reader.scan_keys(suspects)} if suspects else set()
    removed = [key for key in suspects if key not in still_there]
    return Selection(rows, heads, removed=removed, next_after=last)


def _heads_up_to(
    ctx: SyncContext, request: PageRequest, ahead: list[tuple[int, Head]], high: int | None
) -> dict[str, Head]:
    """Return the mappings up to ``high``; those that did not fit into ``ahead`` are looked up."""
    heads = {head.store_key: head for number, head in ahead if high is None or number <= high}
    end = ahead[-1][0] if len(ahead) >= request.limit else None
    if end is not None and (high is None or end <= high):
        heads.update(ctx.mappings.heads_between(request.entity, end, high))
    return heads


def _may_vanish(entity: Entity, key: str) -> bool:
    """Tell whether a scan would find the record if the shop still had it.

    Guests are no records of the shop, and a shipping method without orders is not listed for ever.
    """
    if entity is Entity.CUSTOMERS:
        return key.isdigit()
    return entity is not Entity.CARRIERS


def _is_live(head: Head | None) -> bool:
    return (
        head is not None
        and head.erp_id is not None
        and head.state not in {MapState.ARCHIVED, MapState.EXCLUDED}
    )


def _lost(ctx: SyncContext, entity: Entity, selection: Selection) -> set[str]:
    linked = {
        key: head.erp_id
        for key, head in selection.heads.items()
        if key in selection.rows and head.erp_id is not None and head.state in _CHECKED
    }
    if not linked:
        return set()
    present = ctx.erp.exists(entity, sorted(set(linked.values())))
    return {key for key, erp_id in linked.items() if erp_id not in present}
