"""Which items are meant for the shop, as the settings say, and the products they are.

Sales items, but fixed assets and what the bridge itself books on; optionally those of one group,
with one property, or with a product code of the bridge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from agent.erp.sap_b1.births import FIELD as ID_FIELD
from agent.erp.sap_b1.client import Row, all_of, q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.families import (
    FAMILY,
    SET,
    STATE,
    family_of,
    in_use,
    read_families,
    today_of,
)
from agent.erp.sap_b1.items.item_columns import FIRST_GROUP, NO_MAKER
from agent.erp.sap_b1.items.named import GROUPS, MAKERS, all_rows

_SERVICE = ".service_"
"""Part of the external ids of items that orders are booked on."""


def item_filter(cx: Connection) -> str:
    """Return the filter that items meant for the shop fulfil; some that do are none."""
    settings = cx.settings
    wanted = [f"SalesItem eq {q('tYES')}", f"ItemType ne {q('itFixedAssets')}"]
    if settings.source_products == "group":
        wanted.append(f"ItemsGroupCode eq {settings.source_group}")
    if settings.source_products == "property":
        wanted.append(f"Properties{settings.source_property} eq {q('tYES')}")
    if settings.source_products == "prepared":
        wanted.append(f"{FAMILY} gt ''")
    return all_of(*wanted)


def scope_columns(cx: Connection) -> tuple[str, ...]:
    """Return the columns that :func:`meant` looks at."""
    own = {
        "group": ("ItemsGroupCode",),
        "property": (f"Properties{cx.settings.source_property}",),
    }.get(cx.settings.source_products, ())
    return (*STATE, "ItemType", *own)


def meant(cx: Connection, row: Row) -> bool:
    """Tell whether an item is meant for the shop, in use or not."""
    settings = cx.settings
    if row.get("SalesItem") == "tNO" or row.get("ItemType") == "itFixedAssets" or service(row):
        return False
    if settings.source_products == "group":
        return row.get("ItemsGroupCode") == settings.source_group
    if settings.source_products == "property":
        return row.get(f"Properties{settings.source_property}") == "tYES"
    return settings.source_products != "prepared" or bool(str(row.get(FAMILY) or "").strip())


def service(row: Row) -> bool:
    """Tell whether an item stands for something else than goods of the shop."""
    return _SERVICE in str(row.get(ID_FIELD) or "")


def shown(cx: Connection, row: Row, today: date) -> bool:
    """Tell whether an item is meant for the shop and in use."""
    return meant(cx, row) and in_use(row, today)


def offered(cx: Connection, refs: Sequence[str]) -> set[str]:
    """Return those of the products that have an item which is meant for the shop and in use."""
    today = today_of(cx)
    families = read_families(cx, refs, scope_columns(cx))
    return {
        ref
        for ref, family in families.items()
        if any(shown(cx, row, today) for row in family.members or family.rows)
    }


# -- products, in the order of their first items' codes ------------------------------------------


def count_products(cx: Connection) -> int:
    """Return how many products are meant for the shop; reads the codes of all items."""
    today = today_of(cx)
    rows = cx.client.rows(SET, item_filter(cx), scope_columns(cx))
    return len({family_of(row).casefold() for row in rows if shown(cx, row, today)})


def page_products(cx: Connection, after: str, limit: int) -> list[str]:
    """Return the next products behind ``after``, in the order in which B1 has their first items."""
    start = _position(cx, after) if after else ""
    found: dict[str, str] = {}
    today = today_of(cx)
    for rows in _portions(cx, start, max(limit, 100)):
        known = _met_before(cx, rows, start, today)
        for row in rows:
            ref = family_of(row)
            if not shown(cx, row, today) or ref.casefold() in known:
                continue
            found.setdefault(ref.casefold(), ref)
            if len(found) >= limit:
                return list(found.values())
    return list(found.values())


def _position(cx: Connection, ref: str) -> str:
    """Return the code of the first item of a product that is shown."""
    where = all_of(item_filter(cx), f"{FAMILY} eq {q(ref)}")
    today = today_of(cx)
    for row in cx.client.rows(SET, where, scope_columns(cx)):
        if shown(cx, row, today):
            return str(row["ItemCode"])
    return ref


def _portions(cx: Connection, start: str, size: int) -> Iterator[list[Row]]:
    portion: list[Row] = []
    columns = scope_columns(cx)
    for row in cx.client.rows(SET, item_filter(cx), columns, after=start or None):
        portion.append(row)
        if len(portion) >= size:
            yield portion
            portion = []
    if portion:
        yield portion


def _met_before(cx: Connection, rows: Sequence[Row], start: str, today: date) -> set[str]:
    """Return families of the rows that had an item on an earlier page."""
    families = {str(row.get(FAMILY) or "").strip() for row in rows} - {""}
    if not families or not start:
        return set()
    where = all_of(item_filter(cx), f"ItemCode le {q(start)}")
    earlier = cx.client.find(SET, FAMILY, sorted(families), scope_columns(cx), where)
    return {family_of(row).casefold() for row in earlier if shown(cx, row, today)}


# -- what products are in -------------------------------------------------------------------------


def groups_meant(cx: Connection) -> dict[str, Row]:
    """Return the item groups that have items for the shop, but the one for all others.

    Whether a group has any is asked once per group and kept as long as other facts.
    """
    if cx.settings.categories_as != "item_groups":
        return {}
    other = str(cx.settings.item_group or FIRST_GROUP)
    used: dict[str, bool] = cx.facts.keep(groups_meant, dict)
    rows = all_rows(cx, GROUPS)
    for number in rows:
        if number != other and number not in used:
            where = all_of(item_filter(cx), f"ItemsGroupCode eq {number}")
            first = next(cx.client.rows(SET, where, ("ItemCode",), limit=1), None)
            used[number] = first is not None
    return {number: row for number, row in rows.items() if used.get(number) and number != other}


def makers_meant(cx: Connection) -> dict[str, Row]:
    """Return all manufacturers but the one that stands for none."""
    rows = all_rows(cx, MAKERS)
    return {number: row for number, row in rows.items() if number != str(NO_MAKER)}
