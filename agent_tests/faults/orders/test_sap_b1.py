"""What breaks with SAP Business One alone: batches, sessions, nodes; each call it makes."""

from __future__ import annotations

import pytest

from agent.erp.sap_b1 import client
from agent_tests.faults.orders.conftest import Book
from agent_tests.faults.orders.plant_sap_b1 import SapB1Plant
from agent_tests.faults.orders.rig import Rig
from agent_tests.faults.orders.test_lost_calls import bring
from agent_tests.lab.wire import WRITING, Fault

ROADS = ("1", "5", "3", "12", "2 7", "5 11")
_MOST = 12


def walk(rig: Rig, book: Book, road: str, fault: Fault) -> list[tuple[str, ...]]:
    """Bring orders along a road, each with one more writing call broken; return what was broken."""
    broken: list[tuple[str, ...]] = []
    for number in range(_MOST):
        order = bring(rig, road)
        rig.erp.forget()
        rig.erp.order(fault, WRITING, skip=number)
        rig.listen()
        rig.settle()
        met = not rig.erp.pending()
        rig.erp.calm()
        what = rig.erp.writes[number] if met else ()
        book.check(rig, {order: road}, f"{fault} {' '.join(what) or 'nothing'}").assert_sound()
        if not met:
            assert broken, "no call was broken"
            return broken
        broken.append(what)
    raise AssertionError("the calls come to no end")


@pytest.mark.parametrize("road", ROADS)
def test_every_answer_on_an_orders_way_is_lost_once(sap_b1: Rig, book: Book, road: str) -> None:
    broken = walk(sap_b1, book, road, "lose")
    if road in ("1", "5"):
        assert any(names[0] == "$batch" for names in broken), broken


@pytest.mark.parametrize("road", ["5", "12"])
@pytest.mark.parametrize("fault", ["cut", "page", "refuse", "bad-gateway"])
def test_every_call_on_an_orders_way_breaks_once(
    sap_b1: Rig, book: Book, road: str, fault: Fault
) -> None:
    walk(sap_b1, book, road, fault)


def test_answers_that_come_too_late_are_looked_up(
    sap_b1: Rig, book: Book, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The call takes effect, and its answer comes when nobody waits for it any more."""
    for name in ("DOCUMENT_PATIENCE", "BATCH_PATIENCE"):
        monkeypatch.setattr(client, name, 1.0)
    broken = walk(sap_b1, book, "2", "slow")
    assert any(names[0] == "$batch" for names in broken), broken


def stand_in_of(rig: Rig) -> SapB1Plant:
    """Return the company behind a rig."""
    assert isinstance(rig.plant, SapB1Plant)
    return rig.plant


@pytest.mark.parametrize("road", ["2", "5", "12"])
@pytest.mark.parametrize("kind", ["end-session", "switch", "500", "html-502", "late-502", "cut"])
def test_the_server_fails_in_mid_job(sap_b1: Rig, book: Book, road: str, kind: str) -> None:
    sandbox = stand_in_of(sap_b1).sandbox
    for skip in (2, 7, 12):
        order = bring(sap_b1, road)
        sandbox.order(kind, skip=skip)
        sap_b1.listen()
        sap_b1.settle()
        sandbox.recorder.clear()
        book.check(sap_b1, {order: road}, f"{kind} after {skip} calls").assert_sound()


def test_a_node_is_lost_in_mid_job_and_comes_back(sap_b1: Rig, book: Book) -> None:
    sandbox = stand_in_of(sap_b1).sandbox
    for skip in (1, 4, 9):
        order = bring(sap_b1, "5")
        sandbox.order("break-node", skip=skip)
        sap_b1.listen()
        sap_b1.settle()
        sandbox.recorder.clear()
        assert sandbox.nodes.broken, "a node was lost"
        sandbox.nodes.broken = set()
        book.check(sap_b1, {order: "5"}, f"node lost after {skip} calls").assert_sound()


def test_another_refuses_what_a_person_has_to_see(sap_b1: Rig, book: Book) -> None:
    """A check of the company's own refuses one order: it waits with a reason, others go on."""
    sandbox = stand_in_of(sap_b1).sandbox
    good, bad = sap_b1.front.place("2"), sap_b1.front.place("2")
    sandbox.order("notification", method="POST", resource="Orders", text="No web orders today")
    sap_b1.listen()
    sap_b1.settle()
    sandbox.recorder.clear()
    sap_b1.release_dead()
    sap_b1.front.set_status(good, "2")
    sap_b1.front.set_status(bad, "2")
    sap_b1.carry_on()
    book.check(sap_b1, {good: "2", bad: "2"}, "refused by the company's check").assert_sound()
