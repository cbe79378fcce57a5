"""Values of the connection's settings that the company itself can list."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agent.erp.sap_b1.client import Row
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.fields import LANGUAGES
from agent.errors import Refused

Choices = list[tuple[str, str]]
_ORDER_TYPE = "17"
_NONE = "-1"
"""What B1 brings along for "none"."""


def choices(cx: Connection, field: str) -> Choices:
    """Return (value, label) pairs of a setting; empty where there is nothing to list.

    Raises:
        TransientError, AuthError, ConfigError: B1 cannot be asked.
    """
    if field == "language":
        return list(LANGUAGES)
    if field == "tax_free":
        return tax_codes(cx)
    if field == "series":
        return _series(cx)
    if field not in _LISTS:
        return []
    entity_set, key, label, keep = _LISTS[field]
    rows = cx.client.rows(entity_set, "", tuple(dict.fromkeys((key, label, *_COLUMNS[field]))))
    return [(str(row[key]), _label(row, key, label)) for row in rows if keep(row)]


def tax_codes(cx: Connection) -> Choices:
    """Return the tax codes of sales that are active."""
    name = "VatGroups" if cx.facts.vat else "SalesTaxCodes"
    return [(str(r["Code"]), _label(r, "Code", "Name")) for r in cx.client.rows(name) if sold(r)]


def sold(row: Row) -> bool:
    """Tell whether a tax code is active and of sales."""
    if row.get("Inactive") == "tYES" or row.get("ValidForAR") == "tNO":
        return False
    return row.get("Category") in (None, "bovcOutputTax")


def _series(cx: Connection) -> Choices:
    asked = {"DocumentTypeParams": {"Document": _ORDER_TYPE}}
    try:
        answer = cx.client.service("SeriesService_GetDocumentSeries", asked, reads=True)
    except Refused:
        return []
    rows = (answer or {}).get("value") or []
    found = []
    for row in rows:
        number = row.get("SeriesProperty", row.get("Series"))
        if number is not None and row.get("Locked") != "tYES":
            found.append((str(number), str(row.get("Name") or number)))
    return found


def _label(row: Row, key: str, label: str) -> str:
    name = str(row.get(label) or "").strip()
    return f"{row[key]} · {name}" if name else str(row[key])


def _any(row: Row) -> bool:
    return bool(row)


def _active(row: Row) -> bool:
    return row.get("Active") != "tNO" and row.get("Locked") != "tYES" and not _is_none(row)


def _is_none(row: Row) -> bool:
    return str(row.get("SalesEmployeeCode")) == _NONE


def _customers(row: Row) -> bool:
    return row.get("Type") in (None, "bbpgt_CustomerGroup")


def _open(row: Row) -> bool:
    return row.get("Inactive") != "tYES"


_Keep = Callable[[Row], bool]
_FREIGHT: tuple[str, str, str, _Keep] = ("AdditionalExpenses", "ExpensCode", "Name", _any)
_ITEM_GROUP: tuple[str, str, str, _Keep] = ("ItemGroups", "Number", "GroupName", _any)
_LISTS: Mapping[str, tuple[str, str, str, _Keep]] = {
    "write_price_list": ("PriceLists", "PriceListNo", "PriceListName", _active),
    "item_group": _ITEM_GROUP,
    "source_group": _ITEM_GROUP,
    "uom_group": ("UnitOfMeasurementGroups", "AbsEntry", "Name", _any),
    "customer_group": ("BusinessPartnerGroups", "Code", "Name", _customers),
    "warehouse": ("Warehouses", "WarehouseCode", "WarehouseName", _open),
    "salesperson": ("SalesPersons", "SalesEmployeeCode", "SalesEmployeeName", _active),
    "source_property": ("ItemProperties", "Number", "PropertyName", _any),
    "freight_shipping": _FREIGHT,
    "freight_fees": _FREIGHT,
    "freight_discounts": _FREIGHT,
    "freight_levies": _FREIGHT,
}
"""Set, key, name, and which of its rows can be chosen."""
_COLUMNS: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_LISTS, ()),
    "write_price_list": ("Active",),
    "customer_group": ("Type",),
    "warehouse": ("Inactive",),
    "salesperson": ("Active", "Locked"),
}
