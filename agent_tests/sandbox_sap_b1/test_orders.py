"""Orders: defaults, lines by number, states, what is committed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden
from agent_tests.sandbox_sap_b1.shop import customer, desk, item, line, order, order_body, stock

NOT_SUPPORTED = (400, -5006, "The requested action is not supported for this object.")


@pytest.fixture
def shop(v2: Api) -> Api:
    item(v2, stock=10)
    customer(v2)
    return v2


@pytest.fixture
def both(api: Api) -> Api:
    item(api, stock=10)
    customer(api)
    return api


def lines(api: Api, number: int) -> list[tuple[int, float]]:
    rows = api.json(f"Orders({number})")["DocumentLines"]
    return [(row["LineNum"], row["Quantity"]) for row in rows]


def test_an_order_takes_what_it_does_not_say_from_partner_and_item(shop: Api) -> None:
    shop.patch("BusinessPartners('C1')", {"ShippingType": 2, "SalesPersonCode": 1})
    made = order(shop, {"ItemCode": "A1"})
    assert (made["DocEntry"], made["DocNum"], made["Series"]) == (1, 1, 10)
    assert (made["CardName"], made["DocCurrency"], made["DocRate"]) == ("Maria", "EUR", 1)
    assert (made["TransportationCode"], made["SalesPersonCode"]) == (2, 1)
    assert (made["ShipToCode"], made["PayToCode"]) == ("Goods", "Bills")
    assert made["AddressExtension"]["ShipToCity"] == "Hamburg"
    assert made["AddressExtension"]["BillToCity"] == "Bremen"
    assert made["Address2"] == "Elbe\r20095 Hamburg\rDE"
    row = made["DocumentLines"][0]
    assert (row["ItemDescription"], row["Quantity"], row["WarehouseCode"]) == ("Item A1", 1, "01")
    assert (row["VatGroup"], row["LineStatus"], row["RemainingOpenQuantity"]) == (
        "O2",
        "bost_Open",
        1,
    )
    assert (made["DocumentStatus"], made["Cancelled"], made["CancelStatus"]) == (
        "bost_Open",
        "tNO",
        "csNo",
    )


def test_numbers_are_those_of_the_series(shop: Api) -> None:
    first, second = order(shop), order(shop, Series=80)
    assert (second["DocEntry"], second["DocNum"], second["Series"]) == (2, 1, 80)
    assert order(shop)["DocNum"] == first["DocNum"] + 1
    assert error(shop.post("Orders", order_body(Series=13)))[:2] == (400, -2028)


def test_an_address_in_the_order_overrides_the_partners(shop: Api) -> None:
    made = order(shop, AddressExtension={"ShipToCity": "Kiel", "ShipToStreet": "Förde"})
    extension = made["AddressExtension"]
    assert (extension["ShipToCity"], extension["ShipToZipCode"]) == ("Kiel", "20095")
    refused = shop.post("Orders", order_body(ShipToCode="Nowhere"))
    assert error(refused)[:2] == (400, -2028)
    wrong = order_body(AddressExtension={"ShipToCountry": "XX"})
    assert error(shop.post("Orders", wrong))[:2] == (400, -2028)


@pytest.mark.parametrize(
    ("change", "number"),
    [
        ({"CardCode": None}, -5002),
        ({"CardCode": "NOPE"}, -2028),
        ({"DocDueDate": None}, -5002),
        ({"DocDueDate": "2001-01-01"}, -10),
        ({"DocumentLines": []}, -5002),
        ({"SalesPersonCode": 99}, -2028),
        ({"TransportationCode": 99}, -2028),
        ({"ContactPersonCode": 99}, -2028),
        ({"DocCurrency": "QQQ"}, -2028),
        ({"DocumentLines": [{"Quantity": 1}]}, -2028),
        ({"DocumentLines": [{"ItemCode": "NOPE"}]}, -2028),
        ({"DocumentLines": [{"ItemCode": "A1", "Quantity": 0}]}, -5002),
        ({"DocumentLines": [{"ItemCode": "A1", "WarehouseCode": "99"}]}, -2028),
        ({"DocumentAdditionalExpenses": [{"ExpenseCode": 99, "LineTotal": 1}]}, -2028),
    ],
)
def test_orders_that_cannot_be(shop: Api, change: dict[str, Any], number: int) -> None:
    before = shop.json("Items('A1')")["QuantityOrderedByCustomers"]
    assert error(shop.post("Orders", {**order_body(), **change}))[:2] == (400, number)
    assert shop.get("Orders/$count").text == "0"
    assert shop.json("Items('A1')")["QuantityOrderedByCustomers"] == before


@golden("order.closedperiod")
def test_a_closed_period_takes_nothing(both: Api) -> None:
    sandbox = both.sandbox
    sandbox.options.closed_until = sandbox.company.now().date()
    status, code, text = error(both.post("Orders", order_body()))
    assert (status, code) == (400, -5002)
    assert text.startswith("1250000073")
    later = (sandbox.options.closed_until + timedelta(days=1)).isoformat()
    assert both.post("Orders", order_body(DocDate=later)).status_code == 201


@golden("order.tn")
def test_the_companys_own_check_refuses(both: Api) -> None:
    number = order(both)["DocEntry"]
    both.sandbox.options.transaction_notification = "Mobile number is taken"
    refused = (400, -1116, "Mobile number is taken")
    assert error(both.post("Orders", order_body())) == refused
    assert error(both.patch(f"Orders({number})", {"Comments": "x"})) == refused
    assert error(both.post(f"Orders({number})/Cancel")) == refused
    assert both.json(f"Orders({number})")["Cancelled"] == "tNO"


def test_lines_are_changed_by_their_number(shop: Api) -> None:
    number = order(shop, line(quantity=1), line(quantity=2))["DocEntry"]
    path = f"Orders({number})"
    body = {"DocumentLines": [{"LineNum": 1, "Quantity": 5}, line(quantity=3)]}
    assert shop.patch(path, body).status_code == 204
    assert lines(shop, number) == [(0, 1), (1, 5), (2, 3)]
    row = shop.json(path)
    assert (row["DocTotal"], row["DataVersion"]) == (90, 2)
    assert stock(shop) == (10, 9, 0)


def test_lines_are_closed_one_by_one(shop: Api) -> None:
    number = order(shop, line(quantity=1), line(quantity=2))["DocEntry"]
    path = f"Orders({number})"
    assert shop.patch(path, {"DocumentLines": [{"LineNum": 1, "LineStatus": "bost_Close"}]}).ok
    assert stock(shop) == (10, 1, 0)
    assert shop.json(path)["DocumentStatus"] == "bost_Open"
    same = [{"LineNum": 0, "Quantity": 3}, {"LineNum": 1, "Quantity": 2}]
    assert shop.patch(path, {"DocumentLines": same}).ok, "a closed line may be sent as it is"
    assert stock(shop) == (10, 3, 0)
    assert shop.patch(path, {"DocumentLines": [{"LineNum": 0, "LineStatus": "bost_Close"}]}).ok
    assert shop.json(path)["DocumentStatus"] == "bost_Close"


def test_replaced_lines_are_exactly_those_sent(shop: Api) -> None:
    number = order(shop, line(quantity=1), line(quantity=2))["DocEntry"]
    headers = {"B1S-ReplaceCollectionsOnPatch": "true"}
    body = {"DocumentLines": [{"LineNum": 1}, line(quantity=4)]}
    assert shop.patch(f"Orders({number})", body, headers=headers).status_code == 204
    assert lines(shop, number) == [(1, 2), (2, 4)]
    assert stock(shop) == (10, 6, 0)
    nothing = shop.patch(f"Orders({number})", {"DocumentLines": []}, headers=headers)
    assert error(nothing)[:2] == (400, -5002)


def test_lines_that_were_delivered_stay(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=3), line(quantity=2))["DocEntry"]
    desk(sandbox, "deliver", order=number, lines={0: 2})
    path, headers = f"Orders({number})", {"B1S-ReplaceCollectionsOnPatch": "true"}
    gone = shop.patch(path, {"DocumentLines": [{"LineNum": 1}]}, headers=headers)
    assert error(gone)[1] == -5006
    assert error(shop.patch(path, {"DocumentLines": [{"LineNum": 0, "Quantity": 1}]}))[1] == -10
    assert shop.patch(path, {"DocumentLines": [{"LineNum": 0, "Quantity": 4}]}).ok
    assert shop.json(path)["DocumentLines"][0]["RemainingOpenQuantity"] == 2
    assert stock(shop) == (8, 4, 0)
    desk(sandbox, "deliver", order=number, lines={0: 2})
    assert error(shop.patch(path, {"DocumentLines": [{"LineNum": 0, "Quantity": 9}]}))[1] == -10


def test_freights_are_changed_by_their_number(shop: Api) -> None:
    freight = {"ExpenseCode": 1, "LineTotal": 5, "VatGroup": "O0"}
    number = order(shop, DocumentAdditionalExpenses=[freight])["DocEntry"]
    path = f"Orders({number})"
    second = {"ExpenseCode": 2, "LineTotal": 1, "VatGroup": "O0"}
    body = {"DocumentAdditionalExpenses": [{"LineNum": 0, "LineTotal": 7}, second]}
    assert shop.patch(path, body).ok
    assert shop.json(path)["DocTotal"] == 18
    again = shop.patch(path, {"DocumentAdditionalExpenses": [freight]})
    assert error(again)[:2] == (400, -2035)


def test_an_unchanged_order_keeps_its_total(shop: Api) -> None:
    number = order(shop, line(UnitPrice=33.33), DocTotal=30)["DocEntry"]
    before = shop.json(f"Orders({number})")
    assert shop.patch(f"Orders({number})", {"Comments": "Please ring"}).ok
    after = shop.json(f"Orders({number})")
    assert after["Comments"] == "Please ring"
    for name in ("DocTotal", "VatSum", "DiscountPercent", "DocNum", "DocumentLines"):
        assert after[name] == before[name], name


@golden("order.delete")
def test_orders_are_never_deleted(both: Api) -> None:
    number = order(both)["DocEntry"]
    assert error(both.delete(f"Orders({number})")) == NOT_SUPPORTED


@golden("order.cancel")
def test_cancelling_gives_back_what_was_promised(both: Api) -> None:
    number = order(both, line(quantity=4))["DocEntry"]
    assert stock(both) == (10, 4, 0)
    answer = both.post(f"Orders({number})/Cancel")
    assert (answer.status_code, answer.content) == (204, b"")
    row = both.json(f"Orders({number})")
    assert (row["Cancelled"], row["CancelStatus"]) == ("tYES", "csYes")
    assert row["DocumentStatus"] == "bost_Close"
    assert stock(both) == (10, 0, 0)
    for action in ("Cancel", "Close", "Reopen"):
        assert error(both.post(f"Orders({number})/{action}")) == NOT_SUPPORTED


@golden("order.patchclosed")
def test_closed_orders_cannot_be_changed(both: Api) -> None:
    number = order(both)["DocEntry"]
    assert both.post(f"Orders({number})/Close").status_code == 204
    assert error(both.patch(f"Orders({number})", {"Comments": "x"}))[:2] == (400, -1029)
    assert error(both.post(f"Orders({number})/Cancel")) == NOT_SUPPORTED


def test_closing_and_reopening_change_what_is_promised(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    desk(sandbox, "deliver", order=number, lines={0: 1})
    assert shop.post(f"Orders({number})/Close").ok
    assert stock(shop) == (9, 0, 0)
    row = shop.json(f"Orders({number})")
    assert (row["Cancelled"], row["DocumentLines"][0]["LineStatus"]) == ("tNO", "bost_Close")
    assert shop.post(f"Orders({number})/Reopen").ok
    assert stock(shop) == (9, 3, 0)
    assert shop.json(f"Orders({number})")["DocumentStatus"] == "bost_Open"


def test_orders_with_deliveries_cannot_be_cancelled(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4))["DocEntry"]
    desk(sandbox, "deliver", order=number, lines={0: 1})
    assert error(shop.post(f"Orders({number})/Cancel")) == NOT_SUPPORTED


def test_other_actions_are_not_there(shop: Api) -> None:
    number = order(shop)["DocEntry"]
    assert shop.post(f"Orders({number})/Explode").status_code == 400


def test_unapproved_orders_wait(shop: Api, sandbox: SapB1Sandbox) -> None:
    number = order(shop, line(quantity=4), Confirmed="tNO")["DocEntry"]
    assert stock(shop) == (10, 4, 0)
    body = {
        "CardCode": "C1",
        "DocumentLines": [{"BaseType": 17, "BaseEntry": number, "BaseLine": 0}],
    }
    assert error(shop.post("DeliveryNotes", body))[:2] == (400, -10)
    sandbox.options.unapproved_ships = True
    assert shop.post("DeliveryNotes", {**body, "Comments": "allowed"}).status_code == 201
    second = order(shop, Confirmed="tNO")["DocEntry"]
    desk(sandbox, "approve", order=second)
    assert shop.json(f"Orders({second})")["Confirmed"] == "tYES"


def test_approval_makes_drafts_of_orders(shop: Api, sandbox: SapB1Sandbox) -> None:
    sandbox.options.approval = True
    answer = shop.post("Orders", order_body())
    assert answer.status_code == 201
    assert "/Drafts(" in answer.headers["Location"]
    assert shop.get("Orders/$count").text == "0"
    draft = shop.json("Drafts")["value"][0]
    assert (draft["DocObjectCode"], draft["AuthorizationStatus"]) == ("oOrders", "dasPending")
    assert stock(shop) == (10, 0, 0)
    number = desk(sandbox, "release", draft=draft["DocEntry"])
    assert shop.json(f"Orders({number})")["DocTotal"] == 10
    assert shop.json("Drafts")["value"][0]["DocumentStatus"] == "bost_Close"
    assert stock(shop) == (10, 1, 0)


@golden("draft.line")
def test_one_line_of_a_draft_is_changed(both: Api) -> None:
    body = order_body(line(quantity=1), line(quantity=2), DocObjectCode="oOrders")
    number = both.made("Drafts", body)["DocEntry"]
    change = {"DocumentLines": [{"LineNum": 1, "Quantity": 7}]}
    assert both.patch(f"Drafts({number})", change).status_code == 204
    rows = both.json(f"Drafts({number})")["DocumentLines"]
    assert [(row["LineNum"], row["Quantity"]) for row in rows] == [(0, 1), (1, 7)]
    assert stock(both) == (10, 0, 0)
    save = both.post("DraftsService_SaveDraftToDocument", {"Document": {"DocEntry": number}})
    assert save.status_code == 204
    assert stock(both) == (10, 8, 0)
    assert both.delete(f"Drafts({number})").status_code == 204


def test_quotations_promise_nothing_and_become_orders(shop: Api) -> None:
    body = {"CardCode": "C1", "DocumentLines": [line(quantity=3, UnitPrice=8)]}
    made = shop.made("Quotations", body)
    assert date.fromisoformat(made["DocDueDate"][:10]) > date.fromisoformat(made["DocDate"][:10])
    assert stock(shop) == (10, 0, 0)
    number = order(shop, {"BaseType": 23, "BaseEntry": made["DocEntry"], "BaseLine": 0})
    assert (number["DocTotal"], stock(shop)) == (24, (10, 3, 0))
    assert shop.json(f"Quotations({made['DocEntry']})")["DocumentStatus"] == "bost_Close"
    path = f"Orders({number['DocEntry']})"
    shop.patch(path, {"DocumentLines": [{"LineNum": 0, "Quantity": 1}]})
    quoted = shop.json(f"Quotations({made['DocEntry']})")
    assert quoted["DocumentLines"][0]["RemainingOpenQuantity"] == 2
    shop.post(f"{path}/Cancel")
    assert shop.json(f"Quotations({made['DocEntry']})")["DocumentStatus"] == "bost_Open"
