"""Quantities per warehouse, and which items' quantities changed.

B1 tells of an item and a warehouse what lies there (``InStock``), what is promised to customers
(``Committed``) and what was ordered (``Ordered``). Items with batches or serial numbers are counted
as all others: which batch goes out is the orders' matter. Items without stock are not tracked.

A movement does not change the item's card, so there is no time of change to ask for. Changes are
seen in two ways together:

- **Documents** that move or promise stock and changed in the window: one call per kind of document
  with each poll, and one more for the lines of each that has news. They show a change with the next
  poll. A kind that the bridge's user may not read is left out.
- **A sweep** of all items with stock (:func:`agent.erp.sap_b1.source.polling.sweep`): it finds
  every other movement, such as stock postings, inventory counting, production and kinds of
  documents that may not be read, at most 900 seconds (``SWEEP_SECONDS``) after it happened, as long
  as polls come at least that often. A part is 500 items and two or more calls: 50,000 items in two
  warehouses cost 300 calls in 900 seconds. Up to 2,000 items each is told alone; in a larger
  company items next to it are told with it, because only digests of runs are remembered.

The first poll of a new cursor walks through all items once, to know what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from agent.erp.cursor import Cursor
from agent.erp.sap_b1.client import Row, all_of, any_of, number, portions, q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Error
from agent.erp.sap_b1.items.families import SET, USE, in_use, today_of
from agent.erp.sap_b1.source.polling import (
    Sweep,
    changed_rows,
    elapsed_since,
    is_mark,
    moment,
    parts_due,
    sweep,
)
from agent.errors import AuthError, MissingRight, PermanentError
from agent.model.plain import decimal_text
from agent.model.stock import StockLevel, Warehouse, WarehouseStock

PLACES = "Items/ItemWarehouseInfoCollection"
_QUANTITIES = ("InStock", "Committed", "Ordered")
_CARD = ("InventoryItem", "SalesItem", *USE)
_STOCKED = f"InventoryItem eq {q('tYES')}"
DOCUMENTS = (
    *("Orders", "DeliveryNotes", "Returns", "Invoices", "CreditNotes", "PurchaseOrders"),
    *("PurchaseDeliveryNotes", "PurchaseReturns", "PurchaseInvoices", "PurchaseCreditNotes"),
    *("InventoryGenEntries", "InventoryGenExits", "StockTransfers"),
)
"""Documents that move stock or promise it."""
_TRANSFER_LINES = "StockTransferLines"
_ROOM = 5000
"""Bytes of an address for codes or numbers."""


def warehouses(cx: Connection) -> list[Warehouse]:
    """Return the company's warehouses, inactive ones, too."""
    rows = cx.client.rows("Warehouses", "", ("WarehouseCode", "WarehouseName", "Inactive"))
    return [
        Warehouse(
            str(row["WarehouseCode"]),
            f"{row.get('WarehouseName') or ''} ({row['WarehouseCode']})".strip(),
            row.get("Inactive") != "tYES",
        )
        for row in rows
    ]


def levels(cx: Connection, refs: Sequence[str]) -> list[StockLevel]:
    """Return what there is of items, for all warehouses; those that are gone are absent."""
    wanted = [ref for ref in dict.fromkeys(refs) if ref]
    found: dict[str, dict[str, WarehouseStock]] = {}
    items: dict[str, Row] = {}
    for piece in portions("Items/ItemCode", wanted, _ROOM):
        for item, warehouse, stock in _places(cx, any_of("Items/ItemCode", piece), _CARD):
            code = str(item["ItemCode"])
            items[code] = item
            found.setdefault(code, {})[warehouse] = stock
    named = {code.casefold() for code in items}
    rest = [ref for ref in wanted if ref.casefold() not in named]  # in no warehouse, or gone
    for item in cx.client.find(SET, "ItemCode", rest, _CARD):
        items[str(item["ItemCode"])] = item
    by_case = {code.casefold(): code for code in items}
    today = today_of(cx)
    return [
        _level(ref, items[code], found.get(code, {}), today)
        for ref in wanted
        if (code := ref if ref in items else by_case.get(ref.casefold(), "")) in items
    ]


def _level(ref: str, item: Row, places: Mapping[str, WarehouseStock], today: date) -> StockLevel:
    tracked = item.get("InventoryItem") != "tNO"
    active = item.get("SalesItem") != "tNO" and in_use(item, today)
    return StockLevel(ref, places if tracked else {}, tracked=tracked, active=active)


def _places(
    cx: Connection, where: str, columns: Sequence[str] = ()
) -> Iterable[tuple[Row, str, WarehouseStock]]:
    joined = f"Items/ItemCode eq {PLACES}/ItemCode"
    select = {SET: ("ItemCode", *columns), PLACES: ("WarehouseCode", *_QUANTITIES)}
    for row in cx.client.cross((SET, PLACES), select, all_of(joined, where)):
        place = row[PLACES]
        yield row[SET], str(place["WarehouseCode"]), _stock(place)


def _stock(place: Row) -> WarehouseStock:
    committed = number(place, "Committed")
    return WarehouseStock(
        on_hand=number(place, "InStock"),
        reserved=committed,
        incoming=number(place, "Ordered"),
        outgoing=committed,
    )


# -- what changed ----------------------------------------------------------------------------------


def stock_changes(
    cx: Connection, cursor: Cursor, progress: Callable[[], None]
) -> tuple[list[str], Cursor]:
    """Return codes of items whose quantities changed since ``cursor``; see the module."""
    after = moment(cx)
    since = cursor.since or after
    seen = {key: mark for key, mark in cursor.seen.items() if not is_mark(key)}
    told, marks = _by_documents(cx, since, seen)
    total = cx.client.count(SET, _STOCKED)
    parts = parts_due(total, elapsed_since(cx, cursor)) if cursor.since else None
    swept, state = sweep(
        Sweep.of(cursor.seen),
        lambda at, most: _codes(cx, at, most),
        lambda codes: _digests(cx, codes),
        total=total,
        parts=parts,
        progress=progress,
    )
    told |= set(swept)
    return (sorted(told) if cursor.since else []), Cursor(after, {**marks, **state.marks()})


def _by_documents(
    cx: Connection, since: str, seen: Mapping[str, str]
) -> tuple[set[str], dict[str, str]]:
    told: set[str] = set()
    marks: dict[str, str] = {}
    unreadable: set[str] = cx.facts.keep(_by_documents, set)
    for name in DOCUMENTS:
        if name in unreadable:
            continue
        try:
            news = changed_rows(cx, name, ("DocEntry",), since, seen)
            told |= _items_of(cx, name, [int(row["DocEntry"]) for row in news.rows])
        except (PermanentError, MissingRight):
            unreadable.add(name)  # no such documents, or not for this user: the sweep sees to them
        except B1Error as error:
            if error.retry or isinstance(error, AuthError):
                raise
            unreadable.add(name)
        else:
            marks.update(news.marks)
    return told, marks


def _items_of(cx: Connection, name: str, entries: Sequence[int]) -> set[str]:
    """Return the items in the lines of documents."""
    lines = f"{name}/{_TRANSFER_LINES if name == 'StockTransfers' else 'DocumentLines'}"
    found: set[str] = set()
    for piece in portions(f"{name}/DocEntry", list(entries), _ROOM):
        where = all_of(f"{name}/DocEntry eq {lines}/DocEntry", any_of(f"{name}/DocEntry", piece))
        select = {name: ("DocEntry",), lines: ("ItemCode",)}
        for row in cx.client.cross((name, lines), select, where):
            code = str(row[lines].get("ItemCode") or "")
            if code:
                found.add(code)
    return found


def _codes(cx: Connection, at: str, most: int) -> list[str]:
    rows = cx.client.rows(SET, _STOCKED, ("ItemCode",), after=at or None, limit=most)
    return [str(row["ItemCode"]) for row in rows]


def _digests(cx: Connection, codes: Sequence[str]) -> dict[str, str]:
    """Return the quantities of items that are next to each other, as text."""
    if not codes:
        return {}
    where = f"Items/ItemCode ge {q(codes[0])} and Items/ItemCode le {q(codes[-1])}"
    found: dict[str, list[str]] = {}
    for item, warehouse, stock in _places(cx, all_of(where, f"Items/{_STOCKED}")):
        code = str(item["ItemCode"])
        if stock != WarehouseStock():
            text = " ".join(_text(n) for n in (stock.on_hand, stock.reserved, stock.incoming))
            found.setdefault(code, []).append(f"{warehouse} {text}")
    return {code: f"{code} {'|'.join(sorted(places))}" for code, places in found.items()}


def _text(value: Decimal) -> str:
    return decimal_text(value)
