"""Prices of customer groups as the shop's tables hold them.

Before 4.1 offers are rows of ``product_special`` and quantity discounts rows of
``product_discount``; 4.1 keeps both in ``product_discount``, told apart by ``special``, and a
``type`` says what the number means: F the price itself, P percent off, S an amount off.

The shop compares its dates with the time of day: a row ends when ``date_end`` begins. The last day
of a price is therefore stored as the day after it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from agent.errors import InvalidRecord
from agent.model.pricing import GroupPrice
from agent.store.sql import Ids
from agent.store.writing.desk import Desk
from agent.store.writing.numbers import key_number, price, whole_in_range

NO_DATE = "0000-00-00"
_COLUMNS = (
    "product_id",
    "customer_group_id",
    "quantity",
    "priority",
    "price",
    "type",
    "special",
    "date_start",
    "date_end",
)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One row of a customer group; ``special`` decides the table. Equal rows are equal prices."""

    group: int
    quantity: int
    priority: int
    price: Decimal
    kind: str
    special: bool
    starts: str
    ends: str

    @classmethod
    def of(cls, given: GroupPrice) -> PriceRow:
        """Return the row that holds a price.

        Raises:
            InvalidRecord: a number is none of the shop's, or the days are the wrong way round.
        """
        if given.price < 0:
            raise InvalidRecord(
                f"A price of customer group {given.group} is negative: {given.price}",
                fix="Correct the price list in the ERP.",
                code="store.price_negative",
            )
        if given.starts and given.ends and given.ends < given.starts:
            raise InvalidRecord(
                f"A price of customer group {given.group} ends on {given.ends}, before it starts "
                f"on {given.starts}",
                fix="Correct the dates of the price list in the ERP.",
                code="store.price_dates",
            )
        return cls(
            key_number(given.group, "customer group"),
            1 if given.special else max(1, whole_in_range(given.quantity, "quantity")),
            given.priority,
            price(given.price),
            "F",
            given.special,
            given.starts.isoformat() if given.starts else NO_DATE,
            (given.ends + timedelta(days=1)).isoformat() if given.ends else NO_DATE,
        )

    def told(self, base: Decimal) -> GroupPrice:
        """Return the price that this row is, for a product that costs ``base``."""
        amount = self.price
        if self.kind == "P":
            amount = price(base - base * self.price / 100)
        elif self.kind == "S":
            amount = base - self.price
        ends = _date(self.ends)
        return GroupPrice(
            str(self.group),
            amount,
            self.quantity,
            self.special,
            self.priority,
            _date(self.starts),
            ends - timedelta(days=1) if ends else None,
        )


Found = Mapping[int, PriceRow]
"""Rows of a product by a number of our own: that of the row, negative in ``product_special``."""


class GroupPrices:
    """Reads and replaces the prices of customer groups."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._merged = desk.dialect.has("product_discount", "special")

    def read(self, products: Iterable[int]) -> dict[int, dict[int, PriceRow]]:
        """Return product to its rows."""
        desk, wanted = self._desk, Ids.of(products)
        found: dict[int, dict[int, PriceRow]] = {}
        if not wanted:
            return found
        columns = desk.view.columns("t", "product_discount", _COLUMNS[1:])
        for key, product, *rest in desk.query.rows(
            f"SELECT t.`product_discount_id`, t.`product_id`, {columns}"  # noqa: S608
            f" FROM {desk.table('product_discount')} t WHERE {wanted.where('t.`product_id`')}"
            " ORDER BY t.`product_discount_id`"
        ):
            found.setdefault(int(product), {})[int(key)] = _row(rest)
        if not self._merged:
            for key, product, group, priority, amount, starts, ends in desk.query.rows(
                "SELECT `product_special_id`, `product_id`, `customer_group_id`,"  # noqa: S608
                " `priority`, `price`, `date_start`, `date_end`"
                f" FROM {desk.table('product_special')} WHERE {wanted.where('`product_id`')}"
                " ORDER BY `product_special_id`"
            ):
                row = _row((group, 1, priority, amount, "F", 1, starts, ends))
                found.setdefault(int(product), {})[-int(key)] = row
        return {product: found[product] for product in wanted if product in found}

    def change(self, wanted: Mapping[int, Sequence[PriceRow]], found: Mapping[int, Found]) -> None:
        """Make the products' rows those wanted; equal rows stay, old ones go last."""
        added: list[tuple[int, PriceRow]] = []
        gone: list[int] = []
        for product, rows in wanted.items():
            left = dict(found.get(product, {}))
            for row in rows:
                same = next((key for key, known in left.items() if known == row), None)
                if same is None:
                    added.append((product, row))
                else:
                    del left[same]
            gone += left
        self._add(added)
        self._remove(gone)

    def _add(self, rows: Sequence[tuple[int, PriceRow]]) -> None:
        discounts = [item for item in rows if self._merged or not item[1].special]
        specials = [item for item in rows if item[1].special and not self._merged]
        self._desk.insert(
            "product_discount", _COLUMNS, [(product, *_values(row)) for product, row in discounts]
        )
        if specials:
            self._desk.insert(
                "product_special",
                ("product_id", "customer_group_id", "priority", "price", "date_start", "date_end"),
                [
                    (product, row.group, row.priority, row.price, row.starts, row.ends)
                    for product, row in specials
                ],
            )

    def _remove(self, keys: Sequence[int]) -> None:
        discounts = [(key,) for key in keys if key > 0]
        specials = [(-key,) for key in keys if key < 0]
        self._desk.delete("product_discount", ("product_discount_id",), discounts)
        self._desk.delete("product_special", ("product_special_id",), specials)


def _values(row: PriceRow) -> tuple[object, ...]:
    special = int(row.special)
    return (
        row.group,
        row.quantity,
        row.priority,
        row.price,
        row.kind,
        special,
        row.starts,
        row.ends,
    )


def _row(columns: Sequence[object]) -> PriceRow:
    group, quantity, priority, amount, kind, special, starts, ends = columns
    return PriceRow(
        int(str(group or 0)),
        int(str(quantity or 0)),
        int(str(priority or 0)),
        Decimal(str(amount or 0)).quantize(Decimal("0.0001")),
        str(kind or "F"),
        bool(special),
        str(starts or NO_DATE),
        str(ends or NO_DATE),
    )


def _date(text: str) -> date | None:
    return None if text.startswith("0000") else date.fromisoformat(text)
