"""Orders that are in B1 already: what of an edit they still take, and how it is written.

An order that is not approved and of which nothing was drawn takes every change. On an approved one
goods are on their way: more pieces and further lines are taken as long as nothing was drawn; all
else is held with what to do. Lines that people added in B1 stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agent.erp.document_edits import (
    changed_fields,
    changed_lines,
    document_of,
    removed_lines,
    unwelcome_edits,
)
from agent.erp.draft import Draft
from agent.erp.sap_b1.births import FIELD, id_of
from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.sales import explaining
from agent.erp.sap_b1.sales.documents import ORDERS, is_live, open_quantity
from agent.erp.sap_b1.sales.order_body import LINE_KEY, PAID, OrderBodies, OrderBody
from agent.erp.sap_b1.sales.texts import yes
from agent.erp.sap_b1.sales.totals import compare, levies_of, settle, total_differs
from agent.erp.sap_b1.sets import Row
from agent.errors import Held, Refused

_COLUMNS: Mapping[str, tuple[str, ...]] = {
    "number": ("NumAtCard",),
    "note": ("Comments",),
    "transaction": (PAID,),
    "carrier": ("TransportationCode",),
    "invoice_address": ("PayToCode", "ShipToCode", "AddressExtension"),
    "delivery_address": ("PayToCode", "ShipToCode", "AddressExtension"),
    "settings": ("SalesPersonCode",),
}
"""Fields of a document, and the header's columns that tell them."""
_MONEY = ("lines", "amount_total", "amount_tax", "rounding_limit")
_FIXED: Mapping[str, str] = {"customer": "CardCode", "currency": "DocCurrency"}
"""What B1 does not change once an order is there."""


def edit(cx: Connection, draft: Draft, partner: Row | None) -> None:
    """Bring an order up to date as far as it takes that; its amounts are compared in any case.

    Raises:
        Held: it was confirmed, drawn or cancelled; says what to do. Or its amounts differ.
        Refused: it is gone, or B1 said no.
    """
    row = _read(cx, draft)
    document = document_of(draft)
    if not _ours(draft, row):
        _compare(cx, draft, row)
        return
    adopted = draft.change.previous is None
    fresh = is_fresh(row)
    if adopted and is_live(row) and not fresh:
        _compare(cx, draft, row)  # it was confirmed before this agent knew: only compared
        return
    lines = changed_lines(draft) if draft.has("lines") else []
    refused = _refusal(draft, row, lines, fresh=fresh)
    if refused is not None:
        raise refused
    if not fresh and not changed_fields(draft):
        _compare(cx, draft, row)  # other settings leave confirmed orders as they are
        return
    body = OrderBodies(cx, draft, partner).body()
    if draft.has(*_MONEY) or (fresh and draft.has("settings")):
        settle(cx, document, body, lambda: _write(cx, draft, body))
        return
    change = _header(draft, body)
    if change:
        _patch(cx, draft, body, change, row)
    _compare(cx, draft, row)


def is_fresh(row: Row) -> bool:
    """Tell whether an order is open, not approved, and nothing was drawn from it."""
    return is_live(row) and not yes(row.get("Confirmed")) and is_untouched(row)


def is_untouched(row: Row) -> bool:
    """Tell whether an order is open and nothing of it was delivered or invoiced."""
    if row.get("DocumentStatus") not in (None, "", "bost_Open"):
        return False
    return all(
        line.get("LineStatus") in (None, "", "bost_Open")
        and open_quantity(line) >= number(line, "Quantity")
        for line in row.get("DocumentLines") or ()
    )


def _read(cx: Connection, draft: Draft) -> Row:
    ref = draft.erp_id or ""
    row = cx.client.get(ORDERS, int(ref)) if ref.isascii() and ref.isdigit() else None
    if row is None:
        raise Refused(
            "The order it was linked to is no longer in SAP Business One",
            fix="Forget the link on the mapping screen, then synchronize the order again.",
            code="erp.gone",
        )
    return row


def _ours(draft: Draft, row: Row) -> bool:
    """Tell whether an order was made by the bridge."""
    return bool(row.get(FIELD) == id_of(draft.change.external_id))


def _compare(cx: Connection, draft: Draft, row: Row) -> None:
    document = document_of(draft)
    step = Decimal(1).scaleb(-document.decimals)
    if is_live(row) and not compare(cx, document, row, levies_of(document, step)):
        raise total_differs(cx, document, None, row)


def _refusal(draft: Draft, row: Row, lines: list[str], *, fresh: bool) -> Held | None:
    name = row.get("DocNum")
    if not is_live(row):
        return Held(
            f"The order {name} is cancelled in SAP Business One and was changed in the shop",
            fix="A cancelled order cannot be revived in SAP: forget the link on the mapping screen "
            "and synchronize the order again to make a new one, or drop it.",
            code="order.cancelled",
        )
    reasons = [f"the {what} changed" for what in _FIXED if draft.has(what) and _moved(draft, what)]
    if not fresh:
        reasons += [r for r in unwelcome_edits(draft, lines) if r not in reasons]
        if not reasons and (lines or removed_lines(draft)) and not is_untouched(row):
            reasons.append("a part of it is delivered, invoiced or closed in SAP")
    if not reasons:
        return None
    when = "was made" if fresh else "was confirmed"
    return Held(
        f"The order {name} was changed in the shop after it {when} in SAP Business One: "
        + "; ".join(dict.fromkeys(reasons)),
        fix="Make the change by hand in SAP (the order, its delivery and its invoice), or cancel "
        "the order there, forget its link on the mapping screen and synchronize it again; then "
        "release the order.",
        code="order.confirmed_differs",
    )


def _moved(draft: Draft, name: str) -> bool:
    before = draft.change.previous
    return before is not None and before.get(name) != getattr(document_of(draft), name)


def _header(draft: Draft, body: OrderBody) -> dict[str, Any]:
    wanted = {c for name, columns in _COLUMNS.items() if draft.has(name) for c in columns}
    change = {name: value for name, value in body.header.items() if name in wanted}
    if "TransportationCode" in wanted and "TransportationCode" not in change:
        change["TransportationCode"] = -1
    return change


def _write(cx: Connection, draft: Draft, body: OrderBody) -> Row:
    """Write lines, freights and header, and return what B1 made of it."""
    row = _read(cx, draft)
    lines, lines_gone = _lines(row, body, draft)
    freights, freights_gone = _freights(cx, row, body)
    change: dict[str, Any] = {
        **_header(draft, body),
        **body.rounding(),
        "DocumentLines": lines,
    }
    if freights or freights_gone:
        change["DocumentAdditionalExpenses"] = freights
    _patch(cx, draft, body, change, row, replace=lines_gone or freights_gone)
    return _read(cx, draft)


def _patch(
    cx: Connection,
    draft: Draft,
    body: OrderBody,
    change: Mapping[str, Any],
    row: Row,
    *,
    replace: bool = False,
) -> None:
    try:
        cx.client.patch(
            ORDERS, int(row["DocEntry"]), change, row.get("DataVersion"), replace=replace
        )
    except B1Refused as error:
        what = f"The order {row.get('DocNum')}"
        raise explaining.order_refused(cx, error, body, what) from None
    draft.touched = True


def _lines(row: Row, body: OrderBody, draft: Draft) -> tuple[list[Row], bool]:
    """Return the lines to send, and whether some of those in B1 go."""
    there = {str(line.get(LINE_KEY) or ""): line for line in row.get("DocumentLines") or ()}
    ours = {line[LINE_KEY] for line in body.lines}
    gone = set(there) - ours - {""}
    sent: list[Row] = [
        {"LineNum": line["LineNum"]}
        for line in row.get("DocumentLines") or ()
        if not line.get(LINE_KEY)
    ]
    for line in body.line_rows():
        known = there.get(line[LINE_KEY])
        if known is not None and str(known.get("ItemCode")) != str(line["ItemCode"]):
            gone.add(line[LINE_KEY])
            known = None
        sent.append(line if known is None else {"LineNum": known["LineNum"], **line})
    del draft
    return sent, bool(gone)


def _freights(cx: Connection, row: Row, body: OrderBody) -> tuple[list[Row], bool]:
    """Return the freights to send, and whether some of those in B1 go."""
    settings = cx.settings
    ours = {
        *settings.freight_shipping,
        *settings.freight_fees,
        *settings.freight_discounts,
        *settings.freight_levies,
        *(freight.code for freight in body.freights),
    }
    there = {int(f["ExpenseCode"]): f for f in row.get("DocumentAdditionalExpenses") or ()}
    wanted = body.freight_rows()
    codes = {freight["ExpenseCode"] for freight in wanted}
    kept = [
        {"LineNum": freight["LineNum"], "ExpenseCode": code}
        for code, freight in there.items()
        if code not in ours
    ]
    sent = [
        {"LineNum": there[f["ExpenseCode"]]["LineNum"], **f} if f["ExpenseCode"] in there else f
        for f in wanted
    ]
    return [*kept, *sent], any(code in ours and code not in codes for code in there)
