"""What a partner pays: price lists, special prices, periods, quantities."""

from __future__ import annotations

from typing import Any

import pytest

from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.shop import customer, item, line, order


def asked(api: Api, quantity: float = 1, on: str = "2030-06-01", card: str = "C1") -> Any:
    body = {"CardCode": card, "ItemCode": "A1", "Date": on, "InventoryQuantity": quantity}
    answer = api.post("CompanyService_GetItemPrice", {"ItemPriceParams": body})
    assert answer.status_code == 200, answer.text
    return {name: answer.json()[name] for name in ("Price", "Currency", "Discount")}


@pytest.fixture
def shop(v2: Api) -> Api:
    item(v2, price=10)
    customer(v2)
    return v2


def test_the_partners_price_list_rules(shop: Api) -> None:
    assert asked(shop) == {"Price": 10, "Currency": "EUR", "Discount": 0}
    shop.patch("BusinessPartners('C1')", {"PriceListNum": 2})
    assert asked(shop)["Price"] == 8
    assert order(shop)["DocumentLines"][0]["UnitPrice"] == 8


def test_a_special_price_comes_first(shop: Api) -> None:
    shop.made("SpecialPrices", {"ItemCode": "A1", "CardCode": "C1", "PriceListNum": 1, "Price": 9})
    assert asked(shop) == {"Price": 9, "Currency": "EUR", "Discount": 10}
    made = order(shop)["DocumentLines"][0]
    assert (made["UnitPrice"], made["DiscountPercent"], made["Price"]) == (10, 10, 9)
    again = shop.post("SpecialPrices", {"ItemCode": "A1", "CardCode": "C1", "Price": 1})
    assert error(again)[:2] == (400, -2035)


def test_special_prices_by_period_and_quantity(shop: Api) -> None:
    steps = [{"Quantity": 5, "SpecialPrice": 7}, {"Quantity": 10, "SpecialPrice": 6}]
    area = {
        "DateFrom": "2030-01-01",
        "Dateto": "2030-12-31",
        "SpecialPrice": 8,
        "SpecialPriceQuantityAreas": steps,
    }
    body = {"ItemCode": "A1", "CardCode": "C1", "PriceListNum": 1, "Price": 9}
    shop.made("SpecialPrices", {**body, "SpecialPriceDataAreas": [area]})
    told = [asked(shop, quantity)["Price"] for quantity in (1, 5, 9, 10)]
    assert told == [8, 7, 7, 6]
    assert asked(shop, 10, on="2031-01-01")["Price"] == 9


def test_discounts_of_a_price_list_are_for_all_who_have_it(shop: Api) -> None:
    area = {"DateFrom": "2030-01-01", "Discount": 25}
    body = {"ItemCode": "A1", "CardCode": "*1", "SpecialPriceDataAreas": [area]}
    shop.made("SpecialPrices", body)
    assert asked(shop) == {"Price": 7.5, "Currency": "EUR", "Discount": 25}
    assert asked(shop, on="2029-12-31")["Price"] == 10
    shop.patch("BusinessPartners('C1')", {"PriceListNum": 2})
    assert asked(shop)["Price"] == 8
    assert error(shop.post("SpecialPrices", {**body, "CardCode": "*99"}))[1] == -2028


def test_prices_of_a_gross_list_contain_the_tax(shop: Api) -> None:
    shop.patch("Items('A1')", {"ItemPrices": [{"PriceList": 3, "Price": 11.9}]})
    shop.patch("BusinessPartners('C1')", {"PriceListNum": 3})
    made = order(shop, line(VatGroup="O2", quantity=3))
    row = made["DocumentLines"][0]
    assert (row["PriceAfterVAT"], row["GrossTotal"], row["LineTotal"]) == (11.9, 35.7, 30)
    assert made["DocTotal"] == 35.7


def test_the_company_rounds_as_it_is_set_up(v2: Api) -> None:
    told = [
        v2.post(
            "CompanyService_RoundDecimal", {"DecimalData": {"Value": value, "Context": context}}
        )
        for value, context in ((1.005, "rcSum"), (1.00005, "rcPrice"))
    ]
    assert [answer.json()["Value"] for answer in told] == [1.01, 1.0001]
