"""Texts reach the database as they are, and amounts come back whole however little fits."""

from __future__ import annotations

import pytest

from agent.db import database
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.store.writing.literals import statements
from agent_tests.store.writing.conftest import MakeBench

ODD = 'It\'s a \\ 100% "bowl"; DROP TABLE x -- \x1a%s \u00e9\u4e2d \U0001f3fa'


def test_texts_are_stored_as_they_are(make_bench: MakeBench) -> None:
    bench = make_bench("4.1.0.4", products=1)
    key = bench.create(Entity.PRODUCTS, Product("", {"en-gb": ODD}, model="a\\'b"), "odd")
    found = bench.read(Entity.PRODUCTS, key)
    assert found.name["en-gb"] == ODD
    assert found.model == "a\\'b"


def test_halves_of_characters_are_left_out(make_bench: MakeBench) -> None:
    bench = make_bench("4.1.0.4", products=1)
    key = bench.create(Entity.PRODUCTS, Product("", {"en-gb": "Bowl \ud83c\0 blue"}), "half")
    assert bench.read(Entity.PRODUCTS, key).name["en-gb"] == "Bowl  blue"


@pytest.mark.parametrize("limit", [4, 30, 200])
def test_amounts_come_whole_where_the_server_cuts_texts(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    bench = make_bench("4.1.0.4", products=12)
    keys = [row.key for row in bench.shop.reader(Entity.PRODUCTS).scan("", 100)]
    whole = bench.writer.current_stock(keys)
    assert len(whole) == len(keys)
    assert any(target.values for target in whole.values())
    monkeypatch.setattr(database, "PACKED", limit)
    bench.shop.database.close()  # connections are prepared when they are made
    assert bench.writer.current_stock(keys) == whole


def test_a_statement_is_no_longer_than_allowed() -> None:
    rows = [(n, "x" * 50, None) for n in range(100)]
    made = list(statements("INSERT INTO t VALUES", rows, 1000))
    assert all(len(sql) < 1100 for sql in made)
    assert sum(sql.count("NULL") for sql in made) == 100
