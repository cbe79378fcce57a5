"""Linking to what the ERP already has, and looking for it by hand."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from decimal import Decimal

import pytest

from agent.erp.port import Candidate
from agent.erp.sales import ACTIONS
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.model.record import Record
from agent.model.sales import Carrier, Currency, OrderStatus, TaxRate
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.seller import Seller, address, changed, customer
from agent_tests.contract.common.test_products import carried
from agent_tests.contract.ground import new_instance, unique
from agent_tests.contract.shop import mug, shirt, text

P = Entity.PRODUCTS


def match(shop: Seller, entity: Entity, record: Record) -> list[Candidate]:
    """Return the candidates of one record."""
    return list(shop.erp.match(entity, [record], refs={}).get(record.key, []))


def rules(found: list[Candidate]) -> list[tuple[str, str]]:
    """Return what candidates say, without labels."""
    return [(c.ref, c.matched_by) for c in found]


class TestProducts:
    def product(self) -> Product:
        return mug(barcode=unique("EAN").replace(" ", ""))

    def test_code_comes_before_barcode_before_name(self, shop: Seller, books: Books) -> None:
        product = self.product()
        no_code = changed(product, sku="")
        by_name = books.make_item(product.name["en-gb"])
        assert rules(match(shop, P, no_code)) == [(by_name, "name")]
        by_barcode = books.make_item(unique("other"), barcode=product.barcode)
        assert rules(match(shop, P, no_code)) == [(by_barcode, "barcode")]
        assert rules(match(shop, P, product)) == [(by_barcode, "barcode")]
        by_code = books.make_item(unique("another"), code=product.sku)
        assert rules(match(shop, P, product)) == [(by_code, "sku")]

    def test_several_of_one_name_are_all_shown(self, shop: Seller, books: Books) -> None:
        product = mug(sku="")
        wanted = {books.make_item(product.name["en-gb"]) for _ in range(2)}
        assert {c.ref for c in match(shop, P, product)} == wanted

    def test_a_name_does_not_match_where_the_codes_differ(self, shop: Seller, books: Books) -> None:
        product = mug()
        books.make_item(product.name["en-gb"], code=unique("OTHER").replace(" ", ""))
        assert match(shop, P, product) == []

    def test_the_only_variant_and_archived_ones_are_told(self, shop: Seller, books: Books) -> None:
        product = mug()
        ref = books.make_item(unique("x"), code=product.sku)
        (variant,) = books.active_variants(ref)
        books.edit_item(ref, active=False)
        (found,) = match(shop, P, product)
        assert (found.ref, found.active) == (ref, False)
        assert dict(found.children) == {(Entity.VARIANTS, "7:"): variant}

    def test_the_code_of_a_variant_matches_its_product(self, shop: Seller) -> None:
        shop.size_and_colour()
        made = shirt()
        (outcome,) = shop.must(made)
        (found,) = match(shop, P, mug("9", sku=f"{made.sku}-1-1"))
        assert found.ref == outcome.ref

    def test_many_are_matched_at_once(self, shop: Seller, books: Books) -> None:
        products = [mug(str(n)) for n in range(1, 30)]
        refs = {p.key: books.make_item(unique("x"), code=p.sku) for p in products[::3]}
        found = shop.erp.match(P, products, refs={})
        assert {key: [c.ref for c in some] for key, some in found.items()} == {
            key: [ref] for key, ref in refs.items()
        }


class TestSearch:
    def test_by_words_code_barcode_and_number(self, shop: Seller) -> None:
        product = mug(barcode=unique("EAN").replace(" ", ""))
        (made,) = shop.must(product)
        for words in (product.name["en-gb"][2:], product.sku, product.barcode, str(made.ref)):
            refs = [c.ref for c in shop.erp.search(P, words, 50)]
            assert made.ref in refs, words
        assert shop.erp.search(P, unique("nothing like it"), 5) == []

    def test_no_more_than_asked_for_and_none_archived(self, shop: Seller) -> None:
        word = unique("Many").replace(" ", "")
        outcomes = shop.must(*(mug(str(n), name=text(f"{word} {n}")) for n in range(4)))
        shop.erp.archive(P, [("0", outcomes[0].ref or "")])
        assert len(shop.erp.search(P, word, 2)) == 2
        assert len(shop.erp.search(P, word, 10)) == 3

    def test_what_orders_need_can_be_looked_for(self, shop: Seller, books: Books) -> None:
        tax = books.sale_tax(Decimal("3.75"))
        assert tax in {c.ref for c in shop.erp.search(Entity.TAX_RATES, "", 1000)}
        assert books.bank() in {c.ref for c in shop.erp.search(Entity.PAYMENT_METHODS, "", 1000)}


class TestCustomers:
    def test_by_email(self, shop: Seller, books: Books) -> None:
        record = customer("1", address("1"))
        assert match(shop, Entity.CUSTOMERS, record) == []
        ref = books.make_partner(unique("Contact"), email=record.email)
        assert rules(match(shop, Entity.CUSTOMERS, record)) == [(ref, "email")]
        shop.reconnect(customer_match="none")
        assert match(shop, Entity.CUSTOMERS, record) == []

    def test_by_email_whatever_its_capitals(self, shop: Seller, books: Books) -> None:
        mail = f"{unique('Eve').replace(' ', '.')}@Example.com"
        ref = books.make_partner(unique("Contact"), email=mail)
        for spelling in (mail, mail.lower(), mail.upper()):
            record = dataclasses.replace(customer("1", address("1")), email=spelling)
            assert rules(match(shop, Entity.CUSTOMERS, record)) == [(ref, "email")]

    def test_the_tax_number_comes_first(self, shop: Seller, books: Books) -> None:
        number = "9" + unique("1").split()[1].encode().hex()[:9]
        record = customer("1", address("1", country="DE"), vat=f"DE {number}")
        books.make_partner(unique("Contact"), email=record.email)
        ref = books.make_partner(unique("Contact"), vat=f"DE{number}")
        assert rules(match(shop, Entity.CUSTOMERS, record)) == [(ref, "vat")]

    def test_two_of_one_address_are_both_shown(self, shop: Seller, books: Books) -> None:
        record = customer("1")
        wanted = {books.make_partner(unique("Contact"), email=record.email) for _ in "12"}
        assert {c.ref for c in match(shop, Entity.CUSTOMERS, record)} == wanted

    def test_archived_ones_stand_back(self, shop: Seller, books: Books) -> None:
        record = customer("1")
        archived = books.make_partner(unique("Contact"), email=record.email)
        books.edit_partner(archived, active=False)
        (found,) = match(shop, Entity.CUSTOMERS, record)
        assert (found.ref, found.active) == (archived, False)
        active = books.make_partner(unique("Contact"), email=record.email)
        assert rules(match(shop, Entity.CUSTOMERS, record)) == [(active, "email")]

    def test_search_by_name_or_address(self, shop: Seller, books: Books) -> None:
        mail = f"{unique('m').replace(' ', '')}@example.com"
        ref = books.make_partner(unique("Contact"), email=mail)
        assert [c.ref for c in shop.erp.search(Entity.CUSTOMERS, mail, 5)] == [ref]

    def test_archive_and_exists(self, shop: Seller) -> None:
        (outcome,) = shop.must(customer("1"))
        ref = outcome.ref or ""
        assert shop.erp.exists(Entity.CUSTOMERS, [ref]) == {ref: True}
        shop.erp.archive(Entity.CUSTOMERS, [("1", ref)])
        assert shop.erp.exists(Entity.CUSTOMERS, [ref, "99999999"]) == {ref: False}


class TestOrders:
    def test_the_number_and_the_total_have_to_be_the_same(
        self, seller: Seller, books: Books
    ) -> None:
        first = seller.document("1", seller.goods("1", "10"))
        (outcome,) = seller.must(first)
        same = changed(first, key="2")
        assert rules(match(seller, Entity.ORDERS, same)) == [(outcome.ref, "number")]
        dearer = changed(first, amount_total=Decimal(11))
        assert match(seller, Entity.ORDERS, dearer) == []
        books.cancel(outcome.ref or "")
        assert match(seller, Entity.ORDERS, same) == []

    def test_an_order_of_another_shop_is_never_meant(self, seller: Seller) -> None:
        first = seller.document("1", seller.goods("1", "10"))
        (outcome,) = seller.must(first)
        theirs = changed(first, key="2")
        other = seller.ground.connect(new_instance())
        try:
            assert other.match(Entity.ORDERS, [theirs], refs={}) == {}
        finally:
            other.close()
        assert rules(match(seller, Entity.ORDERS, theirs)) == [(outcome.ref, "number")]

    @pytest.mark.parametrize("days", [-40, 40])
    def test_nor_is_one_of_another_time(self, seller: Seller, days: int) -> None:
        first = seller.document("1", seller.goods("1", "10"))
        (outcome,) = seller.must(first)
        near = changed(first, key="2", date=first.date + timedelta(days=days) / 2)
        assert rules(match(seller, Entity.ORDERS, near)) == [(outcome.ref, "number")]
        far = changed(first, key="2", date=first.date + timedelta(days=days))
        assert match(seller, Entity.ORDERS, far) == []

    def test_search_by_either_number(self, seller: Seller, books: Books) -> None:
        sent = seller.document("1", seller.goods("1", "10"))
        (outcome,) = seller.must(sent)
        for words in (sent.number, books.order(outcome.ref or "").own_number):
            found = [c.ref for c in seller.erp.search(Entity.ORDERS, words, 50)]
            assert outcome.ref in found


class TestTheRest:
    def test_taxes_by_percent_and_by_name_among_several(self, shop: Seller, books: Books) -> None:
        percent = Decimal(unique("1").split()[1].encode().hex()[-3:]) / 100 + Decimal("31.17")
        rate = TaxRate("86", unique("VAT"), percent)
        assert match(shop, Entity.TAX_RATES, rate) == []
        first = books.sale_tax(percent)
        assert rules(match(shop, Entity.TAX_RATES, rate)) == [(first, "rate")]
        second = books.sale_tax(percent)
        assert {c.ref for c in match(shop, Entity.TAX_RATES, rate)} == {first, second}
        named = books.sale_tax(percent, name=rate.name.upper())
        assert rules(match(shop, Entity.TAX_RATES, rate)) == [(named, "name")]

    def test_carriers_by_name(self, shop: Seller) -> None:
        carried(shop, Entity.CARRIERS)
        carrier = Carrier("flat", unique("Flat Rate"))
        assert match(shop, Entity.CARRIERS, carrier) == []
        (outcome,) = shop.must(carrier)
        other = changed(carrier, name=carrier.name.upper())
        assert rules(match(shop, Entity.CARRIERS, other)) == [(outcome.ref, "name")]

    def test_currencies_by_code(self, shop: Seller, books: Books) -> None:
        code, ref, _ = books.foreign_currency()
        currencies = [Currency(k, k, Decimal(1)) for k in (code, "XQX")]
        found = shop.erp.match(Entity.CURRENCIES, currencies, refs={})
        assert {key: [c.ref for c in some] for key, some in found.items()} == {code: [ref]}

    @pytest.mark.parametrize(
        ("name", "role", "action"),
        [
            ("Processing", "processing", "confirm"),
            ("Complete", "complete", "confirm+invoice"),
            ("Canceled", "processing", "cancel"),
            ("Refunded", "complete", "none"),
            ("Pending", "other", "none"),
        ],
    )
    def test_order_statuses_are_actions(
        self, shop: Seller, name: str, role: str, action: str
    ) -> None:
        status = OrderStatus("1", {"en-gb": name}, role)  # type: ignore[arg-type]
        assert match(shop, Entity.ORDER_STATUS, status)[0].ref == action

    def test_actions_can_be_looked_for(self, shop: Seller) -> None:
        listed = shop.erp.search(Entity.ORDER_STATUS, "payment", 20)
        assert {"confirm+invoice+pay", "confirm+deposit"} <= {c.ref for c in listed}
        refs = [*ACTIONS, "nonsense"]
        assert shop.erp.exists(Entity.ORDER_STATUS, refs) == dict.fromkeys(ACTIONS, True)
        assert shop.erp.adopt(Entity.ORDER_STATUS, ["x.y"]) == {}
