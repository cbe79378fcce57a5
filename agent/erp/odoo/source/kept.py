"""What Odoo keeps stock of: storable products, and kits (phantom bills of materials) of others.

A user may work with products and have no right to read bills of materials: then there are no kits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.source.scope import VARIANT
from agent.errors import MissingRight

QUANT = "stock.quant"
WAREHOUSE = "stock.warehouse"
BOM = "mrp.bom"
BOM_LINE = "mrp.bom.line"


def keeps_stock(cx: Connection) -> bool:
    """Tell whether Odoo keeps stock: its Inventory app is installed."""
    return cx.facts.has(QUANT) and cx.facts.has(WAREHOUSE)


def storable(row: Row) -> bool:
    """Tell whether Odoo keeps stock of a template or variant, as any version spells it."""
    if "is_storable" in row:
        return bool(row["is_storable"]) and row.get("type") != "service"
    return "product" in (row.get("detailed_type"), row.get("type"))


def kits(cx: Connection, variants: Mapping[int, int]) -> set[int]:
    """Return those of the variants that are sold as a kit of others, with one call for all.

    ``variants`` are ids of variants to those of their templates.
    """
    if not variants or not keeps_stock(cx) or not _reads_kits(cx):
        return set()
    boms = cx.odoo.find_in(
        BOM,
        "product_tmpl_id",
        sorted(set(variants.values())),
        ["product_tmpl_id", "product_id"],
        [("type", "=", "phantom"), ("active", "=", True)],
    )
    alone = {ref_id(bom["product_id"]) for bom in boms}
    whole = {ref_id(bom["product_tmpl_id"]) for bom in boms if not bom["product_id"]}
    return {n for n, template in variants.items() if n in alone or template in whole}


def kits_of(cx: Connection, variants: Sequence[int]) -> set[int]:
    """Return kits that have one of the variants in them, however deep."""
    if not variants or not _reads_kits(cx):
        return set()
    found: set[int] = set()
    parts = set(variants)
    while parts:
        in_kits = [("bom_id.type", "=", "phantom"), ("bom_id.active", "=", True)]
        lines = cx.odoo.find_in(BOM_LINE, "product_id", sorted(parts), ["bom_id"], in_kits)
        numbers = sorted({ref_id(line["bom_id"]) or 0 for line in lines})
        boms = cx.odoo.find_in(BOM, "id", numbers, ["product_tmpl_id", "product_id"])
        kits = {ref_id(bom["product_id"]) or 0 for bom in boms} - {0}
        whole = [ref_id(bom["product_tmpl_id"]) or 0 for bom in boms if not bom["product_id"]]
        rows = cx.odoo.find_in(VARIANT, "product_tmpl_id", sorted(set(whole)), ["id"])
        kits |= {int(row["id"]) for row in rows}
        parts = kits - found - set(variants)
        found |= kits
    return found


def _reads_kits(cx: Connection) -> bool:
    """Tell whether there are bills of materials, and the user may read them."""

    def reads() -> bool:
        try:
            return all(
                cx.facts.has(name) and cx.facts.may(name, "read") for name in (BOM, BOM_LINE)
            )
        except MissingRight:
            return False

    return cx.facts.keep(_reads_kits, reads)
