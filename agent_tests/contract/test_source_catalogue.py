"""What the bridge wrote comes back as it was, as far as Odoo can tell; and what people made."""

from __future__ import annotations

import dataclasses
import hashlib
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.source import Sourced
from agent.errors import ConfigError, InvalidRecord
from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Image,
    Manufacturer,
    OptionValue,
    Product,
    ProductOption,
    Spec,
)
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, shirt, sizes, text
from agent_tests.contract.source import LANGUAGES, read_one, read_record, refused, source_of
from agent_tests.contract.test_images import png

P = Entity.PRODUCTS


def told(found: Sourced) -> dict[str, Any]:
    """Return the fields that Odoo can tell, JSON-ready."""
    plain = to_plain(found.record)
    return {name: plain[name] for name in found.fields}


def both(name: dict[str, str]) -> dict[str, str]:
    """Return a name in both languages: where one is missing, the other stands in."""
    return {code: name.get(code, name["en-gb"]) for code in LANGUAGES}


class TestRoundTrip:
    def test_attributes(self, shop: Shop) -> None:
        records = [
            Attribute("option:13", text(unique("Size"), de=unique("Maß")), "choice", "select", 3),
            Attribute("option:13:optional", text(unique("Size")), "optional", "radio", 4),
            Attribute("option:15", text(unique("Extras")), "multi", "checkbox", 5),
            Attribute("attribute:4", text(unique("Material")), "spec", "text", 6),
        ]
        shop.must(*records)
        for record in records:
            found = read_one(shop, Entity.ATTRIBUTES, shop.ref(Entity.ATTRIBUTES, record.key))
            assert found.external_id == shop.external_id(record)
            assert found.changed_at is not None
            wanted = {**to_plain(record), "name": both(dict(record.name))}
            assert told(found) == {name: wanted[name] for name in found.fields}
            assert {"name", "kind", "sort_order"} <= found.fields
            assert found.fields <= source_of(shop).source_fields(Entity.ATTRIBUTES)

    def test_values(self, shop: Shop) -> None:
        shop.size_and_colour()
        found = read_one(
            shop, Entity.ATTRIBUTE_VALUES, shop.ref(Entity.ATTRIBUTE_VALUES, "option:13/2")
        )
        attribute = shop.ref(Entity.ATTRIBUTES, "option:13")
        wanted = {"name": {"en-gb": "M", "de-de": "Mittel"}, "attribute": attribute}
        assert told(found) == told(found) | {**wanted, "sort_order": 2}
        assert found.external_id.endswith(".attribute_values_option_13_2")

    def test_categories(self, shop: Shop) -> None:
        top, below = Category("1", text(unique("Top"))), Category("2", text(unique("Low")), "1")
        shop.must(top, below)
        refs = {key: shop.ref(Entity.CATEGORIES, key) for key in ("1", "2")}
        first = read_one(shop, Entity.CATEGORIES, refs["1"])
        assert told(first)["parent"] is None
        found = read_one(shop, Entity.CATEGORIES, refs["2"])
        assert found.record == Category(
            refs["2"],
            found.record.name,  # type: ignore[union-attr]
            refs["1"],
            (refs["1"], refs["2"]),
        )
        assert told(found)["name"]["en-gb"] == below.name["en-gb"]
        assert found.external_id == shop.external_id(below)

    def test_manufacturers(self, shop: Shop) -> None:
        maker = Manufacturer("8", unique("Maker"), 4)
        shop.must(maker)
        found = read_one(shop, Entity.MANUFACTURERS, shop.ref(Entity.MANUFACTURERS, "8"))
        assert told(found) == {"name": maker.name, "sort_order": 4}
        assert found.external_id == shop.external_id(maker)

    def test_a_product_without_options(self, shop: Shop) -> None:
        shop.must(Category("3", text(unique("Mugs"))))
        product = mug(barcode=unique("40").replace(" ", ""), categories=("3",))
        shop.must(product)
        found = read_one(shop, P, shop.ref(P, "7"))
        plain = told(found)
        assert plain["name"] == product.name
        assert (plain["sku"], plain["barcode"]) == (product.sku, product.barcode)
        assert (plain["price"], plain["weight"], plain["weight_unit"]) == ("9.99", "0.3", "kg")
        assert (plain["active"], plain["subtract"], plain["requires_shipping"]) == (True,) * 3
        assert plain["categories"] == [shop.ref(Entity.CATEGORIES, "3")]
        assert plain["options"] == plain["specs"] == []
        assert [(v["key"], v["values"], v["sku"]) for v in plain["variants"]] == [
            (shop.ref(Entity.VARIANTS, "7:"), [], None)
        ]
        assert found.external_id == shop.external_id(product)
        assert found.warnings == ()

    def test_a_product_with_options(self, shop: Shop) -> None:
        shop.size_and_colour()
        product = shirt()
        shop.must(product)
        found = read_one(shop, P, shop.ref(P, "42"))
        record = found.record
        assert isinstance(record, Product)
        values = {key: ref for (entity, key), ref in shop.refs.items() if "/" in key and entity}
        assert [
            (o.attribute, o.required, [(v.value, v.price_extra) for v in o.values])
            for o in record.options
        ] == [
            (
                shop.ref(Entity.ATTRIBUTES, option.attribute),
                True,
                [(values[v.value], v.price_extra) for v in option.values],
            )
            for option in product.options
        ]
        assert record.manufacturer == shop.ref(Entity.MANUFACTURERS, "8")
        assert [(s.attribute, s.value, dict(s.text)) for s in record.specs] == [
            (
                shop.ref(Entity.ATTRIBUTES, "attribute:4"),
                values["attribute:4/a"],
                {"en-gb": "Steel", "de-de": "Stahl"},
            )
        ]
        keys = {v.key: v for v in record.variants}
        assert len(keys) == 6
        for (entity, key), ref in shop.refs.items():
            if entity is Entity.VARIANTS:
                chosen = sorted(key.partition(":")[2].split(","))
                assert sorted(keys[ref].values) == sorted(values[c] for c in chosen)
                assert keys[ref].sku
                assert keys[ref].price is None
        assert (record.weight, record.weight_unit) == (Decimal("0.5"), "kg")
        assert {"sku", "barcode"}.isdisjoint(found.fields)
        assert found.fields <= source_of(shop).source_fields(P)

    def test_weights_that_differ_are_the_variants_own(self, shop: Shop) -> None:
        shop.size_and_colour()
        option = ProductOption(
            "option:13",
            (
                OptionValue("option:13/1"),
                OptionValue("option:13/2", weight_extra=Decimal("0.25")),
            ),
        )
        shop.must(shirt(options=(option,)))
        found = read_one(shop, P, shop.ref(P, "42"))
        assert isinstance(found.record, Product)
        assert "weight" not in found.fields
        weights = sorted(v.weight for v in found.record.variants if v.weight is not None)
        assert weights == [Decimal("0.5"), Decimal("0.75")]

    def test_options_that_make_no_variants(self, shop: Shop) -> None:
        shop.size_and_colour()
        option = ProductOption("option:15", (OptionValue("option:15/1", Decimal("2.5")),))
        shop.must(mug(options=(option,)))
        record = read_record(shop, P, "7")
        assert isinstance(record, Product)
        (found,) = record.options
        assert (found.required, found.values[0].price_extra) == (False, Decimal("2.5"))
        assert [v.values for v in record.variants] == [()]

    def test_the_description_of_each_language(self, shop: Shop) -> None:
        shop.size_and_colour()
        shop.must(shirt())
        record = read_record(shop, P, "42")
        assert isinstance(record, Product)
        wrapped = shop.ground.modern
        assert dict(record.description) == {
            "en-gb": "<p>A fine shirt</p>" if wrapped else "A fine shirt",
            "de-de": "<p>Ein feines Hemd</p>" if wrapped else "Ein feines Hemd",
        }

    def test_disabled_products(self, shop: Shop) -> None:
        shop.must(mug(active=False))
        record = read_record(shop, P, "7")
        assert isinstance(record, Product)
        assert not record.active
        assert record.sku
        assert [v.active for v in record.variants] == [True]

    def test_a_service(self, shop: Shop) -> None:
        shop.must(Product("8", text(unique("Lesson")), requires_shipping=False))
        found = read_one(shop, P, shop.ref(P, "8"))
        assert told(found)["requires_shipping"] is False
        assert "subtract" not in found.fields


class TestPictures:
    def test_come_back_with_their_bytes(self, shop: Shop) -> None:
        shop.files = {"a.png": png(200), "b.png": png(90, 3)}
        images = tuple(
            Image(path, n, hashlib.sha256(data).hexdigest(), len(data))
            for n, (path, data) in enumerate(shop.files.items())
        )
        shop.must(mug(images=images))
        erp = source_of(shop)
        record = read_record(shop, P, "7")
        assert isinstance(record, Product)
        assert [erp.source_image(image) for image in record.images] == list(shop.files.values())
        assert all(image.checksum for image in record.images)

    def test_another_picture_has_another_checksum(self, shop: Shop) -> None:
        shop.files = {"a.png": png(200), "b.png": png(90, 3)}
        shop.must(mug(images=(Image("a.png", 0, "1"),)))
        before = read_record(shop, P, "7")
        again = read_record(shop, P, "7")
        shop.must(mug(images=(Image("b.png", 0, "2"),)))
        after = read_record(shop, P, "7")
        assert isinstance(before, Product)
        assert isinstance(again, Product)
        assert isinstance(after, Product)
        assert before.images == again.images
        assert before.images[0].path == after.images[0].path
        assert before.images[0].checksum != after.images[0].checksum

    def test_seen_by_a_user_without_rights_to_attachments(self, shop: Shop) -> None:
        shop.files = {"a.png": png(200)}
        shop.must(mug(images=(Image("a.png", 0, "1"),)))
        login, password = shop.ground.sellers()
        erp: Any = shop.ground.connect(shop.instance, user=login, password=password)
        (found,) = erp.source_read(P, [shop.ref(P, "7")])
        (image,) = found.record.images
        assert image.checksum
        assert erp.source_image(image) == shop.files["a.png"]
        assert found.external_id.endswith(".products_7")
        erp.close()

    @pytest.mark.parametrize("path", ["product.template/1/name", "res.users/1/password", "x", ""])
    def test_only_pictures_are_given(self, shop: Shop, path: str) -> None:
        with pytest.raises(InvalidRecord):
            source_of(shop).source_image(Image(path))

    def test_what_is_no_picture(self, shop: Shop) -> None:
        shop.must(mug())
        ref = shop.ref(P, "7")
        drawing = "PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciLz4="
        shop.ground.rpc("product.template", "write", [int(ref)], {"image_1920": drawing})
        record = read_record(shop, P, "7")
        assert isinstance(record, Product)
        with pytest.raises(InvalidRecord) as raised:
            source_of(shop).source_image(record.images[0])
        assert raised.value.code == "record.image"
        shop.ground.rpc("product.template", "write", [int(ref)], {"image_1920": False})
        with pytest.raises(InvalidRecord):
            source_of(shop).source_image(record.images[0])


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

    def test_a_name_of_nothing_but_space(self, shop: Shop) -> None:
        ref = self.make(shop, "product.template")
        shop.ground.rpc("product.template", "write", [int(ref)], {"name": " "})
        error = refused(shop, P, ref).error
        assert error.code == "erp.name_missing"
        assert ref in error.record

    def test_more_variants_than_a_shop_can_have(self, shop: Shop) -> None:
        shop.reconnect(max_variants=5)
        ref, numbers = self.attribute(shop, *"ABCDEF", create_variant="always")
        template = self.product(shop, (ref, numbers))
        other = self.product(shop, (ref, numbers[:5]))
        error = refused(shop, P, template).error
        assert error.code == "erp.too_many_variants"
        assert "6 variants" in error.cause
        found = source_of(shop).source_read(P, [template, other])
        assert [type(item).__name__ for item in found] == ["Unreadable", "Sourced"]

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
        found = self.refs(shop)
        names = [("id", "in", [int(ref) for ref in found])]
        rows = shop.ground.find("product.template", names, "name")
        assert {"Tips", "Discount"}.isdisjoint({row["name"] for row in rows})

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


def test_the_codes_of_languages_the_shop_did_not_tell(shop: Shop) -> None:
    shop.must(mug())
    erp: Any = shop.ground.connect(shop.instance)
    (found,) = erp.source_read(P, [shop.ref(P, "7")])
    assert {"en-us", "de-de", "fr-fr"} <= set(found.record.name)
    erp.close()


def test_products_go_by_the_model_where_the_settings_say_so(shop: Shop) -> None:
    shop.reconnect(code_from="model")
    model = unique("M").replace(" ", "")
    shop.must(dataclasses.replace(mug(), model=model))
    found = read_one(shop, P, shop.ref(P, "7"))
    assert told(found)["model"] == model
    assert "sku" not in found.fields


def test_a_value_two_products_are_described_by(shop: Shop) -> None:
    shop.size_and_colour()
    specs = (
        Spec("attribute:4", "attribute:4/a", text("Steel")),
        Spec("attribute:4", "attribute:4/b", text("Wood")),
    )
    shop.put(mug(specs=specs))
    record = read_record(shop, P, "7")
    assert isinstance(record, Product)
    assert [s.text["en-gb"] for s in record.specs] == ["Steel, Wood"]


def test_values_keep_their_pictures(shop: Shop) -> None:
    if not shop.ground.modern:
        pytest.skip("Odoo 14 has no pictures of values")
    shop.files = {"r.png": png(200)}
    shop.must(Attribute("option:5", text(unique("Colour")), "choice", "image"))
    image = Image("r.png", 0, "1")
    shop.must(AttributeValue("option:5/1", "option:5", text("Red"), 0, image))
    record = read_record(shop, Entity.ATTRIBUTE_VALUES, "option:5/1")
    assert isinstance(record, AttributeValue)
    assert record.image is not None
    assert source_of(shop).source_image(record.image) == shop.files["r.png"]
