"""Answers that are lost, before and after their effect: nothing is made twice, nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from agent.erp.port import Outcome
from agent.erp.sales import Step
from agent.erp.sap_b1.sales import finding
from agent.errors import TransientError
from agent.model.entity import Entity
from agent.sandbox.sap_b1 import Fault
from agent_tests.unit.sap_b1.sales.trade import Life, Trade, customer

KINDS = ("lost-reply", "cut", "late-502", "refuse", "html-502", "500")
TRIES = 4
STEPS = (Step.CONFIRM, Step.DEPOSIT, Step.DELIVER, Step.INVOICE, Step.PAY, Step.CREDIT)
DOCUMENTS = {
    Step.DEPOSIT: "DownPayments",
    Step.DELIVER: "DeliveryNotes",
    Step.INVOICE: "Invoices",
    Step.PAY: "IncomingPayments",
    Step.CREDIT: "CreditNotes",
}


def persist(trade: Trade, fault: Fault, call: Callable[[], object]) -> None:
    """Do what the flow does: try again while the answer is missing. The fault has to be met."""
    trade.sandbox.recorder.order(fault)
    for _ in range(TRIES):
        try:
            call()
        except TransientError:
            continue
        assert not trade.sandbox.recorder._faults, "nothing went wrong"
        return
    raise AssertionError("it never came to an end")


def sent(trade: Trade, record: object) -> Outcome:
    """Send a record as the flow does after an interruption: what is there is adopted first."""
    entity = Entity.ORDERS if hasattr(record, "lines") else Entity.CUSTOMERS
    name = trade.external_id(record)
    found = finding.adopt(trade.cx, entity, [name])
    return trade.must(record, ref=found.get(name), previous=None)


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_is_made_once(trade: Trade, kind: str) -> None:
    document = trade.document("1", trade.goods())
    persist(trade, Fault(kind, resource="$batch"), lambda: sent(trade, document))
    assert trade.counts()["Orders"] == 1
    assert trade.rows("Orders")[0]["DocTotal"] == document.amount_total


@pytest.mark.parametrize("kind", KINDS)
def test_an_order_is_made_once_though_nobody_looked(trade: Trade, kind: str) -> None:
    document = trade.document("1", trade.goods())
    persist(
        trade, Fault(kind, resource="$batch"), lambda: trade.must(document, ref=None, previous=None)
    )
    assert trade.counts()["Orders"] == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_customer_is_made_once(trade: Trade, kind: str) -> None:
    before = trade.counts()["BusinessPartners"]
    persist(trade, Fault(kind, resource="$batch"), lambda: sent(trade, customer("2")))
    assert trade.counts()["BusinessPartners"] == before + 1


@pytest.mark.parametrize("kind", KINDS)
def test_steps_are_done_once(trade: Trade, kind: str) -> None:
    life = trade.order(trade.goods(price="100", quantity=2), trade.shipping("10"))
    deposit = Decimal("49.98")
    for step in STEPS:
        resource = "Orders" if step is Step.CONFIRM else "$batch"
        fault = Fault(kind, resource=resource, method=_verb(step))
        persist(trade, fault, lambda step=step: life.once(step, deposit=deposit))
        trade.sandbox.recorder.clear()
        before = trade.counts()
        life.once(step, deposit=deposit)
        assert trade.counts() == before, step
        if step is Step.DEPOSIT:
            assert (before["DownPayments"], before["IncomingPayments"]) == (1, 1)
        elif step is Step.PAY:
            assert before["IncomingPayments"] == 2
        elif step in DOCUMENTS:
            assert before[DOCUMENTS[step]] == 1


def _verb(step: Step) -> str:
    return "PATCH" if step is Step.CONFIRM else "POST"


@pytest.mark.parametrize("kind", ["lost-reply", "refuse"])
def test_a_cancelled_order_stays_cancelled(trade: Trade, kind: str) -> None:
    life = trade.order()
    life.once(Step.CONFIRM)
    persist(trade, Fault(kind, resource="Orders/Cancel"), lambda: life.once(Step.CANCEL))
    assert life.state.state == "cancelled"


def test_two_workers_make_one_of_each(trade: Trade) -> None:
    """What another worker makes between looking and making is found, not made again."""
    life = trade.order(trade.goods(price="100"))
    life.once(Step.CONFIRM)
    for step in (Step.DELIVER, Step.INVOICE, Step.PAY):
        with_rival(trade, life, step)
        assert trade.counts()[DOCUMENTS[step]] == 1, step


def with_rival(trade: Trade, life: Life, step: Step) -> None:
    """Do a step; another worker does it, too, after this one looked and before it makes."""
    client = trade.cx.client
    whole, busy = client.together, [False]

    def together(operations):  # type: ignore[no-untyped-def]
        if not busy[0]:
            busy[0] = True
            life.once(step)
        return whole(operations)

    client.together = together  # type: ignore[method-assign]
    try:
        life.once(step)
    finally:
        del client.together
    assert busy == [True], "the rival was at work"


def test_a_refusal_inside_a_change_set_leaves_no_key(trade: Trade) -> None:
    life = trade.order()
    life.once(Step.CONFIRM)
    keys = len(trade.rows("U_ERPB_KEY"))
    trade.sandbox.options.transaction_notification = "not today"
    with pytest.raises(Exception, match="not today"):
        life.once(Step.DELIVER)
    assert len(trade.rows("U_ERPB_KEY")) == keys
    trade.sandbox.options.transaction_notification = ""
    assert life.do(Step.DELIVER).delivered == "fully"
