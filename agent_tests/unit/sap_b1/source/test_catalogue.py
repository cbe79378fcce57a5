"""Reading SAP for a shop: what was sent comes back, and what people make in SAP comes, too."""

from __future__ import annotations

import dataclasses
import hashlib
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from agent.erp.source import Sourced
from agent.errors import InvalidRecord
from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Image,
    Manufacturer,
    OptionValue,
    Product,
    ProductOption,
)
from agent.model.entity import Entity
from agent.sync.two_way.pairing import Incoming, read
from agent.sync.two_way.rules import PriceRules
from agent_tests.contract.common.reading import read_one, read_record, refused, source_of, told
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, shirt, sizes, text
from agent_tests.contract.test_images import png
from agent_tests.unit.sap_b1.items.rig import B1Ground, P, colours

A, W = Entity.ATTRIBUTES, Entity.ATTRIBUTE_VALUES


def code(word: str = "S") -> str:
    return unique(word).replace(" ", "-")


def member(shop: Shop, ground: B1Ground, ref: str, suffix: str, *keys: str, **more: Any) -> str:
    """Make an item of a family, as a person does."""
    values = ",".join(shop.ref(W, key) for key in keys)
    more = {"ItemPrices": [{"PriceList": 1, "Price": 5}], **more}
    return ground.make(f"{ref}{suffix}", U_ERPB_Product=ref, U_ERPB_Values=values, **more)


class TestRoundTrip:
    def test_a_product_without_options(self, shop: Shop) -> None:
        shop.must(Category("2", text(unique("Cups")), path=("2",)))
        shop.must(Manufacturer("8", unique("Maker")))
        shop.refs[Entity.TAXES, "9"] = "O1"
        product = mug(
            barcode=unique("4").replace(" ", ""),
            description=text("First line"),
            length=Decimal(20),
            width=Decimal("5.5"),
            height=Decimal(10),
            length_unit="cm",
            categories=("2",),
            manufacturer="8",
            tax_class="9",
        )
        shop.must(product)
        found = read_one(shop, P, product.sku)
        assert found.external_id == shop.external_id(product)
        assert found.changed_at is not None
        record = told(found)
        assert record.pop("name") == {"en-gb": product.name["en-gb"]}
        assert record.pop("images") == []
        assert record == {
            "sku": product.sku,
            "barcode": product.barcode,
            "description": {"en-gb": "First line"},
            "price": "9.99",
            "weight": "0.3",
            "weight_unit": "kg",
            "length": "20",
            "width": "5.5",
            "height": "10",
            "length_unit": "cm",
            "active": True,
            "subtract": True,
            "requires_shipping": True,
            "tax_class": "O1",
            "manufacturer": shop.ref(Entity.MANUFACTURERS, "8"),
            "categories": [shop.ref(Entity.CATEGORIES, "2")],
        }
        assert isinstance(found.record, Product)
        assert [(v.key, v.values) for v in found.record.variants] == [(product.sku, ())]

    def test_a_product_with_options(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt()
        (made,) = shop.must(product)
        found = read_one(shop, P, product.sku)
        record = found.record
        assert isinstance(record, Product)
        assert record.name == {"en-gb": product.name["en-gb"]}
        assert (record.sku, record.price) == (product.sku, Decimal("20.5"))
        keys = {ref: key for (entity, key), ref in shop.refs.items() if entity in (A, W)}
        options = [
            (keys[o.attribute], o.required, [(keys[v.value], v.price_extra) for v in o.values])
            for o in record.options
        ]
        assert options == [
            (o.attribute, True, [(v.value, v.price_extra) for v in o.values])
            for o in product.options
        ]
        children = {
            f"42:{','.join(sorted(keys[v] for v in variant.values))}": variant.key
            for variant in record.variants
        }
        assert children == {key: ref for (_, key), ref in made.children.items()}
        assert all(v.price is None and v.active for v in record.variants)
        assert {"options", "variants"} <= found.fields
        assert "barcode" not in found.fields

    def test_attributes_values_groups_and_makers(self, shop: Shop) -> None:
        size = Attribute("option:13", text(unique("Size")), "choice", "radio", 4)
        value = AttributeValue("option:13/49", "option:13", text("Large"), 3)
        group, maker = (
            Category("2", text(unique("Cups")), path=("2",)),
            Manufacturer("8", unique("M")),
        )
        for record in (size, value, group, maker):
            shop.must(record)
        for entity, sent in ((A, size), (W, value), (Entity.CATEGORIES, group)):
            found = read_one(shop, entity, shop.ref(entity, sent.key))
            assert found.external_id == shop.external_id(sent)
            assert found.record.name == sent.name  # type: ignore[union-attr]
        read = read_record(shop, A, "option:13")
        assert isinstance(read, Attribute)
        assert (read.kind, read.display, read.sort_order) == ("choice", "radio", 4)
        back = read_record(shop, W, "option:13/49")
        assert isinstance(back, AttributeValue)
        assert (back.attribute, back.sort_order) == (shop.ref(A, "option:13"), 3)
        made = read_one(shop, Entity.MANUFACTURERS, shop.ref(Entity.MANUFACTURERS, "8"))
        assert made.record == Manufacturer(made.ref, maker.name)
        assert made.external_id == shop.external_id(maker)

    def test_the_language_of_the_connection(self, shop: Shop) -> None:
        shop.reconnect(language="9")
        shop.must(mug(name=text("Mug", de="Becher")))
        record = read_record(shop, P, "7")
        assert isinstance(record, Product)
        assert record.name == {"de-de": "Becher"}

    def test_extra_weights_are_the_variants(self, shop: Shop) -> None:
        shop.size_and_colour()
        option = ProductOption(
            "option:13",
            (OptionValue("option:13/1"), OptionValue("option:13/2", weight_extra=Decimal("0.25"))),
        )
        shop.must(shirt(options=(option,)))
        found = read_one(shop, P, shop.ref(P, "42"))
        assert isinstance(found.record, Product)
        assert "weight" not in found.fields
        assert [v.weight for v in found.record.variants] == [Decimal("0.5"), Decimal("0.75")]

    def test_tax_is_taken_out_of_prices_and_extras_alike_and_once(self, shop: Shop) -> None:
        shop.size_and_colour()
        shop.reconnect(write_price_list="3")
        shop.refs[Entity.TAXES, "9"] = "O2"
        shop.must(shirt(options=(sizes("0", "2.5"),), tax_class="9"))
        rules = PriceRules(currency="EUR")
        two: Any = SimpleNamespace(
            source=source_of(shop), prices=rules, sync=SimpleNamespace(language="en-gb")
        )
        for told_as, extra in (("auto", "2.5"), ("net", "2.975")):
            two.prices = dataclasses.replace(rules, basis=told_as)
            (item,) = read(two, P, [shop.ref(P, "42")])
            assert isinstance(item, Incoming)
            assert isinstance(item.record, Product)
            values = item.record.options[0].values
            assert [v.price_extra for v in values] == [0, Decimal(extra)], "as the price itself"

    def test_disabled_products_and_services(self, shop: Shop) -> None:
        shop.must(mug(active=False), mug("8", requires_shipping=False))
        record = read_record(shop, P, "7")
        assert isinstance(record, Product)
        assert not record.active
        assert [v.active for v in record.variants] == [True]
        service = read_one(shop, P, shop.ref(P, "8"))
        assert told(service)["subtract"] is False
        assert "requires_shipping" not in service.fields

    def test_options_that_sap_cannot_say_are_left_to_the_shop(self, shop: Shop) -> None:
        shop.size_and_colour()
        wrap = ProductOption("option:15", (OptionValue("option:15/1", Decimal("2.5")),))
        shop.must(mug(options=(wrap,)), shirt(options=(sizes("0", "1"), wrap)))
        for key in ("7", "42"):
            assert "options" not in read_one(shop, P, shop.ref(P, key)).fields

    def test_what_is_gone_is_absent(self, shop: Shop) -> None:
        for entity in (P, A, W, Entity.CATEGORIES, Entity.MANUFACTURERS):
            assert source_of(shop).source_read(entity, ["987654321"]) == []


class TestFamiliesMadeInSap:
    def test_items_become_one_product(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        ref = code("FAM")
        for size, extra in ((1, 0), (2, 3)):
            for colour in (1, 2):
                price = [{"PriceList": 1, "Price": 10 + extra + colour - 1}]
                member(
                    *(shop, ground, ref, f"-{size}{colour}", f"option:14/{colour}"),
                    f"option:13/{size}",
                    ItemName=f"Jumper {'SM'[size - 1]} {colour}",
                    BarCode=f"{ref}{size}{colour}",
                    ItemPrices=price,
                )
        found = read_one(shop, P, ref)
        record = found.record
        assert isinstance(record, Product)
        assert (record.name["en-gb"], record.price, found.external_id) == ("Jumper", 10, "")
        extras = [[v.price_extra for v in option.values] for option in record.options]
        assert extras == [[0, 3], [0, 1]]
        assert sorted(str(v.barcode) for v in record.variants) == sorted(
            f"{ref}{s}{c}" for s in (1, 2) for c in (1, 2)
        )

    def test_prices_that_are_no_sum_are_the_variants(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        ref = code("FAM")
        for size, colour, price in ((1, 1, 10), (1, 2, 11), (2, 1, 13), (2, 2, 20)):
            prices = [{"PriceList": 1, "Price": price}]
            keys = (f"option:13/{size}", f"option:14/{colour}")
            member(shop, ground, ref, f"-{size}{colour}", *keys, ItemPrices=prices)
        record = read_one(shop, P, ref).record
        assert isinstance(record, Product)
        extras = {v.value: v.price_extra for o in record.options for v in o.values}
        whole = {
            v.key[-2:]: (record.price if v.price is None else v.price)
            + sum(extras[value] for value in v.values)
            for v in record.variants
        }
        assert whole == {"11": 10, "12": 11, "21": 13, "22": 20}

    def test_an_unknown_value_leaves_its_item_out(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        ref = code("FAM")
        good = member(shop, ground, ref, "-1", "option:13/1")
        ground.make(f"{ref}-2", U_ERPB_Product=ref, U_ERPB_Values="typing-error")
        found = read_one(shop, P, ref)
        assert isinstance(found.record, Product)
        assert [v.key for v in found.record.variants] == [good]
        assert [w.code for w in found.warnings] == ["sap_b1.value_unknown"]

    def test_an_item_of_other_options_is_left_out(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        ref = code("FAM")
        member(shop, ground, ref, "-1", "option:13/1")
        member(shop, ground, ref, "-2", "option:13/2")
        member(shop, ground, ref, "-3", "option:14/2")
        member(shop, ground, ref, "-4", "option:13/1", "option:13/2")
        found = read_one(shop, P, ref)
        assert isinstance(found.record, Product)
        assert [v.key for v in found.record.variants] == [f"{ref}-1", f"{ref}-2"]
        assert [w.code for w in found.warnings] == ["sap_b1.values_uneven"] * 2

    def test_one_combination_twice_is_told(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        ref = code("FAM")
        member(shop, ground, ref, "-1", "option:13/1")
        member(shop, ground, ref, "-2", "option:13/1")
        member(shop, ground, ref, "-3", "option:13/2", Frozen="tYES")
        member(shop, ground, ref, "-4", "option:13/2")
        found = read_one(shop, P, ref)
        assert isinstance(found.record, Product)
        assert [v.key for v in found.record.variants] == [f"{ref}-1", f"{ref}-4"]
        assert [w.code for w in found.warnings] == ["sap_b1.variant_doubled"]

    def test_one_of_several_out_of_use(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        ref = code("FAM")
        member(shop, ground, ref, "-1", "option:13/1")
        member(shop, ground, ref, "-2", "option:13/2", Frozen="tYES", Valid="tNO")
        record = read_one(shop, P, ref).record
        assert isinstance(record, Product)
        assert record.active
        assert [v.active for v in record.variants] == [True, False]
        assert [len(option.values) for option in record.options] == [1]

    def test_more_items_than_the_settings_allow(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        ref = code("FAM")
        for number in (1, 2, 3):
            member(shop, ground, ref, f"-{number}", f"option:13/{number}")
        shop.reconnect(max_variants="2")
        assert refused(shop, P, ref).error.code == "erp.too_many_variants"

    def test_without_a_name(self, shop: Shop, ground: B1Ground) -> None:
        made = ground.make(code(), "")
        assert refused(shop, P, made).error.code == "erp.name_missing"

    def test_valid_and_frozen_with_their_days(self, shop: Shop, ground: B1Ground) -> None:
        states = {
            "past": {"Valid": "tYES", "ValidFrom": "2019-01-01", "ValidTo": "2019-12-31"},
            "now": {"Valid": "tYES", "ValidFrom": "2019-01-01", "ValidTo": "2099-12-31"},
            "frozen": {"Valid": "tNO", "Frozen": "tYES"},
            "later": {"Valid": "tNO", "Frozen": "tYES", "FrozenFrom": "2099-01-01"},
            "neither": {"Valid": "tNO", "Frozen": "tNO"},
            "unsold": {"SalesItem": "tNO"},
        }
        made = {ground.make(code(name), **more): name for name, more in states.items()}
        found = source_of(shop).source_read(P, list(made))
        active = {made[f.ref]: f.record.active for f in found if isinstance(f, Sourced)}  # type: ignore[union-attr]
        assert active == {
            "past": False,
            "now": True,
            "frozen": False,
            "later": True,
            "neither": True,
            "unsold": False,
        }


class TestPictures:
    def test_come_back_with_their_bytes(self, shop: Shop) -> None:
        shop.files = {"a.png": png(200), "b.png": png(90)}
        images = {p: Image(p, 0, hashlib.sha256(d).hexdigest()) for p, d in shop.files.items()}
        product = mug(images=(images["a.png"],))
        shop.must(product)
        first = read_record(shop, P, "7")
        assert isinstance(first, Product)
        assert source_of(shop).source_image(first.images[0]) == shop.files["a.png"]
        shop.must(dataclasses.replace(product, images=(images["b.png"],)))
        second = read_record(shop, P, "7")
        assert isinstance(second, Product)
        assert first.images[0].path == second.images[0].path
        assert first.images[0].checksum != second.images[0].checksum

    @pytest.mark.parametrize("path", ["Items/NO-SUCH-ITEM", "Items/", "Users/manager", ""])
    def test_only_pictures_are_given(self, shop: Shop, path: str) -> None:
        with pytest.raises(InvalidRecord):
            source_of(shop).source_image(Image(path))

    def test_what_is_no_picture(self, shop: Shop, ground: B1Ground) -> None:
        shop.must(mug())
        ground.cx.client.put_picture(shop.ref(P, "7"), "x.png", b"no picture at all")
        record = read_record(shop, P, "7")
        assert isinstance(record, Product)
        with pytest.raises(InvalidRecord) as raised:
            source_of(shop).source_image(record.images[0])
        assert raised.value.code == "record.image"


def test_options_of_a_product_keep_the_order_people_gave_them(shop: Shop, ground: B1Ground) -> None:
    shop.size_and_colour()
    shop.must(shirt(options=(colours("0", "0"), sizes("0", "0", "0"))))
    record = read_record(shop, P, "42")
    assert isinstance(record, Product)
    names = [[shop.ref(W, f"option:1{o}/{n}") for n in r] for o, r in ((3, (1, 2, 3)), (4, (1, 2)))]
    assert [[v.value for v in option.values] for option in record.options] == names
