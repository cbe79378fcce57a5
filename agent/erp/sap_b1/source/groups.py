"""Item groups as categories, and manufacturers. B1 has no tree of groups: all are at the top."""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.sap_b1 import births
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.named import GROUPS, MAKERS, all_rows
from agent.erp.sap_b1.items.texts import clean
from agent.erp.sap_b1.source.results import nameless, text_of
from agent.erp.source import Sourced, Unreadable
from agent.model.catalogue import Category, Manufacturer

CATEGORY_FIELDS = frozenset({"name"})
MAKER_FIELDS = frozenset({"name"})


def read_groups(cx: Connection, refs: Sequence[str]) -> dict[str, Sourced | Unreadable]:
    """Return item groups by number."""
    rows = all_rows(cx, GROUPS)
    names = _external_ids(cx, "categories_")
    found: dict[str, Sourced | Unreadable] = {}
    for ref in refs:
        if ref not in rows:
            continue
        name = text_of(cx, rows[ref].get(GROUPS.name))
        if not name:
            found[ref] = nameless(ref, "item group")
            continue
        record = Category(ref, name, path=(ref,))
        found[ref] = Sourced(ref, record, CATEGORY_FIELDS, external_id=names.get(ref, ""))
    return found


def read_makers(cx: Connection, refs: Sequence[str]) -> dict[str, Sourced | Unreadable]:
    """Return manufacturers by number."""
    rows = all_rows(cx, MAKERS)
    names = _external_ids(cx, "manufacturers_")
    found: dict[str, Sourced | Unreadable] = {}
    for ref in refs:
        if ref not in rows:
            continue
        name = clean(str(rows[ref].get(MAKERS.name) or ""))
        if not name:
            found[ref] = nameless(ref, "manufacturer")
            continue
        record = Manufacturer(ref, name)
        found[ref] = Sourced(ref, record, MAKER_FIELDS, external_id=names.get(ref, ""))
    return found


def _external_ids(cx: Connection, prefix: str) -> dict[str, str]:
    """Return the external ids of records that came from the shop, by number."""
    start = f"{cx.instance}.{prefix}"
    where = f"startswith(Code,'{start}')"
    rows = cx.client.rows(births.SET, where, ("Name",))
    return {str(row.get("Name") or ""): str(row["Code"]) for row in rows if "#" not in row["Code"]}
