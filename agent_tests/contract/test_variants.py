"""Products with options: variants, references, extra prices, and changes to the options."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

from agent.erp.port import Status, variant_key
from agent.errors import Refused
from agent.model.catalogue import OptionValue, Product, ProductOption, Variant
from agent.model.entity import Entity
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, shirt, sizes, text

VARIANT = "product.product"
FIELDS = ("default_code", "weight", "lst_price", "barcode", "active", "volume")


def variants(shop: Shop, key: str = "42") -> dict[str, Any]:
    """Return Odoo's active variants of a product by the option values they have."""
    template = int(shop.ref(Entity.PRODUCTS, key))
    rows = shop.ground.rpc(
        VARIANT,
        "search_read",
        [("product_tmpl_id", "=", template)],
        fields=[*FIELDS, "product_template_attribute_value_ids"],
    )
    numbers = [v for r in rows for v in r["product_template_attribute_value_ids"]]
    values = shop.ground.find("product.template.attribute.value", [("id", "in", numbers)], "name")
    names = {v["id"]: v["name"] for v in values}
    return {
        " ".join(
            sorted((names[v] for v in r["product_template_attribute_value_ids"]), key=len)[::-1]
        ): r
        for r in rows
    }


class TestCreate:
    def test_each_combination_is_a_variant_and_a_child(self, shop: Shop) -> None:
        shop.size_and_colour()
        (outcome,) = shop.must(shirt())
        found = variants(shop)
        assert set(found) == {f"{a} {b}" for a in ("Blue", "Red") for b in "SML"}
        assert len(outcome.children) == 6
        key = variant_key("42", ["option:14/2", "option:13/3"])
        assert key == "42:option:13/3,option:14/2"
        assert outcome.children[Entity.VARIANTS, key] == str(found["Blue L"]["id"])

    def test_extras_of_price_and_weight_add_up(self, shop: Shop) -> None:
        shop.size_and_colour()
        option = ProductOption(
            "option:13",
            (
                OptionValue("option:13/1", Decimal(0), Decimal(0)),
                OptionValue("option:13/2", Decimal("2.5"), Decimal("0.25")),
                OptionValue("option:13/3", Decimal(-1), Decimal("-0.25")),
            ),
        )
        shop.must(shirt(options=(option,)))
        found = variants(shop)
        assert {k: (r["lst_price"], r["weight"]) for k, r in found.items()} == {
            "S": (20.5, 0.5),
            "M": (23.0, 0.75),
            "L": (19.5, 0.25),
        }

    def test_extras_of_options_that_make_no_variants_are_kept(self, shop: Shop) -> None:
        shop.size_and_colour()
        wrap = ProductOption("option:15", (OptionValue("option:15/1", Decimal("3.5")),))
        (outcome,) = shop.must(shirt(options=(wrap,)))
        rows = shop.ground.find(
            "product.template.attribute.value",
            [("product_tmpl_id", "=", int(outcome.ref or 0)), ("price_extra", "!=", 0)],
            *("price_extra", "name"),
        )
        assert [(r["name"], r["price_extra"]) for r in rows] == [("Gift wrap", 3.5)]

    def test_references_follow_the_pattern(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        codes = {k: r["default_code"] for k, r in variants(shop).items()}
        assert codes["Red S"] == f"{product.sku}-1-1"
        assert codes["Blue L"] == f"{product.sku}-3-2"

    def test_an_empty_pattern_or_sku_gives_no_references(self, shop: Shop) -> None:
        shop.size_and_colour()
        shop.must(shirt("1", sku=""))
        shop.reconnect(variant_code="")
        shop.must(shirt("2"))
        assert {r["default_code"] for k in "12" for r in variants(shop, k).values()} == {False}

    def test_one_value_makes_one_variant_with_the_products_own_reference(self, shop: Shop) -> None:
        shop.size_and_colour()
        barcode = unique("EAN").replace(" ", "")
        product = shirt(options=(sizes("1"),), barcode=barcode)
        (outcome,) = shop.must(product)
        (row,) = variants(shop).values()
        assert (row["default_code"], row["barcode"], row["weight"]) == (product.sku, barcode, 0.5)
        assert list(outcome.children) == [(Entity.VARIANTS, "42:option:13/1")]

    def test_too_many_variants_are_refused_before_odoo_is_asked(self, shop: Shop) -> None:
        shop.size_and_colour()
        shop.reconnect(max_variants=5)
        bad, good = shop.put(shirt("1"), shirt("2", options=(sizes("0", "1"),)))
        assert isinstance(bad.error, Refused)
        assert bad.error.code == "erp.too_many_variants"
        assert "6 variants" in bad.error.cause
        assert good.status is Status.CREATED

    def test_a_barcode_of_many_variants_is_told(self, shop: Shop) -> None:
        shop.size_and_colour()
        (outcome,) = shop.put(shirt(barcode=unique("B")))
        assert [w.code for w in outcome.warnings] == ["record.barcode_of_many"]

    def test_an_option_without_values_and_one_twice_are_told(self, shop: Shop) -> None:
        shop.size_and_colour()
        empty = ProductOption("option:14", ())
        twice = ProductOption("option:13", (OptionValue("option:13/3"),))
        (outcome,) = shop.put(shirt(options=(sizes("0", "1"), twice, empty)))
        assert {w.code for w in outcome.warnings} == {
            "record.option_empty",
            "record.option_doubled",
        }
        assert set(variants(shop)) == {"S", "M", "L"}


class TestChanges:
    def test_stock_of_options_alone_sends_nothing(self, shop: Shop) -> None:
        shop.size_and_colour()
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

    def test_a_new_value_makes_new_variants_and_keeps_the_old(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt(options=(sizes("0", "2.5"),))
        shop.must(product)
        old = {k: r["id"] for k, r in variants(shop).items()}
        (outcome,) = shop.must(dataclasses.replace(product, options=(sizes("0", "2.5", "5"),)))
        new = variants(shop)
        assert {k: new[k]["id"] for k in old} == old
        assert new["L"]["default_code"] == f"{product.sku}-3"
        assert (new["L"]["lst_price"], new["L"]["weight"]) == (25.5, 0.5)
        assert len(outcome.children) == 3

    def test_a_value_that_went_takes_its_variants_along(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt(options=(sizes("0", "2.5", "5"),))
        shop.must(product)
        (outcome,) = shop.must(dataclasses.replace(product, options=(sizes("0", "2.5"),)))
        assert set(variants(shop)) == {"S", "M"}
        assert len(outcome.children) == 2

    def test_a_second_option_multiplies(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt(options=(sizes("0", "1"),))
        shop.must(product)
        both = (sizes("0", "1"), sizes("0", "0", key="option:14"))
        (outcome,) = shop.must(dataclasses.replace(product, options=both))
        found = variants(shop)
        assert set(found) == {"Red S", "Red M", "Blue S", "Blue M"}
        assert found["Blue M"]["default_code"] == f"{product.sku}-2-2"
        assert len(outcome.children) == 4

    def test_all_options_gone_leaves_the_plain_product(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        (outcome,) = shop.must(dataclasses.replace(product, options=()))
        (row,) = variants(shop).values()
        assert (row["default_code"], row["weight"]) == (product.sku, 0.5)
        assert dict(outcome.children) == {(Entity.VARIANTS, "42:"): str(row["id"])}

    def test_options_for_a_plain_product(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt(options=())
        shop.must(product)
        (outcome,) = shop.must(dataclasses.replace(product, options=shirt().options))
        found = variants(shop)
        assert len(found) == len(outcome.children) == 6
        assert found["Red S"]["default_code"] == f"{product.sku}-1-1"
        assert {r["weight"] for r in found.values()} == {0.5}

    def test_changed_extras_are_written_and_others_left(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt(options=(sizes("0", "2.5", "5"),))
        shop.must(product)
        shop.must(dataclasses.replace(product, options=(sizes("0", "2.5", "7"),)))
        prices = {k: r["lst_price"] for k, r in variants(shop).items()}
        assert prices == {"S": 20.5, "M": 23.0, "L": 27.5}

    def test_a_new_weight_reaches_all_variants(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        shop.must(dataclasses.replace(product, weight=Decimal(2), sku=product.sku))
        assert {r["weight"] for r in variants(shop).values()} == {2.0}

    def test_lines_and_values_people_added_in_odoo_stay(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt(options=(sizes("0", "1"),), specs=(), manufacturer=None)
        (made,) = shop.must(product)
        by_hand = shop.ground.rpc(
            "product.attribute", "create", {"name": unique("Hand"), "create_variant": "no_variant"}
        )
        value = shop.ground.rpc(
            "product.attribute.value", "create", {"name": "x", "attribute_id": by_hand}
        )
        shop.ground.rpc(
            "product.template",
            "write",
            [int(made.ref or 0)],
            {
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": by_hand, "value_ids": [(6, 0, [value])]})
                ]
            },
        )
        shop.must(dataclasses.replace(product, options=(sizes("0", "1", "2"),)))
        lines = shop.ground.rpc(
            "product.template.attribute.line",
            "search_read",
            [("product_tmpl_id", "=", int(made.ref or 0))],
            fields=["attribute_id"],
        )
        assert by_hand in {line["attribute_id"][0] for line in lines}
        assert set(variants(shop)) == {"S", "M", "L"}

    def test_a_disabled_product_with_options_comes_back_whole(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        shop.must(dataclasses.replace(product, active=False))
        assert variants(shop) == {}
        shop.must(dataclasses.replace(product, active=False, weight=Decimal(3)))
        shop.must(dataclasses.replace(product, weight=Decimal(3)))
        assert {r["weight"] for r in variants(shop).values()} == {3.0}
        assert len(variants(shop)) == 6


class TestOwnVariants:
    """OpenCart 4: variants that are records of their own."""

    def product(self, *own: Variant, **changes: Any) -> Product:
        values = {"options": (sizes("0", "2", "4"),), "variants": own, **changes}
        return shirt(**values)

    def test_they_bring_their_own_reference_barcode_and_weight(self, shop: Shop) -> None:
        shop.size_and_colour()
        barcode = unique("EAN").replace(" ", "")
        own = Variant("57", ("option:13/2",), sku="OWN-M", barcode=barcode, weight=Decimal("0.9"))
        (outcome,) = shop.must(self.product(own))
        found = variants(shop)
        row = found["M"]
        assert (row["default_code"], row["barcode"], row["weight"]) == ("OWN-M", barcode, 0.9)
        assert outcome.children[Entity.VARIANTS, "57"] == str(row["id"])
        assert outcome.children[Entity.VARIANTS, "42:option:13/2"] == str(row["id"])

    def test_one_option_expresses_their_price(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = self.product(Variant("57", ("option:13/2",), price=Decimal(30)))
        shop.must(product)
        assert variants(shop)["M"]["lst_price"] == 32.0, "the variant's price and the value's extra"
        shop.must(dataclasses.replace(product, price=Decimal(25)))
        prices = {k: r["lst_price"] for k, r in variants(shop).items()}
        assert prices == {"S": 25.0, "M": 32.0, "L": 29.0}

    def test_several_options_cannot_and_that_is_told(self, shop: Shop) -> None:
        shop.size_and_colour()
        both = (sizes("0", "0"), sizes("0", "0", key="option:14"))
        own = Variant("57", ("option:13/2", "option:14/1"), price=Decimal(30), sku="OWN")
        (outcome,) = shop.put(self.product(own, options=both))
        assert [w.code for w in outcome.warnings] == ["record.variant_price"]
        assert variants(shop)["Red M"]["default_code"] == "OWN"

    def test_one_that_is_no_single_variant_is_told(self, shop: Shop) -> None:
        shop.size_and_colour()
        both = (sizes("0", "0"), sizes("0", "0", key="option:14"))
        own = Variant("57", ("option:13/2",), sku="OWN")
        (outcome,) = shop.put(self.product(own, options=both))
        assert [w.code for w in outcome.warnings] == ["record.variant_unclear"]

    def test_a_taken_barcode_fails_the_product_but_keeps_what_arrived(self, shop: Shop) -> None:
        shop.size_and_colour()
        taken = unique("EAN").replace(" ", "")
        first = self.product(Variant("57", ("option:13/1",), barcode=taken))
        shop.must(first)
        second = dataclasses.replace(first, key="43", name=text(unique("Other")))
        (outcome,) = shop.put(second)
        assert outcome.error is not None
        assert outcome.error.code == "erp.duplicate_barcode"
        assert taken in outcome.error.cause
        assert outcome.ref is not None, "the product itself is there and stays linked"
