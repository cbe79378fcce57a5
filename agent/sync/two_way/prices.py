"""Prices from the ERP into the shop: the product's own, and those of customer groups.

The price list of a customer group becomes its prices: from one piece on its own price, from more
pieces on quantity discounts, and with days of validity discounts or, by setting, offers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from agent.erp.source import Unreadable
from agent.errors import BridgeError
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.pricing import GroupPrice, PriceTarget
from agent.sync.context import PageResult
from agent.sync.mapping import Entry, Head, MapState
from agent.sync.two_way.context import StoreRequest, TwoWay
from agent.sync.two_way.creating import marker_of
from agent.sync.two_way.price_targets import PriceDesk
from agent.sync.two_way.telling import not_linked, number, planned, refuse, settled, told

_CHUNK = 250


def run_prices(two: TwoWay, request: StoreRequest) -> PageResult:
    """Bring prices of a page of products up to date; ``after`` and ``ids`` are products' keys.

    ``refs``: ERP ids of products whose prices may have changed.

    Raises:
        TransientError: the ERP or the shop could not be reached; nothing is lost, run it again.
    """
    result = PageResult()
    mappings = two.sync.mappings
    if request.mode in {"refs", "ids"}:
        keys: Sequence[str] = request.ids
        if request.mode == "refs":
            keys = list(mappings.taken(Entity.PRODUCTS, request.ids).values())
        heads = mappings.heads(Entity.PRODUCTS, keys)
        for key in keys:
            if key not in heads or heads[key].erp_id is None:
                refuse(two, Entity.PRICES, key, "", not_linked("prices"), result)
    else:
        low = int(request.after) + 1 if request.after else 0
        heads = mappings.heads_from(Entity.PRODUCTS, low, request.limit)
        if len(heads) >= request.limit:
            result.next_after = max(heads, key=number)
    linked = [
        head
        for head in heads.values()
        if head.erp_id is not None and head.state not in (MapState.EXCLUDED, MapState.ARCHIVED)
    ]
    result.counts.read += len(linked)
    desk = PriceDesk(two)
    for start in range(0, len(linked), _CHUNK):
        two.sync.beat()
        _chunk(two, desk, linked[start : start + _CHUNK], result)
    return result


def _chunk(two: TwoWay, desk: PriceDesk, heads: Sequence[Head], result: PageResult) -> None:
    by_ref = {head.erp_id: head for head in heads if head.erp_id is not None}
    current = two.writer.current_prices([head.store_key for head in heads])
    first = _without_price(two, heads, current)
    wanted: list[tuple[Head, PriceTarget]] = []
    for found in two.source.prices(list(by_ref), two.prices.lists):
        head = by_ref[found.ref]
        if head.store_key not in current:
            continue
        if isinstance(found, Unreadable):
            refuse(two, Entity.PRICES, head.store_key, head.label, found.error, result)
            continue
        try:
            key = head.store_key
            target = desk.target(key, found, current[key], first=key in first)
        except BridgeError as error:
            refuse(two, Entity.PRICES, head.store_key, head.label, error, result)
            continue
        for warning in (*found.warnings, *desk.notes(target)):
            result.counts.warning += 1
            result.results.append(
                told(Entity.PRICES, head.store_key, head.label, "warning", warning)
            )
        wanted.append((head, target))
    _write(two, wanted, current, result)


def _without_price(
    two: TwoWay, heads: Sequence[Head], current: Mapping[str, PriceTarget]
) -> set[str]:
    """Return products that were made without a price, and disabled, and still are so."""
    free = [
        head.store_key
        for head in heads
        if head.store_key in current
        and not current[head.store_key].price
        and head.external_id == marker_of(two, Entity.PRODUCTS, head.erp_id or "")
    ]
    settled = two.sync.mappings.snapshots(Entity.PRODUCTS, free)
    return {key for key, plain in settled.items() if plain and not plain.get("active")}


def _write(
    two: TwoWay,
    wanted: Sequence[tuple[Head, PriceTarget]],
    current: Mapping[str, PriceTarget],
    result: PageResult,
) -> None:
    differing = [(h, t) for h, t in wanted if _differs(t, current[h.store_key])]
    result.counts.unchanged += len(wanted) - len(differing)
    if two.sync.dry_run:
        for head, target in differing:
            result.counts.updated += 1
            result.results.append(planned(Entity.PRICES, head, current[head.store_key], target))
        return
    outcomes = two.writer.prices([t for _, t in differing], progress=two.sync.beat)
    two.wrote(Entity.PRICES, outcomes)
    entries: list[Entry] = []
    for (head, target), outcome in zip(differing, outcomes, strict=True):
        if outcome.error is not None:
            refuse(two, Entity.PRICES, head.store_key, head.label, outcome.error, result)
        else:
            result.counts.updated += 1
            entries.append(settled(head, target))
    two.sync.mappings.save(Entity.PRICES, entries)


def _differs(target: PriceTarget, have: PriceTarget) -> bool:
    if target.price is not None and target.price != have.price:
        return True
    mine = [replace(g, priority=0) for g in have.groups if g.group in target.owned]
    return sorted(map(_order, mine)) != sorted(
        _order(replace(g, priority=0)) for g in target.groups
    )


def _order(price: GroupPrice) -> tuple[str, ...]:
    return tuple(str(part) for part in to_plain(price).values())
