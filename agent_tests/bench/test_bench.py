"""``erp-bridge bench`` runs, compares like with like, and says what it compared."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from agent.bench.measure import Leg, Result
from agent.bench.orders import percentile
from agent.bench.shadow import BareOdoo, ShadowTransport, Tally
from agent.bench.target import TargetOptions, open_databases
from agent.bench.transport import measure_transport
from agent.erp.odoo.xmlrpc import XmlRpcTransport
from agent.errors import ConfigError
from agent.sandbox.mariadb import server_binary
from agent_tests.lab.odoo import OdooServer

needs_mariadb = pytest.mark.skipif(
    server_binary() is None, reason="no MariaDB server is installed (apt install mariadb-server)"
)


def bench(*words: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "agent.cli", "bench", "--json", *words],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def test_a_ratio_is_the_bridge_by_the_bare_side() -> None:
    result = Result("x", "X", Leg("bridge", 3.0), Leg("bare", 2.0))
    assert result.to_plain()["ratio"] == 1.5
    assert any("1.50" in line for line in result.lines())


def test_percentiles_are_those_of_all_values() -> None:
    values = [float(n) for n in range(1, 101)]
    assert percentile(values, 50) == 50.5
    assert 95 < percentile(values, 95) < 96
    assert percentile([3.0], 95) == 3.0


@needs_mariadb
class TestAgainstStandIns:
    def test_export_times_its_calls_and_the_bare_ones(self) -> None:
        (result,) = bench("export", "--scale", "0.005")["results"]
        facts = result["facts"]
        assert facts["writing_calls"] > 0
        assert result["bridge"]["seconds"] > 0
        assert result["bare"]["seconds"] > 0
        assert result["bridge"]["seconds"] >= facts["seconds_in_writing_calls"]

    def test_unchanged_products_are_compared_and_none_written(self) -> None:
        (result,) = bench("unchanged", "--scale", "0.002")["results"]
        assert result["facts"]["written"] == 0
        assert result["bridge"]["note"].split()[0].isdigit()
        assert int(result["bare"]["note"].split()[0]) > 100

    def test_each_changed_price_is_written_and_nothing_else(self) -> None:
        (result,) = bench("prices", "--scale", "0.01")["results"]
        assert result["bridge"]["note"].startswith("10 updated")
        assert {leg["label"].split()[1] for leg in (result["bare"], *result["also"])} == {
            "load()",
            "write()",
        }

    def test_memory_is_that_of_the_agent_alone(self) -> None:
        (result,) = bench("memory", "--scale", "0.0025")["results"]
        assert [peak["products"] for peak in result["peaks"]] == [10, 50]
        assert all(20 < peak["mib"] < 2000 for peak in result["peaks"])

    def test_orders_are_all_carried_over_and_their_calls_made_bare(self) -> None:
        document = bench("orders", "--orders", "12", "--seconds", "2")
        (result,) = document["results"]
        assert document["command"].endswith("orders --version 19 --orders 12 --seconds 2")
        facts = result["facts"]
        assert result["title"].startswith("Back-fill of 12 orders")
        assert result["bare"]["seconds"] > 0
        assert facts["writing_calls_per_order"] >= 2, "made and confirmed"
        assert facts["orders_placed_one_a_second"] == 2
        assert 0 < facts["checkout_to_odoo_p50_seconds"] <= facts["checkout_to_odoo_p95_seconds"]
        assert facts["worker_peak_mib"] > 20

    def test_the_way_into_the_shop_writes_the_same_rows_on_both_sides(self) -> None:
        (result,) = bench("to-store", "--scale", "0.005")["results"]
        assert [shop["engine"] for shop in result["shops"]] == ["MyISAM", "InnoDB"]
        for shop in result["shops"]:
            products, stock = shop["floors"]
            assert products["rows"] > 100
            assert stock["rows"] >= 250
            for floor in (products, stock):
                shown = floor["bare_seconds"] / floor["bridge_seconds"]
                assert abs(floor["speed_by_floor"] - shown) < 0.1 * shown + 0.01
            front = shop["front"]
            assert front["pages_alone"] > 0
            assert front["pages_meanwhile"] > 0
            assert front["writing_statements"] > 20
            assert 0 <= front["statements_over_50_ms"] <= front["writing_statements"]
            assert front["longest_statement_ms"] > 0
            assert front["longest_statement"].split()[0] in {"INSERT", "UPDATE", "DELETE"}
        latency = result["latency"]
        assert latency["stock_changes_in_the_erp"] == 10
        assert 0 < latency["erp_to_shop_p50_seconds"] <= latency["erp_to_shop_p95_seconds"]

    def test_the_command_that_repeats_it_is_given(self) -> None:
        told = bench("prices", "--scale", "0.01", "--version", "14")["command"]
        assert told == "erp-bridge bench prices --version 14 --scale 0.01"


def test_both_protocols_make_the_same_calls() -> None:
    document = bench("transport", "--scale", "0.02")
    (result,) = document["results"]
    assert [call["label"].split()[0] for call in result["calls"]] == [
        *("search_count", "create", "load", "search_read", "upsert"),
    ]
    for call in result["calls"]:
        assert call["rounds"] == 2
        assert call["xmlrpc_ms"] > 0
        assert call["json2_ms"] > 0
        shown = call["xmlrpc_ms"] / call["json2_ms"]
        assert abs(call["ratio"] - shown) < 0.05 * shown + 0.01


def test_a_key_that_is_none_is_said_so() -> None:
    options = TargetOptions(api_key="0" * 40)
    with pytest.raises(ConfigError) as caught:
        measure_transport(options, lambda _: 1, lambda _: None)
    assert caught.value.code == "bench.api_key"


def test_databases_that_are_not_equal_are_refused() -> None:
    """Else the bare side would update what is there instead of making it, and look too good."""
    rows = {"fields": ["id", "name"], "data": [["bench.c1", "Chairs"]]}
    with open_databases(TargetOptions(), 2) as (target, second):
        bare = BareOdoo(second)
        bare.call("product.category", "create", {"name": "In the way"})
        transport = XmlRpcTransport(target.url, target.name, target.user, target.password)
        with pytest.raises(ConfigError, match="gave other records"):
            ShadowTransport(transport, bare, Tally()).call("product.category", "load", [], rows)


def test_reading_calls_are_made_once_and_writing_calls_twice() -> None:
    rows = {"fields": ["id", "name"], "data": [["bench.c1", "Chairs"]]}
    tally = Tally()
    with open_databases(TargetOptions(), 2) as (target, second):
        transport = XmlRpcTransport(target.url, target.name, target.user, target.password)
        shadow = ShadowTransport(transport, BareOdoo(second), tally)
        shadow.call("product.category", "load", [], rows)
        shadow.call("product.category", "search_count", [], {"domain": []})
        found = BareOdoo(second).call("product.category", "search_count", [["name", "=", "Chairs"]])
    assert found == 1
    assert (tally.writing_calls, tally.rows, tally.reading_calls) == (1, 1, 1)
    assert tally.aside >= tally.bare > 0


def test_a_real_server_needs_a_second_database_for_the_bare_side() -> None:
    options = TargetOptions(url="http://127.0.0.1:9", database="one")
    with pytest.raises(ConfigError, match="needs 2 database"), open_databases(options, 2):
        pass


def test_no_password_is_in_the_command_that_is_shown() -> None:
    options = TargetOptions(url="http://127.0.0.1:9", database="one", password="hidden-word")
    assert "hidden-word" not in " ".join(options.words)


@pytest.mark.live
@needs_mariadb
def test_the_same_calls_meet_the_same_ids_on_a_real_server(odoo19: OdooServer) -> None:
    odoo = odoo19
    target, bare = odoo.new_database(), odoo.new_database()
    try:
        (export, prices) = bench(
            *("export", "prices", "--scale", "0.01", "--odoo-url", odoo.url),
            *("--database", target.database, "--bare-database", bare.database),
            *("--user", odoo.user, "--password", odoo.password),
        )["results"]
        counts = {
            model: [d.rpc(model, "search_count", []) for d in (target, bare)]
            for model in ("product.template", "product.product", "product.category")
        }
        assert all(one == other for one, other in counts.values()), counts
        assert export["facts"]["writing_calls"] > 0
        assert prices["bridge"]["note"].startswith("10 updated")
    finally:
        target.drop()
        bare.drop()
