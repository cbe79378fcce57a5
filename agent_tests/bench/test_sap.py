"""``bench sap`` compares like with like: the same calls, on companies that are equal."""

from __future__ import annotations

import dataclasses
from contextlib import closing
from pathlib import Path

import pytest

from agent.bench.sap import measure_sap
from agent.bench.sap_shadow import BareSap, Calls, ShadowHttp
from agent.bench.sap_stage import (
    connection_settings,
    open_company,
    prepare_company,
    slow_down,
    stocked_company,
)
from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.settings import parse_settings
from agent.errors import ConfigError
from agent.sandbox.mariadb import server_binary

needs_mariadb = pytest.mark.skipif(
    server_binary() is None, reason="no MariaDB server is installed (apt install mariadb-server)"
)


@needs_mariadb
def test_items_orders_and_stock() -> None:
    said: list[str] = []
    items, orders, stock = measure_sap(10, 10, 600, said.append, answer_seconds=0.0)
    assert [r.name for r in (items, orders, stock)] == ["sap-items", "sap-orders", "sap-stock"]
    assert items.facts["items_made"] >= 10
    assert items.facts["requests_per_1000_items"] > 0
    assert orders.facts["requests_per_order"] >= 2
    assert orders.bridge.note.startswith("10 ")
    for result in (items, orders):
        assert result.bridge.seconds >= result.facts["seconds_in_calls"] - 0.01
        assert result.bare.seconds > 0
    assert stock.bridge.seconds > 0
    assert len(said) == 3


def test_each_call_is_made_on_both_sides(tmp_path: Path) -> None:
    with open_company() as first, open_company() as second:
        for company in (first, second):
            prepare_company(company)
            slow_down(company, 0.01)
        calls = Calls()
        client = Client(parse_settings(connection_settings(first)), first.password, tmp_path / "s")
        with closing(BareSap(second)) as bare, closing(client):
            client.wire.http = ShadowHttp(client.wire.http, bare, calls)
            client.post("Items", {"ItemCode": "A1", "ItemName": "One"})
            assert client.get("Items", "A1", ("ItemName",))
            assert "A1" in bare.call("GET", "/b1s/v2/Items('A1')?$select=ItemCode").text
            assert (calls.writing_calls, calls.reading_calls) == (1, 1)
            assert calls.names == {"POST Items": 1, "GET Items": 1}
            assert min(calls.writing, calls.bare_writing, calls.reading, calls.bare_reading) >= 0.01

            bare.post("Items", {"ItemCode": "A2", "ItemName": "Two"})
            with pytest.raises(ConfigError) as caught:
                client.post("Items", {"ItemCode": "A2", "ItemName": "Two"})
            assert caught.value.code == "bench.not_equal"


def test_a_stocked_company_has_what_is_counted() -> None:
    with stocked_company(30) as login, closing(BareSap(login)) as bare:
        assert bare.call("GET", "/b1s/v2/Items/$count").text == "30"
        row = bare.call("GET", "/b1s/v2/Items('I000029')?$select=QuantityOnStock").json()
        assert row["QuantityOnStock"] == 10


def test_calls_begin_anew() -> None:
    calls = Calls(3, 1.0, names={"GET Items": 3})
    calls.forget()
    assert dataclasses.asdict(calls) == dataclasses.asdict(Calls())
