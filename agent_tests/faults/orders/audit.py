"""Counts what a run left in Odoo and in the shop: what is there twice, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent_tests.contract.ground import Ground
from agent_tests.faults.orders.rig import DEPOSIT_PERCENT, Rig, steps_of

_CENT = Decimal("0.01")
_SETTLED = {"paid", "in_payment", "reversed"}


@dataclass(slots=True)
class Found:
    """What was counted. ``doubled`` and ``lost`` say what and where, in words."""

    counts: Counter[str] = field(default_factory=Counter)
    doubled: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    waiting: dict[str, str] = field(default_factory=dict)
    """Why orders wait, by order."""

    def assert_sound(self) -> None:
        """Fail unless everything is there once, and nothing waits."""
        troubles = {"doubled": self.doubled, "lost": self.lost, "waiting": self.waiting}
        assert not any(troubles.values()), f"{self.words()}: {troubles}"

    def words(self) -> str:
        """Return the counts as a line."""
        told = ", ".join(f"{count} {what}" for what, count in sorted(self.counts.items()))
        return f"{told}; {len(self.doubled)} doubled, {len(self.lost)} lost"


@dataclass(frozen=True, slots=True)
class _Sold:
    """An order of Odoo with what belongs to it."""

    row: Any
    invoices: list[Any]
    pickings: list[Any]
    payments: list[Any]


def audit(rig: Rig, placed: dict[str, str]) -> Found:
    """Look at orders that were placed, each with the statuses it went through."""
    found = Found()
    waiting = _waiting(rig)
    sold = _sold(rig.ground, list(placed))
    for order, status in placed.items():
        there = sold.get(order, [])
        found.counts["orders"] += len(there)
        if len(there) > 1:
            found.doubled.append(f"order {order}: {len(there)} in Odoo")
        if order in waiting:
            found.counts["waiting with a reason"] += 1
            found.waiting[order] = waiting[order]
        elif not there:
            found.lost.append(f"order {order}: neither in Odoo nor on the waiting list")
        else:
            _check(rig, order, status, there[0], found)
    _partners(rig.ground, placed, found)
    _history(rig, placed, found)
    return found


def _waiting(rig: Rig) -> dict[str, str]:
    rows = rig.front.database.rows(
        "SELECT store_key, cause FROM oc_erp_waiting"
        " WHERE entity = 'orders' AND cleared_at IS NULL AND cause <> '' AND fix <> ''"
    )
    return {key: str(cause) for key, cause in rows}


def _sold(ground: Ground, orders: Sequence[str]) -> dict[str, list[_Sold]]:
    rows = ground.find(
        "sale.order",
        [("client_order_ref", "in", orders)],
        *("client_order_ref", "name", "state", "amount_total", "invoice_ids"),
    )
    numbers = [row["id"] for row in rows]
    pickings = ground.find(
        "stock.picking",
        [("sale_id", "in", numbers), ("state", "!=", "cancel")],
        *("sale_id", "state", "picking_type_code"),
    )
    moves = [number for row in rows for number in row["invoice_ids"]]
    invoices = ground.find(
        "account.move",
        [("id", "in", moves), ("state", "!=", "cancel")],
        *("state", "move_type", "amount_total", "payment_state", "amount_residual"),
    )
    memo = "memo" if ground.modern else "ref"
    payments = [
        row
        for row in ground.find("account.payment", [(memo, "!=", False)], memo, "amount", "state")
        if not str(row["state"]).startswith("cancel")
    ]
    found: dict[str, list[_Sold]] = {}
    for row in rows:
        key = row["client_order_ref"]
        found.setdefault(key, []).append(
            _Sold(
                row,
                [move for move in invoices if move["id"] in row["invoice_ids"]],
                [
                    p
                    for p in pickings
                    if p["sale_id"][0] == row["id"] and p["picking_type_code"] == "outgoing"
                ],
                [p for p in payments if str(p[memo]).split(" ")[0] == key],
            )
        )
    return found


def _check(rig: Rig, order: str, status: str, sold: _Sold, found: Found) -> None:
    total = _shop_total(rig, order)
    steps = steps_of(status)
    row = sold.row
    if _money(row["amount_total"]) != total and "deposit" not in steps:
        found.lost.append(f"order {order}: {row['amount_total']} in Odoo, {total} in the shop")
    state = "cancel" if "cancel" in steps else "sale" if "confirm" in steps else ""
    if state and row["state"] not in {state, "done"}:
        found.lost.append(f"order {order}: is {row['state']} in Odoo")
    deposit = (total * DEPOSIT_PERCENT / 100).quantize(_CENT, ROUND_HALF_UP)
    wanted = total if "invoice" in steps else deposit if "deposit" in steps else Decimal(0)
    sales = [move for move in sold.invoices if move["move_type"] == "out_invoice"]
    notes = [move for move in sold.invoices if move["move_type"] == "out_refund"]
    _amounts(f"order {order}: invoices", sales, "amount_total", wanted, found)
    back = total if "credit" in steps else Decimal(0)
    _amounts(f"order {order}: credit notes", notes, "amount_total", back, found)
    paid = total if "pay" in steps else deposit if "deposit" in steps else Decimal(0)
    _amounts(f"order {order}: payments", sold.payments, "amount", paid, found)
    found.counts["invoices"] += len(sales)
    found.counts["credit notes"] += len(notes)
    found.counts["payments"] += len(sold.payments)
    found.counts["deliveries"] += len(sold.pickings)
    if any(move["state"] != "posted" for move in sold.invoices):
        found.lost.append(f"order {order}: an invoice is not posted")
    unpaid = [m for m in sales if m["payment_state"] not in _SETTLED or m["amount_residual"]]
    if paid and unpaid:
        found.lost.append(f"order {order}: an invoice is not paid")
    if len(sold.pickings) > 1:
        found.doubled.append(f"order {order}: {len(sold.pickings)} deliveries")
    if "deliver" in steps and any(p["state"] != "done" for p in sold.pickings):
        found.lost.append(f"order {order}: is not delivered")


def _amounts(what: str, rows: Sequence[Any], name: str, wanted: Decimal, found: Found) -> None:
    amounts = [_money(row[name]) for row in rows]
    if sum(amounts) > wanted or len(amounts) > 1:
        found.doubled.append(f"{what} of {amounts}, {wanted} wanted")
    elif sum(amounts) < wanted:
        found.lost.append(f"{what} of {amounts}, {wanted} wanted")


def _shop_total(rig: Rig, order: str) -> Decimal:
    ((total, rate),) = rig.front.database.rows(
        "SELECT total, currency_value FROM oc_order WHERE order_id = %s", order
    )
    return (Decimal(total) * Decimal(rate)).quantize(_CENT, ROUND_HALF_UP)


def _money(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP)


def _partners(ground: Ground, placed: Iterable[str], found: Found) -> None:
    rows = ground.find(
        "res.partner",
        [("email", "in", [f"guest{order}@example.org" for order in placed])],
        *("email", "parent_id", "type", "name", "street", "zip", "city"),
    )
    found.counts["contacts"] += len(rows)
    seen = Counter(
        tuple(
            str(row[name])
            for name in ("parent_id", "type", "name", "street", "zip", "city", "email")
        )
        for row in rows
    )
    found.doubled += [f"contact {key}: {count}" for key, count in seen.items() if count > 1]
    mains = Counter(str(row["email"]) for row in rows if not row["parent_id"])
    found.doubled += [f"customer {key}: {count}" for key, count in mains.items() if count > 1]


def _history(rig: Rig, placed: Iterable[str], found: Found) -> None:
    for order in placed:
        lines = history(rig, order)
        texts = Counter(text for _, text, from_agent in lines if from_agent or text)
        found.counts["history lines from Odoo"] += sum(texts.values())
        found.doubled += [
            f"order {order}: history line {text!r} {count} times"
            for text, count in texts.items()
            if count > 1
        ]
        orphans = [text for _, text, from_agent in lines if text and not from_agent]
        if orphans:
            found.doubled.append(f"order {order}: lines of no event: {orphans}")


def history(rig: Rig, order: str) -> list[tuple[str, str, bool]]:
    """Return an order's history lines: status, text, and whether the agent asked for it."""
    rows = rig.front.database.rows(
        "SELECT h.order_status_id, h.comment, e.event IS NOT NULL FROM oc_order_history h"
        " LEFT JOIN oc_erp_history e ON e.order_history_id = h.order_history_id"
        " WHERE h.order_id = %s ORDER BY h.order_history_id",
        int(order),
    )
    return [(str(status), text, bool(event)) for status, text, event in rows]
