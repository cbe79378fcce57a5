"""What lies where: per item and warehouse, and per batch and serial number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.company import Company, Refusal, Row

from .values import ZERO, num, reference, stamp, wrong, yes

BATCHES = "_BatchStock"
"""Quantities by (item, warehouse, batch)."""
SERIALS = "_SerialStock"
"""Quantities by (item, warehouse, serial number): one or none."""
NEGATIVE = "Quantity falls into negative inventory"
SELECTION = "Cannot add row without complete selection of batch/serial numbers"


@dataclass(frozen=True, slots=True)
class Movement:
    """A change of what lies in, or is promised from, a warehouse; quantities in inventory units."""

    item: str
    warehouse: str
    in_stock: Decimal = ZERO
    committed: Decimal = ZERO
    ordered: Decimal = ZERO
    line: int = 0
    """Position of the document's line, from 1."""


def place(company: Company, warehouse: str, item: str) -> Row:
    """Return an empty row of an item in a warehouse."""
    del company
    return {
        "ItemCode": item,
        "WarehouseCode": warehouse,
        "InStock": ZERO,
        "Committed": ZERO,
        "Ordered": ZERO,
        "MinimalStock": ZERO,
        "MaximalStock": ZERO,
        "MinimalOrder": ZERO,
        "StandardAveragePrice": ZERO,
        "Locked": "tNO",
    }


def places(company: Company, item: str) -> list[Row]:
    """Return rows of a new item, one per warehouse."""
    return [place(company, str(code), item) for code in company.table("Warehouses").rows]


def at(company: Company, item: str, warehouse: str) -> Row:
    """Return what an item has in a warehouse."""
    row = company.table("Items").rows[item]
    for info in row["ItemWarehouseInfoCollection"]:
        if info["WarehouseCode"] == warehouse:
            return dict(info)
    return place(company, warehouse, item)


def move(company: Company, movements: Iterable[Movement], *, check: bool = True) -> None:
    """Do movements; those of items that keep no stock are passed over.

    Raises:
        Refusal: a warehouse would have less than nothing.
    """
    for movement in movements:
        item = company.table("Items").rows[movement.item]
        if not yes(item.get("InventoryItem")):
            continue
        after = _moved(company, item, movement)
        short = num(after["InStock"]) < 0 and movement.in_stock < 0
        if check and short and not company.options.negative_stock:
            raise wrong(NEGATIVE, "DocumentLines.ItemCode", movement.line)


def _moved(company: Company, item: Row, movement: Movement) -> Row:
    infos = [dict(info) for info in item["ItemWarehouseInfoCollection"]]
    found = next((i for i in infos if i["WarehouseCode"] == movement.warehouse), None)
    if found is None:
        reference(company, "Warehouses", movement.warehouse, "OITW.WhsCode")
        found = place(company, movement.warehouse, movement.item)
        infos.append(found)
    found["InStock"] += movement.in_stock
    found["Committed"] = max(ZERO, found["Committed"] + movement.committed)
    found["Ordered"] = max(ZERO, found["Ordered"] + movement.ordered)
    changed: Row = {"ItemWarehouseInfoCollection": infos, **totals(infos)}
    if company.options.stock_moves_items:
        changed |= {"DataVersion": item["DataVersion"] + 1, **stamp(company, "Update")}
    company.table("Items").change(movement.item, **changed)
    return found


def totals(infos: Iterable[Mapping[str, Any]]) -> Row:
    """Return the header's totals of an item's warehouses."""
    rows = list(infos)
    return {
        "QuantityOnStock": sum((num(i["InStock"]) for i in rows), ZERO),
        "QuantityOrderedByCustomers": sum((num(i["Committed"]) for i in rows), ZERO),
        "QuantityOrderedFromVendors": sum((num(i["Ordered"]) for i in rows), ZERO),
    }


def select(
    company: Company, item: Row, line: Mapping[str, Any], quantity: Decimal, number: int
) -> list[tuple[str, str, Decimal]]:
    """Return what a line takes from which batch or serial number, as (table, number, quantity).

    Raises:
        Refusal: batches or serial numbers are not, or not all, chosen, or not there.
    """
    if yes(item.get("ManageBatchNumbers")):
        rows, table = line.get("BatchNumbers") or (), BATCHES
        chosen = [
            (table, str(r.get("BatchNumberProperty") or ""), num(r.get("Quantity"))) for r in rows
        ]
    elif yes(item.get("ManageSerialNumbers")):
        rows, table = line.get("SerialNumbers") or (), SERIALS
        chosen = [(table, _serial(company, item, r), num(r.get("Quantity") or 1)) for r in rows]
    else:
        return []
    names = [name for _, name, _ in chosen]
    if not all(names) or len(set(names)) < len(names) or sum(q for _, _, q in chosen) != quantity:
        raise Refusal(-4014, f"{SELECTION}  [DocumentLines.ItemCode][line: {number}]")
    return chosen


def _serial(company: Company, item: Row, row: Mapping[str, Any]) -> str:
    name = row.get("InternalSerialNumber") or row.get("ManufacturerSerialNumber")
    if name:
        return str(name)
    for detail in company.table("SerialNumberDetails").rows.values():
        same = detail["SystemNumber"] == row.get("SystemSerialNumber")
        if detail["ItemCode"] == item["ItemCode"] and same:
            return str(detail["SerialNumber"])
    return ""


def take(
    company: Company,
    item: str,
    warehouse: str,
    chosen: Iterable[tuple[str, str, Decimal]],
    number: int,
) -> None:
    """Take quantities (negative ones are put back) from batches or serial numbers.

    Raises:
        Refusal: a batch has less than is taken.
    """
    for table, name, quantity in chosen:
        key = (item, warehouse, name)
        there = num((company.table(table).get(key) or {}).get("Quantity"))
        if quantity > there:
            raise wrong(NEGATIVE, "DocumentLines.BatchNumbers", number)
        company.table(table).put(key, {"Key": key, "Quantity": there - quantity})


def describe(company: Company, item: Row, line: Mapping[str, Any]) -> None:
    """Keep what is known of batches and serial numbers that come in."""
    for row in line.get("BatchNumbers") or ():
        name = row.get("BatchNumberProperty")
        _detail(company, "BatchNumberDetails", item, "Batch", name, row)
    for row in line.get("SerialNumbers") or ():
        name = row.get("InternalSerialNumber")
        _detail(company, "SerialNumberDetails", item, "SerialNumber", name, row)


def _detail(
    company: Company, table: str, item: Row, field: str, name: Any, row: Mapping[str, Any]
) -> None:
    rows = company.table(table)
    code = item["ItemCode"]
    if not name or any(r["ItemCode"] == code and r[field] == name for r in rows.rows.values()):
        return
    key = rows.next()
    made: Row = {
        "DocEntry": key,
        "ItemCode": code,
        "ItemDescription": item.get("ItemName"),
        field: name,
        "SystemNumber": key,
        "AdmissionDate": company.now().date().isoformat(),
        "ManufacturingDate": row.get("ManufacturingDate") or row.get("ManufactureDate"),
        "ExpirationDate": row.get("ExpiryDate"),
    }
    if table == "BatchNumberDetails":
        made["Status"] = "bdsStatus_Released"
    rows.put(key, made)
