"""What the flow of an order promises, whoever the ERP is."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.db import Database
from agent.erp.sales import Step
from agent.errors import Held, TimedOut, Unreachable
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.model.sales import (
    Carrier,
    Currency,
    Customer,
    Order,
    OrderStatus,
    PaymentMethod,
)
from agent.sync.context import SyncContext, external_id
from agent.sync.mapping import Entry, MappingRepository, MapState
from agent.sync.recording import RecordingErp
from agent.sync.sales.facts import BackRule, Fact
from agent.sync.sales.order import OrderContext, OrderResult, run_order
from agent.sync.sales.orders_table import OrderNotes
from agent.sync.sales.rules import OrderRules
from agent.sync.sales.waiting import WaitingList
from agent_tests.unit.sales.carts import RATES, Cart
from agent_tests.unit.sales.fakes import FakeFeed, FakeHistory, FakeSalesErp
from agent_tests.unit.sync.fakes import FakeReader

READERS = (
    Entity.CATEGORIES,
    Entity.MANUFACTURERS,
    Entity.PRODUCTS,
    Entity.ATTRIBUTES,
    Entity.ATTRIBUTE_VALUES,
    Entity.TAXES,
    Entity.CUSTOMERS,
    Entity.ORDERS,
    Entity.CARRIERS,
    Entity.PAYMENT_METHODS,
    Entity.CURRENCIES,
    Entity.ORDER_STATUS,
    Entity.TAX_RATES,
)


class Bench:
    """A shop with one customer and one product, an ERP, and real tables between them."""

    def __init__(self, database: Database) -> None:
        database.tables.metadata.create_all(database.engine)
        self.erp = FakeSalesErp()
        self.readers = {entity: FakeReader() for entity in READERS}
        self.mappings = MappingRepository(database, 1)
        self.history = FakeHistory()
        self.feed = FakeFeed()
        self.waiting = WaitingList(database)
        self.notes = OrderNotes(database, 1)
        self.ctx = OrderContext(
            sync=SyncContext(
                erp=self.erp,
                readers=self.readers,
                media=lambda _image: b"",
                mappings=self.mappings,
                instance="opencart_test",
                language="en-gb",
                salt="s1",
                beat=lambda: None,
                products_of=lambda keys: {key: key.split(":")[0] for key in keys},
            ),
            rules=OrderRules(),
            connection_id=1,
            notes=self.notes,
            waiting=self.waiting,
            feed=self.feed,
            history=self.history,
            sales=self.erp,
            back={},
            sending=frozenset({"2"}),
            now=datetime(2026, 5, 2, tzinfo=UTC),
        )
        self._fill()

    def _fill(self) -> None:
        self.readers[Entity.TAX_RATES].put(*RATES)
        self.readers[Entity.CURRENCIES].put(Currency("EUR", "Euro", Decimal(1), default=True))
        self.readers[Entity.CARRIERS].put(Carrier("flat", "Flat rate"))
        self.readers[Entity.PAYMENT_METHODS].put(PaymentMethod("cod", "Cash"))
        self.readers[Entity.CUSTOMERS].put(Customer("7", "ann@example.com", "Ann", "Lee"))
        self.readers[Entity.ORDER_STATUS].put(
            OrderStatus("2", {"en-gb": "Processing"}, "processing"),
            OrderStatus("5", {"en-gb": "Complete"}, "complete"),
            OrderStatus("7", {"en-gb": "Cancelled"}),
        )
        for number in range(101, 104):
            self.link(Entity.VARIANTS, f"{number}:", str(900 + number))
        self.erp.linkable = {
            **{(Entity.TAX_RATES, rate.key): [f"t{rate.key}"] for rate in RATES},
            (Entity.CURRENCIES, "EUR"): ["e1"],
            (Entity.PAYMENT_METHODS, "cod"): ["j1"],
        }

    def link(self, entity: Entity, key: str, ref: str) -> None:
        entry = Entry(
            key,
            0,
            key,
            external_id("opencart_test", entity, key),
            MapState.LINKED,
            erp_id=ref,
        )
        self.mappings.save(entity, [entry])

    def put(self, **changes: object) -> Order:
        order = replace(Cart(goods=[(Decimal(50), 2, "10")], shipping=(Decimal(5), "10")).order())
        order = replace(order, **changes)
        self.readers[Entity.ORDERS].put(order)
        return order

    def run(self, key: str = "1", *, force: bool = False) -> OrderResult:
        return run_order(self.ctx, key, force=force)

    def action(self, status: str, action: str) -> None:
        self.link(Entity.ORDER_STATUS, status, action)

    @property
    def head(self):
        return self.mappings.heads(Entity.ORDERS, ["1"])["1"]

    def state(self):
        return self.erp.states[self.head.erp_id]

    def waits(self):
        row = self.waiting.one(1, Entity.ORDERS, "1")
        return row if row is not None and row.cleared_at is None else None


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)


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
