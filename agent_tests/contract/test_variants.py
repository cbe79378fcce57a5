"""Products with options: variants, references, extra prices, and changes to the options."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

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


class TestChanges:
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


class TestOwnVariants:
    """OpenCart 4: variants that are records of their own."""

    def product(self, *own: Variant, **changes: Any) -> Product:
        values = {"options": (sizes("0", "2", "4"),), "variants": own, **changes}
        return shirt(**values)

    def test_several_options_cannot_and_that_is_told(self, shop: Shop) -> None:
        shop.size_and_colour()
        both = (sizes("0", "0"), sizes("0", "0", key="option:14"))
        own = Variant("57", ("option:13/2", "option:14/1"), price=Decimal(30), sku="OWN")
        (outcome,) = shop.put(self.product(own, options=both))
        assert [w.code for w in outcome.warnings] == ["record.variant_price"]
        assert variants(shop)["Red M"]["default_code"] == "OWN"

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
