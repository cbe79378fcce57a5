"""What the bridge wrote comes back as it was, as far as the ERP can tell."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from agent.erp.source import Sourced, SourceErp
from agent.model.catalogue import (
    Attribute,
    Category,
    Manufacturer,
    OptionValue,
    Product,
    ProductOption,
)
from agent.model.entity import Entity
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.reading import (
    read_one,
    read_record,
    refs_of,
    refused,
    source_of,
    told,
)
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.common.test_products import carried
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import mug, shirt, text

P = Entity.PRODUCTS


def can_tell(shop: Seller, entity: Entity) -> None:
    """Skip where the ERP cannot tell such records."""
    assert isinstance(shop.erp, SourceErp)
    if entity not in shop.erp.source_entities:
        pytest.skip(f"this ERP cannot tell {entity}")


class TestRoundTrip:
    def test_attributes(self, shop: Seller) -> None:
        can_tell(shop, Entity.ATTRIBUTES)
        record = Attribute("option:13", text(unique("Size")), "choice", "select", 3)
        shop.must(record)
        found = read_one(shop, Entity.ATTRIBUTES, shop.ref(Entity.ATTRIBUTES, record.key))
        assert found.external_id == shop.external_id(record)
        assert told(found)["name"]["en-gb"] == record.name["en-gb"]
        assert told(found)["kind"] == "choice"
        assert found.fields <= source_of(shop).source_fields(Entity.ATTRIBUTES)

    def test_values(self, shop: Seller) -> None:
        can_tell(shop, Entity.ATTRIBUTES)
        shop.size_and_colour()
        ref = shop.ref(Entity.ATTRIBUTE_VALUES, "option:13/2")
        found = read_one(shop, Entity.ATTRIBUTE_VALUES, ref)
        assert told(found)["name"]["en-gb"] == "M"
        assert told(found)["attribute"] == shop.ref(Entity.ATTRIBUTES, "option:13")
        assert found.external_id.endswith(".attribute_values_option_13_2")

    def test_categories(self, shop: Seller) -> None:
        can_tell(shop, Entity.CATEGORIES)
        record = Category("1", text(unique("Top")), path=("1",))
        shop.must(record)
        found = read_one(shop, Entity.CATEGORIES, shop.ref(Entity.CATEGORIES, "1"))
        assert told(found)["name"]["en-gb"] == record.name["en-gb"]
        assert found.external_id == shop.external_id(record)

    def test_manufacturers(self, shop: Seller) -> None:
        can_tell(shop, Entity.MANUFACTURERS)
        maker = Manufacturer("8", unique("Maker"))
        shop.must(maker)
        found = read_one(shop, Entity.MANUFACTURERS, shop.ref(Entity.MANUFACTURERS, "8"))
        assert told(found)["name"] == maker.name
        assert found.external_id == shop.external_id(maker)

    def test_a_product_without_options(self, shop: Seller) -> None:
        carried(shop, Entity.CATEGORIES)
        shop.must(Category("3", text(unique("Mugs")), path=("3",)))
        product = mug(barcode=unique("40").replace(" ", ""), categories=("3",))
        shop.must(product)
        found = read_one(shop, P, shop.ref(P, "7"))
        plain = told(found)
        assert plain["name"]["en-gb"] == product.name["en-gb"]
        assert (plain["sku"], plain["barcode"]) == (product.sku, product.barcode)
        assert (Decimal(plain["price"]), Decimal(plain["weight"])) == (
            Decimal("9.99"),
            Decimal("0.3"),
        )
        assert (plain["weight_unit"], plain["active"]) == ("kg", True)
        assert plain["categories"] == [shop.ref(Entity.CATEGORIES, "3")]
        assert plain.get("options", []) == []
        assert isinstance(found.record, Product)
        assert [(v.key, v.values) for v in found.record.variants] == [
            (shop.ref(Entity.VARIANTS, "7:"), ())
        ]
        assert found.external_id == shop.external_id(product)
        assert found.warnings == ()
        assert found.changed_at is not None
        assert found.changed_at.tzinfo is not None

    def test_a_product_with_options(self, shop: Seller) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        found = read_one(shop, P, shop.ref(P, "42"))
        record = found.record
        assert isinstance(record, Product)
        values = {key: ref for (entity, key), ref in shop.refs.items() if "/" in key and entity}
        assert {
            o.attribute: [(v.value, v.price_extra) for v in o.values] for o in record.options
        } == {
            shop.ref(Entity.ATTRIBUTES, option.attribute): [
                (values[v.value], v.price_extra) for v in option.values
            ]
            for option in product.options
        }
        assert all(o.required for o in record.options)
        assert record.manufacturer == shop.ref(Entity.MANUFACTURERS, "8")
        keys = {v.key: v for v in record.variants}
        assert len(keys) == 6
        for (entity, key), ref in shop.refs.items():
            if entity is Entity.VARIANTS:
                chosen = sorted(key.partition(":")[2].split(","))
                assert sorted(keys[ref].values) == sorted(values[c] for c in chosen)
        assert found.fields <= source_of(shop).source_fields(P)

    def test_weights_that_differ_are_the_variants_own(self, shop: Seller) -> None:
        shop.size_and_colour()
        heavy = OptionValue("option:13/2", weight_extra=Decimal("0.25"))
        option = ProductOption("option:13", (OptionValue("option:13/1"), heavy))
        shop.must(shirt(options=(option,)))
        found = read_one(shop, P, shop.ref(P, "42"))
        assert isinstance(found.record, Product)
        assert "weight" not in found.fields
        weights = sorted(v.weight for v in found.record.variants if v.weight is not None)
        assert weights == [Decimal("0.5"), Decimal("0.75")]

    def test_disabled_products(self, shop: Seller) -> None:
        shop.must(mug(active=False))
        record = read_record(shop, P, "7")
        assert isinstance(record, Product)
        assert not record.active
        assert record.sku


class TestScope:
    def test_pages_have_each_once(self, shop: Seller) -> None:
        shop.must(*(mug(str(n)) for n in range(1, 18)))
        found = refs_of(shop, P)
        assert {shop.ref(P, str(n)) for n in range(1, 18)} <= set(found)

    def test_archived_ones_are_left_out_of_pages_and_can_be_read(self, shop: Seller) -> None:
        first, second = (o.ref or "" for o in shop.must(mug("1"), mug("2")))
        shop.erp.archive(P, [("2", second)])
        found = refs_of(shop, P)
        assert first in found
        assert second not in found
        states = source_of(shop).source_read(P, [second, first, "99999999"])
        assert [s.ref for s in states] == [second, first]
        assert [told(s)["active"] for s in states if isinstance(s, Sourced)] == [False, True]

    def test_what_people_made(self, shop: Seller, books: Books) -> None:
        name = unique("Made by hand")
        ref = books.make_item(name)
        assert ref in refs_of(shop, P)
        found = read_one(shop, P, ref)
        assert isinstance(found.record, Product)
        assert set(found.record.name.values()) == {name}
        assert found.external_id == ""

    def test_a_product_with_options_is_one(self, shop: Seller) -> None:
        shop.size_and_colour()
        (outcome,) = shop.must(shirt())
        assert refs_of(shop, P).count(outcome.ref or "") == 1
        assert set(outcome.children.values()).isdisjoint({*refs_of(shop, P)} - {outcome.ref})

    @pytest.mark.parametrize("entity", [Entity.CATEGORIES, Entity.MANUFACTURERS, Entity.ATTRIBUTES])
    def test_parts(self, shop: Seller, entity: Entity) -> None:
        can_tell(shop, entity)
        shop.must(Category("1", text(unique("Top")), path=("1",)))
        shop.size_and_colour()
        shop.must(shirt(categories=("1",)))
        mine = {ref for (kind, _), ref in shop.refs.items() if kind is entity}
        meant = {shop.ref(Entity.ATTRIBUTES, f"option:{n}") for n in (13, 14)}
        assert (meant if entity is Entity.ATTRIBUTES else mine) <= set(refs_of(shop, entity))

    def test_a_name_of_nothing_but_space(self, shop: Seller, books: Books) -> None:
        ref = books.make_item(unique("x"))
        books.edit_item(ref, name=" ")
        error = refused(shop, P, ref).error
        assert error.code == "erp.name_missing"
        assert error.fix
        assert ref in error.record

    def test_more_variants_than_a_shop_can_have(self, shop: Seller) -> None:
        shop.size_and_colour()
        shop.must(shirt("1"), mug("2"))
        shop.reconnect(max_variants=5)
        refs = [shop.ref(P, key) for key in "12"]
        found = source_of(shop).source_read(P, refs)
        assert [type(item).__name__ for item in found] == ["Unreadable", "Sourced"]
        assert refused(shop, P, refs[0]).error.code == "erp.too_many_variants"


def test_a_round_trip_changes_nothing(shop: Seller, books: Books) -> None:
    product = mug()
    (made,) = shop.must(product)
    before = books.item(made.ref or "")
    record = read_record(shop, P, "7")
    assert isinstance(record, Product)
    name = {**product.name, "en-gb": record.name["en-gb"]}
    again = dataclasses.replace(product, name=name, price=record.price)
    shop.must_anew(again)
    after = books.item(made.ref or "")
    assert dataclasses.replace(after, version="") == dataclasses.replace(before, version="")
