"""Categories, attributes, their values, manufacturers and taxes."""

from __future__ import annotations

from decimal import Decimal

from agent.errors import InvalidRecord
from agent.model.catalogue import Attribute, AttributeValue, Category, Manufacturer, TaxClass
from agent.model.entity import Entity
from agent.store import BadRecord, store_order
from agent.store.keys import spec_value_key
from agent_tests.store.conftest import Lab, MakeShop


def records(lab: Lab, entity: Entity) -> dict[str, object]:
    reader = lab.shop.reader(entity)
    return {record.key: record for record in reader.read([r.key for r in reader.scan("", 1000)])}


def code_of(record: object) -> str:
    assert isinstance(record, BadRecord)
    assert isinstance(record.error, InvalidRecord)
    assert record.error.fix
    return record.error.code


def test_same_names_in_different_places_stay_apart(sample: Lab) -> None:
    found = records(sample, Entity.CATEGORIES)
    accessories = [
        record.path
        for record in found.values()
        if isinstance(record, Category) and record.name["en-gb"] == "Accessories"
    ]
    assert sorted(accessories) == [
        ("1", "5", "7"),
        ("1", "8", "11"),
        ("12", "13", "16"),
        ("19", "22"),
    ]
    stoves = found["6"]
    assert isinstance(stoves, Category)
    assert stoves.name == {"en-gb": "Stoves", "de-de": "Kocher"}
    assert stoves.seo_keyword == {"en-gb": "stoves", "de-de": "kocher"}
    assert stoves.parent == "5"


def test_category_trees_that_are_broken(sample: Lab) -> None:
    sample.sql("UPDATE oc_category SET parent_id = 11 WHERE category_id = 8")  # 8 > 11 > 8
    sample.sql("UPDATE oc_category SET parent_id = 999 WHERE category_id = 14")
    sample.sql("UPDATE oc_category SET parent_id = 15 WHERE category_id = 16")
    sample.sql("UPDATE oc_category SET parent_id = 999 WHERE category_id = 15")
    sample.sql("UPDATE oc_category SET parent_id = 17 WHERE category_id = 17")
    sample.sql("DELETE FROM oc_category_description WHERE category_id = 23")
    found = records(sample, Entity.CATEGORIES)
    bad = {key: code_of(r) for key, r in found.items() if not isinstance(r, Category)}
    assert bad == {
        "8": "store.category_cycle",
        "9": "store.category_cycle",
        "10": "store.category_cycle",
        "11": "store.category_cycle",
        "14": "store.category_parent",
        "15": "store.category_parent",
        "16": "store.category_parent",
        "17": "store.category_cycle",
        "23": "store.name_missing",
    }
    below = found["9"]
    assert isinstance(below, BadRecord)
    assert "8" in below.error.cause
    assert "11" in below.error.cause
    assert below.error.record == "category 9 (Jackets)"
    orphan = found["16"]
    assert isinstance(orphan, BadRecord)
    assert orphan.error.cause == "Category 15 lies below category 999, which does not exist"


def test_which_attributes_an_option_is(sample: Lab) -> None:
    found = records(sample, Entity.ATTRIBUTES)
    assert list(found) == [
        "option:1",
        "option:2",
        "option:2:optional",
        "option:3",
        "option:5:optional",
        "option:7",
        "option:8",
        "attribute:1",
        "attribute:2",
        "attribute:3",
        "attribute:4",
        "attribute:5",
    ]
    kinds = {key: r.kind for key, r in found.items() if isinstance(r, Attribute)}
    assert kinds["option:2"] == "choice"
    assert kinds["option:2:optional"] == "optional"
    assert kinds["option:3"] == "multi"
    assert kinds["attribute:1"] == "spec"
    sample.sql("UPDATE oc_product_option SET required = 1 WHERE option_id = 5")
    sample.sql("DELETE FROM oc_product_option WHERE option_id = 7")
    changed = records(sample, Entity.ATTRIBUTES)
    assert "option:5" in changed
    assert "option:5:optional" not in changed
    assert "option:7" in changed  # no product uses it: it may still be mapped


def test_attributes_without_a_name(sample: Lab) -> None:
    sample.sql("DELETE FROM oc_option_description WHERE option_id = 2")
    sample.sql("UPDATE oc_attribute_description SET name = '' WHERE attribute_id = 1")
    sample.sql("DELETE FROM oc_option_value_description WHERE option_value_id = 1")
    found = records(sample, Entity.ATTRIBUTES)
    bad = {key: code_of(r) for key, r in found.items() if not isinstance(r, Attribute)}
    assert bad == dict.fromkeys(
        ("option:2", "option:2:optional", "attribute:1"), "store.name_missing"
    )
    values = records(sample, Entity.ATTRIBUTE_VALUES)
    bad = {key: code_of(r) for key, r in values.items() if not isinstance(r, AttributeValue)}
    assert bad == {"option:1/1": "store.name_missing"}


def test_values_exist_for_both_uses_of_an_option(sample: Lab) -> None:
    found = records(sample, Entity.ATTRIBUTE_VALUES)
    for key in ("option:2/11", "option:2:optional/11"):
        red = found[key]
        assert isinstance(red, AttributeValue)
        assert red.name == {"en-gb": "Red", "de-de": "Rot"}
        assert red.attribute == key.rsplit("/", 1)[0]
        assert red.image is not None
        assert red.image.path == "catalog/sample/swatch-11.png"


def test_texts_are_values_by_what_they_say(make_shop: MakeShop) -> None:
    lab = make_shop("4.1")
    # the same material, escaped and spaced in different ways; another one by a capital letter
    for product, text in ((1, "Oak &amp; Ash"), (2, " Oak & Ash"), (3, "oak &amp; ash"), (4, "")):
        lab.sql(
            "UPDATE oc_product_attribute SET text = %s"
            f" WHERE product_id = {product} AND attribute_id = 1 AND language_id = 1",
            text,
        )
    lab.sql(
        "UPDATE oc_product_attribute SET text = 'Eiche'"
        " WHERE product_id = 2 AND attribute_id = 1 AND language_id = 2"
    )
    found = records(lab, Entity.ATTRIBUTE_VALUES)
    oak = found[spec_value_key(1, "Oak & Ash")]
    assert isinstance(oak, AttributeValue)
    assert oak.name["en-gb"] == "Oak & Ash"
    # the other languages are those of the product with the lowest id
    german = lab.value(
        "SELECT text FROM oc_product_attribute"
        " WHERE product_id = 1 AND attribute_id = 1 AND language_id = 2"
    )
    assert oak.name["de-de"] == german
    assert spec_value_key(1, "oak & ash") in found
    products = lab.shop.reader(Entity.PRODUCTS).read(["1", "2", "3", "4"])
    values = {spec.value for p in products for spec in p.specs if spec.attribute == "attribute:1"}
    assert values <= set(found)
    assert len(values) == 3  # product 4 goes by its German text


def test_order_of_keys() -> None:
    ordered = ["", "option:1", "option:1:optional", "option:13", "attribute:1", "attribute:12"]
    assert [store_order(key) for key in ordered] == sorted({store_order(key) for key in ordered})
    assert store_order("42") == 42
    assert store_order("option:13/49") < store_order("option:13:optional/49")
    assert store_order("option:13:optional/49") < store_order("option:2/50")
    assert store_order("attribute:2147483647/ffffffffffffffff") < 2**63
    first, second = sorted(spec_value_key(4, text) for text in ("a", "b"))
    assert store_order(first) < store_order(second)


def test_manufacturers(sample: Lab) -> None:
    sample.sql("UPDATE oc_manufacturer SET name = '' WHERE manufacturer_id = 3")
    found = records(sample, Entity.MANUFACTURERS)
    maker = found["2"]
    assert isinstance(maker, Manufacturer)
    assert maker.name == "Hearth & Pine"
    assert maker.image is not None
    assert maker.image.path == "catalog/sample/maker & logo 2.png"
    assert code_of(found["3"]) == "store.name_missing"
    assert len(found) == 12


def test_taxes_apply_where_the_shop_is(sample: Lab) -> None:
    def rates() -> dict[str, tuple[object, bool]]:
        found = records(sample, Entity.TAXES).values()
        return {r.key: (r.rates, r.fixed) for r in found if isinstance(r, TaxClass)}

    standard = (("VAT 19%", Decimal(19)),)
    assert rates() == {
        "9": (standard, False),
        "10": ((("VAT 7%", Decimal(7)),), False),
        "11": (standard, True),
    }
    sample.sql("UPDATE oc_setting SET value = '14' WHERE `key` = 'config_country_id'")
    assert rates()["11"] == (standard, False)  # the recycling fee is German
    sample.sql("UPDATE oc_setting SET value = '204' WHERE `key` = 'config_country_id'")
    assert rates()["9"] == ((), False)
    sample.sql("UPDATE oc_setting SET value = '81' WHERE `key` = 'config_country_id'")
    sample.sql(
        "UPDATE oc_zone_to_geo_zone SET zone_id = 1257 WHERE country_id = 81 AND geo_zone_id = 2"
    )
    assert rates()["11"] == (standard, False)  # only in Berlin; the shop is in Bavaria
    sample.sql("UPDATE oc_setting SET value = '3' WHERE `key` = 'config_customer_group_id'")
    assert rates()["9"] == ((), False)
    sample.sql("UPDATE oc_tax_class SET title = '' WHERE tax_class_id = 9")
    assert code_of(records(sample, Entity.TAXES)["9"]) == "store.name_missing"
