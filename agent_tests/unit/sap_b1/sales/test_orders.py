"""Orders: what B1 has of them, once, and what becomes of edits."""

from __future__ import annotations

import dataclasses
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.port import Status
from agent.erp.sales import Step
from agent.erp.sap_b1.sales import finding
from agent.model.document import LineKind
from agent.model.entity import Entity
from agent.model.sales import Carrier
from agent.sandbox.sap_b1 import Fault
from agent.sandbox.sap_b1.books import desk
from agent.sandbox.sap_b1.options import Options
from agent_tests.unit.sap_b1.sales.conftest import Open
from agent_tests.unit.sap_b1.sales.trade import Trade, address, customer, line


def changed(record: Any, **values: Any) -> Any:
    return dataclasses.replace(record, **values)


def test_an_order_has_all_that_the_shop_says(trade: Trade) -> None:
    trade.must(Carrier("flat", "Courier"))
    billed, sent_to = address(), address(line1="Hafenstraße 7", city="Bremen", kind="delivery")
    for place in (billed, sent_to):
        trade.must(place)
    goods = trade.goods(quantity=3, price="10", text="Shirt\n- Size: L\n- Colour: red")
    outcome = trade.must(
        trade.document(
            *("17", goods, trade.shipping("5")),
            carrier="flat",
            note="Please ring",
            invoice_address=billed.key,
            delivery_address=sent_to.key,
            settings={"warehouse": "02", "salesperson": "1"},
        )
    )
    row = trade.row("Orders", outcome.ref)
    assert row["NumAtCard"] == "OC-17"
    assert row["Confirmed"] == "tNO"
    assert row["DocDate"] == date(2026, 3, 4).isoformat()
    assert row["U_ERPB_ID"] == trade.external_id(trade.document("17", goods))
    assert row["U_ERPB_Paid"] == "TX-17"
    assert row["Comments"] == "Please ring"
    assert row["SalesPersonCode"] == 1
    assert row["TransportationCode"] == int(trade.refs[Entity.CARRIERS, "flat"])
    assert row["AddressExtension"]["ShipToStreet"] == "Hafenstraße 7"
    assert row["AddressExtension"]["BillToStreet"] == "Am Markt 5"
    (first,) = row["DocumentLines"]
    assert (first["ItemCode"], first["Quantity"], first["UnitPrice"]) == ("ITEM-1", 3, 10)
    assert (first["WarehouseCode"], first["VatGroup"]) == ("02", "O2")
    assert first["U_ERPB_Line"] == "line_1"
    assert first["U_ERPB_Text"] == "Shirt\n- Size: L\n- Colour: red"
    assert first["FreeText"] == "- Size: L - Colour: red"
    (freight,) = row["DocumentAdditionalExpenses"]
    assert (freight["ExpenseCode"], freight["LineTotal"], freight["VatGroup"]) == (1, 5, "O2")


def test_the_day_is_that_of_the_server(open_trade: Open) -> None:
    berlin = open_trade(time_zone="Asia/Tokyo")
    row = berlin.row("Orders", berlin.must(berlin.document("1", berlin.goods())).ref)
    assert row["DocDate"] == "2026-03-05", "22:30 UTC is the next day in Tokyo"


def test_pieces_are_inventory_units(trade: Trade) -> None:
    trade.item("box", SalesItemsPerUnit=12)
    sent = trade.document("1", trade.goods("box", "2.50", 3))
    row = trade.row("Orders", trade.must(sent).ref)
    (first,) = row["DocumentLines"]
    assert (first["Quantity"], first["InventoryQuantity"]) == (3, 3)
    assert row["DocTotal"] == sent.amount_total


def test_sent_again_it_is_the_same_order(trade: Trade) -> None:
    sent = trade.document("1", trade.goods())
    first = trade.must(sent)
    del trade.refs[Entity.ORDERS, "1"]
    again = trade.must(sent, ref=None, previous=None)
    assert (again.ref, again.status) == (first.ref, Status.CREATED)
    assert len(trade.rows("Orders")) == 1
    known = finding.adopt(trade.cx, Entity.ORDERS, [trade.external_id(sent), "other.orders_1"])
    assert known == {trade.external_id(sent): first.ref}


def test_what_a_person_cancelled_can_be_sent_once_more(trade: Trade) -> None:
    sent = trade.document("1", trade.goods())
    first = trade.must(sent)
    desk.cancel(trade.company, "Orders", int(first.ref or 0))
    assert finding.adopt(trade.cx, Entity.ORDERS, [trade.external_id(sent)]) == {}
    del trade.refs[Entity.ORDERS, "1"]
    second = trade.must(sent, ref=None, previous=None)
    assert second.ref != first.ref
    del trade.refs[Entity.ORDERS, "1"]
    assert trade.must(sent, ref=None, previous=None).ref == second.ref
    assert len(trade.rows("Orders")) == 2


class TestEdits:
    def test_a_new_order_takes_all(self, trade: Trade) -> None:
        trade.item("2")
        life = trade.order(trade.goods("1"), trade.goods("2"), trade.shipping("5"))
        edited = trade.document(
            *("1", trade.goods("1", quantity=4), trade.goods("3", "7.50", of="1")),
            note="changed",
        )
        assert trade.must(edited).status is Status.UPDATED
        row = trade.row("Orders", life.ref)
        lines = {x["U_ERPB_Line"]: x["Quantity"] for x in row["DocumentLines"]}
        assert lines == {"line_1": 4, "line_3": 1}
        assert row["DocumentAdditionalExpenses"] == []
        assert row["DocTotal"] == edited.amount_total
        assert row["Comments"] == "changed"

    def test_another_address_leaves_nothing_of_the_old_one(self, trade: Trade) -> None:
        old, new = address(line2="Hinterhaus"), address(line1="Hafen 1")
        for place in (old, new):
            trade.must(place)
        life = trade.order(trade.goods(), delivery_address=old.key)
        assert life.row["AddressExtension"]["ShipToBlock"] == "Hinterhaus"
        trade.must(trade.document("1", trade.goods(), delivery_address=new.key))
        extension = life.row["AddressExtension"]
        assert extension["ShipToStreet"] == "Hafen 1"
        assert not extension["ShipToBlock"]

    def test_lines_of_people_stay(self, trade: Trade) -> None:
        trade.item("2")
        life = trade.order(trade.goods("1"), trade.goods("2"))
        extra = {"ItemCode": "ITEM-1", "Quantity": 1, "UnitPrice": 0, "VatGroup": "O0"}
        trade.cx.client.patch("Orders", int(life.ref), {"DocumentLines": [extra]})
        trade.must(trade.document("1", trade.goods("1", quantity=2)))
        lines = trade.row("Orders", life.ref)["DocumentLines"]
        assert [x["ItemCode"] for x in lines] == ["ITEM-1", "ITEM-1"]
        assert trade.row("Orders", life.ref)["DocTotal"] == Decimal("238.00")

    def test_a_confirmed_one_takes_more_pieces(self, trade: Trade) -> None:
        life = trade.order(trade.goods("1"))
        life.once(Step.CONFIRM)
        more = trade.document("1", trade.goods("1", quantity=5))
        trade.must(more)
        assert trade.row("Orders", life.ref)["DocTotal"] == more.amount_total
        assert life.state.state == "confirmed"

    def test_a_confirmed_one_refuses_fewer(self, trade: Trade) -> None:
        life = trade.order(trade.goods("1", quantity=5))
        life.once(Step.CONFIRM)
        error = trade.send(trade.document("1", trade.goods("1", quantity=2))).error
        assert error is not None
        assert error.code == "order.confirmed_differs"
        assert "2 instead of 5" in error.cause
        assert trade.row("Orders", life.ref)["DocTotal"] == life.sent.amount_total

    def test_a_drawn_one_refuses_more(self, trade: Trade) -> None:
        life = trade.order(trade.goods("1", quantity=5))
        life.once(Step.CONFIRM)
        desk.deliver(trade.company, int(life.ref), {0: 2})
        error = trade.send(trade.document("1", trade.goods("1", quantity=9))).error
        assert error is not None
        assert error.code == "order.confirmed_differs"
        assert "delivered" in error.cause

    def test_a_cancelled_one_refuses_all(self, trade: Trade) -> None:
        life = trade.order()
        desk.cancel(trade.company, "Orders", int(life.ref))
        error = trade.send(trade.document("1", trade.goods("1", quantity=9))).error
        assert error is not None
        assert error.code == "order.cancelled"

    def test_the_customer_of_an_order_stays(self, trade: Trade) -> None:
        trade.must(customer("2"))
        trade.order()
        error = trade.send(trade.document("1", trade.goods(), customer="2")).error
        assert error is not None
        assert error.code == "order.confirmed_differs"
        assert "the customer changed" in error.cause

    def test_one_that_was_typed_by_hand_is_only_compared(self, trade: Trade) -> None:
        code = trade.refs[Entity.CUSTOMERS, "1"]
        typed = {
            "CardCode": code,
            "DocDueDate": "2999-03-10",
            "DocumentLines": [{"ItemCode": "ITEM-1", "Quantity": 1, "UnitPrice": 100}],
        }
        key = desk.make(trade.company, "Orders", typed)
        same = trade.send(trade.document("1", trade.goods()), ref=str(key), previous=None)
        assert (same.error, same.status) == (None, Status.UNCHANGED)
        other = trade.document("2", trade.goods(price="90"))
        error = trade.send(other, ref=str(key), previous=None).error
        assert error is not None
        assert error.code == "order.total_differs"
        assert trade.row("Orders", key)["DocumentLines"][0]["UnitPrice"] == 100


class TestHeld:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"Frozen": "tYES", "FrozenRemarks": "unpaid"}, "customer.archived"),
            ({"Currency": "USD"}, "order.customer_currency"),
        ],
    )
    def test_customers_that_cannot_be_used(
        self, trade: Trade, change: dict[str, Any], code: str
    ) -> None:
        desk.edit(trade.company, "BusinessPartners", trade.refs[Entity.CUSTOMERS, "1"], change)
        error = trade.send(trade.document("1", trade.goods())).error
        assert error is not None
        assert error.code == code

    def test_items_that_cannot_be_used(self, trade: Trade) -> None:
        desk.edit(trade.company, "Items", "ITEM-1", {"Frozen": "tYES"})
        error = trade.send(trade.document("1", trade.goods())).error
        assert error is not None
        assert error.code == "order.product_archived"
        trade.refs[Entity.VARIANTS, "1:"] = "GONE"
        error = trade.send(trade.document("1", trade.goods())).error
        assert error is not None
        assert error.code == "order.product_gone"

    def test_a_day_without_a_rate(self, trade: Trade) -> None:
        with trade.company.transaction():
            trade.company.table("_Rates").drop(("USD", "2026-03-04"))
        sent = trade.document("1", trade.goods(), currency="USD")
        error = trade.send(sent).error
        assert error is not None
        assert error.code == "order.rate_missing"
        assert "USD" in error.cause
        assert "2026-03-04" in error.cause

    def test_a_closed_period(self, open_trade: Open) -> None:
        trade = open_trade()
        trade.sandbox.options.closed_until = date(2026, 12, 31)
        error = trade.send(trade.document("1", trade.goods())).error
        assert error is not None
        assert error.code == "sap_b1.period"

    def test_a_rule_of_the_company(self, trade: Trade) -> None:
        trade.sandbox.options.transaction_notification = "No orders on Fridays"
        error = trade.send(trade.document("1", trade.goods())).error
        assert error is not None
        assert error.code == "sap_b1.company_rule"
        assert "No orders on Fridays" in error.cause

    def test_discounts_where_freight_may_not_be_negative(self, open_trade: Open) -> None:
        trade = open_trade(Options(negative_freight=False))
        coupon = line("total_9_0", "-10", kind=LineKind.DISCOUNT, taxes=("full",), rate="19")
        error = trade.send(trade.document("1", trade.goods(), coupon)).error
        assert error is not None
        assert error.code == "order.freight_negative"

    def test_the_credit_limit(self, trade: Trade) -> None:
        desk.edit(trade.company, "BusinessPartners", "OC1", {"CreditLimit": Decimal(50)})
        refusal = Fault("refusal", resource="Orders", method="POST", code=-10, text="Limite")
        trade.sandbox.recorder.order(refusal)
        error = trade.send(trade.document("1", trade.goods(price="100"))).error
        assert error is not None
        assert error.code == "order.credit_limit"
        assert "50" in error.cause
        assert trade.rows("Orders") == []

    def test_a_refusal_nobody_knows_stays_as_it_is(self, trade: Trade) -> None:
        refusal = Fault("refusal", resource="Orders", method="POST", code=-10, text="Nessuno")
        trade.sandbox.recorder.order(refusal)
        error = trade.send(trade.document("1", trade.goods())).error
        assert error is not None
        assert error.code == "sap_b1.refused"
        assert "Nessuno" in error.cause

    def test_an_approval_procedure(self, open_trade: Open) -> None:
        trade = open_trade(Options(approval=True))
        sent = trade.document("1", trade.goods())
        for _ in range(2):
            error = trade.send(sent).error
            assert error is not None
            assert error.code == "order.approval"
            assert trade.counts()["Drafts"] == 1
        (draft,) = trade.rows("Drafts")
        made = desk.release(trade.company, draft["DocEntry"])
        assert trade.must(sent).ref == str(made)

    def test_one_bad_order_does_not_stop_the_others(self, trade: Trade) -> None:
        assert trade.send(trade.document("1", trade.goods(), currency="XTS")).error is not None
        assert trade.send(trade.document("2", trade.goods())).error is None


def test_an_unknown_product_is_booked_on_an_item_of_its_own(trade: Trade) -> None:
    lost = line("line_7", "12", kind=LineKind.PLACEHOLDER, taxes=("full",), rate="19", text="Lost")
    for key in ("1", "2"):
        row = trade.row("Orders", trade.must(trade.document(key, trade.goods(), lost)).ref)
        assert row["DocumentLines"][1]["ItemCode"] == "ERPB-UNKNOWN"
        assert row["DocumentLines"][1]["ItemDescription"] == "Lost"


def test_an_order_of_gift_vouchers_alone(trade: Trade) -> None:
    voucher = line("voucher_1", "50", kind=LineKind.VOUCHER, text="Voucher for Bob")
    row = trade.row("Orders", trade.must(trade.document("1", voucher)).ref)
    assert [x["ItemCode"] for x in row["DocumentLines"]] == ["ERPB-VOUCHER"]
    assert row["DocTotal"] == 50


def test_foreign_currency(trade: Trade) -> None:
    goods = trade.goods(price="21.59", quantity=3)
    sent = trade.document("1", goods, trade.shipping("5.35"), currency="USD", rate=Decimal("1.08"))
    row = trade.row("Orders", trade.must(sent).ref)
    assert row["DocCurrency"] == "USD"
    assert (row["DocTotalFc"], row["VatSumFc"]) == (sent.amount_total, sent.amount_tax)
