"""Buttons inside Odoo: what is pressed there reaches the shop, and the person is told."""

from __future__ import annotations

import pytest

from agent.erp.buttons import PressAnswer
from agent.erp.odoo.adapter import OdooErp
from agent.errors import Held, TransientError
from agent.model.entity import Entity
from agent.services import buttons
from agent.services.boards import show_boards
from agent.services.buttons import poll_presses
from agent.sync.sales.waiting import WaitingList
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig


def _queue(rig: TwoWayRig) -> str:
    found = rig.ground.find("ir.model", [("model", "like", "_queue")], "model", "state")
    return str(next(row["model"] for row in found if row["state"] == "manual"))


def _press(rig: TwoWayRig, model: str, *ids: int) -> None:
    ground = rig.ground
    model_id = ground.find("ir.model", [("model", "=", model)], "id")[0]["id"]
    bound = [("binding_model_id", "=", model_id), ("state", "=", "code")]
    (action,) = ground.find("ir.actions.server", bound, "id")
    context = {"active_model": model, "active_ids": list(ids), "active_id": ids[0]}
    ground.rpc("ir.actions.server", "run", [action["id"]], context=context)


def test_a_pressed_product_reaches_the_shop_and_the_press_is_answered(make_rig: MakeRig) -> None:
    rig = make_rig(products=4, **ALL_ERP)
    rig.to_erp()
    assert not buttons.show(rig.services, rig.connection)["installed"]
    findings = buttons.install(rig.services, rig.connection)
    assert all(finding.level != "error" for finding in findings)
    assert buttons.show(rig.services, rig.connection)["installed"]
    key = str(rig.sql("SELECT MIN(product_id) FROM oc_product")[0][0])
    ref = rig.ref(Entity.PRODUCTS, key)
    rig.books.edit_item(ref, name="Pressed in Odoo")
    _press(rig, "product.template", int(ref))
    assert poll_presses(rig.services) == 1
    assert poll_presses(rig.services) == 0
    rig.settle()
    assert rig.shop_name(key) == "Pressed in Odoo"
    (row,) = rig.ground.find(_queue(rig), [], "x_state")
    assert row["x_state"] == "taken"
    poll_presses(rig.services)
    (row,) = rig.ground.find(_queue(rig), [], "x_state")
    assert row["x_state"] == "done"
    assert show_boards(rig.services) > 0
    assert show_boards(rig.services) == 0, "what has not changed is not sent again"
    buttons.install(rig.services, rig.connection)
    assert show_boards(rig.services) > 0, "the lists may have been made anew"
    buttons.remove(rig.services, rig.connection)
    assert not buttons.show(rig.services, rig.connection)["installed"]


def test_what_the_shop_does_not_have_is_said_to_the_person(make_rig: MakeRig) -> None:
    rig = make_rig(products=2)
    rig.to_erp()
    buttons.install(rig.services, rig.connection)
    partner = rig.ground.rpc("res.partner", "create", {"name": "Nobody of the shop"})
    _press(rig, "res.partner", partner)
    assert poll_presses(rig.services) == 1
    (row,) = rig.ground.find(_queue(rig), [], "x_state", "x_message")
    assert row["x_state"] == "failed"
    assert "not linked" in row["x_message"]


def test_a_press_that_cannot_be_answered_gives_one_job(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Presses can be read, but not written."""
    rig = make_rig(products=2, **ALL_ERP)
    rig.to_erp()
    buttons.install(rig.services, rig.connection)
    key = str(rig.sql("SELECT MIN(product_id) FROM oc_product")[0][0])
    ref = rig.ref(Entity.PRODUCTS, key)

    def refuse(self: OdooErp, answers: list[PressAnswer]) -> None:
        assert answers
        raise TransientError("Presses cannot be written", fix="Nothing to do.")

    _press(rig, "product.template", int(ref))
    before = rig.services.ledger.jobs(page=1, limit=1).total
    with monkeypatch.context() as patch:
        patch.setattr(OdooErp, "answer", refuse)
        for _ in range(4):
            poll_presses(rig.services)
        made = rig.services.ledger.jobs(page=1, limit=1).total - before
        rig.settle()
        poll_presses(rig.services)
    assert made == 3, "the product, its stock and its prices, once"
    assert rig.services.ledger.jobs(page=1, limit=1).total - before == made
    assert poll_presses(rig.services) == 0
    (row,) = rig.ground.find(_queue(rig), [], "x_state")
    assert row["x_state"] == "done", "answered as soon as that works again"
    _press(rig, "product.template", int(ref))
    assert poll_presses(rig.services) == 1, "another press of it is another wish"


def test_a_press_whose_job_was_not_noted_is_done_again(
    make_rig: MakeRig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The agent dies between making the job and noting which press has it."""
    rig = make_rig(products=2, **ALL_ERP)
    rig.to_erp()
    buttons.install(rig.services, rig.connection)
    key = str(rig.sql("SELECT MIN(product_id) FROM oc_product")[0][0])
    _press(rig, "product.template", int(rig.ref(Entity.PRODUCTS, key)))

    def die(name: str, value: str) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rig.services.settings, "set", die)
        with pytest.raises(KeyboardInterrupt):
            poll_presses(rig.services)
    assert poll_presses(rig.services) == 1
    (row,) = rig.ground.find(_queue(rig), [], "x_state")
    assert row["x_state"] == "taken"


def test_buttons_that_were_taken_back_and_made_again_begin_anew(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, **ALL_ERP)
    rig.to_erp()
    buttons.install(rig.services, rig.connection)
    key = str(rig.sql("SELECT MIN(product_id) FROM oc_product")[0][0])
    ref = rig.ref(Entity.PRODUCTS, key)
    _press(rig, "product.template", int(ref))
    assert poll_presses(rig.services) == 1
    shown = show_boards(rig.services)
    buttons.remove(rig.services, rig.connection)
    buttons.install(rig.services, rig.connection)
    assert show_boards(rig.services) == shown, "the lists are filled again"
    _press(rig, "product.template", int(ref))
    assert poll_presses(rig.services) == 1, "it has the number that the first one had"


def test_presses_that_are_open_outlive_another_installation(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, **ALL_ERP)
    rig.to_erp()
    buttons.install(rig.services, rig.connection)
    key = str(rig.sql("SELECT MIN(product_id) FROM oc_product")[0][0])
    _press(rig, "product.template", int(rig.ref(Entity.PRODUCTS, key)))
    assert poll_presses(rig.services) == 1
    buttons.install(rig.services, rig.connection)
    rig.settle()
    poll_presses(rig.services)
    (row,) = rig.ground.find(_queue(rig), [], "x_state")
    assert row["x_state"] == "done"


def test_lines_that_ended_while_nobody_looked_leave_the_list(make_rig: MakeRig) -> None:
    """The buttons are made anew over those that are there, before the lists are brought up."""
    rig = make_rig(products=2, **ALL_ERP)
    rig.to_erp()
    buttons.install(rig.services, rig.connection)
    waiting = WaitingList(rig.services.database, rig.clock)
    for key in ("71", "72"):
        error = Held("Made up", fix="-", code="x")
        waiting.add(rig.connection, Entity.ORDERS, key, f"Order {key}", error)
    sent = show_boards(rig.services)
    assert _lines(rig) == {"Order 71", "Order 72"}
    waiting.remove(rig.connection, Entity.ORDERS, "71")
    buttons.install(rig.services, rig.connection)
    assert show_boards(rig.services) == sent - 1, "the others are sent again"
    assert _lines(rig) == {"Order 72"}


def _lines(rig: TwoWayRig) -> set[str]:
    """Return what Odoo's list of what waits shows."""
    model = _queue(rig).replace("_queue", "_board")
    return {row["x_name"] for row in rig.ground.find(model, [("x_list", "=", "waiting")], "x_name")}
