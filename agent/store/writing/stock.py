"""Quantities: of products, of their option values, and of variants.

Only rows that differ are written, and only while they still have the quantity that was found: an
order that comes in between keeps its effect, and the product is told as busy, to be looked at
again. Dates of the product are left alone, as OpenCart leaves them when it moves stock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.errors import BridgeError, InvalidRecord
from agent.model.stock import StockTarget
from agent.store.sql import numeric_ids
from agent.store.writing.cases import Column, Step, packed, write_numbers
from agent.store.writing.changes import StoreOutcome, Written
from agent.store.writing.desk import Desk, changed_meanwhile
from agent.store.writing.numbers import key_number, whole_in_range

_PRODUCT = Column("product", "product_id", "quantity")
_SHOWN_AS = Column("product", "product_id", "stock_status_id")
_ENABLED = Column("product", "product_id", "status")
_VALUE = Column("product_option_value", "product_option_value_id", "quantity")
_TARGETS = 500


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
    values: dict[str, dict[str, int]] = {}
    columns = ("product_id", "product_option_value_id", "quantity")
    for product, key, quantity in zip(
        *packed(desk, "product_option_value", columns, "product_id", ids), strict=True
    ):
        values.setdefault(product, {})[key] = int(quantity)
    variants: dict[str, dict[str, int]] = {}
    if desk.dialect.variants:
        columns = ("master_id", "product_id", "quantity")
        for master, key, quantity in zip(
            *packed(desk, "product", columns, "master_id", ids), strict=True
        ):
            variants.setdefault(master, {})[key] = int(quantity)
    own = ("product_id", "quantity", "stock_status_id", "status")
    wanted = set(map(str, ids))
    return {
        key: StockTarget(
            key,
            int(quantity),
            values.get(key, {}),
            variants.get(key, {}),
            stock_status=int(shown),
            active=enabled != "0",
        )
        for key, quantity, shown, enabled in zip(
            *packed(desk, "product", own, "product_id", ids), strict=True
        )
        if key in wanted
    }


@dataclass(slots=True)
class _Change:
    """What has to be written of one target, by row."""

    products: dict[int, Step] = field(default_factory=dict)
    values: dict[int, Step] = field(default_factory=dict)
    shown: dict[int, Step] = field(default_factory=dict)
    enabled: dict[int, Step] = field(default_factory=dict)


def _write(
    desk: Desk, targets: Sequence[StockTarget], seen: Mapping[str, StockTarget]
) -> list[StoreOutcome]:
    changes = [_change(target, seen.get(target.product)) for target in targets]
    values: dict[int, Step] = {}
    products: dict[int, Step] = {}
    shown: dict[int, Step] = {}
    enabled: dict[int, Step] = {}
    for change in changes:
        if isinstance(change, _Change):
            values |= change.values
            products |= change.products
            shown |= change.shown
            enabled |= change.enabled
    # Values first: a shopper who chooses one is then never sold what the product lacks.
    missed_values = write_numbers(desk, _VALUE, values)
    missed = write_numbers(desk, _PRODUCT, products)
    # How it is shown is no quantity: what somebody changes meanwhile stays as that one wants it.
    kept = write_numbers(desk, _SHOWN_AS, shown), write_numbers(desk, _ENABLED, enabled)
    outcomes = []
    for target, change in zip(targets, changes, strict=True):
        error: BridgeError | None = change if isinstance(change, BridgeError) else None
        status = Written.UNCHANGED
        if isinstance(change, _Change):
            if not (missed.isdisjoint(change.products) and missed_values.isdisjoint(change.values)):
                error = changed_meanwhile()
            elif (
                change.values
                or change.products
                or not change.shown.keys() <= kept[0]
                or not change.enabled.keys() <= kept[1]
            ):
                status = Written.UPDATED
        if error is not None:
            error = error.about(f"product {target.product}")
            status = Written.FAILED
        outcomes.append(StoreOutcome(target.product, status, target.product, error=error))
    return outcomes


def _change(target: StockTarget, have: StockTarget | None) -> _Change | InvalidRecord:
    """Return how a target differs from what the shop has."""
    change = _Change()
    try:
        product = key_number(target.product, "product")
        if have is None:
            return _gone("The product")
        if target.quantity is not None and target.quantity != have.quantity:
            wanted = whole_in_range(target.quantity, "quantity")
            change.products[product] = (have.quantity or 0, wanted)
        if target.variants:
            if not target.variants.keys() <= have.variants.keys():
                return _gone("A variant of the product")
            change.products |= _steps(have.variants, target.variants)
        if target.values:
            if not target.values.keys() <= have.values.keys():
                return _gone("An option value of the product")
            change.values = _steps(have.values, target.values)
    except InvalidRecord as error:
        return error
    if target.stock_status is not None and target.stock_status != have.stock_status:
        change.shown[product] = (have.stock_status or 0, target.stock_status)
    if target.active is not None and target.active != have.active:
        change.enabled[product] = (int(bool(have.active)), int(target.active))
    return change


def _steps(have: Mapping[str, int], wanted: Mapping[str, int]) -> dict[int, Step]:
    """Return what differs, by the row's number.

    Raises:
        InvalidRecord: a quantity is more than the shop can hold.
    """
    whole_in_range(max(map(abs, wanted.values())), "quantity")
    return {int(key): (old, new) for key, new in wanted.items() if (old := have[key]) != new}


def _gone(what: str) -> InvalidRecord:
    return InvalidRecord(
        f"{what} is no longer in the shop",
        fix="Synchronize the product first, or remove its mapping.",
        code="store.record_gone",
    )
