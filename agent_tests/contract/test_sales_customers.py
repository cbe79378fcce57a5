"""Customers and addresses: contacts of Odoo, found again, completed, never overwritten in use."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.model.entity import Entity
from agent_tests.contract.common.seller import address, changed, customer
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.sales_shop import SalesShop

PARTNER = "res.partner"
FIELDS = (
    *("name", "is_company", "parent_id", "email", "phone", "vat", "lang", "street", "street2"),
    *("city", "zip", "state_id", "country_id", "category_id", "type", "comment", "active"),
)


@pytest.fixture
def shop(ground: Ground) -> Iterator[SalesShop]:
    """Give an empty shop that sells."""
    made = SalesShop(ground)
    yield made
    made.close()


def partner(shop: SalesShop, ref: str | None) -> dict[str, object]:
    """Return a contact."""
    found: dict[str, object] = shop.ground.read(PARTNER, ref, *FIELDS)
    return found


class TestPersons:
    def test_a_person_with_the_default_address_on_the_contact(self, shop: SalesShop) -> None:
        place = address("1", line2="2nd floor")
        record = customer("1", place, language="de-de", vat="", group="2", group_name=unique("VIP"))
        (outcome,) = shop.must(record)
        row = partner(shop, outcome.ref)
        assert (row["name"], row["is_company"], row["email"]) == ("Anna Berg", False, record.email)
        assert (row["street"], row["street2"], row["city"], row["zip"]) == (
            "1 Main Street",
            "2nd floor",
            "New York",
            "10001",
        )
        assert row["country_id"][1] == "United States"  # type: ignore[index]
        assert str(row["state_id"][1]).startswith("New York")  # type: ignore[index]
        assert (row["phone"], row["lang"]) == ("+1 555 0100", "de_DE")
        (tag,) = shop.ground.find(
            "res.partner.category", [("id", "in", row["category_id"])], "name"
        )
        assert tag["name"] == record.group_name
        assert outcome.children == {(Entity.ADDRESSES, place.key): outcome.ref}

    def test_a_zone_and_a_country_that_odoo_does_not_know_stay_readable(
        self, shop: SalesShop
    ) -> None:
        odd = address("1", zone="Far Away", zone_code="QQ")
        (outcome,) = shop.must(customer("1", odd))
        assert partner(shop, outcome.ref)["street2"] == "Far Away"
        nowhere = address("2", country="QQ", country_name="Nowhereland", zone="", line2="Floor 1")
        (outcome,) = shop.put(customer("2", nowhere))
        assert [w.code for w in outcome.warnings] == ["address.country_unknown"]
        row = partner(shop, outcome.ref)
        assert (row["street2"], row["country_id"]) == ("Floor 1, Nowhereland", False)

    def test_another_group_takes_the_place_of_the_first(self, shop: SalesShop) -> None:
        one, two = unique("One"), unique("Two")
        record = customer("1", group="1", group_name=one)
        (outcome,) = shop.must(record)
        own = shop.ground.rpc("res.partner.category", "create", {"name": unique("Own")})
        shop.ground.rpc(PARTNER, "write", [int(outcome.ref or 0)], {"category_id": [(4, own)]})
        shop.must(changed(record, group="2", group_name=two))
        tags = partner(shop, outcome.ref)["category_id"]
        rows = shop.ground.find("res.partner.category", [("id", "in", tags)], "name")
        assert two in {r["name"] for r in rows}
        assert own in {r["id"] for r in rows}
        assert one not in {r["name"] for r in rows}


class TestCompanies:
    def test_the_person_stands_below_the_company(self, shop: SalesShop) -> None:
        record = customer("1", address("1", company="Acme Ltd"), company="Acme Ltd")
        (outcome,) = shop.must(record)
        row = partner(shop, outcome.ref)
        assert (row["name"], row["is_company"]) == ("Acme Ltd", True)
        (person,) = shop.ground.find(
            PARTNER, [("parent_id", "=", int(outcome.ref or 0))], "name", "type", "email"
        )
        assert (person["name"], person["type"], person["email"]) == (
            "Anna Berg",
            "contact",
            record.email,
        )
        shop.must(changed(record, first_name="Ann"))
        (person,) = shop.ground.find(PARTNER, [("parent_id", "=", int(outcome.ref or 0))], "name")
        assert person["name"] == "Ann Berg"


class TestAddresses:
    def test_a_second_address_is_a_contact_below(self, shop: SalesShop) -> None:
        record = shop.buyer()
        other = address("1", line1="2 Side Street", kind="delivery", company="Acme", phone="2")
        (outcome,) = shop.must(other)
        row = partner(shop, outcome.ref)
        assert row["parent_id"][0] == int(shop.ref(Entity.CUSTOMERS, "1"))  # type: ignore[index]
        assert (row["type"], row["street"], row["name"], row["phone"]) == (
            "delivery",
            "2 Side Street",
            "Acme, Anna Berg",
            "2",
        )
        assert record.key == "1"

    def test_an_address_in_use_is_never_overwritten(self, shop: SalesShop) -> None:
        record = shop.buyer()
        ref = shop.ref(Entity.CUSTOMERS, "1")
        shop.ground.rpc("sale.order", "create", {"partner_id": int(ref)})
        moved = address("1", line1="9 New Road")
        (outcome,) = shop.must(changed(record, address=moved.key, addresses=(moved,)))
        assert partner(shop, ref)["street"] == "1 Main Street"
        child = outcome.children[Entity.ADDRESSES, moved.key]
        assert child != ref
        row = partner(shop, child)
        assert row["street"] == "9 New Road"
        assert row["parent_id"][0] == int(ref)  # type: ignore[index]

    def test_an_address_nobody_uses_is_replaced_and_the_former_kept_apart(
        self, shop: SalesShop
    ) -> None:
        record = shop.buyer()
        ref = shop.ref(Entity.CUSTOMERS, "1")
        former = record.addresses[0]
        moved = address("1", line1="9 New Road")
        (outcome,) = shop.must(changed(record, address=moved.key, addresses=(moved,)))
        assert partner(shop, ref)["street"] == "9 New Road"
        assert outcome.children[Entity.ADDRESSES, moved.key] == ref
        kept = outcome.children[Entity.ADDRESSES, former.key]
        assert kept != ref, "an order that waits may still name it"
        assert partner(shop, kept)["street"] == "1 Main Street"


class TestLinked:
    def test_a_linked_contact_is_completed_and_keeps_what_it_has(self, shop: SalesShop) -> None:
        there = shop.ground.rpc(
            PARTNER, "create", {"name": "Known Name", "street": "Old Street 1", "phone": "111"}
        )
        record = customer("1", address("1"))
        shop.link(record, str(there))
        (outcome,) = shop.must(record)
        row = partner(shop, str(there))
        assert (row["name"], row["phone"], row["street"]) == ("Known Name", "111", "Old Street 1")
        assert row["email"] == record.email
        child = outcome.children[Entity.ADDRESSES, record.addresses[0].key]
        assert partner(shop, child)["street"] == "1 Main Street"

    def test_a_linked_contact_without_an_address_gets_it(self, shop: SalesShop) -> None:
        there = shop.ground.rpc(PARTNER, "create", {"name": "Known Name"})
        record = customer("1", address("1"))
        shop.link(record, str(there))
        (outcome,) = shop.must(record)
        assert partner(shop, str(there))["street"] == "1 Main Street"
        assert outcome.children[Entity.ADDRESSES, record.addresses[0].key] == str(there)
