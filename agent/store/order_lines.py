"""Lines of orders, with what the shop knows about their products now.

Which chosen values make variants is the catalogue's rule (``agent.store.options``): values of a
select, radio or image option that the product requires. A variant of OpenCart 4 fixes some of its
product's values; those that the shop did not write down with the order are added.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from agent.errors import InvalidRecord
from agent.model.sales import OptionText, OrderLine
from agent.model.stock import SoldItem
from agent.store.keys import option_key
from agent.store.options import MAKES_VARIANTS
from agent.store.order_rows import LineRow, OptionRow, OrderRows
from agent.store.sql import Ids
from agent.store.text import decode, line
from agent.store.variants import chosen_values, master_join
from agent.store.view import View, number


class SoldProduct(NamedTuple):
    """What is known now about a product that was sold. ``master`` is None but for variants."""

    master: int | None
    tax_class: str | None
    sku: str
    fixed: Mapping[int, list[int]]
    """A variant's ``product_option_id`` to ``product_option_value_id``."""


class SoldValue(NamedTuple):
    """A value of an option that makes variants."""

    product_option: int
    key: str


@dataclass(frozen=True, slots=True)
class Goods:
    """Products, and values that make variants, of a batch of orders."""

    products: Mapping[int, SoldProduct]
    values: Mapping[int, SoldValue]

    @classmethod
    def load(cls, view: View, rows: OrderRows) -> Goods:
        """Read what the lines of these orders need."""
        lines = [row for of_order in rows.lines.values() for row in of_order]
        wanted = {row.product for row in lines} | {row.master for row in lines}
        products = _products(view, Ids.of(key for key in wanted if key))
        chosen = {option.value_id for of_line in rows.options.values() for option in of_line}
        fixed = {
            value
            for product in products.values()
            for values in product.fixed.values()
            for value in values
        }
        return cls(products, _values(view, Ids.of(key for key in chosen | fixed if key)))

    def line(self, row: LineRow, options: Iterable[OptionRow]) -> OrderLine:
        """Return the canonical line.

        Raises:
            InvalidRecord: a number of it cannot be read.
        """
        options = list(options)
        product, sold = self._found(row)
        variant = self._variant(row)
        return OrderLine(
            key=str(row.id),
            name=line(row.name),
            quantity=number(row.quantity, "quantity"),
            price=number(row.price, "price"),
            tax=number(row.tax, "tax"),
            total=number(row.total, "total of a line"),
            product=str(product) if product else None,
            variant=variant,
            values=self._chosen(options, sold.fixed if sold else {}) if product else (),
            options=tuple(_text(option) for option in options),
            model=line(row.model),
            sku=sold.sku if sold else "",
            tax_class=sold.tax_class if sold else None,
        )

    def item(self, row: LineRow, options: Iterable[OptionRow]) -> SoldItem | None:
        """Return what a line is about, None where the shop has its product no more."""
        product, sold = self._found(row)
        if product is None or sold is None:
            return None
        values = frozenset(self._chosen(options, sold.fixed))
        return SoldItem(str(product), self._variant(row), values)

    def _found(self, row: LineRow) -> tuple[int | None, SoldProduct | None]:
        """Return the number of the product that a line belongs to, and what was sold of it."""
        sold = self.products.get(row.product or 0)
        if sold is None and row.master and row.master in self.products:
            # the variant is gone, its product is not: what was chosen still tells which it was
            return row.master, self.products[row.master]
        return (sold.master or row.product if sold else None), sold

    def _variant(self, row: LineRow) -> str | None:
        sold = self.products.get(row.product or 0)
        return str(row.product) if sold and sold.master else None

    def _chosen(
        self, options: Iterable[OptionRow], fixed: Mapping[int, list[int]]
    ) -> tuple[str, ...]:
        chosen: dict[int, str] = {}
        for option in options:
            value = self.values.get(option.value_id or 0)
            if value is not None:
                chosen.setdefault(value.product_option, value.key)
        for of_option in fixed.values():
            for key in of_option:
                value = self.values.get(key)
                if value is not None:
                    chosen.setdefault(value.product_option, value.key)
        return tuple(chosen.values())


def _text(row: OptionRow) -> OptionText:
    return OptionText(line(row.name), decode(row.value).strip())


def _products(view: View, ids: Ids) -> dict[int, SoldProduct]:
    if not ids:
        return {}
    wanted = set(ids)
    join, roots = master_join(view)
    sku = "p.`sku`" if view.dialect.has("product", "sku") else "NULL"
    rows = view.query.rows(
        f"SELECT p.`product_id`, p.`tax_class_id`, {sku},"  # noqa: S608
        f" {view.columns('p', 'product', ('master_id', 'variant', 'override'))}, {roots}"
        f" FROM {view.table('product')} p {join} WHERE {ids.where('p.`product_id`')}"
    )
    codes = _skus(view, ids)
    found = {}
    for key, tax_class, own_sku, master, variant, override, is_root in rows:
        if key not in wanted:
            continue
        found[key] = SoldProduct(
            None if is_root else int(master),
            str(tax_class) if tax_class else None,
            codes.get(key) or line(own_sku),
            {} if is_root else _fixed(key, variant, override),
        )
    return found


def _fixed(key: int, variant: str | None, override: str | None) -> Mapping[int, list[int]]:
    try:
        return chosen_values(key, variant, override)
    except InvalidRecord:
        return {}  # the product itself is reported; its own key names the variant


def _skus(view: View, ids: Ids) -> dict[int, str]:
    if not view.dialect.code_table:
        return {}
    rows = view.query.rows(
        "SELECT t.`product_id`, t.`value`"  # noqa: S608
        f" FROM {view.table('product_code')} t"
        f" WHERE {ids.where('t.`product_id`')} AND LOWER(t.`code`) = 'sku'"
        " ORDER BY t.`product_code_id` DESC"
    )
    return {key: text for key, value in rows if (text := line(value))}


def _values(view: View, ids: Ids) -> dict[int, SoldValue]:
    if not ids:
        return {}
    rows = view.query.rows(
        "SELECT v.`product_option_value_id`, v.`product_option_id`, o.`option_id`,"  # noqa: S608
        f" v.`option_value_id` FROM {view.table('product_option_value')} v"
        f" JOIN {view.table('product_option')} p ON p.`product_option_id` = v.`product_option_id`"
        f" JOIN {view.table('option')} o ON o.`option_id` = p.`option_id`"
        f" WHERE {ids.where('v.`product_option_value_id`')} AND {MAKES_VARIANTS}"
    )
    return {
        int(key): SoldValue(int(product_option), f"{option_key(option)}/{value}")
        for key, product_option, option, value in rows
    }
