"""What people made in Odoo, and which of it is meant for a shop."""

from __future__ import annotations

from typing import Any

import pytest

from agent.erp.source import Sourced
from agent.errors import ConfigError
from agent.model.catalogue import (
    Attribute,
    Category,
    Product,
)
from agent.model.entity import Entity
from agent_tests.contract.common.reading import read_one, read_record, source_of, told
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, shirt, sizes, text

P = Entity.PRODUCTS


class TestMadeInOdoo:
    def make(self, shop: Shop, model: str, **values: Any) -> str:
        return str(shop.ground.rpc(model, "create", {"name": unique("X"), **values}))

    def attribute(self, shop: Shop, *values: str, **fields: Any) -> tuple[str, list[int]]:
        made = [(0, 0, {"name": value}) for value in values]
        ref = self.make(shop, "product.attribute", value_ids=made, **fields)
        rows = shop.ground.find(
            "product.attribute.value", [("attribute_id", "=", int(ref))], "name"
        )
        return ref, [row["id"] for row in rows]

    def product(self, shop: Shop, *lines: tuple[str, list[int]], **values: Any) -> str:
        made = [
            (0, 0, {"attribute_id": int(attribute), "value_ids": [(6, 0, numbers)]})
            for attribute, numbers in lines
        ]
        return self.make(shop, "product.template", attribute_line_ids=made, **values)

    def kind(self, shop: Shop, ref: str) -> str:
        record = read_one(shop, Entity.ATTRIBUTES, ref).record
        assert isinstance(record, Attribute)
        return record.kind

    def test_attributes_that_make_variants_are_choices(self, shop: Shop) -> None:
        for mode in ("always", "dynamic"):
            ref, _ = self.attribute(shop, "S", "M", create_variant=mode)
            assert self.kind(shop, ref) == "choice"

    def test_one_value_per_product_describes_and_several_are_an_option(self, shop: Shop) -> None:
        ref, (steel, wood) = self.attribute(shop, "Steel", "Wood", create_variant="no_variant")
        first = self.product(shop, (ref, [steel]))
        self.product(shop, (ref, [wood]))
        assert self.kind(shop, ref) == "spec"
        record = read_one(shop, P, first).record
        assert isinstance(record, Product)
        assert [(s.attribute, s.value, s.text["en-gb"]) for s in record.specs] == [
            (ref, str(steel), "Steel")
        ]
        self.product(shop, (ref, [steel, wood]))
        assert self.kind(shop, ref) == "optional"
        record = read_one(shop, P, first).record
        assert isinstance(record, Product)
        assert record.specs == ()
        assert [(o.attribute, o.required) for o in record.options] == [(ref, False)]

    def test_several_at_once(self, shop: Shop) -> None:
        if not shop.ground.modern:
            pytest.skip("Odoo 14 has no several at once")
        values = {"create_variant": "no_variant", "display_type": "multi"}
        ref, numbers = self.attribute(shop, "Bow", "Card", **values)
        assert self.kind(shop, ref) == "multi"
        record = read_one(shop, P, self.product(shop, (ref, numbers))).record
        assert isinstance(record, Product)
        assert [(o.attribute, o.required) for o in record.options] == [(ref, False)]

    def test_a_text_that_is_missing_in_a_language(self, shop: Shop) -> None:
        ref = self.make(shop, "product.template")
        record = read_one(shop, P, ref).record
        assert isinstance(record, Product)
        assert record.name["de-de"] == record.name["en-gb"] != ""

    def test_a_variant_that_was_archived(self, shop: Shop) -> None:
        ref, numbers = self.attribute(shop, "S", "M", create_variant="always")
        template = self.product(shop, (ref, numbers))
        before = read_one(shop, P, template).record
        assert isinstance(before, Product)
        gone = before.variants[1].key
        shop.ground.rpc("product.product", "write", [int(gone)], {"active": False})
        record = read_one(shop, P, template).record
        assert isinstance(record, Product)
        assert {v.key: v.active for v in record.variants} == {
            before.variants[0].key: True,
            gone: False,
        }

    def test_what_is_left_of_a_value_that_was_taken_out(self, shop: Shop) -> None:
        shop.size_and_colour()
        shop.must(shirt(options=(sizes("0", "2", "4"),)))
        shop.must(shirt(options=(sizes("0", "2"),)))
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        assert len(record.options[0].values) == len(record.variants) == 2

    def test_an_attribute_that_was_deleted_is_absent(self, shop: Shop) -> None:
        ref, _ = self.attribute(shop, "S", create_variant="always")
        shop.ground.rpc("product.attribute", "unlink", [int(ref)])
        erp = source_of(shop)
        assert erp.source_read(Entity.ATTRIBUTES, [ref]) == []
        assert erp.source_read(P, ["99999999", "x"]) == []

    def test_several_taxes(self, shop: Shop) -> None:
        rows = shop.ground.find("account.tax", [("type_tax_use", "=", "sale")], "name")
        if len(rows) < 2:
            copy = {"name": unique("Tax")}
            second = shop.ground.rpc("account.tax", "copy", [rows[0]["id"]], copy)
            rows.append({"id": second[0] if isinstance(second, list) else second})
        one = self.make(shop, "product.template", taxes_id=[(6, 0, [rows[0]["id"]])])
        found = read_one(shop, P, one)
        assert told(found)["tax_class"] == str(rows[0]["id"])
        assert found.warnings == ()
        two = [row["id"] for row in rows[:2]]
        other = read_one(shop, P, self.make(shop, "product.template", taxes_id=[(6, 0, two)]))
        assert told(other)["tax_class"] in {str(number) for number in two}
        assert [w.code for w in other.warnings] == ["record.taxes"]

    def test_a_category_below_the_one_for_everything(self, shop: Shop) -> None:
        if shop.ground.modern:
            pytest.skip("Odoo 19 has no category for everything")
        ids = [("module", "=", "product"), ("name", "=", "product_category_all")]
        (row,) = shop.ground.find("ir.model.data", ids, "res_id")
        ref = self.make(shop, "product.category", parent_id=row["res_id"])
        record = read_one(shop, Entity.CATEGORIES, ref).record
        assert isinstance(record, Category)
        assert (record.parent, record.path) == (None, (ref,))
        plain = read_one(shop, P, self.make(shop, "product.template")).record
        assert isinstance(plain, Product)
        assert plain.categories == ()


class TestScope:
    def refs(self, shop: Shop, entity: Entity = P) -> set[str]:
        erp = source_of(shop)
        found: list[str] = []
        while page := erp.source_page(entity, found[-1] if found else "", 7):
            found += page
        assert found == sorted(set(found), key=int)
        assert erp.source_count(entity) == len(found)
        return set(found)

    def test_what_is_for_sale(self, shop: Shop) -> None:
        shop.must(mug(), mug("9"), mug("11"))
        first, second, third = (shop.ref(P, key) for key in ("7", "9", "11"))
        shop.ground.rpc("product.template", "write", [int(second)], {"sale_ok": False})
        shop.ground.rpc("product.template", "write", [int(third)], {"active": False})
        found = self.refs(shop)
        assert first in found
        assert {second, third}.isdisjoint(found)
        states = source_of(shop).source_read(P, [first, second, third])
        assert [told(s)["active"] for s in states if isinstance(s, Sourced)] == [True, False, False]

    def test_below_one_category(self, shop: Shop) -> None:
        shop.must(Category("1", text(unique("Top"))), Category("2", text(unique("Low")), "1"))
        shop.must(mug(categories=("2",)), mug("9"))
        top = shop.ref(Entity.CATEGORIES, "1")
        shop.reconnect(source_products="category", source_category=top)
        assert self.refs(shop) == {shop.ref(P, "7")}
        assert self.refs(shop, Entity.CATEGORIES) >= {top, shop.ref(Entity.CATEGORIES, "2")}
        record = read_record(shop, P, "9")
        assert isinstance(record, Product)
        assert not record.active
        both = [shop.ref(P, "7"), shop.ref(P, "9")]
        assert source_of(shop).source_offered([*both, "0"]) == {both[0]}
        shop.ground.rpc("product.template", "write", [int(both[0])], {"active": False})
        assert source_of(shop).source_offered(both) == set()

    def test_with_one_tag(self, shop: Shop) -> None:
        if not shop.ground.modern:
            pytest.skip("Odoo 14 has no tags on products")
        tag = shop.ground.rpc("product.tag", "create", {"name": unique("Web")})
        shop.must(mug(), mug("9"))
        ref = shop.ref(P, "7")
        shop.ground.rpc("product.template", "write", [int(ref)], {"product_tag_ids": [(4, tag)]})
        shop.reconnect(source_products="tag", source_tag=str(tag))
        assert self.refs(shop) == {ref}

    def test_a_setting_without_its_choice(self, shop: Shop) -> None:
        with pytest.raises(ConfigError, match="source_tag"):
            shop.reconnect(source_products="tag")

    def test_services_that_only_book_are_not_meant(self, shop: Shop) -> None:
        till = [("module", "in", ["point_of_sale", "pos_discount"])]
        kept = [("model", "=", "product.product"), ("name", "like", "product_product_")]
        names = shop.ground.find("ir.model.data", till + kept, "res_id")
        if not names:
            pytest.skip("there is no till in this Odoo")
        variants = [("id", "in", [row["res_id"] for row in names])]
        rows = shop.ground.find("product.product", variants, "product_tmpl_id")
        assert rows
        assert {str(row["product_tmpl_id"][0]) for row in rows}.isdisjoint(self.refs(shop))

    def test_attributes_in_use_and_the_shops_own(self, shop: Shop) -> None:
        shop.size_and_colour()
        unused = shop.ground.rpc("product.attribute", "create", {"name": unique("Unused")})
        found = self.refs(shop, Entity.ATTRIBUTES)
        own = {ref for (entity, _), ref in shop.refs.items() if entity is Entity.ATTRIBUTES}
        assert own <= found
        assert str(unused) not in found
        maker = shop.ground.read(
            "product.attribute.value", shop.ref(Entity.MANUFACTURERS, "8"), "attribute_id"
        )
        assert str(maker["attribute_id"][0]) not in found
        values = self.refs(shop, Entity.ATTRIBUTE_VALUES)
        assert shop.ref(Entity.ATTRIBUTE_VALUES, "option:13/1") in values
        assert shop.ref(Entity.MANUFACTURERS, "8") not in values
        assert shop.ref(Entity.MANUFACTURERS, "8") in self.refs(shop, Entity.MANUFACTURERS)

    def test_entities(self, shop: Shop) -> None:
        erp = source_of(shop)
        assert {P, Entity.STOCK, Entity.MANUFACTURERS} <= erp.source_entities
        shop.reconnect(manufacturer_as="none")
        assert Entity.MANUFACTURERS not in source_of(shop).source_entities
        with pytest.raises(ConfigError):
            source_of(shop).source_read(Entity.ORDERS, ["1"])
