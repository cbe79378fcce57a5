"""Prices: a product's own, and those of customer groups.

The product's own price is written only while it is still the one that was found. Of the groups'
prices only those of the groups that the connection owns are replaced. Variants of OpenCart 4 that
do not decide for themselves follow their product, as they do when its form is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from agent.errors import BridgeError, InvalidRecord
from agent.model.pricing import PriceTarget
from agent.store.sql import Ids, numeric_ids
from agent.store.variants import overridden
from agent.store.writing.cases import Amount, Column, Numbers, read_numbers, write_numbers
from agent.store.writing.changes import StoreOutcome, Written
from agent.store.writing.desk import Desk, changed_meanwhile
from agent.store.writing.group_prices import Found, GroupPrices, PriceRow
from agent.store.writing.numbers import key_number, price

_PRICE = Column("product", "product_id", "price", Decimal)
_TARGETS = 200


def write_prices(
    desk: Desk, targets: Sequence[PriceTarget], progress: Callable[[], None]
) -> list[StoreOutcome]:
    """Write prices; one outcome per target, in their order."""
    outcomes: list[StoreOutcome] = []
    for start in range(0, len(targets), _TARGETS):
        outcomes += _Batch(desk, targets[start : start + _TARGETS]).write()
        progress()
    return outcomes


def current_prices(desk: Desk, products: Sequence[str]) -> dict[str, PriceTarget]:
    """Return what the shop asks for products; ``owned`` are all groups that have prices."""
    ids = dict.fromkeys(numeric_ids(products))
    if not ids:
        return {}
    own = read_numbers(desk, _PRICE, ids)
    rows = GroupPrices(desk).read(own)
    result = {}
    for product, base in own.items():
        amount = price(Decimal(base))
        groups = tuple(row.told(amount) for row in rows.get(product, {}).values())
        owned = frozenset(group.group for group in groups)
        result[str(product)] = PriceTarget(str(product), amount, groups, owned)
    return result


@dataclass(slots=True)
class _Wanted:
    """What one target asks for: of its product, and of the variants that follow it."""

    product: int
    price: Decimal | None
    rows: tuple[PriceRow, ...]
    owned: frozenset[int]
    priced: list[int]
    grouped: list[int]

    @classmethod
    def of(cls, target: PriceTarget, groups: frozenset[int]) -> _Wanted:
        product = key_number(target.product, "product")
        if target.price is not None and target.price < 0:
            raise InvalidRecord(
                f"Its price is negative: {target.price}",
                fix="Correct the price in the ERP.",
                code="store.price_negative",
            )
        rows = tuple(PriceRow.of(given) for given in target.groups)
        owned = frozenset(key_number(group, "customer group") for group in target.owned)
        if unknown := {row.group for row in rows} - groups:
            raise InvalidRecord(
                f"The shop has no customer group {min(unknown)}",
                fix="Assign the connection's price lists to the shop's customer groups anew.",
                code="store.customer_group",
            )
        own = None if target.price is None else price(target.price)
        return cls(product, own, rows, owned, [product], [product])


class _Batch:
    def __init__(self, desk: Desk, targets: Sequence[PriceTarget]) -> None:
        self._desk = desk
        self._targets = targets
        self._tables = GroupPrices(desk)
        groups = frozenset(
            int(row[0])
            for row in desk.query.rows(
                "SELECT DISTINCT `customer_group_id`"  # noqa: S608
                f" FROM {desk.table('customer_group_description')}"
            )
        )
        self._wanted: list[_Wanted | BridgeError] = [_read(target, groups) for target in targets]

    def write(self) -> list[StoreOutcome]:
        desk = self._desk
        good = [item for item in self._wanted if isinstance(item, _Wanted)]
        self._follow({item.product: item for item in good})
        with desk.transaction():
            have = read_numbers(desk, _PRICE, _all(item.priced for item in good)) if good else {}
            present = [item for item in good if item.product in have]
            own = _differing(present, have)
            touched = self._groups(present)
            missed = write_numbers(desk, _PRICE, own)
        return [
            self._outcome(target, item, have, own.new.keys() | touched, missed)
            for target, item in zip(self._targets, self._wanted, strict=True)
        ]

    def _follow(self, wanted: Mapping[int, _Wanted]) -> None:
        """Add the variants that do not decide for themselves."""
        desk = self._desk
        if not desk.dialect.variants or not wanted:
            return
        ids = Ids.of(wanted)
        for variant, master, text in desk.query.rows(
            "SELECT `product_id`, `master_id`, `override`"  # noqa: S608
            f" FROM {desk.table('product')} WHERE {ids.where('`master_id`')} AND `master_id` > 0"
        ):
            item = wanted.get(int(master))
            if item is None:
                continue
            own = overridden(text)
            if "price" not in own:
                item.priced.append(int(variant))
            if not own & {"product_discount", "product_special"}:
                item.grouped.append(int(variant))

    def _groups(self, items: Sequence[_Wanted]) -> set[int]:
        """Replace the owned groups' prices; return the products that changed."""
        owning = [item for item in items if item.owned]
        found = self._tables.read(key for item in owning for key in item.grouped)
        wanted: dict[int, Sequence[PriceRow]] = {}
        old: dict[int, Found] = {}
        for item in owning:
            rows = [row for row in item.rows if row.group in item.owned]
            for product in item.grouped:
                mine = {
                    key: row
                    for key, row in found.get(product, {}).items()
                    if row.group in item.owned
                }
                if sorted(map(repr, mine.values())) != sorted(map(repr, rows)):
                    wanted[product], old[product] = rows, mine
        self._tables.change(wanted, old)
        return set(wanted)

    @staticmethod
    def _outcome(
        target: PriceTarget,
        item: _Wanted | BridgeError,
        have: Mapping[int, Amount],
        touched: set[int],
        missed: set[int],
    ) -> StoreOutcome:
        error = item if isinstance(item, BridgeError) else None
        status = Written.FAILED
        if isinstance(item, _Wanted):
            mine = {*item.priced, *item.grouped}
            status = Written.UPDATED if touched & mine else Written.UNCHANGED
            if item.product not in have:
                error = InvalidRecord(
                    "The product is no longer in the shop",
                    fix="Synchronize the product first, or remove its mapping.",
                    code="store.record_gone",
                )
            elif missed & mine:
                error = changed_meanwhile()
        if error is not None:
            status, error = Written.FAILED, error.about(f"product {target.product}")
        return StoreOutcome(target.product, status, target.product, error=error)


def _read(target: PriceTarget, groups: frozenset[int]) -> _Wanted | BridgeError:
    try:
        return _Wanted.of(target, groups)
    except InvalidRecord as error:
        return error


def _all(lists: Iterable[Iterable[int]]) -> dict[int, None]:
    return {key: None for keys in lists for key in keys}


def _differing(items: Sequence[_Wanted], have: Mapping[int, Amount]) -> Numbers:
    numbers = Numbers()
    for item in items:
        if item.price is not None:
            for key in item.priced:
                if key in have and have[key] != item.price:
                    numbers.put(key, have[key], item.price)
    return numbers
