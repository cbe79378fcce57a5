"""A text in a language that is not given stays where somebody translated it, else it follows."""

from __future__ import annotations

import pytest

from agent.model.catalogue import Category, Product, Spec
from agent.model.entity import Entity
from agent_tests.store.writing.conftest import Bench, MakeBench


@pytest.fixture
def shop(make_bench: MakeBench) -> Bench:
    """Give a shop whose second language is switched off: it is not read, but it is kept."""
    bench = make_bench("4.1.0.4")
    bench.sql("UPDATE oc_language SET status = 0 WHERE language_id = 2")
    return bench


def texts(shop: Bench, table: str, column: str, key: str) -> list[str]:
    owner = "category_id" if table.startswith("category") else "product_id"
    rows = shop.sql(
        f"SELECT {column} FROM oc_{table} WHERE {owner} = %s ORDER BY language_id",
        key,
    )
    return [str(text) for (text,) in rows]


def test_names_of_categories(shop: Bench) -> None:
    key = shop.create(Entity.CATEGORIES, Category("", {"en-gb": "Mugs"}), "c1")
    assert texts(shop, "category_description", "name", key) == ["Mugs", "Mugs"]
    shop.update(Entity.CATEGORIES, Category(key, {"en-gb": "Cups"}), "name")
    assert texts(shop, "category_description", "name", key) == ["Cups", "Cups"]
    shop.update(Entity.CATEGORIES, Category(key, {"en-gb": "Cups", "de-de": "Tassen"}), "name")
    shop.update(Entity.CATEGORIES, Category(key, {"en-gb": "Beakers"}), "name")
    assert texts(shop, "category_description", "name", key) == ["Beakers", "Tassen"]


def test_texts_of_products(shop: Bench) -> None:
    (spec,) = shop.sql("SELECT MIN(attribute_id) FROM oc_attribute")[0]

    def product(key: str, name: str, material: str) -> Product:
        specs = (Spec(f"attribute:{spec}", "", {"en-gb": material}),)
        about = {"en-gb": f"<p>{name}</p>"}
        return Product(key, {"en-gb": name}, about, model="M", specs=specs)

    fields = ("name", "description", "specs")
    key = shop.create(Entity.PRODUCTS, product("", "Mug", "Clay"), "p1")
    shop.update(Entity.PRODUCTS, product(key, "Cup", "Tin"), *fields)
    assert texts(shop, "product_description", "name", key) == ["Cup", "Cup"]
    assert len(set(texts(shop, "product_description", "description", key))) == 1
    assert texts(shop, "product_attribute", "text", key) == ["Tin", "Tin"]
    shop.sql(
        "UPDATE oc_product_attribute SET text = 'Blech' WHERE product_id = %s AND language_id = 2",
        key,
    )
    shop.update(Entity.PRODUCTS, product(key, "Cup", "Steel"), *fields)
    assert texts(shop, "product_attribute", "text", key) == ["Steel", "Blech"]
