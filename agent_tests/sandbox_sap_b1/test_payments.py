"""Down payments, incoming payments and what they leave open."""

from __future__ import annotations

from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden
from agent_tests.sandbox_sap_b1.shop import based, customer, desk, item, line, order, stock

ORDER, DELIVERY = 17, 15


@pytest.fixture
def shop(v2: Api) -> Api:
    item(v2, stock=10)
    customer(v2, Currency="##")
    return v2


@pytest.fixture
def both(api: Api) -> Api:
    item(api, stock=10)
    customer(api, Currency="##")
    return api


def invoice(api: Api, quantity: float = 10, **more: Any) -> dict[str, Any]:
    body = {"CardCode": "C1", "DocumentLines": [line(quantity=quantity)], **more}
    made: dict[str, Any] = api.made("Invoices", body)
    return made


def applied(entry: int, amount: float | None = None, kind: str = "it_Invoice") -> dict[str, Any]:
    row: dict[str, Any] = {"DocEntry": entry, "InvoiceType": kind}
    return row if amount is None else {**row, "SumApplied": amount}


def transfer(amount: float, *rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "CardCode": "C1",
        "TransferAccount": "161000",
        "TransferSum": amount,
        "PaymentInvoices": list(rows),
        **more,
    }


def left(api: Api, name: str, entry: int) -> tuple[float, str]:
    row = api.json(f"{name}({entry})")
    return round(row["DocTotal"] - row["PaidToDate"], 2), row["DocumentStatus"]


@golden("ardp.flow")
def test_from_order_over_down_payment_to_paid_invoice(both: Api) -> None:
    number = order(both, line(quantity=10, UnitPrice=26, VatGroup="O2"))["DocEntry"]
    body = based(ORDER, number, DownPaymentType="dptRequest", DownPaymentPercentage=50)
    down = both.made("DownPayments", body)
    assert (down["DocTotal"], down["VatSum"]) == (154.7, 24.7)
    assert both.json(f"Orders({number})")["DocumentLines"][0]["RemainingOpenQuantity"] == 10
    entry = down["DocEntry"]
    paid = both.made("IncomingPayments", transfer(154.7, applied(entry, 154.7, "it_DownPayment")))
    assert paid["PaymentInvoices"][0]["InvoiceType"] == "it_DownPayment"
    assert left(both, "DownPayments", entry) == (0, "bost_Close")
    delivery = both.made("DeliveryNotes", based(ORDER, number))["DocEntry"]
    net = down["DocTotal"] - down["VatSum"]
    draws = [{"DocEntry": entry, "AmountToDraw": net}]
    made = both.made("Invoices", based(DELIVERY, delivery, DownPaymentsToDraw=draws))
    assert (made["DocTotal"], made["PaidToDate"], made["DownPaymentAmount"]) == (154.7, 0, 130)
    drawn = made["DownPaymentsToDraw"][0]
    assert (drawn["AmountToDraw"], drawn["GrossAmountToDraw"], drawn["Tax"]) == (130, 154.7, 24.7)
    rest = made["DocTotal"] - made["PaidToDate"]
    both.made("IncomingPayments", transfer(rest, applied(made["DocEntry"], rest)))
    assert left(both, "Invoices", made["DocEntry"]) == (0, "bost_Close")
    assert both.json(f"DownPayments({entry})")["DownPaymentStatus"] == "so_Closed"
    assert stock(both) == (0, 0, 0)


def test_what_is_drawn_may_count_as_paid_instead(shop: Api, sandbox: SapB1Sandbox) -> None:
    sandbox.options.down_payments_reduce_total = False
    number = order(shop, line(quantity=10))["DocEntry"]
    down = desk(sandbox, "down_payment", order=number, percent=30)
    desk(sandbox, "pay", down_payment=down)
    made = shop.made("Invoices", based(ORDER, number, DownPaymentsToDraw=[{"DocEntry": down}]))
    assert (made["DocTotal"], made["PaidToDate"]) == (100, 30)


def test_only_what_was_paid_can_be_drawn(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=10))["DocEntry"]
    down = desk(sandbox, "down_payment", order=number, percent=50)

    def drawing(**amount: float) -> Any:
        rows = [{"DocEntry": down, **amount}]
        return shop.post("Invoices", based(ORDER, number, DownPaymentsToDraw=rows))

    assert error(drawing())[:2] == (400, -10)
    payment = desk(sandbox, "pay", down_payment=down, amount=40)
    assert error(drawing(GrossAmountToDraw=41))[:2] == (400, -10)
    made = drawing(GrossAmountToDraw=30)
    assert made.json()["DocTotal"] == 70
    assert error(shop.post(f"IncomingPayments({payment})/Cancel"))[:2] == (400, -10)
    entry = made.json()["DocEntry"]
    shop.post("InvoicesService_Cancel2", {"Document": {"DocEntry": entry}})
    assert shop.post(f"IncomingPayments({payment})/Cancel").status_code == 204
    assert left(shop, "DownPayments", down) == (50, "bost_Open")


def test_a_fully_drawn_invoice_is_closed_at_once(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=10))["DocEntry"]
    down = desk(sandbox, "down_payment", order=number)
    desk(sandbox, "pay", down_payment=down)
    made = desk(sandbox, "invoice", order=number, draw=[down])
    assert left(shop, "Invoices", made) == (0, "bost_Close")


def test_down_payments_by_amount(shop: Api) -> None:
    number = order(shop, line(quantity=10, VatGroup="O2"))["DocEntry"]
    made = shop.made("DownPayments", based(ORDER, number, DownPaymentAmount=25))
    assert (made["DownPaymentPercentage"], made["DocTotal"], made["VatSum"]) == (25, 29.75, 4.75)
    assert made["DownPaymentType"] == "dptInvoice"
    for percent in (0, 101, -1):
        body = based(ORDER, number, DownPaymentPercentage=percent or 0.0000001)
        assert error(shop.post("DownPayments", body))[:2] == (400, -5002)


def test_down_payments_need_their_accounts(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop)["DocEntry"]
    sandbox.options.down_payment_accounts = False
    assert error(shop.post("DownPayments", based(ORDER, number)))[:2] == (400, -5002)


@pytest.mark.parametrize(
    "means",
    [
        {"CashAccount": "161010", "CashSum": 100},
        {"TransferAccount": "161000", "TransferSum": 100, "TransferReference": "TX1"},
        {
            "PaymentCreditCards": [
                {
                    "CreditCard": 1,
                    "CardValidUntil": "2099-12-31",
                    "VoucherNum": "1",
                    "CreditSum": 100,
                }
            ]
        },
        {"CashAccount": "161010", "CashSum": 60, "TransferAccount": "161000", "TransferSum": 40},
    ],
)
def test_means_of_payment(shop: Api, means: dict[str, Any]) -> None:
    entry = invoice(shop)["DocEntry"]
    body = {"CardCode": "C1", "PaymentInvoices": [applied(entry, 100)], **means}
    made = shop.made("IncomingPayments", body)
    assert (made["DocType"], made["Cancelled"], made["DocCurrency"]) == ("rCustomer", "tNO", "EUR")
    assert left(shop, "Invoices", entry) == (0, "bost_Close")


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"CardCode": None}, -5002),
        ({"CardCode": "NOPE"}, -2028),
        ({"TransferSum": 0}, -5002),
        ({"TransferSum": 50}, -10),
        ({"TransferAccount": None}, -5002),
        ({"TransferAccount": "999"}, -2028),
        ({"PaymentInvoices": [applied(77, 100)]}, -2028),
        ({"PaymentInvoices": [applied(1, 100.01)], "TransferSum": 200}, -10),
        ({"PaymentInvoices": [applied(1, -1)]}, -10),
        ({"PaymentInvoices": [applied(1, 50), applied(1, 50)]}, -10),
        ({"PaymentInvoices": [applied(1, 100, "it_JournalEntry")]}, -5002),
        ({"PaymentInvoices": [applied(1, 100, "it_DownPayment")]}, -2028),
        (
            {
                "TransferSum": 0,
                "PaymentCreditCards": [{"CreditCard": 1, "CreditSum": 100, "VoucherNum": "1"}],
            },
            -5002,
        ),
        (
            {
                "TransferSum": 0,
                "PaymentCreditCards": [
                    {
                        "CreditCard": 9,
                        "CreditSum": 100,
                        "VoucherNum": "1",
                        "CardValidUntil": "2099-01-01",
                    }
                ],
            },
            -2028,
        ),
    ],
)
def test_payments_that_cannot_be(shop: Api, change: dict[str, Any], number: int) -> None:
    entry = invoice(shop)["DocEntry"]
    body = {**transfer(100, applied(entry, 100)), **change}
    assert error(shop.post("IncomingPayments", body))[:2] == (400, number)
    assert shop.get("IncomingPayments/$count").text == "0"
    assert left(shop, "Invoices", entry) == (100, "bost_Open")


def test_invoices_are_of_the_one_who_pays(shop: Api) -> None:
    entry = invoice(shop)["DocEntry"]
    customer(shop, "C2")
    body = {**transfer(100, applied(entry, 100)), "CardCode": "C2"}
    assert error(shop.post("IncomingPayments", body))[:2] == (400, -10)


def test_invoices_can_be_paid_in_parts(shop: Api) -> None:
    entry = invoice(shop)["DocEntry"]
    shop.made("IncomingPayments", transfer(30, applied(entry, 30)))
    assert left(shop, "Invoices", entry) == (70, "bost_Open")
    shop.made("IncomingPayments", transfer(70, applied(entry)))
    assert left(shop, "Invoices", entry) == (0, "bost_Close")
    closed = error(shop.post("IncomingPayments", transfer(1, applied(entry, 1))))
    assert closed[:2] == (400, -10)


def test_payments_on_account_are_for_no_invoice(shop: Api) -> None:
    assert shop.made("IncomingPayments", transfer(100))["PaymentInvoices"] == []
    entry = invoice(shop)["DocEntry"]
    shop.made("IncomingPayments", transfer(150, applied(entry, 100)))
    assert left(shop, "Invoices", entry) == (0, "bost_Close")


def test_a_cancelled_payment_opens_its_invoice(shop: Api) -> None:
    entry = invoice(shop)["DocEntry"]
    number = shop.made("IncomingPayments", transfer(100, applied(entry, 100)))["DocEntry"]
    path = f"IncomingPayments({number})"
    assert error(shop.delete(path))[:2] == (400, -5006)
    assert error(shop.patch(path, {"TransferSum": 5}))[:2] == (400, -1029)
    assert shop.patch(path, {"Remarks": "by mistake"}).status_code == 204
    assert shop.post(f"{path}/Cancel").status_code == 204
    row = shop.json(path)
    assert (row["Cancelled"], row["CancelStatus"], row["Remarks"]) == (
        "tYES",
        "csYes",
        "by mistake",
    )
    assert left(shop, "Invoices", entry) == (100, "bost_Open")
    assert error(shop.post(f"{path}/Cancel"))[:2] == (400, -5006)


def test_periods_and_checks_hold_for_payments(shop: Api, sandbox: SapB1Sandbox) -> None:
    sandbox.options.transaction_notification = "No money today"
    assert error(shop.post("IncomingPayments", transfer(1))) == (400, -1116, "No money today")
    sandbox.options.transaction_notification = ""
    sandbox.options.closed_until = sandbox.company.now().date()
    _status, code, text = error(shop.post("IncomingPayments", transfer(1)))
    assert (code, text[:10]) == (-5002, "1250000073")


def test_invoices_in_another_currency(shop: Api) -> None:
    made = invoice(shop, quantity=9, DocCurrency="USD")
    assert (made["DocTotalFc"], made["DocTotal"]) == (100, 90)
    entry = made["DocEntry"]
    row = {"DocEntry": entry, "InvoiceType": "it_Invoice", "AppliedFC": 40}
    shop.made("IncomingPayments", transfer(40, row, DocCurrency="USD"))
    told = shop.json(f"Invoices({entry})")
    assert (told["PaidToDateFC"], told["PaidToDate"]) == (40, 36)
    shop.made("IncomingPayments", transfer(54, applied(entry, 54)))
    told = shop.json(f"Invoices({entry})")
    assert (told["PaidToDateFC"], told["PaidToDate"]) == (100, 90)
    assert told["DocumentStatus"] == "bost_Close"


def test_down_payments_in_another_currency(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=9), DocCurrency="USD")["DocEntry"]
    down = desk(sandbox, "down_payment", order=number, percent=50)
    told = shop.json(f"DownPayments({down})")
    assert (told["DocTotalFc"], told["DocTotal"]) == (50, 45)
    desk(sandbox, "pay", down_payment=down)
    draw = {"DocEntry": down, "GrossAmountToDrawFC": 30}
    made = shop.made("Invoices", based(ORDER, number, DownPaymentsToDraw=[draw]))
    assert made["DocTotalFc"] == 70
    body = {"CardCode": "C1", "DocCurrency": "USD", "DocumentLines": [line(UnitPrice=30)]}
    draw = {"DocEntry": down, "AmountToDraw": 9}
    assert shop.made("Invoices", {**body, "DownPaymentsToDraw": [draw]})["DocTotalFc"] == 20


def test_payments_tell_no_time_of_change(shop: Api) -> None:
    made = shop.made("IncomingPayments", transfer(100))
    assert "UpdateDate" not in made
    assert "DataVersion" not in made
