"""Products of the sample shop, and products that cannot be used."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from agent.errors import InvalidRecord
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.sandbox.store.plan import product as plan_of
from agent.store import BadRecord
from agent_tests.store.conftest import WITH_VARIANTS, Lab, MakeShop


def read(lab: Lab, key: object) -> Product:
    (record,) = lab.shop.reader(Entity.PRODUCTS).read([str(key)])
    assert isinstance(record, Product), record
    return record


def broken(lab: Lab, key: object) -> BadRecord:
    (record,) = lab.shop.reader(Entity.PRODUCTS).read([str(key)])
    assert isinstance(record, BadRecord), record
    assert isinstance(record.error, InvalidRecord)
    assert record.error.cause
    assert record.error.fix
    return record


def test_products_are_what_the_shop_was_filled_with(sample: Lab) -> None:
    for number in range(1, 25):
        plan, product = plan_of(1, number), read(sample, number)
        assert product.name == {"en-gb": plan.name[0], "de-de": plan.name[1]}
        assert product.price == plan.price
        assert (product.sku, product.barcode, product.model) == (plan.sku, plan.ean, plan.model)
        assert product.codes == {"sku": plan.sku, "ean": plan.ean, "mpn": plan.model}
        assert (product.quantity, product.minimum) == (plan.quantity, plan.minimum)
        assert (product.weight, product.weight_unit) == (plan.weight, "kg")
        assert product.active == plan.active
        assert product.tax_class == str(plan.tax_class_id)
        assert product.manufacturer == str(plan.manufacturer_id)
        assert len(product.images) == len(set(plan.pictures))
        assert set(product.seo_keyword) == {"en-gb", "de-de"}
        assert {spec.attribute for spec in product.specs} >= {"attribute:1", "attribute:2"}
        assert all(set(spec.text) == {"en-gb", "de-de"} for spec in product.specs)


def test_html_is_decoded_once(sample: Lab) -> None:
    knife = read(sample, 9)
    assert knife.name["en-gb"].endswith("chef's knife 8\"")
    assert knife.description["en-gb"].startswith("<p>The <strong>")
    assert "chef's knife 8&quot;</strong>" in knife.description["en-gb"]


def test_the_deepest_categories_come_first(sample: Lab) -> None:
    sample.sql("INSERT INTO oc_product_to_category VALUES (1, 1), (1, 6), (1, 23)")
    assert read(sample, 1).categories == ("6", "2", "1", "23")
    sample.sql("DELETE FROM oc_category WHERE category_id = 6")
    assert read(sample, 1).categories == ("2", "1", "23")


def test_required_and_optional_choices_are_different_attributes(sample: Lab) -> None:
    tent, mug = read(sample, 1), read(sample, 5)
    assert [(o.attribute, o.required) for o in tent.options] == [
        ("option:2", True),
        ("option:3", False),  # a checkbox is one attribute, required or not
    ]
    # the engraving is a text: it stays on the order line
    assert [(o.attribute, o.required) for o in mug.options] == [("option:2:optional", False)]
    assert all(value.value.startswith("option:2:optional/") for value in mug.options[0].values)


def test_extras_carry_their_sign(sample: Lab) -> None:
    sample.sql(
        "UPDATE oc_product_option_value SET price = 5, price_prefix = '-', weight = 2,"
        " weight_prefix = '-' WHERE product_id = 4 OR product_id = 1"
    )
    values = [value for option in read(sample, 1).options for value in option.values]
    assert {value.price_extra for value in values} == {Decimal(-5)}
    assert {value.weight_extra for value in values} == {Decimal(-2)}


def test_barcodes_by_preference(make_shop: MakeShop) -> None:
    lab = make_shop("3.0.2.0")
    lab.sql("UPDATE oc_product SET ean = '', upc = '012345678905', isbn = '9783161484100'")
    assert read(lab, 1).barcode == "012345678905"
    lab.sql("UPDATE oc_product SET upc = ''")
    assert read(lab, 1).barcode == "9783161484100"


def test_codes_in_both_places(make_shop: MakeShop) -> None:
    lab = make_shop("4.1.0.1")
    lab.sql("UPDATE oc_product SET sku = 'old', upc = '012345678905' WHERE product_id = 1")
    product = read(lab, 1)
    assert product.sku == plan_of(1, 1).sku
    assert product.codes["upc"] == "012345678905"
    lab.sql("INSERT INTO oc_product_code (product_id, code, value) VALUES (1, 'GTIN', ' 4711 ')")
    assert read(lab, 1).codes["gtin"] == "4711"


def test_four_byte_characters(sample: Lab) -> None:
    if sample.version == "3.0.2.0":  # its tables hold three bytes; the agent must not stumble
        sample.sql("UPDATE oc_product_description SET name = 'Tent ? ok' WHERE product_id = 1")
        assert read(sample, 1).name["en-gb"] == "Tent ? ok"
        return
    sample.sql(
        "UPDATE oc_product_description SET name = %s, description = %s WHERE product_id = 1",
        "Tent 🏕️ &amp; 🐻 bear",
        "&lt;p&gt;🏕️",
    )
    product = read(sample, 1)
    assert product.name["de-de"] == "Tent 🏕️ & 🐻 bear"
    assert product.description["en-gb"] == "<p>🏕️"


def test_broken_html_and_long_names_pass(sample: Lab) -> None:
    name = "ü" * 255
    html = "&lt;p&gt;&lt;b&gt;never closed &lt;/i&gt; 5 &lt; 6 &amp;copy=1 &amp;nbsp;&lt;table&gt;"
    sample.sql(
        "UPDATE oc_product_description SET name = %s, description = %s WHERE product_id = 1",
        name,
        html,
    )
    product = read(sample, 1)
    assert product.name["en-gb"] == name
    assert product.description["en-gb"] == "<p><b>never closed </i> 5 < 6 &copy=1 &nbsp;<table>"


def test_bad_products_stand_alone(sample: Lab) -> None:
    sample.sql("UPDATE oc_product_description SET name = '  ' WHERE product_id = 2")
    sample.sql("DELETE FROM oc_product_description WHERE product_id = 3")
    sample.sql("UPDATE oc_product SET price = -1 WHERE product_id = 4")
    sample.sql(
        "UPDATE oc_product_option_value SET price = 3, price_prefix = '=' WHERE product_id = 6"
    )
    reader = sample.shop.reader(Entity.PRODUCTS)
    keys = [row.key for row in reader.scan("", 100)]
    records = reader.read(keys)
    assert [record.key for record in records] == keys
    bad = {record.key: record for record in records if isinstance(record, BadRecord)}
    assert {key: record.error.code for key, record in bad.items()} == {
        "2": "store.name_missing",
        "3": "store.name_missing",
        "4": "store.price_negative",
        "6": "store.option_prefix",
    }
    assert bad["4"].error.record == f"product 4 ({plan_of(1, 4).name[0]})"
    assert "-1" in bad["4"].error.cause
    assert bad["3"].label == plan_of(1, 3).model


def test_a_name_in_one_language_is_enough(sample: Lab) -> None:
    sample.sql("DELETE FROM oc_product_description WHERE product_id = 1 AND language_id = 1")
    product = read(sample, 1)
    assert set(product.name) == {"de-de"}
    assert set(product.description) == {"de-de"}


def test_a_price_that_is_no_number(make_shop: MakeShop) -> None:
    lab = make_shop("4.0")
    lab.sql("ALTER TABLE oc_product MODIFY price VARCHAR(20)")
    lab.sql("UPDATE oc_product SET price = 'on request' WHERE product_id = 1")
    record = broken(lab, 1)
    assert record.error.code == "store.number"
    assert "on request" in record.error.cause
    assert read(lab, 2).price == plan_of(1, 2).price


def test_dangling_references_are_left_out_as_in_the_shop(sample: Lab) -> None:
    sample.sql(
        "UPDATE oc_product SET manufacturer_id = 999, tax_class_id = 999 WHERE product_id = 1"
    )
    sample.sql("DELETE FROM oc_attribute WHERE attribute_id = 1")
    sample.sql("DELETE FROM oc_option WHERE option_id = 2")
    sample.sql("UPDATE oc_product SET weight_class_id = 99 WHERE product_id = 1")
    product = read(sample, 1)
    assert (product.manufacturer, product.tax_class, product.weight_unit) == (None, None, "")
    assert "attribute:1" not in {spec.attribute for spec in product.specs}
    assert [option.attribute for option in product.options] == ["option:3"]


def test_nulls_everywhere(make_shop: MakeShop) -> None:
    lab = make_shop("4.1.0.4")
    columns = lab.sql(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = %s"
        " AND is_nullable = 'YES' AND table_name IN ('oc_product', 'oc_product_image',"
        " 'oc_product_attribute', 'oc_seo_url', 'oc_product_code')"
        " AND column_name NOT IN ('product_id', 'master_id')",
        lab.name,
    )
    for table, column in columns:
        where = "" if table == "oc_seo_url" else " WHERE product_id = 1"
        lab.sql(f"UPDATE `{table}` SET `{column}` = NULL{where}")
    for column in ("description", "tag", "meta_title", "meta_description", "meta_keyword"):
        lab.sql(f"UPDATE oc_product_description SET `{column}` = NULL WHERE product_id = 1")
    product = read(lab, 1)
    assert product.name
    assert (product.price, product.quantity, product.active) == (0, 0, False)
    assert (product.description, product.images, product.specs) == ({}, (), ())


def test_deleted_products_are_absent(sample: Lab) -> None:
    reader = sample.shop.reader(Entity.PRODUCTS)
    assert reader.count() == 24
    sample.sql("DELETE FROM oc_product WHERE product_id IN (5, 7)")
    assert reader.count() == 22
    assert [row.key for row in reader.scan_keys(["4", "5", "6", "7", "8"])] == ["4", "6", "8"]
    assert [record.key for record in reader.read(["4", "5", "6"])] == ["4", "6"]
    assert [row.key for row in reader.scan("4", 2)] == ["6", "8"]
    assert reader.read(["nonsense", "", "-1", "99999999999999999999"]) == []


def test_an_empty_shop(make_shop: MakeShop) -> None:
    lab = make_shop("4.1", products=0)
    for entity in (Entity.PRODUCTS, Entity.ATTRIBUTE_VALUES):
        reader = lab.shop.reader(entity)
        assert reader.scan_keys(["1"]) == []
        assert reader.read(["1"]) == []
    assert lab.shop.reader(Entity.PRODUCTS).scan("", 10) == []


def test_pictures_of_a_product(make_shop: MakeShop, tmp_path: Path) -> None:
    lab = make_shop("4.0", image_dir=tmp_path)
    lab.sql("UPDATE oc_product SET image = 'catalog/sample/a &amp; b.png' WHERE product_id = 1")
    lab.sql("DELETE FROM oc_product_image WHERE product_id = 1")
    lab.sql(
        "INSERT INTO oc_product_image (product_id, image, sort_order) VALUES"
        " (1, 'catalog/sample/product-001.png', 2), (1, 'catalog/sample/product-002.png', 1),"
        " (1, '../../etc/passwd', 3), (1, 'catalog/sample/product-001.png', 4), (1, '', 5)"
    )
    source = tmp_path / "catalog/sample/product-003.png"
    (tmp_path / "catalog/sample/a & b.png").write_bytes(source.read_bytes())
    main, second, third, outside = read(lab, 1).images
    assert main.path == "catalog/sample/a & b.png"
    assert (second.path, second.sort_order) == ("catalog/sample/product-002.png", 1)
    assert (third.path, third.sort_order) == ("catalog/sample/product-001.png", 2)
    assert len(main.checksum) == 64
    assert main.size == source.stat().st_size
    assert (outside.checksum, outside.size) == ("", 0)


# -- variants of OpenCart 4 ----------------------------------------------------------------------


@pytest.mark.parametrize("version", WITH_VARIANTS)
def test_variants_belong_to_their_product(make_shop: MakeShop, version: str) -> None:
    lab = make_shop(version)
    product = read(lab, 6)
    plan = plan_of(1, 6)
    assert lab.shop.product_count() == 24
    one, two = product.variants
    for variant, values in zip((one, two), plan.variants(), strict=True):
        choices = {value.id: choice.option_id for choice in plan.choices for value in choice.values}
        assert variant.values == tuple(
            f"option:{choices[value.id]}/{value.value_id}" for value in values
        )
        assert variant.quantity == values[0].quantity
        assert variant.model is None  # as the product
        assert variant.barcode is None
        assert variant.weight is None
        assert variant.sku is not None
        assert variant.sku.startswith(f"{plan.sku}-")
    assert {one.price, two.price} == {None, plan.price - 1}
    assert read(lab, 1).variants == ()


def variant_of(lab: Lab, master: int) -> int:
    return int(lab.value(f"SELECT MIN(product_id) FROM oc_product WHERE master_id = {master}"))


def test_options_that_a_variant_does_not_fix_stay_open(make_shop: MakeShop) -> None:
    lab = make_shop("4.0.2.3")
    number = variant_of(lab, 6)
    size, colour = read(lab, 6).options
    fixed = f'{{"variant": {{"{size.key}": "1"}}}}'
    lab.sql(f"UPDATE oc_product SET override = %s WHERE product_id = {number}", fixed)
    assert read(lab, 6).variants[0].values == (size.values[0].value,)
    lab.sql(f"UPDATE oc_product SET override = '[]' WHERE product_id = {number}")
    assert read(lab, 6).variants[0].values == (size.values[0].value, colour.values[0].value)
    lab.sql(f"UPDATE oc_product SET variant = '' WHERE product_id = {number}")
    assert read(lab, 6).variants[0].values == ()


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("variant", '{"24": "192"', "store.variant_broken"),
        ("variant", '["24"]', "store.variant_broken"),
        ("override", "oops", "store.variant_broken"),
        ("price", "-3", "store.price_negative"),
    ],
)
def test_a_broken_variant_is_named(make_shop: MakeShop, column: str, value: str, code: str) -> None:
    lab = make_shop("4.0.2.3")
    number = variant_of(lab, 6)
    lab.sql(f"UPDATE oc_product SET `{column}` = %s WHERE product_id = {number}", value)
    record = broken(lab, 6)
    assert record.error.code == code
    if code == "store.variant_broken":
        assert str(number) in record.error.cause
    assert len(lab.shop.reader(Entity.PRODUCTS).read(["5", "6", "7"])) == 3


def test_a_variant_of_a_value_that_is_gone(make_shop: MakeShop) -> None:
    lab = make_shop("4.1.0.4")
    chosen = read(lab, 6).options[0].values[0]
    lab.sql(f"DELETE FROM oc_product_option_value WHERE product_option_value_id = {chosen.key}")
    assert broken(lab, 6).error.code == "store.variant_value"


def test_variants_without_a_master_are_products(make_shop: MakeShop) -> None:
    lab = make_shop("4.0.2.3")
    reader = lab.shop.reader(Entity.PRODUCTS)
    number = variant_of(lab, 6)
    lab.sql(f"UPDATE oc_product SET master_id = product_id WHERE product_id = {number}")
    lab.sql(f"UPDATE oc_product SET master_id = 4711 WHERE product_id = {number + 1}")
    keys = [row.key for row in reader.scan("", 100)]
    assert {str(number), str(number + 1)} <= set(keys)
    assert reader.count() == len(keys) == 26
    assert read(lab, number).variants == ()
    assert read(lab, 6).variants == ()
