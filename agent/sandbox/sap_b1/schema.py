"""Names and types: what the metadata of a company says, and what the company added to it.

``metadata.json`` holds sets, types, enums, bound actions and the sets with ETags of two real
companies. A property is written ``Name:Type``; no type stands for ``String``, ``*`` for a
collection, ``!`` for one that is never null, ``=Name`` for the name it has in v1. User fields and
user tables are rows of ``UserFieldsMD`` and ``UserTablesMD``: :func:`schema_of` reads them anew
whenever they change, so storing a row is all it takes to make a field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from .lengths import LENGTHS

if TYPE_CHECKING:
    from .company import Company

GOODS_MOVEMENTS = ("InventoryGenEntries", "InventoryGenExits")
"""Sets of documents that the list of sets with ETags names and the list of sets does not."""
NODE = "_node"
"""Name in a row of user metadata: the node that made it, absent where all nodes know it."""

_HEADERS = frozenset(
    {
        "ORDR", "OQUT", "ODPI", "OINV", "ODLN", "ORDN", "ORIN", "ODRF", "OIGN", "OIGE", "OPOR",
        "OPDN", "OPCH", "ORPC", "ORPD", "ODPO", "OPRQ", "OPQT", "ORRR", "OGRR",
    }
)  # fmt: skip
_LINES = frozenset(
    {
        "RDR1", "QUT1", "DPI1", "INV1", "DLN1", "RDN1", "RIN1", "DRF1", "IGN1", "IGE1", "POR1",
        "PDN1", "PCH1", "RPC1", "RPD1", "DPO1", "PRQ1", "PQT1", "RRR1", "GRR1",
    }
)  # fmt: skip
_TABLES = {
    "OITM": "Item", "OCRD": "BusinessPartner", "CRD1": "BPAddress", "OCPR": "ContactEmployee",
    "ORCT": "Payment", "RDR3": "DocumentAdditionalExpense", "OITB": "ItemGroups",
    "OWHS": "Warehouse", "OITW": "ItemWarehouseInfo", "OPLN": "PriceList",
    "ITM1": "ItemPrice", "OMRC": "Manufacturer", "OSPP": "SpecialPrice", "OSLP": "SalesPerson",
    "OSHP": "ShippingType",
}  # fmt: skip
_FIELD_TYPES = {
    "db_Alpha": "String", "db_Memo": "String", "db_Numeric": "Int32", "db_Float": "Double",
    "db_Date": "DateTimeOffset",
}  # fmt: skip
_PLAIN_TABLES = frozenset({None, "bott_NoObject", "bott_NoObjectAutoIncrement"})
"""Kinds of user tables that are sets; others are once they are registered as objects."""
_WORD = re.compile(r"(\w+)(?::(\w+))?(\*)?(!)?(?:=(\w+))?")


@dataclass(frozen=True, slots=True)
class Property:
    """One property of a type. ``size`` is the most characters a text may have, 0 for any."""

    name: str
    type: str = "String"
    many: bool = False
    required: bool = False
    v1_name: str = ""
    size: int = 0

    def called(self, version: int) -> str:
        """Return the name in version 1 or 2 of the service."""
        return (self.v1_name or self.name) if version == 1 else self.name


@dataclass(frozen=True, eq=False)
class Type:
    """An entity type or a complex type."""

    name: str
    properties: Mapping[str, Property]
    navigation: frozenset[str] = frozenset()
    actions: frozenset[str] = frozenset()

    @cached_property
    def v1(self) -> Mapping[str, Property]:
        """Return the properties by their names in v1."""
        return {one.called(1): one for one in self.properties.values()}

    def named(self, version: int) -> Mapping[str, Property]:
        """Return the properties by their names in a version of the service."""
        return self.v1 if version == 1 else self.properties


@dataclass(frozen=True, slots=True)
class EntitySet:
    """A set: name, type of its records, names of its key's parts, whether it carries ETags."""

    name: str
    type: str
    key: tuple[str, ...]
    etag: bool = False


@dataclass(frozen=True)
class Schema:
    """All sets, types and enums that a node of the server knows."""

    sets: Mapping[str, EntitySet]
    types: Mapping[str, Type]
    enums: Mapping[str, tuple[str, ...]]
    stamp: object = field(default=None, compare=False)

    def type_of(self, set_name: str) -> Type:
        """Return the type of a set's records.

        Raises:
            KeyError: there is no such set.
        """
        return self.types[self.sets[set_name].type]

    def extended(
        self, tables: Iterable[Mapping[str, Any]], fields: Iterable[Mapping[str, Any]]
    ) -> Schema:
        """Return a schema with user tables and user fields, as rows of their metadata sets."""
        types, sets = dict(self.types), dict(self.sets)
        for table in tables:
            if table.get("TableType") not in _PLAIN_TABLES:
                continue
            name = f"U_{table['TableName']}"
            types[name] = Type(name, _user_table())
            sets[name] = EntitySet(name, name, ("Code",))
        for row in fields:
            made = user_property(row)
            for target in field_types(str(row["TableName"])):
                if target in types:
                    old = types[target]
                    types[target] = replace(old, properties={**old.properties, made.name: made})
        return Schema(sets, types, self.enums)


def _user_table() -> dict[str, Property]:
    return {
        "Code": Property("Code", required=True, size=50),
        "Name": Property("Name", size=100),
    }


def field_types(table: str) -> tuple[str, ...]:
    """Return the types that a user field of a database table shows in.

    A field of any marketing document's header or lines shows in all of them.
    """
    if table.startswith("@"):
        return (f"U_{table[1:]}",)
    if table in _HEADERS:
        return ("Document",)
    if table in _LINES:
        return ("DocumentLine",)
    return (_TABLES[table],) if table in _TABLES else ()


def user_property(row: Mapping[str, Any]) -> Property:
    """Return the property that a row of ``UserFieldsMD`` makes."""
    kind = str(row.get("Type") or "db_Alpha")
    return Property(
        f"U_{row['Name']}",
        "TimeOfDay" if row.get("SubType") == "st_Time" else _FIELD_TYPES[kind],
        size=int(row.get("Size") or 0) if kind == "db_Alpha" else 0,
    )


@cache
def base_schema() -> Schema:
    """Return what every company has."""
    raw = json.loads(files(__package__).joinpath("metadata.json").read_text("utf-8"))
    actions = {name: frozenset(words.split()) for name, words in raw["actions"].items()}
    types = {
        name: Type(
            name,
            _properties(name, one["properties"]),
            frozenset(one.get("navigation", "").split()),
            actions.get(name, frozenset()),
        )
        for name, one in raw["types"].items()
    }
    etags = frozenset(raw["etags"].split())
    listed = {**raw["sets"], **dict.fromkeys(GOODS_MOVEMENTS, "Document DocEntry")}
    sets = {}
    for name, words in listed.items():
        kind, *key = words.split()
        sets[name] = EntitySet(name, kind, tuple(key), name in etags)
    enums = {name: tuple(words.split()) for name, words in raw["enums"].items()}
    return Schema(sets, types, enums)


def _properties(type_name: str, words: str) -> dict[str, Property]:
    made = {}
    for word in words.split():
        found = _WORD.fullmatch(word)
        if found is None:
            raise ValueError(f"metadata.json: {word!r} of {type_name} is no property")
        name, kind, many, required, v1_name = found.groups()
        size = LENGTHS.get(type_name, {}).get(name, 0)
        made[name] = Property(
            name, kind or "String", bool(many), bool(required), v1_name or "", size
        )
    return made


def schema_of(company: Company, node: int | None = None) -> Schema:
    """Return what a node knows: everything, but user metadata that another node made lately.

    ``node``: None for what the database has. With the option ``fields_on_all_nodes`` every node
    knows everything. Call it inside a transaction.
    """
    if node is not None and company.options.fields_on_all_nodes:
        node = None
    tables, fields = company.table("UserTablesMD"), company.table("UserFieldsMD")
    stamp = (tables.edits, fields.edits)
    kept: Schema | None = company.schemas.get(node)
    if kept is None or kept.stamp != stamp:
        visible = [
            [row for row in table.rows.values() if node is None or row.get(NODE, node) == node]
            for table in (tables, fields)
        ]
        kept = replace(base_schema().extended(*visible), stamp=stamp)
        company.schemas[node] = kept
    return kept
