"""The life of an order: each step twice does nothing twice, and people's own work is seen."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.sales import Step
from agent.erp.sap_b1.sales.states import states
from agent.errors import Held
from agent.model.document import LineKind
from agent.model.entity import Entity
from agent.sandbox.sap_b1.books import desk
from agent.sandbox.sap_b1.options import Options
from agent_tests.unit.sap_b1.sales.conftest import Open
from agent_tests.unit.sap_b1.sales.trade import Life, Trade, line

CONFIRM, DEPOSIT, DELIVER = Step.CONFIRM, Step.DEPOSIT, Step.DELIVER
INVOICE, PAY, CANCEL, CREDIT = Step.INVOICE, Step.PAY, Step.CANCEL, Step.CREDIT
PAID_AT = datetime(2026, 3, 5, 12, 0, tzinfo=UTC)
ZERO = Decimal(0)


def mixed(trade: Trade, **values: Any) -> Life:
    """Send an order with two rates, shipping and a discount."""
    coupon = line("total_9_0", "-3.33", kind=LineKind.DISCOUNT, taxes=("full",), rate=trade.full)
    return trade.order(
        trade.goods("1", "19.99", 3),
        trade.goods("2", "7.45", 2, of="1", taxes=("less",)),
        trade.shipping("4.90"),
        coupon,
        **values,
    )


class TestTheWholeWay:
    def test_delivered_invoiced_paid(self, any_trade: Trade) -> None:
        life = mixed(any_trade)
        assert life.state.state == "quotation"
        assert life.do(CONFIRM).state == "confirmed"
        delivered = life.do(DELIVER)
        assert (delivered.delivered, delivered.invoiced) == ("fully", "none")
        invoiced = life.do(INVOICE)
        assert invoiced.invoiced == "fully"
        assert [i.total for i in invoiced.invoices] == [life.sent.amount_total]
        paid = life.do(PAY)
        assert [(i.paid, i.residual) for i in paid.invoices] == [("yes", ZERO)]
        assert any_trade.counts()["IncomingPayments"] == 1

    def test_invoiced_without_a_delivery(self, any_trade: Trade) -> None:
        life = mixed(any_trade)
        state = life.do(CONFIRM, INVOICE, PAY)
        assert (state.delivered, state.invoiced) == ("fully", "fully")
        assert [i.paid for i in state.invoices] == ["yes"]
        assert state.deliveries == ()

    def test_what_is_made_says_whose_it_is(self, trade: Trade) -> None:
        life = mixed(trade)
        life.do(CONFIRM, DELIVER, INVOICE)
        life.do(PAY, paid_at=PAID_AT)
        name = trade.external_id(life.sent)
        (invoice,) = trade.rows("Invoices")
        (payment,) = trade.rows("IncomingPayments")
        assert [r["U_ERPB_ID"] for r in trade.rows("DeliveryNotes")] == [f"{name}_delivery"]
        assert invoice["U_ERPB_ID"] == f"{name}_invoice"
        assert payment["U_ERPB_ID"] == f"{name}_payment_{invoice['DocEntry']}"
        assert payment["TransferAccount"] == "161000"
        assert payment["TransferReference"] == "TX-1"
        assert payment["TransferDate"] == payment["DocDate"] == "2026-03-05"
        keys = {row["Code"] for row in trade.rows("U_ERPB_KEY")}
        assert {f"{name}_delivery", f"{name}_invoice"} <= keys

    @pytest.mark.parametrize("follow", [True, False], ids=["fields follow", "none follow"])
    def test_foreign_currency(self, open_trade: Open, *, follow: bool) -> None:
        trade = open_trade(Options(fields_follow=follow))
        life = mixed(trade, currency="USD", rate=Decimal("1.08"))
        state = life.do(CONFIRM, DELIVER, INVOICE, PAY)
        (invoice,) = state.invoices
        assert (invoice.currency, invoice.total, invoice.paid) == (
            "USD",
            life.sent.amount_total,
            "yes",
        )
        (payment,) = trade.rows("IncomingPayments")
        assert (payment["DocCurrency"], payment["TransferSum"]) == ("USD", invoice.total)

    def test_rounding_goes_along(self, trade: Trade) -> None:
        life = trade.order(trade.goods(price="100"), amount_total=Decimal("119.03"))
        state = life.do(CONFIRM, DELIVER, INVOICE)
        assert [i.total for i in state.invoices] == [Decimal("119.03")]

    @pytest.mark.parametrize(
        ("ref", "means"),
        [
            ("cash:161010", {"CashAccount": "161010", "CashSum": Decimal("119.00")}),
            ("transfer:161020", {"TransferAccount": "161020", "TransferSum": Decimal("119.00")}),
        ],
    )
    def test_means_of_payment(self, trade: Trade, ref: str, means: dict[str, Any]) -> None:
        trade.refs[Entity.PAYMENT_METHODS, "bank"] = ref
        trade.order().do(CONFIRM, INVOICE, PAY)
        (payment,) = trade.rows("IncomingPayments")
        assert means.items() <= payment.items()

    def test_credit_cards(self, trade: Trade) -> None:
        trade.refs[Entity.PAYMENT_METHODS, "bank"] = "card:2"
        trade.order().do(CONFIRM, INVOICE, PAY)
        (card,) = trade.rows("IncomingPayments")[0]["PaymentCreditCards"]
        assert (card["CreditCard"], card["CreditSum"]) == (2, Decimal("119.00"))
        assert (card["VoucherNum"], card["CreditAcct"]) == ("TX-1", "161020")


class TestDownPayments:
    @pytest.mark.parametrize("kind", ["request", "invoice"])
    @pytest.mark.parametrize("reduced", [True, False], ids=["total without", "total with"])
    def test_paid_in_advance_and_drawn(self, open_trade: Open, kind: str, *, reduced: bool) -> None:
        trade = open_trade(Options(down_payments_reduce_total=reduced), down_payment=kind)
        life = trade.order(trade.goods(price="100", quantity=2), trade.shipping("10"))
        deposit = Decimal("124.95")
        assert life.sent.amount_total == deposit * 2
        state = life.do(CONFIRM, DEPOSIT, deposit=deposit, paid_at=PAID_AT)
        (advance,) = state.invoices
        assert (advance.kind, advance.total, advance.paid) == ("down_payment", deposit, "yes")
        state = life.do(DELIVER, INVOICE, PAY, deposit=deposit)
        final = [i for i in state.invoices if i.kind == "invoice"]
        assert [(i.paid, i.residual) for i in final] == [("yes", ZERO)]
        paid = [p["TransferSum"] for p in trade.rows("IncomingPayments")]
        assert paid == [deposit, deposit], "half in advance, the rest at the end"
        wanted = {"request": "dptRequest", "invoice": "dptInvoice"}
        (row,) = trade.rows("DownPayments")
        assert row["DownPaymentType"] == wanted[kind]

    def test_the_calls_are_those_of_a_known_sequence(self, trade: Trade) -> None:
        """DownPayments, IncomingPayments, DeliveryNotes, Invoices, IncomingPayments."""
        life = trade.order(trade.goods(price="100", quantity=2))
        deposit = Decimal("119.00")
        life.do(CONFIRM, DEPOSIT, DELIVER, INVOICE, PAY, deposit=deposit)
        order = int(life.ref)
        (advance,) = trade.rows("DownPayments")
        assert advance["DownPaymentPercentage"] == 50
        base = [(x["BaseType"], x["BaseEntry"], x["BaseLine"]) for x in advance["DocumentLines"]]
        assert base == [(17, order, 0)]
        first, last = trade.rows("IncomingPayments")
        (applied,) = first["PaymentInvoices"]
        assert (applied["DocEntry"], applied["SumApplied"]) == (advance["DocEntry"], deposit)
        assert applied["InvoiceType"] == "it_DownPayment"
        (delivery,) = trade.rows("DeliveryNotes")
        assert delivery["DocumentLines"][0]["BaseType"] == 17
        (invoice,) = trade.rows("Invoices")
        assert invoice["DocumentLines"][0]["BaseType"] == 15
        (draw,) = invoice["DownPaymentsToDraw"]
        assert draw["DocEntry"] == advance["DocEntry"]
        assert draw["AmountToDraw"] == advance["DocTotal"] - advance["VatSum"] == Decimal("100.00")
        (applied,) = last["PaymentInvoices"]
        assert (applied["InvoiceType"], applied["SumApplied"]) == ("it_Invoice", deposit)

    def test_in_a_foreign_currency(self, trade: Trade) -> None:
        life = trade.order(trade.goods(price="100"), currency="USD", rate=Decimal("1.08"))
        state = life.do(CONFIRM, DEPOSIT, INVOICE, PAY, deposit=Decimal("35.70"))
        assert {(i.kind, i.paid) for i in state.invoices} == {
            ("down_payment", "yes"),
            ("invoice", "yes"),
        }
        paid = [p["TransferSum"] for p in trade.rows("IncomingPayments")]
        assert paid == [Decimal("35.70"), Decimal("83.30")]

    def test_all_of_an_order_in_advance(self, trade: Trade) -> None:
        life = mixed(trade)
        state = life.do(CONFIRM, DEPOSIT, deposit=life.sent.amount_total)
        assert [i.total for i in state.invoices] == [life.sent.amount_total]
        state = life.do(DELIVER, INVOICE, PAY, deposit=life.sent.amount_total)
        assert all(i.paid == "yes" for i in state.invoices)
        assert trade.counts()["IncomingPayments"] == 1, "nothing was left to pay"

    def test_accounts_that_are_missing(self, open_trade: Open) -> None:
        trade = open_trade(Options(down_payment_accounts=False))
        life = trade.order()
        life.once(CONFIRM)
        error = life.held(DEPOSIT, deposit=Decimal(50))
        assert error.code == "order.deposit_open"
        assert "G/L Account" in error.fix

    def test_nothing_to_pay_in_advance(self, trade: Trade) -> None:
        life = trade.order()
        life.do(CONFIRM, DEPOSIT)
        life.do(INVOICE)
        life.do(DEPOSIT, deposit=Decimal(50))
        assert trade.counts()["DownPayments"] == 0


class TestPeople:
    def test_partial_deliveries(self, trade: Trade) -> None:
        life = mixed(trade)
        life.once(CONFIRM)
        desk.deliver(trade.company, int(life.ref), {0: 1}, tracking="JD01", carrier=1)
        state = life.state
        assert state.delivered == "partly"
        (delivery,) = state.deliveries
        assert (delivery.carrier, delivery.tracking) == ("DHL", "JD01")
        assert delivery.tracking_url == "https://www.dhl.de/"
        state = life.do(DELIVER)
        assert state.delivered == "fully"
        assert len(state.deliveries) == 2
        state = life.do(INVOICE)
        assert sum((i.total for i in state.invoices), ZERO) == life.sent.amount_total

    def test_an_invoice_of_a_part_then_the_rest(self, trade: Trade) -> None:
        life = mixed(trade)
        life.once(CONFIRM)
        first = desk.deliver(trade.company, int(life.ref), {0: 1})
        desk.invoice(trade.company, delivery=first)
        assert life.state.invoiced == "partly"
        state = life.do(DELIVER, INVOICE, PAY)
        assert (state.invoiced, len(state.invoices)) == ("fully", 2)
        assert sum((i.total for i in state.invoices), ZERO) == life.sent.amount_total
        assert all(i.paid == "yes" for i in state.invoices)

    def test_a_tracking_address_with_a_place_for_the_number(self, trade: Trade) -> None:
        desk.edit(trade.company, "ShippingTypes", 2, {"Website": "https://t.example/?n={tracking}"})
        life = trade.order()
        life.once(CONFIRM)
        desk.deliver(trade.company, int(life.ref), tracking="1Z 9/A", carrier=2)
        (delivery,) = life.state.deliveries
        assert delivery.tracking_url == "https://t.example/?n=1Z%209%2FA"
        assert delivery.done_at is not None
        assert abs((datetime.now(UTC) - delivery.done_at).total_seconds()) < 300

    def test_what_people_make_is_found(self, trade: Trade) -> None:
        life = trade.order(trade.goods(quantity=2))
        order = int(life.ref)
        desk.approve(trade.company, order)
        advance = desk.down_payment(trade.company, order, 50)
        desk.pay(trade.company, down_payment=advance)
        invoice = desk.invoice(trade.company, order=order, draw=[advance])
        desk.pay(trade.company, invoice=invoice, amount=19)
        desk.credit(trade.company, invoice, {0: 1})
        state = life.state
        kinds = [(i.kind, i.paid) for i in state.invoices]
        assert kinds[0] == ("down_payment", "yes")
        assert [kind for kind, _ in kinds] == ["down_payment", "invoice", "credit_note"]
        life.do(PAY)
        assert life.do(DEPOSIT, deposit=Decimal(50)) == life.state

    def test_cancelled_documents_do_not_count(self, trade: Trade) -> None:
        life = trade.order()
        life.do(CONFIRM, DELIVER)
        (delivery,) = trade.rows("DeliveryNotes")
        desk.cancel(trade.company, "DeliveryNotes", delivery["DocEntry"])
        state = life.state
        assert state.delivered == "none"
        assert [d.state for d in state.deliveries] == ["cancelled"]
        state = life.do(DELIVER)
        assert [d.state for d in state.deliveries] == ["cancelled", "done"]

    def test_a_cancelled_payment_is_made_again(self, trade: Trade) -> None:
        life = trade.order()
        life.do(CONFIRM, INVOICE, PAY)
        (payment,) = trade.rows("IncomingPayments")
        desk.cancel(trade.company, "IncomingPayments", payment["DocEntry"])
        assert [i.paid for i in life.state.invoices] == ["no"]
        life.do(PAY)
        assert trade.counts()["IncomingPayments"] == 2

    def test_a_payment_in_part(self, trade: Trade) -> None:
        life = trade.order()
        life.do(CONFIRM, INVOICE)
        (invoice,) = trade.rows("Invoices")
        desk.pay(trade.company, invoice=invoice["DocEntry"], amount=19)
        assert [(i.paid, i.residual) for i in life.state.invoices] == [("partly", Decimal(100))]
        life.do(PAY)
        sums = [p["TransferSum"] for p in trade.rows("IncomingPayments")]
        assert sums == [Decimal(19), Decimal(100)]

    def test_reserve_invoices(self, trade: Trade) -> None:
        life = trade.order(trade.goods(quantity=2))
        life.once(CONFIRM)
        desk.invoice(trade.company, order=int(life.ref), reserve=True)
        assert (life.state.invoiced, life.state.delivered) == ("fully", "none")

    def test_an_order_closed_by_hand(self, trade: Trade) -> None:
        life = trade.order(trade.goods(quantity=4))
        life.once(CONFIRM)
        delivery = desk.deliver(trade.company, int(life.ref), {0: 3})
        desk.close(trade.company, "Orders", int(life.ref))
        state = life.do(DELIVER)
        assert (state.delivered, state.locked) == ("fully", True)
        state = life.do(INVOICE)
        assert state.invoiced == "fully"
        assert trade.row("Invoices", 1)["DocumentLines"][0]["BaseEntry"] == delivery

    def test_several_orders_at_once(self, trade: Trade) -> None:
        lives = [trade.order(trade.goods(), key=str(n)) for n in range(1, 4)]
        lives[1].do(CONFIRM, DELIVER)
        lives[2].do(CONFIRM, INVOICE)
        found = states(trade.cx, [*(life.ref for life in lives), "999", "none"])
        told = [(found[x.ref].state, found[x.ref].delivered, found[x.ref].invoiced) for x in lives]
        assert told == [
            ("quotation", "none", "none"),
            ("confirmed", "fully", "none"),
            ("confirmed", "fully", "fully"),
        ]


class TestCancelAndCredit:
    def test_a_new_order_is_cancelled(self, trade: Trade) -> None:
        life = trade.order()
        life.once(CONFIRM)
        assert life.do(CANCEL).state == "cancelled"
        assert life.row["Cancelled"] == "tYES"
        assert life.held(CONFIRM).code == "order.cancelled"
        assert life.held(DELIVER).code == "order.cancelled"

    @pytest.mark.parametrize(
        ("before", "word"),
        [([DELIVER], "delivered"), ([INVOICE], "invoiced"), ([DEPOSIT], "down payment")],
    )
    def test_not_once_something_is_out(self, trade: Trade, before: list[Step], word: str) -> None:
        life = trade.order()
        life.do(CONFIRM, *before, deposit=Decimal(50))
        error = life.held(CANCEL)
        assert error.code == "order.cancel_refused"
        assert word in error.cause

    def test_a_down_payment_of_people_on_an_order_that_waits(self, open_trade: Open) -> None:
        trade = open_trade(Options(unapproved_ships=True))
        life = trade.order()
        desk.down_payment(trade.company, int(life.ref), 50)
        assert life.held(CANCEL).code == "order.cancel_refused"

    def test_an_invoice_is_credited_once(self, any_trade: Trade) -> None:
        life = mixed(any_trade)
        life.do(CONFIRM, DELIVER, INVOICE)
        state = life.do(CREDIT)
        note = [i for i in state.invoices if i.kind == "credit_note"]
        assert [i.total for i in note] == [life.sent.amount_total]

    def test_a_paid_invoice_is_credited(self, trade: Trade) -> None:
        life = mixed(trade)
        state = life.do(CONFIRM, INVOICE, PAY, CREDIT)
        assert [i.kind for i in state.invoices] == ["invoice", "credit_note"]

    def test_nothing_to_credit(self, trade: Trade) -> None:
        life = trade.order()
        life.once(CONFIRM)
        assert life.held(CREDIT).code == "order.nothing_to_credit"


class TestHeld:
    @pytest.mark.parametrize("step", [DELIVER, INVOICE, DEPOSIT])
    def test_before_it_is_confirmed(self, trade: Trade, step: Step) -> None:
        assert trade.order().held(step, deposit=Decimal(1)).code == "order.not_confirmed"

    def test_nothing_to_pay(self, trade: Trade) -> None:
        life = trade.order()
        life.once(CONFIRM)
        assert life.held(PAY).code == "order.nothing_to_pay"

    @pytest.mark.parametrize("ref", ["", "161000", "card:9", "transfer:"])
    def test_payment_methods_that_are_not_linked(self, trade: Trade, ref: str) -> None:
        trade.refs[Entity.PAYMENT_METHODS, "bank"] = ref
        life = trade.order()
        life.do(CONFIRM, INVOICE)
        assert life.held(PAY).code == "order.payment_method"

    def test_goods_that_are_not_there(self, trade: Trade) -> None:
        trade.item("9", stock=1)
        life = trade.order(trade.goods(), trade.goods("9", quantity=3))
        life.once(CONFIRM)
        error = life.held(DELIVER)
        assert error.code == "order.not_in_stock"
        assert "ITEM-9" in error.cause
        assert "ITEM-1" not in error.cause
        desk.receive(trade.company, "ITEM-9", quantity=5)
        assert life.do(DELIVER).delivered == "fully"

    def test_a_closed_period(self, trade: Trade) -> None:
        life = trade.order()
        life.once(CONFIRM)
        trade.sandbox.options.closed_until = date(2999, 1, 1)
        assert life.held(DELIVER).code == "sap_b1.period"
        assert life.held(INVOICE).code == "sap_b1.period"

    def test_a_rate_that_is_missing_today(self, trade: Trade) -> None:
        life = trade.order(currency="USD", rate=Decimal("1.08"))
        life.once(CONFIRM)
        with trade.company.transaction():
            trade.company.table("_Rates").drop(("USD", trade.company.now().date().isoformat()))
        assert life.held(INVOICE).code == "order.rate_missing"

    def test_a_rate_that_is_missing_on_the_day_of_the_payment(self, trade: Trade) -> None:
        life = trade.order(currency="USD", rate=Decimal("1.08"))
        life.do(CONFIRM, INVOICE)
        with trade.company.transaction():
            trade.company.table("_Rates").drop(("USD", "2026-03-05"))
        with pytest.raises(Held) as caught:
            life.once(PAY, paid_at=PAID_AT)
        assert caught.value.code == "order.rate_missing"
        assert "2026-03-05" in caught.value.cause


class TestBatches:
    def stocked(self, trade: Trade, life_of: int = 4) -> Life:
        trade.item("b", stock=0, ManageBatchNumbers="tYES")
        for batch, quantity, expires in (("OLD", 2, "2027-01-01"), ("NEW", 9, "2028-01-01")):
            desk.receive(
                *(trade.company, "ITEM-b"), quantity=quantity, batch=batch, expires=expires
            )
        life = trade.order(trade.goods(), trade.goods("b", quantity=life_of))
        life.once(CONFIRM)
        return life

    def test_are_left_to_a_person(self, trade: Trade) -> None:
        error = self.stocked(trade).held(DELIVER)
        assert error.code == "order.batches"
        assert "ITEM-b" in error.cause

    def test_the_first_that_has_enough_is_taken(self, open_trade: Open) -> None:
        trade = open_trade(batch_rule="first_expiry")
        assert self.stocked(trade).do(DELIVER).delivered == "fully"
        lines = {x["ItemCode"]: x for x in trade.rows("DeliveryNotes")[0]["DocumentLines"]}
        (batch,) = lines["ITEM-b"]["BatchNumbers"]
        assert (batch["BatchNumberProperty"], batch["Quantity"]) == ("NEW", 4)

    def test_serial_numbers(self, open_trade: Open) -> None:
        trade = open_trade(batch_rule="first_expiry")
        trade.item("s", stock=0, ManageSerialNumbers="tYES")
        desk.receive(trade.company, "ITEM-s", quantity=3, serials=["S1", "S2", "S3"])
        life = trade.order(trade.goods("s", quantity=2))
        assert life.do(CONFIRM, DELIVER).delivered == "fully"
        (line_,) = trade.rows("DeliveryNotes")[0]["DocumentLines"]
        assert [s["InternalSerialNumber"] for s in line_["SerialNumbers"]] == ["S1", "S2"]
