"""Items: codes, prices, warehouses, bar codes, what they refer to."""

from __future__ import annotations

from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden
from agent_tests.sandbox_sap_b1.shop import customer, desk, item, line, order, stock


def prices(api: Api, code: str = "A1") -> dict[int, Any]:
    rows = api.json(f"Items('{code}')")["ItemPrices"]
    assert len(rows) == len({row["PriceList"] for row in rows})
    return {row["PriceList"]: row["Price"] for row in rows}


@golden("post.dup.item")
def test_a_code_is_taken_once(api: Api) -> None:
    item(api, "i002")
    refused = (400, -10, "Item code 'i002' already exists")
    assert error(api.post("Items", {"ItemCode": "i002"})) == refused


def test_a_new_item_has_the_usual_values(v2: Api) -> None:
    made = v2.made("Items", {"ItemCode": "A1"})
    told = {name: made[name] for name in ("ItemsGroupCode", "InventoryItem", "Valid", "Frozen")}
    assert told == {
        "ItemsGroupCode": 100,
        "InventoryItem": "tYES",
        "Valid": "tYES",
        "Frozen": "tNO",
    }
    assert (made["Manufacturer"], made["UoMGroupEntry"], made["DataVersion"]) == (-1, -1, 1)
    assert made["CreateDate"] == made["UpdateDate"] is not None


def test_every_item_has_a_price_row_per_list_and_a_row_per_warehouse(v2: Api) -> None:
    item(v2)
    assert prices(v2) == {1: 10, 2: 8, 3: None}
    made = v2.made("PriceLists", {"PriceListName": "Half", "BasePriceList": 1, "Factor": 0.5})
    assert prices(v2)[made["PriceListNo"]] == 5
    v2.made("Warehouses", {"WarehouseCode": "03", "WarehouseName": "Third"})
    rows = v2.json("Items('A1')")["ItemWarehouseInfoCollection"]
    assert [row["WarehouseCode"] for row in rows] == ["01", "02", "03"]


def test_prices_change_by_list_and_what_follows_them(v2: Api) -> None:
    item(v2)
    assert v2.patch("Items('A1')", {"ItemPrices": [{"PriceList": 1, "Price": 20}]}).ok
    assert prices(v2) == {1: 20, 2: 16, 3: None}
    v2.patch("Items('A1')", {"ItemPrices": [{"PriceList": 2, "Price": 11}]})
    v2.patch("Items('A1')", {"ItemPrices": [{"PriceList": 1, "Price": 30}]})
    assert prices(v2) == {1: 30, 2: 11, 3: None}, "a price given by hand follows no list"
    refused = error(v2.patch("Items('A1')", {"ItemPrices": [{"PriceList": 99, "Price": 1}]}))
    assert refused[:2] == (400, -2028)


def test_replacing_collections_keeps_a_row_per_price_list(v2: Api) -> None:
    item(v2)
    body = {"ItemPrices": [{"PriceList": 3, "Price": 7}]}
    v2.patch("Items('A1')", body, headers={"B1S-ReplaceCollectionsOnPatch": "true"})
    assert prices(v2) == {1: None, 2: None, 3: 7}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ItemsGroupCode", 999),
        ("Manufacturer", 999),
        ("SalesVATGroup", "XX"),
        ("DefaultWarehouse", "XX"),
        ("UoMGroupEntry", 999),
    ],
)
def test_what_an_item_refers_to_has_to_exist(v2: Api, field: str, value: Any) -> None:
    assert error(v2.post("Items", {"ItemCode": "A1", field: value}))[:2] == (400, -2028)
    assert v2.get("Items('A1')").status_code == 404


def test_stock_cannot_be_written(v2: Api) -> None:
    item(v2, stock=5)
    body = {
        "QuantityOnStock": 99,
        "ItemWarehouseInfoCollection": [{"WarehouseCode": "01", "InStock": 99, "MinimalStock": 2}],
    }
    assert v2.patch("Items('A1')", body).status_code == 204
    row = v2.json("Items('A1')")
    assert (row["QuantityOnStock"], stock(v2)) == (5, (5, 0, 0))
    assert row["ItemWarehouseInfoCollection"][0]["MinimalStock"] == 2


def test_totals_are_those_of_all_warehouses(v2: Api, sandbox: SapB1Sandbox) -> None:
    item(v2, stock=5)
    customer(v2)
    desk(sandbox, "receive", item="A1", warehouse="02", quantity=3)
    desk(sandbox, "expect", item="A1", warehouse="02", quantity=4)
    order(v2, line(quantity=2))
    row = v2.json("Items('A1')")
    names = ("QuantityOnStock", "QuantityOrderedByCustomers", "QuantityOrderedFromVendors")
    assert [row[name] for name in names] == [8, 2, 4]


def test_bar_codes_are_the_same_in_all_places(v2: Api) -> None:
    item(v2, BarCode="4001")
    row = v2.json("Items('A1')")
    assert [member["Barcode"] for member in row["ItemBarCodeCollection"]] == ["4001"]
    v2.made("BarCodes", {"ItemNo": "A1", "Barcode": "4002"})
    assert [row["Barcode"] for row in v2.json("BarCodes")["value"]] == ["4001", "4002"]
    v2.patch("Items('A1')", {"BarCode": "4003"})
    row = v2.json("Items('A1')")
    assert row["BarCode"] == "4003"
    assert len(row["ItemBarCodeCollection"]) == 3
    again = error(v2.post("BarCodes", {"ItemNo": "A1", "Barcode": "4002"}))
    assert again[:2] == (400, -2035)
    assert v2.delete("Items('A1')").status_code == 204
    assert v2.json("BarCodes")["value"] == []


def test_frozen_and_valid_exclude_each_other(v2: Api) -> None:
    item(v2)
    v2.patch("Items('A1')", {"Frozen": "tYES"})
    assert v2.json("Items('A1')")["Valid"] == "tNO"
    v2.patch("Items('A1')", {"Valid": "tYES"})
    assert v2.json("Items('A1')")["Frozen"] == "tNO"


@pytest.mark.parametrize(
    ("values", "sold"),
    [
        ({"Frozen": "tYES"}, False),
        ({"Frozen": "tYES", "FrozenFrom": "2001-01-01", "FrozenTo": "2001-12-31"}, True),
        ({"Valid": "tYES", "ValidTo": "2001-12-31"}, False),
        ({"Valid": "tYES", "ValidFrom": "2001-01-01"}, True),
        ({"SalesItem": "tNO"}, False),
    ],
)
def test_items_out_of_use_cannot_be_sold(v2: Api, values: dict[str, Any], sold: bool) -> None:
    item(v2, **values)
    customer(v2)
    body = {"CardCode": "C1", "DocDueDate": "2099-01-01", "DocumentLines": [line()]}
    assert (v2.post("Orders", body).status_code == 201) is sold


def test_items_with_documents_stay(v2: Api) -> None:
    item(v2)
    customer(v2)
    order(v2)
    assert error(v2.delete("Items('A1')"))[1] == -10
    assert error(v2.delete("BusinessPartners('C1')"))[1] == -10


def test_pictures_need_a_folder(v2: Api, sandbox: SapB1Sandbox) -> None:
    item(v2)
    file = {"file": ("a.png", b"\x89PNG picture", "image/png")}
    assert v2.call("PATCH", "ItemImages('A1')", files=file).status_code == 204
    assert v2.json("Items('A1')")["Picture"] == "a.png"
    assert v2.get("ItemImages('A1')/$value").content == b"\x89PNG picture"
    sandbox.options.pictures = False
    assert v2.call("PATCH", "ItemImages('A1')", files=file).status_code == 400


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("Manufacturers", "ManufacturerName"),
        ("ItemGroups", "GroupName"),
        ("ShippingTypes", "Name"),
        ("BusinessPartnerGroups", "Name"),
        ("AdditionalExpenses", "Name"),
    ],
)
def test_names_of_small_sets_are_taken_once(v2: Api, name: str, field: str) -> None:
    made = v2.made(name, {field: "Nord"})
    assert made[field] == "Nord"
    assert error(v2.post(name, {field: "Nord"}))[:2] == (400, -2035)
    assert error(v2.post(name, {}))[:2] == (400, -5002)


def test_groups_in_use_stay(v2: Api) -> None:
    number = v2.made("ItemGroups", {"GroupName": "Lamps"})["Number"]
    item(v2, ItemsGroupCode=number)
    assert error(v2.delete(f"ItemGroups({number})"))[1] == -10
    v2.patch("Items('A1')", {"ItemsGroupCode": 100})
    assert v2.delete(f"ItemGroups({number})").status_code == 204
