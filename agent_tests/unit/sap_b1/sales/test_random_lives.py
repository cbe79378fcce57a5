"""Random documents through random lives: what is charged, invoiced and paid is the same amount."""

from __future__ import annotations

import random
from contextlib import suppress
from decimal import Decimal

import pytest

from agent.erp.sales import Step
from agent.sandbox.sap_b1.books import desk
from agent.sandbox.sap_b1.company import Refusal
from agent.sandbox.sap_b1.options import Options
from agent_tests.unit.sap_b1.sales.conftest import Open
from agent_tests.unit.sap_b1.sales.test_totals import random_document
from agent_tests.unit.sap_b1.sales.trade import Life, Trade, cents

ZERO = Decimal(0)
LIVES = 12


def live(trade: Trade, dice: random.Random, number: int) -> Life | None:
    """Let a random order be delivered in parts, paid in advance, invoiced, and paid.

    None: it is held, or comes to nothing.
    """
    sent = random_document(trade, dice, number)
    if sent.amount_total <= 1 or trade.send(sent).error is not None:
        return None
    life = Life(trade, sent)
    life.do(Step.CONFIRM)
    deposit = ZERO
    if dice.random() < 0.5:
        percent = dice.choice([10, 30, 33, 50, 100])
        deposit = cents(sent.amount_total * percent / 100)
        life.do(Step.DEPOSIT, deposit=deposit)
    if dice.random() < 0.5:
        line = dice.choice(life.row["DocumentLines"])
        some = {line["LineNum"]: dice.randint(1, int(line["Quantity"]))}
        delivery = desk.deliver(trade.company, int(life.ref), some)
        if dice.random() < 0.3 and not deposit:
            with suppress(Refusal):  # a part may come to less than nothing, by its discount
                desk.invoice(trade.company, delivery=delivery)
    if dice.random() < 0.7:
        life.do(Step.DELIVER)
    life.do(Step.INVOICE, Step.PAY)
    return life


def paid_for(trade: Trade, life: Life) -> Decimal:
    """Return the sum of what was paid for an order's invoices and down payments."""
    kinds = {"it_DownPayment": "down_payment", "it_Invoice": "invoice"}
    mine = {(i.kind, i.ref.lstrip("d")) for i in life.state.invoices}
    amount = "AppliedFC" if life.sent.currency == "USD" else "SumApplied"
    return sum(
        (
            applied[amount]
            for payment in trade.rows("IncomingPayments")
            for applied in payment["PaymentInvoices"]
            if (kinds[applied["InvoiceType"]], str(applied["DocEntry"])) in mine
        ),
        ZERO,
    )


@pytest.mark.parametrize("in_rows", [False, True], ids=["taxes by code", "taxes by row"])
@pytest.mark.parametrize("reduced", [True, False], ids=["total without", "total with"])
def test_all_amounts_meet(open_trade: Open, *, in_rows: bool, reduced: bool) -> None:
    options = Options(round_tax_in_rows=in_rows, down_payments_reduce_total=reduced)
    trade = open_trade(options)
    desk.receive(trade.company, "ITEM-1", quantity=100_000)
    dice = random.Random(f"{in_rows} {reduced}")
    seen = 0
    for number in range(LIVES):
        life = live(trade, dice, number)
        if life is None:
            continue
        seen += 1
        state = life.state
        assert (state.delivered, state.invoiced) == ("fully", "fully")
        assert all(i.residual <= 0 for i in state.invoices if i.kind == "invoice"), number
        invoices = [i for i in state.invoices if i.kind == "invoice"]
        # what people invoice in part rounds its own way
        ours = trade.row("Invoices", invoices[0].ref)["U_ERPB_ID"].endswith("_invoice")
        limit = ZERO if ours and len(invoices) == 1 else life.sent.rounding_limit
        off = paid_for(trade, life) - life.sent.amount_total
        assert abs(off) <= limit, (number, off)
    assert seen > LIVES * 0.7
