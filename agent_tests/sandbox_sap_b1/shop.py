"""What tests of the books begin with: an item, a customer, an order."""

from __future__ import annotations

from typing import Any

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.books import desk as screens
from agent_tests.sandbox_sap_b1.api import Api


def item(api: Api, code: str = "A1", price: float = 10, stock: int = 0, **more: Any) -> str:
    """Make an item with a price in list 1 and so many in warehouse 01."""
    body = {"ItemCode": code, "ItemName": f"Item {code}", **more}
    api.made("Items", {"ItemPrices": [{"PriceList": 1, "Price": price}], **body})
    if stock:
        desk(api.sandbox, "receive", item=code, quantity=stock)
    return code


def customer(api: Api, code: str = "C1", **more: Any) -> str:
    """Make a customer with an address for goods and one for bills."""
    place = {"Street": "Elbe", "ZipCode": "20095", "City": "Hamburg", "Country": "DE"}
    addresses = [
        {"AddressName": "Goods", "AddressType": "bo_ShipTo", **place},
        {"AddressName": "Bills", "AddressType": "bo_BillTo", **place, "City": "Bremen"},
    ]
    body = {"CardCode": code, "CardName": "Maria", "BPAddresses": addresses, **more}
    api.made("BusinessPartners", body)
    return code


def line(code: str = "A1", quantity: float = 1, **more: Any) -> dict[str, Any]:
    """Return a line with no tax, as bodies have it."""
    return {"ItemCode": code, "Quantity": quantity, "VatGroup": "O0", **more}


def order_body(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return the body of an order of customer C1."""
    return {
        "CardCode": "C1",
        "DocDueDate": "2099-12-31",
        "DocumentLines": list(lines) or [line()],
        **more,
    }


def order(api: Api, *lines: dict[str, Any], **more: Any) -> Any:
    """Post an order of customer C1 and return it."""
    return api.made("Orders", order_body(*lines, **more))


def based(kind: int, entry: int, *numbers: int, **more: Any) -> dict[str, Any]:
    """Return the body of a document made from lines of another one."""
    rows = [
        {"BaseType": kind, "BaseEntry": entry, "BaseLine": number} for number in numbers or (0,)
    ]
    return {"CardCode": "C1", "DocumentLines": rows, **more}


def stock(api: Api, code: str = "A1", warehouse: str = "01") -> tuple[float, float, float]:
    """Return what is in stock, committed and ordered in a warehouse."""
    row = api.json(f"Items('{code}')?$select=ItemCode,ItemWarehouseInfoCollection")
    for info in row["ItemWarehouseInfoCollection"]:
        if info["WarehouseCode"] == warehouse:
            return info["InStock"], info["Committed"], info["Ordered"]
    raise AssertionError(f"{code} is not in warehouse {warehouse}")


def desk(sandbox: SapB1Sandbox, deed: str, **values: Any) -> Any:
    """Do what a person does at B1's own screens."""
    return screens.do(sandbox.company, {"do": deed, **values})
