"""What is there of the buttons: external ids of parts, and the version that made them."""

from __future__ import annotations

from dataclasses import dataclass

from agent.erp.odoo.buttons.names import ABOUT, ENTITIES, PREFIX, ROW, Names
from agent.erp.odoo.buttons.parts import version
from agent.erp.odoo.connection import Connection
from agent.errors import ConfigError, MissingRight

DATA = "ir.model.data"


@dataclass(frozen=True, slots=True)
class Held:
    """A part that is there: its model and id, and the id of its external id."""

    model: str
    id: int
    entry: int


def wanted_version(cx: Connection) -> str:
    """Return the version of the buttons that this bridge makes in this database."""
    return version(Names(cx.instance), [m for m in ENTITIES if cx.facts.has(m)])


def found_version(cx: Connection) -> str | None:
    """Return the version of the buttons that are there; None without any.

    Raises:
        MissingRight: they are there and the user may not read them.
    """
    try:
        rows = cx.odoo.find(
            Names(cx.instance).board, [("x_list", "=", ABOUT)], ["x_state"], limit=1
        )
    except ConfigError as error:
        if error.code == "erp.app_missing":
            return None
        raise
    return str(rows[0]["x_state"] or "") if rows else ""


def present(cx: Connection, prefix: str = PREFIX) -> dict[str, Held]:
    """Return the parts that are there by the name in their external id; needs an administrator.

    External ids of records that somebody deleted past Odoo are left out.
    """
    domain = [("module", "=", cx.instance), ("name", "=like", f"{prefix}%")]
    rows = cx.odoo.find(DATA, domain, ["name", "model", "res_id"])
    found = {
        str(r["name"]): Held(str(r["model"]), int(r["res_id"]), int(r["id"]))
        for r in rows
        if str(r["name"]).startswith(prefix) and not str(r["name"]).startswith(ROW)
    }
    alive: dict[str, set[int]] = {}
    for model in {held.model for held in found.values()}:
        ids = sorted({held.id for held in found.values() if held.model == model})
        alive[model] = {int(r["id"]) for r in cx.odoo.find_in(model, "id", ids, ["id"])}
    return {name: held for name, held in found.items() if held.id in alive[held.model]}


def may_make(cx: Connection, models: tuple[str, ...]) -> None:
    """Refuse a user who may not make records of the technical ``models``.

    Raises:
        MissingRight: names the right.
    """
    lacking = [m for m in models if not cx.facts.may(m, "create")]
    if lacking:
        raise MissingRight(
            f"The Odoo user may not make {', '.join(lacking)}: it lacks the right "
            "Administration: Settings",
            fix="Give the user Administration: Settings (Odoo 19: the role Administrator) in Odoo "
            "under Settings, Users; make the buttons, and take the right away again where the user "
            "shall not keep it.",
            code="erp.rights",
        )
