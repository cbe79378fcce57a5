"""What an order is like just before and after each of its steps, done once."""

from __future__ import annotations

from decimal import Decimal

from agent.erp.sales import OrderState, Step
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.seller import PLACED, Seller

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
        assert [(i.paid, i.residual) for i in invoices] == [("yes", 0)]
    assert (state.state == "cancelled") is (step is Step.CANCEL)
    assert books.order(life.ref).placed == PLACED.date()
    payments = {Step.DEPOSIT: [DEPOSIT], Step.PAY: [Decimal(230)]}
    assert [p.amount for p in life.payments()] == payments.get(step, [])
    assert [d.state for d in state.deliveries].count("done") == (step is Step.DELIVER)
