"""Records that the ERP deleted, or has no more for the shop: disabled there, never deleted.

Neither is told by anything that can be relied on: what is deleted leaves nothing behind, and a
product leaves what is meant for the shop without being written, by its category, a tag, a day or
a setting. So the linked records are walked through, and the ERP is asked which it still offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Found:
    """How many records are deleted in the ERP, and archived there or not meant for the shop."""

    gone: int = 0
    left: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.gone + self.left

    def __add__(self, other: Found) -> Found:
        return Found(self.gone + other.gone, self.left + other.left)


@dataclass(frozen=True, slots=True)
class Walk:
    """Where a look at all linked records stands.

    They are walked through twice where something is found: first only to count, because a person is
    asked about the whole of it before the first is disabled. ``found``: on the pages so far.
    ``counted``: by the walk that only counted, None during it.
    """

    found: Found = Found()
    counted: Found | None = None

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Walk:
        """Return what :meth:`to_plain` put into a task."""
        counted = payload.get("counted")
        return cls(Found(*payload.get("found", ())), None if counted is None else Found(*counted))

    def to_plain(self) -> dict[str, list[int]]:
        """Return it JSON-ready."""
        plain = {"found": [self.found.gone, self.found.left]}
        if self.counted is not None:
            plain["counted"] = [self.counted.gone, self.counted.left]
        return plain


def run_removed(two: TwoWay, request: StoreRequest, walk: Walk) -> tuple[PageResult, Walk]:
    """Look for records whose counterpart is gone or not offered, from store number ``after`` on.

    What is gone is disabled here. The others are named in ``left``: reading them tells what they
    are like now. Returns also the walk that ``next_after`` belongs to; that is empty where a new
    one begins.

    Raises:
        Held: so many are concerned that a person has to say that it is meant.
    """
    result = PageResult()
    asks = _disables(two) and not two.sync.dry_run
    agreed = walk.counted
    if asks and agreed is not None and not request.after and not request.released:
        _ask(two, request.entity, agreed)
    low = int(request.after) + 1 if request.after else 0
    heads = two.sync.mappings.heads_from(request.entity, low, request.limit)
    if len(heads) >= request.limit:
        result.next_after = max(heads, key=int)
    gone, left = _missing(two, request, heads)
    found = walk.found + Found(len(gone), len(left))
    if asks and agreed is None:
        if result.next_after is not None or not found.total:
            return result, Walk(found)
        result.next_after = ""
        return result, Walk(counted=found)
    if asks and agreed is not None and found.total > agreed.total:
        linked = two.sync.mappings.count_linked(request.entity)
        if too_many(found.total, linked) is not None:
            # more than was counted, so nobody has agreed to it
            result.next_after = ""
            return result, Walk()
    if gone:
        _disable(two, request.entity, gone, result)
    result.left = left
    return result, Walk(found, agreed)


def _disables(two: TwoWay) -> bool:
    return two.ownership.of("active") is not Owner.SHOP


def _ask(two: TwoWay, entity: Entity, found: Found) -> None:
    """Hold the task where so many were found that a person has to agree."""
    reason = too_many(found.total, two.sync.mappings.count_linked(entity))
    if reason is not None:
        raise Held(
            f"{found.gone} records are gone from the ERP, {found.left} are archived there or not "
            "meant for the shop any more",
            fix="Look at the ERP and at what the connection's settings mean for the shop. Release "
            "this task to disable them in the shop. Drop it to leave them as they are until the "
            "next look; exclude them under ERP Mapping to keep them for good.",
            code=reason.code,
        )


def _missing(
    two: TwoWay, request: StoreRequest, heads: Mapping[str, Head]
) -> tuple[dict[str, Head], list[str]]:
    """Return records that the ERP deleted, and the ERP ids of those it does not offer any more."""
    live = {k: h for k, h in heads.items() if h.erp_id is not None and h.state in _LIVE}
    out = _not_offered(two, request.entity, live)
    present = two.sync.erp.exists(request.entity, sorted({h.erp_id or "" for h in out.values()}))
    gone = {key: head for key, head in out.items() if head.erp_id not in present}
    if request.mode != "all":
        told = two.sync.mappings.told(request.entity, gone, _CODE)
        gone = {key: head for key, head in gone.items() if key not in told}
    there = {key: head for key, head in out.items() if head.erp_id in present}
    return gone, _to_disable(two, request.entity, there) if _disables(two) else []


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
    """Disable records and tell it; what could not be disabled stays as it is for the next look."""
    disable = _disables(two)
    failed: dict[str, BridgeError] = {}
    changes: list[StoreChange] = []
    for item in two.sync.readers[entity].read(list(gone)) if disable else ():
        if isinstance(item, BadRecord):
            failed[item.key] = item.error
        elif isinstance(item, Product | Category) and item.active:
            disabled = replace(item, active=False)
            changes.append(StoreChange(disabled, frozenset({"active"}), item.key, key=item.key))
    if changes and not two.sync.dry_run:
        outcomes = two.writer.upsert(
            entity, changes, pictures=two.source.source_image, progress=two.sync.beat
        )
        two.wrote(entity, outcomes, changes)
        for change, outcome in zip(changes, outcomes, strict=True):
            if outcome.error is not None:
                failed[change.record.key] = outcome.error
    for key, head in gone.items():
        if key in failed:
            _fail(entity, key, head, failed[key], result)
        else:
            _tell(two, entity, key, head, result, disabled=disable)
    result.counts.archived += sum(change.record.key not in failed for change in changes)


def _fail(entity: Entity, key: str, head: Head, error: BridgeError, result: PageResult) -> None:
    result.counts.failed += 1
    about = error.about(named(entity, key, head.label))
    result.results.append(RecordResult.of_error(entity.value, key, head.label, "failed", about))


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
