"""What is made from orders: deliveries, invoices, returns, credit notes, cancellations."""

from __future__ import annotations

from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden
from agent_tests.sandbox_sap_b1.shop import based, customer, desk, item, line, order, stock

ORDER, DELIVERY, INVOICE, RETURN = 17, 15, 13, 16


@pytest.fixture
def shop(v2: Api) -> Api:
    item(v2, stock=10)
    customer(v2)
    return v2


def status(api: Api, name: str, number: int) -> str:
    return str(api.json(f"{name}({number})")["DocumentStatus"])


def test_a_delivery_takes_goods_and_closes_what_it_delivers(shop: Api) -> None:
    number = order(shop, line(quantity=4, UnitPrice=7), line(quantity=1), NumAtCard="OC-1")
    body = based(ORDER, number["DocEntry"], 0)
    body["DocumentLines"][0]["Quantity"] = 3
    made = shop.made("DeliveryNotes", {**body, "TrackingNumber": "JD01", "TransportationCode": 1})
    assert (made["DocTotal"], made["NumAtCard"], made["TrackingNumber"]) == (21, "OC-1", "JD01")
    row = made["DocumentLines"][0]
    assert (row["BaseType"], row["BaseEntry"], row["BaseLine"]) == (17, number["DocEntry"], 0)
    assert stock(shop) == (7, 2, 0)
    rows = shop.json(f"Orders({number['DocEntry']})")["DocumentLines"]
    assert [r["RemainingOpenQuantity"] for r in rows] == [1, 1]
    rest = shop.made("DeliveryNotes", based(ORDER, number["DocEntry"], 0, 1))
    assert [r["Quantity"] for r in rest["DocumentLines"]] == [1, 1]
    assert status(shop, "Orders", number["DocEntry"]) == "bost_Close"
    assert stock(shop) == (5, 0, 0)
    again = error(shop.post("DeliveryNotes", based(ORDER, number["DocEntry"], 0)))
    assert again[:2] == (400, -10)
    assert again[2].startswith("One of the base documents has already been closed")


def test_deliveries_keep_their_packages_and_tracking(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop)["DocEntry"]
    packages = [{"Number": 1, "Type": "Box", "Units": 1, "TotalWeight": 2.5}]
    made = shop.made("DeliveryNotes", based(ORDER, number, DocumentPackages=packages))
    path = f"DeliveryNotes({made['DocEntry']})"
    assert shop.json(path)["DocumentPackages"][0]["TotalWeight"] == 2.5
    assert shop.patch(path, {"TrackingNumber": "JD02"}).status_code == 204
    assert shop.json(path)["TrackingNumber"] == "JD02"
    assert error(shop.patch(path, {"DiscountPercent": 5}))[:2] == (400, -1029)
    lines = {"DocumentLines": [{"LineNum": 0, "Quantity": 2}]}
    assert error(shop.patch(path, lines))[:2] == (400, -1029)
    shop.made("Invoices", based(DELIVERY, made["DocEntry"]))
    assert error(shop.patch(path, {"TrackingNumber": "JD03"}))[:2] == (400, -1029)
    desk(sandbox, "track", delivery=made["DocEntry"], tracking="JD03", carrier=2)
    row = shop.json(path)
    assert (row["TrackingNumber"], row["TransportationCode"]) == ("JD03", 2)


@golden("stock.negative")
def test_no_more_than_there_is_can_go_out(api: Api, sandbox: SapB1Sandbox) -> None:
    item(api, stock=10)
    customer(api)
    few = line(quantity=3)
    body = {"CardCode": "C1", "DocumentLines": [few, few, line(quantity=5)]}
    text = "Quantity falls into negative inventory  [DocumentLines.ItemCode][line: 3]"
    for name in ("InventoryGenExits", "DeliveryNotes", "Invoices"):
        assert error(api.post(name, body)) == (400, -10, text), name
        assert stock(api) == (10, 0, 0)
    sandbox.options.negative_stock = True
    assert api.post("DeliveryNotes", body).status_code == 201
    assert stock(api) == (-1, 0, 0)


def test_an_invoice_of_a_delivery_moves_nothing(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    delivery = desk(sandbox, "deliver", order=number)
    made = shop.made("Invoices", based(DELIVERY, delivery))
    assert (made["DocTotal"], made["PaidToDate"], made["DocumentStatus"]) == (40, 0, "bost_Open")
    assert stock(shop) == (6, 0, 0)
    assert status(shop, "DeliveryNotes", delivery) == "bost_Close"
    assert error(shop.post("Invoices", based(DELIVERY, delivery)))[1] == -10


def test_an_invoice_of_an_order_delivers(shop: Api) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    shop.made("Invoices", based(ORDER, number))
    assert stock(shop) == (6, 0, 0)
    assert status(shop, "Orders", number) == "bost_Close"


def test_a_reserve_invoice_promises_until_it_is_delivered(shop: Api) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    made = shop.made("Invoices", based(ORDER, number, ReserveInvoice="tYES"))
    assert stock(shop) == (10, 4, 0)
    assert status(shop, "Orders", number) == "bost_Close"
    shop.made("DeliveryNotes", based(INVOICE, made["DocEntry"]))
    assert stock(shop) == (6, 0, 0)
    assert shop.json(f"Invoices({made['DocEntry']})")["InventoryStatus"] == "bost_Close"
    plain = shop.made("Invoices", {"CardCode": "C1", "DocumentLines": [line()]})
    assert error(shop.post("DeliveryNotes", based(INVOICE, plain["DocEntry"])))[1] == -10


@pytest.mark.parametrize(
    ("target", "kind"),
    [("Orders", 13), ("Returns", 17), ("CreditNotes", 15), ("DeliveryNotes", 14)],
)
def test_not_everything_can_be_made_from_everything(shop: Api, target: str, kind: int) -> None:
    body = {**based(kind, 1), "DocDueDate": "2099-01-01"}
    assert error(shop.post(target, body))[:2] == (400, -10)


def test_base_lines_have_to_exist_and_are_the_partners(shop: Api) -> None:
    assert error(shop.post("DeliveryNotes", based(ORDER, 77)))[:2] == (400, -2028)
    number = order(shop)["DocEntry"]
    assert error(shop.post("DeliveryNotes", based(ORDER, number, 5)))[:2] == (400, -2028)
    customer(shop, "C2")
    other = {**based(ORDER, number), "CardCode": "C2"}
    assert error(shop.post("DeliveryNotes", other))[:2] == (400, -10)
    twice = based(ORDER, number, 0, 0)
    assert error(shop.post("DeliveryNotes", twice))[:2] == (400, -5002)


def test_returns_bring_goods_back(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    delivery = desk(sandbox, "deliver", order=number)
    body = based(DELIVERY, delivery)
    body["DocumentLines"][0]["Quantity"] = 5
    assert error(shop.post("Returns", body))[:2] == (400, -10)
    body["DocumentLines"][0]["Quantity"] = 1
    shop.made("Returns", body)
    assert stock(shop) == (7, 0, 0)
    row = shop.json(f"DeliveryNotes({delivery})")["DocumentLines"][0]
    assert row["RemainingOpenQuantity"] == 3


def test_a_credit_note_settles_an_open_invoice(shop: Api) -> None:
    made = shop.made("Invoices", {"CardCode": "C1", "DocumentLines": [line(quantity=4)]})
    body = based(INVOICE, made["DocEntry"])
    body["DocumentLines"][0]["Quantity"] = 1
    credit = shop.made("CreditNotes", body)
    assert (credit["DocTotal"], credit["DocumentStatus"]) == (10, "bost_Close")
    row = shop.json(f"Invoices({made['DocEntry']})")
    assert (row["PaidToDate"], row["DocumentStatus"]) == (10, "bost_Open")
    assert stock(shop) == (7, 0, 0)
    too_many = based(INVOICE, made["DocEntry"])
    too_many["DocumentLines"][0]["Quantity"] = 4
    assert error(shop.post("CreditNotes", too_many))[:2] == (400, -10)


def test_a_credit_note_of_a_paid_invoice_stays_open(shop: Api, sandbox: SapB1Sandbox) -> None:
    made = shop.made("Invoices", {"CardCode": "C1", "DocumentLines": [line(quantity=4)]})
    desk(sandbox, "pay", invoice=made["DocEntry"])
    assert status(shop, "Invoices", made["DocEntry"]) == "bost_Close"
    credit = shop.made("CreditNotes", based(INVOICE, made["DocEntry"]))
    assert (credit["DocumentStatus"], credit["PaidToDate"]) == ("bost_Open", 0)
    assert stock(shop) == (10, 0, 0)


def test_a_credit_note_can_leave_the_goods_where_they_are(shop: Api) -> None:
    made = shop.made("Invoices", {"CardCode": "C1", "DocumentLines": [line(quantity=4)]})
    body = based(INVOICE, made["DocEntry"])
    body["DocumentLines"][0]["WithoutInventoryMovement"] = "tYES"
    shop.made("CreditNotes", body)
    assert stock(shop) == (6, 0, 0)


def test_a_delivery_is_undone_by_its_cancellation(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    delivery = desk(sandbox, "deliver", order=number)
    path = f"DeliveryNotes({delivery})"
    assert error(shop.post(f"{path}/Cancel"))[:2] == (400, -5006)
    answer = shop.post(f"{path}/CreateCancellationDocument")
    document = answer.json()
    assert (document["DocEntry"], document["CancelStatus"]) == (None, "csCancellation")
    assert shop.json(path)["CancelStatus"] == "csNo", "the call alone stores nothing"
    body = {"Document": {"DocEntry": delivery}}
    assert shop.post("DeliveryNotesService_Cancel2", body).status_code == 204
    row = shop.json(path)
    assert (row["Cancelled"], row["CancelStatus"]) == ("tYES", "csYes")
    assert shop.get("DeliveryNotes/$count").text == "2"
    assert stock(shop) == (10, 4, 0)
    assert status(shop, "Orders", number) == "bost_Open"
    assert error(shop.post("DeliveryNotesService_Cancel2", body))[:2] == (400, -5006)
    shop.made("DeliveryNotes", based(ORDER, number))


def test_a_cancellation_may_be_stored_by_the_call(shop: Api, sandbox: SapB1Sandbox) -> None:
    sandbox.options.cancellation_saved = True
    made = shop.made("Invoices", {"CardCode": "C1", "DocumentLines": [line(quantity=4)]})
    document = shop.post(f"Invoices({made['DocEntry']})/CreateCancellationDocument").json()
    assert document["DocEntry"] == 2
    assert document["DocumentLines"][0]["BaseEntry"] == made["DocEntry"]
    assert stock(shop) == (10, 0, 0)


def test_a_cancellation_document_can_be_sent_as_it_came(shop: Api) -> None:
    made = shop.made("Invoices", {"CardCode": "C1", "DocumentLines": [line(quantity=4)]})
    path = f"Invoices({made['DocEntry']})"
    document = shop.post(f"{path}/CreateCancellationDocument").json()
    body = {"Document": {k: v for k, v in document.items() if "@" not in k}}
    assert shop.post("InvoicesService_Cancel2", body).status_code == 204
    assert shop.json(path)["CancelStatus"] == "csYes"


def test_paid_or_drawn_documents_are_not_cancelled(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    delivery = desk(sandbox, "deliver", order=number)
    invoice = desk(sandbox, "invoice", delivery=delivery)
    body: dict[str, Any] = {"Document": {"DocEntry": delivery}}
    assert error(shop.post("DeliveryNotesService_Cancel2", body))[:2] == (400, -10)
    payment = desk(sandbox, "pay", invoice=invoice)
    paid = {"Document": {"DocEntry": invoice}}
    assert error(shop.post("InvoicesService_Cancel2", paid))[:2] == (400, -10)
    assert shop.post(f"IncomingPayments({payment})/Cancel").status_code == 204
    assert shop.post("InvoicesService_Cancel2", paid).status_code == 204
    assert shop.post("DeliveryNotesService_Cancel2", body).status_code == 204
    assert stock(shop) == (10, 4, 0)


def test_batches_have_to_be_chosen(shop: Api, sandbox: SapB1Sandbox) -> None:
    item(shop, "B1", ManageBatchNumbers="tYES")
    for batch, quantity in (("L1", 3), ("L2", 4)):
        desk(sandbox, "receive", item="B1", quantity=quantity, batch=batch, expires="2030-01-01")
    number = order(shop, line("B1", quantity=5))["DocEntry"]
    text = "Cannot add row without complete selection of batch/serial numbers"
    status_, code, told = error(shop.post("DeliveryNotes", based(ORDER, number)))
    assert (status_, code) == (400, -4014)
    assert told.startswith(text)

    def chosen(*pairs: tuple[str, int]) -> dict[str, Any]:
        body = based(ORDER, number)
        members = [{"BatchNumberProperty": b, "Quantity": q} for b, q in pairs]
        body["DocumentLines"][0]["BatchNumbers"] = members
        return body

    assert error(shop.post("DeliveryNotes", chosen(("L1", 3), ("L2", 1))))[1] == -4014
    assert error(shop.post("DeliveryNotes", chosen(("L1", 4), ("L2", 1))))[1] == -10
    made = shop.made("DeliveryNotes", chosen(("L1", 3), ("L2", 2)))
    assert desk(sandbox, "batches", item="B1") == {"L2": "2"}
    assert [b["BatchNumberProperty"] for b in made["DocumentLines"][0]["BatchNumbers"]] == [
        "L1",
        "L2",
    ]
    details = shop.json("BatchNumberDetails")["value"]
    assert [(d["Batch"], d["ExpirationDate"][:10]) for d in details] == [
        ("L1", "2030-01-01"),
        ("L2", "2030-01-01"),
    ]
    shop.post("DeliveryNotesService_Cancel2", {"Document": {"DocEntry": made["DocEntry"]}})
    assert desk(sandbox, "batches", item="B1") == {"L1": "3", "L2": "4"}


def test_serial_numbers_have_to_be_chosen(shop: Api, sandbox: SapB1Sandbox) -> None:
    item(shop, "S1", ManageSerialNumbers="tYES")
    desk(sandbox, "receive", item="S1", quantity=2, serials=["S-1", "S-2"])
    number = order(shop, line("S1", quantity=1))["DocEntry"]
    assert error(shop.post("DeliveryNotes", based(ORDER, number)))[1] == -4014
    body = based(ORDER, number)
    system = shop.json("SerialNumberDetails")["value"][1]["SystemNumber"]
    body["DocumentLines"][0]["SerialNumbers"] = [{"SystemSerialNumber": system, "Quantity": 1}]
    shop.made("DeliveryNotes", body)
    assert desk(sandbox, "batches", item="S1") == {"S-1": "1"}


def test_services_keep_no_stock(shop: Api) -> None:
    item(shop, "W1", InventoryItem="tNO")
    number = order(shop, line("W1", quantity=4))["DocEntry"]
    shop.made("DeliveryNotes", based(ORDER, number))
    assert stock(shop, "W1") == (0, 0, 0)


def test_what_follows_from_document_to_document_is_an_option(
    shop: Api, sandbox: SapB1Sandbox
) -> None:
    number = order(shop, line(UnitPrice=100), NumAtCard="OC-1", DiscountPercent=10)["DocEntry"]
    sandbox.options.fields_follow = False
    sandbox.options.discount_follows = True
    made = shop.made("DeliveryNotes", based(ORDER, number))
    assert (made["NumAtCard"], made["DocTotal"]) == (None, 90)


def test_stock_moves_items_by_option(shop: Api, sandbox: SapB1Sandbox) -> None:
    assert shop.json("Items('A1')")["DataVersion"] == 1
    sandbox.options.stock_moves_items = True
    order(shop)
    assert shop.json("Items('A1')")["DataVersion"] == 2


def test_freight_is_taken_over_where_it_is_named(shop: Api) -> None:
    freight = [{"ExpenseCode": 1, "LineTotal": 5, "VatGroup": "O0"}]
    number = order(shop, line(quantity=2), DocumentAdditionalExpenses=freight)["DocEntry"]
    half = based(ORDER, number)
    half["DocumentLines"][0]["Quantity"] = 1
    assert shop.made("DeliveryNotes", half)["DocTotal"] == 10
    member = {"BaseDocType": ORDER, "BaseDocEntry": number, "BaseDocLine": 0}
    made = shop.made("DeliveryNotes", based(ORDER, number, DocumentAdditionalExpenses=[member]))
    assert made["DocTotal"] == 15
