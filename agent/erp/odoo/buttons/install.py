"""Makes the buttons, brings them up to date, and takes them back.

Every call to Odoo makes a record and its external id in one transaction, so that whatever is
interrupted goes on where it stopped, and of two that make the same only one can.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from agent.erp.odoo.buttons.names import ABOUT, ENTITIES, PREFIX, Names
from agent.erp.odoo.buttons.parts import (
    ACCESS,
    ACTION,
    FIELDS_MARK,
    GROUP,
    MENU,
    MODEL_MARK,
    PART_MARK,
    VIEW,
    WINDOW,
    ManualModel,
    Part,
    Vocabulary,
    group_part,
    manual_models,
    parts,
)
from agent.erp.odoo.buttons.state import (
    DATA,
    Held,
    found_version,
    may_make,
    present,
    wanted_version,
)
from agent.erp.odoo.buttons.words import translations
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.load import Loader, LoadRecord
from agent.erp.port import Finding
from agent.errors import Busy, PermanentError

MODEL, FIELD = "ir.model", "ir.model.fields"
AUTOMATION, FILTER = "base.automation", "ir.filters"
TECHNICAL = (MODEL, FIELD, ACCESS, VIEW, WINDOW, MENU, ACTION, GROUP)
"""Models whose records are made; only administrators (group Settings) may make all of them."""
_TRIES = 4
_PAUSE = 0.5
_REMOVED = (ACTION, AUTOMATION, MENU, WINDOW, VIEW, FILTER, ACCESS)
"""In this order: a menu needs its window, a view its model, and a step that went with its
automation would leave its external id behind."""
_SHOWN = (MENU, WINDOW, ACTION)


def install(cx: Connection) -> list[Finding]:
    """Make what is missing, or bring all up to date; see :class:`agent.erp.buttons.ButtonsErp`."""
    may_make(cx, TECHNICAL)
    for attempt in range(_TRIES):
        try:
            return _install(cx)
        except (Busy, PermanentError):
            # another installation was first with a name that can be there once only
            if attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE * (attempt + 1))
            _forget(cx)
    raise AssertionError("the last try returns or raises")


def _install(cx: Connection) -> list[Finding]:
    names = Names(cx.instance)
    held = present(cx)
    all_parts = parts(names, [m for m in ENTITIES if cx.facts.has(m)], _vocabulary(cx))
    wanted = wanted_version(cx)
    models = manual_models(names)
    expected = {f"{PREFIX}{p.name}" for p in (*all_parts, group_part())}
    expected |= {f"{PREFIX}{m.part}" for m in models}
    there = expected <= set(held)
    if there and found_version(cx) == wanted:
        _join(cx, held[f"{PREFIX}group"].id)
        return [Finding("ok", "buttons", "The buttons are in Odoo and up to date")]
    _group(cx, held)
    for model in models:
        _model(cx, model, held)
    _forget(cx)
    fresh = load_parts(cx, all_parts, held)
    # while Odoo 19 makes rights it remembers those before them for the user; a change ends that
    rights = [h.id for h in held.values() if h.model == ACCESS]
    cx.odoo.write(ACCESS, rights, {"active": True})
    _translate(cx, all_parts, fresh)
    _about(cx, wanted)
    text = "brought up to date" if there else "made"
    return [Finding("ok", "buttons", f"The buttons and the menu OpenCart were {text} in Odoo")]


def remove(cx: Connection) -> list[Finding]:
    """Take everything back, presses and lists too; see :class:`agent.erp.buttons.ButtonsErp`."""
    may_make(cx, TECHNICAL)
    names = Names(cx.instance)
    own = [names.queue, names.board]
    held = present(cx)
    removed = len(held)
    for model in _REMOVED:
        ids = {h.id for h in held.values() if h.model == model}
        if model == VIEW:
            ids |= _ids(cx, VIEW, [("model", "in", own)])
        elif model == WINDOW:
            ids |= _ids(cx, WINDOW, [("res_model", "in", own)])
        elif model == FILTER and cx.facts.has(FILTER):
            ids |= _ids(cx, model, [("model_id", "in", own)])
        elif model == ACCESS:
            ids |= _ids(cx, ACCESS, [("model_id.model", "in", own)])
        _unlink(cx, model, ids)
    models = cx.odoo.find(MODEL, [("model", "in", own)], ["model"])
    _unlink(cx, MODEL, {int(row["id"]) for row in models})
    _unlink(cx, GROUP, {h.id for h in held.values() if h.model == GROUP})
    left = cx.odoo.find(
        DATA, [("module", "=", cx.instance), ("name", "=like", f"{PREFIX}%")], ["name"]
    )
    _unlink(cx, DATA, {int(r["id"]) for r in left if str(r["name"]).startswith(PREFIX)})
    _forget(cx)
    if not removed and not models:
        return [Finding("ok", "buttons", "There were no buttons in Odoo")]
    return [Finding("ok", "buttons", "The buttons and the menu OpenCart were taken out of Odoo")]


def remove_parts(cx: Connection, held: dict[str, Held]) -> None:
    """Take parts back, in the right order."""
    for model in _REMOVED:
        _unlink(cx, model, {h.id for h in held.values() if h.model == model})


def load_parts(cx: Connection, found: Sequence[Part], held: dict[str, Held]) -> dict[str, int]:
    """Make or update parts; return the ids of those that are new, by part, and note them in held.

    Raises:
        BridgeError: Odoo refused one.
    """
    fresh: dict[str, int] = {}
    base = _model_ids(cx, found)
    names = Names(cx.instance)
    for model, group in itertools.groupby(found, key=lambda part: part.model):
        records = []
        for part in (together := list(group)):
            cells = {k: _resolved(cx, v, held, base) for k, v in part.cells.items()}
            if f"{PREFIX}{part.name}" in held:
                cells = {k: v for k, v in cells.items() if k not in part.given}
            records.append(LoadRecord(part.name, {"id": names.full(part.name), **cells}))
        ids = _load(cx, model, records)
        for part in together:
            if f"{PREFIX}{part.name}" not in held:
                fresh[part.name] = ids[part.name]
                held[f"{PREFIX}{part.name}"] = Held(model, ids[part.name], 0)
    return fresh


def _load(cx: Connection, model: str, records: Sequence[LoadRecord]) -> dict[str, int]:
    loader = Loader(cx.odoo, _nothing, cx.facts.may)
    done = loader.load(model, records, lang=_english(cx), context={"noupdate": True})
    for result in done.values():
        if result.error is not None:
            raise result.error
    return {key: result.id or 0 for key, result in done.items()}


def _group(cx: Connection, held: dict[str, Held]) -> None:
    part = group_part()
    load_parts(cx, [part], held)
    _join(cx, held[f"{PREFIX}{part.name}"].id)


def _join(cx: Connection, group: int) -> None:
    """Put the connection's own user into the group that may answer presses."""
    column = "user_ids" if cx.facts.has(GROUP, "user_ids") else "users"
    uid = cx.odoo.transport.login()
    rows = cx.odoo.find(GROUP, [("id", "=", group)], [column])
    if rows and uid not in rows[0][column]:
        cx.odoo.write(GROUP, [group], {column: [(4, uid)]})


def _model(cx: Connection, model: ManualModel, held: dict[str, Held]) -> None:
    known = held.get(f"{PREFIX}{model.part}")
    if known is None:
        columns = [
            {
                "field_id/name": f.name,
                "field_id/field_description": f.label,
                "field_id/ttype": f.kind,
                "field_id/index": f.more.get("index", "0"),
                "field_id/selection": f.more.get("selection", ""),
            }
            for f in model.fields
        ]
        head = {"name": model.label, "model": model.model, "order": model.order}
        head["id"] = Names(cx.instance).full(model.part)
        record = LoadRecord(model.part, {**head, **columns[0]}, columns[1:])
        held[f"{PREFIX}{model.part}"] = Held(MODEL, _load(cx, MODEL, [record])[model.part], 0)
        return
    rows = cx.odoo.find(FIELD, [("model", "=", model.model)], ["name"])
    there = {str(r["name"]) for r in rows}
    for one in model.fields:
        if one.name not in there:
            values = {
                "model_id": known.id,
                "name": one.name,
                "field_description": one.label,
                "ttype": one.kind,
                "state": "manual",
                **one.more,
            }
            cx.odoo.transport.call(FIELD, "create", [values], {"context": cx.odoo.context()})


def _about(cx: Connection, wanted: str) -> None:
    names = Names(cx.instance)
    cells = {"x_list": ABOUT, "x_key": ABOUT, "x_name": "Version", "x_state": wanted}
    _load(cx, names.board, [LoadRecord(ABOUT, {"id": names.about, **cells})])


def _translate(cx: Connection, found: Sequence[Part], fresh: dict[str, int]) -> None:
    """Name what is new in the other languages of Odoo that there are words for."""
    for code, words in translations([code for code, _ in cx.facts.languages]).items():
        groups: dict[tuple[str, str], list[int]] = {}
        for part in found:
            word = words.get(part.cells.get("name", ""))
            if part.name in fresh and part.model in _SHOWN and word:
                groups.setdefault((part.model, word), []).append(fresh[part.name])
        for (model, word), ids in groups.items():
            cx.odoo.write(model, ids, {"name": word}, lang=code)


def _vocabulary(cx: Connection) -> Vocabulary:
    kinds = cx.facts.fields(VIEW)["type"].selection
    groups = "group_ids" if cx.facts.has(ACTION, "group_ids") else "groups_id"
    return replace(Vocabulary(), list="list" if "list" in kinds else "tree", groups=groups)


def _model_ids(cx: Connection, found: Sequence[Part]) -> dict[str, int]:
    wanted = {
        value.removeprefix(MODEL_MARK)
        for part in found
        for value in part.cells.values()
        if value.startswith(MODEL_MARK)
    }
    rows = cx.odoo.find(MODEL, [("model", "in", sorted(wanted))], ["model"]) if wanted else []
    return {str(r["model"]): int(r["id"]) for r in rows}


def _resolved(cx: Connection, value: str, held: dict[str, Held], base: dict[str, int]) -> str:
    if value.startswith(MODEL_MARK):
        return str(base[value.removeprefix(MODEL_MARK)])
    if value.startswith(FIELDS_MARK):
        model, _, names = value.removeprefix(FIELDS_MARK).partition(":")
        rows = cx.odoo.find(
            FIELD, [("model", "=", model), ("name", "in", names.split(","))], ["id"]
        )
        return ",".join(str(r["id"]) for r in rows)
    head, mark, part = value.partition(PART_MARK)
    return f"{head}{held[PREFIX + part].id}" if mark else value


def _ids(cx: Connection, model: str, domain: Sequence[Any]) -> set[int]:
    return {int(r["id"]) for r in cx.odoo.find(model, domain, ["id"])}


def _unlink(cx: Connection, model: str, ids: set[int]) -> None:
    if ids:
        alive = cx.odoo.find_in(model, "id", sorted(ids), ["id"])
        if alive:
            cx.odoo.do(model, "unlink", [int(r["id"]) for r in alive])


def _english(cx: Connection) -> str:
    return "en_US" if any(code == "en_US" for code, _ in cx.facts.languages) else ""


def _forget(cx: Connection) -> None:
    cx.facts.forget()
    cx.facts.enter()


def _nothing() -> None:
    pass
