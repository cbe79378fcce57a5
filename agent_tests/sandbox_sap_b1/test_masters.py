"""The sets that others refer to, and what the company tells about itself."""

from __future__ import annotations

from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.shop import customer, desk, item, line, order, order_body


def service(api: Api, name: str, body: Any = None) -> Any:
    answer = api.post(name, body or {})
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_the_company_tells_what_it_is_like(v2: Api, sandbox: SapB1Sandbox) -> None:
    told = service(v2, "CompanyService_GetAdminInfo")
    names = ("LocalCurrency", "Country", "TotalsAccuracy", "PriceAccuracy", "EnableWebhook")
    assert [told[name] for name in names] == ["EUR", "DE", 2, 4, "tNO"]
    body = {"AdminInfo": {"EnableWebhook": "tYES"}}
    assert v2.post("CompanyService_UpdateAdminInfo", body).status_code == 204
    assert sandbox.options.webhooks is True
    assert service(v2, "CompanyService_GetCompanyInfo")["CompanyName"] == told["CompanyName"]
    assert service(v2, "SBOBobService_GetLocalCurrency")["value"] == "EUR"
    units = service(v2, "UnitOfMeasurementsService_GetList")["value"]
    assert {"AbsEntry": 2, "Code": "box", "Name": "Box"} in units


def test_rates_are_of_currencies_that_are_there(v2: Api) -> None:
    for body in ({"Currency": "QQQ", "Rate": 1}, {"Currency": "EUR", "Rate": 1}):
        assert v2.post("SBOBobService_SetCurrencyRate", body).status_code == 400
    assert (
        v2.post("SBOBobService_SetCurrencyRate", {"Currency": "USD", "Rate": 0}).status_code == 400
    )
    v2.made("Currencies", {"Code": "SEK", "Name": "Krona"})
    body = {"Currency": "SEK", "Rate": 0.09, "RateDate": "20300101"}
    assert v2.post("SBOBobService_SetCurrencyRate", body).status_code == 204
    asked = {"Currency": "SEK", "Date": "2030-01-01"}
    assert service(v2, "SBOBobService_GetCurrencyRate", asked)["value"] == 0.09


def test_sales_taxes_add_up(v2: Api) -> None:
    lines = [{"STACode": "A", "EffectiveRate": 4}, {"STACode": "B", "EffectiveRate": 2.5}]
    made = v2.made("SalesTaxCodes", {"Code": "X", "Name": "X", "SalesTaxCodes_Lines": lines})
    assert made["Rate"] == 6.5
    assert v2.made("SalesTaxCodes", {"Code": "Y", "Name": "Y", "Rate": 3})["Rate"] == 3


def test_a_tax_group_needs_a_rate(v2: Api) -> None:
    assert error(v2.post("VatGroups", {"Code": "X", "Name": "X"}))[:2] == (400, -5002)
    taken = {"Code": "O1", "Name": "X", "VatGroups_Lines": [{"Rate": 1}]}
    assert error(v2.post("VatGroups", taken))[:2] == (400, -2035)


def test_inactive_taxes_are_not_used(v2: Api) -> None:
    item(v2)
    customer(v2)
    v2.patch("VatGroups('O1')", {"Inactive": "tYES"})
    assert error(v2.post("Orders", order_body(line(VatGroup="O1"))))[:2] == (400, -5002)


def test_warehouses_and_price_lists_in_use_stay(v2: Api) -> None:
    item(v2, stock=1)
    customer(v2, PriceListNum=2)
    assert error(v2.delete("Warehouses('01')"))[1] == -10
    assert error(v2.delete("PriceLists(2)"))[1] == -10
    assert v2.delete("Warehouses('02')").status_code == 204
    assert v2.delete("PriceLists(3)").status_code == 204
    row = v2.json("Items('A1')")
    assert [r["WarehouseCode"] for r in row["ItemWarehouseInfoCollection"]] == ["01"]
    assert [r["PriceList"] for r in row["ItemPrices"]] == [1, 2]
    long = {"WarehouseCode": "TOOLONG12", "WarehouseName": "x"}
    assert error(v2.post("Warehouses", long))[:2] == (400, -1004)


def test_inactive_warehouses_give_nothing(v2: Api) -> None:
    item(v2)
    customer(v2)
    v2.patch("Warehouses('02')", {"Inactive": "tYES"})
    assert error(v2.post("Orders", order_body(line(WarehouseCode="02"))))[:2] == (400, -10)


def test_a_price_list_follows_another_one(v2: Api) -> None:
    item(v2)
    body = {
        "PriceListName": "Export",
        "BasePriceList": 1,
        "Factor": 2,
        "DefaultPrimeCurrency": "USD",
    }
    number = v2.made("PriceLists", body)["PriceListNo"]
    v2.patch(f"PriceLists({number})", {"Factor": 3})
    prices = {r["PriceList"]: r["Price"] for r in v2.json("Items('A1')")["ItemPrices"]}
    assert prices[number] == 30
    assert error(v2.post("PriceLists", {"PriceListName": "x", "BasePriceList": 99}))[1] == -2028
    currency = {"PriceListName": "x", "DefaultPrimeCurrency": "QQQ"}
    assert error(v2.post("PriceLists", currency))[1] == -2028


@pytest.mark.parametrize(
    "prices",
    [
        [{"PriceList": 1, "Price": -1}],
        [{"PriceList": 1, "Price": 1, "Currency": "QQQ"}],
        [{"PriceList": 1, "Price": 1}, {"PriceList": 1, "Price": 2}],
    ],
)
def test_prices_that_cannot_be(v2: Api, prices: list[dict[str, Any]]) -> None:
    assert v2.post("Items", {"ItemCode": "A1", "ItemPrices": prices}).status_code == 400


def test_special_prices_change_by_period(v2: Api) -> None:
    item(v2)
    customer(v2)
    areas = [
        {"DateFrom": "2030-01-01", "Dateto": "2030-06-30", "SpecialPrice": 8},
        {"DateFrom": "2030-07-01", "SpecialPrice": 7},
    ]
    body = {"ItemCode": "A1", "CardCode": "C1", "PriceListNum": 1, "SpecialPriceDataAreas": areas}
    made = v2.made("SpecialPrices", body)
    assert [a["RowNumber"] for a in made["SpecialPriceDataAreas"]] == [0, 1]
    path = "SpecialPrices(ItemCode='A1',CardCode='C1')"
    change = {"SpecialPriceDataAreas": [{"RowNumber": 1, "SpecialPrice": 6}]}
    assert v2.patch(path, change).status_code == 204
    rows = v2.json(path)["SpecialPriceDataAreas"]
    assert [(a["SpecialPrice"], a["Discount"]) for a in rows] == [(8, 20), (6, 40)]
    assert rows[1]["DateFrom"] == "2030-07-01T00:00:00Z"


def test_units_and_their_groups(v2: Api) -> None:
    unit = v2.made("UnitOfMeasurements", {"Code": "pal", "Name": "Pallet"})["AbsEntry"]
    member = {"AlternateUoM": unit, "AlternateQuantity": 1, "BaseQuantity": 40}
    body = {"Code": "P", "Name": "P", "BaseUoM": 1, "UoMGroupDefinitionCollection": [member]}
    group = v2.made("UnitOfMeasurementGroups", body)
    assert [m["AlternateUoM"] for m in group["UoMGroupDefinitionCollection"]] == [1, unit]
    made = v2.made("Items", {"ItemCode": "A1", "UoMGroupEntry": group["AbsEntry"]})
    assert (made["InventoryUoMEntry"], made["DefaultSalesUoMEntry"], made["InventoryUOM"]) == (
        1,
        1,
        "pcs",
    )
    foreign = {"ItemCode": "A2", "UoMGroupEntry": group["AbsEntry"], "DefaultSalesUoMEntry": 3}
    assert error(v2.post("Items", foreign))[:2] == (400, -5002)
    nothing = {**body, "Code": "Q", "UoMGroupDefinitionCollection": [{**member, "BaseQuantity": 0}]}
    assert error(v2.post("UnitOfMeasurementGroups", nothing))[:2] == (400, -5002)


def test_units_of_the_sale_without_a_group(v2: Api) -> None:
    item(v2, SalesUnit="box", SalesItemsPerUnit=6)
    customer(v2)
    row = order(v2, line(quantity=2))["DocumentLines"][0]
    assert (row["InventoryQuantity"], row["MeasureUnit"], row["UnitPrice"]) == (12, "box", 60)
    row = order(v2, line(quantity=2, UseBaseUnits="tYES"))["DocumentLines"][0]
    assert (row["InventoryQuantity"], row["UnitPrice"]) == (2, 10)


def test_places(v2: Api) -> None:
    assert v2.json("States(Code='BY',Country='DE')")["Name"] == "Bayern"
    made = v2.made("States", {"Code": "T", "Country": "AT", "Name": "Tirol"})
    assert (made["Code"], made["Country"]) == ("T", "AT")
    assert error(v2.post("States", {"Code": "T", "Country": "QQ", "Name": "x"}))[1] == -2028
    assert error(v2.post("States", {"Country": "AT", "Name": "x"}))[1] == -5002
    address = {"AddressName": "x", "Country": "AT", "State": "BY"}
    body = {"CardCode": "C1", "BPAddresses": [address]}
    assert error(v2.post("BusinessPartners", body))[:2] == (400, -2028)


def test_what_b1_keeps_itself(v2: Api) -> None:
    assert error(v2.post("ItemProperties", {"Number": 65}))[:2] == (400, -5006)
    assert error(v2.delete("ItemProperties(1)"))[:2] == (400, -5006)
    assert v2.patch("ItemProperties(1)", {"PropertyName": "Web"}).status_code == 204
    assert v2.json("ItemProperties(1)")["PropertyName"] == "Web"


def test_cards_are_booked_on_accounts(v2: Api) -> None:
    body = {"CreditCardName": "Amex", "GLAccount": "999"}
    assert error(v2.post("CreditCards", body))[:2] == (400, -2028)
    assert v2.made("CreditCards", {**body, "GLAccount": "161020"})["GLAccount"] == "161020"


def test_an_item_is_taken_out_of_use(v2: Api) -> None:
    item(v2)
    assert v2.post("Items('A1')/Cancel").status_code == 204
    assert v2.json("Items('A1')")["Frozen"] == "tYES"


@pytest.mark.parametrize(
    ("place", "body", "number"),
    [
        ("Items", {"ItemCode": "x" * 51}, -1004),
        ("Items", {"ItemName": "no code"}, -5002),
        ("BusinessPartners", {"CardCode": "x" * 16}, -1004),
        (
            "Items",
            {"ItemCode": "x", "ManageBatchNumbers": "tYES", "ManageSerialNumbers": "tYES"},
            -5002,
        ),
        ("Items", {"ItemCode": "x", "ItemBarCodeCollection": [{"FreeText": "none"}]}, -5002),
        ("BusinessPartners", {"CardCode": "x", "ContactEmployees": [{"Phone1": "1"}]}, -5002),
        ("BusinessPartners", {"CardCode": "x", "ShipToDefault": "Nowhere"}, -5002),
    ],
)
def test_records_that_cannot_be(v2: Api, place: str, body: dict[str, Any], number: int) -> None:
    assert error(v2.post(place, body))[:2] == (400, number)


def test_how_stock_is_kept_stays_while_there_is_any(v2: Api, sandbox: SapB1Sandbox) -> None:
    item(v2, stock=1)
    assert error(v2.patch("Items('A1')", {"ManageBatchNumbers": "tYES"}))[:2] == (400, -10)
    assert error(v2.delete("Items('A1')"))[:2] == (400, -10)
    desk(sandbox, "issue", item="A1")
    assert v2.patch("Items('A1')", {"ManageBatchNumbers": "tYES"}).status_code == 204


def test_bar_codes_change_by_their_number(v2: Api) -> None:
    item(v2, ItemBarCodeCollection=[{"Barcode": "1"}, {"Barcode": "2"}])
    first = v2.json("Items('A1')")["ItemBarCodeCollection"][0]["AbsEntry"]
    members = [{"AbsEntry": first, "Barcode": "1x"}, {"Barcode": "3"}]
    assert v2.patch("Items('A1')", {"ItemBarCodeCollection": members}).status_code == 204
    codes = [m["Barcode"] for m in v2.json("Items('A1')")["ItemBarCodeCollection"]]
    assert codes == ["1x", "2", "3"]
    assert v2.patch(f"BarCodes({first})", {"Barcode": "1y"}).status_code == 204
    assert v2.delete("BarCodes(2)").status_code == 204
    codes = [m["Barcode"] for m in v2.json("Items('A1')")["ItemBarCodeCollection"]]
    assert codes == ["1y", "3"]
    assert len(v2.json("BarCodes")["value"]) == 2
