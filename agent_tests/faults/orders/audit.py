"""Counts what a run left in the ERP and in the shop: what is there twice, and what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from agent_tests.faults.orders.plant import Sold
from agent_tests.faults.orders.rig import DEPOSIT_PERCENT, Rig, steps_of

_CENT = Decimal("0.01")


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


def audit(rig: Rig, placed: dict[str, str]) -> Found:
    """Look at orders that were placed, each with the statuses it went through."""
    found = Found()
    waiting = _waiting(rig)
    sold = rig.plant.sold(list(placed))
    for order, status in placed.items():
        there = sold.get(order, [])
        found.counts["orders"] += len(there)
        if len(there) > 1:
            found.doubled.append(f"order {order}: {len(there)} in the ERP")
        if order in waiting:
            found.counts["waiting with a reason"] += 1
            found.waiting[order] = waiting[order]
        elif not there:
            found.lost.append(f"order {order}: neither in the ERP nor on the waiting list")
        else:
            _check(rig, order, status, there[0], found)
    count, twice = rig.plant.customers([f"guest{order}@example.org" for order in placed])
    found.counts["contacts"] += count
    found.doubled += twice
    _history(rig, placed, found)
    return found


def _waiting(rig: Rig) -> dict[str, str]:
    rows = rig.front.database.rows(
        "SELECT store_key, cause FROM oc_erp_waiting"
        " WHERE entity = 'orders' AND cleared_at IS NULL AND cause <> '' AND fix <> ''"
    )
    return {key: str(cause) for key, cause in rows}


def _check(rig: Rig, order: str, status: str, sold: Sold, found: Found) -> None:
    total = _shop_total(rig, order)
    steps = steps_of(status)
    if sold.total != total and "deposit" not in steps:
        found.lost.append(f"order {order}: {sold.total} in the ERP, {total} in the shop")
    state = "cancelled" if "cancel" in steps else "confirmed" if "confirm" in steps else ""
    if state and sold.state != state:
        found.lost.append(f"order {order}: is {sold.state} in the ERP")
    deposit = (total * DEPOSIT_PERCENT / 100).quantize(_CENT, ROUND_HALF_UP)
    wanted = total if "invoice" in steps else deposit if "deposit" in steps else Decimal(0)
    _amounts(f"order {order}: invoices", sold.invoices, wanted, found)
    back = total if "credit" in steps else Decimal(0)
    _amounts(f"order {order}: credit notes", sold.credit_notes, back, found)
    paid = total if "pay" in steps else deposit if "deposit" in steps else Decimal(0)
    _amounts(f"order {order}: payments", sold.payments, paid, found)
    found.counts["invoices"] += len(sold.invoices)
    found.counts["credit notes"] += len(sold.credit_notes)
    found.counts["payments"] += len(sold.payments)
    found.counts["deliveries"] += sold.deliveries
    if sold.drafts:
        found.lost.append(f"order {order}: an invoice is not posted")
    if paid and sold.unpaid:
        found.lost.append(f"order {order}: an invoice is not paid")
    if sold.deliveries > 1:
        found.doubled.append(f"order {order}: {sold.deliveries} deliveries")
    if "deliver" in steps and sold.undelivered:
        found.lost.append(f"order {order}: is not delivered")


def _amounts(what: str, amounts: Sequence[Decimal], wanted: Decimal, found: Found) -> None:
    if sum(amounts) > wanted or len(amounts) > 1:
        found.doubled.append(f"{what} of {amounts}, {wanted} wanted")
    elif sum(amounts) < wanted:
        found.lost.append(f"{what} of {amounts}, {wanted} wanted")


def _shop_total(rig: Rig, order: str) -> Decimal:
    ((total, rate),) = rig.front.database.rows(
        "SELECT total, currency_value FROM oc_order WHERE order_id = %s", order
    )
    return (Decimal(total) * Decimal(rate)).quantize(_CENT, ROUND_HALF_UP)


def _history(rig: Rig, placed: Iterable[str], found: Found) -> None:
    for order in placed:
        lines = history(rig, order)
        texts = Counter(text for _, text, from_agent in lines if from_agent or text)
        found.counts["history lines from the ERP"] += sum(texts.values())
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
