"""The steps of an order's life: done once, whatever is repeated, and held with a reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.cursor import Cursor
from agent.erp.sales import OrderState, SalesErp, Step
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.seller import PLACED, Seller


@pytest.fixture
def shop(seller: Seller) -> Seller:
    """Give a shop with goods in stock, a tax and a payment method with its account."""
    assert isinstance(seller.erp, SalesErp)
    return seller


def state_of(shop: Seller, life: Life) -> OrderState:
    """Return what an order is like now."""
    erp: Any = shop.erp
    found: OrderState = erp.order_states([life.ref])[life.ref]
    return found


class TestConfirm:
    def test_the_order_keeps_the_day_it_was_placed(self, shop: Seller, books: Books) -> None:
        life = Life(shop)
        state = life.do(Step.CONFIRM)
        assert (state.state, state.delivered, state.invoiced) == ("confirmed", "none", "none")
        found = books.order(life.ref)
        assert (state.number, found.state) == (found.own_number, "confirmed")
        assert (state.total, state.tax) == (Decimal(230), Decimal(30))
        assert state.currency == shop.currency
        assert found.placed == PLACED.date()
        assert shop.agrees(life.outcome, life.sent)

    def test_a_cancelled_order_is_held(self, shop: Seller, books: Books) -> None:
        life = Life(shop)
        books.cancel(life.ref)
        assert life.held(Step.CONFIRM).code == "order.cancelled"

    def test_one_that_a_person_confirmed_is_done(self, shop: Seller, books: Books) -> None:
        life = Life(shop)
        books.confirm(life.ref)
        assert state_of(shop, life).state == "confirmed"
        assert life.do(Step.CONFIRM).state == "confirmed"


class TestDeliver:
    def test_all_of_it(self, shop: Seller) -> None:
        life = Life(shop)
        assert life.held(Step.DELIVER).code == "order.not_confirmed"
        state = life.do(Step.CONFIRM, Step.DELIVER)
        assert state.delivered == "fully"
        (delivery,) = state.deliveries
        assert delivery.state == "done"
        assert delivery.done_at is not None
        assert abs(datetime.now(UTC) - delivery.done_at) < timedelta(hours=25)

    def test_not_enough_in_stock_is_held_and_nothing_is_forced(
        self, shop: Seller, books: Books
    ) -> None:
        variant = shop.product("2", stock=1)
        life = Life(shop, shop.goods("1", "10"), shop.goods("2", "5", 3))
        life.do(Step.CONFIRM)
        held = life.held(Step.DELIVER)
        assert held.code == "order.not_in_stock"
        assert (
            books.variant(variant).name in held.cause or books.variant(variant).code in held.cause
        )
        assert state_of(shop, life).delivered == "none"
        shop.stock("2", 9)
        assert life.do(Step.DELIVER).delivered == "fully"

    def test_a_partial_delivery_with_its_tracking(self, shop: Seller, books: Books) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        books.deliver(life.ref, 1, "1Z999")
        state = state_of(shop, life)
        assert state.delivered == "partly"
        done = [d for d in state.deliveries if d.state == "done"]
        assert [(d.tracking, d.done_at is not None) for d in done] == [("1Z999", True)]
        state = life.do(Step.DELIVER)
        assert state.delivered == "fully"
        assert len([d for d in state.deliveries if d.state == "done"]) == 2


class TestInvoiceAndPay:
    def test_invoice_then_payment(self, shop: Seller) -> None:
        life = Life(shop)
        assert life.held(Step.INVOICE).code == "order.not_confirmed"
        assert life.held(Step.PAY).code == "order.nothing_to_pay"
        state = life.do(Step.CONFIRM, Step.INVOICE)
        (invoice,) = state.invoices
        assert (invoice.kind, invoice.state, invoice.paid) == ("invoice", "posted", "no")
        assert (invoice.total, invoice.residual) == (Decimal(230), Decimal(230))
        assert invoice.number
        assert invoice.currency == shop.currency
        assert state.invoiced == "fully"
        paid_at = datetime(2026, 3, 5, 12, tzinfo=UTC)
        state = life.do(Step.PAY, paid_at=paid_at)
        (invoice,) = state.invoices
        assert (invoice.paid, invoice.residual) == ("yes", Decimal(0))
        (payment,) = life.payments()
        assert (payment.amount, payment.day) == (Decimal(230), paid_at.date())
        assert life.sent.number in payment.words
        assert "TX-77" in payment.words

    def test_deliver_then_invoice(self, shop: Seller) -> None:
        life = Life(shop)
        state = life.do(Step.CONFIRM, Step.DELIVER, Step.INVOICE, Step.PAY)
        assert (state.delivered, state.invoiced) == ("fully", "fully")
        assert [(i.total, i.paid) for i in state.invoices] == [(Decimal(230), "yes")]
        assert len(life.payments()) == 1

    def test_invoice_then_deliver(self, shop: Seller) -> None:
        life = Life(shop)
        state = life.do(Step.CONFIRM, Step.INVOICE, Step.DELIVER)
        assert (state.delivered, state.invoiced) == ("fully", "fully")
        assert [i.total for i in state.invoices] == [Decimal(230)]

    def test_a_payment_method_without_an_account_is_held(self, shop: Seller) -> None:
        life = Life(shop, payment_method="cod")
        life.do(Step.CONFIRM, Step.INVOICE)
        held = life.held(Step.PAY)
        assert held.code == "order.payment_method"
        assert "cod" in held.cause


class TestCancelAndCredit:
    def test_a_quotation_and_a_sales_order(self, shop: Seller, books: Books) -> None:
        assert Life(shop).do(Step.CANCEL).state == "cancelled"
        other = Life(shop, key="2")
        other.do(Step.CONFIRM)
        state = other.do(Step.CANCEL)
        assert state.state == "cancelled"
        assert books.order(other.ref).state == "cancelled"
        assert all(d.state == "cancelled" for d in state.deliveries)

    def test_delivered_or_invoiced_is_held_with_the_reason(self, shop: Seller) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM, Step.DELIVER)
        held = life.held(Step.CANCEL)
        assert (held.code, "delivered" in held.cause) == ("order.cancel_refused", True)
        other = Life(shop, key="2")
        state = other.do(Step.CONFIRM, Step.INVOICE)
        held = other.held(Step.CANCEL)
        assert held.code == "order.cancel_refused"
        assert state.invoices[0].number in held.cause

    def test_a_credit_note_for_what_was_invoiced(self, shop: Seller) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        assert life.held(Step.CREDIT).code == "order.nothing_to_credit"
        state = life.do(Step.INVOICE, Step.CREDIT)
        found = {i.kind: (i.state, i.total) for i in state.invoices}
        assert found == {
            "invoice": ("posted", Decimal(230)),
            "credit_note": ("posted", Decimal(230)),
        }
        again = life.once(Step.INVOICE)
        assert len(again.invoices) == 2, "what was credited is not invoiced once more"


class TestStates:
    def test_deleted_orders_are_absent(self, shop: Seller) -> None:
        life = Life(shop)
        erp: Any = shop.erp
        found = erp.order_states([life.ref, "99999999", "nonsense"])
        assert list(found) == [life.ref]
        assert found[life.ref].state == "quotation"

    def test_many_at_once(self, shop: Seller) -> None:
        lives = [Life(shop, shop.goods("1", str(n)), key=str(n)) for n in range(1, 6)]
        lives[1].once(Step.CONFIRM)
        lives[2].once(Step.CANCEL)
        erp: Any = shop.erp
        found = erp.order_states([life.ref for life in lives])
        assert [found[life.ref].state for life in lives] == [
            *("quotation", "confirmed", "cancelled", "quotation", "quotation"),
        ]
        assert [found[life.ref].total for life in lives] == [Decimal(n) for n in range(1, 6)]


class TestChanges:
    def test_news_are_told_once(self, shop: Seller) -> None:
        erp: Any = shop.erp
        life, other = Life(shop), Life(shop, key="2")
        news, cursor = erp.changed_orders(Cursor())
        assert news == []
        news, cursor = erp.changed_orders(cursor)
        assert {life.ref, other.ref}.isdisjoint(news)
        for step in (Step.CONFIRM, Step.DELIVER, Step.INVOICE, Step.PAY):
            life.once(step)
            news, cursor = erp.changed_orders(cursor)
            assert life.ref in news, step
            assert other.ref not in news
            news, cursor = erp.changed_orders(cursor)
            assert life.ref not in news, step

    def test_what_people_do_is_news(self, shop: Seller, books: Books) -> None:
        erp: Any = shop.erp
        life, other = Life(shop), Life(shop, key="2")
        _, cursor = erp.changed_orders(Cursor())
        books.confirm(life.ref)
        books.cancel(other.ref)
        news, cursor = erp.changed_orders(cursor)
        assert {life.ref, other.ref} <= set(news)
        books.deliver(life.ref, 1)
        news, cursor = erp.changed_orders(cursor)
        assert life.ref in news
        assert other.ref not in news
        assert life.ref not in erp.changed_orders(cursor)[0]

    def test_a_tracking_number_that_comes_late_is_news(self, shop: Seller, books: Books) -> None:
        erp: Any = shop.erp
        life = Life(shop)
        life.do(Step.CONFIRM, Step.DELIVER)
        _, cursor = erp.changed_orders(Cursor())
        books.track(life.ref, "1Z-late")
        news, cursor = erp.changed_orders(cursor)
        assert life.ref in news, "the number came after the goods had left"
        assert [d.tracking for d in state_of(shop, life).deliveries] == ["1Z-late"]
        assert life.ref not in erp.changed_orders(cursor)[0]
