"""Digests of products: what changed, at a fraction of the cost of reading.

The server hashes all rows of a page, and only numbers and hashes travel. What the server cannot
know is added here: how deep categories lie (it decides their order), units of measure, languages,
and the state of picture files. Quantities move with every order and have a way of their own: they
are in the record, not in the digest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache

from agent.store.digest import Part, combine, digests, row_hash
from agent.store.options import SQL_TYPES
from agent.store.product_rows import PLAIN_COLUMNS, TEXTS, VARIANT_COLUMNS, units
from agent.store.records import ScanRow
from agent.store.seo import Seo
from agent.store.sql import Ids, Query, Row
from agent.store.text import line
from agent.store.tree import CategoryTree
from agent.store.variants import master_join
from agent.store.view import View

_LARGE_PAGE = 1_000
"""Products from which on a second connection is worth its while."""


@dataclass(frozen=True, slots=True)
class ScanCondition:
    """Which products to scan: a condition on alias ``p``, and how many of them at most."""

    where: str
    limit: int | None = None


Beside = Callable[[], AbstractContextManager[Query]]
"""Borrows another connection, for what the server can do at the same time."""


def scan_products(
    view: View, condition: ScanCondition, beside: Beside | None = None
) -> list[ScanRow]:
    """Return key, digest and label of the products that meet the condition, by id.

    With ``beside`` the server hashes the tables of large pages on two connections at once. An edit
    that falls between them gives a digest that no later scan gives: the record is read once more.
    """
    products = _own(view, condition)
    if not products:
        return []
    ids = Ids.of(row[0] for row in products)
    parts = _parts(view, ids, beside)
    categories = _categories(view, ids)
    variants = _variants(view, ids)
    pictures = _pictures(view, ids)
    salt = _salt(view)
    token = cache(view.images.token)
    rows = []
    for key, own, image, name, model in products:
        pieces: list[object] = [salt, own, parts.get(key, ""), categories.get(key, "")]
        if key in variants:
            pieces.append(variants[key])
        if view.images.local:
            pieces += [token(path) for path in (image, *pictures.get(key, ()))]
        label = line(name) or line(model) or f"product {key}"
        rows.append(ScanRow(str(key), combine(pieces), label[:255]))
    return rows


def _parts(view: View, ids: Ids, beside: Beside | None) -> dict[int, int]:
    """Return product id to the hash of its rows in all tables beside its own."""
    texts, choices = _text_selects(view, ids), _choice_selects(view, ids)
    if beside is None or len(ids.ids) < _LARGE_PAGE:
        return digests(view.query, [*texts, *choices])
    with ThreadPoolExecutor(max_workers=1) as pool, beside() as query:
        other = pool.submit(digests, query, texts)
        found = digests(view.query, choices)
        for key, digest in other.result().items():
            found[key] = found.get(key, 0) ^ digest
    return found


_CONTENT = tuple(column for column in PLAIN_COLUMNS if column != "quantity")


def _own_values(view: View) -> tuple[str, ...]:
    plain = view.values("p", "product", (*_CONTENT, *VARIANT_COLUMNS))
    codes = view.values("p", "product", view.dialect.code_columns)
    return (*plain, *codes, "COALESCE(f.`manufacturer_id`,'~')", "COALESCE(x.`tax_class_id`,'~')")


def _own_joins(view: View) -> str:
    return (
        f"LEFT JOIN {view.table('manufacturer')} f ON f.`manufacturer_id` = p.`manufacturer_id`"
        f" LEFT JOIN {view.table('tax_class')} x ON x.`tax_class_id` = p.`tax_class_id`"
    )


def _own(view: View, condition: ScanCondition) -> list[Row]:
    join, roots = master_join(view)
    limit = "" if condition.limit is None else f" LIMIT {condition.limit}"
    return view.query.rows(
        f"SELECT p.`product_id`, {row_hash(_own_values(view))}, p.`image`, d.`name`, p.`model`"  # noqa: S608
        f" FROM {view.table('product')} p {join} {_own_joins(view)}"
        f" LEFT JOIN {view.table('product_description')} d"
        f" ON d.`product_id` = p.`product_id` AND d.`language_id` = {view.default_language}"
        f" WHERE {condition.where} AND {roots} ORDER BY p.`product_id`{limit}"
    )


_OPTION_COLUMNS = ("product_option_id", "option_id", "required")
_VALUE_COLUMNS = (
    "product_option_value_id",
    "product_option_id",
    "option_value_id",
    "subtract",
    "price",
    "price_prefix",
    "weight",
    "weight_prefix",
)


def _choice_selects(view: View, ids: Ids) -> list[str]:
    """Return the statements that hash the rows of options and attributes.

    Rows of options and attributes that are gone do not count, as in the record; the place of an
    option and of its values in the shop's lists does.
    """
    attributes = view.query.rows(f"SELECT `attribute_id` FROM {view.table('attribute')}")  # noqa: S608
    known = ",".join(str(row[0]) for row in attributes) or "NULL"
    key = "t.`product_id`"
    of_products = ids.where(key)
    option = Part(
        "product_option",
        f"{view.table('product_option')} t"
        f" JOIN {view.small('option', ('option_id', 'type', 'sort_order'))} o"
        f" ON o.`option_id` = t.`option_id` AND o.`type` IN ({SQL_TYPES})",
        key,
        (
            *view.values("t", "product_option", _OPTION_COLUMNS),
            *view.values("o", "option", ("type", "sort_order")),
        ),
    )
    value = Part(
        "product_option_value",
        f"{view.table('product_option_value')} t"
        f" JOIN {view.small('option_value', ('option_value_id', 'sort_order'))} v"
        " ON v.`option_value_id` = t.`option_value_id`",
        key,
        (
            *view.values("t", "product_option_value", _VALUE_COLUMNS),
            *view.values("v", "option_value", ("sort_order",)),
        ),
    )
    return [
        view.part(
            "product_attribute", "product_id", ("attribute_id", "language_id", "text")
        ).select(f"{of_products} AND t.`attribute_id` IN ({known})"),
        option.select(of_products),
        value.select(of_products),
    ]


def _text_selects(view: View, ids: Ids) -> list[str]:
    """Return the statements that hash the rows of texts, pictures, SEO keywords and codes."""
    of_products = ids.where("t.`product_id`")
    seo = Seo(view, "product_id")
    selects = [
        view.part("product_description", "product_id", ("language_id", *TEXTS)).select(of_products),
        view.part(
            "product_image", "product_id", ("product_image_id", "image", "sort_order")
        ).select(of_products),
        seo.part().select(seo.where(str(number) for number in ids)),
    ]
    if view.dialect.code_table:
        selects.append(_codes(view, ids))
    return selects


def _codes(view: View, ids: Ids) -> str:
    part = view.part("product_code", "product_id", ("product_code_id", "code", "value"))
    return part.select(ids.where(part.key))


def _categories(view: View, ids: Ids) -> dict[int, str]:
    tree = CategoryTree.load(view)
    found: dict[int, list[str]] = defaultdict(list)
    for product, category in view.query.rows(
        "SELECT t.`product_id`, t.`category_id`"  # noqa: S608
        f" FROM {view.table('product_to_category')} t WHERE {ids.where('t.`product_id`')}"
        " ORDER BY t.`product_id`, t.`category_id`"
    ):
        if category in tree:
            found[product].append(f"{category}.{tree.depth(category)}")
    return {product: ",".join(of_product) for product, of_product in found.items()}


def _variants(view: View, ids: Ids) -> dict[int, str]:
    if not view.dialect.variants:
        return {}
    rows = view.query.rows(
        f"SELECT p.`product_id`, p.`master_id`, {row_hash(_own_values(view))}"  # noqa: S608
        f" FROM {view.table('product')} p {_own_joins(view)}"
        f" WHERE {ids.where('p.`master_id`')} AND p.`master_id` <> p.`product_id`"
        " ORDER BY p.`product_id`"
    )
    codes: dict[int, int] = {}
    if rows and view.dialect.code_table:
        codes = digests(view.query, [_codes(view, Ids.of(row[0] for row in rows))])
    found: dict[int, list[str]] = defaultdict(list)
    for variant, master, own in rows:
        found[master].append(f"{own}.{codes.get(variant, '')}")
    return {master: ",".join(of_master) for master, of_master in found.items()}


def _pictures(view: View, ids: Ids) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    if view.images.local:
        for product, image in view.query.rows(
            "SELECT t.`product_id`, t.`image`"  # noqa: S608
            f" FROM {view.table('product_image')} t WHERE {ids.where('t.`product_id`')}"
            " ORDER BY t.`product_image_id`"
        ):
            found[product].append(image)
    return found


def _salt(view: View) -> str:
    weights = units(view, "weight_class_description", "weight_class_id")
    lengths = units(view, "length_class_description", "length_class_id")
    return combine((view.salt, repr(sorted(weights.items())), repr(sorted(lengths.items()))))
