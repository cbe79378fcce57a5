"""What of an edited order Odoo still takes, and what a person has to settle.

A quotation takes every change. On a confirmed order goods are on their way: more pieces and further
lines are taken as long as nothing is invoiced; all else is held with what to do.
"""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.document_edits import removed_lines, unwelcome_edits
from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Draft
from agent.errors import BridgeError, Held

QUOTATION = ("draft", "sent")


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
    reasons = unwelcome_edits(draft, lines)
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
