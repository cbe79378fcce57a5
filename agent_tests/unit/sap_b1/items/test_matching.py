"""Records of SAP that may be the same as records of the shop; finding by a person's words."""

from __future__ import annotations

from decimal import Decimal

from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Manufacturer,
    TaxClass,
)
from agent.model.entity import Entity
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, shirt, text
from agent_tests.unit.sap_b1.items.rig import B1Ground, P

V = Entity.VARIANTS


def code(word: str = "M") -> str:
    return unique(word).replace(" ", "-")


def refs(shop: Shop, *records: object, **known: object) -> dict[str, list[str]]:
    found = shop.erp.match(P, list(records), refs=known.get("refs", {}))  # type: ignore[arg-type]
    return {key: [c.ref for c in candidates] for key, candidates in found.items()}


class TestProducts:
    def test_by_code_then_barcode_then_name(self, shop: Shop, ground: B1Ground) -> None:
        by_code, by_bar, by_name = (ground.make(code(), unique("Thing")) for _ in range(3))
        bar = unique("4").replace(" ", "")
        ground.change(by_bar, BarCode=bar)
        name = ground.item(by_name)["ItemName"]
        found = shop.erp.match(
            P,
            [
                mug("1", sku=by_code, barcode=bar),
                mug("2", sku=code(), barcode=bar),
                mug("3", sku="", name=text(name)),
                mug("4", sku=code(), name=text(name)),
            ],
            refs={},
        )
        assert {k: [(c.ref, c.matched_by) for c in v] for k, v in found.items()} == {
            "1": [(by_code, "sku")],
            "2": [(by_bar, "barcode")],
            "3": [(by_name, "name")],
        }
        assert found["1"][0].children == {(V, "1:"): by_code}

    def test_several_are_left_to_a_person(self, shop: Shop, ground: B1Ground) -> None:
        name = unique("Twice")
        both = sorted([ground.make(code(), name), ground.make(code(), name)])
        assert sorted(refs(shop, mug(sku="", name=text(name)))["7"]) == both

    def test_families_by_their_code_and_by_an_items(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        member = f"{product.sku}-1-1"
        found = refs(shop, shirt("1", sku=product.sku), mug("2", sku=member))
        assert found == {"1": [product.sku], "2": [product.sku]}
        children = shop.erp.match(P, [shirt("1", sku=product.sku)], refs={})["1"][0].children
        assert children == {}

    def test_one_out_of_use_is_named_as_such(self, shop: Shop, ground: B1Ground) -> None:
        made = ground.make(code(), Frozen="tYES", Valid="tNO")
        (candidate,) = shop.erp.match(P, [mug(sku=made)], refs={})["7"]
        assert not candidate.active


class TestParts:
    def test_groups_and_makers_by_name(self, shop: Shop, ground: B1Ground) -> None:
        group = ground.cx.client.post("ItemGroups", {"GroupName": unique("Cups")})
        maker = ground.cx.client.post("Manufacturers", {"ManufacturerName": unique("Maker")})
        assert refs(shop, Category("1", text(group["GroupName"])), Category("2", text("x"))) == {
            "1": [str(group["Number"])]
        }
        assert refs(shop, Manufacturer("1", maker["ManufacturerName"])) == {
            "1": [str(maker["Code"])]
        }

    def test_attributes_by_name_and_kind(self, shop: Shop) -> None:
        name = unique("Size")
        shop.must(Attribute("option:1", text(name), "choice"))
        found = refs(
            shop,
            Attribute("option:7", text(name), "choice"),
            Attribute("option:8", text(name), "spec"),
        )
        assert found == {"option:7": [shop.ref(Entity.ATTRIBUTES, "option:1")]}

    def test_values_within_their_attribute(self, shop: Shop) -> None:
        shop.size_and_colour()
        size = shop.ref(Entity.ATTRIBUTES, "option:13")
        known = {(Entity.ATTRIBUTES, "option:7"): size}
        found = refs(
            shop,
            AttributeValue("option:7/1", "option:7", text("M")),
            AttributeValue("option:7/2", "option:7", text("Red")),
            AttributeValue("option:9/2", "option:9", text("M")),
            refs=known,
        )
        assert found == {"option:7/1": [shop.ref(Entity.ATTRIBUTE_VALUES, "option:13/2")]}

    def test_taxes_by_their_rate(self, shop: Shop, ground: B1Ground) -> None:
        found = refs(
            shop,
            TaxClass("1", "Full", (("VAT", Decimal("19.0000")),)),
            TaxClass("2", "Two", (("VAT", Decimal(19)), ("Eco", Decimal(2)))),
            TaxClass("3", "Odd", (("VAT", Decimal("20.5")),)),
            TaxClass("4", "Fixed", (("VAT", Decimal(19)),), fixed=True),
        )
        assert found == {"1": ["O2"]}


class TestSearch:
    def test_by_part_of_name_or_code_in_any_case(self, shop: Shop, ground: B1Ground) -> None:
        made = ground.make(code("Zebra"), unique("Striped animal"))
        for words in (made[2:], made.lower(), ground.item(made)["ItemName"][8:]):
            assert made in [c.ref for c in shop.erp.search(P, words, 20)], words

    def test_families_come_once(self, shop: Shop, ground: B1Ground) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        assert [c.ref for c in shop.erp.search(P, product.sku, 5)] == [product.sku]
        items = shop.erp.search(V, product.sku, 4)
        assert len(items) == 4

    def test_parts_and_taxes(self, shop: Shop, ground: B1Ground) -> None:
        group = ground.cx.client.post("ItemGroups", {"GroupName": unique("Saucers")})
        number = str(group["Number"])
        assert number in [c.ref for c in shop.erp.search(Entity.CATEGORIES, "saucers", 50)]
        assert number in [c.ref for c in shop.erp.search(Entity.CATEGORIES, number, 50)]
        assert [c.ref for c in shop.erp.search(Entity.TAXES, "7 %", 5)] == ["O1"]
        assert len(shop.erp.search(Entity.TAXES, "", 2)) == 2
