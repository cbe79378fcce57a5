"""Which rows are dropped, repeated, halved: with answers that real servers give rarely."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from agent.erp.odoo.load import MAX_RECORDS, Loader, LoadRecord, LoadResult
from agent.errors import AuthError, Busy, Refused, TimedOut
from agent_tests.unit.odoo.fakes import ScriptedTransport, odoo_of

MODEL = "product.template"


def rows(*names: str) -> list[LoadRecord]:
    """Return one-row records."""
    return [LoadRecord(n, {"id": f"shop.{n}", "name": n}) for n in names]


def message(row: int, text: str, kind: str = "error") -> dict[str, Any]:
    """Return a message about a row."""
    return {"type": kind, "rows": {"from": row, "to": row}, "record": row, "message": text}


class Server:
    """Answers ``load()`` by a function of the names sent; remembers what was sent."""

    def __init__(self, answer: Any) -> None:
        self._answer = answer
        self.sent: list[list[str]] = []
        self.beats = 0
        self.may: Callable[[str, str], bool] | None = None

    def load(self, records: list[LoadRecord]) -> dict[str, LoadResult]:
        transport = ScriptedTransport({(MODEL, "load"): self._reply})
        return Loader(odoo_of(transport), self._beat, self.may).load(MODEL, records)

    def _reply(self, kwargs: Mapping[str, Any]) -> Any:
        column = kwargs["fields"].index("name")
        names = [r[column] for r in kwargs["data"]]
        self.sent.append(names)
        return self._answer(names)

    def _beat(self) -> None:
        self.beats += 1


def accept(names: list[str]) -> dict[str, Any]:
    """Take every row."""
    return {"ids": list(range(1, len(names) + 1)), "messages": []}


def test_named_rows_are_dropped_and_the_rest_is_sent_again() -> None:
    def answer(names: list[str]) -> dict[str, Any]:
        bad = [message(i, "no good") for i, n in enumerate(names) if n in "bd"]
        return {"ids": False, "messages": bad} if bad else accept(names)

    server = Server(answer)
    results = server.load(rows(*"abcde"))
    assert server.sent == [["a", "b", "c", "d", "e"], ["a", "c", "e"]]
    assert [k for k, r in results.items() if r.error] == ["b", "d"]
    assert [results[k].id for k in "ace"] == [1, 2, 3]
    assert server.beats == 2


def test_an_error_of_the_whole_batch_is_not_the_first_rows() -> None:
    def answer(names: list[str]) -> dict[str, Any]:
        if "c" not in names:
            return accept(names)
        return {"ids": False, "messages": [message(0, "batch"), message(names.index("c"), "own")]}

    results = Server(answer).load(rows(*"abc"))
    assert [k for k, r in results.items() if r.error] == ["c"]


def test_a_first_row_that_is_bad_itself_goes() -> None:
    def answer(names: list[str]) -> dict[str, Any]:
        bad = [message(i, "own") for i, n in enumerate(names) if n in "ac"]
        if not bad:
            return accept(names)
        return {"ids": False, "messages": [message(0, "batch"), *bad]}

    results = Server(answer).load(rows(*"abc"))
    assert sorted(k for k, r in results.items() if r.error) == ["a", "c"]


def test_messages_without_rows_are_narrowed_down_by_halving() -> None:
    def answer(names: list[str]) -> dict[str, Any]:
        if "c" in names:
            return {"ids": False, "messages": [{"type": "error", "message": "somewhere"}]}
        return accept(names)

    results = Server(answer).load(rows(*"abcde"))
    assert [k for k, r in results.items() if r.error] == ["c"]
    assert all(results[k].id for k in "abde")


def test_faults_are_narrowed_down_by_halving() -> None:
    def answer(names: list[str]) -> Any:
        return Refused("crash", fix="mend") if "b" in names else accept(names)

    results = Server(answer).load(rows(*"abcd"))
    assert {k: r.error.cause for k, r in results.items() if r.error} == {"b": "crash"}


def test_an_answer_that_says_nothing_fails_all_but_loops_never() -> None:
    server = Server(lambda _names: {"ids": False, "messages": []})
    results = server.load(rows(*"abcd"))
    assert all(r.error for r in results.values())
    assert len(server.sent) == 7


def test_the_first_error_of_a_row_is_its_cause() -> None:
    def answer(names: list[str]) -> dict[str, Any]:
        if "b" not in names:
            return accept(names)
        i = names.index("b")
        unknown = message(i, "Unknown database identifier '9'")
        return {"ids": False, "messages": [unknown, message(i, "Missing required value")]}

    error = Server(answer).load(rows(*"ab"))["b"].error
    assert error is not None
    assert error.code == "erp.gone"


def test_rows_of_lines_belong_to_their_record() -> None:
    lines = [LoadRecord("a", {"name": "a"}, [{"name": "a2"}, {"name": "a3"}]), *()]
    records = [
        *lines,
        LoadRecord("b", {"name": "b"}, [{"name": "b2"}]),
        LoadRecord("c", {"name": "c"}),
    ]

    def answer(names: list[str]) -> dict[str, Any]:
        if "b2" in names:
            return {"ids": False, "messages": [message(names.index("b2"), "line is bad")]}
        return {"ids": [1, 2], "messages": []}

    results = Server(answer).load(records)
    assert [k for k, r in results.items() if r.error] == ["b"]


def test_warnings_stay_with_their_record() -> None:
    def answer(names: list[str]) -> dict[str, Any]:
        return {**accept(names), "messages": [message(1, "several match", "warning")]}

    results = Server(answer).load(rows(*"ab"))
    assert [len(results[k].warnings) for k in "ab"] == [0, 1]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("could not serialize access due to concurrent update", Busy),
        ("current transaction is aborted, commands ignored", Busy),
        (
            (
                "Unknown error during import: <class 'odoo.exceptions.AccessError'>: You are not "
                "allowed to create 'Product' (product.template) records."
            ),
            AuthError,
        ),
    ],
)
def test_some_messages_stop_everything(text: str, kind: type[Exception]) -> None:
    server = Server(lambda _names: {"ids": False, "messages": [message(0, text)]})
    with pytest.raises(kind):
        server.load(rows("a", "b"))
    assert len(server.sent) == 1


def test_a_missing_right_is_recognized_in_any_language() -> None:
    text = "Sie duerfen 'Produkt' (product.template) nicht anlegen."
    server = Server(lambda _names: {"ids": False, "messages": [message(0, text)]})
    server.may = lambda _model, operation: operation == "read"
    with pytest.raises(AuthError) as caught:
        server.load(rows("a", "b"))
    assert caught.value.code == "erp.rights"
    assert "product.template" in caught.value.cause


def test_a_rule_that_hides_one_record_stops_only_that() -> None:
    text = "Unknown error during import: <class 'odoo.exceptions.AccessError'>: Verboten"

    def answer(names: list[str]) -> dict[str, Any]:
        if "b" not in names:
            return accept(names)
        return {"ids": False, "messages": [message(names.index("b"), text)]}

    server = Server(answer)
    server.may = lambda _model, _operation: True
    results = server.load(rows(*"abc"))
    assert {k: r.error.code for k, r in results.items() if r.error} == {"b": "erp.record_rights"}


def test_a_lost_answer_is_never_sent_again_blindly() -> None:
    server = Server(lambda _names: TimedOut("lost", fix="look"))
    with pytest.raises(TimedOut):
        server.load(rows("a"))
    assert len(server.sent) == 1


def test_calls_stay_small() -> None:
    many = rows(*(f"n{i}" for i in range(MAX_RECORDS + 1)))
    server = Server(accept)
    server.load(many)
    assert [len(s) for s in server.sent] == [MAX_RECORDS, 1]
    heavy = [LoadRecord(f"h{i}", {"name": f"h{i}"}, cost=700) for i in range(5)]
    server = Server(accept)
    server.load(heavy)
    assert [len(s) for s in server.sent] == [2, 2, 1]
    big = [LoadRecord(f"b{i}", {"name": "x" * 3_000_000}) for i in range(2)]
    server = Server(accept)
    server.load(big)
    assert [len(s) for s in server.sent] == [1, 1]


def test_equal_columns_go_together() -> None:
    records = [
        LoadRecord("a", {"name": "a"}),
        LoadRecord("b", {"name": "b", "list_price": "1"}),
        LoadRecord("c", {"name": "c"}),
    ]
    server = Server(accept)
    assert list(server.load(records)) == ["a", "c", "b"]
    assert server.sent == [["a", "c"], ["b"]]
