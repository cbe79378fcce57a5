"""What of an edited order Odoo still takes, and what a person has to settle.

A quotation takes every change. On a confirmed order goods are on their way: more pieces and further
lines are taken as long as nothing is invoiced; all else is held with what to do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Draft
from agent.erp.odoo.sales.order_rows import document_of
from agent.errors import BridgeError, Held
from agent.model.plain import to_plain

QUOTATION = ("draft", "sent")
_HEADER: Mapping[str, str] = {
    "customer": "the customer",
    "currency": "the currency",
    "invoice_address": "the invoice address",
    "delivery_address": "the delivery address",
    "carrier": "the shipping method",
}


def changed_lines(draft: Draft) -> list[str]:
    """Return the keys of lines that are new or differ from those last written."""
    before = previous_lines(draft)
    return [line.key for line in document_of(draft).lines if before.get(line.key) != to_plain(line)]


def changed_fields(draft: Draft) -> set[str]:
    """Return the fields to be sent that differ from what was last written.

    Where settings changed all are to be sent, though none differs.
    """
    before = draft.change.previous or {}
    now = to_plain(document_of(draft))
    return {name for name in draft.change.fields if before.get(name) != now.get(name)}


def removed_lines(draft: Draft) -> list[str]:
    """Return the keys of lines last written that the document has no more."""
    now = {line.key for line in document_of(draft).lines}
    return [key for key in previous_lines(draft) if key not in now]


def previous_lines(draft: Draft) -> dict[str, Mapping[str, Any]]:
    """Return the lines as last written, by key."""
    listed: Any = (draft.change.previous or {}).get("lines") or ()
    return {str(item["key"]): item for item in listed if isinstance(item, Mapping)}


def refusal(draft: Draft, row: Row, lines: Sequence[str]) -> BridgeError | None:
    """Return why an order cannot take the document as it is now, None where it can."""
    if row["state"] == "cancel":
        return Held(
            f"The order {row['name']} is cancelled in Odoo and was changed in the shop",
            fix="Set it to quotation in Odoo and release the order, or drop it.",
            code="order.cancelled",
        )
    if row["state"] in QUOTATION:
        return None
    differing = changed_fields(draft)
    reasons = [f"{words} changed" for name, words in _HEADER.items() if name in differing]
    reasons += _line_reasons(draft, lines)
    if not reasons and (lines or removed_lines(draft)):
        if row["state"] == "done" or row.get("locked"):
            reasons.append("it is locked in Odoo")
        if row["invoice_ids"]:
            reasons.append("it is invoiced in Odoo")
    if not reasons:
        return None
    return Held(
        f"The order {row['name']} was changed in the shop after it was confirmed in Odoo: "
        + "; ".join(reasons),
        fix="Make the change by hand in Odoo (the order, its delivery and its invoice), or cancel "
        "it there and set it to quotation; then release the order.",
        code="order.confirmed_differs",
    )


def _line_reasons(draft: Draft, lines: Sequence[str]) -> list[str]:
    before = previous_lines(draft)
    reasons = [f"the line {_title(before[key])} was removed" for key in removed_lines(draft)]
    for line in document_of(draft).lines:
        old = before.get(line.key)
        if line.key not in lines or old is None:
            continue
        if line.quantity < Decimal(str(old["quantity"])):
            reasons.append(
                f"the line {_title(old)} has {line.quantity.normalize():f} instead of "
                f"{old['quantity']} pieces"
            )
        if old.get("item") != to_plain(line.item):
            reasons.append(f"the line {_title(old)} is another product")
    return reasons


def _title(line: Mapping[str, Any]) -> str:
    return repr(str(line.get("text", "")).partition("\n")[0])
