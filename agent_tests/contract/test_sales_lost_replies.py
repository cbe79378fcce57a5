"""Answers lost after the effect, and two workers at once: every step is done once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal

import pytest

from agent.erp.sales import Step
from agent.errors import TimedOut, TransientError
from agent.model.entity import Entity
from agent_tests.contract.ground import Ground
from agent_tests.contract.proxy import FaultyProxy
from agent_tests.contract.sales_life import Life
from agent_tests.contract.sales_shop import SalesShop, customer, document

BEFORE: dict[Step, tuple[Step, ...]] = {
    Step.CONFIRM: (),
    Step.DEPOSIT: (Step.CONFIRM,),
    Step.DELIVER: (Step.CONFIRM,),
    Step.INVOICE: (Step.CONFIRM,),
    Step.PAY: (Step.CONFIRM, Step.INVOICE),
    Step.CANCEL: (Step.CONFIRM,),
    Step.CREDIT: (Step.CONFIRM, Step.INVOICE),
}
MOVE, PAYMENT, WIZARD = "account.move", "account.payment", "sale.advance.payment.inv"
LOST = [
    (Step.CONFIRM, "sale.order", "action_confirm", ""),
    (Step.CONFIRM, "sale.order", "write", ""),
    (Step.DEPOSIT, WIZARD, "create_invoices", "19"),
    (Step.DEPOSIT, "sale.order.line", "load", "14"),
    (Step.DEPOSIT, MOVE, "load", "14"),
    (Step.DEPOSIT, MOVE, "write", "14"),
    (Step.DEPOSIT, MOVE, "action_post", ""),
    (Step.DEPOSIT, PAYMENT, "load", ""),
    (Step.DELIVER, "stock.picking", "button_validate", ""),
    (Step.INVOICE, WIZARD, "create_invoices", ""),
    (Step.INVOICE, MOVE, "action_post", ""),
    (Step.PAY, PAYMENT, "load", ""),
    (Step.PAY, PAYMENT, "action_post", ""),
    (Step.PAY, MOVE, "js_assign_outstanding_line", ""),
    (Step.CANCEL, "sale.order", "action_cancel", ""),
    (Step.CREDIT, "account.move.reversal", "refund_moves", "19"),
    (Step.CREDIT, "account.move.reversal", "reverse_moves", "14"),
    (Step.CREDIT, MOVE, "action_post", ""),
]


@pytest.fixture
def shop(ground: Ground) -> Iterator[SalesShop]:
    """Give a shop with goods in stock and a payment method with its journal."""
    made = SalesShop(ground)
    made.ready_to_sell()
    yield made
    made.close()


@pytest.mark.parametrize(
    ("step", "model", "method", "only"), LOST, ids=[f"{s}-{m}.{f}" for s, m, f, _ in LOST]
)
def test_a_step_whose_answer_is_lost_is_done_once(
    shop: SalesShop, proxy: FaultyProxy, step: Step, model: str, method: str, only: str
) -> None:
    if only and only != shop.ground.version:
        pytest.skip(f"Odoo {shop.ground.version} does this by other calls")
    life = Life(shop)
    for earlier in BEFORE[step]:
        life.once(earlier)
    shop.reconnect(url=proxy.url)
    proxy.spoil("lose", method, model=model)
    with pytest.raises(TimedOut):
        life.once(step, deposit=Decimal(50))
    assert proxy.spoiled == 1
    state = life.do(step, deposit=Decimal(50))
    invoices = [i for i in state.invoices if i.state != "cancelled"]
    found = sorted((i.kind, i.state, i.paid, i.total) for i in invoices)
    whole = ("invoice", "posted", "no", Decimal(230))
    expected = {
        Step.CONFIRM: [],
        Step.DEPOSIT: [("down_payment", "posted", "yes", Decimal(50))],
        Step.DELIVER: [],
        Step.INVOICE: [whole],
        Step.PAY: [("invoice", "posted", "yes", Decimal(230))],
        Step.CANCEL: [],
    }
    if step is Step.CREDIT:
        assert [(k, s, t) for k, s, _, t in found] == [
            ("credit_note", "posted", Decimal(230)),
            ("invoice", "posted", Decimal(230)),
        ]
    else:
        assert found == expected[step]
    assert (state.state == "cancelled") is (step is Step.CANCEL)
    assert shop.order_row(life.ref)["date_order"] == "2026-03-04 05:06:07"
    payments = {Step.DEPOSIT: [50.0], Step.PAY: [230.0]}
    assert [p["amount"] for p in life.payments()] == payments.get(step, [])
    assert [d.state for d in state.deliveries].count("done") == (step is Step.DELIVER)


class TestRecords:
    def test_a_customer_whose_answer_is_lost_is_adopted(
        self, shop: SalesShop, proxy: FaultyProxy
    ) -> None:
        shop.reconnect(url=proxy.url)
        record = customer("9")
        proxy.spoil("lose", "load", model="res.partner")
        with pytest.raises(TimedOut):
            shop.put(record)
        name = shop.external_id(record)
        adopted = shop.erp.adopt(Entity.CUSTOMERS, [name])
        shop.link(record, adopted[name])
        shop.must(record)
        assert len(shop.ground.find("res.partner", [("email", "=", record.email)], "id")) == 1

    def test_a_rounding_line_whose_answer_is_lost_is_not_doubled(
        self, shop: SalesShop, proxy: FaultyProxy
    ) -> None:
        shop.reconnect(url=proxy.url)
        plain = document("1", shop.goods("1", "10"))
        sent = document("1", *plain.lines, number=plain.number, amount_total=Decimal("10.03"))
        proxy.spoil("lose", "load", model="sale.order.line")
        with pytest.raises(TimedOut):
            shop.put(sent)
        name = shop.external_id(sent)
        shop.link(sent, shop.erp.adopt(Entity.ORDERS, [name])[name])
        (outcome,) = shop.must(sent)
        assert shop.agrees(outcome, sent)
        assert len(shop.line_rows(outcome.ref)) == 2


class TestTwoWorkers:
    def test_on_one_new_order(self, shop: SalesShop) -> None:
        sent = document("1", shop.goods("1", "10"))
        self.together(shop, lambda worker: worker.put(sent), 4)
        found = shop.ground.find("sale.order", [("client_order_ref", "=", sent.number)], "id")
        assert len(found) == 1
        assert len(shop.line_rows(str(found[0]["id"]))) == 1

    @pytest.mark.parametrize("step", [Step.CONFIRM, Step.INVOICE, Step.PAY, Step.DEPOSIT])
    def test_on_one_step(self, shop: SalesShop, step: Step) -> None:
        life = Life(shop)
        for earlier in BEFORE[step]:
            life.once(earlier)
        self.together(shop, lambda worker: Life.of(worker, life).once(step, deposit=Decimal(50)), 3)
        state = life.do(step, deposit=Decimal(50))
        wanted = {Step.CONFIRM: [], Step.DEPOSIT: [Decimal(50)]}.get(step, [Decimal(230)])
        assert [i.total for i in state.invoices if i.state != "cancelled"] == wanted
        assert len(life.payments()) == (step in (Step.PAY, Step.DEPOSIT))

    def together(self, shop: SalesShop, work: object, count: int) -> None:
        """Run ``work`` in several workers at once; only transient errors are allowed."""
        errors: list[BaseException] = []
        start = threading.Barrier(count)

        def run() -> None:
            worker = SalesShop(shop.ground)
            worker.borrow(shop)
            start.wait()
            try:
                work(worker)  # type: ignore[operator]
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
