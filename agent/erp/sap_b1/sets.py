"""Sets of the Service Layer that the bridge uses: keys, versions, and what v1 calls otherwise.

From the ``$metadata`` of two companies, v1 and v2; both versions have the same sets.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Row = dict[str, Any]

KEYS: Mapping[str, tuple[str, ...]] = {
    "AdditionalExpenses": ("ExpensCode",),
    "Attachments2": ("AbsoluteEntry",),
    "BarCodes": ("AbsEntry",),
    "BatchNumberDetails": ("DocEntry",),
    "BusinessPartnerGroups": ("Code",),
    "BusinessPartners": ("CardCode",),
    "ChartOfAccounts": ("Code",),
    "Countries": ("Code",),
    "CreditCards": ("CreditCardCode",),
    "CreditNotes": ("DocEntry",),
    "Currencies": ("Code",),
    "DeliveryNotes": ("DocEntry",),
    "DownPayments": ("DocEntry",),
    "Drafts": ("DocEntry",),
    "IncomingPayments": ("DocEntry",),
    "InventoryGenEntries": ("DocEntry",),
    "InventoryGenExits": ("DocEntry",),
    "Invoices": ("DocEntry",),
    "ItemGroups": ("Number",),
    "ItemImages": ("ItemCode",),
    "ItemProperties": ("Number",),
    "Items": ("ItemCode",),
    "LengthMeasures": ("UnitCode",),
    "Manufacturers": ("Code",),
    "Orders": ("DocEntry",),
    "PaymentDrafts": ("DocEntry",),
    "PaymentTermsTypes": ("GroupNumber",),
    "PriceLists": ("PriceListNo",),
    "PurchaseCreditNotes": ("DocEntry",),
    "PurchaseDeliveryNotes": ("DocEntry",),
    "PurchaseInvoices": ("DocEntry",),
    "PurchaseOrders": ("DocEntry",),
    "PurchaseReturns": ("DocEntry",),
    "Quotations": ("DocEntry",),
    "Returns": ("DocEntry",),
    "SQLQueries": ("SqlCode",),
    "SalesPersons": ("SalesEmployeeCode",),
    "SalesTaxCodes": ("Code",),
    "SerialNumberDetails": ("DocEntry",),
    "ShippingTypes": ("Code",),
    "SpecialPrices": ("ItemCode", "CardCode"),
    "States": ("Code", "Country"),
    "StockTransfers": ("DocEntry",),
    "UnitOfMeasurementGroups": ("AbsEntry",),
    "UnitOfMeasurements": ("AbsEntry",),
    "UserFieldsMD": ("TableName", "FieldID"),
    "UserTablesMD": ("TableName",),
    "VatGroups": ("Code",),
    "Warehouses": ("WarehouseCode",),
    "WeightMeasures": ("UnitCode",),
    "WizardPaymentMethods": ("PaymentMethodCode",),
}
"""Names of the key properties, in the metadata's order."""

DOCUMENTS = frozenset(
    {
        "CreditNotes",
        "DeliveryNotes",
        "DownPayments",
        "Drafts",
        "Invoices",
        "Orders",
        "Quotations",
        "Returns",
    }
)
"""Marketing documents: what is done to them takes long."""
MOVEMENTS = frozenset(
    {
        "InventoryGenEntries",
        "InventoryGenExits",
        "PurchaseCreditNotes",
        "PurchaseDeliveryNotes",
        "PurchaseInvoices",
        "PurchaseOrders",
        "PurchaseReturns",
    }
)
"""Documents that are only read, for the stock they move; in the metadata's list of ETags."""
VERSIONED = DOCUMENTS | MOVEMENTS | {"AdditionalExpenses", "BusinessPartners", "Items"}
"""Sets whose rows carry ``DataVersion``, which ETags are made of."""

_V1_NAMES: Mapping[str, str] = {
    "BatchNumberProperty": "BatchNumber",
    "CCDNumberProperty": "CCDNumber",
    "SeriesProperty": "Series",
    "FieldIDProperty": "FieldID",
    "PeriodCategoryProperty": "PeriodCategory",
    "ElectronicSeriesProperty": "ElectronicSeries",
}
"""v2 cannot name a property as its type: it adds a word. By v2's name."""
_V1_PLACES: Mapping[str, tuple[str, str]] = {
    "BatchNumbers": ("BatchNumber", "BatchNumberProperty"),
    "CCDNumbers": ("CCDNumber", "CCDNumberProperty"),
    "SeriesCollection": ("Series", "SeriesProperty"),
}
"""Collections whose rows have such a property: its name in v1 and in v2."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATE_NAMES = frozenset(
    {
        "CardValidUntil",
        "CreditCardExpiration",
        "DeductionValidUntil",
        "Effectivefrom",
        "FirstPaymentDue",
        "FrozenFrom",
        "FrozenTo",
        "ValidFrom",
        "ValidTo",
    }
)
"""Dates whose names do not say so."""


def key_names(entity_set: str) -> tuple[str, ...]:
    """Return the names of the key properties; those of user tables are ``Code``."""
    return KEYS.get(entity_set, ("Code",))


def key_of(entity_set: str, row: Mapping[str, Any]) -> Any:
    """Return the key of a row: a value, or a tuple where the key has several parts."""
    values = tuple(row[name] for name in key_names(entity_set))
    return values[0] if len(values) == 1 else values


def from_v2(row: Row) -> Row:
    """Return a row of v2 without OData's own notes."""
    return {name: value for name, value in row.items() if "odata." not in name}


def from_v1(row: Row, place: str = "") -> Row:
    """Return a row of v1 as v2 would have told it; ``place`` is the collection it is in."""
    old, new = _V1_PLACES.get(place, ("", ""))
    told: Row = {}
    for name, value in row.items():
        if "odata." in name:
            continue
        told[new if name == old else name] = _told(name, value)
    return told


def to_v1(value: Any) -> Any:
    """Return what is to be sent with v1's names."""
    if isinstance(value, Mapping):
        return {_V1_NAMES.get(name, name): to_v1(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_v1(item) for item in value]
    return value


def _told(name: str, value: Any) -> Any:
    if isinstance(value, str):
        dated = "Date" in name or name in _DATE_NAMES
        return f"{value}T00:00:00Z" if dated and _DAY.fullmatch(value) else value
    if isinstance(value, dict):
        return from_v1(value)
    if isinstance(value, list):
        return [from_v1(item, name) if isinstance(item, dict) else item for item in value]
    return value
