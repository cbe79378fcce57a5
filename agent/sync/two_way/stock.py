"""Quantities from the ERP into the shop.

A product without options gets its variant's quantity. A shop keeps quantities of options by value,
not by combination: a value gets the sum of the variants that have it, the product the sum of all.
Variants that the shop keeps as products of their own get theirs. What the ERP archived of a product
counts for nothing beside what it still sells.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.errors import BridgeError, Busy, Held, InvalidRecord
from agent.model.entity import Entity
from agent.model.results import RecordResult
from agent.model.stock import StockLevel, StockTarget
from agent.sync.context import PageResult
from agent.sync.mapping import Entry, Head, MapState
from agent.sync.sold_out import marked, sold_out
from agent.sync.two_way.context import StoreRequest, TwoWay
from agent.sync.two_way.pieces import Sale, by_product, combinations, offered, sold_by_ref
from agent.sync.two_way.rules import StockWaits
from agent.sync.two_way.telling import not_linked, number, planned, refuse, settled

_CHUNK = 1_000
_TRIES = 3
"""How often a product is looked at that shoppers buy of at this very moment."""


@dataclass(slots=True)
class _Item:
    """A product; ``variants`` are ERP ids by key."""

    key: str
    head: Head
    variants: dict[str, str] = field(default_factory=dict)
    disabled: bool = False
    """Whether the bridge has disabled it, or is about to: it is sold out."""


def run_stock(two: TwoWay, request: StoreRequest) -> PageResult:
    """Bring quantities of a page of products up to date; ``after`` and ``ids`` are products' keys.

    ``refs``: ERP ids of variants whose stock changed. Where a chosen warehouse is gone nothing is
    written and all ``waits``, which is told once.

    Raises:
        TransientError: the ERP or the shop could not be reached; nothing is lost, run it again.
    """
    result = PageResult()
    items = _items(two, request, result)
    try:
        for start in range(0, len(items), _CHUNK):
            waiting: Sequence[_Item] = items[start : start + _CHUNK]
            for tries_left in reversed(range(_TRIES)):
                two.sync.beat()
                waiting = _chunk(two, waiting, result, last=not tries_left)
                if not waiting:
                    break
    except StockWaits as error:
        result.waits, result.next_after = True, None
        result.counts.held += 1
        stock = Entity.STOCK.value
        result.results.append(RecordResult.of_error(stock, "", "Stock", "held", error))
    return result


def _items(two: TwoWay, request: StoreRequest, result: PageResult) -> list[_Item]:
    mappings = two.sync.mappings
    if request.mode == "refs":
        known = mappings.taken(Entity.VARIANTS, request.ids)
        owners = two.sync.products_of(known.values())
        keys = sorted({owners.get(key, key) for key in known.values()}, key=number)
        return _of_products(two, keys, result)
    if request.mode == "ids":
        return _of_products(two, request.ids, result)
    low = int(request.after) + 1 if request.after else 0
    heads = mappings.heads_from(Entity.PRODUCTS, low, request.limit)
    if len(heads) >= request.limit:
        result.next_after = max(heads, key=number)
    return _with_variants(two, heads, result)


def _of_products(two: TwoWay, keys: Sequence[str], result: PageResult) -> list[_Item]:
    heads = two.sync.mappings.heads(Entity.PRODUCTS, keys)
    for key in keys:
        if key not in heads or heads[key].erp_id is None:
            result.counts.read += 1
            refuse(two, Entity.STOCK, key, "", not_linked("stock"), result)
    return _with_variants(two, heads, result)


def _with_variants(two: TwoWay, heads: Mapping[str, Head], result: PageResult) -> list[_Item]:
    items = {
        key: _Item(key, head)
        for key, head in heads.items()
        if head.erp_id is not None and head.state not in (MapState.EXCLUDED, MapState.ARCHIVED)
    }
    result.counts.read += len(items)
    if not items:
        return []
    numbers = [number(key) for key in items]
    found = two.sync.mappings.heads_between(Entity.VARIANTS, min(numbers), max(numbers))
    owners = two.sync.products_of(found)
    for key, head in found.items():
        product = owners.get(key, key)
        if product in items and head.erp_id is not None:
            items[product].variants[key] = head.erp_id
    return list(items.values())


def _chunk(
    two: TwoWay, items: Sequence[_Item], result: PageResult, *, last: bool
) -> Sequence[_Item]:
    """Bring quantities up to date; returns what to look at again, nothing the ``last`` time.

    First the shop is read, then its orders that the ERP may not know, then the ERP. What is sold
    after the first is either among the second, or its quantity is no longer the one that was read,
    and then it is not written.
    """
    keys = [item.key for item in items]
    current = two.writer.current_stock(keys)
    sales = by_product(two.pending() if two.stock.unseen else {})
    refs = sorted({ref for item in items for ref in item.variants.values()})
    levels = {level.ref: level for level in two.source.stock_levels(refs)}
    two.stock.require(two.source.warehouses)  # after the look: one that leaves during it is seen
    values = two.option_values([key for key in keys if current.get(key, _NONE).values])
    disabled = sold_out(two.sync.mappings, [k for k, have in current.items() if not have.active])
    wanted: list[tuple[_Item, StockTarget]] = []
    for item in items:
        if item.key not in current:
            result.counts.unchanged += 1
            continue
        if not item.variants:
            error = Held(
                "The ERP's variants of it are not known",
                fix="Synchronize the product under ERP Mapping > Products; its stock follows.",
                code="stock.variants_unknown",
            )
            refuse(two, Entity.STOCK, item.key, item.head.label, error, result)
            continue
        have = current[item.key]
        item.disabled = item.key in disabled
        rows = values.get(item.key, {})
        target = _target(two, item, levels, have, rows, sales.get(item.key, ()))
        wanted.append((item, target))
    return _write(two, wanted, current, result, last=last)


_NONE = StockTarget("")


def _target(
    two: TwoWay,
    item: _Item,
    levels: Mapping[str, StockLevel],
    have: StockTarget,
    values: Mapping[str, str],
    sales: Iterable[Sale],
) -> StockTarget:
    """Return the quantities a product is to have, what is not kept in stock left alone."""
    made_of = combinations(item.key, item.variants, values.values())
    sold = sold_by_ref(item.key, item.variants, made_of, sales)
    offers = offered(item.variants, made_of, levels)
    pieces: dict[str, int] = {}
    for key, level in offers.items():
        if level.tracked:
            pieces[key] = max(0, two.stock.pieces(level) - sold.get(level.ref, 0))
    if not pieces:
        return StockTarget(item.key)
    pieces |= dict.fromkeys(item.variants.keys() - offers.keys(), 0)
    combined = {key: count for key, count in pieces.items() if ":" in key}
    total = sum(combined.values()) if combined else sum(pieces.values())
    by_value: dict[str, int] = {}
    for row, value in values.items():
        having = [count for key, count in combined.items() if value in made_of[key]]
        if having and row in have.values:
            by_value[row] = sum(having)
    in_stock = total > 0
    status = two.stock.status_in if in_stock else two.stock.status_out
    return StockTarget(
        product=item.key,
        quantity=total,
        values=by_value,
        variants={key: count for key, count in pieces.items() if key in have.variants},
        stock_status=status or None,
        active=_enabled(two, item, have, in_stock=in_stock),
    )


def _enabled(two: TwoWay, item: _Item, have: StockTarget, *, in_stock: bool) -> bool | None:
    """Return whether a product is to be enabled or disabled, None where it stays as it is.

    Only what the bridge has disabled is enabled again: the rest is off because somebody wants it.
    """
    if in_stock and item.disabled:
        item.disabled = False
        return True
    if not in_stock and have.active and two.stock.disable_out:
        item.disabled = True
        return False
    return None


def _write(
    two: TwoWay,
    wanted: Sequence[tuple[_Item, StockTarget]],
    current: Mapping[str, StockTarget],
    result: PageResult,
    *,
    last: bool,
) -> list[_Item]:
    differing = [(i, t) for i, t in wanted if _differs(t, current[i.key])]
    same = [(i, t) for i, t in wanted if not _differs(t, current[i.key])]
    result.counts.unchanged += len(same)
    if two.sync.dry_run:
        for item, target in differing:
            result.counts.updated += 1
            result.results.append(planned(Entity.STOCK, item.head, current[item.key], target))
        return []
    # first: what is disabled by a run that is cut off is known to be its doing
    off = [_entry(item, target) for item, target in differing if target.active is False]
    for entry in off:
        entry.state, entry.synced = MapState.PENDING, False
    two.sync.mappings.save(Entity.STOCK, off)
    targets = [target for _, target in differing]
    outcomes = two.writer.stock(targets, seen=current, progress=two.sync.beat)
    two.wrote(Entity.STOCK, outcomes)
    entries: list[Entry] = []
    again: list[_Item] = []
    for (item, target), outcome in zip(differing, outcomes, strict=True):
        if isinstance(outcome.error, Busy) and not last:
            again.append(item)
        elif outcome.error is not None:
            refuse(two, Entity.STOCK, item.key, item.head.label, outcome.error, result)
        else:
            result.counts.updated += 1
            entries.append(_entry(item, target))
    two.sync.mappings.save(Entity.STOCK, [*entries, *_looked_at(two, same)])
    return again


def _entry(item: _Item, target: StockTarget, note: BridgeError | None = None) -> Entry:
    entry = settled(item.head, target, note)
    return marked(entry) if item.disabled else entry


def _looked_at(two: TwoWay, same: Sequence[tuple[_Item, StockTarget]]) -> list[Entry]:
    """Return rows for products that need nothing, where their row does not say so yet."""
    heads = two.sync.mappings.heads(Entity.STOCK, [item.key for item, _ in same])
    entries: list[Entry] = []
    for item, target in same:
        entry = _entry(item, target, _not_kept() if target.quantity is None else None)
        head = heads.get(item.key)
        if head is not None and head.state is MapState.EXCLUDED:
            continue
        if (
            head is None
            or head.state is not MapState.LINKED
            or head.erp_fingerprint != entry.erp_fingerprint
        ):
            entries.append(entry)
    return entries


def _not_kept() -> BridgeError:
    return InvalidRecord(
        "The ERP keeps no stock of it: the shop's quantity is left as it is",
        fix="Nothing to do. To have its stock follow, let the ERP keep stock of the item.",
        code="stock.not_kept",
    )


def _differs(target: StockTarget, have: StockTarget) -> bool:
    return (
        (target.quantity is not None and target.quantity != have.quantity)
        or _new(target.values, have.values)
        or _new(target.variants, have.variants)
        or (target.stock_status is not None and target.stock_status != have.stock_status)
        or (target.active is not None and target.active != have.active)
    )


def _new(wanted: Mapping[str, int], have: Mapping[str, int]) -> bool:
    return any(have.get(key) != count for key, count in wanted.items())
