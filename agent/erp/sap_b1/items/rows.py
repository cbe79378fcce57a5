"""Attributes and their values: rows of the user tables ``@ERPB_ATTR`` and ``@ERPB_VALUE``.

Their codes follow from their external ids: making one a second time finds the first.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.erp.draft import Draft
from agent.erp.sap_b1.batch import Operation
from agent.erp.sap_b1.connection import Connection, Work
from agent.erp.sap_b1.faults import Exists
from agent.erp.sap_b1.items.batches import Step, write
from agent.erp.sap_b1.items.codes import own_code
from agent.erp.sap_b1.items.texts import ROW_NAME, name_of
from agent.errors import BridgeError, Held, Refused
from agent.model.catalogue import Attribute, AttributeValue
from agent.model.entity import Entity

ATTRIBUTES = "U_ERPB_ATTR"
VALUES = "U_ERPB_VALUE"
_Body = Callable[[Connection, Draft], dict[str, Any]]


def upsert_attributes(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update attributes."""
    _upsert(work, ATTRIBUTES, drafts, _attribute)


def upsert_values(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update attribute values."""
    _upsert(work, VALUES, drafts, _value)


def _attribute(cx: Connection, draft: Draft) -> dict[str, Any]:
    record = draft.change.record
    if not isinstance(record, Attribute):
        raise TypeError(f"{type(record).__name__} is no attribute")
    body: dict[str, Any] = {}
    if draft.has("name"):
        body["Name"] = name_of(cx, draft, record.name, "attribute", ROW_NAME)
    linked_now = not draft.creates and draft.change.previous is None
    if draft.has("kind") and not linked_now:  # what makes items was chosen in B1
        body["U_Kind"] = record.kind
    if draft.has("display") and not linked_now:
        body["U_Display"] = record.display
    if draft.has("sort_order"):
        body["U_Sort"] = record.sort_order
    return body


def _value(cx: Connection, draft: Draft) -> dict[str, Any]:
    record = draft.change.record
    if not isinstance(record, AttributeValue):
        raise TypeError(f"{type(record).__name__} is no attribute value")
    body: dict[str, Any] = {}
    if draft.has("name"):
        body["Name"] = name_of(cx, draft, record.name, "value", ROW_NAME)
    if draft.has("sort_order"):
        body["U_Sort"] = record.sort_order
    if draft.creates:
        attribute = draft.ref_of(Entity.ATTRIBUTES, record.attribute)
        if attribute is None:
            raise Held(
                f"Its attribute {record.attribute} is not in SAP",
                fix="See why the attribute failed and mend that; the value follows by itself.",
                code="record.parent_missing",
            )
        body["U_Attribute"] = attribute
    return body


def _upsert(work: Work, table: str, drafts: Sequence[Draft], body_of: _Body) -> None:
    steps: list[Step] = []
    there = _current(work.cx, table, [d.change.ref for d in drafts if d.change.ref])
    for draft in drafts:
        if draft.error is not None:
            continue
        try:
            step = _step(work.cx, table, draft, body_of(work.cx, draft), there)
        except BridgeError as error:
            draft.error = error
            continue
        if step is not None:
            steps.append(step)
    write(work, steps)
    for step in steps:
        if step.done and step.draft.creates:
            step.draft.erp_id = step.label


def _current(cx: Connection, table: str, codes: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    columns = {ATTRIBUTES: ("U_Kind", "U_Display"), VALUES: ("U_Attribute",)}[table]
    rows = cx.client.find(table, "Code", codes, ("Name", "U_Sort", *columns)) if codes else []
    return {str(row["Code"]): row for row in rows}


def _step(
    cx: Connection,
    table: str,
    draft: Draft,
    body: dict[str, Any],
    there: Mapping[str, Mapping[str, Any]],
) -> Step | None:
    if draft.creates:
        code = own_code(draft.change.external_id)

        def made_before(error: BridgeError) -> Step | None:
            if not isinstance(error, Exists) or cx.client.get(table, code, ("Name",)) is None:
                return None
            return Step(draft, [Operation.patch(table, code, body)], code)

        return Step(draft, [Operation.post(table, {"Code": code, **body})], code, made_before)
    code = draft.change.ref or ""
    row = there.get(code)
    if row is None:
        raise Refused(
            f"It is linked to {code}, which is no longer in SAP",
            fix="Synchronize it again; it is made anew or linked again.",
            code="erp.gone",
        )
    changed = {k: v for k, v in body.items() if _text(row.get(k)) != _text(v)}
    return Step(draft, [Operation.patch(table, code, changed)], code) if changed else None


def _text(value: object) -> str:
    return "" if value is None else str(value)
