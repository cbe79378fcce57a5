"""The steps of an order's life: done once, whatever is repeated, and held with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.cursor import Cursor
from agent.erp.sales import Step
from agent.model.entity import Entity
from agent_tests.contract.ground import Ground
from agent_tests.contract.sales_life import Life
from agent_tests.contract.sales_shop import SalesShop, silent


@pytest.fixture
def shop(ground: Ground) -> Iterator[SalesShop]:
    """Give a shop with goods in stock, a tax and a payment method with its journal."""
    made = SalesShop(ground)
    made.ready_to_sell()
    yield made
    made.close()


class TestConfirm:
    def test_the_order_keeps_the_day_it_was_placed(self, shop: SalesShop) -> None:
        life = Life(shop)
        state = life.do(Step.CONFIRM)
        assert (state.state, state.delivered, state.invoiced) == ("confirmed", "none", "none")
        assert state.number == shop.order_row(life.ref)["name"]
        assert (state.total, state.tax, state.currency) == (Decimal(230), Decimal(30), "USD")
        assert shop.order_row(life.ref)["date_order"] == "2026-03-04 05:06:07"
        assert [d.state for d in state.deliveries] == ["ready"] or state.deliveries
        assert shop.agrees(life.outcome, life.sent)

    def test_a_cancelled_order_is_held(self, shop: SalesShop) -> None:
        life = Life(shop)
        shop.ground.rpc("sale.order", "action_cancel", [int(life.ref)])
        assert life.held(Step.CONFIRM).code == "order.cancelled"


class TestDeliver:
    def test_all_of_it(self, shop: SalesShop) -> None:
        life = Life(shop)
        assert life.held(Step.DELIVER).code == "order.not_confirmed"
        state = life.do(Step.CONFIRM, Step.DELIVER)
        assert state.delivered == "fully"
        (delivery,) = state.deliveries
        assert delivery.state == "done"
        assert delivery.done_at is not None
        assert abs(datetime.now(UTC) - delivery.done_at) < timedelta(hours=1)

    def test_not_enough_in_stock_is_held_and_nothing_is_forced(self, shop: SalesShop) -> None:
        shop.product("2", stock=1)
        life = Life(shop, shop.goods("1", "10"), shop.goods("2", "5", 3))
        life.do(Step.CONFIRM)
        held = life.held(Step.DELIVER)
        assert held.code == "order.not_in_stock"
        (row,) = shop.ground.find(
            "product.product", [("id", "=", int(shop.ref(Entity.VARIANTS, "2:")))], "name"
        )
        assert row["name"] in held.cause
        state = shop.erp.order_states([life.ref])[life.ref]  # type: ignore[attr-defined]
        assert state.delivered == "none"
        shop.stock("2", 9)
        assert life.do(Step.DELIVER).delivered == "fully"


class TestInvoiceAndPay:
    def test_invoice_then_payment(self, shop: SalesShop) -> None:
        life = Life(shop)
        assert life.held(Step.INVOICE).code == "order.not_confirmed"
        assert life.held(Step.PAY).code == "order.nothing_to_pay"
        state = life.do(Step.CONFIRM, Step.INVOICE)
        (invoice,) = state.invoices
        assert (invoice.kind, invoice.state, invoice.paid) == ("invoice", "posted", "no")
        assert (invoice.total, invoice.residual) == (Decimal(230), Decimal(230))
        assert invoice.number
        assert state.invoiced == "fully"
        paid_at = datetime(2026, 3, 5, 12, tzinfo=UTC)
        state = life.do(Step.PAY, paid_at=paid_at)
        (invoice,) = state.invoices
        assert (invoice.paid, invoice.residual) == ("yes", Decimal(0))
        (payment,) = life.payments()
        assert (payment["amount"], payment["date"]) == (230.0, "2026-03-05")

    def test_a_payment_method_without_a_journal_is_held(self, shop: SalesShop) -> None:
        life = Life(shop, payment_method="cod")
        life.do(Step.CONFIRM, Step.INVOICE)
        held = life.held(Step.PAY)
        assert held.code == "order.payment_method"
        assert "cod" in held.cause

    def test_delivered_quantities_come_first_where_products_ask_for_it(
        self, shop: SalesShop
    ) -> None:
        shop.product("2", stock=5, invoice_policy="delivery")
        life = Life(shop, shop.goods("2", "10", 2))
        life.do(Step.CONFIRM)
        assert life.held(Step.INVOICE).code == "order.nothing_to_invoice"
        state = life.do(Step.DELIVER, Step.INVOICE)
        assert [i.total for i in state.invoices] == [Decimal(20)]

    def test_a_draft_that_people_made_is_posted_not_doubled(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        make_invoice(shop, life.ref)
        state = life.do(Step.INVOICE)
        assert [i.state for i in state.invoices] == ["posted"]

    def test_a_draft_with_other_amounts_is_held_and_stays(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        make_invoice(shop, life.ref)
        (move,) = shop.order_row(life.ref)["invoice_ids"]
        (row,) = shop.ground.find(
            "account.move.line",
            [("move_id", "=", move), ("sale_line_ids", "!=", False)],
            "id",
        )
        write = {"invoice_line_ids": [(1, row["id"], {"price_unit": 90.0})]}
        shop.ground.rpc("account.move", "write", [move], write)
        held = life.held(Step.INVOICE)
        assert held.code == "order.invoice_differs"
        assert "-23" in held.cause
        assert shop.ground.read("account.move", str(move), "state")["state"] == "draft"


class TestClosedPeriod:
    def test_an_invoice_waits_until_the_period_is_open(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        (company,) = shop.ground.find("res.company", [("name", "=", "My Company")], "id")
        closed = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
        write = lambda day: shop.ground.rpc(  # noqa: E731
            "res.company", "write", [company["id"]], {"fiscalyear_lock_date": day}
        )
        # Odoo 14 closes no period in which anything is still a draft, such as what other tests left
        drafts = shop.ground.find("account.move", [("state", "=", "draft")], "id")
        if drafts:
            ids = [row["id"] for row in drafts]
            silent(lambda: shop.ground.rpc("account.move", "button_cancel", ids))
        write(closed)
        try:
            held = life.held(Step.INVOICE)
        finally:
            write(False)
        assert held.code == "order.period_closed"
        assert closed in held.cause
        assert life.do(Step.INVOICE).invoiced == "fully"


class TestDeposit:
    def test_it_is_invoiced_paid_and_drawn_from_the_final_invoice(self, shop: SalesShop) -> None:
        life = Life(shop)
        assert life.held(Step.DEPOSIT, deposit=Decimal(50)).code == "order.not_confirmed"
        state = life.do(Step.CONFIRM, Step.DEPOSIT, deposit=Decimal(50))
        (advance,) = state.invoices
        assert (advance.kind, advance.state, advance.paid) == ("down_payment", "posted", "yes")
        assert advance.total == Decimal(50)
        assert state.invoiced == "none"
        state = life.do(Step.INVOICE)
        final = [i for i in state.invoices if i.kind == "invoice"]
        assert [i.total for i in final] == [Decimal(180)]
        state = life.do(Step.PAY)
        assert all(i.paid == "yes" for i in state.invoices)
        assert sorted(p["amount"] for p in life.payments()) == [50.0, 180.0]

    def test_without_an_amount_nothing_happens(self, shop: SalesShop) -> None:
        life = Life(shop)
        assert life.do(Step.CONFIRM, Step.DEPOSIT).invoices == ()


class TestCancelAndCredit:
    def test_a_quotation_and_a_sales_order(self, shop: SalesShop) -> None:
        assert Life(shop).do(Step.CANCEL).state == "cancelled"
        other = Life(shop, key="2")
        other.do(Step.CONFIRM)
        state = other.do(Step.CANCEL)
        assert state.state == "cancelled"
        assert all(d.state == "cancelled" for d in state.deliveries)

    def test_a_locked_order_is_unlocked_first(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        lock = "action_lock" if shop.ground.modern else "action_done"
        silent(lambda: shop.ground.rpc("sale.order", lock, [int(life.ref)]))
        state = shop.erp.order_states([life.ref])[life.ref]  # type: ignore[attr-defined]
        assert state.locked
        assert life.do(Step.CANCEL).state == "cancelled"

    def test_a_draft_invoice_goes_with_it(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        make_invoice(shop, life.ref)
        state = life.do(Step.CANCEL)
        assert [i.state for i in state.invoices] == ["cancelled"]

    def test_delivered_or_invoiced_is_held_with_the_reason(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM, Step.DELIVER)
        held = life.held(Step.CANCEL)
        assert (held.code, "delivered" in held.cause) == ("order.cancel_refused", True)
        other = Life(shop, key="2")
        state = other.do(Step.CONFIRM, Step.INVOICE)
        held = other.held(Step.CANCEL)
        assert state.invoices[0].number in held.cause

    def test_a_credit_note_for_what_was_invoiced(self, shop: SalesShop) -> None:
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
    def test_deleted_orders_are_absent(self, shop: SalesShop) -> None:
        life = Life(shop)
        found = shop.erp.order_states([life.ref, "99999999", "nonsense"])  # type: ignore[attr-defined]
        assert list(found) == [life.ref]
        assert found[life.ref].state == "quotation"

    def test_a_partial_delivery_with_its_tracking(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        partly_delivered(shop, life.ref)
        state = shop.erp.order_states([life.ref])[life.ref]  # type: ignore[attr-defined]
        assert state.delivered == "partly"
        done = [d for d in state.deliveries if d.state == "done"]
        assert [(d.tracking, d.done_at is not None) for d in done] == [("1Z999", True)]
        assert life.do(Step.DELIVER).delivered == "fully"


class TestChanges:
    def test_news_are_told_once(self, shop: SalesShop) -> None:
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

    def test_a_tracking_number_is_news(self, shop: SalesShop) -> None:
        erp: Any = shop.erp
        life = Life(shop)
        life.do(Step.CONFIRM)
        _, cursor = erp.changed_orders(Cursor())
        (picking,) = shop.ground.find("stock.picking", [("sale_id", "=", int(life.ref))], "id")
        shop.ground.rpc("stock.picking", "write", [picking["id"]], {"carrier_tracking_ref": "1Z"})
        news, cursor = erp.changed_orders(cursor)
        assert life.ref in news
        life.do(Step.DELIVER)
        _, cursor = erp.changed_orders(cursor)
        late = {"carrier_tracking_ref": "1Z-late"}
        shop.ground.rpc("stock.picking", "write", [picking["id"]], late)
        news, cursor = erp.changed_orders(cursor)
        assert life.ref in news, "the number came after the goods had left"
        assert [d.tracking for d in erp.order_states([life.ref])[life.ref].deliveries] == [
            "1Z-late"
        ]
        assert life.ref not in erp.changed_orders(cursor)[0]


def make_invoice(shop: SalesShop, ref: str) -> None:
    """Make a draft invoice as people do."""
    order, rpc = int(ref), shop.ground.rpc
    context = {"active_model": "sale.order", "active_ids": [order], "active_id": order}
    values: dict[str, Any] = {"advance_payment_method": "delivered"}
    if shop.ground.modern:
        values["sale_order_ids"] = [(6, 0, [order])]
    wizard = rpc("sale.advance.payment.inv", "create", values, context=context)
    silent(lambda: rpc("sale.advance.payment.inv", "create_invoices", [wizard], context=context))


def partly_delivered(shop: SalesShop, ref: str) -> None:
    """Deliver one piece with a tracking number and leave the rest for later, as people do."""
    rpc, find = shop.ground.rpc, shop.ground.find
    (picking,) = find("stock.picking", [("sale_id", "=", int(ref))], "id")
    rpc("stock.picking", "action_assign", [picking["id"]])
    moves = [r["id"] for r in find("stock.move", [("picking_id", "=", picking["id"])], "id")]
    done = {"quantity": 1, "picked": True} if shop.ground.modern else {"quantity_done": 1}
    rpc("stock.move", "write", moves, done)
    rpc("stock.picking", "write", [picking["id"]], {"carrier_tracking_ref": "1Z999"})
    context = {"skip_backorder": True, "skip_immediate": True, "skip_sms": True}
    rpc("stock.picking", "button_validate", [picking["id"]], context=context)
