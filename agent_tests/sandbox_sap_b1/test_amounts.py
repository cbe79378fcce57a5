"""What documents add up to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.options import Options
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden
from agent_tests.sandbox_sap_b1.shop import customer, desk, item, line, order, order_body


@pytest.fixture
def shop(v2: Api) -> Api:
    item(v2)
    customer(v2, Currency="##")
    return v2


def vat(api: Api, code: str, rate: float) -> None:
    api.made("VatGroups", {"Code": code, "Name": code, "VatGroups_Lines": [{"Rate": rate}]})


def told(row: dict[str, Any], *names: str) -> list[Any]:
    return [row[name] for name in names]


@golden("sum.tax")
def test_a_line_with_tax(api: Api) -> None:
    item(api)
    customer(api)
    vat(api, "X1", 18.3)
    made = order(api, line(quantity=100, UnitPrice=30, VatGroup="X1"))
    row = made["DocumentLines"][0]
    assert told(row, "Price", "PriceAfterVAT", "LineTotal", "TaxTotal", "GrossTotal") == [
        30,
        35.49,
        3000,
        549,
        3549,
    ]
    assert told(made, "VatSum", "DocTotal") == [549, 3549]


@golden("sum.doctotal")
def test_a_posted_total_becomes_a_discount(api: Api) -> None:
    item(api)
    customer(api)
    two = [line(UnitPrice=2000), line(UnitPrice=2000)]
    made = order(api, *two, DocTotal=4147.27)
    assert told(made, "DiscountPercent", "VatSum", "DocTotal") == [-3.68175, 0, 4147.27]
    assert made["TotalDiscount"] == -147.27


@golden("sum.freight")
def test_freight_has_a_tax_of_its_own(api: Api) -> None:
    item(api)
    customer(api)
    vat(api, "X2", 39)
    freight = {"ExpenseCode": 1, "LineTotal": 10000, "VatGroup": "O0"}
    rows = [line(UnitPrice=10000, VatGroup="X2")]
    made = order(api, *rows, DocumentAdditionalExpenses=[freight])
    expense = made["DocumentAdditionalExpenses"][0]
    assert told(expense, "TaxSum", "LineGross", "LineNum") == [0, 10000, 0]
    assert told(made, "VatSum", "DocTotal") == [3900, 23900]
    assert "TotalExpenses" not in made


def test_freight_takes_the_tax_of_its_code(shop: Api) -> None:
    made = order(shop, DocumentAdditionalExpenses=[{"ExpenseCode": 1, "LineTotal": 10}])
    expense = made["DocumentAdditionalExpenses"][0]
    assert told(expense, "VatGroup", "TaxPercent", "TaxSum") == ["O2", 19, 1.9]
    assert told(made, "VatSum", "DocTotal") == [1.9, 21.9]


def test_a_freight_code_is_in_a_document_once(shop: Api, sandbox: SapB1Sandbox) -> None:
    rows = [{"ExpenseCode": 1, "LineTotal": 10}, {"ExpenseCode": 1, "LineTotal": 5}]
    body = order_body(DocumentAdditionalExpenses=rows)
    assert error(shop.post("Orders", body))[:2] == (400, -2035)
    sandbox.options.freight_code_once = False
    assert shop.post("Orders", body).status_code == 201


def test_freight_may_be_negative_by_option(shop: Api, sandbox: SapB1Sandbox) -> None:
    body = order_body(DocumentAdditionalExpenses=[{"ExpenseCode": 3, "LineTotal": -3}])
    assert shop.made("Orders", body)["DocTotal"] == 10 - 3 - 0.57
    sandbox.options.negative_freight = False
    assert error(shop.post("Orders", body))[:2] == (400, -10)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"UnitPrice": 10, "DiscountPercent": 25}, [10, 25, 7.5, 22.5]),
        ({"UnitPrice": 10, "Price": 8}, [10, 20, 8, 24]),
        ({"Price": 9, "DiscountPercent": 10}, [10, 10, 9, 27]),
        ({"Price": 9}, [9, 0, 9, 27]),
        ({"LineTotal": 20}, [6.6667, 0, 6.6667, 20]),
        ({"UnitPrice": 10, "LineTotal": 24}, [10, 20, 8, 24]),
        ({}, [10, 0, 10, 30]),
    ],
)
def test_prices_follow_from_what_is_given(
    shop: Api, given: dict[str, Any], expected: list[float]
) -> None:
    row = order(shop, line(quantity=3, **given))["DocumentLines"][0]
    assert told(row, "UnitPrice", "DiscountPercent", "Price", "LineTotal") == expected


@pytest.mark.parametrize(
    ("given", "gross"),
    [
        ({"PriceAfterVAT": 9.99}, 29.97),
        ({"GrossTotal": 29.95}, 29.95),
        ({"GrossPrice": 9.99}, 29.97),
    ],
)
def test_lines_can_be_given_with_their_tax(shop: Api, given: dict[str, Any], gross: float) -> None:
    made = order(shop, line(quantity=3, VatGroup="O2", **given))
    row = made["DocumentLines"][0]
    net = round(gross / 1.19, 2)
    assert told(row, "GrossTotal", "LineTotal") == [gross, net]
    assert told(made, "DocTotal", "VatSum") == [gross, round(gross - net, 2)]


def test_tax_is_rounded_in_the_sum_or_in_each_row(shop: Api, sandbox: SapB1Sandbox) -> None:
    rows = [line(UnitPrice=0.99, VatGroup="O1") for _ in range(3)]
    assert order(shop, *rows)["VatSum"] == 0.21
    rows = [line(UnitPrice=1.06, VatGroup="O1") for _ in range(3)]
    assert order(shop, *rows)["VatSum"] == 0.22
    sandbox.options.round_tax_in_rows = True
    made = order(shop, *rows)
    assert made["VatSum"] == 0.21
    assert made["DocumentLines"][0]["TaxTotal"] == 0.07


def test_a_discount_of_the_document_lessens_its_tax(shop: Api) -> None:
    made = order(shop, line(UnitPrice=100, VatGroup="O2"), DiscountPercent=10)
    assert told(made, "TotalDiscount", "VatSum", "DocTotal") == [10, 17.1, 107.1]
    freight = [{"ExpenseCode": 1, "LineTotal": 10, "VatGroup": "O0"}]
    made = order(
        shop,
        line(UnitPrice=100, VatGroup="O2"),
        DiscountPercent=10,
        DocumentAdditionalExpenses=freight,
    )
    assert made["DocTotal"] == 117.1


def test_a_rounding_difference_is_part_of_the_total(shop: Api) -> None:
    made = order(shop, line(UnitPrice=10), Rounding="tYES", RoundingDiffAmount=-0.02)
    assert told(made, "RoundingDiffAmount", "DocTotal", "DiscountPercent") == [-0.02, 9.98, 0]
    made = order(shop, line(UnitPrice=10), RoundingDiffAmount=-0.02)
    assert told(made, "RoundingDiffAmount", "DocTotal") == [0, 10]


def test_currencies_round_by_their_rule(shop: Api) -> None:
    shop.patch("Currencies('EUR')", {"Rounding": "rsRoundToFiveHundredth"})
    made = order(shop, line(UnitPrice=10.03), Rounding="tYES")
    assert told(made, "RoundingDiffAmount", "DocTotal") == [0.02, 10.05]


def test_other_currencies_are_told_in_both(shop: Api) -> None:
    made = order(shop, line(UnitPrice=10, quantity=3, VatGroup="O2"), DocCurrency="USD")
    row = made["DocumentLines"][0]
    assert told(made, "DocRate", "DocTotalFc", "VatSumFc") == [0.9, 35.7, 5.7]
    assert told(made, "DocTotal", "VatSum") == [32.13, 5.13]
    assert told(row, "Currency", "UnitPrice", "RowTotalFC", "LineTotal") == ["USD", 10, 30, 27]
    freight = [{"ExpenseCode": 1, "LineTotalFC": 10, "VatGroup": "O0"}]
    made = order(shop, DocCurrency="USD", DocumentAdditionalExpenses=freight)
    assert told(made["DocumentAdditionalExpenses"][0], "LineTotal", "LineTotalFC") == [9, 10]


def test_prices_of_other_currencies_are_converted(shop: Api) -> None:
    row = order(shop, DocCurrency="USD")["DocumentLines"][0]
    assert told(row, "UnitPrice", "LineTotal") == [11.1111, 10]


def test_a_currency_without_rate_is_refused(shop: Api, sandbox: SapB1Sandbox) -> None:
    desk(sandbox, "rate", currency="USD", value=None)
    refused = error(shop.post("Orders", order_body(DocCurrency="USD")))
    assert refused == (400, -10, "Update the exchange rate , 'USD'")
    today = sandbox.company.now().date().isoformat()
    asked = {"Currency": "USD", "Date": today}
    assert error(shop.post("SBOBobService_GetCurrencyRate", asked))[0] == 400
    rate = {"Currency": "USD", "Rate": 0.8, "RateDate": today}
    assert shop.post("SBOBobService_SetCurrencyRate", rate).status_code == 204
    assert shop.post("SBOBobService_GetCurrencyRate", asked).json()["value"] == 0.8
    assert shop.made("Orders", order_body(DocCurrency="USD"))["DocRate"] == 0.8


def test_partners_have_their_currency(v2: Api) -> None:
    item(v2)
    customer(v2)
    assert error(v2.post("Orders", order_body(DocCurrency="USD")))[:2] == (400, -10)
    v2.patch("BusinessPartners('C1')", {"Currency": "USD"})
    assert order(v2)["DocCurrency"] == "USD"


@pytest.fixture
def american() -> Iterator[Api]:
    options = Options(localisation="sales_tax", country="US", currency="USD")
    with SapB1Sandbox(options=options) as running:
        api = Api(running)
        assert api.log_in().ok
        yield api
        api.close()


def test_sales_tax_is_by_code_of_the_line(american: Api) -> None:
    v2 = american
    assert v2.json("VatGroups")["value"] == []
    item(v2, ArTaxCode="CA")
    customer(v2)
    assert order(v2, {"ItemCode": "A1"}, DocCurrency="USD")["DocRate"] == 1
    made = order(v2, {"ItemCode": "A1", "UnitPrice": 100, "TaxCode": "NY", "Quantity": 1})
    row = made["DocumentLines"][0]
    assert told(row, "TaxCode", "VatGroup", "TaxPercentagePerRow") == ["NY", None, 8.875]
    assert made["VatSum"] == 8.88
    made = order(v2, {"ItemCode": "A1", "UnitPrice": 100, "Quantity": 1})
    assert made["DocumentLines"][0]["TaxCode"] == "CA"
    assert made["DocTotal"] == 107.25
    v2.made("Items", {"ItemCode": "A2"})
    refused = v2.post("Orders", order_body({"ItemCode": "A2"}))
    assert error(refused)[:2] == (400, -5002)


@pytest.mark.parametrize(("code", "number"), [("XX", -2028), ("I2", -5002)])
def test_a_tax_has_to_be_one_of_sales(shop: Api, code: str, number: int) -> None:
    assert error(shop.post("Orders", order_body(line(VatGroup=code))))[:2] == (400, number)
    freight = [{"ExpenseCode": 1, "LineTotal": 1, "VatGroup": code}]
    body = order_body(DocumentAdditionalExpenses=freight)
    assert error(shop.post("Orders", body))[:2] == (400, number)


def test_a_rate_holds_from_its_day(shop: Api) -> None:
    rates = [
        {"Effectivefrom": "2000-01-01", "Rate": 16},
        {"Effectivefrom": "2090-01-01", "Rate": 20},
    ]
    shop.made("VatGroups", {"Code": "X3", "Name": "later", "VatGroups_Lines": rates})
    assert order(shop, line(VatGroup="X3"))["DocumentLines"][0]["TaxPercentagePerRow"] == 16
    later = order(shop, line(VatGroup="X3"), TaxDate="2091-01-01")
    assert later["DocumentLines"][0]["TaxPercentagePerRow"] == 20


def test_units_of_a_group(shop: Api) -> None:
    item(shop, "B1", price=2, stock=100, UoMGroupEntry=1)
    row = order(shop, line("B1", quantity=2, UoMEntry=2))["DocumentLines"][0]
    assert told(row, "UoMCode", "InventoryQuantity", "UnitPrice", "LineTotal") == [
        "box",
        24,
        24,
        48,
    ]
    committed = shop.json("Items('B1')")["QuantityOrderedByCustomers"]
    assert committed == 24
    assert error(shop.post("Orders", order_body(line("B1", UoMEntry=3))))[:2] == (400, -5002)


def test_a_preview_computes_and_stores_nothing(shop: Api, sandbox: SapB1Sandbox) -> None:
    body = order_body(line(VatGroup="O2"))
    answer = shop.post("OrdersService_Preview", {"Document": body})
    assert answer.status_code == 200
    assert told(answer.json(), "DocEntry", "DocTotal", "VatSum") == [None, 11.9, 1.9]
    assert shop.get("Orders/$count").text == "0"
    assert shop.json("Items('A1')")["QuantityOrderedByCustomers"] == 0
    assert (
        error(shop.post("OrdersService_Preview", {"Document": order_body(line("NO"))}))[1] == -2028
    )
    sandbox.options.preview = False
    assert shop.post("OrdersService_Preview", {"Document": body}).status_code == 400
