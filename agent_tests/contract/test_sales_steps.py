"""The steps of an order's life: done once, whatever is repeated, and held with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.cursor import Cursor
from agent.erp.sales import Step
from agent_tests.contract.common.life import Life
from agent_tests.contract.ground import Ground, silently
from agent_tests.contract.sales_shop import SalesShop


@pytest.fixture
def shop(ground: Ground) -> Iterator[SalesShop]:
    """Give a shop with goods in stock, a tax and a payment method with its journal."""
    made = SalesShop(ground)
    made.ready_to_sell()
    yield made
    made.close()


class TestInvoiceAndPay:
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
            silently(shop.ground, "account.move", "button_cancel", ids)
        write(closed)
        try:
            held = life.held(Step.INVOICE)
        finally:
            write(False)
        assert held.code == "order.period_closed"
        assert closed in held.cause
        assert life.do(Step.INVOICE).invoiced == "fully"


class TestCancelAndCredit:
    def test_a_locked_order_is_unlocked_first(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        lock = "action_lock" if shop.ground.modern else "action_done"
        silently(shop.ground, "sale.order", lock, [int(life.ref)])
        state = shop.erp.order_states([life.ref])[life.ref]  # type: ignore[attr-defined]
        assert state.locked
        assert life.do(Step.CANCEL).state == "cancelled"

    def test_a_draft_invoice_goes_with_it(self, shop: SalesShop) -> None:
        life = Life(shop)
        life.do(Step.CONFIRM)
        make_invoice(shop, life.ref)
        state = life.do(Step.CANCEL)
        assert [i.state for i in state.invoices] == ["cancelled"]


class TestChanges:
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
    silently(shop.ground, "sale.advance.payment.inv", "create_invoices", [wizard], context=context)


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
