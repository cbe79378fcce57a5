"""Models, rights, views, menus and actions that administrators add to Odoo by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent.erp.odoo.buttons.code import press
from agent.erp.odoo.buttons.names import Names
from agent_tests.live.fidelity.rights import OPERATIONS, may, person
from agent_tests.live.fidelity.talk import Talk

MODEL, FIELD, ACCESS = "ir.model", "ir.model.fields", "ir.model.access"
VIEW, WINDOW, MENU, ACTION = (
    *("ir.ui.view", "ir.actions.act_window"),
    *("ir.ui.menu", "ir.actions.server"),
)
STATES = "[('todo', 'To do'), ('done', 'Done')]"
COLUMNS = [
    *("id", "name", "model", "order"),
    *("field_id/name", "field_id/field_description", "field_id/ttype", "field_id/selection"),
]


def thing(t: Talk, word: str = "thing") -> tuple[str, Any]:
    """Load a model with four fields; return its name and what loading answered."""
    name = f"x_{t.tag}_{word}"
    rows = [
        [f"{t.tag}.{word}", "Thing", name, "id desc", "x_name", "Name", "char", ""],
        ["", "", "", "", "x_state", "State", "selection", STATES],
        ["", "", "", "", "x_number", "Number", "integer", ""],
        ["", "", "", "", "x_at", "Time", "datetime", ""],
    ]
    return name, t.load(MODEL, COLUMNS, rows, noupdate=True)


def grant(t: Talk, name: str, group: str, rights: str) -> Any:
    (model,) = t(MODEL, "search", [["model", "=", name]])
    columns = ("read", "write", "create", "unlink")
    perms = {
        f"perm_{column}": letter in rights for letter, column in zip("rwcu", columns, strict=True)
    }
    values = {"name": name, "model_id": model, "group_id": t.ref(group), **perms}
    made = t(ACCESS, "create", values)
    # Odoo 19 looks rights up while it makes the row, and remembers them until the next change
    return t(ACCESS, "write", [made], {"active": True})


def manual_models(t: Talk) -> Iterator[Any]:
    name, answer = thing(t)
    yield answer
    yield thing(t)[1]
    known = t(name, "fields_get", [], ["type", "string", "selection", "required", "readonly"])
    yield {field: known[field] for field in sorted(known)}
    yield t.plain(t(name, "search", []))
    grant(t, name, "base.group_user", "rc")
    reader = person(t, t.name("reader"), "base.group_user")
    yield [may(reader, name, operation) for operation in OPERATIONS]
    made = reader(name, "create", {"x_name": "One", "x_state": "todo"})
    yield t.rows(name, [], "x_name", "x_state", "x_number", "x_at")
    yield t.plain(reader(name, "write", [made], {"x_state": "done"}))
    yield t.plain(reader(name, "create", {"x_state": "nothing"}))
    grant(t, name, "base.group_system", "rwcu")
    yield t(name, "write", [made], {"x_state": "done", "x_number": 5})
    columns = ["id", "x_name", "x_state", "x_at"]
    rows = [[f"{t.tag}.row", "Two", "todo", "2026-01-02 03:04:05"]]
    yield t.load(name, columns, rows, tz="UTC")
    yield t.load(name, columns, [[f"{t.tag}.row", "Two", "Done", ""]], tz="UTC")
    yield t.rows(name, [], "x_name", "x_state", "x_number", "x_at")
    yield t.rows(name, [["x_state", "=", "done"]], "x_name", order="x_name desc")


def refused_models(t: Talk) -> Iterator[Any]:
    name, _answer = thing(t)
    yield t.plain(t(MODEL, "create", {"name": "Bad", "model": f"{t.tag}_bad"}))
    yield t.plain(t(MODEL, "create", {"name": "Bad", "model": f"x_{t.tag} bad"}))
    yield t.plain(t(MODEL, "create", {"name": "Again", "model": name}))
    (base,) = t(MODEL, "search", [["model", "=", "res.partner"]])
    yield t.plain(t(MODEL, "unlink", [base]))
    (model,) = t(MODEL, "search", [["model", "=", name]])
    field = {"model_id": model, "field_description": "More", "ttype": "char"}
    yield t.plain(t(FIELD, "create", {**field, "name": "more"}))
    yield t.plain(t(FIELD, "create", {**field, "name": "x_name"}))
    t(FIELD, "create", {**field, "name": "x_more"})
    yield "x_more" in t(name, "fields_get", [], ["type"])
    yield t.plain(t("x_nothing_like_it", "search", []))
    manager = person(t, t.name("manager"), "base.group_user", "sales_team.group_sale_manager")
    for other in (MODEL, ACCESS, VIEW, WINDOW, MENU, ACTION):
        yield other, [may(manager, other, operation) for operation in OPERATIONS]


def dropped_models(t: Talk) -> Iterator[Any]:
    name, _answer = thing(t)
    grant(t, name, "base.group_system", "rwcu")
    t.load(name, ["id", "x_name"], [[f"{t.tag}.row", "One"]])
    (model,) = t(MODEL, "search", [["model", "=", name]])
    domain = [["module", "=", t.tag]]
    yield t.rows("ir.model.data", domain, "name")
    yield t(MODEL, "unlink", [model])
    yield t.rows("ir.model.data", domain, "name")
    yield t(FIELD, "search_count", [["model", "=", name]])
    yield t(ACCESS, "search_count", [["name", "=", name]])
    yield t.plain(t(name, "search", []))
    yield thing(t)[1]


def views_and_menus(t: Talk) -> Iterator[Any]:
    name, _answer = thing(t)
    kind = "list" if t.new else "tree"
    view = {"name": t.name(), "model": name, "type": kind}
    arch = f'<{kind}><field name="x_name"/></{kind}>'
    made = t(VIEW, "create", {**view, "arch": arch})
    found = t.read(VIEW, made, "type", "arch", "mode", "active", "priority")
    yield {**found, "arch": "x_name" in found["arch"]}
    yield isinstance(t(VIEW, "create", {**view, "arch": arch.replace("x_name", "x_no")}), str)
    yield isinstance(t(VIEW, "create", {**view, "arch": "<broken"}), str)
    yield t.plain(t(VIEW, "create", {**view, "type": "nothing", "arch": arch}))
    window = {"name": t.name(), "res_model": name, "view_mode": f"{kind},form"}
    opened = t(WINDOW, "create", window)
    yield t.read(WINDOW, opened, "type", "target", "domain", "context", "binding_type")
    yield t.plain(t(WINDOW, "create", {**window, "res_model": "x_no_such_model"}))
    root = t(MENU, "create", {"name": t.name("root")})
    below = t(MENU, "create", {"name": "b", "parent_id": root, "action": f"{WINDOW},{opened}"})
    yield t.plain(t.read(MENU, below, "name", "action", "sequence", "active"))
    yield t(MENU, "unlink", [root])
    yield t.read(MENU, below, "parent_id")


def presses(t: Talk) -> Iterator[Any]:
    names = Names(t.tag)
    rows = [
        [f"{t.tag}.queue", "Queue", names.queue, "id", "x_name", "Name", "char", ""],
        ["", "", "", "", "x_kind", "Kind", "char", ""],
        ["", "", "", "", "x_model", "Model", "char", ""],
        ["", "", "", "", "x_res_id", "Record", "integer", ""],
        ["", "", "", "", "x_state", "State", "selection", STATES],
    ]
    yield t.load(MODEL, COLUMNS, rows)
    (partners,) = t(MODEL, "search", [["model", "=", "res.partner"]])
    groups = "group_ids" if t.new else "groups_id"
    columns = [
        *("id", "name", "model_id/.id", "state", "code", "binding_model_id/.id"),
        *("binding_type", "binding_view_types", f"{groups}/id"),
    ]
    cells = [f"{t.tag}.press", "Press", str(partners), "code", press(names), str(partners)]
    cells += ["action", "list,form", "base.group_user"]
    yield t.load(ACTION, columns, [cells])
    (action,) = t(ACTION, "search", [["code", "like", names.queue]])
    read = ("name", "state", "binding_type", "binding_view_types", "usage", "type")
    yield t.read(ACTION, action, *read)
    someone = t("res.partner", "create", {"name": t.name("someone")})
    context = {"active_model": "res.partner", "active_ids": [someone], "active_id": someone}
    reader = person(t, t.name("reader"), "base.group_user")
    yield t.plain(reader(ACTION, "run", [action], context=context))
    grant(t, names.queue, "base.group_user", "rc")
    yield reader(ACTION, "run", [action], context=context)
    yield reader(ACTION, "run", [action], context=context)
    yield t.plain(t.rows(names.queue, [], "x_name", "x_kind", "x_model", "x_state"))
    t("res.partner", "unlink", [someone])
    t(names.queue, "create", {"x_name": "Other"})
    gone = {**context, "active_ids": [someone + 1000], "active_id": someone + 1000}
    yield t.plain(reader(ACTION, "run", [action], context=gone))
    t(ACTION, "write", [action], {groups: [[6, 0, [t.ref("base.group_system")]]]})
    yield t.plain(reader(ACTION, "run", [action], context=context))
    t(ACTION, "unlink", [action])
    (model,) = t(MODEL, "search", [["model", "=", names.queue]])
    yield t(MODEL, "unlink", [model])


SCENARIOS = (manual_models, refused_models, dropped_models, views_and_menus, presses)
