"""What Odoo has of a batch of products, read in few calls however many products they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from agent.erp.html import html_of
from agent.erp.odoo import manufacturers
from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.product_columns import SEO, description_field
from agent.erp.odoo.source.attributes import TEMPLATE_VALUE, AttributeFacts, attribute_facts
from agent.erp.odoo.source.kept import kits, storable
from agent.erp.odoo.source.pictures import product_images
from agent.erp.odoo.source.results import aware
from agent.erp.odoo.source.scope import (
    LINE,
    TEMPLATE,
    VALUE,
    VARIANT,
    maker_attribute,
    meant_products,
)
from agent.erp.odoo.source.texts import Texts, read_texts
from agent.model.catalogue import Image

EXCLUSION = "product.template.attribute.exclusion"


@dataclass(slots=True)
class ProductRows:
    """Rows of a batch, by template id where they are several per product.

    ``values`` are the template's values that are in use, by their own id; ``offers`` the same by
    attribute line. ``names`` are texts of
    attribute values that describe. ``taxes`` are the company's sales taxes in their order. ``kits``
    are variants that are no goods of their own, but kept in stock as the parts they are made of.
    """

    templates: list[Row]
    texts: Texts
    meant: set[int]
    lines: dict[int, list[Row]]
    values: dict[int, Row]
    offers: dict[int, list[Row]]
    variants: dict[int, list[Row]]
    attributes: Mapping[int, AttributeFacts]
    names: Texts
    images: Mapping[int, tuple[Image, ...]]
    external: Mapping[int, list[str]]
    taxes: list[int]
    maker: int | None
    brand: str
    kits: set[int]
    excluding: set[int] = field(default_factory=set)
    changed: dict[int, datetime] = field(default_factory=dict)


def read_rows(cx: Connection, numbers: Sequence[int]) -> ProductRows:
    """Return the rows of those of the products that exist."""
    place = manufacturers.place(cx)
    brand = place.product_field if place is not None else ""
    translated = text_fields(cx)
    templates = cx.odoo.find_in(TEMPLATE, "id", numbers, [*_columns(cx, brand), *translated])
    found = sorted(int(row["id"]) for row in templates)
    line_fields = ["product_tmpl_id", "attribute_id", "value_ids", "write_date"]
    order = ["sequence"] if cx.facts.has(LINE, "sequence") else []
    lines = cx.odoo.read_in(
        LINE, "product_tmpl_id", found, [*line_fields, *order], [("active", "=", True)]
    )
    with_lines = sorted({ref_id(row["product_tmpl_id"]) or 0 for row in lines})
    value_fields = [
        *("product_tmpl_id", "product_attribute_value_id", "attribute_line_id"),
        *("price_extra", "ptav_active", "write_date"),
    ]
    values = cx.odoo.read_in(
        TEMPLATE_VALUE, "product_tmpl_id", with_lines, value_fields, [("ptav_active", "=", True)]
    )
    variants = cx.odoo.read_in(VARIANT, "product_tmpl_id", found, _variant_columns(cx))
    attributes = attribute_facts(
        cx, sorted({ref_id(row["attribute_id"]) or 0 for row in lines} - {0})
    )
    rows = ProductRows(
        templates=templates,
        texts=read_texts(cx, TEMPLATE, templates, translated, _converter(cx)),
        meant=meant_products(cx, found),
        lines=_by(lines, "product_tmpl_id"),
        values={int(row["id"]): row for row in values},
        offers=_by(values, "attribute_line_id"),
        variants=_by(variants, "product_tmpl_id"),
        attributes=attributes,
        names=_spec_names(cx, lines, attributes),
        images=product_images(cx, found),
        external=cx.external_ids.names(TEMPLATE, cx.instance, found),
        taxes=_taxes(cx),
        maker=maker_attribute(cx),
        brand=brand,
        kits=_kits(cx, templates, variants),
        excluding=_excluding(cx, with_lines),
    )
    for row in (*lines, *values, *variants):
        _note_change(rows, ref_id(row["product_tmpl_id"]) or 0, row)
    for row in templates:
        _note_change(rows, int(row["id"]), row)
    return rows


def text_fields(cx: Connection) -> list[str]:
    """Return the template's text fields that a shop has, too."""
    fields = cx.facts.fields(TEMPLATE)
    target = description_field(cx)
    return ["name", *([target] if target else []), *(c for c in SEO.values() if c in fields)]


def _columns(cx: Connection, brand: str) -> list[str]:
    names = (
        *("list_price", "active", "type", "is_storable", "detailed_type", "categ_id"),
        *("taxes_id", "write_date", brand),
    )
    return [name for name in names if name in cx.facts.fields(TEMPLATE)]


def _variant_columns(cx: Connection) -> list[str]:
    names = (
        *("product_tmpl_id", "product_template_attribute_value_ids", "active", "default_code"),
        *("barcode", "weight", "lst_price", "write_date"),
    )
    return [name for name in names if name in cx.facts.fields(VARIANT)]


def _converter(cx: Connection) -> Callable[[str, str], str]:
    target = description_field(cx)
    kind = cx.facts.fields(TEMPLATE)[target].type if target else ""

    def convert(name: str, text: str) -> str:
        return html_of(text, kind) if name == target else text.strip()

    return convert


def _by(rows: Sequence[Row], link: str) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(ref_id(row[link]) or 0, []).append(row)
    return found


def _spec_names(
    cx: Connection, lines: Sequence[Row], attributes: Mapping[int, AttributeFacts]
) -> Texts:
    """Return the names of the values that describe products."""
    wanted: set[int] = set()
    for line in lines:
        about = attributes.get(ref_id(line["attribute_id"]) or 0)
        if about is not None and about.kind == "spec":
            wanted |= {int(n) for n in line["value_ids"]}
    rows = cx.odoo.find_in(VALUE, "id", sorted(wanted), ["name"])
    return read_texts(cx, VALUE, rows, ["name"])


def _taxes(cx: Connection) -> list[int]:
    def read() -> list[int]:
        if not cx.facts.has("account.tax"):
            return []
        domain = [("type_tax_use", "=", "sale"), ("company_id", "=", cx.facts.company.id)]
        rows = cx.odoo.find("account.tax", domain, ["id"], order="sequence, id")
        return [int(row["id"]) for row in rows]

    return cx.facts.keep(_taxes, read)


def _kits(cx: Connection, templates: Sequence[Row], variants: Sequence[Row]) -> set[int]:
    loose = {int(row["id"]) for row in templates if not storable(row)}
    owners = {int(row["id"]): ref_id(row["product_tmpl_id"]) or 0 for row in variants}
    return kits(cx, {variant: owner for variant, owner in owners.items() if owner in loose})


def _excluding(cx: Connection, numbers: Sequence[int]) -> set[int]:
    """Return products some of whose combinations Odoo does not sell."""
    if not numbers or not cx.facts.has(EXCLUSION):
        return set()
    rows = cx.odoo.find_in(
        EXCLUSION, "product_tmpl_id", numbers, ["product_tmpl_id"], [("value_ids", "!=", False)]
    )
    return {ref_id(row["product_tmpl_id"]) or 0 for row in rows}


def _note_change(rows: ProductRows, template: int, row: Row) -> None:
    moment = aware(row)
    if moment is not None and (template not in rows.changed or moment > rows.changed[template]):
        rows.changed[template] = moment
