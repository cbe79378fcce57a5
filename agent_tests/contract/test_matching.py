"""Linking to what Odoo already has, and looking for it by hand."""

from __future__ import annotations

from decimal import Decimal

from agent.erp.port import Candidate
from agent.model.catalogue import Attribute, AttributeValue, Category, Manufacturer, TaxClass
from agent.model.entity import Entity
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, text

TEMPLATE = "product.template"


def rules(found: list[Candidate]) -> list[tuple[str, str]]:
    """Return what candidates say, without labels."""
    return [(c.ref, c.matched_by) for c in found]


class TestProducts:
    def test_two_of_one_sku_are_both_shown(self, shop: Shop) -> None:
        product = mug()
        for _ in range(2):
            shop.ground.rpc(TEMPLATE, "create", {"name": "x", "default_code": product.sku})
        assert len(self.match(shop, product)) == 2

    def match(self, shop: Shop, product: object) -> list[Candidate]:
        assert hasattr(product, "key")
        return list(
            shop.erp.match(Entity.PRODUCTS, [product], refs={}).get(product.key, [])  # type: ignore[list-item]
        )


class TestParts:
    def test_categories_match_by_their_whole_path(self, shop: Shop) -> None:
        top, name = unique("Top"), unique("Below")
        parent = shop.ground.rpc("product.category", "create", {"name": top})
        below = shop.ground.rpc("product.category", "create", {"name": name, "parent_id": parent})
        shop.ground.rpc("product.category", "create", {"name": name})
        found = shop.erp.match(
            Entity.CATEGORIES,
            [
                Category("2", text(name), parent="1", path=("1", "2")),
                Category("1", text(top), path=("1",)),
                Category("3", text(top), parent="1", path=("1", "3")),
            ],
            refs={},
        )
        assert {k: rules(v) for k, v in found.items()} == {
            "1": [(str(parent), "path")],
            "2": [(str(below), "path")],
        }

    def test_a_known_parent_decides(self, shop: Shop) -> None:
        name = unique("Child")
        parents = [
            shop.ground.rpc("product.category", "create", {"name": unique("P")}) for _ in "ab"
        ]
        ids = [
            shop.ground.rpc("product.category", "create", {"name": name, "parent_id": p})
            for p in parents
        ]
        found = shop.erp.match(
            Entity.CATEGORIES,
            [Category("2", text(name), parent="1", path=("1", "2"))],
            refs={(Entity.CATEGORIES, "1"): str(parents[1])},
        )
        assert rules(found["2"]) == [(str(ids[1]), "path")]

    def test_attributes_match_by_name_and_kind_and_values_within(self, shop: Shop) -> None:
        name = unique("Size")
        make = shop.ground.rpc
        choice = make("product.attribute", "create", {"name": name, "create_variant": "always"})
        make("product.attribute", "create", {"name": name, "create_variant": "no_variant"})
        value = make("product.attribute.value", "create", {"name": "XL", "attribute_id": choice})
        attribute = Attribute("option:1", text(name), "choice")
        found = shop.erp.match(Entity.ATTRIBUTES, [attribute], refs={})
        assert rules(found["option:1"]) == [(str(choice), "name")]
        values = shop.erp.match(
            Entity.ATTRIBUTE_VALUES,
            [AttributeValue("option:1/1", "option:1", text("XL"))],
            refs={(Entity.ATTRIBUTES, "option:1"): str(choice)},
        )
        assert rules(values["option:1/1"]) == [(str(value), "name")]

    def test_taxes_match_by_percentage(self, shop: Shop) -> None:
        tax = shop.ground.find("account.tax", [("type_tax_use", "=", "sale")], "amount")[0]
        rate = Decimal(str(tax["amount"]))
        found = shop.erp.match(
            Entity.TAXES,
            [
                TaxClass("1", "Standard", (("VAT", rate),)),
                TaxClass("2", "Odd", (("VAT", rate + Decimal("0.37")),)),
                TaxClass("3", "Two", (("A", rate), ("B", Decimal(1)))),
                TaxClass("4", "Fixed", (("A", rate),), fixed=True),
            ],
            refs={},
        )
        assert list(found) == ["1"]
        assert str(tax["id"]) in {c.ref for c in found["1"]}


class TestSearch:
    def test_manufacturers_only_among_manufacturers(self, shop: Shop) -> None:
        word = unique("Apple").replace(" ", "")
        shop.must(Attribute("option:1", text("Taste"), "choice"))
        shop.must(AttributeValue("option:1/1", "option:1", text(word)))
        (made,) = shop.must(Manufacturer("8", word))
        assert [c.ref for c in shop.erp.search(Entity.MANUFACTURERS, word, 5)] == [made.ref]
        assert len(shop.erp.search(Entity.ATTRIBUTE_VALUES, word, 5)) == 2

    def test_taxes_for_mapping(self, shop: Shop) -> None:
        assert shop.erp.search(Entity.TAXES, "", 5)
