"""What somebody changes in the shop while it is written is left alone, and nothing else is."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from agent.model.catalogue import Attribute, Image
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.store.writing import single
from agent.store.writing.changes import StoreChange, Written
from agent.store.writing.desk import Desk
from agent_tests.store.writing.conftest import PNG, MakeBench


@pytest.mark.parametrize("version", ["3.0.5.1", "4.1.0.4"])
def test_of_products_written_together_only_the_changed_one_fails(
    make_bench: MakeBench, tmp_path: Path, version: str
) -> None:
    """Tables of OpenCart 3 undo nothing: what was written by the first try is nobody's edit."""
    bench = make_bench(version, products=8, image_dir=tmp_path)
    prices = itertools.count(70)

    def meddle(_image: Image) -> bytes:
        bench.sql("UPDATE oc_product SET price = %s WHERE product_id = 4", next(prices))
        return PNG

    bench.pictures = meddle
    changes = []
    for key in ("2", "3", "4", "5", "6"):
        record = bench.read(Entity.PRODUCTS, key)
        name = {code: f"{text} of the ERP" for code, text in record.name.items()}
        mine = replace(record, name=name, price=Decimal(55), images=(Image("new"),))
        names = {"name", "price"} | ({"images"} if key == "4" else set())
        changes.append(StoreChange(mine, frozenset(names), key, key, to_plain(record)))
    outcomes = bench.upsert(Entity.PRODUCTS, changes)
    codes = [outcome.error.code if outcome.error else "" for outcome in outcomes]
    assert codes == ["", "", "store.changed_meanwhile", "", ""]
    found = dict(bench.sql("SELECT product_id, price FROM oc_product WHERE product_id < 7"))
    assert [found[key] for key in (2, 3, 5, 6)] == [55] * 4
    assert found[4] == 70, "what somebody typed stays"
    for key in ("2", "3", "5", "6"):
        assert bench.read(Entity.PRODUCTS, key).name["en-gb"].endswith("of the ERP")


def test_two_keys_of_one_row_do_not_change_it_for_each_other(make_bench: MakeBench) -> None:
    """An option that some products require and others do not is two attributes, and one row."""
    bench = make_bench("4.1.0.4", products=24)
    ((option,),) = bench.sql("SELECT option_id FROM oc_product_option LIMIT 1")
    bench.sql(
        "UPDATE oc_product_option SET required = MOD(product_id, 2) WHERE option_id = %s", option
    )
    keys = [f"option:{option}", f"option:{option}:optional"]
    seen = [bench.read(Entity.ATTRIBUTES, key) for key in keys]
    changes = []
    for record in seen:
        assert isinstance(record, Attribute)
        mine = replace(record, name={"en-gb": "Measure"})
        names = frozenset({"name"})
        changes.append(StoreChange(mine, names, record.key, record.key, to_plain(record)))
    outcomes = bench.upsert(Entity.ATTRIBUTES, changes)
    assert [outcome.error for outcome in outcomes] == [None, None]
    bench.sql("UPDATE oc_option_description SET name = 'By hand' WHERE option_id = %s", option)
    assert {o.status for o in bench.upsert(Entity.ATTRIBUTES, changes)} == {Written.FAILED}


def test_many_records_are_looked_at_together(
    make_bench: MakeBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make_bench("4.1.0.4", products=6)
    looks: list[int] = []
    look = single.changed_since

    def counted(desk: Desk, entity: Entity, changes: Sequence[StoreChange]) -> set[str]:
        looks.append(len(changes))
        return look(desk, entity, changes)

    monkeypatch.setattr(single, "changed_since", counted)
    changes: list[StoreChange] = []
    for row in bench.shop.reader(Entity.CATEGORIES).scan("", 100):
        record: Any = bench.read(Entity.CATEGORIES, row.key)
        names = frozenset({"name"})
        changes.append(StoreChange(record, names, row.key, row.key, to_plain(record)))
    assert len(changes) > 3
    bench.upsert(Entity.CATEGORIES, changes)
    assert looks == [len(changes)]
    monkeypatch.setattr(single, "_FRESH", -1.0)  # pictures may take their time
    bench.upsert(Entity.CATEGORIES, changes)
    assert looks[1:] == [len(changes), *[1] * len(changes)]
