"""Quantities per warehouse, and which changed.

Odoo itself computes them (``product.product`` read with a warehouse in the context), so that kits,
transit places and its settings count as they do in Odoo. One call per warehouse.

Changes are seen on quants (what lies where, what is reserved) and on moves (what is to come and to
go). Quants of zero are deleted by Odoo now and then: done moves are looked at, too. Changes of
parts are changes of the kits made of them (phantom bills of materials).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from agent.erp.cursor import Cursor
from agent.erp.odoo.client import READ_CHUNK, Row, chunks, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.polling import LAG, Watch, before, changed
from agent.erp.odoo.source.kept import QUANT, WAREHOUSE, keeps_stock, kits, kits_of, storable
from agent.erp.odoo.source.scope import VARIANT
from agent.model.stock import StockLevel, Warehouse, WarehouseStock

MOVE = "stock.move"
_OPEN = ("waiting", "confirmed", "partially_available", "assigned", "cancel")
_QUANTITIES = ("qty_available", "free_qty", "incoming_qty", "outgoing_qty")


def levels(cx: Connection, refs: Sequence[str]) -> list[StockLevel]:
    """Return what there is of variants; those that are gone are absent."""
    numbers = sorted({int(ref) for ref in refs if ref.isascii() and ref.isdigit()})
    kinds = [n for n in ("type", "is_storable", "detailed_type") if cx.facts.has(VARIANT, n)]
    rows = cx.odoo.find_in(VARIANT, "id", numbers, [*kinds, "product_tmpl_id", "active"])
    known = {int(row["id"]): row for row in rows}
    templates = {n: ref_id(row["product_tmpl_id"]) or 0 for n, row in known.items()}
    of_parts = kits(cx, templates)
    tracked = [
        n for n, row in known.items() if keeps_stock(cx) and (storable(row) or n in of_parts)
    ]
    found: dict[int, dict[str, WarehouseStock]] = {number: {} for number in tracked}
    for warehouse in warehouses(cx) if tracked else ():
        if warehouse.in_use:
            for row in _quantities(cx, tracked, int(warehouse.ref)):
                found[int(row["id"])][warehouse.ref] = _stock(row)
    return [
        StockLevel(
            ref,
            found.get(int(ref), {}),
            tracked=int(ref) in found,
            active=bool(known[int(ref)]["active"]),
        )
        for ref in dict.fromkeys(refs)
        if ref.isascii() and ref.isdigit() and int(ref) in known
    ]


def warehouses(cx: Connection) -> list[Warehouse]:
    """Return the company's warehouses, archived ones, too."""
    if not keeps_stock(cx):
        return []
    domain = [("company_id", "=", cx.facts.company.id)]
    rows = cx.odoo.find(WAREHOUSE, domain, ["name", "code", "active"])
    return [
        Warehouse(str(row["id"]), f"{row['name']} ({row['code']})", bool(row["active"]))
        for row in rows
    ]


def _quantities(cx: Connection, numbers: Sequence[int], warehouse: int) -> list[Row]:
    names = [name for name in _QUANTITIES if cx.facts.has(VARIANT, name)]
    # Odoo up to 16 knows the one word, later versions the other
    context = cx.odoo.context(active_test=False, warehouse=warehouse, warehouse_id=warehouse)
    rows: list[Row] = []
    for part in chunks(numbers, READ_CHUNK):
        rows += cx.odoo.call(
            VARIANT,
            "search_read",
            domain=[("id", "in", list(part))],
            fields=names,
            order="id",
            context=context,
        )
    return rows


def _stock(row: Row) -> WarehouseStock:
    on_hand = _decimal(row["qty_available"])
    free = _decimal(row["free_qty"]) if "free_qty" in row else on_hand
    return WarehouseStock(
        on_hand=on_hand,
        reserved=on_hand - free,
        incoming=_decimal(row["incoming_qty"]),
        outgoing=_decimal(row["outgoing_qty"]),
    )


def _decimal(value: float) -> Decimal:
    return Decimal(repr(round(value, 6)))


def stock_changes(cx: Connection, cursor: Cursor) -> tuple[list[str], Cursor]:
    """Return ids of variants whose quantities changed since ``cursor``."""
    if not keeps_stock(cx):
        return [], cursor
    news, after = changed(cx, _watches(cx, cursor), cursor)
    if not cursor.since:
        return [], after
    variants = {ref_id(one.row["product_id"]) or 0 for one in news} - {0}
    variants |= kits_of(cx, sorted(variants))
    return [str(number) for number in sorted(variants)], after


def _watches(cx: Connection, cursor: Cursor) -> list[Watch]:
    company = cx.facts.company.id
    inside = [
        ("company_id", "in", [company, False]),
        ("location_id.usage", "in", ["internal", "transit"]),
    ]
    amounts = [n for n in ("product_uom_qty", "quantity") if cx.facts.has(MOVE, n)]
    moves: list[Any] = [("company_id", "=", company), ("state", "!=", "draft")]
    if cursor.since:  # by what Odoo has an index on: its moves grow without end
        moves += ["|", ("state", "in", list(_OPEN)), ("date", ">=", before(cursor.since, LAG))]
    return [
        Watch(QUANT, inside, ("quantity", "reserved_quantity"), ("product_id",)),
        Watch(MOVE, moves, ("state", *amounts), ("product_id",)),
    ]
