"""Which road updates take: one write for values that many share, rows for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.odoo import bulk
from agent.erp.odoo.connection import Connection, Work
from agent.erp.odoo.load import LoadRecord
from agent.errors import BridgeError, MissingRight, Refused, Unreachable
from agent_tests.unit.odoo.fakes import ScriptedTransport, odoo_of

MODEL = "product.template"
FIELDS = {
    "id": {"type": "integer"},
    "active": {"type": "boolean"},
    "list_price": {"type": "float"},
    "name": {"type": "char", "translate": True},
    "categ_id": {"type": "many2one", "relation": "product.category"},
    "taxes_id": {"type": "many2many", "relation": "account.tax"},
    "image_1920": {"type": "binary"},
}


class Server:
    """Remembers writes and loads; ``archived`` are ids of archived records."""

    def __init__(
        self,
        *,
        archived: frozenset[int] = frozenset(),
        refuses: BridgeError | None = None,
        hides: bool = False,
        version: str = "18.0",
    ) -> None:
        self.archived = archived
        self.hides = hides
        self.unknown: set[int] = set()
        self.unwanted = -1
        """A price that is refused."""
        self.transport = ScriptedTransport(
            {
                (MODEL, "fields_get"): lambda _: FIELDS,
                (MODEL, "write"): lambda _: refuses or True,
                (MODEL, "web_save_multi"): lambda kwargs: refuses or self._save(kwargs),
                (MODEL, "load"): self._load,
                (MODEL, "search_read"): self._search,
            },
            server=version,
        )
        odoo = odoo_of(self.transport)
        cx = Connection(odoo, odoo.settings, "opencart_1")
        self.beats = 0
        self.work = Work(cx, lambda _: b"", self._beat)

    def _beat(self) -> None:
        self.beats += 1

    def _load(self, kwargs: Mapping[str, Any]) -> Any:
        if ".id" not in kwargs["fields"]:
            return {"ids": list(range(1000, 1000 + len(kwargs["data"]))), "messages": []}
        ids = [int(r[0]) for r in kwargs["data"] if r[0]]
        hidden = self.archived if self.hides and "active_test" not in kwargs["context"] else set()
        messages = [
            {
                "type": "error",
                "rows": {"from": n, "to": n},
                "message": "Unknown database identifier",
            }
            for n, i in enumerate(ids)
            if i in hidden or i in self.unknown
        ]
        return {"ids": False, "messages": messages} if messages else {"ids": ids, "messages": []}

    def _save(self, kwargs: Mapping[str, Any]) -> Any:
        prices = [values.get("list_price") for values in kwargs["vals_list"]]
        return Refused("no", fix="mend") if self.unwanted in prices else []

    def _search(self, kwargs: Mapping[str, Any]) -> Any:
        (_, _, ids), _ = kwargs["domain"]
        return [{"id": i} for i in ids if i in self.archived]

    def send(self, *records: LoadRecord) -> dict[str, int | None]:
        return {k: r.id for k, r in bulk.send(self.work, MODEL, records).items()}

    def calls(self, method: str) -> list[Mapping[str, Any]]:
        return [kwargs for _, name, kwargs in self.transport.calls if name == method]

    def written(self) -> list[Any]:
        return [a for a in self.transport.args if len(a) == 2]


def prices(first: int, count: int, price: str) -> list[LoadRecord]:
    """Return updates of equal prices."""
    return [
        LoadRecord(str(n), {".id": str(n), "list_price": price})
        for n in range(first, first + count)
    ]


def test_equal_values_of_many_are_one_write() -> None:
    server = Server()
    results = server.send(*prices(1, 20, "9.90"))
    assert results == {str(n): n for n in range(1, 21)}
    assert server.written() == [[list(range(1, 21)), {"list_price": Decimal("9.90")}]]
    assert server.calls("load") == []
    assert server.beats == 1


def test_values_of_few_go_as_rows() -> None:
    server = Server()
    few = bulk.GROUP_AT - 1
    server.send(*prices(1, few, "1"), *prices(100, few, "2"))
    assert server.written() == []
    assert [len(c["data"]) for c in server.calls("load")] == [2 * few]


def test_both_roads_at_once() -> None:
    server = Server()
    results = server.send(*prices(1, 10, "1"), *prices(50, 2, "2"))
    assert len(results) == 12
    assert len(server.written()) == 1
    assert [len(c["data"]) for c in server.calls("load")] == [2]


@pytest.mark.parametrize("why", [Refused("no", fix="mend"), MissingRight("no", fix="mend")])
def test_a_refused_write_is_sent_as_rows_to_find_the_culprit(why: BridgeError) -> None:
    server = Server(refuses=why)
    server.send(*prices(1, 10, "1"))
    assert [len(c["data"]) for c in server.calls("load")] == [10]


def test_values_are_typed_for_write() -> None:
    server = Server()
    cells = {
        "list_price": "",
        "active": "0",
        "name": "x",
        "categ_id/.id": "7",
        "taxes_id/.id": "3,4",
    }
    server.send(*(LoadRecord(str(n), {".id": str(n), **cells}) for n in range(1, 9)))
    ((_, values),) = server.written()
    assert values == {
        "list_price": False,
        "active": False,
        "name": "x",
        "categ_id": 7,
        "taxes_id": [(6, 0, [3, 4])],
    }


def test_new_records_lines_and_pictures_never_go_by_write() -> None:
    server = Server()
    server.send(*(LoadRecord(f"p{n}", {".id": str(n), "image_1920": "AA"}) for n in range(1, 10)))
    lines = [{".id": ""}]
    server.send(*(LoadRecord(f"l{n}", {".id": str(n), "name": "x"}, lines) for n in range(1, 10)))
    assert server.written() == []
    assert len(server.calls("load")) == 2


def test_archived_records_are_sent_in_sight_of_archived_ones() -> None:
    server = Server(archived=frozenset({2}))
    server.send(*prices(1, 1, "1"), *prices(2, 1, "2"), *prices(3, 1, "3"))
    loads = server.calls("load")
    assert [[r[0] for r in c["data"]] for c in loads] == [["1", "3"], ["2"]]
    assert [c["context"].get("active_test") for c in loads] == [None, False]


def test_a_wrong_belief_about_archived_ones_is_put_right() -> None:
    server = Server(archived=frozenset({2}), hides=True)
    records = (*prices(1, 1, "1"), *prices(2, 1, "2"), *prices(3, 1, "3"))
    results = bulk.send(server.work, MODEL, records, archived=frozenset())
    assert {k: r.id for k, r in results.items()} == {"1": 1, "2": 2, "3": 3}


def test_a_record_that_is_really_gone_stays_refused() -> None:
    server = Server(hides=True)
    server.unknown = {2}
    results = bulk.send(server.work, MODEL, (*prices(1, 1, "1"), *prices(2, 1, "2")))
    assert results["1"].id == 1
    assert results["2"].error is not None
    assert results["2"].error.code == "erp.gone"


def test_records_to_revive_are_revived_first() -> None:
    server = Server(archived=frozenset({1}))
    record = LoadRecord("1", {".id": "1", "active": "1", "name": "back"})
    server.send(record)
    assert server.written() == [[[1], {"active": True}]]
    (load,) = server.calls("load")
    assert "active_test" not in load["context"]


class TestOwnValuesOfMany:
    """Odoo 19 and later write each of many records its own values in one call."""

    def test_updates_go_in_one_call_archived_or_not(self) -> None:
        server = Server(version="19.0", archived=frozenset({2}))
        results = server.send(*prices(1, 1, "1.10"), *prices(2, 1, "2"), *prices(3, 20, "3"))
        assert results == {str(n): n for n in range(1, 23)}
        (call,) = server.calls("web_save_multi")
        assert call["vals_list"][:2] == [{"list_price": Decimal("1.10")}, {"list_price": 2}]
        assert call["specification"] == {}
        assert "active_test" not in call["context"]
        assert server.transport.args[-1] == [list(range(1, 23))]
        assert [name for _, name, _ in server.transport.calls].count("search_read") == 0
        assert server.calls("load") == []
        assert server.beats == 1

    def test_values_that_very_many_share_still_go_as_one(self) -> None:
        server = Server(version="19.0")
        server.send(*prices(1, bulk.GROUP_AT_BESIDE_EACH, "1"), *prices(100, 3, "2"))
        assert len(server.written()) == 1
        assert [len(c["vals_list"]) for c in server.calls("web_save_multi")] == [3]

    def test_calls_stay_small(self) -> None:
        server = Server(version="19.0")
        server.send(*(one for n in range(1, 1101) for one in prices(n, 1, str(n))))
        assert [len(c["vals_list"]) for c in server.calls("web_save_multi")] == [1000, 100]
        assert server.beats == 2

    def test_a_large_call_that_is_refused_is_made_smaller_first(self) -> None:
        server = Server(version="19.0")
        server.unwanted = 400
        server.send(*(one for n in range(1, 601) for one in prices(n, 1, str(n))))
        sizes = [len(c["vals_list"]) for c in server.calls("web_save_multi")]
        assert sizes == [600, 250, 250, 100]
        assert [[r[0] for r in c["data"]] for c in server.calls("load")] == [
            [str(n) for n in range(251, 501)]
        ]

    @pytest.mark.parametrize("why", [Refused("no", fix="mend"), MissingRight("no", fix="mend")])
    def test_what_is_refused_as_a_whole_goes_as_rows(self, why: BridgeError) -> None:
        server = Server(version="19.0", refuses=why)
        server.unknown = {2}
        results = bulk.send(server.work, MODEL, (*prices(1, 1, "1"), *prices(2, 1, "2")))
        assert results["1"].id == 1
        assert results["2"].error is not None
        assert results["2"].error.code == "erp.gone"

    def test_no_second_road_while_odoo_cannot_be_reached(self) -> None:
        server = Server(version="19.0", refuses=Unreachable("nobody", fix="wait"))
        with pytest.raises(Unreachable):
            server.send(*prices(1, 3, "1"))
        assert server.calls("load") == []

    def test_new_records_and_lines_still_go_as_rows(self) -> None:
        server = Server(version="19.0")
        new = LoadRecord("a", {"id": "x.a", "name": "A"})
        lined = LoadRecord("b", {".id": "2", "name": "B"}, [{"name": "C"}])
        bulk.send(server.work, MODEL, [new, lined], archived=frozenset())
        assert server.calls("web_save_multi") == []
        assert len(server.calls("load")) == 2
