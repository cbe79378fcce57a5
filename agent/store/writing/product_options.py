"""Options of products: which there are to choose, with the extras of their values.

Carts and orders name rows by their numbers, so rows that stay keep them. A new option of a product
is written with a number below zero in place of its option, which no page shows, and gets the right
one when its values are there. Quantities are written with new values only.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from agent.errors import InvalidRecord
from agent.faults import reach
from agent.model.catalogue import OptionValue, Product, ProductOption
from agent.store.keys import parse_option
from agent.store.options import CHOICES, MAKES_VARIANTS, SQL_TYPES
from agent.store.sql import Ids
from agent.store.writing.desk import Desk, pieces
from agent.store.writing.numbers import measure, price, whole_in_range

VALUE_COLUMNS = ("subtract", "price", "price_prefix", "weight", "weight_prefix")
_NEW_VALUE = (
    "product_option_id",
    "product_id",
    "option_id",
    "option_value_id",
    "quantity",
    *VALUE_COLUMNS,
    "points",
    "points_prefix",
)


@dataclass(frozen=True, slots=True)
class WantedValue:
    """A value that a product is to offer."""

    value: int
    quantity: int
    columns: tuple[object, ...]
    """Of :data:`VALUE_COLUMNS`."""


@dataclass(frozen=True, slots=True)
class WantedOption:
    """An option that a product is to have; ``row`` is its number where the record knows it."""

    option: int
    required: int
    values: tuple[WantedValue, ...]
    row: int = 0


@dataclass(slots=True)
class HeldOption:
    """An option that a product has; values by the option value's id: row number and columns."""

    row: int
    option: int
    required: int
    values: dict[int, tuple[int, tuple[object, ...]]] = field(default_factory=dict)


class OptionCatalogue:
    """Types of the shop's options and which values they have, for one batch of products."""

    def __init__(self, desk: Desk, products: Iterable[Product]) -> None:
        parsed = [
            found
            for product in products
            for option in product.options
            for key in (option.attribute, *(value.value for value in option.values))
            if (found := parse_option(key)) is not None
        ]
        options = Ids.of(found[0] for found in parsed)
        values = Ids.of(found[2] for found in parsed if found[2] is not None)
        self._types: dict[int, str] = {}
        self._owners: dict[int, int] = {}
        if options:
            rows = desk.query.rows(
                f"SELECT `option_id`, `type` FROM {desk.table('option')}"  # noqa: S608
                f" WHERE {options.where('`option_id`')}"
            )
            self._types = {int(key): str(kind) for key, kind in rows}
        if values:
            rows = desk.query.rows(
                f"SELECT `option_value_id`, `option_id` FROM {desk.table('option_value')}"  # noqa: S608
                f" WHERE {values.where('`option_value_id`')}"
            )
            self._owners = {int(key): int(option or 0) for key, option in rows}

    def wanted(self, product: Product) -> list[WantedOption]:
        """Return the options that a product is to have.

        Raises:
            InvalidRecord: an option or value is not in the shop.
        """
        return [self._option(option) for option in product.options if option.values]

    def _option(self, option: ProductOption) -> WantedOption:
        parsed = parse_option(option.attribute)
        if parsed is None or parsed[0] not in self._types:
            raise _missing(option.attribute)
        number, optional, _value = parsed
        values: dict[int, WantedValue] = {}
        for value in option.values:
            named = parse_option(value.value)
            if named is None or named[2] is None or self._owners.get(named[2]) != number:
                raise _missing(value.value)
            values.setdefault(named[2], _value_of(named[2], value))
        kind = self._types[number]
        required = not optional if kind in CHOICES else option.required
        row = int(option.key) if option.key.isdigit() else 0
        return WantedOption(number, int(required), tuple(values.values()), row)


def read_options(desk: Desk, products: Iterable[int]) -> dict[int, list[HeldOption]]:
    """Return product to its options with values; unfinished ones are those below zero."""
    ids = Ids.of(products)
    found: dict[int, list[HeldOption]] = {}
    if not ids:
        return found
    by_row: dict[int, HeldOption] = {}
    for product, row, option, required in desk.query.rows(
        "SELECT t.`product_id`, t.`product_option_id`, t.`option_id`, t.`required`"  # noqa: S608
        f" FROM {desk.table('product_option')} t"
        f" LEFT JOIN {desk.table('option')} o ON o.`option_id` = t.`option_id`"
        f" WHERE {ids.where('t.`product_id`')} AND (t.`option_id` < 0 OR o.`type` IN ({SQL_TYPES}))"
        " ORDER BY t.`product_option_id`"
    ):
        held = by_row[int(row)] = HeldOption(int(row), int(option), int(required or 0))
        found.setdefault(int(product), []).append(held)
    if by_row:
        columns = ", ".join(f"`{name}`" for name in VALUE_COLUMNS)
        for row, option, value, *cells in desk.query.rows(
            f"SELECT `product_option_value_id`, `product_option_id`, `option_value_id`, {columns}"  # noqa: S608
            f" FROM {desk.table('product_option_value')} WHERE {ids.where('`product_id`')}"
            " ORDER BY `product_option_value_id`"
        ):
            if int(option) in by_row:
                by_row[int(option)].values[int(value)] = int(row), tuple(cells)
    wanted = set(ids)
    return {product: options for product, options in found.items() if product in wanted}


@dataclass(slots=True)
class OptionChanges:
    """Writes the options of a batch; ``changed`` are products of which something changed."""

    desk: Desk
    changed: set[int] = field(default_factory=set)
    _new: list[tuple[int, WantedOption]] = field(default_factory=list)
    _values: list[tuple[object, ...]] = field(default_factory=list)
    _gone_options: list[tuple[object, ...]] = field(default_factory=list)
    _gone_values: list[tuple[object, ...]] = field(default_factory=list)

    def add(
        self,
        product: int,
        wanted: Sequence[WantedOption],
        held: Sequence[HeldOption],
        used: Collection[int] = (),
    ) -> bool:
        """Compare what a product has with what it is to have; changes of rows are written.

        Rows of values in ``used`` stay, sold out, whether they are wanted or not; tells whether
        there were such.
        """
        left = list(held)
        kept: list[int] = []
        for option in wanted:
            match = _same(option, left)
            if match is None:
                self._new.append((product, option))
                self.changed.add(product)
                continue
            left.remove(match)
            kept += self._leave(product, self._change(product, option, match), used)
        for gone in left:
            stays = self._leave(product, [row for row, _cells in gone.values.values()], used)
            kept += stays
            if not stays:
                self.changed.add(product)
                self._gone_options.append((gone.row,))
        return bool(kept)

    def write(self) -> None:
        """Add what is new."""
        rows = self._start()
        for product, option in self._new:
            row = rows[product, option.option]
            self._values += [_row(product, row, option.option, value) for value in option.values]
        self.desk.insert("product_option_value", _NEW_VALUE, self._values)
        reach("store.options_hidden")
        for piece in pieces([(row,) for row in rows.values()]):
            ids = ",".join(str(row[0]) for row in piece)
            self.desk.run(
                f"UPDATE {self.desk.table('product_option')} SET `option_id` = -`option_id`"  # noqa: S608
                f" WHERE `product_option_id` IN ({ids}) AND `option_id` < 0"
            )

    def remove(self) -> None:
        """Delete what is no longer wanted."""
        self.desk.delete("product_option", ("product_option_id",), self._gone_options)
        self.desk.delete("product_option_value", ("product_option_value_id",), self._gone_values)

    def _start(self) -> dict[tuple[int, int], int]:
        """Make the rows of new options, hidden; return their numbers by product and option."""
        desk = self.desk
        if not self._new:
            return {}
        table = desk.table("product_option")
        low = int(desk.query.value(f"SELECT MAX(`product_option_id`) FROM {table}") or 0)  # noqa: S608
        desk.insert(
            "product_option",
            ("product_id", "option_id", "required"),
            [(product, -option.option, option.required) for product, option in self._new],
        )
        ids = Ids.of(product for product, _option in self._new)
        rows = desk.query.rows(
            f"SELECT `product_id`, -`option_id`, `product_option_id` FROM {table}"  # noqa: S608
            f" WHERE `product_option_id` > {low} AND `option_id` < 0"
            f" AND {ids.where('`product_id`')}"
        )
        return {(int(product), int(option)): int(row) for product, option, row in rows}

    def _leave(self, product: int, rows: Sequence[int], used: Collection[int]) -> list[int]:
        """Take rows of values out of the offer; return those that have to stay."""
        stays = [row for row in rows if row in used]
        gone = [(row,) for row in rows if row not in used]
        self._gone_values += gone
        if gone:
            self.changed.add(product)
        for row in stays:
            # The shop's pages show no value that counts its stock and has none.
            sold_out = {"quantity": 0, "subtract": 1}
            self.desk.update("product_option_value", {"product_option_value_id": row}, sold_out)
        return stays

    def _change(self, product: int, option: WantedOption, held: HeldOption) -> list[int]:
        """Change an option's rows; return those of values that are no longer wanted."""
        desk = self.desk
        if held.required != option.required:
            at = {"product_option_id": held.row}
            desk.update("product_option", at, {"required": option.required})
            self.changed.add(product)
        left = dict(held.values)
        for value in option.values:
            row, cells = left.pop(value.value, (0, ()))
            if not row:
                self._values.append(_row(product, held.row, option.option, value))
                self.changed.add(product)
                continue
            # Whether stock is counted is the shop's to say once the value is there.
            new = {
                name: cell
                for name, cell, old in zip(VALUE_COLUMNS, value.columns, cells, strict=True)
                if name != "subtract" and not _equal(name, old, cell, value.columns)
            }
            if new:
                desk.update("product_option_value", {"product_option_value_id": row}, new)
                self.changed.add(product)
        return [row for row, _cells in left.values()]


def count_values(desk: Desk, products: Mapping[int, bool], used: Collection[int]) -> None:
    """Have values that make variants count their stock, or no longer, as their products do now.

    ``used`` are rows that variants are made of: those without stock stay sold out, for they may
    be what is left of a value that the ERP has no more.
    """
    for counts in (False, True):
        ids = ",".join(str(product) for product, now in products.items() if now is counts)
        if not ids:
            continue
        kept = ",".join(map(str, used)) if used and not counts else "0"
        desk.run(
            f"UPDATE {desk.table('product_option_value')} v"  # noqa: S608
            f" JOIN {desk.table('product_option')} p"
            " ON p.`product_option_id` = v.`product_option_id`"
            f" JOIN {desk.table('option')} o ON o.`option_id` = p.`option_id`"
            f" SET v.`subtract` = {int(counts)}"
            f" WHERE v.`product_id` IN ({ids}) AND {MAKES_VARIANTS}"
            f" AND NOT (v.`quantity` <= 0 AND v.`product_option_value_id` IN ({kept}))"
        )


def _same(option: WantedOption, held: Sequence[HeldOption]) -> HeldOption | None:
    fitting = [item for item in held if item.option == option.option]
    return next((item for item in fitting if item.row == option.row), next(iter(fitting), None))


def _equal(name: str, old: object, new: object, columns: Sequence[object]) -> bool:
    if old == new or (old is None and not new):
        return True
    # The prefix of nothing says nothing: the forms keep whichever was chosen.
    amount = columns[VALUE_COLUMNS.index(name) - 1] if name.endswith("_prefix") else 1
    return amount == 0 and old in {"+", "-"}


def _row(product: int, row: int, option: int, value: WantedValue) -> tuple[object, ...]:
    return (row, product, option, value.value, value.quantity, *value.columns, 0, "+")


def _value_of(number: int, value: OptionValue) -> WantedValue:
    extra = price(value.price_extra, "price extra")
    weight = measure(value.weight_extra, "weight extra")
    columns = (int(value.subtract), abs(extra), _sign(extra), abs(weight), _sign(weight))
    return WantedValue(number, whole_in_range(value.quantity, "quantity"), columns)


def _sign(amount: Decimal) -> str:
    return "-" if amount < 0 else "+"


def _missing(key: str) -> InvalidRecord:
    return InvalidRecord(
        f"Its option or option value {key} is not in the shop",
        fix="Synchronize the attributes first; where it was deleted in the shop on purpose, remove "
        "it from the product in the ERP.",
        code="store.option_missing",
    )


OptionRows = Mapping[int, Sequence[HeldOption]]
