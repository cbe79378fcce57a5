"""A worker killed at any named point, or while a call of its is under way."""

from __future__ import annotations

import pytest

from agent_tests.faults.orders.audit import history
from agent_tests.faults.orders.conftest import Book
from agent_tests.faults.orders.rig import Rig
from agent_tests.faults.orders.test_lost_calls import bring

KILLED = 137
POINTS: list[tuple[str, str]] = [
    ("task.after_claim", "2"),
    ("sync.after_read", "2"),
    ("sync.before_write:1", "2"),
    ("sync.after_write:1", "2"),
    ("sync.after_remember:1", "2"),
    ("sync.before_write:2", "2"),
    ("sync.after_write:2", "2"),
    ("sync.after_remember:2", "2"),
    ("order.before_confirm", "2"),
    ("order.after_confirm", "2"),
    ("order.before_deposit", "12"),
    ("order.after_deposit", "12"),
    ("order.before_deliver", "5"),
    ("order.after_deliver", "5"),
    ("order.before_invoice", "5"),
    ("order.after_invoice", "5"),
    ("order.before_pay", "5"),
    ("order.after_pay", "5"),
    ("order.before_cancel", "2 7"),
    ("order.after_cancel", "2 7"),
    ("order.before_credit", "5 11"),
    ("order.after_credit", "5 11"),
    ("task.before_finish", "2"),
    ("task.in_finish", "2"),
    ("task.after_finish", "2"),
]
LATE: list[tuple[str, str]] = [
    ("res.partner.load", "2"),
    ("sale.order.load", "2"),
    ("sale.order.action_confirm", "2"),
    ("sale.advance.payment.inv.create_invoices", "13"),
    ("account.move.action_post", "13"),
    ("account.payment.load", "5"),
    ("account.payment.action_post", "5"),
    ("sale.advance.payment.inv.create_invoices", "12"),
]
"""Calls that are under way when their worker dies, and arrive when another has done the work."""


@pytest.mark.parametrize(("point", "road"), POINTS)
def test_a_killed_worker_leaves_nothing_doubled_or_lost(
    rig: Rig, book: Book, point: str, road: str
) -> None:
    order = bring(rig, road)
    rig.listen()
    assert rig.work_and_die(point) == KILLED, "the process died where it should"
    rig.wait_for_lease()
    rig.settle()
    book.check(rig, {order: road}, "worker killed").assert_sound()


def test_killed_after_the_shop_was_told_it_tells_nothing_twice(rig: Rig, book: Book) -> None:
    order = rig.front.place("1")
    rig.carry_on()
    ref = rig.plant.order(order)
    rig.plant.confirm(ref)
    rig.look_at_erp()
    assert rig.work_and_die("order.after_tell") == KILLED
    rig.wait_for_lease()
    rig.carry_on()
    assert [status for status, _, _ in history(rig, order)] == ["1", "2"]
    book.check(rig, {order: "1 2"}, "worker killed").assert_sound()


@pytest.mark.parametrize(("name", "road"), LATE)
def test_a_call_that_arrives_after_the_work_was_done_does_nothing_twice(
    odoo_rig: Rig, book: Book, name: str, road: str
) -> None:
    rig = odoo_rig
    order = bring(rig, road)
    rig.listen()
    rig.erp.order("late", name)
    victim = rig.start_victim()
    assert rig.erp.wait_held(120), "the call is under way"
    victim.kill()
    victim.communicate()
    rig.wait_for_lease()
    rig.settle()
    assert rig.erp.release(120), "the call arrived"
    rig.front.set_status(order, road.rsplit(maxsplit=1)[-1])
    rig.carry_on()
    book.check(rig, {order: road}, f"late {name}").assert_sound()
