"""Models and fields that users make (``x_…``): what ``ir.model`` and its kin say becomes a table.

What is in those tables is the truth; the schema of manual models follows from it after every
change, and after every change that is undone.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .schema import Field, ModelSchema

if TYPE_CHECKING:
    from .env import Site

SOURCES = frozenset({"ir.model", "ir.model.fields", "ir.model.access"})
_RIGHTS = {"perm_read": "r", "perm_write": "w", "perm_create": "c", "perm_unlink": "u"}


def watch(site: Site) -> None:
    """Keep manual models right when a transaction or a savepoint is undone."""

    def undone(names: set[str]) -> None:
        if names & SOURCES:
            refresh(site)

    site.database.journal.undone = undone


def refresh(site: Site) -> None:
    """Make, change and drop manual models as the tables say."""
    tables = site.database.tables
    wanted = {
        str(row["model"]): (record, row)
        for record, row in tables["ir.model"].rows.items()
        if row.get("state") == "manual"
    }
    for name in [n for n, schema in site.schema.items() if schema.manual and n not in wanted]:
        del site.schema[name], site.classes[name], tables[name]
    for name, (record, row) in wanted.items():
        fields = _fields(site, record)
        known = site.schema.get(name)
        if known is None:
            known = ModelSchema(
                name=name, label=name, order="id", fields={}, rec_name="x_name", manual=True
            )
            site.schema[name] = known
            site.classes[name] = site.plain
            site.database.add_table(name, ())
        known.label = _text(row.get("name"))
        known.order = str(row.get("order") or "id")
        known.fields.clear()
        known.fields.update(fields)
        known.grants = _grants(site, record)
        known.__post_init__()


def _fields(site: Site, model: int) -> dict[str, Field]:
    found = {field.name: field for field in _magic(site.version)}
    for record in site.database.tables["ir.model.fields"].find("model_id", model):
        row = site.database.tables["ir.model.fields"].rows[record]
        pairs = row.get("selection")
        found[str(row["name"])] = Field(
            name=str(row["name"]),
            type=str(row["ttype"]),
            string=_text(row.get("field_description")),
            relation=str(row.get("relation") or ""),
            required=bool(row.get("required")),
            readonly=bool(row.get("readonly")),
            selection=tuple(ast.literal_eval(pairs)) if pairs else (),
            ondelete=str(row.get("on_delete") or "set null"),
            help=_text(row.get("help")),
        )
    return found


def _magic(version: str) -> list[Field]:
    people: Callable[[str, str], Field] = lambda name, string: Field(  # noqa: E731
        name, "many2one", string, relation="res.users", readonly=True
    )
    found = [
        Field("id", "integer", "ID", readonly=True),
        Field("display_name", "char", "Display Name", readonly=True, store=False),
        people("create_uid", "Created by"),
        Field("create_date", "datetime", "Created on", readonly=True),
        people("write_uid", "Last Updated by"),
        Field("write_date", "datetime", "Last Updated on", readonly=True),
    ]
    if version == "14":
        last = Field("__last_update", "datetime", "Last Modified on", readonly=True, store=False)
        found.append(last)
    return found


def _grants(site: Site, model: int) -> list[tuple[int | None, str]]:
    found = []
    table = site.database.tables["ir.model.access"]
    for record in table.find("model_id", model):
        row = table.rows[record]
        if row.get("active"):
            letters = "".join(letter for name, letter in _RIGHTS.items() if row.get(name))
            found.append((row.get("group_id"), letters))
    return found


def _text(value: Any) -> str:
    return str(value.get("en_US", "") if isinstance(value, dict) else value or "")
