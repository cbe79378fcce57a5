"""A digest changes with everything a record is built from, edited behind the shop's back."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from agent.model.entity import Entity
from agent.store import Shop, product_scan
from agent_tests.store.conftest import WITH_VARIANTS, Lab, MakeShop
from agent_tests.store.edits import (
    PRODUCT,
    digests,
    edited,
    other_value,
    removed,
    state,
    tables_of,
)

USED = {
    "product": "model image manufacturer_id shipping price tax_class_id weight "
    "weight_class_id length width height length_class_id subtract minimum status",
    "product_description": "name description tag meta_title meta_description meta_keyword",
    "product_attribute": "text",
    "product_image": "image sort_order",
    "product_option": "required option_id",
    "product_option_value": "option_value_id subtract price price_prefix weight",
    "option": "type sort_order",
    "option_value": "sort_order",
    "seo_url": "keyword",
    "weight_class_description": "unit",
    "length_class_description": "unit",
    "language": "code status",
}
STOCK = {("product", "quantity"), ("product_option_value", "quantity")}
"""In the record, but no content: stock has a way of its own, and moves with every order."""
UNUSED = {
    "product": "viewed rating date_modified date_added date_available sort_order stock_status_id "
    "points location",
    "product_option": "value",
    "product_option_value": "points points_prefix",
    "seo_url": "sort_order",
    "language": "name locale sort_order",
}


def test_every_column_the_record_uses_changes_the_digest_and_no_other(sample: Lab) -> None:
    """Edit each column of each table a product is built from, one after the other."""
    reader = sample.shop.reader(Entity.PRODUCTS)
    # something to see in columns that the sample leaves empty or at zero
    sample.sql(
        f"UPDATE oc_product_option_value SET price = 2, weight = 1 WHERE product_id = {PRODUCT}"
    )
    sample.sql("UPDATE oc_option_value SET sort_order = 5 WHERE option_id = 1")
    sample.sql("UPDATE oc_option SET sort_order = 0 WHERE option_id = 2")
    before, record = digests(reader), state(reader, PRODUCT)
    seen: dict[str, set[str]] = {}
    for rows in tables_of(sample, PRODUCT):
        kinds = sample.sql(
            "SELECT column_name, data_type, character_maximum_length, column_key"
            " FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
            sample.name,
            f"oc_{rows.table}",
        )
        for column, kind, length, key in kinds:
            if key == "PRI" or column in {"variant", "override", "master_id", "product_id"}:
                continue
            old = sample.value(f"SELECT `{column}` FROM `oc_{rows.table}` WHERE {rows.where}")
            new = other_value(kind, old, length)
            with edited(sample, rows.table, column, rows.where, new):
                after = digests(reader)[str(PRODUCT)]
                name = f"{rows.table}.{column}: {old!r} -> {new!r}"
                if (rows.table, column) in STOCK:
                    assert state(reader, PRODUCT) != record, name
                    assert after == before[str(PRODUCT)], f"{name} is no content"
                elif state(reader, PRODUCT) != record:
                    assert after != before[str(PRODUCT)], f"{name} changed the record unseen"
                    seen.setdefault(rows.table, set()).add(column)
                if column in UNUSED.get(rows.table, "").split():
                    assert after == before[str(PRODUCT)], f"{name} is no part of the record"
    for table, columns in USED.items():
        missing = set(columns.split()) - seen[table]
        assert not missing, f"{table}: {missing} should have changed the record"
    if sample.shop.dialect.code_table:
        assert seen["product_code"] >= {"code", "value"}
    else:
        assert seen["product"] >= {"sku", "upc", "ean", "jan", "isbn", "mpn"}
    assert digests(reader) == before


@pytest.mark.parametrize("version", ["3.0.2.0", "4.1.0.4"])
def test_rows_that_come_and_go_change_the_digest(make_shop: MakeShop, version: str) -> None:
    lab = make_shop(version)
    reader = lab.shop.reader(Entity.PRODUCTS)
    before = digests(reader)
    of_product = f"product_id = {PRODUCT}"
    for table, where in (
        ("product_description", f"{of_product} AND language_id = 2"),
        ("product_attribute", f"{of_product} AND attribute_id = 1"),
        ("product_image", of_product),
        ("product_to_category", of_product),
        ("product_option", f"{of_product} AND option_id = 1"),
        ("product_option_value", f"{of_product} AND option_id = 2"),
        ("option", "option_id = 1"),
        ("option_value", "option_id = 1 AND option_value_id = 2"),
        ("attribute", "attribute_id = 1"),
        ("category", "category_id = 9"),
        (
            "manufacturer",
            f"manufacturer_id = (SELECT manufacturer_id FROM oc_product p WHERE p.{of_product})",
        ),
        ("tax_class", "tax_class_id = 9"),
        ("weight_class_description", "weight_class_id = 1"),
    ):
        with removed(lab, table, where):
            assert digests(reader)[str(PRODUCT)] != before[str(PRODUCT)], table
        assert digests(reader) == before, table


def test_one_product_changes_alone(sample: Lab) -> None:
    reader = sample.shop.reader(Entity.PRODUCTS)
    before = digests(reader)
    with edited(sample, "product", "price", f"product_id = {PRODUCT}", 1234):
        changed = {key for key, digest in digests(reader).items() if digest != before[key]}
    assert changed == {str(PRODUCT)}


def test_two_values_swapped_are_seen(sample: Lab) -> None:
    reader = sample.shop.reader(Entity.PRODUCTS)
    before = digests(reader)
    ids = sample.sql(
        "SELECT product_option_value_id FROM oc_product_option_value"
        f" WHERE product_id = {PRODUCT} AND option_id = 1 ORDER BY 1 LIMIT 2"
    )
    (first,), (second,) = ids
    for one, two in ((11, 22), (22, 11)):
        sample.sql(
            "UPDATE oc_product_option_value SET price = IF(product_option_value_id = %s, %s, %s)"
            " WHERE product_option_value_id IN (%s, %s)",
            first,
            one,
            two,
            first,
            second,
        )
        now = digests(reader)
        assert now[str(PRODUCT)] != before[str(PRODUCT)]
        before = now


def test_null_and_empty_are_told_apart(make_shop: MakeShop) -> None:
    lab = make_shop("4.1.0.4")
    reader = lab.shop.reader(Entity.PRODUCTS)
    seen = set()
    for value in (None, "", "NULL", "~"):
        with edited(lab, "product", "model", f"product_id = {PRODUCT}", value):
            seen.add(digests(reader)[str(PRODUCT)])
        with edited(
            lab,
            "product_attribute",
            "text",
            f"product_id = {PRODUCT} AND attribute_id = 1 AND language_id = 1",
            value,
        ):
            seen.add(digests(reader)[str(PRODUCT)])
    assert len(seen) == 8


def test_a_text_moved_into_the_next_column_is_seen(sample: Lab) -> None:
    reader = sample.shop.reader(Entity.PRODUCTS)
    seen = set()
    for first, second in (("a','b", "c"), ("a", "b','c"), ("a,b", "c"), ("a", "b,c")):
        sample.sql(
            "UPDATE oc_product_description SET meta_title = %s, meta_description = %s"
            f" WHERE product_id = {PRODUCT}",
            first,
            second,
        )
        seen.add(digests(reader)[str(PRODUCT)])
    assert len(seen) == 4


def test_the_end_of_a_long_description_is_seen(sample: Lab) -> None:
    reader = sample.shop.reader(Entity.PRODUCTS)
    where = f"product_id = {PRODUCT} AND language_id = 1"
    long = "&lt;p&gt;" + "word " * 12_000
    sample.sql(f"UPDATE oc_product_description SET description = %s WHERE {where}", long)
    before = digests(reader)
    with edited(sample, "product_description", "description", where, long[:-2] + "! "):
        assert digests(reader)[str(PRODUCT)] != before[str(PRODUCT)]


def test_moving_a_category_changes_the_products_whose_order_it_changes(sample: Lab) -> None:
    reader = sample.shop.reader(Entity.PRODUCTS)
    mug = "5"  # in categories 7 (third level) and 16 (third level)
    before, record = digests(reader), state(reader, mug)
    with edited(sample, "category", "parent_id", "category_id = 7", 0):
        assert state(reader, mug) != record
        assert digests(reader)[mug] != before[mug]
        assert digests(reader)["1"] == before["1"]


def test_tables_of_other_character_sets_can_be_joined(sample: Lab) -> None:
    reader = sample.shop.reader(Entity.PRODUCTS)
    record = state(reader, PRODUCT)
    sample.sql("ALTER TABLE oc_option CONVERT TO CHARACTER SET latin1")
    sample.sql(
        "ALTER TABLE oc_product_description MODIFY meta_title VARCHAR(255) CHARACTER SET latin1"
    )
    assert state(reader, PRODUCT) == record
    before = digests(reader)
    with edited(sample, "option", "sort_order", "option_id = 1", 9):
        assert digests(reader)[str(PRODUCT)] != before[str(PRODUCT)]


@pytest.mark.parametrize("version", WITH_VARIANTS)
def test_a_variant_changes_its_product(make_shop: MakeShop, version: str) -> None:
    lab = make_shop(version)
    reader = lab.shop.reader(Entity.PRODUCTS)
    before, record = digests(reader), state(reader, PRODUCT)
    variant = lab.value(f"SELECT MIN(product_id) FROM oc_product WHERE master_id = {PRODUCT}")
    assert str(variant) not in before
    edits: list[tuple[str, object]] = [
        ("model", "other"),
        ("price", 1),
        ("weight", 9),
        ("status", 0),
        ("master_id", 0),
        ("variant", "{}"),
        ("override", '{"variant": {"1": "1"}}'),
    ]
    for column, value in edits:
        with edited(lab, "product", column, f"product_id = {variant}", value):
            assert state(reader, PRODUCT) != record, column
            changed = {key for key, digest in digests(reader).items() if digest != before.get(key)}
            assert changed == {str(PRODUCT)} | ({str(variant)} if column == "master_id" else set())
    with edited(lab, "product", "quantity", f"product_id = {variant}", 77):
        assert state(reader, PRODUCT) != record
        assert digests(reader) == before
    codes = ("product_code", "value", f"product_id = {variant} AND code = 'SKU'")
    columns = ("product", "sku", f"product_id = {variant}")
    with edited(lab, *(codes if lab.shop.dialect.code_table else columns), "OTHER-SKU"):
        assert digests(reader)[str(PRODUCT)] != before[str(PRODUCT)]
    assert digests(reader) == before


def test_a_picture_replaced_under_its_name_is_seen(make_shop: MakeShop, tmp_path: Path) -> None:
    lab = make_shop("4.1", image_dir=tmp_path)
    remote = Shop(lab.shop.database, None, "http://127.0.0.1/")
    for entity, key, column, table, where in (
        (Entity.PRODUCTS, "6", "image", "product", "product_id = 6"),
        (Entity.PRODUCTS, "6", "image", "product_image", "product_id = 6"),
        (Entity.CATEGORIES, "2", "image", "category", "category_id = 2"),
        (Entity.MANUFACTURERS, "2", "image", "manufacturer", "manufacturer_id = 2"),
        (Entity.ATTRIBUTE_VALUES, "option:2/11", "image", "option_value", "option_value_id = 11"),
    ):
        reader, far = lab.shop.reader(entity), remote.reader(entity)
        path = lab.value(f"SELECT `{column}` FROM oc_{table} WHERE {where} LIMIT 1")
        file = tmp_path / path.replace("&amp;", "&")
        before, unseen, record = digests(reader), digests(far), state(reader, key)
        state_before = file.stat()
        data = bytearray(file.read_bytes())
        data[-20] ^= 1
        file.write_bytes(bytes(data))
        os.utime(file, ns=(state_before.st_atime_ns, state_before.st_mtime_ns + 1))
        assert digests(reader)[key] != before[key], entity
        assert state(reader, key) != record, entity
        assert digests(far) == unseen


def test_other_entities_change_with_their_columns(sample: Lab) -> None:
    shop = sample.shop
    for entity, key, table, column, where, value in (
        (Entity.CATEGORIES, "7", "category", "image", "category_id = 7", "other.png"),
        (Entity.CATEGORIES, "7", "category", "sort_order", "category_id = 7", 99),
        (Entity.CATEGORIES, "7", "category", "status", "category_id = 7", 0),
        (Entity.CATEGORIES, "7", "category", "parent_id", "category_id = 7", 12),
        (Entity.CATEGORIES, "7", "category", "parent_id", "category_id = 5", 12),
        (
            Entity.CATEGORIES,
            "7",
            "category_description",
            "name",
            "category_id = 7 AND language_id = 2",
            "Anderes",
        ),
        (
            Entity.CATEGORIES,
            "7",
            "seo_url",
            "keyword",
            "language_id = 2 AND "
            + (
                "query = 'category_id=7'"
                if shop.dialect.seo == "query"
                else "`key` = 'path' AND value = '1_5_7'"
            ),
            "outdoor/anders",
        ),
        (Entity.MANUFACTURERS, "3", "manufacturer", "name", "manufacturer_id = 3", "Other"),
        (Entity.MANUFACTURERS, "3", "manufacturer", "sort_order", "manufacturer_id = 3", 42),
        (
            Entity.ATTRIBUTES,
            "option:1",
            "option_description",
            "name",
            "option_id = 1 AND language_id = 2",
            "Maß",
        ),
        (Entity.ATTRIBUTES, "option:2", "option", "type", "option_id = 2", "select"),
        (
            Entity.ATTRIBUTES,
            "attribute:1",
            "attribute",
            "attribute_group_id",
            "attribute_id = 1",
            2,
        ),
        (
            Entity.ATTRIBUTES,
            "attribute:1",
            "attribute_group_description",
            "name",
            "attribute_group_id = 1 AND language_id = 1",
            "Stuff",
        ),
        (
            Entity.ATTRIBUTE_VALUES,
            "option:1/2",
            "option_value_description",
            "name",
            "option_value_id = 2 AND language_id = 2",
            "Mittel",
        ),
        (
            Entity.ATTRIBUTE_VALUES,
            "option:1/2",
            "option_value",
            "sort_order",
            "option_value_id = 2",
            9,
        ),
        (Entity.TAXES, "9", "tax_rate", "rate", "tax_rate_id = 81", 21),
        (Entity.TAXES, "11", "tax_rate", "type", "tax_rate_id = 83", "P"),
        (Entity.TAXES, "9", "tax_class", "title", "tax_class_id = 9", "Other"),
        (Entity.TAXES, "9", "setting", "value", "`key` = 'config_country_id'", "204"),
    ):
        reader = shop.reader(entity)
        before, record = digests(reader), state(reader, key)
        with edited(sample, table, column, where, value):
            assert state(reader, key) != record, (table, column)
            assert digests(reader)[key] != before[key], (table, column)
        assert digests(reader) == before


def test_two_connections_give_the_same_digests_as_one(
    sample: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = sample.shop.reader(Entity.PRODUCTS)
    alone = reader.scan("", 1000)
    monkeypatch.setattr(product_scan, "_LARGE_PAGE", 1)
    assert reader.scan("", 1000) == alone != []
