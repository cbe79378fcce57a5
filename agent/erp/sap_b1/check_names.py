"""The part of the connection's test about what settings name: is it there, and can it be used."""

from __future__ import annotations

from collections.abc import Iterator

from agent.erp.port import Finding
from agent.erp.sap_b1.choices import choices
from agent.erp.sap_b1.connection import Connection

_PROPERTIES = "Administration, Setup, Inventory, Item Properties"
_NAMED: tuple[tuple[str, str, str], ...] = (
    ("write_price_list", "Price list to write to", "Inventory, Price Lists"),
    ("item_group", "Item group without category", "Administration, Setup, Inventory, Item Groups"),
    (
        "uom_group",
        "Unit of measure group",
        "Administration, Setup, Inventory, Unit of Measure Groups",
    ),
    (
        "customer_group",
        "Customer group",
        "Administration, Setup, Business Partners, Customer Groups",
    ),
    ("warehouse", "Warehouse", "Administration, Setup, Inventory, Warehouses"),
    ("salesperson", "Sales employee", "Administration, Setup, General, Sales Employees"),
    (
        "series",
        "Numbering series of orders",
        "Administration, System Initialization, Document Numbering",
    ),
    ("source_group", "Group of these items", "Administration, Setup, Inventory, Item Groups"),
    ("source_property", "Property of these items", _PROPERTIES),
)
"""Setting, its label, and where SAP keeps what it names."""


def name_findings(cx: Connection) -> Iterator[Finding]:
    """Say which settings name something that is gone or inactive, and what SAP must have at all."""
    good = []
    for name, label, place in _NAMED:
        value = getattr(cx.settings, name)
        if value in (None, ""):
            continue
        known = dict(choices(cx, name))
        if str(value) in known:
            good.append(f"{label}: {known[str(value)]}")
            continue
        yield Finding(
            "warning",
            "settings",
            f"{label} {value} is not in SAP, or not active",
            f"The setting {name} names it",
            f"Choose another in the connection's settings, or make it in SAP ({place}).",
            "sap_b1.setting_gone",
        )
    if good:
        yield Finding("ok", "settings", "; ".join(good))
    yield from _warehouses(cx)
    yield from _price_list(cx)


def _warehouses(cx: Connection) -> Iterator[Finding]:
    known = choices(cx, "warehouse")
    if known:
        yield Finding("ok", "warehouses", f"{len(known)} warehouses are active")
        return
    yield Finding(
        "warning",
        "warehouses",
        "There is no active warehouse",
        "Stock is kept in warehouses, and all of them are inactive or none is there",
        "Make one in SAP (Administration, Setup, Inventory, Warehouses).",
        "sap_b1.warehouses",
    )


def _price_list(cx: Connection) -> Iterator[Finding]:
    """Say where prices would go that SAP computes itself."""
    columns = ("PriceListName", "BasePriceList", "Active")
    number = cx.settings.write_price_list
    row = (
        next(cx.client.rows("PriceLists", "", columns, limit=1), None)
        if number is None
        else cx.client.get("PriceLists", number, columns)
    )
    if row is None:
        return
    name = row.get("PriceListName") or row["PriceListNo"]
    base = row.get("BasePriceList")
    if base in (None, row["PriceListNo"]):
        yield Finding("ok", "prices", f"Prices are written to the price list {name}")
        return
    yield Finding(
        "warning",
        "prices",
        f"The price list {name} is computed from another one",
        f"Its base is price list {base}: what the bridge writes into it is entered by hand there, "
        "and no longer follows its base",
        "Choose a price list that is its own base in the connection's settings.",
        "sap_b1.derived_prices",
    )
