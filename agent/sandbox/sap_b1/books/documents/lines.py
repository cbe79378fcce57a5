"""Lines: what they take from their item, their base line and their partner."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.books import prices, userfields
from agent.sandbox.sap_b1.books.values import (
    NO,
    YES,
    ZERO,
    active,
    money,
    num,
    reference,
    undefined,
    wrong,
    yes,
)
from agent.sandbox.sap_b1.company import Company, Row

from . import amounts, links, taxes
from .amounts import Currency
from .kinds import CLOSED, DOWN_PAYMENT, Kind

COPIED = (
    *("ItemCode", "ItemDescription", "WarehouseCode", "VatGroup", "TaxCode", "SalesPersonCode"),
    *("UnitPrice", "DiscountPercent", "UoMEntry", "UoMCode", "MeasureUnit", "UnitsOfMeasurment"),
    *("FreeText", "ProjectCode", "CostingCode", "ShipDate", "AccountCode", "BarCode"),
    *("UseBaseUnits", "ShippingMethod", "ItemDetails"),
)
PRICES = (
    *("UnitPrice", "Price", "PriceAfterVAT", "GrossPrice", "LineTotal", "RowTotalFC"),
    *("GrossTotal", "GrossTotalFC"),
)
COMPUTED = frozenset(
    {
        *("LineStatus", "RemainingOpenQuantity", "RemainingOpenInventoryQuantity", "OpenAmount"),
        *("TaxTotal", "TaxPercentagePerRow", "NetTaxAmount", "VisualOrder", "DocEntry", "LineNum"),
        *("Currency", "Rate", "InventoryQuantity", "UnitsOfMeasurment", "RowTotalSC"),
    }
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What the lines of a document share."""

    company: Company
    kind: Kind
    header: Row
    partner: Row
    address: Mapping[str, Any]
    currency: Currency

    @property
    def on(self) -> date:
        """Return the day whose taxes and prices hold."""
        return date.fromisoformat(self.header["TaxDate"])


def new_line(setting: Setting, given: Mapping[str, Any], number: int, position: int) -> Row:
    """Return a line of a document from a member of its body.

    Raises:
        Refusal: what it names does not exist, is not in use, or lacks something.
    """
    found = links.base_of(setting.company, setting.kind, given, position)
    base = found[2] if found else None
    line: Row = {
        "BaseType": -1, "BaseEntry": None, "BaseLine": None, "LineType": "dlt_Regular",
        "TaxLiable": YES, "TaxOnly": NO, "WithoutInventoryMovement": NO, "BatchNumbers": [],
        "SerialNumbers": [], "TreeType": "iNotATree", "ItemType": "dit_Item", "UseBaseUnits": NO,
    }  # fmt: skip
    if base is not None:
        line |= {name: base.get(name) for name in COPIED}
        if setting.company.options.fields_follow:
            line |= {name: value for name, value in base.items() if name.startswith("U_")}
        line["Quantity"] = base["RemainingOpenQuantity"]
        if setting.kind.code == DOWN_PAYMENT:
            line["Quantity"] = base["Quantity"]  # it is a share of all, delivered or not
    line |= {name: value for name, value in given.items() if name not in COMPUTED}
    if base is None:
        line |= {"BaseType": -1, "BaseEntry": None, "BaseLine": None}
    line["LineNum"], line["VisualOrder"] = number, position - 1
    line |= userfields.checked(setting.company, "RDR1", line, new=True)
    _item(setting, line, position)
    _quantity(setting, line, given, position)
    _tax(setting, line, position)
    _price(setting, line, given, base, position)
    if base is not None:
        links.quantity_allowed(setting.kind, base, num(line["InventoryQuantity"]), position)
    line["_drawn"] = ZERO
    return line


def changed_line(setting: Setting, before: Row, given: Mapping[str, Any], position: int) -> Row:
    """Return a line with what a body changes.

    Raises:
        Refusal: the line is closed, or less would be left than was drawn from it.
    """
    change = {name: value for name, value in given.items() if name not in COMPUTED}
    for name in ("BaseType", "BaseEntry", "BaseLine"):
        change.pop(name, None)
    change |= userfields.checked(setting.company, "RDR1", change, new=False)
    line = {**before, **change}
    if before["LineStatus"] == CLOSED:
        texts = {name for name in change if name == "FreeText" or name.startswith("U_")}
        if any(change[name] != before.get(name) for name in set(change) - texts):
            raise wrong("Cannot update a closed line", f"{setting.kind.line}.LineStatus", position)
        return line
    line["_shut"] = given.get("LineStatus") == CLOSED
    line["VisualOrder"] = position - 1
    _item(setting, line, position)
    _quantity(setting, line, change, position)
    if num(line["InventoryQuantity"]) < num(before["_drawn"]):
        raise wrong(
            "Quantity is less than what was already drawn",
            f"{setting.kind.line}.Quantity",
            position,
        )
    if "ItemCode" in change and taxes.field(setting.company) not in change:
        line[taxes.field(setting.company)] = None
    _tax(setting, line, position)
    if before.get("_gross") is not None and not any(name in change for name in PRICES):
        if "DiscountPercent" in change:
            change = {**change, "GrossPrice": before["GrossPrice"]}
        else:
            change = {**change, "PriceAfterVAT": before["PriceAfterVAT"]}
    elif "ItemCode" in change and line["ItemCode"] and not any(name in change for name in PRICES):
        change = {**change, **_quoted(setting, line)}
    amounts.price_line(setting.company, line, change, setting.currency)
    return line


def _item(setting: Setting, line: Row, position: int) -> None:
    company, table = setting.company, setting.kind.line
    if setting.header["DocType"] == "dDocument_Service":
        reference(
            company, "ChartOfAccounts", line.get("AccountCode"), f"{table}.AcctCode", position
        )
        line["ItemCode"] = None
        return
    item = reference(company, "Items", line.get("ItemCode"), f"{table}.ItemCode", position)
    if not active(item, setting.on):
        raise wrong(f"Item '{item['ItemCode']}' is inactive", f"{table}.ItemCode", position)
    if setting.kind.partner and not yes(item["SalesItem"]):
        raise wrong(f"Item '{item['ItemCode']}' is no sales item", f"{table}.ItemCode", position)
    if not line.get("ItemDescription"):
        line["ItemDescription"] = item.get("ItemName")
    code = line.get("WarehouseCode") or item.get("DefaultWarehouse") or _warehouse(company)
    line["WarehouseCode"] = code
    place = reference(company, "Warehouses", code, f"{table}.WhsCode", position)
    if yes(place.get("Inactive")):
        raise wrong(f"Warehouse '{code}' is inactive", f"{table}.WhsCode", position)
    if line.get("ShippingMethod") not in (None, -1):
        reference(company, "ShippingTypes", line["ShippingMethod"], f"{table}.TrnsCode", position)
    line["BarCode"] = line.get("BarCode") or item.get("BarCode")
    line["MeasureUnit"] = line.get("MeasureUnit") or item.get("SalesUnit")


def _warehouse(company: Company) -> str | None:
    row = company.table("_Company").get("warehouse")
    return str(row["Code"]) if row else None


def _quantity(setting: Setting, line: Row, given: Mapping[str, Any], position: int) -> None:
    if line.get("ItemCode") is None:
        line["Quantity"] = line["InventoryQuantity"] = line["UnitsOfMeasurment"] = Decimal(1)
        return
    line["Quantity"] = Decimal(1) if line.get("Quantity") is None else num(line["Quantity"])
    if line["Quantity"] <= 0:
        raise undefined(
            "Quantity must be greater than zero", f"{setting.kind.line}.Quantity", position
        )
    item = setting.company.table("Items").rows[line["ItemCode"]]
    line["UnitsOfMeasurment"] = _factor(setting.company, item, line, given, position)
    line["InventoryQuantity"] = line["Quantity"] * line["UnitsOfMeasurment"]


def _factor(
    company: Company, item: Row, line: Row, given: Mapping[str, Any], position: int
) -> Decimal:
    """Return how many inventory units one unit of the line is."""
    if item["UoMGroupEntry"] == -1:
        line["UoMEntry"], line["UoMCode"] = -1, "Manual"
        return (
            Decimal(1)
            if yes(line["UseBaseUnits"])
            else num(item["SalesItemsPerUnit"]) or Decimal(1)
        )
    group = company.table("UnitOfMeasurementGroups").rows[item["UoMGroupEntry"]]
    units = company.table("UnitOfMeasurements")
    if given.get("UoMEntry") is None and given.get("UoMCode"):
        named = (key for key, row in units.rows.items() if row["Code"] == given["UoMCode"])
        line["UoMEntry"] = next(named, None)
    if yes(line["UseBaseUnits"]):
        line["UoMEntry"] = item["InventoryUoMEntry"]
    if line.get("UoMEntry") in (None, -1):
        line["UoMEntry"] = item["DefaultSalesUoMEntry"]
    members = {m["AlternateUoM"]: m for m in group["UoMGroupDefinitionCollection"]}
    wanted, kept = members.get(line["UoMEntry"]), members.get(item["InventoryUoMEntry"])
    if wanted is None or kept is None:
        raise undefined(
            "Unit of measurement is not in the item's group", "DocumentLines.UomEntry", position
        )
    line["UoMCode"] = line["MeasureUnit"] = units.rows[line["UoMEntry"]]["Code"]
    base = wanted["BaseQuantity"] / wanted["AlternateQuantity"]
    return Decimal(base * kept["AlternateQuantity"] / kept["BaseQuantity"])


def _tax(setting: Setting, line: Row, position: int) -> None:
    company, name = setting.company, taxes.field(setting.company)
    if not setting.kind.partner:
        line["TaxPercentagePerRow"] = ZERO
        return
    line["TaxCode" if name == "VatGroup" else "VatGroup"] = None
    if not line.get(name):
        item = company.table("Items").get(line["ItemCode"]) if line.get("ItemCode") else None
        line[name] = taxes.line_code(company, setting.partner, item or {}, setting.address)
    column = f"{setting.kind.line}.{name}"
    line["TaxPercentagePerRow"] = taxes.rate(company, line[name], setting.on, column, position)


def _price(
    setting: Setting, line: Row, given: Mapping[str, Any], base: Row | None, position: int
) -> None:
    told = {
        name: given[name] for name in (*PRICES, "DiscountPercent") if given.get(name) is not None
    }
    if any(name in told for name in PRICES):
        amounts.price_line(setting.company, line, told, setting.currency)
    elif base is not None:
        _from_base(setting, line, told, base)
    elif line.get("ItemCode"):
        told = {**_quoted(setting, line), **told}
        amounts.price_line(setting.company, line, told, setting.currency)
    else:
        raise undefined("Enter total of the line", f"{setting.kind.line}.LineTotal", position)


def _from_base(setting: Setting, line: Row, told: Row, base: Row) -> None:
    whole = num(line["InventoryQuantity"]) == num(base["InventoryQuantity"]) and not told
    if base.get("_gross") is not None and not told:
        told = {"PriceAfterVAT": base["PriceAfterVAT"]}
    amounts.price_line(setting.company, line, told, setting.currency)
    if whole:
        line["_own"], line["_gross"] = base["_own"], base["_gross"]
        line["UnitPrice"], line["DiscountPercent"] = base["UnitPrice"], base["DiscountPercent"]
        line["Price"], line["PriceAfterVAT"] = base["Price"], base["PriceAfterVAT"]


def _quoted(setting: Setting, line: Row) -> Row:
    """Return what B1 finds as the price of an item, in the document's currency."""
    company = setting.company
    card = str(setting.header.get("CardCode") or "")
    item = str(line["ItemCode"])
    quantity = num(line["InventoryQuantity"])
    found = prices.quote(company, card, item, setting.on, quantity)
    line["PriceSource"] = found.source
    amount = found.unit_price * num(line["UnitsOfMeasurment"])
    if found.currency != setting.currency.code:
        rate = exchange(company, found.currency, setting.on)
        amount = amount * rate / setting.currency.rate
    line["DiscountPercent"] = line.get("DiscountPercent") or found.discount
    name = "GrossPrice" if found.gross else "UnitPrice"
    return {name: amount, "DiscountPercent": line["DiscountPercent"]}


def exchange(company: Company, code: str, on: date) -> Decimal:
    """Return the rate of a currency on a day, 1 for the company's own.

    Raises:
        Refusal: nobody entered one.
    """
    if code == company.options.currency:
        return Decimal(1)
    row = company.table("_Rates").get((code, on.isoformat()))
    if row is None:
        raise wrong(f"Update the exchange rate , '{code}'")
    return num(row["Rate"])


def finish(company: Company, line: Row, currency: Currency, off: Decimal) -> Row:
    """Return a line with its totals told in both currencies, and what of it is open."""
    own, foreign = num(line["_own"]), currency.foreign
    tax = amounts.tax_of(company, line, off)
    plain = amounts.tax_of(company, line, ZERO)
    gross = num(line["_gross"]) if line.get("_gross") is not None else money(company, own + plain)
    total = currency.home(company, own)
    return links.with_open(
        {
            **line,
            "Currency": currency.code,
            "Rate": currency.rate if foreign else ZERO,
            "LineTotal": total,
            "RowTotalFC": own if foreign else ZERO,
            "RowTotalSC": total,
            "TaxTotal": currency.home(company, tax),
            "NetTaxAmount": currency.home(company, tax),
            "NetTaxAmountFC": tax if foreign else ZERO,
            "GrossTotal": currency.home(company, gross),
            "GrossTotalFC": gross if foreign else ZERO,
            "TaxPerUnit": line["PriceAfterVAT"] - line["Price"],
        },
        num(line.get("_drawn")),
    )
