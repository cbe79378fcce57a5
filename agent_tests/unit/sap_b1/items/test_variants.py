"""Products with options: one item per combination."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from agent.erp.port import Status
from agent.errors import Ambiguous, Held, Refused, TimedOut
from agent.model.catalogue import OptionValue, Product, ProductOption, Variant
from agent.model.entity import Entity
from agent.sandbox.sap_b1.web.chaos import Fault
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, shirt, sizes, text
from agent_tests.unit.sap_b1.items.rig import B1Ground, P, colours

V = Entity.VARIANTS


@pytest.fixture
def options(shop: Shop) -> Shop:
    shop.size_and_colour()
    return shop


def one_option(key: str = "42", **changes: object) -> Product:
    return shirt(key, **{"options": (sizes("0", "2.5"),), "specs": (), **changes})  # type: ignore[arg-type]


def values(ground: B1Ground, product: Product) -> dict[str, str]:
    """Return the names of a product's items by code, active ones alone."""
    rows = ground.cx.client.find(
        "Items", "U_ERPB_Product", [product.sku], ("ItemName", "Frozen", "U_ERPB_Values")
    )
    return {r["ItemCode"]: r["ItemName"] for r in rows if r["Frozen"] == "tNO"}


class TestCreate:
    def test_one_item_per_combination(self, options: Shop, ground: B1Ground) -> None:
        product = shirt()
        (outcome,) = options.must(product)
        assert outcome.ref == product.sku
        assert len(outcome.children) == 6
        code = outcome.children[V, "42:option:13/3,option:14/2"]
        assert code == f"{product.sku}-3-2"
        row = ground.item(code)
        assert row["ItemName"] == f"{product.name['en-gb']} - L, Blue"
        assert ground.price(code) == Decimal("25.5")
        assert row["U_ERPB_Product"] == product.sku
        instance = options.instance.removeprefix("opencart_")
        assert row["U_ERPB_Values"] == f"{instance}-13_3,{instance}-14_2"

    def test_value_names_in_the_language_of_the_connection(
        self, options: Shop, ground: B1Ground
    ) -> None:
        options.close()
        german = Shop(ground, language="9")
        german.size_and_colour()
        product = shirt(name=text("Shirt", de="Hemd"))
        (outcome,) = german.must(product)
        code = outcome.children[V, "42:option:13/1,option:14/1"]
        assert ground.item(code)["ItemName"] == "Hemd - Klein, Rot"
        german.close()

    def test_a_long_name_keeps_its_values(self, options: Shop, ground: B1Ground) -> None:
        (outcome,) = options.put(one_option(name=text("x" * 300)))
        assert [w.code for w in outcome.warnings] == ["sap_b1.name_cut"]
        code = outcome.children[V, "42:option:13/2"]
        assert ground.item(code)["ItemName"] == "x" * 195 + "… - M"

    def test_extra_weights_are_added(self, options: Shop, ground: B1Ground) -> None:
        option = ProductOption(
            "option:13",
            (
                OptionValue("option:13/1", weight_extra=Decimal("-0.1")),
                OptionValue("option:13/2", weight_extra=Decimal("0.25")),
            ),
        )
        (outcome,) = options.must(one_option(options=(option,)))
        found = [
            ground.item(outcome.children[V, f"42:option:13/{n}"])["SalesUnitWeight"] for n in (1, 2)
        ]
        assert found == [Decimal("0.4"), Decimal("0.75")]

    def test_the_pattern_of_the_settings(self, options: Shop) -> None:
        options.reconnect(variant_code="{product}.{values}.{model}")
        model = unique("m").replace(" ", "")
        (outcome,) = options.must(one_option(model=model))
        assert outcome.children[V, "42:option:13/2"] == f"42.2.{model}"

    def test_a_pattern_that_lacks_its_part(self, options: Shop) -> None:
        options.reconnect(code_from="sku_or_model")
        model = unique("m").replace(" ", "")
        (outcome,) = options.must(one_option(sku="", model=model))
        assert outcome.children[V, "42:option:13/2"] == f"{model}-2"

    def test_a_code_that_gets_too_long(self, options: Shop, ground: B1Ground) -> None:
        product = one_option(sku="x" * 49)
        bad, good = options.put(product, mug())
        assert bad.error is not None
        assert bad.error.code == "sap_b1.code_long"
        assert good.error is None
        assert ground.items(U_ERPB_Product=product.sku) == []

    def test_more_than_the_settings_allow(self, options: Shop) -> None:
        options.reconnect(max_variants="5")
        bad, good = options.put(shirt(), mug())
        assert isinstance(bad.error, Refused)
        assert bad.error.code == "erp.too_many_variants"
        assert good.error is None

    def test_options_that_make_no_items(self, options: Shop, ground: B1Ground) -> None:
        wrap = ProductOption("option:15", (OptionValue("option:15/1", Decimal("2.5")),))
        plain, both = options.must(
            mug(options=(wrap,)), one_option(options=(sizes("0", "1"), wrap))
        )
        assert dict(plain.children) == {(V, "7:"): plain.ref}
        code = both.children[V, "42:option:13/1"]
        assert ground.item(code)["U_ERPB_Values"].endswith("13_1,*")

    def test_a_value_that_is_not_in_sap_holds_the_product(self, options: Shop) -> None:
        del options.refs[Entity.ATTRIBUTE_VALUES, "option:13/2"]
        held, good = options.put(one_option(), mug())
        assert isinstance(held.error, Held)
        assert good.error is None

    def test_a_lost_answer_makes_none_twice(self, options: Shop, ground: B1Ground) -> None:
        options.reconnect(max_variants="100")
        many = tuple(f"option:13/{n}" for n in range(1, 4))
        product = shirt(
            options=(ProductOption("option:13", tuple(map(OptionValue, many))), colours("0", "1"))
        )
        lost = Fault("lost-reply", method="POST", resource="$batch")
        ground.sandbox.recorder.order(lost)
        with pytest.raises(TimedOut):
            options.put(product)
        there = ground.items(U_ERPB_ID=options.external_id(product))
        found = options.erp.adopt(P, [options.external_id(product)])
        assert found == {options.external_id(product): product.sku}
        options.link(product, product.sku)
        (outcome,) = options.must(product)
        assert len(outcome.children) == 6
        assert len(there) == 6
        assert sorted(ground.items(U_ERPB_ID=options.external_id(product))) == sorted(there)

    def test_half_of_a_family_is_completed(self, options: Shop, ground: B1Ground) -> None:
        product = shirt()
        (outcome,) = options.must(product)
        codes = sorted(outcome.children.values())
        for code in codes[:2]:
            ground.cx.client.delete("Items", code)
        (again,) = options.put(dataclasses.replace(product, price=Decimal(30)))
        assert again.error is None
        assert sorted(again.children.values()) == codes
        assert ground.price(codes[0]) >= 30

    def test_one_bad_product_never_stops_the_others(self, options: Shop, ground: B1Ground) -> None:
        ground.make(f"{(taken := one_option('2')).sku}-2")
        outcomes = options.put(one_option("1"), taken, one_option("3"))
        assert [o.error is None for o in outcomes] == [True, False, True]
        assert isinstance(outcomes[1].error, Ambiguous)
        assert ground.items(U_ERPB_Product=taken.sku) == []


class TestUpdate:
    def test_a_price_goes_to_all_items(self, options: Shop, ground: B1Ground) -> None:
        product = shirt()
        (made,) = options.must(product)
        ground.sandbox.recorder.clear()
        options.must(dataclasses.replace(product, price=Decimal("10.5")))
        assert [set(body) for body in ground.patched()] == [{"ItemPrices"}] * 6
        assert ground.price(made.children[V, "42:option:13/2,option:14/1"]) == 13

    def test_an_extra_price_goes_to_its_items_alone(self, options: Shop, ground: B1Ground) -> None:
        product = shirt()
        (made,) = options.must(product)
        ground.sandbox.recorder.clear()
        changed = (sizes("0", "2.5", "7"), product.options[1])
        options.must(dataclasses.replace(product, options=changed))
        assert len(ground.patched()) == 2
        assert ground.price(made.children[V, "42:option:13/3,option:14/1"]) == Decimal("27.5")

    def test_an_emptied_sku_stops_nothing(self, options: Shop, ground: B1Ground) -> None:
        product = one_option()
        options.must(product)
        bare = dataclasses.replace(product, sku="", price=Decimal(9))
        (outcome,) = options.must(bare)
        assert ground.price(f"{product.sku}-1") == 9
        grown = dataclasses.replace(bare, options=(sizes("0", "2.5", "5"),))
        (outcome,) = options.must(grown)
        assert outcome.children[V, "42:option:13/3"] == f"{product.sku}-3"

    def test_stock_of_options_is_no_news(self, options: Shop, ground: B1Ground) -> None:
        product = one_option()
        options.must(product)
        sold = tuple(dataclasses.replace(v, quantity=3) for v in product.options[0].values)
        option = dataclasses.replace(product.options[0], values=sold)
        (outcome,) = options.must(dataclasses.replace(product, options=(option,)))
        assert outcome.status is Status.UNCHANGED

    def test_a_new_value_makes_an_item_and_a_gone_one_puts_it_out_of_use(
        self, options: Shop, ground: B1Ground
    ) -> None:
        product = one_option()
        options.must(product)
        grown = dataclasses.replace(product, options=(sizes("0", "2.5", "5"),))
        (outcome,) = options.must(grown)
        assert len(outcome.children) == 3
        assert set(values(ground, product)) == {f"{product.sku}-{n}" for n in (1, 2, 3)}
        shrunk = ProductOption("option:13", grown.options[0].values[1:])
        options.must(dataclasses.replace(grown, options=(shrunk,)))
        assert set(values(ground, product)) == {f"{product.sku}-{n}" for n in (2, 3)}
        assert ground.item(f"{product.sku}-1")["Frozen"] == "tYES"
        options.must(grown)
        assert set(values(ground, product)) == {f"{product.sku}-{n}" for n in (1, 2, 3)}

    def test_what_a_person_put_out_of_use_stays_so(self, options: Shop, ground: B1Ground) -> None:
        product = one_option()
        options.must(product)
        ground.change(f"{product.sku}-1", Frozen="tYES", Valid="tNO")
        cheaper = dataclasses.replace(product, price=Decimal(3))
        options.must(cheaper)
        assert set(values(ground, product)) == {f"{product.sku}-2"}
        options.must(dataclasses.replace(cheaper, options=(sizes("0", "2.5", "5"),)))
        assert set(values(ground, product)) == {f"{product.sku}-2", f"{product.sku}-3"}

    def test_disabling_reaches_all_items(self, options: Shop, ground: B1Ground) -> None:
        product = shirt()
        options.must(product)
        options.must(dataclasses.replace(product, active=False))
        assert values(ground, product) == {}
        assert options.erp.exists(P, [product.sku]) == {product.sku: False}

    def test_options_for_a_product_that_had_none_and_back(
        self, options: Shop, ground: B1Ground
    ) -> None:
        product = mug()
        options.must(product)
        several = dataclasses.replace(product, options=(sizes("0", "1"),))
        (outcome,) = options.must(several)
        assert outcome.ref == product.sku
        assert set(values(ground, product)) == {f"{product.sku}-1", f"{product.sku}-2"}
        assert ground.item(product.sku)["Frozen"] == "tYES"
        (back,) = options.must(product)
        assert dict(back.children) == {(V, "7:"): product.sku}
        assert set(values(ground, product)) == {product.sku}

    def test_options_for_an_item_made_in_sap(self, options: Shop, ground: B1Ground) -> None:
        made = ground.make(unique("OWN").replace(" ", "-"))
        product = mug(sku=made)
        options.link(product, made)
        options.must(product)
        (outcome,) = options.put(dataclasses.replace(product, options=(sizes("0", "1"),)))
        assert outcome.error is None
        assert [w.code for w in outcome.warnings] == ["sap_b1.item_left"]
        assert ground.item(made)["Frozen"] == "tNO"

    def test_archiving_reaches_all_items(self, options: Shop, ground: B1Ground) -> None:
        product = shirt()
        options.must(product)
        (outcome,) = options.erp.archive(P, [("42", product.sku)])
        assert outcome.status is Status.ARCHIVED
        assert values(ground, product) == {}


class TestOwnVariants:
    """OpenCart 4 keeps variants as products of their own."""

    def product(self) -> tuple[Product, str]:
        own = unique("OWN").replace(" ", "-")
        variants = (
            Variant("901", ("option:13/1",), sku=own, barcode="400" + own[-4:], price=Decimal(50)),
            Variant("902", ("option:13/2",), weight=Decimal(2), active=False),
        )
        return one_option(variants=variants), own

    def test_their_codes_prices_and_barcodes(self, options: Shop, ground: B1Ground) -> None:
        product, own = self.product()
        (outcome,) = options.must(product)
        assert outcome.children[V, "901"] == own
        assert outcome.children[V, "42:option:13/1"] == own
        first, second = ground.item(own), ground.item(f"{product.sku}-2")
        assert first["BarCode"] == "400" + own[-4:]
        assert ground.price(own) == 50
        assert ground.price(f"{product.sku}-2") == 23
        assert second["SalesUnitWeight"] == 2
        assert (first["Frozen"], second["Frozen"]) == ("tNO", "tYES")

    def test_their_changes(self, options: Shop, ground: B1Ground) -> None:
        product, own = self.product()
        options.must(product)
        first, second = product.variants
        changed = (
            dataclasses.replace(first, price=Decimal(60)),
            dataclasses.replace(second, active=True),
        )
        options.must(dataclasses.replace(product, variants=changed))
        assert ground.price(own) == 60
        assert ground.item(f"{product.sku}-2")["Frozen"] == "tNO"

    def test_one_that_is_no_combination_is_told(self, options: Shop) -> None:
        odd = (Variant("903", ("option:14/1",), sku="ODD"),)
        (outcome,) = options.put(one_option(variants=odd))
        assert [w.code for w in outcome.warnings] == ["record.variant_unclear"]


class TestFamiliesMadeInSap:
    def family(self, shop: Shop, ground: B1Ground) -> str:
        ref = unique("FAM").replace(" ", "-")
        for number in (1, 2):
            ground.make(
                f"{ref}/{'SML'[number - 1]}",
                U_ERPB_Product=ref,
                U_ERPB_Values=shop.ref(Entity.ATTRIBUTE_VALUES, f"option:13/{number}"),
            )
        return ref

    def test_they_are_linked_and_completed(self, options: Shop, ground: B1Ground) -> None:
        ref = self.family(options, ground)
        product = one_option(sku=ref, options=(sizes("0", "2.5", "5"),))
        found = options.erp.match(P, [product], refs={})
        assert [c.ref for c in found["42"]] == [ref]
        options.link(product, ref)
        (outcome,) = options.must(product)
        assert outcome.children[V, "42:option:13/1"] == f"{ref}/S"
        assert outcome.children[V, "42:option:13/3"] == f"{ref}-3"
        assert ground.price(f"{ref}-3") == Decimal("25.5")

    def test_combinations_of_theirs_alone_stay(self, options: Shop, ground: B1Ground) -> None:
        ref = self.family(options, ground)
        product = one_option(options=(sizes("0"),))
        options.link(product, ref)
        options.must(product)
        assert ground.item(f"{ref}/M")["Frozen"] == "tNO"

    def test_the_same_combination_twice_is_told(self, options: Shop, ground: B1Ground) -> None:
        ref = self.family(options, ground)
        ground.make(
            f"{ref}/X",
            U_ERPB_Product=ref,
            U_ERPB_Values=options.ref(Entity.ATTRIBUTE_VALUES, "option:13/1"),
        )
        product = one_option()
        options.link(product, ref)
        (outcome,) = options.put(product)
        assert isinstance(outcome.error, Ambiguous)
        assert outcome.error.code == "sap_b1.variant_doubled"
