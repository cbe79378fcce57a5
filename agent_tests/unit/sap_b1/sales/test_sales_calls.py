"""How many calls an order takes: each is waited for while a shopper's order is on its way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.sales import Step
from agent.erp.sap_b1.sales.states import states
from agent.erp.sap_b1.wire import Request
from agent_tests.unit.sap_b1.sales.trade import Life, Trade, customer

BATCH, PREVIEW = "POST $batch", "POST OrdersService_Preview"
PARTNER, ORDER = "GET BusinessPartners", "GET Orders"
LINKS = [
    "GET $crossjoin(DeliveryNotes,DeliveryNotes/DocumentLines)",
    "GET $crossjoin(Invoices,Invoices/DocumentLines)",
    "GET $crossjoin(DownPayments,DownPayments/DocumentLines)",
]


@contextmanager
def calls(trade: Trade) -> Iterator[list[str]]:
    """Give the calls that are made inside of the block."""
    made: list[str] = []
    wire: Any = trade.cx.client.wire
    whole = wire._send

    def send(request: Request, session: Any) -> Any:
        path = request.path.partition("?")[0]
        made.append(f"{request.verb} {path if '$' in path else path.partition('(')[0]}")
        return whole(request, session)

    wire._send = send
    try:
        yield made
    finally:
        del wire._send


@pytest.fixture
def selling(trade: Trade) -> Trade:
    """Give a shop that has sold already, so that what is kept is known."""
    first = trade.order(trade.goods(), trade.shipping("4"), key="first")
    first.do(Step.CONFIRM, Step.DELIVER, Step.INVOICE, Step.PAY)
    return trade


def test_an_order_of_a_known_customer(selling: Trade) -> None:
    with calls(selling) as made:
        life = selling.order(selling.goods(), selling.shipping("4"), key="2")
    assert made == [PARTNER, PREVIEW, BATCH]
    with calls(selling) as confirming:
        life.once(Step.CONFIRM)
    assert confirming == [ORDER, "PATCH Orders"]
    with calls(selling) as again:
        assert life.once(Step.CONFIRM).state == "confirmed"
    assert again == [ORDER, *LINKS], "it is done: one look tells"
    whole = made + confirming
    print(f"\ncalls per confirmed order: {len(whole)} ({', '.join(whole)})")


def test_a_new_customer(selling: Trade) -> None:
    with calls(selling) as made:
        selling.must(customer("8"))
    assert made == [BATCH]


def test_taxes_that_round_otherwise_are_learnt_once(trade: Trade) -> None:
    prices = ["0.13", "0.29", "1.37"]

    def send(key: str) -> list[str]:
        lines = [trade.goods(str(n), price, of="1") for n, price in enumerate(prices)]
        with calls(trade) as made:
            trade.order(*lines, key=key)
        return [call for call in made if call == PREVIEW]

    assert len(send("1")) <= 3
    assert len(send("2")) == 1


@pytest.mark.parametrize(
    ("step", "most"), [(Step.DELIVER, 9), (Step.INVOICE, 11), (Step.PAY, 7), (Step.CREDIT, 12)]
)
def test_later_steps(selling: Trade, step: Step, most: int) -> None:
    life = selling.order(selling.goods(), selling.shipping("4"), key="2")
    before = {
        Step.DELIVER: [Step.CONFIRM],
        Step.INVOICE: [Step.CONFIRM, Step.DELIVER],
        Step.PAY: [Step.CONFIRM, Step.INVOICE],
        Step.CREDIT: [Step.CONFIRM, Step.INVOICE],
    }
    life.do(*before[step])
    with calls(selling) as made:
        life.once(step)
    print(f"\ncalls to {step.value}: {len(made)}")
    assert made.count(BATCH) == 1
    assert len(made) <= most, made


def test_states_of_many_orders_take_as_many_calls_as_those_of_one(trade: Trade) -> None:
    lives: list[Life] = [trade.order(key=str(n)) for n in range(5)]
    for life in lives:
        life.do(Step.CONFIRM, Step.DEPOSIT, Step.INVOICE, deposit=Decimal(50))
    refs = [life.ref for life in lives]
    with calls(trade) as one:
        states(trade.cx, refs[:1])
    with calls(trade) as all_:
        states(trade.cx, refs)
    assert len(all_) == len(one)
