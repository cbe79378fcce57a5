"""Who stays on the list of what waits, and who leaves it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from agent.errors import Held
from agent.model.entity import Entity
from agent.sync.mapping import MapState
from agent.sync.sales.rules import OrderRules
from agent_tests.unit.sales.bench import Bench

_TAX = (Entity.TAX_RATES, "1")
_NOW = datetime.fromisoformat("2026-05-01T00:00:00Z")
HELD = Held("Made up", fix="-", code="x")


class TestAskedFor:
    @pytest.mark.parametrize(
        ("status", "rules"),
        [
            ("7", OrderRules()),
            ("2", OrderRules(since=(_NOW + timedelta(days=30)).date())),
            ("2", OrderRules(delay=timedelta(days=300))),
        ],
    )
    def test_what_a_person_asked_for_goes_once_it_is_mended(
        self, bench: Bench, status: str, rules: OrderRules
    ) -> None:
        refs = bench.erp.linkable.pop(_TAX)
        bench.ctx.rules = rules
        bench.put(status=status)
        assert bench.run().page.counts.unchanged == 1
        bench.run(force=True)
        for _ in range(2):
            assert bench.run().page.counts.held == 1
            assert bench.waits() is not None
            assert bench.head.state is MapState.HELD
        bench.link(*_TAX, refs[0])
        assert bench.run().due is None
        assert bench.waits() is None
        assert len(bench.erp.documents) == 1
        assert bench.head.state is MapState.LINKED

    def test_that_is_forgotten_when_the_order_waits_no_more(self, bench: Bench) -> None:
        bench.waiting.add(1, Entity.ORDERS, "1", "", HELD, asked=True)
        bench.waiting.add(1, Entity.ORDERS, "1", "", HELD)
        assert bench.waiting.asked(1, Entity.ORDERS, "1")
        bench.waiting.clear(1, Entity.ORDERS, "1")
        assert not bench.waiting.asked(1, Entity.ORDERS, "1")
        bench.waiting.add(1, Entity.ORDERS, "1", "", HELD)
        assert not bench.waiting.asked(1, Entity.ORDERS, "1")
        bench.put(status="7")
        bench.run()
        assert bench.waits() is None
        assert not bench.erp.documents


def test_an_order_that_is_kept_out_waits_no_more(bench: Bench) -> None:
    bench.put()
    bench.run()
    bench.mappings.set_state(Entity.ORDERS, ["1"], MapState.EXCLUDED)
    bench.waiting.add(1, Entity.ORDERS, "1", "", HELD)
    sync = bench.ctx.sync
    bench.ctx.sync = replace(sync, dry_run=True)
    bench.run()
    assert bench.waits() is not None, "a dry run changes nothing"
    bench.ctx.sync = sync
    bench.run()
    assert bench.waits() is None
    assert bench.head.state is MapState.EXCLUDED


def test_all_that_wait_have_their_turn(bench: Bench) -> None:
    every = [str(number) for number in range(1, 8)]
    for key in every:
        bench.waiting.add(1, Entity.ORDERS, key, "", HELD)
    bench.waiting.clear(1, Entity.ORDERS, "7")
    turns = []
    for _ in range(4):
        turn = bench.waiting.keys(1, Entity.ORDERS, 2)
        bench.waiting.tried(1, Entity.ORDERS, turn)
        turns.append(turn)
    assert turns == [["1", "2"], ["3", "4"], ["5", "6"], ["1", "2"]]
    assert bench.waiting.keys(1, Entity.ORDERS, 1, only=["4", "7"]) == ["4"]


def test_an_order_that_is_no_longer_to_go_looks_like_one_that_never_was(bench: Bench) -> None:
    bench.erp.linkable.pop(_TAX)
    bench.put()
    bench.run()
    assert bench.head.state is MapState.HELD
    bench.put(status="7")
    bench.run()
    assert bench.waits() is None
    assert bench.head.state is MapState.PENDING
