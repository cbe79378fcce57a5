"""What is in B1 already: matched, adopted, found by a person's words, put out of use."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from agent.erp.port import Status
from agent.erp.sales import ACTIONS
from agent.erp.sap_b1.sales import finding
from agent.erp.sap_b1.sales.matching import match
from agent.model.entity import Entity
from agent.model.sales import Carrier, Currency, OrderStatus, PaymentMethod, TaxRate
from agent.sandbox.sap_b1.books import desk
from agent.sandbox.sap_b1.options import Options
from agent_tests.unit.sap_b1.sales.conftest import Open
from agent_tests.unit.sap_b1.sales.trade import Trade, address, customer


def refs(trade: Trade, record: Any) -> list[tuple[str, str]]:
    found = match(trade.cx, [record]).get(record.key, [])
    return [(c.ref, c.matched_by) for c in found]


def partner(trade: Trade, code: str, **values: Any) -> None:
    body = {"CardCode": code, "CardName": f"Partner {code}", "CardType": "cCustomer", **values}
    desk.make(trade.company, "BusinessPartners", body)


class TestCustomers:
    def test_by_vat_number_in_any_spelling(self, trade: Trade) -> None:
        partner(trade, "V1", FederalTaxID="DE123456789", EmailAddress="x@example.com")
        wanted = customer("9", address("9"), vat="123 456 789", email="nobody@example.com")
        assert refs(trade, wanted) == [("V1", "vat")]

    def test_by_email_then_by_that_of_a_person(self, trade: Trade) -> None:
        partner(trade, "E1", EmailAddress="bob@example.com")
        people = [{"Name": "Eve", "E_Mail": "Eve@Example.com"}]
        partner(trade, "E2", ContactEmployees=people)
        assert refs(trade, customer("8", email="Bob@example.com")) == [("E1", "email")]
        for spelling in ("eve@example.com", "Eve@Example.com", "EVE@EXAMPLE.COM"):
            assert refs(trade, customer("9", email=spelling)) == [("E2", "email")]

    def test_several_are_all_told_and_inactive_ones_last(self, trade: Trade) -> None:
        for code, frozen in (("A", "tNO"), ("B", "tNO"), ("C", "tYES")):
            partner(trade, code, EmailAddress="bob@example.com", Frozen=frozen)
        found = refs(trade, customer("9", email="bob@example.com"))
        assert found == [("A", "email"), ("B", "email")]

    def test_suppliers_and_switched_off_rules_match_nothing(self, open_trade: Open) -> None:
        trade = open_trade(customer_match="none")
        partner(trade, "E1", EmailAddress="bob@example.com")
        assert refs(trade, customer("9", email="bob@example.com")) == []


def test_orders_by_number_and_total(trade: Trade) -> None:
    sent = trade.document("1", trade.goods(price="100"))
    trade.must(sent)
    assert refs(trade, sent) == [("1", "number")]
    assert refs(trade, trade.document("1", trade.goods(price="90"))) == []


@pytest.mark.parametrize(
    ("localisation", "rate", "wanted"),
    [("vat", "19", [("O2", "rate")]), ("vat", "16", []), ("sales_tax", "8.875", [("NY", "rate")])],
)
def test_tax_rates(open_trade: Open, localisation: Any, rate: str, wanted: list[Any]) -> None:
    trade = open_trade(Options(localisation=localisation))
    assert refs(trade, TaxRate("1", "Tax", Decimal(rate))) == wanted


def test_levies_are_linked_to_freight(trade: Trade) -> None:
    assert refs(trade, TaxRate("1", "Eco", Decimal(2), kind="fixed")) == [("freight:4", "rate")]
    known = finding.exists(trade.cx, Entity.TAX_RATES, ["O2", "freight:4", "freight:99", "X"])
    assert known == {"O2": True, "freight:4": True}


def test_what_is_mapped_once(trade: Trade) -> None:
    assert refs(trade, Carrier("flat", "dhl ")) == [("1", "name")]
    assert refs(trade, PaymentMethod("bank", "Bank")) == [("transfer:161000", "name")]
    assert refs(trade, PaymentMethod("visa", "Visa")) == [("card:1", "name")]
    assert refs(trade, Currency("usd", "Dollar", Decimal(1))) == [("USD", "code")]
    (cancelled,) = refs(trade, OrderStatus("7", {"en-gb": "Canceled"}))
    assert cancelled[0] == "cancel"


def test_means_that_exist(trade: Trade) -> None:
    wanted = ["transfer:161000", "cash:161010", "card:2", "card:9", "transfer:1", "161000"]
    known = finding.exists(trade.cx, Entity.PAYMENT_METHODS, wanted)
    assert known == {"transfer:161000": True, "cash:161010": True, "card:2": True}


@pytest.mark.parametrize(
    ("entity", "words", "ref"),
    [
        (Entity.CUSTOMERS, "anna", "OC1"),
        (Entity.CUSTOMERS, "anna1@example", "OC1"),
        (Entity.ADDRESSES, "OC1", "OC1/bo_ShipTo/Anna Berg, Am Markt 5, Hamburg"),
        (Entity.ORDERS, "OC-1", "1"),
        (Entity.ORDERS, "1", "1"),
        (Entity.CARRIERS, "ups", "2"),
        (Entity.TAX_RATES, "19", "O2"),
        (Entity.TAX_RATES, "levies", "freight:4"),
        (Entity.PAYMENT_METHODS, "master", "card:2"),
        (Entity.CURRENCIES, "dollar", "USD"),
        (Entity.ORDER_STATUS, "credit", "credit"),
    ],
)
def test_a_person_finds(trade: Trade, entity: Entity, words: str, ref: str) -> None:
    trade.order()
    found = [c.ref for c in finding.search(trade.cx, entity, words, 10)]
    assert ref in found
    assert finding.search(trade.cx, entity, "no such thing 77", 10) == []
    assert len(finding.search(trade.cx, entity, "", 1)) == 1


def test_actions_always_exist(trade: Trade) -> None:
    known = finding.exists(trade.cx, Entity.ORDER_STATUS, [*ACTIONS, "dance"])
    assert known == dict.fromkeys(ACTIONS, True)


def test_carriers_are_made_once_and_adopted(trade: Trade) -> None:
    ref = trade.must(Carrier("flat", "Courier")).ref
    name = trade.external_id(Carrier("flat", ""))
    assert finding.adopt(trade.cx, Entity.CARRIERS, [name]) == {name: ref}
    assert trade.must(Carrier("flat", "Courier"), ref=None, previous=None).ref == ref
    assert trade.must(Carrier("flat", "Van")).status is Status.UPDATED
    assert trade.row("ShippingTypes", ref)["Name"] == "Van"


def test_customers_are_put_out_of_use_all_else_stays(trade: Trade) -> None:
    life = trade.order()
    (outcome,) = finding.archive(trade.cx, Entity.CUSTOMERS, [("1", "OC1")])
    assert outcome.status is Status.ARCHIVED
    assert finding.exists(trade.cx, Entity.CUSTOMERS, ["OC1", "GONE"]) == {"OC1": False}
    again, gone = finding.archive(trade.cx, Entity.CUSTOMERS, [("1", "OC1"), ("2", "GONE")])
    assert (again.status, gone.status) == (Status.ARCHIVED, Status.ARCHIVED)
    (order,) = finding.archive(trade.cx, Entity.ORDERS, [("1", life.ref)])
    assert order.status is Status.UNCHANGED
    assert [w.code for w in order.warnings] == ["erp.no_archive"]
