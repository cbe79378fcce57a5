"""What becomes of documents that are changed: amounts, addresses, currencies, undone credits."""

from __future__ import annotations

from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.shop import (
    based,
    customer,
    desk,
    item,
    line,
    order,
    order_body,
    stock,
)


@pytest.fixture
def shop(v2: Api) -> Api:
    item(v2, stock=10)
    item(v2, "B1", price=25)
    customer(v2, Currency="##")
    return v2


def changed(api: Api, number: int, **values: Any) -> Any:
    answer = api.patch(f"Orders({number})", values)
    assert answer.status_code == 204, answer.text
    return api.json(f"Orders({number})")


def test_a_quantity_keeps_the_price_that_was_given(shop: Api) -> None:
    number = order(shop, line(UnitPrice=3))["DocEntry"]
    assert changed(shop, number, DocumentLines=[{"LineNum": 0, "Quantity": 4}])["DocTotal"] == 12


def test_a_gross_price_stays_one(shop: Api) -> None:
    number = order(shop, line(PriceAfterVAT=9.99, VatGroup="O2"))["DocEntry"]
    row = changed(shop, number, DocumentLines=[{"LineNum": 0, "Quantity": 3}])
    assert row["DocTotal"] == 29.97
    row = changed(shop, number, DocumentLines=[{"LineNum": 0, "DiscountPercent": 50}])
    assert row["DocTotal"] == 14.99
    made = shop.made("DeliveryNotes", based(17, number))
    assert made["DocTotal"] == 14.99
    number = order(shop, line(PriceAfterVAT=9.99, VatGroup="O2", quantity=3))["DocEntry"]
    body = based(17, number)
    body["DocumentLines"][0]["Quantity"] = 1
    assert shop.made("DeliveryNotes", body)["DocTotal"] == 9.99


def test_another_item_brings_its_price_and_tax(shop: Api) -> None:
    shop.patch("Items('B1')", {"SalesVATGroup": "O1"})
    number = order(shop, line(UnitPrice=3))["DocEntry"]
    row = changed(shop, number, DocumentLines=[{"LineNum": 0, "ItemCode": "B1"}])
    told = row["DocumentLines"][0]
    assert (told["UnitPrice"], told["VatGroup"], row["DocTotal"]) == (25, "O1", 26.75)
    assert stock(shop) == (10, 0, 0)
    assert stock(shop, "B1") == (0, 1, 0)


def test_addresses_change_with_their_code_or_alone(shop: Api) -> None:
    more = {"AddressName": "Third", "AddressType": "bo_ShipTo", "City": "Kiel", "Country": "DE"}
    shop.patch("BusinessPartners('C1')", {"BPAddresses": [more]})
    number = order(shop)["DocEntry"]
    assert changed(shop, number, ShipToCode="Third")["AddressExtension"]["ShipToCity"] == "Kiel"
    row = changed(shop, number, AddressExtension={"ShipToStreet": "Förde"})
    extension = row["AddressExtension"]
    assert (extension["ShipToStreet"], extension["ShipToCity"]) == ("Förde", "Kiel")
    assert extension["BillToCity"] == "Bremen"
    wrong = shop.patch(f"Orders({number})", {"ShipToCode": "Nowhere"})
    assert error(wrong)[:2] == (400, -2028)


def test_dates_are_checked_again(shop: Api) -> None:
    number = order(shop)["DocEntry"]
    late = changed(shop, number, DocDueDate="2099-06-01")
    assert late["DocDueDate"] == "2099-06-01T00:00:00Z"
    assert error(shop.patch(f"Orders({number})", {"DocDueDate": "2001-01-01"}))[:2] == (400, -10)


def test_another_rate_changes_what_it_is_in_the_companys_currency(shop: Api) -> None:
    number = order(shop, line(UnitPrice=100), DocCurrency="USD")["DocEntry"]
    row = changed(shop, number, DocRate=0.5)
    assert (row["DocTotalFc"], row["DocTotal"]) == (100, 50)
    row = changed(shop, number, DocTotalFc=90)
    assert (row["DiscountPercent"], row["DocTotal"]) == (10, 45)
    row = changed(shop, number, Rounding="tYES", RoundingDiffAmountFC=1)
    assert (row["DocTotalFc"], row["RoundingDiffAmount"]) == (91, 0.5)
    assert changed(shop, number, Comments="x")["DocTotalFc"] == 91
    line_total = [{"LineNum": 0, "RowTotalFC": 60}]
    assert changed(shop, number, DocumentLines=line_total)["DocumentLines"][0]["LineTotal"] == 30


def test_documents_of_a_base_have_its_currency(shop: Api) -> None:
    number = order(shop, DocCurrency="USD")["DocEntry"]
    made = shop.made("Invoices", based(17, number))
    assert made["DocCurrency"] == "USD"
    other = {**based(17, order(shop)["DocEntry"]), "DocCurrency": "USD"}
    assert error(shop.post("Invoices", other))[:2] == (400, -10)


def test_freight_without_amount_is_none(shop: Api) -> None:
    body = order_body(DocumentAdditionalExpenses=[{"ExpenseCode": 1}])
    assert error(shop.post("Orders", body))[:2] == (400, -5002)


def test_documents_of_services_are_booked_on_accounts(shop: Api) -> None:
    rows = [
        {"AccountCode": "400000", "ItemDescription": "Advice", "LineTotal": 80, "VatGroup": "O2"}
    ]
    body = {"CardCode": "C1", "DocType": "dDocument_Service", "DocumentLines": rows}
    made = shop.made("Invoices", body)
    assert (made["DocTotal"], made["DocumentLines"][0]["ItemCode"]) == (95.2, None)
    rows[0]["AccountCode"] = "999"
    assert error(shop.post("Invoices", body))[:2] == (400, -2028)
    rows[0] = {"AccountCode": "400000", "VatGroup": "O2"}
    assert error(shop.post("Invoices", body))[:2] == (400, -5002)


def test_only_customers_get_documents(shop: Api) -> None:
    shop.made("BusinessPartners", {"CardCode": "L1", "CardType": "cLid", "Currency": "##"})
    lead = {**order_body(), "CardCode": "L1"}
    assert error(shop.post("Orders", lead))[:2] == (400, -10)
    assert shop.post("Quotations", lead).status_code == 201


def test_a_cancelled_credit_note_opens_its_invoice(shop: Api) -> None:
    made = shop.made("Invoices", {"CardCode": "C1", "DocumentLines": [line(quantity=4)]})
    credit = shop.made("CreditNotes", based(13, made["DocEntry"]))["DocEntry"]
    path = f"Invoices({made['DocEntry']})"
    assert shop.json(path)["DocumentStatus"] == "bost_Close"
    body = {"Document": {"DocEntry": credit}}
    assert shop.post("CreditNotesService_Cancel2", body).status_code == 204
    row = shop.json(path)
    assert (row["DocumentStatus"], row["PaidToDate"]) == ("bost_Open", 0)
    assert stock(shop) == (6, 0, 0)


def test_a_down_payment_is_credited(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    down = desk(sandbox, "down_payment", order=number, percent=100)
    credit = shop.made("CreditNotes", based(203, down))
    assert credit["DocTotal"] == 40
    assert shop.json(f"DownPayments({down})")["DocumentStatus"] == "bost_Close"
    assert stock(shop) == (10, 4, 0)


def test_what_is_drawn_is_no_more_than_the_invoice(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    down = desk(sandbox, "down_payment", order=number, percent=100)
    desk(sandbox, "pay", down_payment=down)
    body = based(17, number, DownPaymentsToDraw=[{"DocEntry": down}])
    body["DocumentLines"][0]["Quantity"] = 1
    assert error(shop.post("Invoices", body))[:2] == (400, -5002)
    customer(shop, "C2")
    other = {"CardCode": "C2", "DocumentLines": [line(quantity=9)]}
    refused = shop.post("Invoices", {**other, "DownPaymentsToDraw": [{"DocEntry": down}]})
    assert error(refused)[:2] == (400, -10)


def test_drafts_are_given_up(shop: Api) -> None:
    number = shop.made("Drafts", order_body(DocObjectCode="oOrders"))["DocEntry"]
    assert error(shop.post("Drafts", order_body()))[:2] == (400, -5002)
    assert shop.post(f"Drafts({number})/Close").status_code == 204
    assert error(shop.patch(f"Drafts({number})", {"Comments": "x"}))[:2] == (400, -1029)
    save = {"Document": {"DocEntry": number}}
    assert error(shop.post("DraftsService_SaveDraftToDocument", save))[:2] == (400, -5006)
