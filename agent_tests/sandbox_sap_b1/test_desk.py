"""What a person does at B1's own screens, from this process and from another one."""

from __future__ import annotations

from typing import Any

import pytest
import requests

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.books import desk as screens
from agent_tests.sandbox_sap_b1.api import Api
from agent_tests.sandbox_sap_b1.shop import customer, item, line, order, stock


@pytest.fixture
def shop(v2: Api) -> Api:
    item(v2)
    customer(v2)
    return v2


def told(api: Api, deed: str, **values: Any) -> Any:
    """Do it as another process would."""
    address = f"{api.sandbox.url}/_control/desk"
    answer = requests.post(address, json={"do": deed, **values}, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_goods_come_and_go(shop: Api) -> None:
    told(shop, "receive", item="A1", quantity=5)
    told(shop, "issue", item="A1", quantity=2)
    told(shop, "expect", item="A1", quantity=7)
    assert stock(shop) == (3, 0, 7)
    told(shop, "count", item="A1", quantity=1.5)
    assert stock(shop) == (1.5, 0, 7)
    told(shop, "receive", item="A1", warehouse="02", quantity=4)
    assert stock(shop, warehouse="02") == (4, 0, 0)


def test_an_order_is_worked_off(shop: Api) -> None:
    told(shop, "receive", item="A1", quantity=5)
    freight = [{"ExpenseCode": 1, "LineTotal": 5, "VatGroup": "O0"}]
    made = order(shop, line(quantity=3), DiscountPercent=10, DocumentAdditionalExpenses=freight)
    number = made["DocEntry"]
    first = told(shop, "deliver", order=number, lines={"0": 1}, tracking="JD01", carrier=1)
    row = shop.json(f"DeliveryNotes({first})")
    assert (row["TrackingNumber"], row["TransportationCode"], row["DocTotal"]) == ("JD01", 1, 14)
    second = told(shop, "deliver", order=number)
    assert shop.json(f"DeliveryNotes({second})")["DocTotal"] == 18, "freight is delivered once"
    assert shop.json(f"Orders({number})")["DocumentStatus"] == "bost_Close"
    invoices = [told(shop, "invoice", delivery=entry) for entry in (first, second)]
    totals = [shop.json(f"Invoices({entry})")["DocTotal"] for entry in invoices]
    assert sum(totals) == made["DocTotal"]
    told(shop, "pay", invoice=invoices[0], amount=4)
    told(shop, "pay", invoice=invoices[0])
    assert shop.json(f"Invoices({invoices[0]})")["DocumentStatus"] == "bost_Close"
    credit = told(shop, "credit", invoice=invoices[1], lines={"0": 1})
    assert shop.json(f"CreditNotes({credit})")["DocumentLines"][0]["Quantity"] == 1
    assert stock(shop) == (3, 0, 0)


def test_documents_are_undone(shop: Api) -> None:
    told(shop, "receive", item="A1", quantity=5)
    number = order(shop, line(quantity=3))["DocEntry"]
    delivery = told(shop, "deliver", order=number)
    back = told(shop, "take_back", delivery=delivery, lines={"0": 1})
    assert shop.json(f"Returns({back})")["DocTotal"] == 10
    told(shop, "cancel", place="Returns", key=back)
    told(shop, "cancel", place="DeliveryNotes", key=delivery)
    told(shop, "cancel", place="Orders", key=number)
    assert stock(shop) == (5, 0, 0)
    second = order(shop, line(quantity=3))["DocEntry"]
    told(shop, "close", place="Orders", key=second)
    assert shop.json(f"Orders({second})")["DocumentStatus"] == "bost_Close"


def test_forms_make_change_and_remove(shop: Api) -> None:
    prices = {"ItemCode": "A1", "CardCode": "C1", "PriceListNum": 1, "Price": 7.5}
    key = told(shop, "make", place="SpecialPrices", values=prices)
    assert key == ["A1", "C1"]
    told(shop, "edit", place="SpecialPrices", key=key, values={"Price": 6.5})
    assert order(shop)["DocumentLines"][0]["Price"] == 6.5
    told(shop, "remove", place="SpecialPrices", key=key)
    assert order(shop)["DocumentLines"][0]["Price"] == 10
    told(shop, "edit", place="Items", key="A1", values={"ItemName": "Renamed"})
    assert shop.json("Items('A1')")["ItemName"] == "Renamed"
    told(shop, "rate", currency="USD", value=0.5)
    assert shop.sandbox.company.table("_Rates").rows


def test_refusals_are_told(shop: Api, sandbox: SapB1Sandbox) -> None:
    address = f"{sandbox.url}/_control/desk"
    for body in (
        {"do": "issue", "item": "A1", "quantity": 1},
        {"do": "fly"},
        {"do": "issue", "what": "A1"},
        {"do": "edit", "place": "Items", "key": "NOPE", "values": {}},
        {"do": "deliver", "order": 77},
    ):
        answer = requests.post(address, json=body, timeout=10)
        assert answer.status_code == 400, body
        assert answer.json()["error"]
    assert stock(shop) == (0, 0, 0)


def test_every_deed_says_what_it_does() -> None:
    assert all(deed.__doc__ for deed in screens.DEEDS.values())
