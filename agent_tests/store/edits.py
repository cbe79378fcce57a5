"""Edits behind the shop's back, taken back afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent.model.plain import to_plain
from agent.store import BadRecord
from agent.store.records import Reader
from agent_tests.store.conftest import Lab

# A rain jacket: size and colour required, several pictures, specs; number 6 of every sample shop.
PRODUCT = 6


def digests(reader: Reader) -> dict[str, str]:
    return {row.key: row.digest for row in reader.scan("", 1000)}


def state(reader: Reader, key: object) -> object:
    (record,) = reader.read([str(key)])
    return str(record.error) if isinstance(record, BadRecord) else to_plain(record)


@contextmanager
def edited(lab: Lab, table: str, column: str, where: str, value: object) -> Iterator[None]:
    """Change a column of the rows that meet ``where``, and put the old values back."""
    old = lab.sql(f"SELECT DISTINCT `{column}` FROM `oc_{table}` WHERE {where}")
    assert len(old) == 1, f"{table}.{column}: one old value expected, found {old}"
    lab.sql(f"UPDATE `oc_{table}` SET `{column}` = %s WHERE {where}", value)
    try:
        yield
    finally:
        lab.sql(f"UPDATE `oc_{table}` SET `{column}` = %s WHERE {where}", old[0][0])


@contextmanager
def removed(lab: Lab, table: str, where: str) -> Iterator[None]:
    """Delete rows, and put them back."""
    lab.sql(f"CREATE TABLE `kept` AS SELECT * FROM `oc_{table}` WHERE {where}")
    lab.sql(f"DELETE FROM `oc_{table}` WHERE {where}")
    try:
        yield
    finally:
        lab.sql(f"INSERT INTO `oc_{table}` SELECT * FROM `kept`")
        lab.sql("DROP TABLE `kept`")


@dataclass
class Columns:
    """All columns of one table, for the rows behind one product."""

    table: str
    where: str


def first_of(lab: Lab, table: str, key: str, where: str) -> str:
    return f"`{key}` = {lab.value(f'SELECT MIN(`{key}`) FROM `oc_{table}` WHERE {where}')}"


def tables_of(lab: Lab, product: int) -> list[Columns]:
    """Return one row of every table that a product is built from."""
    of_product = f"`product_id` = {product}"
    option = lab.value(f"SELECT MIN(option_id) FROM oc_product_option WHERE {of_product}")
    value = first_of(lab, "product_option_value", "product_option_value_id", of_product)
    option_value = lab.value(f"SELECT option_value_id FROM oc_product_option_value WHERE {value}")
    seo = (
        f"`query` = 'product_id={product}'"
        if lab.shop.dialect.seo == "query"
        else f"`key` = 'product_id' AND `value` = '{product}'"
    )
    rows = [
        Columns("product", of_product),
        Columns("product_description", f"{of_product} AND `language_id` = 2"),
        Columns("product_attribute", f"{of_product} AND `language_id` = 2 AND `attribute_id` = 1"),
        Columns("product_image", first_of(lab, "product_image", "product_image_id", of_product)),
        Columns("product_option", first_of(lab, "product_option", "product_option_id", of_product)),
        Columns("product_option_value", value),
        Columns("option", f"`option_id` = {option}"),
        Columns("option_value", f"`option_value_id` = {option_value}"),
        Columns("seo_url", first_of(lab, "seo_url", "seo_url_id", f"{seo} AND language_id = 2")),
        Columns("weight_class_description", "`weight_class_id` = 1 AND `language_id` = 1"),
        Columns("length_class_description", "`length_class_id` = 1 AND `language_id` = 1"),
        Columns("language", "`language_id` = 2"),
    ]
    if lab.shop.dialect.code_table:
        rows.append(
            Columns("product_code", first_of(lab, "product_code", "product_code_id", of_product))
        )
    return rows


def other_value(kind: str, old: object, length: int | None) -> object:
    if kind in {"date", "datetime"}:
        return "2031-01-02"
    if kind in {"int", "tinyint"}:
        return 0 if old == 1 else 1
    if kind in {"decimal", "double"}:
        return float(old or 0) + 3
    text = str(old or "")
    if length == 1:
        return "-" if text == "+" else "+"
    return f"x{text}"[:length]
