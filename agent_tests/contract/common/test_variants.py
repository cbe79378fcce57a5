"""Products with options: variants, codes, extra prices, and changes to the options."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.port import Outcome, Status, variant_key
from agent.errors import Refused
from agent.model.catalogue import OptionValue, Product, ProductOption, Variant
from agent.model.entity import Entity
from agent_tests.contract.common.books import Books, Item
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import shirt, sizes

NAMES = {"13/1": "S", "13/2": "M", "13/3": "L", "14/1": "Red", "14/2": "Blue"}
SIX = {f"{a} {b}" for a in ("Blue", "Red") for b in "SML"}


@pytest.fixture(autouse=True)
def options(shop: Seller) -> None:
    """Send the options that the products have; skip where there are no variants."""
    if not shop.erp.capabilities.variants:
        pytest.skip("this ERP has no variants")
    shop.size_and_colour()


def named(key: str) -> str:
    """Return the values of a child's key in words: ``Blue L``."""
    chosen = key.partition(":")[2].replace("option:", "").split(",")
    return " ".join(sorted((NAMES[c] for c in chosen if c), key=len, reverse=True))


def variants(books: Books, outcome: Outcome) -> dict[str, Item]:
    """Return the active variants of a product by the values they have."""
    active = books.active_variants(outcome.ref or "")
    found = {
        named(key): ref
        for (_, key), ref in outcome.children.items()
        if ref in active and key.partition(":")[1]
    }
    assert sorted(found.values()) == sorted(active), "each active variant is a child"
    return {name: books.variant(ref) for name, ref in found.items()}


class TestCreate:
    def test_each_combination_is_a_variant_and_a_child(self, shop: Seller, books: Books) -> None:
        (outcome,) = shop.must(shirt())
        assert set(variants(books, outcome)) == SIX
        assert len(outcome.children) == 6
        key = variant_key("42", ["option:14/2", "option:13/3"])
        assert key == "42:option:13/3,option:14/2"
        assert (Entity.VARIANTS, key) in outcome.children

    def test_extras_of_price_and_weight_add_up(self, shop: Seller, books: Books) -> None:
        option = ProductOption(
            "option:13",
            (
                OptionValue("option:13/1", Decimal(0), Decimal(0)),
                OptionValue("option:13/2", Decimal("2.5"), Decimal("0.25")),
                OptionValue("option:13/3", Decimal(-1), Decimal("-0.25")),
            ),
        )
        (outcome,) = shop.must(shirt(options=(option,)))
        found = variants(books, outcome)
        assert {k: (str(i.price), str(i.weight)) for k, i in found.items()} == {
            "S": ("20.5", "0.5"),
            "M": ("23.0", "0.75"),
            "L": ("19.5", "0.25"),
        }

    def test_codes_follow_the_pattern(self, shop: Seller, books: Books) -> None:
        product = shirt()
        (outcome,) = shop.must(product)
        codes = {k: i.code for k, i in variants(books, outcome).items()}
        assert codes["Red S"] == f"{product.sku}-1-1"
        assert codes["Blue L"] == f"{product.sku}-3-2"

    def test_too_many_variants_are_refused_before_the_erp_is_asked(self, shop: Seller) -> None:
        shop.reconnect(max_variants=5)
        bad, good = shop.put(shirt("1"), shirt("2", options=(sizes("0", "1"),)))
        assert isinstance(bad.error, Refused)
        assert bad.error.code == "erp.too_many_variants"
        assert " 6 " in bad.error.cause
        assert good.status is Status.CREATED

    def test_a_barcode_of_many_variants_is_told(self, shop: Seller) -> None:
        (outcome,) = shop.put(shirt(barcode=unique("B")))
        assert [w.code for w in outcome.warnings] == ["record.barcode_of_many"]

    def test_an_option_without_values_and_one_twice_are_told(
        self, shop: Seller, books: Books
    ) -> None:
        empty = ProductOption("option:14", ())
        twice = ProductOption("option:13", (OptionValue("option:13/3"),))
        (outcome,) = shop.put(shirt(options=(sizes("0", "1"), twice, empty)))
        assert {w.code for w in outcome.warnings} == {
            "record.option_empty",
            "record.option_doubled",
        }
        assert set(variants(books, outcome)) == {"S", "M", "L"}

    def test_sending_again_makes_no_second_ones(self, shop: Seller, books: Books) -> None:
        product = shirt()
        (first,) = shop.must(product)
        mine = (Entity.PRODUCTS, Entity.VARIANTS)
        parts = {k: v for k, v in shop.refs.items() if k[0] not in mine}
        shop.forget()
        shop.refs = parts
        (second,) = shop.must(product)
        assert (second.ref, dict(second.children)) == (first.ref, dict(first.children))
        assert set(variants(books, second)) == SIX


class TestChanges:
    def test_stock_of_options_alone_sends_nothing(self, shop: Seller) -> None:
        product = shirt()
        shop.must(product)
        stocked = tuple(
            dataclasses.replace(
                o, values=tuple(dataclasses.replace(v, quantity=9) for v in o.values)
            )
            for o in product.options
        )
        (outcome,) = shop.put(dataclasses.replace(product, options=stocked, quantity=54))
        assert outcome.status is Status.UNCHANGED

    def test_a_new_value_makes_new_variants_and_keeps_the_old(
        self, shop: Seller, books: Books
    ) -> None:
        product = shirt(options=(sizes("0", "2.5"),))
        (made,) = shop.must(product)
        old = {k: i.ref for k, i in variants(books, made).items()}
        (outcome,) = shop.must(dataclasses.replace(product, options=(sizes("0", "2.5", "5"),)))
        new = variants(books, outcome)
        assert {k: new[k].ref for k in old} == old
        assert new["L"].code == f"{product.sku}-3"
        assert (new["L"].price, new["L"].weight) == (Decimal("25.5"), Decimal("0.5"))
        assert len(outcome.children) == 3

    def test_a_value_that_went_takes_its_variants_along(self, shop: Seller, books: Books) -> None:
        product = shirt(options=(sizes("0", "2.5", "5"),))
        shop.must(product)
        (outcome,) = shop.must(dataclasses.replace(product, options=(sizes("0", "2.5"),)))
        assert set(variants(books, outcome)) == {"S", "M"}
        assert len(outcome.children) == 2

    def test_a_second_option_multiplies(self, shop: Seller, books: Books) -> None:
        product = shirt(options=(sizes("0", "1"),))
        shop.must(product)
        both = (sizes("0", "1"), sizes("0", "0", key="option:14"))
        (outcome,) = shop.must(dataclasses.replace(product, options=both))
        found = variants(books, outcome)
        assert set(found) == {"Red S", "Red M", "Blue S", "Blue M"}
        assert found["Blue M"].code == f"{product.sku}-2-2"
        assert len(outcome.children) == 4

    def test_all_options_gone_leaves_the_plain_product(self, shop: Seller, books: Books) -> None:
        product = shirt()
        shop.must(product)
        (outcome,) = shop.must(dataclasses.replace(product, options=()))
        (ref,) = books.active_variants(outcome.ref or "")
        item = books.variant(ref)
        assert (item.code, item.weight) == (product.sku, Decimal("0.5"))
        assert dict(outcome.children) == {(Entity.VARIANTS, "42:"): ref}

    def test_options_for_a_plain_product(self, shop: Seller, books: Books) -> None:
        product = shirt(options=())
        shop.must(product)
        (outcome,) = shop.must(dataclasses.replace(product, options=shirt().options))
        found = variants(books, outcome)
        assert len(found) == len(outcome.children) == 6
        assert found["Red S"].code == f"{product.sku}-1-1"
        assert {i.weight for i in found.values()} == {Decimal("0.5")}

    def test_changed_extras_are_written_and_others_left(self, shop: Seller, books: Books) -> None:
        product = shirt(options=(sizes("0", "2.5", "5"),))
        shop.must(product)
        (outcome,) = shop.must(dataclasses.replace(product, options=(sizes("0", "2.5", "7"),)))
        prices = {k: i.price for k, i in variants(books, outcome).items()}
        assert prices == {"S": Decimal("20.5"), "M": Decimal(23), "L": Decimal("27.5")}

    def test_a_new_weight_reaches_all_variants(self, shop: Seller, books: Books) -> None:
        product = shirt()
        shop.must(product)
        (outcome,) = shop.must(dataclasses.replace(product, weight=Decimal(2)))
        assert {i.weight for i in variants(books, outcome).values()} == {Decimal(2)}

    def test_a_new_name_and_price_reach_all_variants(self, shop: Seller, books: Books) -> None:
        product = shirt()
        (made,) = shop.must(product)
        name = {**product.name, "en-gb": unique("Other")}
        shop.must(dataclasses.replace(product, name=name, price=Decimal(30)))
        found = variants(books, made)
        assert all(i.name.startswith(name["en-gb"]) for i in found.values())
        assert {found[k].price for k in ("Red S", "Blue S")} == {Decimal(30)}
        assert found["Red L"].price == Decimal(35)

    def test_a_disabled_product_with_options_comes_back_whole(
        self, shop: Seller, books: Books
    ) -> None:
        product = shirt()
        (made,) = shop.must(product)
        shop.must(dataclasses.replace(product, active=False))
        assert books.active_variants(made.ref or "") == []
        shop.must(dataclasses.replace(product, active=False, weight=Decimal(3)))
        (outcome,) = shop.must(dataclasses.replace(product, weight=Decimal(3)))
        found = {ref: books.variant(ref) for ref in books.active_variants(outcome.ref or "")}
        assert len(found) == 6
        assert {i.weight for i in found.values()} == {Decimal(3)}


class TestOwnVariants:
    """OpenCart 4: variants that are records of their own."""

    def product(self, *own: Variant, **changes: Any) -> Product:
        given = {"options": (sizes("0", "2", "4"),), "variants": own, **changes}
        return shirt(**given)

    def test_they_bring_their_own_code_barcode_and_weight(self, shop: Seller, books: Books) -> None:
        barcode, sku = unique("EAN").replace(" ", ""), unique("OWN").replace(" ", "-")
        own = Variant("57", ("option:13/2",), sku=sku, barcode=barcode, weight=Decimal("0.9"))
        (outcome,) = shop.must(self.product(own))
        item = books.variant(outcome.children[Entity.VARIANTS, "42:option:13/2"])
        assert (item.code, item.barcode, item.weight) == (sku, barcode, Decimal("0.9"))
        assert outcome.children[Entity.VARIANTS, "57"] == item.ref

    def test_one_option_expresses_their_price(self, shop: Seller, books: Books) -> None:
        product = self.product(Variant("57", ("option:13/2",), price=Decimal(30)))

        def prices(outcome: Outcome) -> dict[str, Decimal]:
            keys = {NAMES[f"13/{n}"]: f"42:option:13/{n}" for n in "123"}
            refs = {name: outcome.children[Entity.VARIANTS, key] for name, key in keys.items()}
            return {name: books.variant(ref).price for name, ref in refs.items()}

        (made,) = shop.must(product)
        assert prices(made)["M"] == 32, "the variant's price and the value's extra"
        (outcome,) = shop.must(dataclasses.replace(product, price=Decimal(25)))
        assert prices(outcome) == {"S": 25, "M": 32, "L": 29}

    def test_one_that_is_no_single_variant_is_told(self, shop: Seller) -> None:
        both = (sizes("0", "0"), sizes("0", "0", key="option:14"))
        own = Variant("57", ("option:13/2",), sku="OWN")
        (outcome,) = shop.put(self.product(own, options=both))
        assert [w.code for w in outcome.warnings] == ["record.variant_unclear"]
