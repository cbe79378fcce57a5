"""Raw rows of a batch of products: one query per table, whatever the size of the batch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agent.model.catalogue import Text
from agent.store.options import SQL_TYPES
from agent.store.seo import Seo
from agent.store.sql import Ids
from agent.store.text import line
from agent.store.tree import CategoryTree
from agent.store.variants import master_join
from agent.store.view import View

TEXTS = ("name", "description", "tag", "meta_title", "meta_description", "meta_keyword")


class ProductRow(NamedTuple):
    """One row of ``product``; ``manufacturer`` and ``tax_class`` are None where they are gone."""

    id: int
    model: str | None
    image: str | None
    quantity: int | None
    price: Any
    weight: Any
    weight_class: int | None
    length: Any
    width: Any
    height: Any
    length_class: int | None
    subtract: int | None
    shipping: int | None
    minimum: int | None
    status: int | None
    manufacturer: int | None
    tax_class: int | None
    master: int | None
    variant: str | None
    override: str | None
    codes: Sequence[str | None]


PLAIN_COLUMNS = (
    "product_id",
    "model",
    "image",
    "quantity",
    "price",
    "weight",
    "weight_class_id",
    "length",
    "width",
    "height",
    "length_class_id",
    "subtract",
    "shipping",
    "minimum",
    "status",
)
VARIANT_COLUMNS = ("master_id", "variant", "override")


class OptionRow(NamedTuple):
    """One row of ``product_option`` with its option's type."""

    id: int
    option_id: int
    required: int | None
    kind: str


class ValueRow(NamedTuple):
    """One row of ``product_option_value`` with its value's place in the list."""

    id: int
    option_value_id: int
    quantity: int | None
    subtract: int | None
    price: Any
    price_prefix: str | None
    weight: Any
    weight_prefix: str | None
    sort_order: int | None


@dataclass(slots=True)
class ProductRows:
    """Everything that a batch of products is built from, by product id."""

    products: list[ProductRow]
    tree: CategoryTree
    weight_units: Mapping[int, str]
    length_units: Mapping[int, str]
    texts: Mapping[int, Mapping[str, Text]] = field(default_factory=dict)
    seo: Mapping[str, Text] = field(default_factory=dict)
    categories: Mapping[int, list[int]] = field(default_factory=dict)
    images: Mapping[int, list[tuple[str | None, int]]] = field(default_factory=dict)
    specs: Mapping[int, Mapping[int, Text]] = field(default_factory=dict)
    options: Mapping[int, list[OptionRow]] = field(default_factory=dict)
    values: Mapping[int, list[ValueRow]] = field(default_factory=dict)
    """By ``product_option_id``."""
    codes: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """Rows of ``product_code``, of products and variants."""
    variants: Mapping[int, list[ProductRow]] = field(default_factory=dict)
    """By the master's id."""


def load_products(view: View, ids: Ids) -> ProductRows:
    """Read everything about the products with these ids; those that are gone are absent."""
    join, roots = master_join(view)
    wanted = set(ids)
    products = [
        row
        for row in _products(view, f"{join} WHERE {ids.where('p.`product_id`')} AND {roots}")
        if row.id in wanted
    ]
    found = Ids.of(row.id for row in products)
    rows = ProductRows(
        products,
        CategoryTree.load(view),
        units(view, "weight_class_description", "weight_class_id"),
        units(view, "length_class_description", "length_class_id"),
    )
    if not found:
        return rows
    rows.texts = view.texts("product_description", "product_id", found, TEXTS)
    rows.seo = Seo(view, "product_id").words(str(key) for key in found)
    rows.categories = _categories(view, found)
    rows.images = _images(view, found)
    rows.specs = _specs(view, found)
    rows.options, rows.values = _options(view, found)
    rows.variants = _variants(view, found)
    variant_ids = (variant.id for batch in rows.variants.values() for variant in batch)
    rows.codes = _codes(view, Ids.of([*found, *variant_ids]))
    return rows


def _products(view: View, rest: str) -> list[ProductRow]:
    codes = view.dialect.code_columns
    rows = view.query.rows(
        f"SELECT {view.columns('p', 'product', PLAIN_COLUMNS)}, f.`manufacturer_id`,"  # noqa: S608
        f" x.`tax_class_id`, {view.columns('p', 'product', VARIANT_COLUMNS)}"
        + "".join(f", p.`{code}`" for code in codes)
        + f" FROM {view.table('product')} p"
        f" LEFT JOIN {view.table('manufacturer')} f ON f.`manufacturer_id` = p.`manufacturer_id`"
        f" LEFT JOIN {view.table('tax_class')} x ON x.`tax_class_id` = p.`tax_class_id`"
        f" {rest} ORDER BY p.`product_id`"
    )
    count = len(PLAIN_COLUMNS) + 2 + len(VARIANT_COLUMNS)
    return [ProductRow._make((*row[:count], row[count:])) for row in rows]


def _variants(view: View, ids: Ids) -> dict[int, list[ProductRow]]:
    result: dict[int, list[ProductRow]] = defaultdict(list)
    if view.dialect.variants:
        condition = f"WHERE {ids.where('p.`master_id`')} AND p.`master_id` <> p.`product_id`"
        for row in _products(view, condition):
            if row.master is not None:
                result[row.master].append(row)
    return result


def _categories(view: View, ids: Ids) -> dict[int, list[int]]:
    result: dict[int, list[int]] = defaultdict(list)
    for product, category in view.query.rows(
        "SELECT t.`product_id`, t.`category_id`"  # noqa: S608
        f" FROM {view.table('product_to_category')} t WHERE {ids.where('t.`product_id`')}"
    ):
        result[product].append(category)
    return result


def _images(view: View, ids: Ids) -> dict[int, list[tuple[str | None, int]]]:
    result: dict[int, list[tuple[str | None, int]]] = defaultdict(list)
    for product, image, sort_order in view.query.rows(
        "SELECT t.`product_id`, t.`image`, t.`sort_order`"  # noqa: S608
        f" FROM {view.table('product_image')} t WHERE {ids.where('t.`product_id`')}"
        " ORDER BY t.`sort_order`, t.`product_image_id`"
    ):
        result[product].append((image, sort_order or 0))
    return result


def _specs(view: View, ids: Ids) -> dict[int, dict[int, Text]]:
    known = {
        row[0]
        for row in view.query.rows(f"SELECT `attribute_id` FROM {view.table('attribute')}")  # noqa: S608
    }
    result: dict[int, dict[int, dict[str, str]]] = defaultdict(dict)
    for product, attribute, language, text in view.query.rows(
        "SELECT t.`product_id`, t.`attribute_id`, t.`language_id`, t.`text`"  # noqa: S608
        f" FROM {view.table('product_attribute')} t WHERE {ids.where('t.`product_id`')}"
    ):
        code = view.code_of(language)
        value = line(text)
        if code and value and attribute in known:
            result[product].setdefault(attribute, {})[code] = value
    # Sorted here: sorting texts makes the server write a temporary file.
    return {product: dict(sorted(specs.items())) for product, specs in result.items()}


def _options(view: View, ids: Ids) -> tuple[dict[int, list[OptionRow]], dict[int, list[ValueRow]]]:
    options: dict[int, list[OptionRow]] = defaultdict(list)
    for product, *option in view.query.rows(
        "SELECT t.`product_id`, t.`product_option_id`, t.`option_id`,"  # noqa: S608
        f" t.`required`, o.`type` FROM {view.table('product_option')} t"
        f" JOIN {view.small('option', ('option_id', 'type', 'sort_order'))} o"
        " ON o.`option_id` = t.`option_id`"
        f" WHERE {ids.where('t.`product_id`')} AND o.`type` IN ({SQL_TYPES})"
        " ORDER BY o.`sort_order`, t.`product_option_id`"
    ):
        options[product].append(OptionRow(*option))
    values: dict[int, list[ValueRow]] = defaultdict(list)
    for product_option, *value in view.query.rows(
        "SELECT t.`product_option_id`, t.`product_option_value_id`, t.`option_value_id`,"  # noqa: S608
        " t.`quantity`, t.`subtract`, t.`price`, t.`price_prefix`, t.`weight`, t.`weight_prefix`,"
        f" v.`sort_order` FROM {view.table('product_option_value')} t"
        f" JOIN {view.small('option_value', ('option_value_id', 'sort_order'))} v"
        " ON v.`option_value_id` = t.`option_value_id`"
        f" WHERE {ids.where('t.`product_id`')}"
        " ORDER BY v.`sort_order`, t.`product_option_value_id`"
    ):
        values[product_option].append(ValueRow(*value))
    return options, values


def _codes(view: View, ids: Ids) -> dict[int, dict[str, str]]:
    result: dict[int, dict[str, str]] = defaultdict(dict)
    if view.dialect.code_table:
        for product, code, value in view.query.rows(
            "SELECT t.`product_id`, t.`code`, t.`value`"  # noqa: S608
            f" FROM {view.table('product_code')} t WHERE {ids.where('t.`product_id`')}"
            " ORDER BY t.`product_code_id`"
        ):
            name, text = line(code).lower(), line(value)
            if name and text:
                result[product].setdefault(name, text)
    return result


def units(view: View, table: str, key: str) -> dict[int, str]:
    """Return class id to its unit (``kg``) in the default language, else in any."""
    rows = view.query.rows(
        f"SELECT t.`{key}`, t.`unit` FROM {view.table(table)} t"  # noqa: S608
        f" ORDER BY t.`language_id` <> {view.default_language}, t.`language_id`"
    )
    result: dict[int, str] = {}
    for class_id, unit in rows:
        if text := line(unit):
            result.setdefault(class_id, text)
    return result
