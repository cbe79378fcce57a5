"""What is looked up by key or index is what going through all rows finds."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api

KEYS = st.integers(-1, 12).map(lambda number: f"'A{number:02}'")
COMPARED = st.sampled_from(["eq", "ne", "gt", "ge", "lt", "le"])
BY_KEY = st.tuples(st.just("ItemCode"), COMPARED, KEYS)
BY_TEXT = st.tuples(st.just("ForeignName"), COMPARED, st.sampled_from(["'x'", "'y'"]))
BY_NULL = st.tuples(st.just("ForeignName"), st.sampled_from(["eq", "ne"]), st.just("null"))
BY_NUMBER = st.tuples(st.just("ItemsGroupCode"), COMPARED, st.sampled_from(["100", "101"]))
SIMPLE = st.one_of(BY_KEY, BY_TEXT, BY_NULL, BY_NUMBER).map(" ".join)
CONDITIONS = st.recursive(
    SIMPLE,
    lambda inner: st.one_of(
        st.lists(inner, min_size=2, max_size=4).map(lambda found: f"({' and '.join(found)})"),
        st.lists(inner, min_size=2, max_size=4).map(lambda found: f"({' or '.join(found)})"),
        inner.map(lambda one: f"not ({one})"),
    ),
    max_leaves=8,
)


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with SapB1Sandbox() as sandbox:
        caller = Api(sandbox)
        caller.log_in()
        order = list(range(12))
        random.Random(1).shuffle(order)
        for number in order:
            name = {0: None, 1: "x", 2: "y"}[number % 3]
            body = {"ItemCode": f"A{number:02}", "ItemName": "i", "ForeignName": name}
            caller.made("Items", {**body, "ItemsGroupCode": 100 + number % 2})
        yield caller
        caller.close()


@settings(deadline=None)
@given(condition=CONDITIONS)
def test_narrowing_finds_the_same(api: Api, condition: str) -> None:
    plain = api.json("Items", params={"$select": "ItemCode", "$filter": condition})["value"]
    whole = f"not (not ({condition}))"  # nothing can be looked up of an opposite
    assert plain == api.json("Items", params={"$select": "ItemCode", "$filter": whole})["value"]
    count = api.get("Items/$count", params={"$filter": condition}).text
    assert count == str(len(plain))
