"""Buttons, menu and lists inside Odoo: made by RPC alone, once only, and taken back whole."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from agent.erp.buttons import BoardRow, ButtonsErp, PressAnswer
from agent.erp.odoo.adapter import OdooErp
from agent.errors import AuthError, TransientError
from agent.model.entity import Entity
from agent_tests.contract.ground import Ground, new_instance, unique
from agent_tests.lab.wire import Wire

LABEL = "Synchronize to OpenCart"
COUNTED = (
    *("ir.model", "ir.model.fields", "ir.model.access", "ir.model.data", "ir.ui.view"),
    *("ir.ui.menu", "ir.actions.act_window", "ir.actions.server", "res.groups"),
)
PRESSED = {
    "product.template": Entity.PRODUCTS,
    "product.category": Entity.CATEGORIES,
    "product.attribute": Entity.ATTRIBUTES,
    "sale.order": Entity.ORDERS,
    "res.partner": Entity.CUSTOMERS,
}


class Buttons:
    """The buttons of one shop on one server."""

    def __init__(self, ground: Ground, instance: str, erp: OdooErp, before: dict[str, int]) -> None:
        self.before = before
        self.ground = ground
        self.instance = instance
        self.erp = erp
        self.queue = f"x_{instance}_queue"
        self.board = f"x_{instance}_board"

    def parts(self) -> dict[str, tuple[str, int]]:
        """Return model and id of all parts by the name in their external id."""
        domain = [("module", "=", self.instance), ("name", "like", "buttons_")]
        rows = self.ground.find("ir.model.data", domain, "name", "model", "res_id", "noupdate")
        assert all(row["noupdate"] for row in rows)
        return {row["name"]: (row["model"], row["res_id"]) for row in rows}

    def action(self, model: str) -> int:
        """Return the action for a model."""
        return self.parts()[f"buttons_action_{model.replace('.', '_')}"][1]

    def press(self, model: str, ids: list[int], user: tuple[str, str] | None = None) -> Any:
        """Press as the web client does it."""
        context = {"active_model": model, "active_ids": ids, "active_id": ids[0]}
        return self.ground.rpc_as(
            user, "ir.actions.server", "run", [self.action(model)], context=context
        )


@pytest.fixture(scope="module")
def made() -> Iterator[dict[str, Buttons]]:
    """Keep the buttons that tests of one server share; making them takes seconds."""
    kept: dict[str, Buttons] = {}
    yield kept
    for buttons in kept.values():
        if buttons.erp.has_buttons():  # where the test that takes them back did not run
            buttons.erp.remove_buttons()
        buttons.erp.close()


@pytest.fixture
def buttons(ground: Ground, made: dict[str, Buttons]) -> Buttons:
    """Give a server with buttons: answers were lost on the way, and two made them at once."""
    if ground.name not in made:
        made[ground.name] = _make(ground)
    return made[ground.name]


def _make(ground: Ground) -> Buttons:
    instance = new_instance()
    before = counts(ground)
    with Wire(ground.url) as proxy:
        for skip in (0, 1, 3):
            erp = ground.connect(instance, url=proxy.url)
            proxy.order("lose", "*.load", skip=skip)
            with pytest.raises(TransientError):
                erp.install_buttons()
            erp.close()
        assert proxy.spoiled.total() == 3
    two = [ground.connect(instance), ground.connect(instance)]
    with ThreadPoolExecutor(2) as pool:
        findings = list(pool.map(lambda one: one.install_buttons(), two))
    assert [f.level for found in findings for f in found] == ["ok", "ok"]
    two[1].close()
    assert isinstance(two[0], OdooErp)
    assert isinstance(two[0], ButtonsErp)
    return Buttons(ground, instance, two[0], before)


@pytest.fixture
def connect(ground: Ground) -> Iterator[Callable[..., OdooErp]]:
    """Give a function that opens connections."""
    opened: list[OdooErp] = []

    def open_one(instance: str, **settings: Any) -> OdooErp:
        erp = ground.connect(instance, **settings)
        assert isinstance(erp, OdooErp)
        opened.append(erp)
        return erp

    yield open_one
    for erp in opened:
        erp.close()


def counts(ground: Ground) -> dict[str, int]:
    return {
        model: ground.rpc(model, "search_count", [], context={"active_test": False})
        for model in COUNTED
    }


def some(ground: Ground, model: str) -> int:
    """Return a record of a model."""
    if model == "sale.order":
        partner = some(ground, "res.partner")
        return int(ground.rpc(model, "create", {"partner_id": partner}))
    return int(ground.rpc(model, "create", {"name": unique("Pressed")}))


def test_what_is_made(buttons: Buttons) -> None:
    parts = buttons.parts()
    menus = {n: i for n, (model, i) in parts.items() if model == "ir.ui.menu"}
    rows = buttons.ground.find(
        "ir.ui.menu", [("id", "in", list(menus.values()))], "name", "parent_id", "action"
    )
    assert [row["name"] for row in rows] == [
        *("OpenCart", "Presses", "Mappings", "Last runs", "Waiting"),
    ]
    assert {row["parent_id"][0] for row in rows[1:]} == {menus["buttons_menu_root"]}
    windows = {i for model, i in parts.values() if model == "ir.actions.act_window"}
    assert {int(row["action"].split(",")[1]) for row in rows[1:]} == windows
    actions = [i for model, i in parts.values() if model == "ir.actions.server"]
    columns = ("name", "binding_model_id", "binding_type", "binding_view_types")
    found = buttons.ground.find("ir.actions.server", [("id", "in", actions)], *columns)
    assert len(found) == len(PRESSED) + 1
    for row in found:
        assert row["name"] == LABEL
        assert row["binding_model_id"]
        assert (row["binding_type"], row["binding_view_types"]) == ("action", "list,form")
    (german,) = buttons.ground.find(
        "ir.ui.menu", [("id", "=", menus["buttons_menu_mappings"])], "name", lang="de_DE"
    )
    assert german["name"] == "Zuordnungen"


def test_an_ordinary_user_presses_and_is_answered(buttons: Buttons, ground: Ground) -> None:
    person = ground.nobodies()
    start = datetime.now(UTC) - timedelta(minutes=5)
    records = {model: some(ground, model) for model in PRESSED if model != "sale.order"}
    for model, record in records.items():
        told = buttons.press(model, [record], person)
        assert told["tag"] == "display_notification"
        assert told["params"]["message"].endswith(": 1")
    presses = buttons.erp.presses(100)
    assert [(p.entity, p.ref) for p in presses] == [
        (PRESSED[model], str(record)) for model, record in records.items()
    ]
    assert {p.user for p in presses} == {ground.name_of(person)}
    assert all(start < p.at < datetime.now(UTC) + timedelta(minutes=5) for p in presses)
    taken = [PressAnswer(p.id, "taken") for p in presses]
    buttons.erp.answer(taken)
    assert buttons.erp.presses(100) == []
    done, failed = presses[0], presses[1]
    answers = [PressAnswer(done.id, "done"), PressAnswer(failed.id, "failed", "It has no name")]
    buttons.erp.answer(answers)
    buttons.erp.answer(answers)
    shown = ground.rpc_as(
        person,
        *(buttons.queue, "read", [int(done.id), int(failed.id)], ["x_state", "x_message"]),
    )
    assert [(r["x_state"], r["x_message"] or "") for r in shown] == [
        ("done", ""),
        ("failed", "It has no name"),
    ]


def test_orders_and_variants(buttons: Buttons, ground: Ground) -> None:
    template = some(ground, "product.template")
    (variant,) = ground.rpc("product.product", "search", [("product_tmpl_id", "=", template)])
    order = some(ground, "sale.order")
    buttons.press("product.product", [variant])
    buttons.press("sale.order", [order])
    presses = buttons.erp.presses(100)
    assert [(p.entity, p.ref) for p in presses] == [
        (Entity.PRODUCTS, str(template)),
        (Entity.ORDERS, str(order)),
    ]
    buttons.erp.answer([PressAnswer(p.id, "done") for p in presses])


def test_pressing_twice_asks_once_and_a_limit_keeps_the_order(
    buttons: Buttons, ground: Ground
) -> None:
    first, second = some(ground, "res.partner"), some(ground, "res.partner")
    buttons.press("res.partner", [first])
    told = buttons.press("res.partner", [first, second])
    assert told["params"]["message"].endswith(": 2")
    assert [p.ref for p in buttons.erp.presses(1)] == [str(first)]
    presses = buttons.erp.presses(100)
    assert [p.ref for p in presses] == [str(first), str(second)]
    buttons.erp.answer([PressAnswer(presses[0].id, "taken")])
    buttons.press("res.partner", [first])
    assert [p.ref for p in buttons.erp.presses(100)] == [str(second), str(first)]
    buttons.erp.answer([PressAnswer(p.id, "done") for p in buttons.erp.presses(100)])


def test_answered_presses_are_cleared_away_in_time(
    buttons: Buttons, ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, waiting = some(ground, "res.partner"), some(ground, "res.partner")
    buttons.press("res.partner", [old])
    (press,) = buttons.erp.presses(10)
    buttons.erp.answer([PressAnswer(press.id, "taken")])
    buttons.press("res.partner", [waiting])
    assert ground.find(buttons.queue, [("id", "=", int(press.id))], "id")
    monkeypatch.setattr("agent.erp.odoo.buttons.presses.KEPT_DAYS", -1)
    buttons.erp.answer([PressAnswer(press.id, "done")])
    rows = ground.find(buttons.queue, [], "x_res_id", "x_state")
    assert [(row["x_res_id"], row["x_state"]) for row in rows] == [(waiting, "todo")]
    monkeypatch.undo()
    buttons.erp.answer([PressAnswer(p.id, "done") for p in buttons.erp.presses(10)])


def test_a_press_for_what_was_deleted_is_answered_at_once(buttons: Buttons, ground: Ground) -> None:
    template = some(ground, "product.template")
    (variant,) = ground.rpc("product.product", "search", [("product_tmpl_id", "=", template)])
    buttons.press("product.product", [variant])
    ground.rpc("product.template", "unlink", [template])
    assert buttons.erp.presses(100) == []
    mine = [("x_res_id", "=", variant), ("x_model", "=", "product.product")]
    (row,) = ground.find(buttons.queue, mine, "x_state", "x_message")
    assert row["x_state"] == "failed"
    assert "not in Odoo" in row["x_message"]
    buttons.erp.answer([PressAnswer("999999999", "done"), PressAnswer("no number", "done")])


def test_the_lists_follow(buttons: Buttons, ground: Ground) -> None:
    at = datetime(2026, 3, 1, 12, 30, tzinfo=UTC)
    rows = [
        BoardRow("mappings", "products:42", "products", 'Cinema\u2009 30"', "linked", "7", "", at),
        BoardRow("mappings", "products:43", "products", "Nano", "failed", "", "No name"),
        BoardRow("waiting", "products:42", "products", "Cinema", "held"),
    ]
    buttons.erp.show(rows, gone={})
    buttons.erp.show(rows, gone={})
    person = ground.nobodies()

    def listed(name: str) -> list[tuple[Any, ...]]:
        found = ground.rpc_as(
            person,
            *(buttons.board, "search_read", [("x_list", "=", name)]),
            fields=["x_key", "x_name", "x_state", "x_ref", "x_note", "x_at"],
            order="x_key",
        )
        return [tuple(v for k, v in row.items() if k != "id") for row in found]

    assert listed("mappings") == [
        ("products:42", 'Cinema\u2009 30"', "linked", "7", False, "2026-03-01 12:30:00"),
        ("products:43", "Nano", "failed", False, "No name", False),
    ]
    changed = BoardRow("mappings", "products:43", "products", "Nano", "linked", "8", "", at)
    buttons.erp.show([changed], gone={"mappings": ["products:42", "unknown"], "waiting": []})
    assert listed("mappings") == [
        ("products:43", "Nano", "linked", "8", False, "2026-03-01 12:30:00"),
    ]
    assert len(listed("waiting")) == 1
    with pytest.raises(Exception, match="not allowed"):
        ground.rpc_as(person, buttons.board, "create", {"x_list": "runs"})


def test_without_the_right_nothing_is_made(ground: Ground, connect: Callable[..., OdooErp]) -> None:
    login, password = ground.sellers()
    erp = connect(new_instance(), user=login, password=password)
    before = counts(ground)
    with pytest.raises(AuthError) as refused:
        erp.install_buttons()
    assert "Administration: Settings" in refused.value.cause
    assert refused.value.code == "erp.rights"
    assert counts(ground) == before
    assert not erp.has_buttons()
    assert erp.presses(10) == []
    erp.answer([PressAnswer("1", "done")])
    erp.show([BoardRow("runs", "1", "orders", "Orders", "done")], gone={"runs": ["2"]})


def test_what_an_older_bridge_made_is_brought_up_to_date(buttons: Buttons, ground: Ground) -> None:
    parts = buttons.parts()
    (about,) = ground.rpc(buttons.board, "search", [("x_list", "=", "about")])
    ground.rpc(buttons.board, "write", [about], {"x_state": "older"})
    action = buttons.action("res.partner")
    ground.rpc(
        *("ir.actions.server", "write", [action], {"code": "pass", "name": "To the shop"}),
        context={"lang": "en_US"},
    )
    ground.rpc("ir.ui.menu", "unlink", [parts["buttons_menu_waiting"][1]])
    assert not buttons.erp.has_buttons()
    assert _finding(buttons.erp).code == "odoo.buttons_outdated"
    buttons.erp.install_buttons()
    assert buttons.erp.has_buttons()
    assert _finding(buttons.erp).level == "ok"
    again = buttons.parts()
    assert again.keys() == parts.keys()
    assert {n for n in parts if parts[n] != again[n]} == {"buttons_menu_waiting"}
    (row,) = ground.find("ir.actions.server", [("id", "=", action)], "code", "name")
    assert buttons.queue in row["code"]
    assert row["name"] == "To the shop"  # what a person called it


def _finding(erp: OdooErp) -> Any:
    (found,) = [f for f in erp.check() if f.check == "buttons"]
    return found


def test_push(ground: Ground, connect: Callable[..., OdooErp]) -> None:
    instance = new_instance()
    erp = connect(instance)
    before = counts(ground)
    (found,) = erp.set_push("http://127.0.0.1:9/hooks/1/secret")
    if not ground.modern:
        assert (found.level, found.code) == ("warning", "odoo.no_push")
        assert counts(ground) == before
    elif ground.real:
        assert found.level == "ok"
        hooks = ground.find("ir.actions.server", [("webhook_url", "like", "/hooks/1/secret")], "id")
        erp.set_push("http://127.0.0.1:9/hooks/1/other")
        assert hooks == ground.find(
            "ir.actions.server", [("webhook_url", "like", "/hooks/1/other")], "id"
        )
    else:
        assert (found.level, found.code) == ("warning", "odoo.no_automation")
    assert erp.set_push("")[0].level == "ok"
    assert counts(ground) == before


def test_nothing_is_there_twice(buttons: Buttons, ground: Ground) -> None:
    own = [buttons.queue, buttons.board]
    parts = buttons.parts()
    for model, column in (
        *(("ir.model", "model"), ("ir.ui.view", "model"), ("ir.actions.act_window", "res_model")),
        ("ir.model.access", "model_id.model"),
    ):
        known = {i for m, i in parts.values() if m == model}
        rows = ground.find(model, [(column, "in", own)], "id")
        assert known
        assert {row["id"] for row in rows} == known
    code = ground.find("ir.actions.server", [("code", "like", buttons.queue)], "id")
    assert {r["id"] for r in code} == {i for m, i in parts.values() if m == "ir.actions.server"}
    assert buttons.erp.has_buttons()
    before = counts(ground)
    assert [f.level for f in buttons.erp.install_buttons()] == ["ok"]
    assert buttons.parts() == parts
    assert counts(ground) == before


def test_a_connection_that_lost_the_right_still_answers(
    buttons: Buttons, ground: Ground, connect: Callable[..., OdooErp]
) -> None:
    login = unique("bridge").replace(" ", "")
    column = "group_ids" if ground.modern else "groups_id"
    user, system = (ground.xml_id(f"base.group_{word}") for word in ("user", "system"))
    values = {"name": login, "login": login, "password": login}
    uid = ground.rpc("res.users", "create", {**values, column: [(6, 0, [user, system])]})
    erp = connect(buttons.instance, user=login, password=login, protocol="xmlrpc")
    erp.install_buttons()
    ground.rpc("res.users", "write", [uid], {column: [(3, system)]})
    erp = connect(buttons.instance, user=login, password=login, protocol="xmlrpc")
    assert erp.has_buttons()
    partner = some(ground, "res.partner")
    buttons.press("res.partner", [partner])
    (press,) = erp.presses(10)
    assert press.ref == str(partner)
    erp.answer([PressAnswer(press.id, "done")])
    erp.show([BoardRow("runs", "1", "orders", "Orders", "done")], gone={"runs": ["2"]})
    with pytest.raises(AuthError, match="Administration: Settings"):
        erp.remove_buttons()
    assert _finding(erp).level == "ok"
    other, password = ground.nobodies()
    erp = connect(buttons.instance, user=other, password=password)
    assert erp.has_buttons()
    assert _finding(erp).code == "odoo.buttons_rights"


def test_what_is_taken_back_leaves_no_trace(
    buttons: Buttons, ground: Ground, made: dict[str, Buttons]
) -> None:
    parts = buttons.parts()
    template = some(ground, "product.template")
    buttons.press("product.template", [template])
    buttons.erp.show([BoardRow("runs", "1", "products", "Products", "done")], gone={})
    assert [f.level for f in buttons.erp.remove_buttons()] == ["ok"]
    assert not buttons.erp.has_buttons()
    assert _finding(buttons.erp).level == "ok"
    assert buttons.parts() == {}
    assert ground.find("ir.model.data", [("module", "=", buttons.instance)], "name") == []
    for model, column in (
        *(("ir.model", "model"), ("ir.model.fields", "model"), ("ir.ui.view", "model")),
        *(("ir.model.access", "name"), ("ir.actions.act_window", "res_model")),
        ("ir.actions.server", "code"),
    ):
        assert ground.find(model, [(column, "like", buttons.instance)], "id") == []
    for model in {model for model, _ in parts.values()} - {buttons.queue, buttons.board}:
        ids = [number for known, number in parts.values() if known == model]
        assert ground.find(model, [("id", "in", ids)], "id") == []
    if sum(other.ground.url == ground.url for other in made.values()) == 1:
        assert counts(ground) == buttons.before
    assert ground.read("product.template", str(template), "active")["active"]
    assert [f.level for f in buttons.erp.remove_buttons()] == ["ok"]
    assert buttons.erp.presses(10) == []
