"""Records of the shop that look like those of an ERP, to be linked instead of made again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from agent.model.catalogue import Attribute, AttributeValue, Category, Manufacturer, Product
from agent.model.entity import Entity
from agent.model.record import Record
from agent.store.keys import option_key, parse_option, spec_key
from agent.store.options import CHOICES
from agent.store.product_build import BARCODES
from agent.store.text import encode, line
from agent.store.variants import owners
from agent.store.writing.changes import StoreCandidate
from agent.store.writing.desk import Desk, pieces

Candidates = dict[str, list[StoreCandidate]]


def match_records(
    desk: Desk, entity: Entity, records: Sequence[Record], parents: Mapping[str, str]
) -> Candidates:
    """Return candidates by the given record's key; records without any are absent."""
    if entity is Entity.PRODUCTS:
        return _products(desk, [r for r in records if isinstance(r, Product)])
    if entity is Entity.CATEGORIES:
        return _categories(desk, [r for r in records if isinstance(r, Category)], parents)
    if entity is Entity.MANUFACTURERS:
        return _manufacturers(desk, [r for r in records if isinstance(r, Manufacturer)])
    if entity is Entity.ATTRIBUTES:
        return _attributes(desk, [r for r in records if isinstance(r, Attribute)])
    if entity is Entity.ATTRIBUTE_VALUES:
        return _values(desk, [r for r in records if isinstance(r, AttributeValue)], parents)
    return {}


def _products(desk: Desk, products: Sequence[Product]) -> Candidates:
    """By SKU; where there is none, by barcode. A variant stands for its product."""
    skus = _codes(desk, ("sku",), [p.sku for p in products])
    barcodes = _codes(desk, BARCODES, [p.barcode for p in products])
    found: dict[str, tuple[str, list[str]]] = {}
    for product in products:
        for how, code, known in (
            ("sku", product.sku, skus),
            ("barcode", product.barcode, barcodes),
        ):
            keys = known.get(code.casefold(), []) if code else []
            if keys:
                found[product.key] = how, keys
                break
    masters = owners(desk.shop, [key for _how, keys in found.values() for key in keys])
    labels = _labels(desk, {masters.get(key, key) for _how, keys in found.values() for key in keys})
    return {
        key: [
            StoreCandidate(own, labels.get(own, f"product {own}"), how)
            for own in dict.fromkeys(masters.get(number, number) for number in keys)
        ]
        for key, (how, keys) in found.items()
    }


def _codes(desk: Desk, names: Sequence[str], codes: Iterable[str]) -> dict[str, list[str]]:
    """Return which products have the codes, by the code in small letters."""
    # The shop's forms store texts escaped, imports often as they are.
    wanted = sorted({form for code in codes if code for form in (code, encode(code))})
    found: dict[str, dict[str, None]] = {}
    for piece in pieces([(code,) for code in wanted]):
        part = [row[0] for row in piece]
        marks = ", ".join(["%s"] * len(part))
        rows = []
        for name in names:
            if name in desk.dialect.code_columns:
                rows += desk.query.rows(
                    f"SELECT `{name}`, `product_id` FROM {desk.table('product')}"  # noqa: S608
                    f" WHERE `{name}` IN ({marks}) ORDER BY `product_id`",
                    part,
                )
        if desk.dialect.code_table:
            kinds = ", ".join(f"'{name}'" for name in names)
            rows += desk.query.rows(
                f"SELECT `value`, `product_id` FROM {desk.table('product_code')}"  # noqa: S608
                f" WHERE `value` IN ({marks}) AND LOWER(`code`) IN ({kinds}) ORDER BY `product_id`",
                part,
            )
        for code, product in rows:
            found.setdefault(line(code).casefold(), {})[str(product)] = None
    return {code: list(products) for code, products in found.items()}


def _labels(desk: Desk, keys: Iterable[str]) -> dict[str, str]:
    wanted = [(int(key),) for key in keys]
    labels: dict[str, str] = {}
    for piece in pieces(wanted):
        ids = ",".join(str(row[0]) for row in piece)
        for key, name in desk.query.rows(
            f"SELECT `product_id`, `name` FROM {desk.table('product_description')}"  # noqa: S608
            f" WHERE `product_id` IN ({ids})"
            f" ORDER BY `language_id` <> {desk.view.default_language}, `language_id`"
        ):
            labels.setdefault(str(key), line(name))
    return labels


def _categories(
    desk: Desk, categories: Sequence[Category], parents: Mapping[str, str]
) -> Candidates:
    """By name below the same parent."""
    rows = desk.query.rows(
        "SELECT c.`category_id`, COALESCE(c.`parent_id`, 0), d.`name`"  # noqa: S608
        f" FROM {desk.table('category')} c JOIN {desk.table('category_description')} d"
        " ON d.`category_id` = c.`category_id` ORDER BY c.`category_id`"
    )
    known = _by_name(((str(parent), name), str(key)) for key, parent, name in rows)
    return _found(
        (
            (c.key, [(parents.get(c.key) or c.parent or "0", text) for text in c.name.values()])
            for c in categories
        ),
        known,
    )


def _manufacturers(desk: Desk, makers: Sequence[Manufacturer]) -> Candidates:
    rows = desk.query.rows(
        "SELECT `manufacturer_id`, `name`"  # noqa: S608
        f" FROM {desk.table('manufacturer')} ORDER BY `manufacturer_id`"
    )
    known = _by_name((("", name), str(key)) for key, name in rows)
    return _found(((m.key, [("", m.name)]) for m in makers), known)


def _attributes(desk: Desk, attributes: Sequence[Attribute]) -> Candidates:
    """By name among attributes that are used in the same way."""
    options = desk.query.rows(
        "SELECT o.`option_id`, o.`type`, d.`name`"  # noqa: S608
        f" FROM {desk.table('option')} o JOIN {desk.table('option_description')} d"
        f" ON d.`option_id` = o.`option_id` ORDER BY o.`option_id`"
    )
    specs = desk.query.rows(
        f"SELECT `attribute_id`, `name` FROM {desk.table('attribute_description')}"  # noqa: S608
        " ORDER BY `attribute_id`"
    )
    pairs = [(("spec", name), spec_key(int(key))) for key, name in specs]
    for key, kind, name in options:
        if kind == "checkbox":
            pairs.append((("multi", name), option_key(int(key))))
        elif kind in CHOICES:
            pairs.append((("choice", name), option_key(int(key))))
            pairs.append((("optional", name), option_key(int(key), optional=True)))
    known = _by_name(pairs)
    return _found(
        ((a.key, [(a.kind, text) for text in a.name.values()]) for a in attributes), known
    )


def _values(desk: Desk, values: Sequence[AttributeValue], parents: Mapping[str, str]) -> Candidates:
    """By name within the same option."""
    homes = {v.key: parents.get(v.key, v.attribute) for v in values}
    numbers = {parsed[0] for key in homes.values() if (parsed := parse_option(key))}
    if not numbers:
        return {}
    rows = desk.query.rows(
        "SELECT v.`option_value_id`, v.`option_id`, d.`name`"  # noqa: S608
        f" FROM {desk.table('option_value')} v JOIN {desk.table('option_value_description')} d"
        " ON d.`option_value_id` = v.`option_value_id`"
        f" WHERE v.`option_id` IN ({','.join(map(str, sorted(numbers)))})"
        " ORDER BY v.`option_value_id`"
    )
    attributes: dict[int, set[str]] = {}
    for key in homes.values():
        if parsed := parse_option(key):
            attributes.setdefault(parsed[0], set()).add(key)
    known = _by_name(
        ((home, name), f"{home}/{value}")
        for value, option, name in rows
        for home in attributes.get(int(option), ())
    )
    return _found(
        ((v.key, [(homes[v.key], text) for text in v.name.values()]) for v in values), known
    )


Place = tuple[str, str]
"""What a record belongs to, and its name."""


def _by_name(pairs: Iterable[tuple[Place, str]]) -> dict[Place, dict[str, str]]:
    """Return place and name in small letters to keys with labels."""
    found: dict[Place, dict[str, str]] = {}
    for (place, stored), key in pairs:
        name = line(stored)
        if name:
            found.setdefault((place, name.casefold()), {})[key] = name
    return found


def _found(
    asked: Iterable[tuple[str, Sequence[Place]]], known: Mapping[Place, Mapping[str, str]]
) -> Candidates:
    """Look up what records are called."""
    result: Candidates = {}
    for key, places in asked:
        hits: dict[str, str] = {}
        for place, name in places:
            hits.update(known.get((place, name.casefold()), {}))
        if hits:
            result[key] = [StoreCandidate(own, name, "name") for own, name in hits.items()]
    return result
