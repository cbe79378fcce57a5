"""Manufacturers. Odoo alone has no brands, so there are two ways.

``brand``: a brand app (such as OCA's product_brand) gave products a link to a brand model.
``attribute``: each manufacturer is a value of one attribute that makes no variants, and a product
gets a line with it. ``auto`` takes the brand model where there is one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from agent.erp.odoo.client import Domain
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.odoo.writing import Columns, write_records
from agent.errors import ConfigError, InvalidRecord
from agent.model.catalogue import Manufacturer

BRAND_MODELS = ("product.brand", "product.manufacturer", "product.template.brand")
TEMPLATE = "product.template"
ATTRIBUTE = "product.attribute"
VALUE = "product.attribute.value"


@dataclass(frozen=True, slots=True)
class ManufacturerPlace:
    """Where manufacturers live: their model, and for brands the product's field that links them."""

    model: str
    product_field: str = ""

    @property
    def as_attribute(self) -> bool:
        """Whether they are values of an attribute."""
        return not self.product_field


def place(cx: Connection) -> ManufacturerPlace | None:
    """Return where manufacturers live on this server, None where they are left out.

    Raises:
        ConfigError: brands are asked for and no brand app is installed.
    """
    wanted = cx.settings.manufacturer_as
    if wanted == "none":
        return None
    if wanted in ("auto", "brand"):
        for name, info in sorted(cx.facts.fields(TEMPLATE).items()):
            if info.type == "many2one" and info.relation in BRAND_MODELS:
                return ManufacturerPlace(info.relation, name)
    if wanted == "brand":
        raise ConfigError(
            "Manufacturers are to become brands, but Odoo has no brand app",
            fix="Install one (such as product_brand), or set Manufacturers to an attribute.",
            code="erp.app_missing",
        )
    return ManufacturerPlace(VALUE)


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update manufacturers.

    Raises:
        ConfigError: the settings leave them out, or their attribute cannot be made.
    """
    where = place(work.cx)
    if where is None:
        raise ConfigError(
            "Manufacturers are left out by this connection's settings",
            fix="Set Manufacturers to an attribute or to brands to carry them over.",
        )
    attribute = ensure_attribute(work) if where.as_attribute else None
    write_records(work, where.model, drafts, lambda d: _columns(work.cx, where, d, attribute))


def _columns(
    cx: Connection, where: ManufacturerPlace, draft: Draft, attribute: int | None
) -> Columns:
    record = draft.change.record
    if not isinstance(record, Manufacturer):
        raise TypeError(f"{type(record).__name__} is no manufacturer")
    columns = Columns()
    if draft.has("name"):
        if not record.name.strip():
            raise InvalidRecord("The manufacturer has no name", fix="Give it a name in the shop.")
        columns.cells["name"] = record.name.strip()
    if draft.has("sort_order") and cx.facts.has(where.model, "sequence"):
        columns.cells["sequence"] = str(record.sort_order)
    if draft.creates and attribute is not None:
        columns.cells["attribute_id/.id"] = str(attribute)
    return columns


def find_attribute(cx: Connection) -> int | None:
    """Return the id of the manufacturers' attribute, None where it is not there yet.

    An attribute of the set name that makes no variants is used as it is; with two of that name the
    older one.
    """
    name = cx.settings.manufacturer_attribute
    domain = [("name", "=", name), ("create_variant", "=", "no_variant")]
    rows = cx.odoo.find(ATTRIBUTE, domain, ["id"], limit=1)
    return int(rows[0]["id"]) if rows else None


def ensure_attribute(work: Work) -> int:
    """Return the id of the manufacturers' attribute, making it first where it is not there."""
    found = find_attribute(work.cx)
    if found is not None:
        return found
    cells = {
        "id": f"{work.cx.instance}.manufacturer_attribute",
        "name": work.cx.settings.manufacturer_attribute,
        "create_variant": "no_variant",
    }
    result = work.loader.load(ATTRIBUTE, [LoadRecord("attribute", cells)])["attribute"]
    if result.id is None:
        error = result.error
        raise ConfigError(
            f"The attribute for manufacturers cannot be made: {error.cause if error else ''}",
            fix="Choose another attribute name, or leave manufacturers out.",
            detail=error.detail if error else "",
        )
    return result.id


def scope(cx: Connection) -> Domain:
    """Return the domain that manufacturers fulfil within their model."""
    where = place(cx)
    if where is None or not where.as_attribute:
        return []
    return [("attribute_id", "=", find_attribute(cx) or 0)]
