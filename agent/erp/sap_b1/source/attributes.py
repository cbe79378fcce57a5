"""Attributes and their values: rows of the bridge's user tables, also those people add there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, cast, get_args

from agent.erp.sap_b1.client import Row, number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.codes import external_id_of
from agent.erp.sap_b1.items.rows import ATTRIBUTES, VALUES
from agent.erp.sap_b1.source.results import nameless, text_of
from agent.erp.source import Sourced, Unreadable
from agent.model.catalogue import Attribute, AttributeValue
from agent.model.entity import Entity

Kind = Literal["choice", "optional", "multi", "spec"]
Display = Literal["select", "radio", "checkbox", "image", "text"]
ATTRIBUTE_FIELDS = frozenset({"name", "kind", "display", "sort_order"})
VALUE_FIELDS = frozenset({"attribute", "name", "sort_order"})
ATTRIBUTE_COLUMNS = ("Name", "U_Kind", "U_Display", "U_Sort")
VALUE_COLUMNS = ("Name", "U_Attribute", "U_Sort")


def kind_of(row: Row) -> Kind:
    """Return an attribute's kind; one that says none makes items."""
    kind = str(row.get("U_Kind") or "choice")
    return cast(Kind, kind) if kind in get_args(Kind) else "choice"


def read_attributes(cx: Connection, refs: Sequence[str]) -> dict[str, Sourced | Unreadable]:
    """Return attributes by code."""
    found: dict[str, Sourced | Unreadable] = {}
    for row in cx.client.find(ATTRIBUTES, "Code", list(refs), ATTRIBUTE_COLUMNS):
        code = str(row["Code"])
        name = text_of(cx, row.get("Name"))
        if not name:
            found[code] = nameless(code, "attribute")
            continue
        display = str(row.get("U_Display") or "")
        known = display in get_args(Display)
        record = Attribute(
            key=code,
            name=name,
            kind=kind_of(row),
            display=cast(Display, display) if known else "select",
            sort_order=int(number(row, "U_Sort")),
        )
        fields = ATTRIBUTE_FIELDS if known else ATTRIBUTE_FIELDS - {"display"}
        external = external_id_of(cx.instance, Entity.ATTRIBUTES.value, code)
        found[code] = Sourced(code, record, fields, external_id=external)
    return found


def read_values(cx: Connection, refs: Sequence[str]) -> dict[str, Sourced | Unreadable]:
    """Return attribute values by code."""
    found: dict[str, Sourced | Unreadable] = {}
    for row in cx.client.find(VALUES, "Code", list(refs), VALUE_COLUMNS):
        code = str(row["Code"])
        name = text_of(cx, row.get("Name"))
        if not name:
            found[code] = nameless(code, "attribute value")
            continue
        record = AttributeValue(
            key=code,
            attribute=str(row.get("U_Attribute") or ""),
            name=name,
            sort_order=int(number(row, "U_Sort")),
        )
        external = external_id_of(cx.instance, Entity.ATTRIBUTE_VALUES.value, code)
        found[code] = Sourced(code, record, VALUE_FIELDS, external_id=external)
    return found


def value_rows(cx: Connection, codes: Sequence[str]) -> Mapping[str, Row]:
    """Return rows of values by code."""
    rows = cx.client.find(VALUES, "Code", list(codes), VALUE_COLUMNS) if codes else []
    return {str(row["Code"]): row for row in rows}


def attribute_rows(cx: Connection, codes: Sequence[str]) -> Mapping[str, Row]:
    """Return rows of attributes by code."""
    rows = cx.client.find(ATTRIBUTES, "Code", list(codes), ATTRIBUTE_COLUMNS) if codes else []
    return {str(row["Code"]): row for row in rows}
