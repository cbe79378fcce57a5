"""What the flow of an order promises once the document is there, whoever the ERP is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from agent.erp.sales import Step
from agent.errors import AuthError, Held, TimedOut, Unreachable
from agent.model.entity import Entity
from agent.sync.mapping import MapState
from agent.sync.sales.facts import BackRule, Fact
from agent.sync.sales.rules import OrderRules
from agent_tests.unit.sales.bench import Bench


class TestItsLife:
    def test_a_status_does_its_steps_once(self, bench: Bench) -> None:
        bench.action("2", "confirm+invoice+pay")
        bench.put()
        for _ in range(3):
            bench.run()
        assert [step for _, step in bench.erp.done] == [Step.CONFIRM, Step.INVOICE, Step.PAY]

    def test_steps_go_on_after_lost_answers(self, bench: Bench) -> None:
        bench.action("2", "confirm+invoice+pay")
        bench.erp.lose = {Step.CONFIRM, Step.INVOICE, Step.PAY}
        bench.put()
        for _ in range(3):
            with pytest.raises(TimedOut):
                bench.run()
        bench.run()
        assert [step for _, step in bench.erp.done] == [Step.CONFIRM, Step.INVOICE, Step.PAY]
        assert bench.history.lines == []

    def test_a_step_that_cannot_be_done_yet_waits_and_clears(self, bench: Bench) -> None:
        bench.action("2", "confirm+invoice")
        error = Held("Nothing is delivered", fix="Deliver.", code="order.nothing_to_invoice")
        bench.erp.refuse_step[Step.INVOICE] = error
        bench.put()
        bench.run()
        row = bench.waits()
        assert row is not None
        assert row.code == "order.nothing_to_invoice"
        assert bench.head.state is MapState.HELD
        calls = len(bench.erp.calls)
        del bench.erp.refuse_step[Step.INVOICE]
        bench.run()
        assert bench.waits() is None
        assert bench.head.state is MapState.LINKED
        assert len(bench.erp.calls) == calls, "the document itself is not written again"

    def test_what_was_done_before_a_step_that_waits_is_remembered(self, bench: Bench) -> None:
        bench.ctx.back = {Fact.CONFIRMED: BackRule("5", comment="{order}")}
        bench.action("2", "confirm+invoice")
        error = Held("Nothing is delivered", fix="Deliver.", code="order.nothing_to_invoice")
        bench.erp.refuse_step[Step.INVOICE] = error
        bench.put()
        bench.run()
        note = bench.notes.get("1")
        assert (note.state, note.seen_history) == ("confirmed", 0)
        bench.run()
        assert bench.history.lines == [], "the shop asked for it itself"

    def test_a_new_order_is_seen_by_its_own_steps(self, bench: Bench) -> None:
        bench.action("2", "confirm")
        bench.put()
        bench.run()
        assert bench.erp.looks == 0
        assert bench.notes.get("1").state == "confirmed"
        bench.run()
        assert bench.erp.looks == 1

    def test_a_new_order_without_steps_is_looked_at_once(self, bench: Bench) -> None:
        bench.action("2", "quotation")
        bench.put()
        bench.run()
        note = bench.notes.get("1")
        assert (bench.erp.looks, note.state, note.seen_history) == (1, "quotation", 1)

    def test_a_new_order_whose_first_step_waits_is_looked_at(self, bench: Bench) -> None:
        bench.action("2", "confirm")
        bench.erp.refuse_step[Step.CONFIRM] = Held("Not yet", fix="Wait.", code="order.cancelled")
        bench.put()
        bench.run()
        assert (bench.erp.looks, bench.notes.get("1").erp_number) == (1, bench.state().number)

    def test_order_statuses_are_read_for_unsent_orders_only(self, bench: Bench) -> None:
        asked: list[str] = []

        def sending() -> frozenset[str]:
            asked.append("asked")
            return frozenset({"2"})

        bench.ctx.sending = sending
        bench.put()
        bench.run()
        bench.run()
        assert asked == ["asked"]

    def test_what_the_shop_asked_for_is_not_told_back(self, bench: Bench) -> None:
        bench.ctx.back = {fact: BackRule("5", comment="{order}") for fact in Fact}
        bench.action("2", "confirm+deliver+invoice+pay")
        bench.put()
        bench.run()
        assert bench.history.lines == []

    def test_a_status_set_by_the_bridge_is_not_sent_back(self, bench: Bench) -> None:
        bench.action("2", "confirm")
        bench.action("5", "confirm+deliver")
        bench.put()
        bench.run()
        bench.feed.from_bridge = {9}
        bench.put(status="5", history=9)
        bench.run()
        assert [step for _, step in bench.erp.done] == [Step.CONFIRM]
        bench.put(status="5", history=10)
        bench.run()
        assert [step for _, step in bench.erp.done] == [Step.CONFIRM, Step.DELIVER]

    def test_what_a_person_asked_for_just_before_the_bridge_spoke_is_done(
        self, bench: Bench
    ) -> None:
        bench.action("2", "confirm")
        bench.action("5", "confirm+invoice")
        bench.put()
        bench.run()
        bench.feed.histories = {1: "2", 8: "5", 9: "3"}
        bench.feed.from_bridge = {9}
        bench.put(status="3", history=9)
        bench.run()
        assert [step for _, step in bench.erp.done] == [Step.CONFIRM, Step.INVOICE]

    def test_an_order_without_history_has_its_steps_done(self, bench: Bench) -> None:
        bench.action("2", "confirm")
        bench.put(history=0)
        bench.run()
        assert [step for _, step in bench.erp.done] == [Step.CONFIRM]

    def test_a_lost_right_pauses_instead_of_failing_the_order(self, bench: Bench) -> None:
        bench.action("2", "confirm")
        bench.erp.refuse_step[Step.CONFIRM] = AuthError("The key expired", fix="Renew it")
        bench.put()
        with pytest.raises(AuthError):
            bench.run()
        assert bench.waits() is None

    def test_credit_notes_are_off_unless_asked_for(self, bench: Bench) -> None:
        bench.action("2", "credit")
        bench.erp.refuse_step[Step.CREDIT] = Held("asked", fix="-", code="x")
        bench.put()
        assert bench.run().page.counts.held == 0
        bench.ctx.rules = OrderRules(credit_notes=True)
        bench.put(history=2)
        assert bench.run().page.counts.held == 1


class TestTheWayBack:
    RULES = {  # noqa: RUF012
        Fact.SHIPPED_PARTLY: BackRule("3", True, "Part: {carrier} {tracking}"),
        Fact.SHIPPED: BackRule("3", True, "{carrier} {tracking}"),
        Fact.CANCELLED: BackRule("7"),
        Fact.CONFIRMED: BackRule("2", False, "Is {order}"),
    }

    def start(self, bench: Bench) -> str:
        bench.ctx.back = self.RULES
        bench.action("2", "confirm")
        bench.put()
        bench.run()
        assert bench.head.erp_id is not None
        return bench.head.erp_id

    def test_each_delivery_is_a_line_of_its_own(self, bench: Bench) -> None:
        ref = self.start(bench)
        bench.erp.ship(ref, "OUT/1", tracking="1Z1", whole=False)
        bench.run()
        bench.erp.ship(ref, "OUT/2", tracking="1Z2")
        bench.run()
        bench.run()
        told = [(status, comment) for _, _, status, comment, _ in bench.history.lines]
        assert told == [("3", "Part: UPS 1Z1"), ("3", "UPS 1Z2")]

    def test_a_tracking_number_that_comes_later_is_told(self, bench: Bench) -> None:
        ref = self.start(bench)
        bench.erp.ship(ref, "OUT/1")
        bench.run()
        delivery = replace(bench.erp.states[ref].deliveries[0], tracking="1Z9")
        bench.erp.states[ref] = replace(bench.erp.states[ref], deliveries=(delivery,))
        bench.run()
        bench.run()
        assert [(s, c) for _, _, s, c, _ in bench.history.lines] == [
            ("3", "UPS"),
            (None, "UPS 1Z9"),
        ]

    def test_a_line_whose_answer_was_lost_is_there_once(self, bench: Bench) -> None:
        ref = self.start(bench)
        bench.erp.ship(ref, "OUT/1", tracking="1Z1")
        bench.history.lose_answer = True
        with pytest.raises(TimedOut):
            bench.run()
        bench.history.away = True
        with pytest.raises(Unreachable):
            bench.run()
        bench.history.away = False
        bench.run()
        assert len(bench.history.lines) == 1

    def test_a_status_never_goes_back(self, bench: Bench) -> None:
        ref = self.start(bench)
        bench.erp.ship(ref, "OUT/1", tracking="1Z1")
        bench.run()
        note = bench.notes.get("1")
        bench.notes.save(replace(note, told=note.told - {"confirmed"}))
        bench.run()
        assert [line[2] for line in bench.history.lines] == ["3", None]

    def test_an_order_linked_to_one_that_was_there_tells_nothing_of_its_past(
        self, bench: Bench
    ) -> None:
        bench.ctx.back = self.RULES
        bench.put()
        bench.run()
        ref = bench.head.erp_id
        assert ref is not None
        bench.erp.states[ref] = replace(bench.erp.states[ref], state="confirmed")
        bench.erp.ship(ref, "OUT/0")
        bench.mappings.delete(Entity.ORDERS, ["1"])
        bench.notes.save(replace(bench.notes.get("1"), erp_ref="", erp_number="", told=frozenset()))
        bench.run()
        assert bench.history.lines == []

    def test_an_order_that_waits_is_told_of_its_deliveries_all_the_same(self, bench: Bench) -> None:
        ref = self.start(bench)
        order = bench.put()
        bench.put(lines=(replace(order.lines[0], product=None), *order.lines[1:]))
        bench.erp.ship(ref, "OUT/1", tracking="1Z1")
        bench.run()
        assert bench.waits() is not None
        assert [line[3] for line in bench.history.lines] == ["UPS 1Z1"]
