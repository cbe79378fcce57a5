"""What of Odoo is meant for the shop, as the settings say.

Products: for sale, optionally below one category or with one tag; not what the bridge, delivery
methods, down payments and the till's tips and discounts are booked on, and no combos. Of attributes
and categories those that such products use, and those that came from the shop; of manufacturers
all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from agent.erp.odoo import manufacturers
from agent.erp.odoo.client import Domain, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales.services import CARRIER, NAMES
from agent.errors import MissingRight

TEMPLATE = "product.template"
VARIANT = "product.product"
CATEGORY = "product.category"
ATTRIBUTE = "product.attribute"
VALUE = "product.attribute.value"
LINE = "product.template.attribute.line"
DOMAIN_SINCE = 16
"""Version of Odoo since which ``search_count`` calls its argument so."""
EVERYTHING = "product.product_category_all"
"""External id of the category that Odoo 14 to 18 keep products in that have none of their own."""


_SERVICES = (
    *("point_of_sale.product_product_tip", "point_of_sale.product_product_consumable"),
    *("pos_discount.product_product_consumable", "pos_sale.default_downpayment_product"),
)
"""External ids of products that Odoo's till books tips, discounts and down payments on."""


def product_domain(cx: Connection) -> list[Any]:
    """Return the domain of products that are meant for the shop; archived ones may fulfil it."""
    settings = cx.settings
    domain: list[Any] = [("sale_ok", "=", True)]
    if "combo" in cx.facts.fields(TEMPLATE)["type"].selection:
        domain.append(("type", "!=", "combo"))
    if settings.source_products == "category":
        domain.append(("categ_id", "child_of", settings.source_category))
    if settings.source_products == "tag":
        domain.append(("product_tag_ids", "in", [settings.source_tag]))
    services = cx.facts.keep(product_domain, lambda: _services(cx))
    if services:
        domain.append(("id", "not in", services))
    return domain


def _services(cx: Connection) -> list[int]:
    """Return templates that stand for something else than goods or services of the shop."""
    own = [f"{cx.instance}.service_{kind}" for kind in NAMES]
    variants = set(cx.external_ids.find(VARIANT, [*own, *_SERVICES]).values())
    if cx.facts.has(CARRIER):
        with suppress(MissingRight):  # who may not see such records cannot tell them from others
            rows = cx.odoo.find(CARRIER, [], ["product_id"])
            variants |= {ref_id(row["product_id"]) or 0 for row in rows}
    if cx.facts.has("sale.order.line", "is_downpayment"):
        down = [("is_downpayment", "=", True)]
        with suppress(MissingRight):
            variants |= set(grouped(cx, "sale.order.line", "product_id", down))
    rows = cx.odoo.find_in(VARIANT, "id", sorted(variants - {0}), ["product_tmpl_id"])
    return sorted({ref_id(row["product_tmpl_id"]) or 0 for row in rows})


def grouped(cx: Connection, model: str, field: str, domain: Domain) -> dict[int, int]:
    """Return how many records each value of a many2one has; those without one are left out."""
    rows = cx.odoo.call(
        model, "read_group", domain=list(domain), fields=[field], groupby=[field], lazy=False
    )
    return {n: int(row["__count"]) for row in rows if (n := ref_id(row[field])) is not None}


def counted(cx: Connection, model: str, domain: Domain) -> int:
    """Return how many active records fit ``domain``."""
    word = "domain" if cx.facts.version.major >= DOMAIN_SINCE else "args"
    context = cx.odoo.context(active_test=True)
    return int(cx.odoo.call(model, "search_count", context=context, **{word: list(domain)}))


def meant_products(cx: Connection, numbers: Sequence[int]) -> set[int]:
    """Return those of the given products that are meant for the shop and not archived."""
    domain = [*product_domain(cx), ("active", "=", True)]
    return {int(row["id"]) for row in cx.odoo.find_in(TEMPLATE, "id", numbers, ["id"], domain)}


def meant_attributes(cx: Connection) -> set[int]:
    """Return the attributes that are meant for the shop; never the manufacturers'."""
    inside = [
        leaf if isinstance(leaf, str) else (f"product_tmpl_id.{leaf[0]}", *leaf[1:])
        for leaf in product_domain(cx)
    ]
    used = [("active", "=", True), ("product_tmpl_id.active", "=", True), *inside]
    found = set(grouped(cx, LINE, "attribute_id", used))
    every = {int(row["id"]) for row in cx.odoo.find(ATTRIBUTE, [], ["id"])}
    found |= _from_shop(cx, ATTRIBUTE, "attributes_", every - found)
    return found - {maker_attribute(cx) or 0}


def meant_categories(cx: Connection) -> set[int]:
    """Return the categories that are meant for the shop, with those above them."""
    parents = {
        int(row["id"]): ref_id(row["parent_id"])
        for row in cx.odoo.find(CATEGORY, [], ["parent_id"])
    }
    domain = [*product_domain(cx), ("active", "=", True)]
    used = set(grouped(cx, TEMPLATE, "categ_id", domain))
    used |= _from_shop(cx, CATEGORY, "categories_", set(parents) - used)
    found: set[int] = set()
    for number in used:
        current: int | None = number
        while current is not None and current not in found:
            found.add(current)
            current = parents.get(current)
    return found - {everything(cx) or 0}


def _from_shop(cx: Connection, model: str, prefix: str, numbers: Iterable[int]) -> set[int]:
    names = cx.external_ids.names(model, cx.instance, sorted(numbers))
    return {n for n, found in names.items() if any(name.startswith(prefix) for name in found)}


def everything(cx: Connection) -> int | None:
    """Return Odoo's category for products that have none, which is none in the shop."""
    found: dict[str, int] = cx.facts.keep(
        everything, lambda: cx.external_ids.find(CATEGORY, [EVERYTHING])
    )
    return found.get(EVERYTHING)


def maker_attribute(cx: Connection) -> int | None:
    """Return the attribute whose values are manufacturers, None where there is none."""
    place = manufacturers.place(cx)
    if place is None or not place.as_attribute:
        return None
    return manufacturers.find_attribute(cx)
