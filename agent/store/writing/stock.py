"""Quantities: of products, of their option values, and of variants.

Only rows that differ are written, and only while they still have the quantity that was found: an
order that comes in between keeps its effect, and the product is told as busy, to be looked at
again. Dates of the product are left alone, as OpenCart leaves them when it moves stock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.errors import BridgeError, InvalidRecord
from agent.model.stock import StockTarget
from agent.store.sql import Ids, numeric_ids
from agent.store.writing.cases import Amount, Column, Step, packed, read_numbers, write_numbers
from agent.store.writing.changes import StoreOutcome, Written
from agent.store.writing.desk import Desk, changed_meanwhile
from agent.store.writing.numbers import key_number, whole_by_number, whole_in_range

_PRODUCT = Column("product", "product_id", "quantity")
_SHOWN_AS = Column("product", "product_id", "stock_status_id")
_ENABLED = Column("product", "product_id", "status")
_VALUE = Column("product_option_value", "product_option_value_id", "quantity")
_TARGETS = 500


def write_stock(
    desk: Desk, targets: Sequence[StockTarget], progress: Callable[[], None]
) -> list[StoreOutcome]:
    """Write quantities; one outcome per target, in their order."""
    outcomes: list[StoreOutcome] = []
    for start in range(0, len(targets), _TARGETS):
        outcomes += _write(desk, targets[start : start + _TARGETS])
        progress()
    return outcomes


def current_stock(desk: Desk, products: Sequence[str]) -> dict[str, StockTarget]:
    """Return what the shop has of products, their option values and variants, by product."""
    ids = numeric_ids(products)
    if not ids:
        return {}
    own = {int(key): int(value) for key, value in read_numbers(desk, _PRODUCT, _set(ids)).items()}
    values: dict[int, dict[str, int]] = {}
    columns = ("product_id", "product_option_value_id", "quantity")
    found = packed(desk, _VALUE.table, columns, "product_id", ids)
    for product, key, quantity in zip(*found, strict=True):
        values.setdefault(int(product), {})[key] = int(quantity)
    variants: dict[int, dict[str, int]] = {}
    if desk.dialect.variants:
        for master, key, quantity in desk.query.rows(
            "SELECT `master_id`, `product_id`, COALESCE(`quantity`, 0)"  # noqa: S608
            f" FROM {desk.table('product')} WHERE {ids.where('`master_id`')}"
        ):
            variants.setdefault(int(master), {})[str(key)] = int(quantity)
    shown = read_numbers(desk, _SHOWN_AS, _set(ids))
    enabled = read_numbers(desk, _ENABLED, _set(ids))
    return {
        str(key): StockTarget(
            str(key),
            quantity,
            values.get(key, {}),
            variants.get(key, {}),
            stock_status=int(shown.get(key, 0)),
            active=bool(enabled.get(key, 0)),
        )
        for key, quantity in own.items()
    }


class _Wanted:
    """What one target asks for, by row."""

    def __init__(self, target: StockTarget) -> None:
        self.product = key_number(target.product, "product")
        self.products = whole_by_number(target.variants, "variant", "quantity")
        if target.quantity is not None:
            self.products[self.product] = whole_in_range(target.quantity, "quantity")
        self.shown = target.stock_status
        self.enabled = None if target.active is None else int(target.active)
        self.values = whole_by_number(target.values, "option value", "quantity")


def _write(desk: Desk, targets: Sequence[StockTarget]) -> list[StoreOutcome]:
    wanted: list[_Wanted | BridgeError] = [_read(target) for target in targets]
    asked = [item for item in wanted if isinstance(item, _Wanted)]
    products = {key: None for item in asked for key in (item.product, *item.products)}
    values = {key: None for item in asked for key in item.values}
    have = read_numbers(desk, _PRODUCT, products) if products else {}
    owners, have_values = _values(desk, values)
    products_to_be: dict[int, int] = {}
    values_to_be: dict[int, int] = {}
    errors: dict[int, BridgeError] = {}
    for at, item in enumerate(wanted):
        if isinstance(item, BridgeError):
            errors[at] = item
            continue
        missing = _gone(item, have, owners)
        if missing is not None:
            errors[at] = missing
            continue
        products_to_be |= item.products
        values_to_be |= item.values
    steps = _steps(have, products_to_be)
    value_steps = _steps(have_values, values_to_be)
    # Values first: a shopper who chooses one is then never sold what the product lacks.
    missed_values = write_numbers(desk, _VALUE, value_steps)
    missed = write_numbers(desk, _PRODUCT, steps)
    sound = [item for at, item in enumerate(wanted) if at not in errors]
    switched = _switch(desk, [item for item in sound if isinstance(item, _Wanted)])
    outcomes = []
    for at, (target, item) in enumerate(zip(targets, wanted, strict=True)):
        if isinstance(item, _Wanted) and at not in errors:
            if not missed.isdisjoint(item.products) or not missed_values.isdisjoint(item.values):
                errors[at] = changed_meanwhile()
            changed = (
                item.product in switched
                or not steps.keys().isdisjoint(item.products)
                or not value_steps.keys().isdisjoint(item.values)
            )
            status = Written.UPDATED if changed else Written.UNCHANGED
        error = errors.get(at)
        if error is not None:
            error = error.about(f"product {target.product}")
            status = Written.FAILED
        outcomes.append(StoreOutcome(target.product, status, target.product, error=error))
    return outcomes


def _switch(desk: Desk, items: Sequence[_Wanted]) -> set[int]:
    """Write stock statuses, and whether products are enabled; returns the products changed.

    What somebody else changes meanwhile stays as that one wants it.
    """
    changed: set[int] = set()
    for column, name in ((_SHOWN_AS, "shown"), (_ENABLED, "enabled")):
        asked = {i.product: getattr(i, name) for i in items if getattr(i, name) is not None}
        if not asked:
            continue
        have = read_numbers(desk, column, dict.fromkeys(asked))
        steps = _steps(have, {key: n for key, n in asked.items() if key in have})
        changed |= steps.keys() - write_numbers(desk, column, steps)
    return changed


def _read(target: StockTarget) -> _Wanted | BridgeError:
    try:
        return _Wanted(target)
    except InvalidRecord as error:
        return error


def _gone(
    item: _Wanted, have: Mapping[int, object], owners: Mapping[int, int]
) -> InvalidRecord | None:
    if item.product not in have:
        what = "The product"
    elif not item.products.keys() <= have.keys():
        what = "A variant of the product"
    elif item.values and set(map(owners.get, item.values)) != {item.product}:
        what = "An option value of the product"
    else:
        return None
    return InvalidRecord(
        f"{what} is no longer in the shop",
        fix="Synchronize the product first, or remove its mapping.",
        code="store.record_gone",
    )


def _values(desk: Desk, ids: Mapping[int, object]) -> tuple[dict[int, int], dict[int, int]]:
    if not ids:
        return {}, {}
    columns = ("product_option_value_id", "product_id", "quantity")
    rows, products, quantities = packed(desk, _VALUE.table, columns, _VALUE.key, ids)
    keys = list(map(int, rows))
    owners = dict(zip(keys, map(int, products), strict=True))
    return owners, dict(zip(keys, map(int, quantities), strict=True))


def _steps(have: Mapping[int, Amount], to_be: Mapping[int, int]) -> dict[int, Step]:
    return {key: (old, new) for key, new in to_be.items() if (old := have[key]) != new}


def _set(ids: Ids) -> dict[int, None]:
    return dict.fromkeys(ids)
