"""Categories and manufacturers.

Categories are Odoo's internal ones, as they are when they are written. What Odoo 14 to 18 keep
products in that have no category of their own ("All") is none in the shop: those below it are at
the shop's top.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.odoo import manufacturers
from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.source.results import nameless, sourced
from agent.erp.odoo.source.scope import CATEGORY, everything
from agent.erp.odoo.source.texts import named, read_texts
from agent.erp.source import Sourced, Unreadable
from agent.model.catalogue import Category, Manufacturer

CATEGORY_FIELDS = frozenset({"name", "parent", "path"})


def category_fields(cx: Connection) -> frozenset[str]:
    """Return the fields of a category that Odoo can tell."""
    return CATEGORY_FIELDS if cx.facts.has(CATEGORY, "parent_path") else CATEGORY_FIELDS - {"path"}


def read_categories(cx: Connection, numbers: Sequence[int]) -> dict[int, Sourced | Unreadable]:
    """Return categories by id."""
    paths = ["parent_path"] if cx.facts.has(CATEGORY, "parent_path") else []
    rows = cx.odoo.find_in(CATEGORY, "id", numbers, ["name", "parent_id", "write_date", *paths])
    texts = read_texts(cx, CATEGORY, rows, ["name"])
    names = cx.external_ids.names(CATEGORY, cx.instance, [int(row["id"]) for row in rows])
    top = everything(cx)
    found: dict[int, Sourced | Unreadable] = {}
    for row in rows:
        number = int(row["id"])
        name = named(cx, CATEGORY, texts[number]["name"])
        if not name:
            found[number] = nameless(number, "category")
            continue
        parent = ref_id(row["parent_id"])
        steps = [s for s in str(row.get("parent_path") or "").split("/") if s and s != str(top)]
        record = Category(
            key=str(number),
            name=name,
            parent=str(parent) if parent is not None and parent != top else None,
            path=tuple(steps),
        )
        found[number] = sourced(cx, record, category_fields(cx), row, names, "categories_")
    return found


def manufacturer_fields(cx: Connection) -> frozenset[str]:
    """Return the fields of a manufacturer that Odoo can tell."""
    place = manufacturers.place(cx)
    if place is None:
        return frozenset()
    sorts = cx.facts.has(place.model, "sequence")
    return frozenset({"name", "sort_order"}) if sorts else frozenset({"name"})


def read_manufacturers(cx: Connection, numbers: Sequence[int]) -> dict[int, Sourced | Unreadable]:
    """Return manufacturers by id; shops keep one name for all languages: the main one's."""
    place = manufacturers.place(cx)
    if place is None:
        return {}
    fields = manufacturer_fields(cx)
    order = ["sequence"] if "sort_order" in fields else []
    domain = manufacturers.scope(cx)
    wanted = ["name", "write_date", *order]
    rows = cx.odoo.find_in(place.model, "id", numbers, wanted, domain)
    names = cx.external_ids.names(place.model, cx.instance, [int(row["id"]) for row in rows])
    found: dict[int, Sourced | Unreadable] = {}
    for row in rows:
        number = int(row["id"])
        name = str(row["name"] or "").strip()
        if not name:
            found[number] = nameless(number, "manufacturer")
            continue
        record = Manufacturer(str(number), name, int(row.get("sequence") or 0))
        found[number] = sourced(cx, record, fields, row, names, "manufacturers_")
    return found
