"""What the bridge wrote comes back as it was, as far as Odoo can tell."""

from __future__ import annotations

import dataclasses
import hashlib
from decimal import Decimal
from typing import Any

import pytest

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
    Spec,
)
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent_tests.contract.common.reading import LANGUAGES, read_one, read_record, source_of, told
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, shirt, text
from agent_tests.contract.test_images import png

P = Entity.PRODUCTS


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


def test_the_codes_of_languages_the_shop_did_not_tell(shop: Shop) -> None:
    shop.must(mug())
    erp: Any = shop.ground.connect(shop.instance)
    (found,) = erp.source_read(P, [shop.ref(P, "7")])
    assert {"en-us", "de-de", "fr-fr"} <= set(found.record.name)
    erp.close()


def test_two_languages_of_the_shop_that_are_one_in_odoo_are_both_told(shop: Shop) -> None:
    """One of them is written, the exact one, in whatever order the shop has them."""
    specs = (Spec("attribute:4", "attribute:4/a", text("Steel")),)
    shop.size_and_colour()
    shop.must(mug(name={"en-gb": "Colour", "en-us": "Color", "de-de": "Farbe"}, specs=specs))
    erp: Any = shop.erp
    for codes in (("en-gb", "en-us", "de-de"), ("de-de", "en-us", "en-gb")):
        erp.source_languages(codes)
        (found,) = erp.source_read(P, [shop.ref(P, "7")])
        assert found.record.name == {"en-gb": "Color", "en-us": "Color", "de-de": "Farbe"}
        (spec,) = found.record.specs
        assert spec.text == {"en-gb": "Steel", "en-us": "Steel", "de-de": "Stahl"}


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
