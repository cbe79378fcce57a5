"""Answers lost after the effect, and two workers at once: every step is done once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest

from agent.erp.sales import OrderState, Step
from agent.errors import TransientError
from agent.model.entity import Entity
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.lost import each_lost
from agent_tests.contract.common.seller import PLACED, Seller, address, customer
from agent_tests.lab.wire import WRITING, Wire

BEFORE: dict[Step, tuple[Step, ...]] = {
    Step.CONFIRM: (),
    Step.DEPOSIT: (Step.CONFIRM,),
    Step.DELIVER: (Step.CONFIRM,),
    Step.INVOICE: (Step.CONFIRM,),
    Step.PAY: (Step.CONFIRM, Step.INVOICE),
    Step.CANCEL: (Step.CONFIRM,),
    Step.CREDIT: (Step.CONFIRM, Step.INVOICE),
}
DEPOSIT = Decimal(50)


@pytest.fixture
def shop(seller: Seller, wire: Wire) -> Seller:
    """Give a shop that reaches the ERP by the wire."""
    seller.reconnect(url=wire.url)
    return seller


def ready(shop: Seller, step: Step, key: str) -> Life:
    """Return an order that has come to just before a step."""
    life = Life(shop, key=key)
    for earlier in BEFORE[step]:
        life.once(earlier)
    return life


def assert_done_once(step: Step, life: Life, state: OrderState, books: Books) -> None:
    """Check what there is of an order after a step."""
    invoices = [i for i in state.invoices if i.state != "cancelled"]
    found = sorted((i.kind, i.state, i.total) for i in invoices)
    whole = ("invoice", "posted", Decimal(230))
    expected = {
        Step.DEPOSIT: [("down_payment", "posted", DEPOSIT)],
        Step.INVOICE: [whole],
        Step.PAY: [whole],
        Step.CREDIT: [("credit_note", "posted", Decimal(230)), whole],
    }
    assert found == expected.get(step, [])
    if step in (Step.DEPOSIT, Step.PAY):
        assert [i.paid for i in invoices] == ["yes"]
    assert (state.state == "cancelled") is (step is Step.CANCEL)
    assert books.order(life.ref).placed == PLACED.date()
    payments = {Step.DEPOSIT: [DEPOSIT], Step.PAY: [Decimal(230)]}
    assert [p.amount for p in life.payments()] == payments.get(step, [])
    assert [d.state for d in state.deliveries].count("done") == (step is Step.DELIVER)


@pytest.mark.parametrize("step", list(Step))
def test_a_step_any_of_whose_answers_is_lost_is_done_once(
    shop: Seller, wire: Wire, books: Books, step: Step
) -> None:
    lives: list[Life] = []

    def do(number: int) -> None:
        wire.calm()
        lives.append(ready(shop, step, str(number)))
        wire.order("lose", WRITING, skip=number)
        lives[-1].once(step, deposit=DEPOSIT)

    for number in each_lost(wire, do):
        state = lives[number].do(step, deposit=DEPOSIT)
        assert_done_once(step, lives[number], state, books)


class TestRecords:
    def test_a_customer(self, shop: Seller, wire: Wire, books: Books) -> None:
        made = [customer(f"c{n}", address(f"c{n}")) for n in range(40)]
        for number in each_lost(wire, lambda number: shop.must(made[number])):
            record = made[number]
            name = shop.external_id(record)
            adopted = shop.erp.adopt(Entity.CUSTOMERS, [name])
            if name in adopted:
                shop.link(record, adopted[name])
            (again,) = shop.must(record)
            assert books.partners_with(record.email) == [again.ref]
            assert len(books.partner(again.ref or "").places) == 1

    def test_an_order_with_cents_to_make_up_for(
        self, shop: Seller, wire: Wire, books: Books
    ) -> None:
        made = [
            shop.document(f"o{n}", shop.goods("1", "10"), amount_total=Decimal("10.03"))
            for n in range(40)
        ]
        for number in each_lost(wire, lambda number: shop.must(made[number])):
            sent = made[number]
            name = shop.external_id(sent)
            adopted = shop.erp.adopt(Entity.ORDERS, [name])
            if name in adopted:
                shop.link(sent, adopted[name])
            (outcome,) = shop.must(sent)
            assert books.orders_with(sent.number) == [outcome.ref]
            assert shop.agrees(outcome, sent)
            assert len(books.order(outcome.ref or "").goods) == 1


class TestTwoWorkers:
    def test_on_one_new_order(self, shop: Seller, books: Books) -> None:
        sent = shop.document("1", shop.goods("1", "10"))
        self.together(shop, lambda worker: worker.put(sent), 4)
        (ref,) = books.orders_with(sent.number)
        assert len(books.order(ref).goods) == 1

    @pytest.mark.parametrize("step", [Step.CONFIRM, Step.INVOICE, Step.PAY, Step.DEPOSIT])
    def test_on_one_step(self, shop: Seller, step: Step) -> None:
        life = ready(shop, step, "1")
        self.together(shop, lambda worker: Life.of(worker, life).once(step, deposit=DEPOSIT), 3)
        state = life.do(step, deposit=DEPOSIT)
        wanted = {Step.CONFIRM: [], Step.DEPOSIT: [DEPOSIT]}.get(step, [Decimal(230)])
        assert [i.total for i in state.invoices if i.state != "cancelled"] == wanted
        assert len(life.payments()) == (step in (Step.PAY, Step.DEPOSIT))

    def together(self, shop: Seller, work: Callable[[Seller], object], count: int) -> None:
        """Run ``work`` in several workers at once; only transient errors are allowed."""
        errors: list[BaseException] = []
        start = threading.Barrier(count)

        def run() -> None:
            worker = Seller(shop.ground, shop.books)
            worker.borrow(shop)
            start.wait()
            try:
                work(worker)
            except TransientError:
                pass  # the ledger tries again
            except BaseException as error:
                errors.append(error)
            finally:
                worker.close()

        threads = [threading.Thread(target=run) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not errors
