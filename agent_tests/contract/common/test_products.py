"""Products without options, and what all products have in common."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from agent.erp.port import Status
from agent.errors import InvalidRecord, PermanentError
from agent.model.catalogue import Category, Manufacturer, Product
from agent.model.entity import Entity
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import mug, shirt, text

P = Entity.PRODUCTS
GONE = "99999999"


def carried(shop: Seller, entity: Entity) -> None:
    """Skip where the ERP has no place for such records."""
    if entity not in shop.erp.capabilities.entities:
        pytest.skip(f"this ERP has no place for {entity}")


class TestCreate:
    def test_what_both_sides_know_arrives(self, shop: Seller, books: Books) -> None:
        product = mug(
            barcode=unique("EAN").replace(" ", ""),
            price=Decimal("12.3400"),
            description=text("<p>Holds <b>tea</b></p>"),
        )
        (outcome,) = shop.must(product)
        assert outcome.status is Status.CREATED
        item = books.item(outcome.ref or "")
        assert (item.name, item.code) == (product.name["en-gb"], product.sku)
        assert (item.barcode, item.active) == (product.barcode, True)
        assert (item.price, item.weight) == (Decimal("12.34"), Decimal("0.3"))
        assert "tea" in item.description

    def test_its_category(self, shop: Seller, books: Books) -> None:
        carried(shop, Entity.CATEGORIES)
        shop.must(Category("1", text(unique("Top")), path=("1",)))
        (outcome,) = shop.must(mug(categories=("1",)))
        assert books.item(outcome.ref or "").category == shop.ref(Entity.CATEGORIES, "1")

    def test_its_only_variant_is_a_child(self, shop: Seller, books: Books) -> None:
        (outcome,) = shop.must(mug())
        (variant,) = books.active_variants(outcome.ref or "")
        assert dict(outcome.children) == {(Entity.VARIANTS, "7:"): variant}

    def test_a_disabled_one_arrives_archived(self, shop: Seller, books: Books) -> None:
        product = mug(active=False, barcode=unique("EAN").replace(" ", ""))
        (outcome,) = shop.must(product)
        assert shop.erp.exists(P, [outcome.ref or ""]) == {outcome.ref: False}
        item = books.variant(outcome.children[Entity.VARIANTS, "7:"])
        assert (item.code, item.barcode) == (product.sku, product.barcode)
        assert item.weight == Decimal("0.3")

    def test_sending_again_makes_no_second_one(self, shop: Seller, books: Books) -> None:
        product = mug()
        (first,) = shop.must(product)
        shop.forget()
        (second,) = shop.must(product)
        assert second.ref == first.ref
        assert len(books.products_called(product.name["en-gb"])) == 1

    def test_texts_no_computer_can_carry_are_cleaned(self, shop: Seller, books: Books) -> None:
        name = unique("Caf\u00e9 \U0001f600")
        (outcome,) = shop.must(mug(name=text(f"\x00{name}\x0b\ud800")))
        assert books.item(outcome.ref or "").name == name

    def test_long_names_and_broken_html_arrive(self, shop: Seller, books: Books) -> None:
        name = unique("x" * 300)
        words = "<p>open <b>tags <i>and < & stray"
        (outcome,) = shop.put(mug(name=text(name), description=text(words)))
        item = books.item(outcome.ref or "")
        assert item.name == name or outcome.warnings, "what is cut is told"
        assert item.name[:90] == name[:90]
        assert "open" in item.description
        assert "stray" in item.description

    def test_the_model_can_be_the_code(self, shop: Seller, books: Books) -> None:
        shop.reconnect(code_from="sku_or_model")
        with_sku = mug("1", sku=unique("S").replace(" ", ""), model="M1")
        without = mug("2", sku="", model=unique("M").replace(" ", ""))
        shop.must(with_sku, without)
        codes = [books.item(shop.ref(P, key)).code for key in ("1", "2")]
        assert codes == [with_sku.sku, without.model]

    def test_everything_can_be_sent_at_once(self, shop: Seller) -> None:
        """Products with and without options, archived ones, in one call."""
        shop.size_and_colour()
        products: list[Product] = [
            shirt("1"),
            mug("2"),
            shirt("3", active=False),
            mug("4", active=False),
        ]
        outcomes = shop.must(*products)
        assert [len(o.children) for o in outcomes] == [6, 1, 6, 1]

    def test_an_unknown_weight_unit_is_told_and_left_out(self, shop: Seller) -> None:
        (outcome,) = shop.put(mug(weight_unit="stone"))
        assert outcome.status is Status.CREATED
        assert [w.code for w in outcome.warnings] == ["record.weight_unit"]


class TestUpdate:
    def test_nothing_changed_sends_nothing(self, shop: Seller, books: Books) -> None:
        product = mug()
        shop.must(product)
        before = books.item(shop.ref(P, "7"))
        (outcome,) = shop.put(dataclasses.replace(product, quantity=5))
        assert outcome.status is Status.UNCHANGED
        assert books.item(shop.ref(P, "7")) == before

    def test_only_what_changed_is_written(self, shop: Seller, books: Books) -> None:
        product = mug()
        (made,) = shop.must(product)
        by_hand = unique("By hand")
        books.edit_item(made.ref or "", name=by_hand, weight=Decimal(9))
        (outcome,) = shop.must(dataclasses.replace(product, price=Decimal("1.5")))
        assert outcome.status is Status.UPDATED
        item = books.item(made.ref or "")
        assert (item.price, item.name, item.weight) == (Decimal("1.5"), by_hand, Decimal(9))

    def test_prices_shared_by_many_and_by_few_all_arrive(self, shop: Seller, books: Books) -> None:
        products = [mug(str(n), price=Decimal(n)) for n in range(1, 15)]
        shop.must(*products)
        shared = [dataclasses.replace(p, price=Decimal("77.7")) for p in products[:10]]
        own = [dataclasses.replace(p, price=Decimal(100 + n)) for n, p in enumerate(products[10:])]
        outcomes = shop.must(*shared, *own)
        assert {o.status for o in outcomes} == {Status.UPDATED}
        prices = [books.item(o.ref or "").price for o in outcomes]
        assert prices == [Decimal("77.7")] * 10 + [Decimal(100 + n) for n in range(4)]

    def test_emptied_fields_are_emptied(self, shop: Seller, books: Books) -> None:
        product = mug(barcode=unique("B").replace(" ", ""), description=text("Words"))
        (made,) = shop.must(product)
        assert books.item(made.ref or "").description
        shop.must(dataclasses.replace(product, barcode="", description=text("")))
        item = books.item(made.ref or "")
        assert (item.barcode, item.description) == ("", "")

    def test_disabling_archives_and_enabling_revives(self, shop: Seller, books: Books) -> None:
        product = mug()
        (made,) = shop.must(product)
        shop.must(dataclasses.replace(product, active=False))
        assert shop.erp.exists(P, [made.ref or ""]) == {made.ref: False}
        renamed = text(unique("Renamed"))
        shop.must(dataclasses.replace(product, active=False, name=renamed))
        assert books.item(made.ref or "").name == renamed["en-gb"]
        shop.must(dataclasses.replace(product, name=renamed, price=Decimal(3)))
        item = books.item(made.ref or "")
        assert (item.active, item.price) == (True, Decimal(3))
        variant = made.children[Entity.VARIANTS, "7:"]
        assert shop.erp.exists(Entity.VARIANTS, [variant]) == {variant: True}

    def test_a_record_linked_by_hand_is_updated_in_place(self, shop: Seller, books: Books) -> None:
        product = mug()
        ref = books.make_item(unique("Made by hand"), code=product.sku)
        shop.link(product, ref)
        (outcome,) = shop.must(product)
        assert (outcome.ref, outcome.status) == (ref, Status.UPDATED)
        item = books.item(ref)
        assert (item.name, item.code) == (product.name["en-gb"], product.sku)
        assert item.weight == Decimal("0.3")

    def test_a_record_deleted_there_is_told(self, shop: Seller, books: Books) -> None:
        product = mug()
        (made,) = shop.must(product)
        books.drop_item(made.ref or "")
        assert shop.erp.exists(P, [made.ref or ""]) == {}
        (outcome,) = shop.put(dataclasses.replace(product, price=Decimal(1)))
        assert outcome.error is not None
        assert outcome.error.code == "erp.gone"

    def test_its_maker_follows(self, shop: Seller, books: Books) -> None:
        carried(shop, Entity.MANUFACTURERS)
        shop.must(Manufacturer("8", unique("Maker")), Manufacturer("9", unique("Maker")))
        product = mug(manufacturer="8")
        (made,) = shop.must(product)
        for maker in ("8", "9", None):
            if maker != "8":
                shop.must(dataclasses.replace(product, manufacturer=maker))
            wanted = shop.ref(Entity.MANUFACTURERS, maker) if maker else ""
            assert books.item(made.ref or "").maker == wanted


class TestArchive:
    def test_archived_never_deleted(self, shop: Seller, books: Books) -> None:
        first, second = (o.ref or "" for o in shop.must(mug("1"), mug("2")))
        outcomes = shop.erp.archive(P, [("1", first), ("2", second), ("3", GONE)])
        assert [o.status for o in outcomes] == [Status.ARCHIVED] * 3
        assert shop.erp.exists(P, [first, second, GONE]) == {first: False, second: False}
        assert not books.item(first).active


class TestBadRows:
    def test_one_bad_record_never_stops_the_others(self, shop: Seller, books: Books) -> None:
        good = mug("1", barcode=unique("EAN").replace(" ", ""))
        outcomes = shop.put(
            good,
            mug("2", name=text("")),
            mug("3", price=Decimal(-5)),
            books.clash(mug("4"), good),
            mug("5"),
        )
        assert [o.error is None for o in outcomes] == [True, False, False, False, True]
        nameless, negative, double = (o.error for o in outcomes[1:4])
        assert isinstance(nameless, InvalidRecord)
        assert isinstance(negative, InvalidRecord)
        assert isinstance(double, PermanentError)
        assert double.cause
        assert double.fix
        assert shop.erp.exists(P, [outcomes[4].ref or ""]) == {outcomes[4].ref: True}

    @pytest.mark.parametrize("bad", [{3, 5}, {1, 4}, set(range(1, 40, 2))], ids=len)
    def test_each_bad_one_is_found_among_many(
        self, shop: Seller, books: Books, bad: set[int]
    ) -> None:
        taken = mug("0", barcode=unique("EAN").replace(" ", ""))
        shop.must(taken)
        products = [
            books.clash(mug(str(n)), taken) if n in bad else mug(str(n))
            for n in range(1, max(bad) + 2)
        ]
        outcomes = shop.put(*products)
        assert {int(o.key) for o in outcomes if o.error is not None} == bad

    def test_a_reference_that_is_gone_is_told(self, shop: Seller) -> None:
        carried(shop, Entity.CATEGORIES)
        shop.refs[Entity.CATEGORIES, "5"] = GONE
        bad, good = shop.put(mug("1", categories=("5",)), mug("2"))
        assert isinstance(bad.error, PermanentError)
        assert bad.error.fix
        assert good.error is None

    @pytest.mark.parametrize("apart", [0, 1], ids=["equal", "own"])
    def test_a_refused_price_among_others_is_found(
        self, shop: Seller, books: Books, apart: int
    ) -> None:
        products = [mug(str(n)) for n in range(1, 12)]
        shop.must(*products)
        books.drop_item(shop.ref(P, "4"))
        prices = [Decimal(5) + apart * n for n in range(11)]
        outcomes = shop.put(
            *(dataclasses.replace(p, price=c) for p, c in zip(products, prices, strict=True))
        )
        assert [o.key for o in outcomes if o.error is not None] == ["4"]
        arrived = [books.item(o.ref or "").price for o in outcomes if o.key != "4"]
        assert arrived == prices[:3] + prices[4:]
        assert outcomes[3].error is not None
        assert outcomes[3].error.code == "erp.gone"

    def test_the_lease_is_kept(self, shop: Seller) -> None:
        shop.put(mug("1"))
        assert shop.beats > 0
