"""Columns of a product template, from a product's fields and what the server has.

What Odoo has no place for is left out: further categories (a product has one internal category, the
deepest of the shop's), search tags, the minimum quantity, related products.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from agent.erp.codes import chosen_code
from agent.erp.html import plain_text, rich_text
from agent.erp.odoo.connection import Connection, Draft
from agent.erp.odoo.facts import FieldInfo
from agent.erp.odoo.product_plan import Plan
from agent.erp.odoo.units import number_text
from agent.erp.odoo.writing import Columns, TextColumn
from agent.erp.product_changes import aspects_of
from agent.errors import InvalidRecord, Refused
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.model.measures import volume_in, weight_in

MODEL = "product.template"
VARIANT_FIELDS = frozenset(
    {"sku", "model", "barcode", "weight", "weight_unit", "length", "width", "height"}
    | {"length_unit"}
)
"""Fields that Odoo keeps on variants; on a template they count only while it has one variant."""

SEO = {
    "meta_title": "website_meta_title",
    "meta_description": "website_meta_description",
    "meta_keyword": "website_meta_keywords",
    "seo_keyword": "seo_name",
}
"""Columns of Odoo's website for a product's texts."""
_DESCRIPTIONS = ("website_description", "description")


def product_of(draft: Draft) -> Product:
    """Return the draft's record as a product."""
    record = draft.change.record
    if not isinstance(record, Product):
        raise TypeError(f"{type(record).__name__} is no product")
    return record


def product_code(cx: Connection, product: Product) -> str:
    """Return what becomes the internal reference; empty where the shop has none."""
    return chosen_code(cx.settings.code_from, product.sku, product.model)


def by_variants(draft: Draft, plan: Plan) -> bool:
    """Tell whether references, barcodes and weights go to the variants one by one.

    So also for an archived product: its template does not reach the archived variant (Odoo 14).
    """
    product = product_of(draft)
    lines_change = not draft.creates and aspects_of(draft).lines
    return plan.variants > 1 or lines_change or bool(product.variants) or not product.active


def columns_of(
    cx: Connection, draft: Draft, plan: Plan, brand_field: str, *, with_type: bool = True
) -> Columns:
    """Return the columns to send of a product.

    Raises:
        InvalidRecord: it has no name, or its price is negative.
    """
    product = product_of(draft)
    columns = Columns(cost=plan.variants if draft.creates else 1)
    fields = cx.facts.fields(MODEL)
    _texts(cx, draft, product, columns)
    if draft.has("price"):
        if product.price < 0:
            raise InvalidRecord(
                f"The price is negative ({product.price})", fix="Correct it in the shop."
            )
        columns.cells["list_price"] = number_text(product.price)
    _state(cx, draft, product, columns)
    known_kind = draft.creates or draft.change.previous is not None
    if with_type and draft.has("requires_shipping", "subtract") and known_kind:
        columns.cells |= type_cells(cx, product)
    _links(cx, draft, product, columns)
    if brand_field and draft.has("manufacturer"):
        maker = product.manufacturer
        number = draft.ref(Entity.MANUFACTURERS, maker) if maker is not None else None
        columns.cells[f"{brand_field}/.id"] = str(number or "")
    if not by_variants(draft, plan):
        columns.cells |= variant_cells(cx, draft, product)
    if draft.creates:
        columns.lines = [
            {
                "attribute_line_ids/id": line.external_id,
                "attribute_line_ids/attribute_id/.id": str(line.attribute),
                "attribute_line_ids/value_ids/.id": line.value_cell,
            }
            for line in plan.lines
        ]
    columns.cells = {c: v for c, v in columns.cells.items() if c.split("/")[0] in fields}
    return columns


def _texts(cx: Connection, draft: Draft, product: Product, columns: Columns) -> None:
    fields = cx.facts.fields(MODEL)
    if draft.has("name"):
        if not cx.languages.base(product.name):
            raise InvalidRecord(
                "The product has no name in any language",
                fix="Give it a name in the shop, then synchronize it again.",
            )
        columns.texts["name"] = TextColumn("name", product.name)
    target = description_field(cx)
    if target and draft.has("description"):
        columns.texts[target] = TextColumn(
            "description", product.description, _converter(fields[target])
        )
    for name, column in SEO.items():
        if column in fields and draft.has(name):
            columns.texts[column] = TextColumn(name, getattr(product, name))


def description_field(cx: Connection) -> str:
    """Return the template's field that takes the description, empty for none."""
    wanted = cx.settings.description_field
    names = _DESCRIPTIONS if wanted == "auto" else (wanted,)
    fields = cx.facts.fields(MODEL)
    return next((n for n in names if n in fields), "")


def _converter(info: FieldInfo) -> Callable[[str], str]:
    return rich_text if info.type == "html" else plain_text


def _state(cx: Connection, draft: Draft, product: Product, columns: Columns) -> None:
    archives = cx.settings.disabled_as == "archived"
    if draft.has("active"):
        columns.cells["active"] = "1" if product.active or not archives else "0"
    if draft.creates or (draft.has("active") and not archives):
        columns.cells["sale_ok"] = "1" if product.active or archives else "0"


def type_cells(cx: Connection, product: Product) -> dict[str, str]:
    """Return the columns for service, goods, or goods with stock, as this server spells them."""
    fields = cx.facts.fields(MODEL)
    storable = product.requires_shipping and product.subtract and cx.settings.storable
    kind = "consu" if product.requires_shipping else "service"
    if "is_storable" in fields:  # 18 and later
        return {"type": kind, "is_storable": "1" if storable else "0"}
    for name in ("detailed_type", "type"):  # 15 to 17, up to 14
        if name in fields and "product" in fields[name].selection:
            return {name: "product" if storable else kind}
    return {"detailed_type" if "detailed_type" in fields else "type": kind}


def _links(cx: Connection, draft: Draft, product: Product, columns: Columns) -> None:
    if draft.has("categories"):
        category = (
            draft.ref(Entity.CATEGORIES, product.categories[0]) if product.categories else None
        )
        if category is not None:
            columns.cells["categ_id/.id"] = str(category)
        elif not draft.creates and not cx.facts.fields(MODEL)["categ_id"].required:
            columns.cells["categ_id/.id"] = ""
    if draft.has("tax_class") and cx.facts.has(MODEL, "taxes_id"):
        tax = draft.ref(Entity.TAXES, product.tax_class) if product.tax_class is not None else None
        if product.tax_class is None or tax is not None:
            columns.cells["taxes_id/.id"] = str(tax or "")
        else:
            draft.warnings.append(
                Refused(
                    f"Its tax class {product.tax_class} is not mapped; Odoo's taxes were left "
                    "as they are",
                    fix="Map the tax class under ERP Mapping, Taxes, then synchronize again.",
                    code="mapping.tax",
                )
            )


def variant_cells(cx: Connection, draft: Draft, product: Product) -> dict[str, str]:
    """Return the columns that a template hands to its only variant."""
    cells: dict[str, str] = {}
    if draft.has("sku", "model"):
        cells["default_code"] = product_code(cx, product)
    if draft.has("barcode"):
        cells["barcode"] = product.barcode.strip()
    if draft.has("weight", "weight_unit"):
        weight = weight_of(cx, draft, product, product.weight)
        if weight is not None:
            cells["weight"] = number_text(weight)
    if draft.has("length", "width", "height", "length_unit"):
        volume = volume_of(cx, draft, product)
        if volume is not None:
            cells["volume"] = number_text(volume)
    return cells


def weight_of(cx: Connection, draft: Draft, product: Product, value: Decimal) -> Decimal | None:
    """Return a weight of the product in Odoo's unit, None (and a warning) for an unknown unit."""
    if value == 0:
        return Decimal(0)
    weight = weight_in(cx.facts.weight_unit, value, product.weight_unit)
    if weight is None:
        _warn_unit(draft, "weight", product.weight_unit)
    return weight


def volume_of(cx: Connection, draft: Draft, product: Product) -> Decimal | None:
    """Return the volume in Odoo's unit; 0 where a side is missing, None for an unknown unit."""
    sides = (product.length, product.width, product.height)
    if not all(sides):
        return Decimal(0)
    volume = volume_in(cx.facts.volume_unit, sides, product.length_unit)
    if volume is None:
        _warn_unit(draft, "length", product.length_unit)
    return volume


def _warn_unit(draft: Draft, what: str, unit: str) -> None:
    code = f"record.{what}_unit"
    if any(w.code == code for w in draft.warnings):
        return
    draft.warnings.append(
        Refused(
            f"The unit of {what} {unit!r} is not known, so Odoo's value was left as it is",
            fix="Name the unit in the shop by its usual sign (kg, g, lb, oz; cm, mm, in).",
            code=code,
        )
    )
