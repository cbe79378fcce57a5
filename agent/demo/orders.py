"""The second act of an ERP: orders that wait for mappings, are mended, paid, shipped and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.demo import stage as demo
from agent.demo.erp import Total
from agent.demo.runs import Runs

_PATIENCE = 120.0
_CENT = Decimal("0.01")
_MAPPED = ("tax-rates", "currencies", "order-status")
_PROCESSING, _SHIPPED = "2", "3"
_TRACKING = "JD014600{}"


def play(runs: Runs) -> None:
    """Carry the shop's orders over, and what happens to one of them back."""
    runs.sync("orders", "orders")
    waiting = _waiting(runs)
    if waiting:
        first = waiting[0]
        runs.say(f"  {len(waiting)} wait, e.g. order {first['store_key']}: {first['cause']}.")
    _map(runs)
    _until_cleared(runs)
    runs.sync("again, nothing is new", "orders")
    runs.say(f"  {_agreement(runs.erp.totals(), _charged(runs), runs.erp.label)}")
    _ship(runs)


def _map(runs: Runs) -> None:
    """Do what a person does on the mapping screens."""
    runs.erp.bookkeep()
    runs.bridge("sync", "carriers")
    for entity in _MAPPED:
        runs.bridge("map", "auto", entity)
    runs.bridge("map", "set", "order-status", _PROCESSING, "confirm+deposit")
    told = "Sent with {carrier}, tracking number {tracking}."
    runs.bridge("map", "back-set", "shipped", _SHIPPED, "--comment", told)
    # last, because orders go on at once when nothing is missing any more
    for row in runs.bridge("map", "list", "payment-methods")["items"]:
        runs.bridge("map", "set", "payment-methods", row["store_key"], runs.erp.account())


def _waiting(runs: Runs) -> list[Any]:
    return list(runs.bridge("held", "list", "--limit", "200")["records"])


def _until_cleared(runs: Runs) -> None:
    """Wait until what waited was looked at again, by itself."""

    def done() -> bool:
        unmapped = any(row["code"] == "order.not_mapped" for row in _waiting(runs))
        return not unmapped and not runs.stage.bridge("job", "list", "--state", "running")["items"]

    runs.until(done, _PATIENCE)
    cleared = [
        row
        for row in runs.bridge("held", "list", "--cleared", "--limit", "200")["records"]
        if row["cleared_at"]
    ]
    left = _waiting(runs)
    runs.say(
        "  Taxes, currencies, carriers and accounts are mapped; orders in process get a down "
        f"payment of 30 %. {len(cleared)} go on by themselves; still waiting: {len(left)}."
    )
    for row in left[:1]:
        runs.say(f"  order {row['store_key']}: {row['cause']}. Fix: {row['fix']}")


def _ship(runs: Runs) -> None:
    """Ship a processed order in the ERP, and show what the shop's order history says then."""
    linked = runs.bridge("map", "list", "orders", "--state", "linked", "--limit", "200")["items"]
    confirmed = {row["store_key"]: row["erp_id"] for row in linked}
    rows = _rows(runs, "SELECT order_id FROM oc_order WHERE order_status_id = %s", _PROCESSING)
    order = next(str(number) for (number,) in rows if str(number) in confirmed)
    tracking = _TRACKING.format(order.rjust(4, "0"))
    runs.erp.ship(confirmed[order], tracking)
    line = (
        "SELECT s.name, h.comment FROM oc_order_history h JOIN oc_order_status s ON"
        " s.order_status_id = h.order_status_id AND s.language_id = 1"
        " WHERE h.order_id = %s AND h.comment LIKE CONCAT('%%', %s, '%%')"
    )
    if runs.until(lambda: bool(_rows(runs, line, order, tracking)), _PATIENCE):
        status, text = _rows(runs, line, order, tracking)[0]
        runs.say(f"  Order {order} is shipped in {runs.erp.label}, and comes back:")
        runs.say(f"    the shop's history says {status!r}, {text!r}")
    else:
        runs.say(f"  The delivery of order {order} was not told to the shop.")


def _agreement(found: Sequence[Total], charged: Mapping[str, Decimal], label: str) -> str:
    """Return what the orders come to by currency, and how many agree with the shop's."""
    sums: dict[str, Decimal] = {}
    for total in found:
        sums[total.currency] = sums.get(total.currency, Decimal(0)) + total.amount
    shown = ", ".join(f"{amount:,.2f} {name}" for name, amount in sorted(sums.items()))
    equal = sum(charged.get(total.order) == total.amount for total in found)
    return f"{len(found)} orders in {label}, {shown}: {equal} agree with the shop to the cent."


def _charged(runs: Runs) -> dict[str, Decimal]:
    """Return what the shop charged for each order, in the order's own currency."""
    rows = _rows(runs, "SELECT order_id, total * currency_value FROM oc_order")
    return {str(key): Decimal(total).quantize(_CENT, ROUND_HALF_UP) for key, total in rows}


def _rows(runs: Runs, sql: str, *values: str) -> Sequence[tuple[Any, ...]]:
    with closing(runs.stage.database.connect(demo.DATABASE)) as connection:
        cursor = connection.cursor()
        cursor.execute(sql, values)
        return list(cursor.fetchall())
