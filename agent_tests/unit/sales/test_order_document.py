"""What the flow of an order promises until the document is there, whoever the ERP is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.errors import Held, TimedOut
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.model.sales import (
    Customer,
)
from agent.sync.mapping import MapState
from agent.sync.recording import RecordingErp
from agent.sync.sales.rules import OrderRules
from agent_tests.unit.sales.bench import Bench


class TestTheDocument:
    def test_an_order_takes_its_customer_and_mappings_along(self, bench: Bench) -> None:
        bench.put()
        result = bench.run()
        assert result.page.counts.failed == result.page.counts.held == 0
        assert bench.head.state is MapState.LINKED
        document = bench.erp.documents[bench.head.erp_id]
        assert (document.amount_total, document.amount_tax) == (Decimal("126.00"), Decimal("21.00"))
        assert bench.notes.get("1").erp_number == bench.state().number
        again = bench.run()
        assert (again.page.counts.created, again.page.counts.updated) == (0, 0)
        assert len(bench.erp.documents) == 1

    def test_an_order_whose_answer_was_lost_is_there_once(self, bench: Bench) -> None:
        bench.put()
        bench.erp.lose_reply = True
        calls = 0
        while True:
            try:
                bench.run()
                break
            except TimedOut:
                calls += 1
                bench.erp.lose_reply = calls < 4
        orders = [pair for pair in bench.erp.records if pair[0] is Entity.ORDERS]
        customers = [pair for pair in bench.erp.records if pair[0] is Entity.CUSTOMERS]
        assert (len(orders), len(customers), calls) == (1, 1, 4)

    def test_a_status_that_sends_nothing_sends_nothing_until_a_person_asks(
        self, bench: Bench
    ) -> None:
        bench.put(status="7")
        assert bench.run().page.counts.unchanged == 1
        assert not bench.erp.documents
        bench.run(force=True)
        assert len(bench.erp.documents) == 1

    def test_old_orders_and_fresh_ones_are_left_alone(self, bench: Bench) -> None:
        bench.put()
        bench.ctx.rules = OrderRules(since=datetime(2026, 5, 2, tzinfo=UTC).date())
        bench.run()
        bench.ctx.rules = OrderRules(delay=timedelta(hours=30))
        assert bench.run().due == datetime(2026, 5, 2, 6, tzinfo=UTC)
        assert not bench.erp.documents
        bench.ctx.now = datetime(2026, 5, 3, tzinfo=UTC)
        bench.run()
        assert len(bench.erp.documents) == 1

    def test_a_payment_method_may_have_statuses_of_its_own(self, bench: Bench) -> None:
        bench.put()
        bench.ctx.rules = OrderRules(statuses_by_payment={"cod": frozenset({"5"})})
        bench.run()
        assert not bench.erp.documents
        bench.put(status="5")
        bench.run()
        assert len(bench.erp.documents) == 1

    def test_a_dry_run_writes_nothing(self, bench: Bench) -> None:
        bench.put()
        recording = RecordingErp(bench.erp)
        bench.ctx.sync = replace(bench.ctx.sync, erp=recording, dry_run=True)
        bench.ctx.sales = recording
        planned = [r for r in bench.run().page.results if r.outcome == "planned"]
        assert {r.entity for r in planned} >= {"orders"}
        assert not bench.erp.documents
        assert not bench.erp.calls
        assert not bench.mappings.heads(Entity.ORDERS, ["1"])
        error = Held("Made up", fix="-", code="x")
        bench.waiting.add(1, Entity.ORDERS, "2", "", error)
        bench.run("2")
        row = bench.waiting.one(1, Entity.ORDERS, "2")
        assert row is not None
        assert row.cleared_at is None


class TestWaiting:
    @pytest.mark.parametrize(
        ("missing", "said"),
        [
            ((Entity.TAX_RATES, "1"), "VAT 20%"),
            ((Entity.CURRENCIES, "EUR"), "Euro"),
            ((Entity.PAYMENT_METHODS, "cod"), "Cash"),
        ],
    )
    def test_what_is_not_mapped_holds_the_order_and_clears_it(
        self, bench: Bench, missing: tuple[Entity, str], said: str
    ) -> None:
        refs = bench.erp.linkable.pop(missing)
        bench.put()
        assert bench.run().page.counts.held == 1
        row = bench.waits()
        assert row is not None
        assert row.code == "order.not_mapped"
        assert said in row.cause
        assert not bench.erp.documents
        bench.link(*missing, refs[0])
        bench.run()
        assert bench.waits() is None
        assert bench.head.state is MapState.LINKED

    def test_two_taxes_of_one_rate_wait_for_a_choice(self, bench: Bench) -> None:
        bench.erp.linkable[Entity.TAX_RATES, "1"] = ["t1", "t1b"]
        bench.put()
        bench.run()
        row = bench.waits()
        assert row is not None
        assert "2 records of the ERP match" in row.cause

    def test_a_guest_waits_until_the_person_registers(self, bench: Bench) -> None:
        bench.ctx.rules = OrderRules(guests="hold")
        bench.put(customer=None, email="bob@example.com")
        bench.run()
        row = bench.waits()
        assert row is not None
        assert row.code == "order.guest_waits"
        bench.feed.emails["bob@example.com"] = ["8"]
        bench.readers[Entity.CUSTOMERS].put(Customer("8", "bob@example.com", "Bob", "Ray"))
        bench.run()
        cleared = bench.waiting.one(1, Entity.ORDERS, "1")
        assert cleared is not None
        assert cleared.cleared_at is not None
        assert bench.erp.documents[bench.head.erp_id].customer == "8"

    def test_guests_may_be_one_customer_or_their_own(self, bench: Bench) -> None:
        bench.ctx.rules = OrderRules(guests="default", guest_customer="55")
        bench.put(customer=None, email="bob@example.com")
        bench.run()
        assert bench.mappings.refs([(Entity.CUSTOMERS, "guests")]) == {
            (Entity.CUSTOMERS, "guests"): "55"
        }
        bench.ctx.rules = OrderRules()
        order = bench.put(key="2", customer=None, email="eve@example.com")
        bench.run("2")
        assert (Entity.CUSTOMERS, order.customer_key) in bench.mappings.refs(
            [(Entity.CUSTOMERS, order.customer_key)]
        )

    def test_two_customers_of_one_address_are_not_guessed(self, bench: Bench) -> None:
        bench.feed.emails["bob@example.com"] = ["8", "9"]
        bench.put(customer=None, email="bob@example.com")
        bench.run()
        row = bench.waits()
        assert row is not None
        assert row.code == "order.customer_ambiguous"

    def test_a_deleted_customer_is_taken_from_the_order(self, bench: Bench) -> None:
        del bench.readers[Entity.CUSTOMERS].records["7"]
        bench.put()
        bench.run()
        assert bench.head.state is MapState.LINKED

    def test_a_product_is_carried_over_first(self, bench: Bench) -> None:
        bench.mappings.delete(Entity.VARIANTS, ["101:"])
        bench.readers[Entity.PRODUCTS].put(Product("101", {"en-gb": "Lamp"}))
        bench.put()
        bench.run()
        products = [pair for pair in bench.erp.records if pair[0] is Entity.PRODUCTS]
        assert len(products) == 1
        row = bench.waits()  # this ERP makes no variants of it
        assert row is not None
        assert row.code == "order.variant_missing"

    def test_an_order_deleted_in_the_shop_is_told_not_cancelled(self, bench: Bench) -> None:
        bench.put()
        bench.run()
        del bench.readers[Entity.ORDERS].records["1"]
        bench.run()
        row = bench.waits()
        assert row is not None
        assert (row.code, bench.state().state) == ("order.deleted", "quotation")
        assert bench.state().number in row.cause
