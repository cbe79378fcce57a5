"""Words in addresses are unique, and the tree of categories stays whole when it moves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.model.catalogue import Category, Product
from agent.model.entity import Entity
from agent.store.writing.changes import Written
from agent_tests.store.writing.conftest import Bench, MakeBench


@pytest.fixture(params=["3.0.2.0", "4.0.2.3", "4.1.0.4"])
def shop(request: pytest.FixtureRequest, make_bench: MakeBench) -> Bench:
    return make_bench(request.param, products=3)


def test_a_word_that_is_taken_gets_a_number(shop: Bench) -> None:
    first = Product("", {"en-gb": "Mug"}, seo_keyword={"en-gb": "mug-blue"})
    key = shop.create(Entity.PRODUCTS, first, "one", "seo_keyword", "name")
    assert shop.read(Entity.PRODUCTS, key).seo_keyword["en-gb"] == "mug-blue"
    change = shop.update  # the same word for another product
    other = shop.create(Entity.PRODUCTS, Product("", {"en-gb": "Mug"}), "two", "name")
    outcome = change(Entity.PRODUCTS, replace(first, key=other), "seo_keyword")
    assert shop.read(Entity.PRODUCTS, other).seo_keyword["en-gb"] == "mug-blue-2"
    (warning,) = outcome.warnings
    assert warning.code == "store.keyword_taken"
    assert "'mug-blue-2' is used" in warning.cause
    # a word with other letters is spelled in those that every form takes
    odd = replace(first, key=other, seo_keyword={"en-gb": "Größe & Farbe"})
    outcome = change(Entity.PRODUCTS, odd, "seo_keyword")
    assert shop.read(Entity.PRODUCTS, other).seo_keyword["en-gb"] == "grosse-farbe"
    assert [warning.code for warning in outcome.warnings] == ["store.keyword_characters"]


def test_words_are_made_where_the_forms_ask_for_them(shop: Bench) -> None:
    names = {"en-gb": "Garden chair", "de-de": "Gartenstuhl"}
    shop.sql("DELETE FROM oc_setting WHERE `key` = 'config_seo_url'")
    key = shop.create(Entity.PRODUCTS, Product("", names), "one", "name")
    words = shop.read(Entity.PRODUCTS, key).seo_keyword
    if shop.shop.dialect.seo == "query":
        assert words == {}
        shop.sql(
            "INSERT INTO oc_setting (store_id, `code`, `key`, `value`, serialized)"
            " VALUES (0, 'config', 'config_seo_url', '1', 0)"
        )
        key = shop.create(Entity.PRODUCTS, Product("", names), "two", "name")
        words = shop.read(Entity.PRODUCTS, key).seo_keyword
    assert words == {"en-gb": "garden-chair", "de-de": "gartenstuhl"}
    third = shop.create(Entity.PRODUCTS, Product("", {"en-gb": "椅子"}), "three", "name")
    assert shop.read(Entity.PRODUCTS, third).seo_keyword["en-gb"] == f"product-{third}"


def tree(shop: Bench) -> tuple[str, str, str, str]:
    keys: list[str] = []
    for name in ("Top", "Middle", "Leaf", "Other"):
        parent = keys[-1] if name in {"Middle", "Leaf"} else None
        record = Category("", {"en-gb": name}, parent, seo_keyword={"en-gb": name.lower()})
        keys.append(shop.create(Entity.CATEGORIES, record, name))
    top, middle, leaf, other = keys
    return top, middle, leaf, other


def paths(shop: Bench, key: str) -> list[tuple[int, int]]:
    return shop.sql(
        "SELECT path_id, level FROM oc_category_path WHERE category_id = %s ORDER BY level", key
    )


def addresses(shop: Bench, key: str) -> list[str]:
    if shop.shop.dialect.seo == "query":
        target = "query = %s", f"category_id={key}"
    else:
        chain = "_".join(str(path) for path, _level in paths(shop, key))
        target = "`key` = 'path' AND `value` = %s", chain
    rows = shop.sql(
        f"SELECT keyword FROM oc_seo_url WHERE {target[0]} AND language_id = 1", target[1]
    )
    return [row[0] for row in rows]


def test_a_branch_moves_with_all_below_it(shop: Bench) -> None:
    top, middle, leaf, other = tree(shop)
    assert shop.read(Entity.CATEGORIES, leaf).path == (top, middle, leaf)
    moved = replace(shop.read(Entity.CATEGORIES, middle), parent=other)
    assert shop.update(Entity.CATEGORIES, moved, "parent").status is Written.UPDATED
    assert shop.read(Entity.CATEGORIES, leaf).path == (other, middle, leaf)
    assert paths(shop, leaf) == [(int(other), 0), (int(middle), 1), (int(leaf), 2)]
    deep = shop.shop.dialect.seo == "key"
    assert addresses(shop, leaf) == ["other/middle/leaf" if deep else "leaf"]
    renamed = replace(moved, seo_keyword={"en-gb": "centre"})
    assert shop.update(Entity.CATEGORIES, renamed, "seo_keyword").error is None
    assert addresses(shop, leaf) == ["other/centre/leaf" if deep else "leaf"]
    assert shop.read(Entity.CATEGORIES, middle).seo_keyword["en-gb"] == "centre"
    assert shop.update(Entity.CATEGORIES, renamed, "parent", "name").status is Written.UNCHANGED


def test_a_category_never_lies_below_itself(shop: Bench) -> None:
    top, middle, leaf, _other = tree(shop)
    before = shop.sql("SELECT * FROM oc_category_path ORDER BY 1, 2")
    for below in (leaf, middle, top):
        record = replace(shop.read(Entity.CATEGORIES, top), parent=below)
        outcome = shop.update(Entity.CATEGORIES, record, "parent")
        assert outcome.error is not None
        assert outcome.error.code == "store.category_cycle"
        assert outcome.error.fix
    nowhere = replace(shop.read(Entity.CATEGORIES, top), parent="4711")
    outcome = shop.update(Entity.CATEGORIES, nowhere, "parent")
    assert outcome.error is not None
    assert outcome.error.code == "store.category_parent"
    assert shop.sql("SELECT * FROM oc_category_path ORDER BY 1, 2") == before
