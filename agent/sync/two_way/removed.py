"""Records that the ERP deleted, or has no more for the shop: disabled there, never deleted.

Neither is told by anything that can be relied on: what is deleted leaves nothing behind, and a
product leaves what is meant for the shop without being written, by its category, a tag, a day or
a setting. So the linked records are walked through, and the ERP is asked which it still offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from agent.errors import BridgeError, Held
from agent.model.catalogue import Category, Product
from agent.model.entity import Entity
from agent.model.results import RecordResult
from agent.store.records import BadRecord
from agent.store.writing.changes import StoreChange
from agent.sync.context import PageResult
from agent.sync.mapping import Head, MapState
from agent.sync.references import named
from agent.sync.removal import too_many
from agent.sync.two_way.context import StoreRequest, TwoWay
from agent.sync.two_way.ownership import Owner

DISABLED: frozenset[Entity] = frozenset({Entity.PRODUCTS, Entity.CATEGORIES})
"""What a shop can disable."""
_LIVE = (MapState.LINKED, MapState.HELD, MapState.FAILED)
_CODE = "record.deleted_in_erp"


def run_removed(two: TwoWay, request: StoreRequest) -> PageResult:
    """Look for records whose counterpart is gone or not offered, from store number ``after`` on.

    What is gone is disabled here. The others are named in ``left``: reading them tells what they
    are like now.

    Raises:
        Held: so many are concerned that a person has to say that it is meant.
    """
    result = PageResult()
    low = int(request.after) + 1 if request.after else 0
    heads = two.sync.mappings.heads_from(request.entity, low, request.limit)
    if len(heads) >= request.limit:
        result.next_after = max(heads, key=int)
    live = {k: h for k, h in heads.items() if h.erp_id is not None and h.state in _LIVE}
    out = _not_offered(two, request.entity, live)
    present = two.sync.erp.exists(request.entity, sorted({h.erp_id or "" for h in out.values()}))
    gone = {key: head for key, head in out.items() if head.erp_id not in present}
    if request.mode != "all":
        told = two.sync.mappings.told(request.entity, gone, _CODE)
        gone = {key: head for key, head in gone.items() if key not in told}
    disable = two.ownership.of("active") is not Owner.SHOP
    there = {key: head for key, head in out.items() if head.erp_id in present}
    left = _to_disable(two, request.entity, there) if disable else []
    reason = too_many(len(gone) + len(left), two.sync.mappings.count_linked(request.entity))
    if reason is not None and disable and not two.sync.dry_run and not request.released:
        raise Held(
            f"{len(gone)} records are gone from the ERP, {len(left)} are archived there or not "
            "meant for the shop any more",
            fix="Look at the ERP and at what the connection's settings mean for the shop. Release "
            "this task to disable them in the shop. Drop it to leave them as they are until the "
            "next look; exclude them under ERP Mapping to keep them for good.",
            code=reason.code,
        )
    if gone:
        _disable(two, request.entity, gone, result)
    result.left = left
    return result


def _not_offered(two: TwoWay, entity: Entity, live: Mapping[str, Head]) -> dict[str, Head]:
    """Leave out what the ERP offers to the shop, where it can tell that."""
    if entity is not Entity.PRODUCTS:
        return dict(live)
    offered = two.source.source_offered(sorted({h.erp_id or "" for h in live.values()}))
    return {key: head for key, head in live.items() if head.erp_id not in offered}


def _to_disable(two: TwoWay, entity: Entity, there: Mapping[str, Head]) -> list[str]:
    """Return the ERP ids of what was offered when it was last settled; only products are."""
    if entity is not Entity.PRODUCTS:
        return []
    settled = two.sync.mappings.erp_snapshots(entity, there)
    return sorted(
        head.erp_id
        for key, head in there.items()
        if head.erp_id is not None and settled.get(key, {}).get("active", True)
    )


def _disable(two: TwoWay, entity: Entity, gone: dict[str, Head], result: PageResult) -> None:
    disable = two.ownership.of("active") is not Owner.SHOP
    records = [
        item
        for item in two.sync.readers[entity].read(list(gone))
        if not isinstance(item, BadRecord) and isinstance(item, Product | Category)
    ]
    changes = [
        StoreChange(replace(r, active=False), frozenset({"active"}), r.key, key=r.key)
        for r in records
        if disable and r.active
    ]
    if changes and not two.sync.dry_run:
        outcomes = two.writer.upsert(
            entity, changes, pictures=two.source.source_image, progress=two.sync.beat
        )
        two.wrote(entity, outcomes, changes)
    for key, head in gone.items():
        _tell(two, entity, key, head, result, disabled=disable)
    result.counts.archived += len(changes)


def _tell(
    two: TwoWay, entity: Entity, key: str, head: Head, result: PageResult, *, disabled: bool
) -> None:
    done = "it was disabled in the shop" if disabled else "the shop keeps it as it is"
    error: BridgeError = Held(
        f"The ERP deleted its counterpart; {done}",
        fix="Delete it in the shop, too, or synchronize All to the ERP: it is made there anew.",
        code=_CODE,
    )
    result.counts.held += 1
    about = error.about(named(entity, key, head.label))
    result.results.append(RecordResult.of_error(entity.value, key, head.label, "held", about))
    if not two.sync.dry_run:
        two.sync.mappings.set_state(entity, [key], MapState.HELD, error=error)
