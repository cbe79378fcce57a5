"""What orders are like in B1 now, as the port has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Literal
from urllib.parse import quote

from agent.erp.sales import Delivery, Invoice, OrderState
from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.clock import stamp
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales.documents import (
    DELIVERIES,
    DELIVERY_TYPE,
    INVOICES,
    ORDER_TYPE,
)
from agent.erp.sap_b1.sales.sight import Document, Sight, look
from agent.erp.sap_b1.sales.texts import yes
from agent.erp.sap_b1.sales.totals import is_local, totals_of
from agent.erp.sap_b1.sets import Row

Share = Literal["none", "partly", "fully"]


def states(cx: Connection, refs: Sequence[str]) -> dict[str, OrderState]:
    """Return what orders are like now; deleted ones are absent."""
    return {str(number_): state_of(cx, sight) for number_, sight in look(cx, refs).items()}


def state_of(cx: Connection, sight: Sight) -> OrderState:
    """Return an order's state as the port has it."""
    state: Literal["quotation", "confirmed", "cancelled"] = "quotation"
    if sight.cancelled:
        state = "cancelled"
    elif sight.confirmed:
        state = "confirmed"
    total, tax = totals_of(cx, sight.row)
    return OrderState(
        ref=str(sight.id),
        number=sight.name,
        state=state,
        locked=not sight.cancelled and sight.row.get("DocumentStatus") == "bost_Close",
        currency=currency_of(cx, sight.row),
        total=plain(total),
        tax=plain(tax),
        delivered=_delivered(sight),
        invoiced=_invoiced(sight),
        invoices=(
            *(_invoice(cx, one, "down_payment") for one in sight.down_payments),
            *(_invoice(cx, one, "invoice") for one in sight.invoices),
            *(_invoice(cx, one, "credit_note") for one in sight.credits),
        ),
        deliveries=tuple(_delivery(cx, one) for one in sight.deliveries),
    )


def plain(value: Decimal) -> Decimal:
    """Return an amount without zeros behind its last digit."""
    return value.normalize() + Decimal(0)


def currency_of(cx: Connection, row: Row) -> str:
    """Return the currency of a document."""
    return str(row.get("DocCurrency") or cx.facts.currency)


def residual(cx: Connection, row: Row) -> Decimal:
    """Return what is still to be paid of a document, in its own currency."""
    if is_local(cx, row):
        return number(row, "DocTotal") - number(row, "PaidToDate")
    return number(row, "DocTotalFc") - number(row, "PaidToDateFC")


def paid(cx: Connection, row: Row) -> Decimal:
    """Return what is paid of a document, in its own currency."""
    return number(row, "PaidToDate" if is_local(cx, row) else "PaidToDateFC")


# -- how far it is -------------------------------------------------------------------------------


def drawn_quantities(sight: Sight, entity_set: str) -> dict[int, Decimal]:
    """Return how much of each line of the order is in live documents of a set."""
    found: dict[int, Decimal] = {}
    through = _delivery_lines(sight)
    for document in sight.live(entity_set):
        for link in document.links:
            line: int | None = None
            if link.base_type == ORDER_TYPE and link.base_entry == sight.id:
                line = link.base_line
            elif link.base_type == DELIVERY_TYPE:
                line = through.get((link.base_entry, link.base_line))
            if line is not None:
                found[line] = found.get(line, Decimal(0)) + link.quantity
    return found


def _delivery_lines(sight: Sight) -> dict[tuple[int, int], int]:
    """Return which line of the order each line of a delivery is made from."""
    return {
        (delivery.id, link.line): link.base_line
        for delivery in sight.deliveries
        for link in delivery.links
        if link.base_type == ORDER_TYPE and link.base_entry == sight.id
    }


def _delivered(sight: Sight) -> Share:
    """Tell how much has left; an invoice made of the order itself takes the goods along."""
    direct = [
        one
        for one in sight.live(INVOICES)
        if one.bases(ORDER_TYPE) and not yes(one.row.get("ReserveInvoice"))
    ]
    if not sight.live(DELIVERIES) and not direct:
        return "none"
    waiting = [
        one
        for one in sight.live(INVOICES)
        if yes(one.row.get("ReserveInvoice")) and one.row.get("InventoryStatus") != "bost_Close"
    ]
    return "partly" if sight.open_lines() or waiting else "fully"


def _invoiced(sight: Sight) -> Share:
    if not sight.live(INVOICES):
        return "none"
    invoiced = drawn_quantities(sight, INVOICES)
    delivered = drawn_quantities(sight, DELIVERIES)
    for line in sight.lines:
        key = int(line["LineNum"])
        wanted = number(line, "Quantity")
        if line.get("LineStatus") == "bost_Close":
            wanted = min(wanted, delivered.get(key, Decimal(0)))  # the rest was closed by hand
        if invoiced.get(key, Decimal(0)) < wanted:
            return "partly"
    return "fully"


# -- documents -----------------------------------------------------------------------------------


def _invoice(
    cx: Connection, one: Document, kind: Literal["invoice", "down_payment", "credit_note"]
) -> Invoice:
    total, _ = totals_of(cx, one.row)
    left = residual(cx, one.row) if one.live else Decimal(0)
    how: Literal["no", "partly", "yes"] = "no"
    if one.live and left <= 0:
        how = "yes"
    elif one.live and left < total:
        how = "partly"
    return Invoice(
        ref=f"{_PREFIX[kind]}{one.id}",
        number=one.number,
        kind=kind,
        state="posted" if one.live else "cancelled",
        paid=how,
        total=plain(total),
        residual=plain(left),
        currency=currency_of(cx, one.row),
    )


_PREFIX: Mapping[str, str] = {"invoice": "", "down_payment": "d", "credit_note": "c"}
"""Numbers of different kinds of documents overlap in B1: those of others get a letter."""


def _delivery(cx: Connection, one: Document) -> Delivery:
    made = stamp(one.row.get("CreationDate") or one.row.get("DocDate"), one.row.get("DocTime"))
    done = cx.client.clock.aware(made) if one.live else None
    tracking = str(one.row.get("TrackingNumber") or "").strip()
    name, website = _carrier(cx, one.row.get("TransportationCode"))
    return Delivery(
        ref=str(one.id),
        number=one.number,
        state="done" if one.live else "cancelled",
        done_at=done,
        carrier=name,
        tracking=tracking,
        tracking_url=_address(website, tracking),
    )


def _carrier(cx: Connection, code: object) -> tuple[str, str]:
    """Return a shipping type's name and web site; read once."""
    if code in (None, -1, ""):
        return "", ""
    kept: dict[int, tuple[str, str]] = cx.facts.keep(_carrier, dict)
    key = int(str(code))
    if key not in kept:
        row = cx.client.get("ShippingTypes", key, ("Name", "Website")) or {}
        kept[key] = (str(row.get("Name") or ""), str(row.get("Website") or "").strip())
    return kept[key]


def _address(website: str, tracking: str) -> str:
    """Return where a parcel can be followed: B1 keeps a carrier's web site, not an address.

    ``{tracking}`` in it is replaced; one that ends in ``=`` or ``/`` gets the number behind it.
    """
    if not tracking or not website:
        return ""
    safe = quote(tracking, safe="")
    if "{tracking}" in website:
        return website.replace("{tracking}", safe)
    return f"{website}{safe}" if website.endswith("=") else website
