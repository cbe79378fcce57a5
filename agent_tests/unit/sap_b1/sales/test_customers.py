"""Customers and addresses: business partners, completed where they were there before."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from agent.erp.port import Outcome, Status
from agent.erp.sap_b1.sales import finding
from agent.model.entity import Entity
from agent.sandbox.sap_b1 import Fault
from agent.sandbox.sap_b1.books import desk
from agent_tests.unit.sap_b1.sales.conftest import Open
from agent_tests.unit.sap_b1.sales.trade import Row, Trade, address, customer


def partner(trade: Trade, key: str = "1") -> Row:
    return trade.row("BusinessPartners", trade.refs[Entity.CUSTOMERS, key])


def names(row: Row, kind: str = "bo_ShipTo") -> list[str]:
    return [a["AddressName"] for a in row["BPAddresses"] if a["AddressType"] == kind]


def code_of(outcome: Outcome) -> str:
    assert outcome.error is not None
    return outcome.error.code


class TestNew:
    def test_a_person(self, trade: Trade) -> None:
        row = partner(trade)
        assert row["CardCode"] == "OC1"
        assert (row["CardName"], row["CompanyPrivate"]) == ("Anna Berg", "cPrivate")
        assert (row["EmailAddress"], row["Phone1"]) == ("anna1@example.com", "+49 40 5550100")
        assert row["Currency"] == "##"
        (name,) = names(row)
        assert names(row, "bo_BillTo") == [name]
        assert row["ShipToDefault"] == row["BilltoDefault"] == name
        assert "Am Markt 5" in name
        (place, _) = row["BPAddresses"]
        assert (place["Street"], place["City"], place["Country"]) == ("Am Markt 5", "Hamburg", "DE")
        assert trade.refs[Entity.ADDRESSES, address().key] == f"OC1/bo_ShipTo/{name}"

    def test_a_company_with_its_person(self, trade: Trade) -> None:
        place = address("2", company="Berg GmbH")
        trade.must(customer("2", place, company="Berg GmbH", vat="DE123456789"))
        row = partner(trade, "2")
        assert (row["CardName"], row["CompanyPrivate"]) == ("Berg GmbH", "cCompany")
        assert row["FederalTaxID"] == "DE123456789"
        (person,) = row["ContactEmployees"]
        assert (person["FirstName"], person["E_Mail"]) == ("Anna", "anna2@example.com")
        assert row["ContactPerson"] == person["Name"] == "Anna Berg"
        assert row["BPAddresses"][0]["AddressName2"] == "Berg GmbH"
        assert row["BPAddresses"][0]["AddressName3"] == "Anna Berg"

    def test_codes_of_guests_fit(self, trade: Trade) -> None:
        trade.must(customer("guest-0123456789abcdef"))
        code = partner(trade, "guest-0123456789abcdef")["CardCode"]
        assert code.startswith("OCG")
        assert len(code) <= 15

    def test_a_code_that_is_taken_gets_a_number(self, trade: Trade) -> None:
        body = {"CardCode": "OC2", "CardName": "Somebody", "CardType": "cCustomer"}
        desk.make(trade.company, "BusinessPartners", body)
        assert trade.must(customer("2")).ref == "OC2-2"

    def test_codes_of_a_series(self, open_trade: Open) -> None:
        trade = open_trade(customer_code="series:71")
        assert str(trade.refs[Entity.CUSTOMERS, "1"]).startswith("C")
        assert partner(trade)["Series"] == 71

    def test_groups_of_the_same_name(self, open_trade: Open) -> None:
        trade = open_trade(customer_group="102")
        assert partner(trade)["GroupCode"] == 102
        trade.must(customer("2", group="7", group_name="dealers"))
        assert partner(trade, "2")["GroupCode"] == 103

    def test_places_b1_does_not_know(self, trade: Trade) -> None:
        far = address("2", country="XK", country_name="Kosovo", zone="Prizren")
        outcome = trade.must(customer("2", far))
        assert [w.code for w in outcome.warnings] == ["address.country_unknown"]
        (place, _) = partner(trade, "2")["BPAddresses"]
        assert (place["Block"], place["County"]) == ("Kosovo", "Prizren")
        home = address("3", zone="Bayern", zone_code="BY")
        trade.must(customer("3", home))
        assert partner(trade, "3")["BPAddresses"][0]["State"] == "BY"

    def test_long_texts_fit(self, trade: Trade) -> None:
        long = address("2", line1="Straße " * 40, city="Stadt " * 30, first_name="Anna " * 30)
        trade.must(customer("2", long, first_name="Anna " * 30, phone="0" * 40))
        assert len(partner(trade, "2")["BPAddresses"][0]["Street"]) <= 100

    def test_a_vat_number_that_is_refused(self, trade: Trade) -> None:
        refusal = Fault("refusal", resource="BusinessPartners", method="POST", code=-5002)
        trade.sandbox.recorder.order(refusal)
        outcome = trade.must(customer("2", vat="DE0"))
        assert [w.code for w in outcome.warnings] == ["customer.vat_refused"]
        row = partner(trade, "2")
        assert row.get("FederalTaxID") in (None, "")
        assert "VAT number in the shop: DE0" in row["FreeText"]


class TestEdits:
    def test_what_changed_is_written(self, trade: Trade) -> None:
        before = customer()
        after = dataclasses.replace(before, phone="+49 1", email="new@example.com", last_name="Bär")
        assert trade.must(after).status is Status.UPDATED
        row = partner(trade)
        assert (row["Phone1"], row["EmailAddress"]) == ("+49 1", "new@example.com")
        assert row["CardName"] == "Anna Bär"
        assert trade.must(after).status is Status.UNCHANGED

    def test_another_default_address_is_added(self, trade: Trade) -> None:
        (old,) = names(partner(trade))
        moved = address(line1="Neuer Wall 1")
        outcome = trade.must(customer("1", moved, address()))
        row = partner(trade)
        assert len(names(row)) == 2
        assert old in names(row), "the old one stays as it was"
        assert row["ShipToDefault"] == row["BilltoDefault"] != old
        ref = outcome.children[Entity.ADDRESSES, moved.key]
        assert ref == f"OC1/bo_ShipTo/{row['ShipToDefault']}"
        trade.must(customer("1", address(), moved))
        assert len(names(partner(trade))) == 2
        assert partner(trade)["ShipToDefault"] == old

    def test_an_edit_does_not_touch_documents(self, trade: Trade) -> None:
        trade.order(trade.goods(), invoice_address=address().key, delivery_address=address().key)
        trade.must(customer("1", address(line1="Neuer Wall 1")))
        (order,) = trade.rows("Orders")
        assert order["AddressExtension"]["ShipToStreet"] == "Am Markt 5"

    def test_the_person_of_a_company_is_changed_not_added(self, trade: Trade) -> None:
        place = address("2", company="Berg GmbH")
        first = customer("2", place, company="Berg GmbH")
        trade.must(first)
        trade.must(dataclasses.replace(first, phone="+49 2", last_name="Bär"))
        (person,) = partner(trade, "2")["ContactEmployees"]
        assert (person["Name"], person["Phone1"]) == ("Anna Bär", "+49 2")

    def test_a_partner_that_is_gone_or_inactive(self, trade: Trade) -> None:
        other = dataclasses.replace(customer(), phone="1")
        desk.edit(trade.company, "BusinessPartners", "OC1", {"Frozen": "tYES"})
        assert code_of(trade.send(other)) == "customer.archived"
        trade.refs[Entity.CUSTOMERS, "1"] = "GONE"
        assert code_of(trade.send(other)) == "erp.gone"


class TestLinked:
    def linked(self, trade: Trade, **values: Any) -> Row:
        body = {
            "CardCode": "OLD",
            "CardName": "Old Friend",
            "CardType": "cCustomer",
            "EmailAddress": "old@example.com",
            **values,
        }
        desk.make(trade.company, "BusinessPartners", body)
        trade.must(customer("2"), ref="OLD", previous=None)
        return partner(trade, "2")

    def test_it_is_only_completed(self, trade: Trade) -> None:
        row = self.linked(trade)
        assert (row["CardName"], row["EmailAddress"]) == ("Old Friend", "old@example.com")
        assert row["Phone1"] == "+49 40 5550100"
        assert len(names(row)) == 1

    def test_its_addresses_stay(self, trade: Trade) -> None:
        home = {"AddressName": "Home", "AddressType": "bo_ShipTo", "Street": "Elbe 1"}
        row = self.linked(trade, BPAddresses=[home], ShipToDefault="Home")
        assert row["ShipToDefault"] == "Home"
        assert len(names(row)) == 2

    def test_an_address_that_is_there_is_taken(self, trade: Trade) -> None:
        home = {
            "AddressName": "Home",
            "AddressType": "bo_BillTo",
            "AddressName2": "Anna Berg",
            "Street": "AM MARKT 5",
            "ZipCode": "20095",
            "City": "Hamburg",
            "Country": "DE",
        }
        row = self.linked(trade, BPAddresses=[home])
        assert names(row, "bo_BillTo") == names(row, "bo_ShipTo") == ["Home"]


class TestAddresses:
    def test_another_address(self, trade: Trade) -> None:
        place = address(line1="Hafen 1", kind="delivery")
        first = trade.must(place)
        assert first.status is Status.CREATED
        assert trade.must(place, ref=None, previous=None).ref == first.ref
        assert len(names(partner(trade))) == len(names(partner(trade), "bo_BillTo")) == 2

    def test_names_are_unique(self, trade: Trade) -> None:
        one, two = address(postcode="1"), address(postcode="2")
        assert trade.must(one).ref != trade.must(two).ref
        assert len(set(names(partner(trade)))) == 3

    def test_another_spelling_is_written_in_place(self, trade: Trade) -> None:
        place = address(line1="Hafen 1")
        ref = trade.must(place).ref
        count = len(partner(trade)["BPAddresses"])
        spelt = dataclasses.replace(place, line1="HAFEN 1")
        assert trade.must(spelt).ref == ref
        row = partner(trade)
        assert len(row["BPAddresses"]) == count
        assert [a["Street"] for a in row["BPAddresses"]].count("HAFEN 1") == 2

    def test_without_its_customer_it_waits(self, trade: Trade) -> None:
        assert code_of(trade.send(address("9"))) == "record.parent_missing"

    def test_it_exists_as_long_as_it_is_there(self, trade: Trade) -> None:
        ref = trade.refs[Entity.ADDRESSES, address().key]
        refs = [ref, "OC1/bo_ShipTo/None", "nonsense"]
        assert finding.exists(trade.cx, Entity.ADDRESSES, refs) == {ref: True}


@pytest.mark.parametrize("name", ["A/B", "x" * 80, "Ä & Ö's"])
def test_odd_names_of_addresses_lead_to_orders(trade: Trade, name: str) -> None:
    place = address(first_name=name)
    trade.must(place)
    outcome = trade.must(trade.document("1", trade.goods(), delivery_address=place.key))
    row = trade.row("Orders", outcome.ref)
    assert row["ShipToCode"] == trade.refs[Entity.ADDRESSES, place.key].split("/", 2)[2]
