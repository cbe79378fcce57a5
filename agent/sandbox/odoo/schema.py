"""Models and fields of both versions, from the package's ``schema-<version>.json``.

The files hold facts read from real servers with ``fields_get``, cut down to what the sandbox
serves.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

VERSIONS = ("14", "19")
MAGIC = frozenset({"id", "create_uid", "create_date", "write_uid", "write_date"})


@dataclass(frozen=True, slots=True)
class Field:
    """One field of one model."""

    name: str
    type: str
    string: str
    relation: str = ""
    inverse: str = ""  # one2many: the many2one that points back
    mirror: str = ""  # many2many: the field of the other model that stores the pairs
    required: bool = False
    readonly: bool = False
    store: bool = True
    translate: bool = False
    related: tuple[str, ...] = ()
    selection: tuple[tuple[str, str], ...] = ()
    ondelete: str = "set null"
    size: int = 0
    digits: int = 0  # decimals that are kept; 0 means as given
    default: Any = None
    company_dependent: bool = False
    searchable: bool = False  # can be searched although it is computed
    help: str = ""

    is_column: bool = field(init=False, default=True)  # the value lies in the model's own table
    is_x2many: bool = field(init=False, default=False)  # the value is a list of records

    def __post_init__(self) -> None:
        column = self.store or self.company_dependent
        column = column and self.type != "one2many" and self.name not in {"id", "display_name"}
        object.__setattr__(self, "is_column", column and not self.mirror and not self.related)
        object.__setattr__(self, "is_x2many", self.type in {"one2many", "many2many"})


@dataclass(frozen=True, slots=True)
class Unique:
    """Columns that may not repeat; rows with an empty column are not compared.

    ``message`` is what Odoo 19 says; without one it shows the database's own words.
    """

    name: str
    columns: tuple[str, ...]
    message: str = ""
    index: bool = False  # made as an index: Odoo 14 shows the database's words, not the name


@dataclass(slots=True)
class ModelSchema:
    """One model: its fields and what holds for all its records."""

    name: str
    label: str
    order: str
    fields: dict[str, Field]
    inherits: dict[str, str] = field(default_factory=dict)
    mail: bool = False  # changes are followed by mail
    rec_name: str = "name"
    uniques: tuple[Unique, ...] = ()
    required: tuple[Field, ...] = field(init=False)  # columns, in the order of the table
    presets: dict[str, Any] = field(init=False)  # what new records start with
    access: dict[str, str] = field(default_factory=dict)  # group -> letters of "rwcu"
    manual: bool = False  # made by a user
    grants: list[tuple[int | None, str]] = field(default_factory=list)  # rights on a manual one

    def __post_init__(self) -> None:
        known = self.fields.values()
        self.required = tuple(one for one in known if one.required and one.is_column)
        self.presets = {
            one.name: one.default for one in known if one.default is not None and not one.related
        }


def parse_field(name: str, plain: dict[str, Any]) -> Field:
    """Make a field from its JSON form."""
    given = dict(plain)
    if "related" in given:
        given["related"] = tuple(given["related"].split("."))
    if "selection" in given:
        given["selection"] = tuple((value, label) for value, label in given["selection"])
    return Field(name=name, **given)


def load_schema(version: str) -> tuple[dict[str, ModelSchema], dict[str, dict[str, Any]]]:
    """Return the models of Odoo ``version`` ("14" or "19") and the groups of users, by name.

    Raises:
        ValueError: the version is not one of ``VERSIONS``.
    """
    if version not in VERSIONS:
        raise ValueError(f"version must be one of {', '.join(VERSIONS)}, not {version!r}")
    text = resources.files(__package__).joinpath(f"schema-{version}.json").read_text("utf-8")
    whole = json.loads(text)
    models: dict[str, ModelSchema] = {}
    for name, plain in whole["models"].items():
        fields = {key: parse_field(key, value) for key, value in plain.pop("fields").items()}
        uniques = tuple(
            Unique(key, tuple(columns), message, key.endswith("_index"))
            for key, columns, message in plain.pop("uniques", ())
        )
        models[name] = ModelSchema(name=name, fields=fields, uniques=uniques, **plain)
    return models, whole["groups"]
