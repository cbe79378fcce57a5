"""Promise G1 for orders: a call whose answer is lost is made good, and nothing is there twice."""

from __future__ import annotations

import itertools

import pytest

from agent_tests.faults.orders.audit import history
from agent_tests.faults.orders.conftest import Book
from agent_tests.faults.orders.rig import Rig
from agent_tests.lab.wire import Fault

ROADS: dict[str, tuple[str, ...]] = {
    "5": (
        "res.partner.load",
        "sale.order.load",
        "sale.order.action_confirm",
        "sale.order.write",
        "stock.picking.button_validate",
        "sale.advance.payment.inv.create",
        "sale.advance.payment.inv.create_invoices",
        "account.move.action_post",
        "account.payment.load",
        "account.payment.action_post",
        "account.move.js_assign_outstanding_line",
    ),
    "3": ("stock.picking.action_assign", "stock.move.write"),
    "12": (
        "sale.advance.payment.inv.create",
        "sale.advance.payment.inv.create_invoices",
        "account.move.action_post",
        "account.payment.load",
        "account.payment.action_post",
    ),
    "2 7": ("sale.order.action_cancel",),
    "5 11": ("account.move.reversal.create", "account.move.reversal.refund_moves"),
}
"""Every kind of writing call that an order makes, by the statuses it goes through."""
_FAULTS: tuple[Fault, ...] = ("cut", "page", "refuse", "bad-gateway")
_EACH = [(road, name) for road, names in ROADS.items() for name in names]
_CASES: list[tuple[str, str, Fault]] = [(road, name, "lose") for road, name in _EACH]
_CASES += [(*each, fault) for each, fault in zip(_EACH, itertools.cycle(_FAULTS), strict=False)]


def bring(rig: Rig, road: str) -> str:
    """Place an order and bring it to before its last status; that one's hint is not taken yet."""
    *before, last = road.split()
    if not before:
        return rig.front.place(last)
    order = rig.front.place(before[0])
    rig.listen()
    rig.settle()
    rig.front.set_status(order, last)
    return order


@pytest.mark.parametrize(("road", "name", "fault"), _CASES)
def test_a_broken_call_is_made_good(
    stand_in: Rig, book: Book, road: str, name: str, fault: Fault
) -> None:
    placed = {bring(stand_in, road): road}
    stand_in.erp.order(fault, name)
    met = stand_in.erp.spoiled[name]
    stand_in.listen()
    stand_in.settle()
    assert stand_in.erp.spoiled[name] == met + 1, "the call was made and broken"
    book.check(stand_in, placed, f"{fault} {name}").assert_sound()


_PATIENCE = 6
"""So many answers of one order are lost: after ten a task is set aside for a person."""
_PARTS = [
    (road, names[start : start + _PATIENCE])
    for road, names in ROADS.items()
    for start in range(0, len(names), _PATIENCE)
]


@pytest.mark.parametrize(("road", "names"), _PARTS, ids=[f"{r} {n[0]}" for r, n in _PARTS])
def test_every_call_of_an_order_loses_its_answer(
    odoo_rig: Rig, book: Book, road: str, names: tuple[str, ...]
) -> None:
    rig = odoo_rig
    order = bring(rig, road)
    for name in names:
        rig.erp.order("lose", name)
    rig.listen()
    rig.settle()
    assert rig.erp.pending() == set(), "all these calls were made"
    book.check(rig, {order: road}, "each answer lost once").assert_sound()


@pytest.mark.parametrize("fault", ["lose", "page", "refuse"])
def test_a_broken_call_to_the_shop_is_made_good(rig: Rig, book: Book, fault: Fault) -> None:
    order = rig.front.place("1")
    rig.carry_on()
    ref = rig.plant.order(order)
    rig.plant.confirm(ref)
    rig.shop.order(fault, "history")
    met = rig.shop.spoiled["history"]
    rig.carry_on()
    assert rig.shop.spoiled["history"] == met + 1
    lines = history(rig, order)
    assert [status for status, _, _ in lines] == ["1", "2"]
    assert lines[1][1].startswith("Confirmed as ")
    book.check(rig, {order: "1 2"}, f"{fault} the shop's history").assert_sound()
