"""Products without options, and what all products have in common."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from agent.model.catalogue import Category, Spec
from agent.model.entity import Entity
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.shop import Shop, mug, text

TEMPLATE = "product.template"


class TestCreate:
    def test_all_columns_arrive(self, shop: Shop) -> None:
        shop.must(
            Category("1", text(unique("Top")), path=("1",)),
            Category("2", text(unique("Deep")), parent="1", path=("1", "2")),
        )
        code, barcode = unique("SKU"), unique("EAN").replace(" ", "")
        product = mug(
            sku=code,
            barcode=barcode,
            price=Decimal("12.3400"),
            description=text("<p>Holds <b>tea</b></p>"),
            length=Decimal(20),
            width=Decimal(50),
            height=Decimal(100),
            length_unit="cm",
            categories=("2", "1"),
        )
        (outcome,) = shop.must(product)
        row = shop.ground.read(
            TEMPLATE,
            outcome.ref,
            *("name", "default_code", "barcode", "list_price", "weight", "volume", "categ_id"),
            *("active", "sale_ok", "description"),
        )
        assert row["name"] == product.name["en-gb"]
        assert (row["default_code"], row["barcode"]) == (code, barcode)
        assert row["list_price"] == 12.34
        assert row["weight"] == 0.3
        assert row["volume"] == 0.1
        assert str(row["categ_id"][0]) == shop.ref(Entity.CATEGORIES, "2")
        assert (row["active"], row["sale_ok"]) == (True, True)
        html = "<p>Holds <b>tea</b></p>"
        assert row["description"] == (html if shop.ground.modern else "Holds tea")

    @pytest.mark.parametrize(
        ("ships", "subtracts", "modern", "old"),
        [
            (True, True, ("consu", True), "product"),
            (True, False, ("consu", False), "consu"),
            (False, True, ("service", False), "service"),
        ],
    )
    def test_kinds(
        self, shop: Shop, ships: bool, subtracts: bool, modern: tuple[str, bool], old: str
    ) -> None:
        (outcome,) = shop.must(mug(requires_shipping=ships, subtract=subtracts))
        if shop.ground.modern:
            row = shop.ground.read(TEMPLATE, outcome.ref, "type", "is_storable")
            assert (row["type"], row["is_storable"]) == modern
        else:
            assert shop.ground.read(TEMPLATE, outcome.ref, "type")["type"] == old

    def test_a_disabled_one_can_stay_but_not_for_sale(self, shop: Shop) -> None:
        shop.reconnect(disabled_as="not_for_sale")
        (outcome,) = shop.must(mug(active=False))
        row = shop.ground.read(TEMPLATE, outcome.ref, "active", "sale_ok")
        assert (row["active"], row["sale_ok"]) == (True, False)


class TestWarnings:
    def test_an_unmapped_tax_class_is_told(self, shop: Shop) -> None:
        (outcome,) = shop.put(mug(tax_class="9"))
        assert [w.code for w in outcome.warnings] == ["mapping.tax"]

    def test_a_mapped_tax_class_is_set_and_none_clears(self, shop: Shop) -> None:
        tax = shop.ground.find("account.tax", [("type_tax_use", "=", "sale")], "id")[0]["id"]
        shop.refs[Entity.TAXES, "9"] = str(tax)
        product = mug(tax_class="9")
        (outcome,) = shop.must(product)
        assert shop.ground.read(TEMPLATE, outcome.ref, "taxes_id")["taxes_id"] == [tax]
        shop.must(dataclasses.replace(product, tax_class=None))
        assert shop.ground.read(TEMPLATE, outcome.ref, "taxes_id")["taxes_id"] == []


class TestUpdate:
    def test_emptied_fields_are_emptied(self, shop: Shop) -> None:
        product = mug(barcode=unique("B").replace(" ", ""), description=text("Words"))
        (made,) = shop.must(product)
        shop.must(dataclasses.replace(product, sku="", barcode="", description=text("")))
        row = shop.ground.read(TEMPLATE, made.ref, "default_code", "barcode", "description")
        assert [row["default_code"], row["barcode"]] == [False, False]
        assert not row["description"]

    def test_a_record_linked_by_hand_is_updated_in_place(self, shop: Shop) -> None:
        ref = shop.ground.rpc(TEMPLATE, "create", {"name": "Made in Odoo", "type": "service"})
        product = mug()
        shop.link(product, str(ref))
        (outcome,) = shop.must(product)
        assert outcome.ref == str(ref)
        row = shop.ground.read(TEMPLATE, str(ref), "name", "default_code", "type")
        assert (row["name"], row["default_code"]) == (product.name["en-gb"], product.sku)
        assert row["type"] == "service", "a kind chosen in Odoo stays at the first link"

    def test_specs_and_maker_follow(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = mug(
            manufacturer="8", specs=(Spec("attribute:4", "attribute:4/a", text("Steel")),)
        )
        (made,) = shop.must(product)
        assert _values(shop.ground, made.ref) == {"Steel", _maker(shop)}
        wood = (Spec("attribute:4", "attribute:4/b", text("Wood")),)
        shop.must(dataclasses.replace(product, specs=wood))
        assert _values(shop.ground, made.ref) == {"Wood", _maker(shop)}
        shop.must(dataclasses.replace(product, specs=(), manufacturer=None))
        assert _values(shop.ground, made.ref) == set()
        shop.must(dataclasses.replace(product, specs=wood))
        assert _values(shop.ground, made.ref) == {"Wood", _maker(shop)}


def _values(ground: Ground, ref: str | None) -> set[str]:
    rows = ground.rpc(
        "product.template.attribute.line",
        "search_read",
        [("product_tmpl_id", "=", int(ref or 0))],
        fields=["value_ids"],
    )
    numbers = [v for r in rows for v in r["value_ids"]]
    found = ground.find("product.attribute.value", [("id", "in", numbers)], "name")
    return {r["name"] for r in found}


def _maker(shop: Shop) -> str:
    ref = shop.ref(Entity.MANUFACTURERS, "8")
    return str(shop.ground.read("product.attribute.value", ref, "name")["name"])
