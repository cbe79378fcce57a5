"""Customers and addresses: found again, completed, never overwritten where people changed them."""

from __future__ import annotations

from agent.erp.port import Status
from agent.model.entity import Entity
from agent_tests.contract.common.books import Books, Place
from agent_tests.contract.common.seller import Seller, address, changed, customer
from agent_tests.contract.ground import unique

MAIN = Place("1 Main Street", "New York", "10001", "US")
C = Entity.CUSTOMERS


class TestPersons:
    def test_a_person_with_the_default_address(self, shop: Seller, books: Books) -> None:
        place = address("1")
        record = customer("1", place)
        (outcome,) = shop.must(record)
        assert outcome.status is Status.CREATED
        found = books.partner(outcome.ref or "")
        assert (found.name, found.email, found.phone) == (
            "Anna Berg",
            record.email,
            "+1 555 0100",
        )
        assert found.active
        assert MAIN in found.places
        assert list(outcome.children) == [(Entity.ADDRESSES, place.key)]

    def test_sending_it_again_makes_no_second_one(self, shop: Seller, books: Books) -> None:
        record = customer("1", address("1"))
        (first,) = shop.must(record)
        shop.forget()
        (second,) = shop.must(record)
        assert second.ref == first.ref
        assert dict(second.children) == dict(first.children)
        assert books.partners_with(record.email) == [first.ref]
        assert books.partner(first.ref or "").places.count(MAIN) == 1

    def test_nothing_changed_sends_nothing(self, shop: Seller) -> None:
        record = customer("1", address("1"))
        shop.must(record)
        (outcome,) = shop.must(record)
        assert outcome.status is Status.UNCHANGED

    def test_only_what_changed_is_written(self, shop: Seller, books: Books) -> None:
        record = customer("1", address("1"))
        (first,) = shop.must(record)
        books.edit_partner(first.ref or "", phone="typed by hand")
        shop.must(changed(record, last_name="Berger"))
        found = books.partner(first.ref or "")
        assert (found.name, found.phone) == ("Anna Berger", "typed by hand")

    def test_a_customer_without_a_name_or_address(self, shop: Seller, books: Books) -> None:
        record = customer("1", first_name="", last_name="", phone="")
        (outcome,) = shop.must(record)
        assert books.partner(outcome.ref or "").name == record.email
        assert outcome.children == {}

    def test_a_country_that_the_erp_does_not_know_is_told(self, shop: Seller, books: Books) -> None:
        nowhere = address("2", country="QQ", country_name="Nowhereland", zone="", zone_code="")
        (outcome,) = shop.put(customer("2", nowhere))
        assert [w.code for w in outcome.warnings] == ["address.country_unknown"]
        (place,) = books.partner(outcome.ref or "").places
        assert (place.line1, place.city, place.country) == ("1 Main Street", "New York", "")

    def test_an_archived_customer_is_held(self, shop: Seller, books: Books) -> None:
        record = customer("1")
        (outcome,) = shop.must(record)
        books.edit_partner(outcome.ref or "", active=False)
        (again,) = shop.put(changed(record, phone="1"))
        assert again.error is not None
        assert again.error.code == "customer.archived"

    def test_one_bad_customer_does_not_stop_the_others(self, shop: Seller) -> None:
        shop.refs[C, "2"] = "99999999"
        first, second, third = shop.put(customer("1"), customer("2"), customer("3"))
        assert second.error is not None
        assert second.error.code == "erp.gone"
        assert first.ref
        assert third.ref

    def test_a_company_keeps_its_name_and_its_person(self, shop: Seller, books: Books) -> None:
        name = unique("Acme Ltd")
        record = customer("1", address("1", company=name), company=name)
        (outcome,) = shop.must(record)
        assert books.partner(outcome.ref or "").name == name
        (again,) = shop.must(changed(record, first_name="Ann"))
        assert again.ref == outcome.ref
        assert books.partner(outcome.ref or "").name == name


class TestAddresses:
    def test_a_second_address(self, shop: Seller, books: Books) -> None:
        shop.buyer()
        other = address("1", line1="2 Side Street", kind="delivery", company="Acme", phone="2")
        (outcome,) = shop.must(other)
        assert outcome.ref != shop.ref(C, "1")
        lines = [p.line1 for p in books.partner(shop.ref(C, "1")).places]
        assert sorted(set(lines)) == ["1 Main Street", "2 Side Street"]
        del shop.refs[Entity.ADDRESSES, other.key]
        (again,) = shop.must_anew(other)
        assert again.ref == outcome.ref
        assert [p.line1 for p in books.partner(shop.ref(C, "1")).places] == lines
        assert shop.erp.exists(Entity.ADDRESSES, [outcome.ref or ""]) == {outcome.ref: True}

    def test_its_customer_has_to_be_there(self, shop: Seller) -> None:
        (outcome,) = shop.put(address("7"))
        assert outcome.error is not None
        assert outcome.error.code == "record.parent_missing"

    def test_the_former_default_address_is_kept(self, shop: Seller, books: Books) -> None:
        record = shop.buyer()
        former = record.addresses[0]
        moved = address("1", line1="9 New Road")
        (outcome,) = shop.must(changed(record, address=moved.key, addresses=(moved,)))
        lines = {p.line1 for p in books.partner(outcome.ref or "").places}
        assert lines == {"1 Main Street", "9 New Road"}
        refs = dict(shop.refs)
        assert refs[Entity.ADDRESSES, moved.key] != refs[Entity.ADDRESSES, former.key]


class TestLinked:
    def test_a_linked_one_is_completed_and_keeps_what_it_has(
        self, shop: Seller, books: Books
    ) -> None:
        name = unique("Known Name")
        there = books.make_partner(name, phone="111")
        record = customer("1", address("1"))
        shop.link(record, there)
        (outcome,) = shop.must(record)
        found = books.partner(there)
        assert (found.name, found.phone, found.email) == (name, "111", record.email)
        assert MAIN in found.places
        assert (Entity.ADDRESSES, record.addresses[0].key) in outcome.children
