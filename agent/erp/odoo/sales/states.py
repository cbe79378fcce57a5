"""What orders are like in Odoo now: amounts, invoices, transfers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Literal

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.sales import Delivery, Invoice, OrderState

ORDER = "sale.order"
LINE = "sale.order.line"
MOVE = "account.move"
MOVE_LINE = "account.move.line"
PICKING = "stock.picking"
TEXT_LINES = ("line_section", "line_note", "line_subsection")
"""Kinds of an invoice's lines that charge nothing."""
QUOTATION = ("draft", "sent")
_PAID: Mapping[str, Literal["no", "partly", "yes"]] = {
    "paid": "yes",
    "in_payment": "yes",
    "reversed": "yes",
    "partial": "partly",
}
_INVOICE_STATES: Mapping[str, Literal["draft", "posted", "cancelled"]] = {
    "draft": "draft",
    "posted": "posted",
    "cancel": "cancelled",
}
_PICKING_STATES: Mapping[str, Literal["waiting", "ready", "done", "cancelled"]] = {
    "assigned": "ready",
    "done": "done",
    "cancel": "cancelled",
}


@dataclass(slots=True)
class Sight:
    """An order as it was read: its own row, and those of lines, invoices and transfers.

    ``lines`` are there where the order has invoices, else only where they were asked for.
    """

    row: Row
    lines: list[Row] = field(default_factory=list)
    invoices: list[Row] = field(default_factory=list)
    pickings: list[Row] = field(default_factory=list)
    down_payments: set[int] = field(default_factory=set)
    """Ids of invoices that are down payments."""

    @property
    def id(self) -> int:
        """The order's id."""
        return int(self.row["id"])

    @property
    def name(self) -> str:
        """The order's number in Odoo."""
        return str(self.row["name"])

    @property
    def confirmed(self) -> bool:
        """Whether it is a sales order, locked or not."""
        return self.row["state"] in ("sale", "done")

    @property
    def locked(self) -> bool:
        """Whether people locked it."""
        return self.row["state"] == "done" or bool(self.row.get("locked"))

    def live(self, kind: str = "out_invoice", *states: str) -> list[Row]:
        """Return invoices (or credit notes) that are not cancelled, or in one of ``states``."""
        wanted = states or ("draft", "posted")
        return [m for m in self.invoices if m["move_type"] == kind and m["state"] in wanted]

    def to_invoice(self) -> list[Row]:
        """Return lines of which something is to be invoiced now."""
        return [
            line
            for line in self.lines
            if not line["display_type"] and not line["is_downpayment"] and line["qty_to_invoice"]
        ]

    @property
    def outgoing(self) -> list[Row]:
        """Transfers to the customer."""
        return [p for p in self.pickings if p["picking_type_code"] == "outgoing"]


def look(
    cx: Connection, refs: Sequence[str], *, lines: bool = False, pickings: bool = True
) -> dict[int, Sight]:
    """Read orders with everything about them; deleted ones are absent.

    ``lines``: those of orders without invoices, too; a state does not need them.
    """
    numbers = sorted({int(r) for r in refs if r.isascii() and r.isdigit()})
    fields = ["name", "state", "currency_id", "amount_total", "amount_tax", "invoice_ids"]
    fields += ["invoice_status", "date_order", "client_order_ref"]
    fields += [name for name in ("locked", "picking_ids") if cx.facts.has(ORDER, name)]
    found = {int(r["id"]): Sight(r) for r in cx.odoo.find_in(ORDER, "id", numbers, fields)}
    _add_lines(cx, found, every=lines)
    _add_invoices(cx, found)
    if pickings:
        _add_pickings(cx, found)
    return found


def look_at_invoices(cx: Connection, sight: Sight, *, lines: bool = False) -> Sight:
    """Read an order again in the middle of a step that is not about its transfers."""
    return look(cx, [str(sight.id)], lines=lines, pickings=False)[sight.id]


def _add_lines(cx: Connection, found: Mapping[int, Sight], *, every: bool) -> None:
    fields = ["order_id", "name", "display_type", "is_downpayment", "qty_to_invoice"]
    fields += ["product_id", "product_uom_qty", "qty_delivered", "invoice_lines"]
    wanted = [n for n, s in found.items() if every or s.row["invoice_ids"]]
    for row in cx.odoo.find_in(LINE, "order_id", sorted(wanted), fields):
        found[ref_id(row["order_id"]) or 0].lines.append(row)


def _add_invoices(cx: Connection, found: Mapping[int, Sight]) -> None:
    wanted = sorted({int(n) for sight in found.values() for n in sight.row["invoice_ids"]})
    fields = ["name", "state", "move_type", "payment_state", "amount_total", "amount_tax"]
    fields += ["amount_residual", "currency_id", "reversed_entry_id", "commercial_partner_id"]
    rows = {int(r["id"]): r for r in cx.odoo.find_in(MOVE, "id", wanted, fields)}
    advances = {
        number: {int(line["id"]) for line in sight.lines if line["is_downpayment"]}
        for number, sight in found.items()
    }
    # where nothing was paid in advance, no invoice can be a down payment
    unsure = [int(n) for k, s in found.items() if advances[k] for n in s.row["invoice_ids"]]
    sources = _sources(cx, sorted(set(unsure)))
    for number, sight in found.items():
        sight.invoices = [rows[int(n)] for n in sight.row["invoice_ids"] if int(n) in rows]
        sight.down_payments = {
            int(m["id"])
            for m in sight.invoices
            if m["move_type"] == "out_invoice"
            and sources[int(m["id"])]
            and sources[int(m["id"])] <= advances[number]
        }


def _sources(cx: Connection, moves: Sequence[int]) -> dict[int, set[int]]:
    """Return the order lines that each invoice is made of."""
    sources: dict[int, set[int]] = defaultdict(set)
    domain = [("sale_line_ids", "!=", False)]
    fields = ["move_id", "sale_line_ids", "display_type"]
    for row in cx.odoo.find_in(MOVE_LINE, "move_id", moves, fields, domain):
        if row["display_type"] not in TEXT_LINES:
            sources[ref_id(row["move_id"]) or 0] |= {int(n) for n in row["sale_line_ids"]}
    return sources


def _add_pickings(cx: Connection, found: Mapping[int, Sight]) -> None:
    if not cx.facts.has(PICKING, "sale_id"):
        return
    fields = ["name", "state", "sale_id", "picking_type_code", "date_done"]
    optional = ("carrier_id", "carrier_tracking_ref", "carrier_tracking_url")
    fields += [name for name in optional if cx.facts.has(PICKING, name)]
    wanted = [n for n, s in found.items() if s.row.get("picking_ids", True)]
    for row in cx.odoo.find_in(PICKING, "sale_id", sorted(wanted), fields):
        found[ref_id(row["sale_id"]) or 0].pickings.append(row)


def states(cx: Connection, refs: Sequence[str]) -> dict[str, OrderState]:
    """Return what orders are like now; deleted ones are absent."""
    return {str(number): state_of(sight) for number, sight in look(cx, refs).items()}


def state_of(sight: Sight) -> OrderState:
    """Return an order's state as the port has it."""
    row = sight.row
    state: Literal["quotation", "confirmed", "cancelled"] = "quotation"
    if row["state"] == "cancel":
        state = "cancelled"
    elif sight.confirmed:
        state = "confirmed"
    return OrderState(
        ref=str(sight.id),
        number=sight.name,
        state=state,
        locked=sight.locked,
        currency=_name(row["currency_id"]),
        total=money(row["amount_total"]),
        tax=money(row["amount_tax"]),
        delivered=_delivered(sight),
        invoiced=_invoiced(sight),
        invoices=tuple(_invoice(sight, m) for m in sight.invoices),
        deliveries=tuple(_delivery(p) for p in sight.outgoing),
    )


def _delivered(sight: Sight) -> Literal["none", "partly", "fully"]:
    done = any(p["state"] == "done" for p in sight.outgoing)
    if not sight.confirmed:
        return "partly" if done else "none"
    if any(p["state"] not in ("done", "cancel") for p in sight.outgoing):
        return "partly" if done else "none"
    return "fully"


def _invoiced(sight: Sight) -> Literal["none", "partly", "fully"]:
    posted = [
        m for m in sight.live("out_invoice", "posted") if int(m["id"]) not in sight.down_payments
    ]
    if not posted:
        return "none"
    drafts = sight.live("out_invoice", "draft")
    whole = sight.row["invoice_status"] in ("invoiced", "upselling") and not drafts
    return "fully" if whole else "partly"


def _invoice(sight: Sight, move: Row) -> Invoice:
    kind: Literal["invoice", "down_payment", "credit_note"] = "invoice"
    if move["move_type"] == "out_refund":
        kind = "credit_note"
    elif int(move["id"]) in sight.down_payments:
        kind = "down_payment"
    posted = move["state"] == "posted"
    return Invoice(
        ref=str(move["id"]),
        number=number_of(move),
        kind=kind,
        state=_INVOICE_STATES.get(str(move["state"]), "draft"),
        paid=_PAID.get(str(move["payment_state"]), "no") if posted else "no",
        total=money(move["amount_total"]),
        residual=money(move["amount_residual"]),
        currency=_name(move["currency_id"]),
    )


def number_of(move: Row) -> str:
    """Return an invoice's number; a draft has none, whatever Odoo 14 proposes for it."""
    name = str(move["name"] or "")
    return "" if name in ("", "/") or move["state"] == "draft" else name


def _delivery(picking: Row) -> Delivery:
    done = picking["date_done"]
    return Delivery(
        ref=str(picking["id"]),
        number=str(picking["name"]),
        state=_PICKING_STATES.get(str(picking["state"]), "waiting"),
        done_at=_time(str(done)) if done else None,
        carrier=_name(picking.get("carrier_id")),
        tracking=str(picking.get("carrier_tracking_ref") or ""),
        tracking_url=str(picking.get("carrier_tracking_url") or ""),
    )


def _time(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)


def _name(value: Any) -> str:
    return str(value[1]) if isinstance(value, list | tuple) and value else ""


def money(value: object) -> Decimal:
    """Return one of Odoo's amounts; floats carry noise behind the last digit."""
    return round(Decimal(str(value)), 6).normalize() + Decimal(0)
