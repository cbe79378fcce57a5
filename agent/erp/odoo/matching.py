"""Finds records in Odoo that may be the same as records of the shop, best rule first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from agent.erp.odoo import manufacturers
from agent.erp.odoo.attributes import creation_mode
from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.product_columns import product_code
from agent.erp.odoo.sales import matching as sales
from agent.erp.port import Candidate, Refs, variant_key
from agent.errors import BridgeError
from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Manufacturer,
    Product,
    TaxClass,
)
from agent.model.entity import Entity
from agent.model.record import Record

Found = dict[str, list[Candidate]]


def match(cx: Connection, records: Sequence[Record], refs: Refs) -> Found:
    """Return candidates by record key; records of one kind at a time."""
    found: Found = {}
    found.update(_products(cx, [r for r in records if isinstance(r, Product)]))
    found.update(_categories(cx, [r for r in records if isinstance(r, Category)], refs))
    found.update(_attributes(cx, [r for r in records if isinstance(r, Attribute)]))
    found.update(_values(cx, [r for r in records if isinstance(r, AttributeValue)], refs))
    found.update(_manufacturers(cx, [r for r in records if isinstance(r, Manufacturer)]))
    found.update(_taxes(cx, [r for r in records if isinstance(r, TaxClass)]))
    found.update(sales.match(cx, records))
    return found


# -- products ------------------------------------------------------------------------------------


def _products(cx: Connection, products: Sequence[Product]) -> Found:
    found: Found = {}
    if not products:
        return found
    codes = {p.key: c for p in products if (c := product_code(cx, p))}
    _by_variant_field(cx, "default_code", "sku", codes, found)
    _by_template_code(cx, {k: c for k, c in codes.items() if k not in found}, found)
    rest = {p.key: b for p in products if p.key not in found and (b := p.barcode.strip())}
    _by_variant_field(cx, "barcode", "barcode", rest, found)
    names = {p.key: n for p in products if p.key not in found and (n := cx.languages.base(p.name))}
    for key, rows in _by_name(cx, "product.template", names, ["default_code", "active"]).items():
        fitting = [r for r in rows if not (codes.get(key) and r["default_code"])]
        if fitting:
            found[key] = [_template(r, "name") for r in fitting]
    _add_single_variants(cx, found)
    return found


def _by_variant_field(
    cx: Connection, column: str, rule: str, wanted: Mapping[str, str], found: Found
) -> None:
    fields = [column, "product_tmpl_id", "display_name", "active"]
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in cx.odoo.find_in("product.product", column, sorted(set(wanted.values())), fields):
        rows[str(row[column])].append(row)
    for key, value in wanted.items():
        candidates = {
            str(number): Candidate(str(number), str(row["display_name"]), rule, bool(row["active"]))
            for row in sorted(rows[value], key=lambda r: bool(r["active"]))
            if (number := ref_id(row["product_tmpl_id"])) is not None
        }
        if candidates:
            found[key] = list(candidates.values())


def _by_template_code(cx: Connection, wanted: Mapping[str, str], found: Found) -> None:
    """Find archived templates whose variant never got the reference (Odoo 14)."""
    fields = ["name", "default_code", "active"]
    codes = sorted(set(wanted.values()))
    rows: dict[str, list[Row]] = defaultdict(list)
    for row in cx.odoo.find_in("product.template", "default_code", codes, fields):
        rows[str(row["default_code"])].append(row)
    found.update({k: [_template(r, "sku") for r in rows[c]] for k, c in wanted.items() if rows[c]})


def _template(row: Row, rule: str) -> Candidate:
    code = f"[{row['default_code']}] " if row.get("default_code") else ""
    return Candidate(str(row["id"]), f"{code}{row['name']}", rule, bool(row.get("active", True)))


def _add_single_variants(cx: Connection, found: Found) -> None:
    """Name the variant of each candidate that has only one."""
    templates = sorted({int(c.ref) for candidates in found.values() for c in candidates})
    by_template: dict[str, list[str]] = defaultdict(list)
    fields = ["product_tmpl_id"]
    for row in cx.odoo.find_in("product.product", "product_tmpl_id", templates, fields):
        by_template[str(ref_id(row["product_tmpl_id"]))].append(str(row["id"]))
    for key, candidates in found.items():
        found[key] = [
            Candidate(
                c.ref,
                c.label,
                c.matched_by,
                c.active,
                {(Entity.VARIANTS, variant_key(key, ())): by_template[c.ref][0]}
                if len(by_template[c.ref]) == 1
                else {},
            )
            for c in candidates
        ]


# -- what products need --------------------------------------------------------------------------


def _categories(cx: Connection, categories: Sequence[Category], refs: Refs) -> Found:
    """Match by name under the same parent, so by full path from the root."""
    names = {c.key: n for c in categories if (n := cx.languages.base(c.name))}
    parents = {c.key: c.parent for c in categories}
    rows = _by_name(cx, "product.category", names, ["parent_id", "complete_name"])
    found: Found = {}
    for category in sorted(categories, key=lambda c: len(c.path)):
        parent = parents[category.key]
        above: set[int | None] = {None}
        if parent is not None:
            known = refs.get((Entity.CATEGORIES, parent), "")
            above = {int(c.ref) for c in found.get(parent, [])} if not known else {int(known)}
        candidates = [
            Candidate(str(r["id"]), str(r["complete_name"]), "path")
            for r in rows.get(category.key, [])
            if ref_id(r["parent_id"]) in above
        ]
        if candidates:
            found[category.key] = candidates
    return found


def _attributes(cx: Connection, attributes: Sequence[Attribute]) -> Found:
    """Match by name among those that make variants, or do not, as the shop's does."""
    names = {a.key: n for a in attributes if (n := cx.languages.base(a.name))}
    modes = {a.key: creation_mode(a) for a in attributes}
    found: Found = {}
    for key, rows in _by_name(cx, "product.attribute", names, ["create_variant"]).items():
        fitting = [
            Candidate(str(r["id"]), str(r["name"]), "name")
            for r in rows
            if (r["create_variant"] == "no_variant") == (modes[key] == "no_variant")
        ]
        if fitting:
            found[key] = fitting
    return found


def _values(cx: Connection, values: Sequence[AttributeValue], refs: Refs) -> Found:
    """Match by name within the attribute."""
    wanted = {
        v.key: refs[Entity.ATTRIBUTES, v.attribute]
        for v in values
        if (Entity.ATTRIBUTES, v.attribute) in refs
    }
    names = {v.key: n for v in values if v.key in wanted and (n := cx.languages.base(v.name))}
    attributes = sorted({int(a) for a in wanted.values() if a.isdigit()})
    if not attributes:
        return {}
    rows = _by_name(
        cx,
        "product.attribute.value",
        names,
        ["attribute_id"],
        [("attribute_id", "in", attributes)],
    )
    found: Found = {}
    for key, candidates in rows.items():
        fitting = [
            Candidate(str(r["id"]), str(r["name"]), "name")
            for r in candidates
            if str(ref_id(r["attribute_id"])) == wanted[key]
        ]
        if fitting:
            found[key] = fitting
    return found


def _manufacturers(cx: Connection, makers: Sequence[Manufacturer]) -> Found:
    if not makers:
        return {}
    try:
        where = manufacturers.place(cx)
    except BridgeError:
        return {}
    if where is None:
        return {}
    domain: list[object] = []
    if where.as_attribute:
        attribute = manufacturers.find_attribute(cx)
        if attribute is None:
            return {}
        domain = [("attribute_id", "=", attribute)]
    names = {m.key: n for m in makers if (n := m.name.strip())}
    return {
        key: [Candidate(str(r["id"]), str(r["name"]), "name") for r in rows]
        for key, rows in _by_name(cx, where.model, names, [], domain).items()
    }


def _taxes(cx: Connection, classes: Sequence[TaxClass]) -> Found:
    """Match a class with one rate and no fixed amounts by its percentage."""
    single = {t.key: t.rates[0][1] for t in classes if len(t.rates) == 1 and not t.fixed}
    if not single or not cx.facts.has("account.tax"):
        return {}
    rows = cx.odoo.find(
        "account.tax",
        [
            ("type_tax_use", "=", "sale"),
            ("amount_type", "=", "percent"),
            ("company_id", "=", cx.facts.company.id),
            ("active", "=", True),
        ],
        ["name", "amount", "price_include"],
    )
    found: Found = {}
    for key, rate in single.items():
        fitting = [r for r in rows if abs(float(rate) - float(r["amount"])) < 0.00005]
        without = [r for r in fitting if not r["price_include"]]
        if fitting:
            found[key] = [
                Candidate(str(r["id"]), str(r["name"]), "rate") for r in without or fitting
            ]
    return found


def _by_name(
    cx: Connection,
    model: str,
    names: Mapping[str, str],
    fields: Iterable[str],
    domain: Sequence[object] = (),
) -> dict[str, list[Row]]:
    """Return the records that carry each name in the main language, letter for letter."""
    if not names:
        return {}
    rows = cx.odoo.find_in(model, "name", sorted(set(names.values())), ["name", *fields], domain)
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[str(row["name"])].append(row)
    return {key: grouped[name] for key, name in names.items() if name in grouped}
