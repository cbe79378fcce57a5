"""What happens in B1 comes back: each order with news is told once, at once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.erp.cursor import Cursor
from agent.erp.sales import Step
from agent.erp.sap_b1.sales.changes import _newest, changed_orders
from agent.sandbox.sap_b1.books import desk
from agent_tests.unit.sap_b1.sales.trade import Life, Trade


class Follower:
    """Polls as the flow does."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.cursor = Cursor()
        assert self.poll() == [], "the first look tells nothing"

    def poll(self) -> list[str]:
        found, self.cursor = changed_orders(self.trade.cx, self.cursor)
        return found


def test_all_that_happens_is_told_once(any_trade: Trade) -> None:
    trade = any_trade
    life, other = trade.order(key="1"), trade.order(key="2")
    order = int(life.ref)
    other.do(Step.CONFIRM, Step.INVOICE)
    follower = Follower(trade)
    happens: list[Callable[[], object]] = [
        lambda: desk.approve(trade.company, order),
        lambda: desk.down_payment(trade.company, order, 50),
        lambda: desk.pay(trade.company, down_payment=1),
        lambda: desk.deliver(trade.company, order),
        lambda: desk.track(trade.company, 1, "JD01"),
        lambda: desk.invoice(trade.company, delivery=1, draw=[1]),
        lambda: desk.pay(trade.company, invoice=2),
        lambda: desk.cancel(trade.company, "IncomingPayments", 2),
        lambda: desk.credit(trade.company, 2),
    ]
    for number, event in enumerate(happens):
        event()
        assert follower.poll() == [life.ref], number
        assert follower.poll() == [], number


def test_the_newest_payment_is_found_whatever_the_numbers(trade: Trade) -> None:
    for key in ("1", "2", "3"):
        trade.order(key=key).do(Step.CONFIRM, Step.INVOICE, Step.PAY)
    table = trade.company.table("IncomingPayments")
    with trade.company.transaction():
        for entry, other in ((2, 700), (3, 9001)):
            table.put(other, {**table.rows[entry], "DocEntry": other})
            table.drop(entry)
    assert _newest(trade.cx) == 9001


def test_cancelled_documents_are_told(trade: Trade) -> None:
    life = trade.order()
    life.do(Step.CONFIRM, Step.DELIVER)
    follower = Follower(trade)
    desk.cancel(trade.company, "DeliveryNotes", 1)
    assert follower.poll() == [life.ref]
    desk.cancel(trade.company, "Orders", int(life.ref))
    assert follower.poll() == [life.ref]
    assert follower.poll() == []


def test_a_reconciliation_without_a_payment_is_seen_at_the_invoice(trade: Trade) -> None:
    life = trade.order()
    life.do(Step.CONFIRM, Step.INVOICE)
    follower = Follower(trade)
    row = trade.row("Invoices", 1)
    with trade.company.transaction():
        trade.company.table("Invoices").put(1, {**row, "PaidToDate": row["DocTotal"] - 1})
    assert follower.poll() == [life.ref]
    assert follower.poll() == []


def test_orders_of_people_are_told_as_well(trade: Trade) -> None:
    follower = Follower(trade)
    typed = {
        "CardCode": "OC1",
        "DocDueDate": "2999-01-01",
        "DocumentLines": [{"ItemCode": "ITEM-1", "Quantity": 1, "UnitPrice": 1}],
    }
    key = desk.make(trade.company, "Orders", typed)
    assert follower.poll() == [str(key)]


@pytest.mark.parametrize("orders", [40])
def test_many_orders_cost_few_calls(trade: Trade, orders: int) -> None:
    lives: list[Life] = []
    follower = Follower(trade)
    for number in range(orders):
        lives.append(trade.order(key=str(number)))
        desk.approve(trade.company, int(lives[-1].ref))
        desk.deliver(trade.company, int(lives[-1].ref))
    trade.sandbox.recorder.clear()
    assert follower.poll() == [life.ref for life in lives]
    assert sum(trade.sandbox.recorder.counts.values()) <= 12
