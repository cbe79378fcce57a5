"""Several workers, lost hints, storms of faults, and orders that move on meanwhile."""

from __future__ import annotations

import random
import threading

import pytest

from agent.services.following import poll_outbox
from agent.services.order_following import sweep_orders
from agent.services.order_session import open_orders
from agent.sync.sales.order import run_order
from agent_tests.faults.orders.audit import history
from agent_tests.faults.orders.conftest import Book
from agent_tests.faults.orders.rig import Rig
from agent_tests.lab.wire import Fault, Storm

_STORM: tuple[Fault, ...] = ("lose", "cut", "page", "refuse", "bad-gateway")


def test_two_workers_with_the_same_hints_do_the_work_once(rig: Rig, book: Book) -> None:
    placed = {rig.front.place("5"): "5" for _ in range(3)}
    rig.listen()
    for order in placed:
        rig.front.set_status(order, "5")  # the same again, while the first is being done
    workers = [rig.start_victim(), rig.start_victim()]
    rig.listen()
    for worker in workers:
        worker.communicate(timeout=300)
        assert worker.returncode == 0
    rig.settle()
    book.check(rig, placed, "two workers").assert_sound()


@pytest.mark.parametrize("road", ["2", "5", "12"])
def test_two_workers_at_one_order_at_the_same_time(rig: Rig, book: Book, road: str) -> None:
    """What the ledger never lets happen, unless a worker was frozen longer than its lease."""
    order = rig.front.place(road)
    start = threading.Barrier(2)
    errors: list[Exception] = []

    def work() -> None:
        services = rig.open()
        try:
            start.wait()
            with open_orders(services, rig.connection) as ctx:
                run_order(ctx, order)
        except Exception as error:
            errors.append(error)
        finally:
            services.close()

    both = [threading.Thread(target=work) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join()
    rig.front.set_status(order, road)
    rig.carry_on()
    book.check(rig, {order: road}, "two at one order").assert_sound()


def test_orders_whose_hints_were_lost_are_swept_up(rig: Rig, book: Book) -> None:
    dice = random.Random(7)
    placed = {}
    lost = 0
    for _ in range(12):
        hint = dice.random() >= 0.3
        lost += not hint
        placed[rig.front.place("2", hint=hint)] = "2"
    assert lost >= 3
    while poll_outbox(rig.services):
        pass
    rig.settle()
    assert len(book.check(rig, placed, "hints lost, before the sweep").lost) == lost
    book.forgive(rig)
    assert sweep_orders(rig.services) >= lost
    rig.settle()
    book.check(rig, placed, "30 % of hints lost").assert_sound()


def test_orders_come_through_a_storm(rig: Rig, book: Book) -> None:
    rig.erp.storm = Storm(random.Random(11), 0.04, _STORM)
    placed = {rig.front.place(status): status for status in ("5", "12", "13", "3")}
    rig.listen()
    rig.settle()
    rig.erp.calm()
    rig.release_dead()
    rig.settle()
    book.check(rig, placed, "storm").assert_sound()


def test_a_slow_answer_is_looked_up_later(odoo_rig: Rig, book: Book) -> None:
    rig = odoo_rig
    order = rig.front.place("2")
    rig.erp.order("slow", "sale.order.load")
    rig.listen()
    rig.settle()
    book.check(rig, {order: "2"}, "slow").assert_sound()


def test_statuses_are_done_in_their_order_whatever_breaks(rig: Rig, book: Book) -> None:
    rig.erp.storm = Storm(random.Random(3), 0.03, _STORM)
    done, cancelled = rig.front.place("2"), rig.front.place("2")
    rig.listen()
    rig.settle()
    rig.front.set_status(done, "3", hint=False)
    rig.front.set_status(cancelled, "7")
    rig.carry_on()
    rig.front.set_status(done, "5")
    rig.carry_on()
    rig.erp.calm()
    rig.release_dead()
    rig.carry_on()
    found = book.check(rig, {done: "2 3 5", cancelled: "2 7"}, "statuses in a storm")
    found.assert_sound()
    assert [s for s, _, _ in history(rig, done)] == ["2", "3", "5"]
    assert [s for s, _, _ in history(rig, cancelled)] == ["2", "7"]


def test_what_happens_in_odoo_is_told_in_order_whatever_breaks(rig: Rig, book: Book) -> None:
    order = rig.front.place("1")
    rig.carry_on()
    rig.shop.storm = Storm(random.Random(5), 0.5, _STORM)
    ref = rig.plant.order(order)
    rig.plant.confirm(ref)
    rig.carry_on()
    rig.plant.ship(ref)
    rig.carry_on()
    rig.shop.calm()
    rig.release_dead()
    rig.carry_on()
    lines = history(rig, order)
    assert [status for status, _, _ in lines] == ["1", "2", "3"]
    assert [text.split(" ")[0] for _, text, _ in lines] == ["", "Confirmed", "Shipped"]
    book.check(rig, {order: "1 3"}, "shop's answers lost").assert_sound()
