"""Rows, their order and what is looked up of them, through transactions that fail."""

from __future__ import annotations

from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from agent.sandbox.sap_b1 import Options
from agent.sandbox.sap_b1.company import Company, Table

STEP = st.tuples(st.sampled_from(["put", "drop"]), st.integers(0, 9), st.sampled_from("abc"))


class Broken(Exception):
    pass


def rows(table: Table) -> list[tuple[object, object]]:
    return list(table.rows.items())


def looked_up(table: Table) -> dict[str, set[object]]:
    return {letter: set(table.having("Letter", [letter])) for letter in "abc"}


def gone_through(table: Table) -> dict[str, set[object]]:
    return {
        letter: {key for key, row in table.rows.items() if row["Letter"] == letter}
        for letter in "abc"
    }


@settings(deadline=None)
@given(st.lists(st.tuples(st.lists(STEP, max_size=6), st.booleans()), max_size=8))
def test_order_and_look_ups_follow_the_rows(
    work: list[tuple[list[tuple[str, int, str]], bool]],
) -> None:
    company = Company("X", Options())
    table = company.table("Things")
    for steps, fails in work:
        before = rows(table)
        with suppress(Broken), company.transaction():
            for what, key, letter in steps:
                if what == "put":
                    table.put(key, {"Letter": letter})
                elif key in table.rows:
                    table.drop(key)
                assert list(table.in_order()) == sorted(table.rows)
            if fails:
                raise Broken
        assert not fails or rows(table) == before
        assert list(table.in_order()) == sorted(table.rows)
        assert looked_up(table) == gone_through(table)


def test_a_transaction_within_another_is_taken_back_alone() -> None:
    company = Company("X", Options())
    table = company.table("Things")
    with company.transaction():
        table.put(1, {"Letter": "a"})
        with suppress(Broken), company.transaction():
            table.change(1, Letter="b")
            table.put(2, {"Letter": "b"})
            raise Broken
        assert rows(table) == [(1, {"Letter": "a"})]
    with suppress(Broken), company.transaction():
        with company.transaction():
            table.put(3, {"Letter": "c"})
        raise Broken
    assert rows(table) == [(1, {"Letter": "a"})]
