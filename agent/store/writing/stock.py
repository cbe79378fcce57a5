"""Quantities: of products, of their option values, and of variants.

Only rows that differ are written, and only while they still have the quantity that was found: an
order that comes in between keeps its effect, and the product is told as busy, to be looked at
again. Dates of the product are left alone, as OpenCart leaves them when it moves stock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from agent.errors import BridgeError, InvalidRecord
from agent.model.stock import StockTarget
from agent.store.sql import numeric_ids
from agent.store.writing.cases import Column, Numbers, packed, write_numbers
from agent.store.writing.changes import StoreOutcome, Written
from agent.store.writing.desk import Desk, changed_meanwhile
from agent.store.writing.numbers import key_number, whole_in_range

_PRODUCT = Column("product", "product_id", "quantity")
_SHOWN_AS = Column("product", "product_id", "stock_status_id")
_ENABLED = Column("product", "product_id", "status")
_VALUE = Column("product_option_value", "product_option_value_id", "quantity")
_TARGETS = 1_000
_NONE: Mapping[str, int] = {}


def write_stock(
    desk: Desk,
    targets: Sequence[StockTarget],
    seen: Mapping[str, StockTarget] | None,
    progress: Callable[[], None],
) -> list[StoreOutcome]:
    """Write quantities; one outcome per target, in their order. ``seen`` None: look now."""
    outcomes: list[StoreOutcome] = []
    for start in range(0, len(targets), _TARGETS):
        part = targets[start : start + _TARGETS]
        have = current_stock(desk, [t.product for t in part]) if seen is None else seen
        outcomes += _write(desk, part, have)
        progress()
    return outcomes


def current_stock(desk: Desk, products: Sequence[str]) -> dict[str, StockTarget]:
    """Return what the shop has of products, their option values and variants, by product."""
    ids = numeric_ids(products)
    if not ids:
        return {}
    columns = ("product_id", "product_option_value_id", "quantity")
    values = _by_owner(packed(desk, "product_option_value", columns, "product_id", ids))
    variants: dict[str, dict[str, int]] = {}
    if desk.dialect.variants:
        columns = ("master_id", "product_id", "quantity")
        variants = _by_owner(packed(desk, "product", columns, "master_id", ids))
    own = ("product_id", "quantity", "stock_status_id", "status")
    wanted = set(map(str, ids))
    return {
        key: StockTarget(
            key,
            int(quantity),
            values.get(key, _NONE),
            variants.get(key, _NONE),
            stock_status=int(shown),
            active=enabled != "0",
        )
        for key, quantity, shown, enabled in zip(
            *packed(desk, "product", own, "product_id", ids), strict=True
        )
        if key in wanted
    }


def _by_owner(columns: Sequence[Sequence[str]]) -> dict[str, dict[str, int]]:
    """Return quantities by the key of what they belong to, and by their own key."""
    owners, keys, quantities = columns
    found: dict[str, dict[str, int]] = {}
    last, mine = "", dict[str, int]()
    for owner, key, quantity in zip(owners, keys, map(int, quantities), strict=True):
        if owner != last:
            last, mine = owner, found.setdefault(owner, {})
        mine[key] = quantity
    return found


@dataclass(slots=True)
class _Rows:
    """What has to be written, by column."""

    products: Numbers = field(default_factory=Numbers)
    values: Numbers = field(default_factory=Numbers)
    shown: Numbers = field(default_factory=Numbers)
    enabled: Numbers = field(default_factory=Numbers)

    def take(self, target: StockTarget, have: StockTarget | None) -> Written:
        """Take in how a target differs from what the shop has; return what becomes of quantities.

        Raises:
            InvalidRecord: nothing of it can be written.
        """
        product = key_number(target.product, "product")
        if have is None:
            raise _gone("The product")
        if target.variants:
            _check(have.variants, target.variants, "A variant")
        if target.values:
            _check(have.values, target.values, "An option value")
        result = Written.UNCHANGED
        if target.quantity is not None and target.quantity != have.quantity:
            wanted = whole_in_range(target.quantity, "quantity")
            self.products.put(product, have.quantity or 0, wanted)
            result = Written.UPDATED
        if target.variants and _put(self.products, have.variants, target.variants):
            result = Written.UPDATED
        if target.values and _put(self.values, have.values, target.values):
            result = Written.UPDATED
        if target.stock_status is not None and target.stock_status != have.stock_status:
            self.shown.put(product, have.stock_status or 0, target.stock_status)
        if target.active is not None and target.active != have.active:
            self.enabled.put(product, int(bool(have.active)), int(target.active))
        return result


def _check(have: Mapping[str, int], wanted: Mapping[str, int], what: str) -> None:
    """Check that what is wanted can be written; raise InvalidRecord where it cannot."""
    if not wanted.keys() <= have.keys():
        raise _gone(f"{what} of the product")
    whole_in_range(max(map(abs, wanted.values())), "quantity")


def _put(numbers: Numbers, have: Mapping[str, int], wanted: Mapping[str, int]) -> bool:
    """Have what differs changed; return whether something does."""
    old, new = numbers.old, numbers.new
    differs = False
    for key, number in wanted.items():
        seen = have[key]
        if seen != number:
            row = int(key)
            old[row] = seen
            new[row] = number
            differs = True
    return differs


@dataclass(frozen=True, slots=True)
class _Missed:
    """Rows that no longer had what was seen; ``changed``: products that are shown otherwise now."""

    products: AbstractSet[int]
    values: AbstractSet[int]
    changed: AbstractSet[int]

    def result(self, target: StockTarget, expected: Written) -> Written | BridgeError:
        """Return what became of a target."""
        products = map(int, (target.product, *target.variants))
        values = map(int, target.values)
        if not (self.products.isdisjoint(products) and self.values.isdisjoint(values)):
            return changed_meanwhile()
        return Written.UPDATED if int(target.product) in self.changed else expected


def _write(
    desk: Desk, targets: Sequence[StockTarget], seen: Mapping[str, StockTarget]
) -> list[StoreOutcome]:
    rows = _Rows()
    results: list[Written | BridgeError] = []
    for target in targets:
        try:
            results.append(rows.take(target, seen.get(target.product)))
        except InvalidRecord as error:
            results.append(error)
    # Values first: a shopper who chooses one is then never sold what the product lacks.
    values = write_numbers(desk, _VALUE, rows.values)
    products = write_numbers(desk, _PRODUCT, rows.products)
    # How it is shown is no quantity: what somebody changes meanwhile stays as that one wants it.
    changed = rows.shown.new.keys() - write_numbers(desk, _SHOWN_AS, rows.shown)
    changed |= rows.enabled.new.keys() - write_numbers(desk, _ENABLED, rows.enabled)
    if values or products or changed:
        missed = _Missed(products, values, changed)
        results = [
            missed.result(target, result) if isinstance(result, Written) else result
            for target, result in zip(targets, results, strict=True)
        ]
    return [_outcome(t.product, result) for t, result in zip(targets, results, strict=True)]


def _outcome(product: str, result: Written | BridgeError) -> StoreOutcome:
    if isinstance(result, Written):
        return StoreOutcome(product, result, product)
    error = result.about(f"product {product}")
    return StoreOutcome(product, Written.FAILED, product, error=error)


def _gone(what: str) -> InvalidRecord:
    return InvalidRecord(
        f"{what} is no longer in the shop",
        fix="Synchronize the product first, or remove its mapping.",
        code="store.record_gone",
    )
