"""``Items``, their bar codes and pictures, ``Warehouses``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.sap_b1.company import Company, Key, Refusal, Row

from . import prices, stock
from .records import Records, merge_members, next_number
from .values import (
    ENTRY_EXISTS,
    NO,
    NOT_SUPPORTED,
    YES,
    ZERO,
    num,
    reference,
    settle_validity,
    undefined,
    wrong,
    yes,
)

DEFAULTS: Row = {
    "ItemType": "itItems",
    "ItemClass": "itcMaterial",
    "MaterialType": "mt_FinishedGoods",
    "TreeType": "iNotATree",
    "GLMethod": "glm_WH",
    "CostAccountingMethod": "bis_MovingAverage",
    "IssueMethod": "im_Manual",
    "PlanningSystem": "bop_None",
    "ProcurementMethod": "bom_Buy",
    "TaxType": "tt_Yes",
    "SRIAndBatchManageMethod": "bomm_OnEveryTransaction",
    "VatLiable": YES,
    "InventoryItem": YES,
    "SalesItem": YES,
    "PurchaseItem": YES,
    "ManageBatchNumbers": NO,
    "ManageSerialNumbers": NO,
    "ManageStockByWarehouse": NO,
    "Valid": YES,
    "Frozen": NO,
    "NoDiscounts": NO,
    "ItemsGroupCode": 100,
    "Manufacturer": -1,
    "UoMGroupEntry": -1,
    "SalesItemsPerUnit": num(1),
    "PurchaseItemsPerUnit": num(1),
    "MovingAveragePrice": ZERO,
    "AvgStdPrice": ZERO,
    "Series": 3,
    **{f"Properties{n}": NO for n in range(1, 65)},
}
COMPUTED = frozenset(
    {
        *("QuantityOnStock", "QuantityOrderedByCustomers", "QuantityOrderedFromVendors"),
        *("DataVersion", "CreateDate", "CreateTime", "UpdateDate", "UpdateTime"),
        *("MovingAveragePrice", "AvgStdPrice"),
    }
)
_STOCKED = ("InStock", "Committed", "Ordered", "ItemCode")


class Items(Records):
    """``Items``: prices in every price list, stock in every warehouse, bar codes."""

    versioned = True
    dated = True

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Store an item; what B1 computes is not taken from the body."""
        own = {name: value for name, value in body.items() if name not in COMPUTED}
        settle_validity(own)
        _no_picture(company, own)
        return super().create(company, own)

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change an item; how its stock is kept stays as it is while there is any."""
        own = {name: value for name, value in body.items() if name not in COMPUTED}
        settle_validity(own)
        _no_picture(company, own)
        before = company.table(self.name).rows[key]
        kept = ("ManageBatchNumbers", "ManageSerialNumbers", "InventoryItem")
        moved = before["QuantityOnStock"] or before["QuantityOrderedByCustomers"]
        for name in kept:
            if name in own and own[name] != before[name] and moved:
                raise wrong("Cannot change item management method; there is stock", f"OITM.{name}")
        super().update(company, key, own, replace=replace)

    def action(self, company: Company, key: Key, name: str, body: Mapping[str, Any]) -> Row | None:
        """``Cancel``: take the item out of use."""
        if name != "Cancel":
            return super().action(company, key, name, body)
        self.update(company, key, {"Frozen": YES}, replace=False)
        return None

    def duplicate(self, key: Key) -> Refusal:
        """Name the code that is taken."""
        return Refusal(-10, f"Item code '{key}' already exists")

    def new_key(self, company: Company, row: Row) -> Key:
        """Return the code, at most 50 characters of it."""
        key = str(super().new_key(company, row))
        if len(key) > 50:
            raise Refusal(-1004, "Value too long in property 'ItemCode' of 'Item'")
        return key

    def merged(self, company: Company, before: Row, change: Row, replace: bool) -> Row:
        """Lay prices, warehouses and bar codes over those that are there."""
        code = str(before["ItemCode"])
        if "ItemPrices" in change:
            rows = prices.empty_prices(company) if replace else before["ItemPrices"]
            change["ItemPrices"] = prices.merge_prices(company, code, rows, change["ItemPrices"])
        if "ItemWarehouseInfoCollection" in change:
            change["ItemWarehouseInfoCollection"] = _warehouses(
                company, before["ItemWarehouseInfoCollection"], change
            )
        if "ItemBarCodeCollection" in change and not replace:
            given = change["ItemBarCodeCollection"]
            change["ItemBarCodeCollection"] = merge_members(
                before["ItemBarCodeCollection"],
                [
                    {**member, "AbsEntry": member.get("AbsEntry", f"new {n}")}
                    for n, member in enumerate(given)
                ],
                "AbsEntry",
            )
        return change

    def complete(self, company: Company, row: Row, before: Row) -> Row:
        """Give a new item its rows; check what it refers to; keep bar codes in step."""
        code = str(row["ItemCode"])
        if not before:
            given = row.get("ItemPrices") or ()
            row["ItemPrices"] = prices.merge_prices(
                company, code, prices.empty_prices(company), given
            )
            infos = stock.places(company, code)
            row["ItemWarehouseInfoCollection"] = _warehouses(company, infos, row)
            row |= stock.totals(row["ItemWarehouseInfoCollection"])
        _references(company, row)
        _units(company, row, before)
        if yes(row["ManageBatchNumbers"]) and yes(row["ManageSerialNumbers"]):
            raise undefined(
                "Item cannot be managed by batches and serial numbers", "OITM.ManBtchNum"
            )
        _bar_codes(company, code, row, before)
        return row

    def check_unused(self, company: Company, key: Key) -> None:
        """Refuse to remove an item with stock or documents; its bar codes go with it."""
        for name in ("Orders", "Quotations", "DeliveryNotes", "Invoices", "Drafts"):
            for document in company.table(name).rows.values():
                if any(line.get("ItemCode") == key for line in document["DocumentLines"]):
                    raise wrong("Cannot remove item; it is linked to transactions", "OITM.ItemCode")
        if company.table(self.name).rows[key]["QuantityOnStock"]:
            raise wrong("Cannot remove item; there is stock", "OITM.ItemCode")
        for at, row in list(company.table("BarCodes").rows.items()):
            if row["ItemNo"] == key:
                company.table("BarCodes").drop(at)


def _no_picture(company: Company, body: Row) -> None:
    if not company.options.pictures:
        body.pop("Picture", None)


def _references(company: Company, row: Row) -> None:
    reference(company, "ItemGroups", row.get("ItemsGroupCode"), "OITM.ItmsGrpCod")
    for name, table in (
        ("Manufacturer", "Manufacturers"),
        ("SalesVATGroup", "VatGroups"),
        ("ArTaxCode", "SalesTaxCodes"),
        ("ShipType", "ShippingTypes"),
        ("DefaultWarehouse", "Warehouses"),
    ):
        if row.get(name) not in (None, "", -1):
            reference(company, table, row[name], f"OITM.{name}")


def _units(company: Company, row: Row, before: Row) -> None:
    group = row["UoMGroupEntry"]
    if group in (None, -1):
        row["UoMGroupEntry"], row["InventoryUoMEntry"] = -1, -1
        row["DefaultSalesUoMEntry"] = row["DefaultPurchasingUoMEntry"] = None
        return
    found = reference(company, "UnitOfMeasurementGroups", group, "OITM.UgpEntry")
    entries = [member["AlternateUoM"] for member in found["UoMGroupDefinitionCollection"]]
    if group != before.get("UoMGroupEntry"):
        row["InventoryUoMEntry"] = row.get("InventoryUoMEntry") or found["BaseUoM"]
        if row["InventoryUoMEntry"] == -1:
            row["InventoryUoMEntry"] = found["BaseUoM"]
    row["DefaultSalesUoMEntry"] = row.get("DefaultSalesUoMEntry") or row["InventoryUoMEntry"]
    for name in ("InventoryUoMEntry", "DefaultSalesUoMEntry"):
        if row[name] not in entries:
            raise undefined("Unit of measurement is not in the group", f"OITM.{name}")
    unit = company.table("UnitOfMeasurements").rows[row["InventoryUoMEntry"]]
    row["InventoryUOM"] = unit["Code"]


def _warehouses(company: Company, before: Sequence[Row], change: Row) -> list[Row]:
    given = change.get("ItemWarehouseInfoCollection") or ()
    for number, member in enumerate(given, start=1):
        code = member.get("WarehouseCode")
        reference(company, "Warehouses", code, "OITW.WhsCode", number)
    merged = merge_members(before, given, "WarehouseCode", fixed=_STOCKED)
    item = str(before[0]["ItemCode"] if before else change.get("ItemCode"))
    return [{**stock.place(company, row["WarehouseCode"], item), **row} for row in merged]


def _bar_codes(company: Company, code: str, row: Row, before: Row) -> None:
    members = [dict(member) for member in row.get("ItemBarCodeCollection") or ()]
    wanted = row.get("BarCode")
    changed = wanted != before.get("BarCode")
    if wanted and changed and all(member.get("Barcode") != wanted for member in members):
        members.append({"Barcode": wanted, "UoMEntry": row["InventoryUoMEntry"], "FreeText": None})
    kept: set[int] = set()
    names: set[tuple[Any, Any]] = set()
    for member in members:
        member["UoMEntry"] = member.get("UoMEntry") or row["InventoryUoMEntry"]
        if not member.get("Barcode"):
            raise undefined("Enter bar code", "OBCD.BcdCode")
        if (member["Barcode"], member["UoMEntry"]) in names:
            raise Refusal(-2035, ENTRY_EXISTS)
        names.add((member["Barcode"], member["UoMEntry"]))
        told = member.get("AbsEntry")
        known = company.table("BarCodes").get(told) if isinstance(told, int) else None
        mine = known is not None and known["ItemNo"] == code
        entry = int(told or 0) if mine else next_number(company, "BarCodes")
        member["AbsEntry"] = entry
        kept.add(entry)
        company.table("BarCodes").put(entry, {"FreeText": None, **member, "ItemNo": code})
    for member in before.get("ItemBarCodeCollection") or ():
        if member["AbsEntry"] not in kept:
            company.table("BarCodes").drop(member["AbsEntry"])
    row["ItemBarCodeCollection"] = members
    if not wanted or all(member["Barcode"] != wanted for member in members):
        row["BarCode"] = members[0]["Barcode"] if members else None


class BarCodes(Records):
    """``BarCodes``: the same as the items' collections."""

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Add a bar code to its item."""
        item = reference(company, "Items", body.get("ItemNo"), "OBCD.ItemCode")
        member = {name: value for name, value in body.items() if name not in {"ItemNo", "AbsEntry"}}
        members = [*item["ItemBarCodeCollection"], member]
        Items("Items", "OITM", "ItemCode").update(
            company, item["ItemCode"], {"ItemBarCodeCollection": members}, replace=True
        )
        return int(
            company.table("Items").rows[item["ItemCode"]]["ItemBarCodeCollection"][-1]["AbsEntry"]
        )

    def update(self, company: Company, key: Key, body: Mapping[str, Any], *, replace: bool) -> None:
        """Change a bar code where its item has it."""
        del replace
        row = company.table(self.name).rows[key]
        member = {**{k: v for k, v in body.items() if k != "ItemNo"}, "AbsEntry": key}
        items = Items("Items", "OITM", "ItemCode")
        items.update(company, row["ItemNo"], {"ItemBarCodeCollection": [member]}, replace=False)

    def delete(self, company: Company, key: Key) -> None:
        """Take a bar code from its item."""
        row = company.table(self.name).rows[key]
        item = company.table("Items").rows[row["ItemNo"]]
        kept = [member for member in item["ItemBarCodeCollection"] if member["AbsEntry"] != key]
        items = Items("Items", "OITM", "ItemCode")
        body = {"ItemBarCodeCollection": kept}
        items.update(company, row["ItemNo"], body, replace=True)


class Warehouses(Records):
    """``Warehouses``: every item has a row in each."""

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Make a warehouse and bring it to all items."""
        key = super().create(company, body)
        for code, item in list(company.table("Items").rows.items()):
            infos = [
                *item["ItemWarehouseInfoCollection"],
                stock.place(company, str(key), str(code)),
            ]
            company.table("Items").change(code, ItemWarehouseInfoCollection=infos)
        return key

    def new_key(self, company: Company, row: Row) -> Key:
        """Return the code, at most eight characters of it."""
        key = str(super().new_key(company, row))
        if len(key) > 8:
            raise Refusal(-1004, "Value too long in property 'WarehouseCode' of 'Warehouse'")
        return key

    def check_unused(self, company: Company, key: Key) -> None:
        """Refuse while an item has stock there; else take it from all items."""
        for code, item in list(company.table("Items").rows.items()):
            infos = item["ItemWarehouseInfoCollection"]
            here = [info for info in infos if info["WarehouseCode"] == key]
            if any(info["InStock"] or info["Committed"] for info in here):
                raise wrong("Cannot remove warehouse; it has stock", "OWHS.WhsCode")
            kept = [info for info in infos if info["WarehouseCode"] != key]
            company.table("Items").change(code, ItemWarehouseInfoCollection=kept)


class ItemImages(Records):
    """``ItemImages``: the picture of an item that exists."""

    def create(self, company: Company, body: Mapping[str, Any]) -> Key:
        """Refuse: an item's picture is there as soon as the item is."""
        del company, body
        raise Refusal(-5006, NOT_SUPPORTED)
