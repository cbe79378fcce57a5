"""The records that make up the buttons, as rows for ``load()``.

References are written as marks, because ids differ between databases and an ordinary user may not
read them: ``@model:<name>`` stands for the id of a model, ``@fields:<model>:<names>`` for those
of fields, ``@part:<part>`` for that of a part.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from agent.erp.odoo.buttons import code
from agent.erp.odoo.buttons.names import ENTITIES, Names, part_word
from agent.erp.odoo.buttons.words import SYNCHRONIZE

GROUP = "res.groups"
ACCESS = "ir.model.access"
VIEW = "ir.ui.view"
WINDOW = "ir.actions.act_window"
MENU = "ir.ui.menu"
ACTION = "ir.actions.server"
LISTS = (("mappings", "Mappings"), ("runs", "Last runs"), ("waiting", "Waiting"))
STATES = (("todo", "To do"), ("taken", "Taken"), ("done", "Done"), ("failed", "Failed"))
MODEL_MARK, FIELDS_MARK, PART_MARK = "@model:", "@fields:", "@part:"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """How this server spells what was renamed: views are lists since 18, groups since 19."""

    list: str = "list"
    groups: str = "group_ids"


NEUTRAL = Vocabulary()


@dataclass(frozen=True, slots=True)
class Part:
    """One record. ``given`` are columns that are set once: people may rename what they see."""

    name: str
    model: str
    cells: Mapping[str, str]
    given: frozenset[str] = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class ManualField:
    """A field of a manual model."""

    name: str
    label: str
    kind: str
    more: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ManualModel:
    """A manual model; it is made with all its fields in one call."""

    part: str
    model: str
    label: str
    order: str
    fields: tuple[ManualField, ...]


def manual_models(names: Names) -> tuple[ManualModel, ManualModel]:
    """Return the models of presses and of the lists."""
    queue = ManualModel(
        "model_queue",
        names.queue,
        "OpenCart press",
        "id desc",
        (
            ManualField("x_name", "Record", "char"),
            ManualField("x_kind", "Kind", "char"),
            ManualField("x_model", "Model", "char"),
            ManualField("x_res_id", "Record ID", "integer", {"index": "1"}),
            ManualField("x_state", "State", "selection", {"selection": repr(list(STATES))}),
            ManualField("x_message", "Message", "text"),
        ),
    )
    board = ManualModel(
        "model_board",
        names.board,
        "OpenCart list",
        "x_at desc, id desc",
        (
            ManualField("x_name", "Record", "char"),
            ManualField("x_list", "List", "char", {"index": "1"}),
            ManualField("x_key", "Key", "char", {"index": "1"}),
            ManualField("x_entity", "Kind", "char"),
            ManualField("x_state", "State", "char"),
            ManualField("x_ref", "Odoo ID", "char"),
            ManualField("x_note", "Note", "text"),
            ManualField("x_at", "Time", "datetime"),
        ),
    )
    return queue, board


def parts(names: Names, models: Iterable[str], words: Vocabulary) -> list[Part]:
    """Return all parts but the models, in the order in which they can be made.

    ``models`` are those of :data:`ENTITIES` that the database has.
    """
    return [
        *_access(names),
        *_views(names, words),
        *_windows(names, words),
        *_menus(names),
        *(_action(names, model, words) for model in ENTITIES if model in set(models)),
    ]


def version(names: Names, models: Iterable[str]) -> str:
    """Return a mark of everything that is made; it changes when a part does."""
    plain = [
        [[p.name, p.model, sorted(p.cells.items())] for p in parts(names, models, NEUTRAL)],
        [
            [
                m.model,
                m.order,
                [[f.name, f.label, f.kind, sorted(f.more.items())] for f in m.fields],
            ]
            for m in manual_models(names)
        ],
    ]
    return hashlib.blake2b(json.dumps(plain).encode(), digest_size=8).hexdigest()


def group_part() -> Part:
    """Return the group whose members may answer presses and write the lists."""
    return Part("group", GROUP, {"name": "OpenCart bridge"})


def _access(names: Names) -> list[Part]:
    def row(part: str, which: str, group: str, rights: str) -> Part:
        cells = {"name": f"{names.instance} {part}", "model_id/id": names.full(f"model_{which}")}
        cells["group_id/id"] = group
        for letter, column in zip("rwcu", ("read", "write", "create", "unlink"), strict=True):
            cells[f"perm_{column}"] = "1" if letter in rights else "0"
        return Part(f"access_{part}", ACCESS, cells, frozenset())

    bridge = names.full("group")
    return [
        row("queue_user", "queue", "base.group_user", "rc"),
        row("queue_bridge", "queue", bridge, "rwcu"),
        row("board_user", "board", "base.group_user", "r"),
        row("board_bridge", "board", bridge, "rwcu"),
    ]


_STATE = (
    '<field name="x_state" widget="badge" decoration-info="x_state == \'taken\'" '
    "decoration-success=\"x_state == 'done'\" decoration-danger=\"x_state == 'failed'\"/>"
)
_QUEUE_LIST = (
    '<field name="create_date" string="Time"/><field name="x_name"/><field name="x_kind"/>'
    '<field name="x_res_id"/><field name="create_uid" string="User"/>'
    + _STATE
    + '<field name="x_message"/>'
)
_QUEUE_FORM = (
    '<group><field name="x_name"/><field name="x_kind"/><field name="x_res_id"/></group>'
    '<group><field name="create_uid" string="User"/><field name="create_date" string="Time"/>'
    '<field name="x_state"/></group><group><field name="x_message"/></group>'
)
_BOARD_LIST = (
    '<field name="x_at"/><field name="x_entity"/><field name="x_name"/><field name="x_ref"/>'
    '<field name="x_state"/><field name="x_note"/>'
)
_BOARD_FORM = (
    '<group><field name="x_entity"/><field name="x_name"/><field name="x_ref"/></group>'
    '<group><field name="x_at"/><field name="x_state"/></group>'
    '<group><field name="x_note"/></group>'
)
_QUEUE_SEARCH = '<field name="x_name"/><field name="create_uid"/>' + "".join(
    f'<filter name="{value}" string="{label}" domain="[(&quot;x_state&quot;, &quot;=&quot;, '
    f'&quot;{value}&quot;)]"/>'
    for value, label in STATES
)
_BOARD_SEARCH = (
    '<field name="x_name"/><field name="x_entity"/><field name="x_ref"/><field name="x_state"/>'
    '<filter name="by_kind" string="Kind" context="{\'group_by\': \'x_entity\'}"/>'
    '<filter name="by_state" string="State" context="{\'group_by\': \'x_state\'}"/>'
)
_FIXED = 'create="0" edit="0" delete="0"'


def _views(names: Names, words: Vocabulary) -> list[Part]:
    def view(which: str, kind: str, arch: str) -> Part:
        model = names.queue if which == "queue" else names.board
        cells = {"name": f"{model}.{kind}", "model": model, "type": kind, "arch": arch}
        part = "list" if kind == words.list else kind
        return Part(f"view_{which}_{part}", VIEW, cells, frozenset())

    found = []
    for which, rows, form, search in (
        ("queue", _QUEUE_LIST, _QUEUE_FORM, _QUEUE_SEARCH),
        ("board", _BOARD_LIST, _BOARD_FORM, _BOARD_SEARCH),
    ):
        found += [
            view(which, words.list, f"<{words.list} {_FIXED}>{rows}</{words.list}>"),
            view(which, "form", f"<form {_FIXED}><sheet>{form}</sheet></form>"),
            view(which, "search", f"<search>{search}</search>"),
        ]
    return found


def _windows(names: Names, words: Vocabulary) -> list[Part]:
    mode = f"{words.list},form"
    found = [
        Part(
            "window_presses",
            WINDOW,
            {"name": "Presses", "res_model": names.queue, "view_mode": mode, "domain": "[]"},
        )
    ]
    for name, label in LISTS:
        cells = {"name": label, "res_model": names.board, "view_mode": mode}
        cells["domain"] = f"[('x_list', '=', '{name}')]"
        found.append(Part(f"window_{name}", WINDOW, cells))
    return found


def _menus(names: Names) -> list[Part]:
    found = [
        Part("menu_root", MENU, {"name": "OpenCart", "sequence": "90"}),
    ]
    for number, (name, label) in enumerate((("presses", "Presses"), *LISTS), 1):
        cells = {"name": label, "parent_id/id": names.full("menu_root"), "sequence": str(number)}
        cells["action"] = f"{WINDOW},{PART_MARK}window_{name}"
        found.append(Part(f"menu_{name}", MENU, cells))
    return found


def _action(names: Names, model: str, words: Vocabulary) -> Part:
    cells = {
        "name": SYNCHRONIZE,
        "model_id/.id": f"{MODEL_MARK}{model}",
        "state": "code",
        "code": code.press(names),
        "binding_model_id/.id": f"{MODEL_MARK}{model}",
        "binding_type": "action",
        "binding_view_types": "list,form",
        f"{words.groups}/id": "base.group_user",
    }
    return Part(f"action_{part_word(model)}", ACTION, cells)
