"""The demo's second act: orders that wait for mappings, are mended, and agree to the cent."""

from __future__ import annotations

import time
import xmlrpc.client
from collections.abc import Callable, Mapping
from contextlib import closing
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.demo import stage as demo
from agent.demo.stage import Stage

_PATIENCE = 120.0
_CENT = Decimal("0.01")
_TAXES = (("VAT 19%", "percent", 19.0), ("VAT 7%", "percent", 7.0), ("Recycling fee", "fixed", 0.5))
_MAPPED = ("tax-rates", "currencies", "order-status")
Say = Callable[[str], None]


def play(stage: Stage, say: Say) -> list[tuple[str, Any]]:
    """Carry the sample shop's orders over and return (label, job) of each run."""
    odoo = _Odoo(stage)
    say("\nOrders: nothing they need is mapped yet ...")
    rows = [("orders", _sync(stage))]
    waiting = stage.bridge("held", "list")["records"]
    if waiting:
        first = waiting[0]
        say(f"  {len(waiting)} wait, e.g. order {first['store_key']}: {first['cause']}")
    say("  Now the bookkeeper's part: taxes, currencies, carriers and a journal are mapped ...")
    odoo.prepare(_TAXES)
    stage.bridge("sync", "carriers", "--connection", demo.CONNECTION)
    for entity in _MAPPED:
        stage.bridge("map", "auto", entity, "--connection", demo.CONNECTION)
    for row in stage.bridge("map", "list", "payment-methods", "--connection", demo.CONNECTION)[
        "items"
    ]:
        stage.bridge(
            "map",
            "set",
            "payment-methods",
            row["store_key"],
            odoo.bank(),
            "--connection",
            demo.CONNECTION,
        )
    _until_cleared(stage, say)
    say("Orders again: nothing has changed ...")
    rows.append(("again", _sync(stage)))
    say(f"\n  {odoo.totals(_charged(stage))}")
    return rows


def _sync(stage: Stage) -> Any:
    started = time.monotonic()
    job = stage.bridge("sync", "orders", "--connection", demo.CONNECTION)
    job["seconds"] = time.monotonic() - started
    return job


def _until_cleared(stage: Stage, say: Say) -> None:
    """Wait until what waited was looked at again, by itself."""
    until = time.monotonic() + _PATIENCE
    left: list[Any] = []
    while time.monotonic() < until:
        left = stage.bridge("held", "list")["records"]
        open_jobs = stage.bridge("job", "list", "--state", "running")["items"]
        if not any(row["code"] == "order.not_mapped" for row in left) and not open_jobs:
            break
        time.sleep(1)
    done = stage.bridge("held", "list", "--cleared", "--limit", "200")["records"]
    cleared = [row for row in done if row["cleared_at"]]
    say(f"  {len(cleared)} orders cleared by themselves, {len(left)} still wait:")
    for row in left[:3]:
        say(f"    order {row['store_key']}: {row['cause']}\n      Fix: {row['fix']}")


class _Odoo:
    """The sandbox Odoo, as a bookkeeper uses it."""

    def __init__(self, stage: Stage) -> None:
        self._models = xmlrpc.client.ServerProxy(f"{stage.odoo_url}/xmlrpc/2/object")
        common = xmlrpc.client.ServerProxy(f"{stage.odoo_url}/xmlrpc/2/common")
        self._uid = common.authenticate(demo.ODOO_DATABASE, demo.ODOO_USER, demo.ODOO_PASSWORD, {})

    def call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        return self._models.execute_kw(
            demo.ODOO_DATABASE,
            self._uid,
            demo.ODOO_PASSWORD,
            model,
            method,
            list(arguments),
            named,
        )

    def prepare(self, taxes: tuple[tuple[str, str, float], ...]) -> None:
        """Make the shop's taxes where they are missing, and activate all currencies."""
        for name, kind, amount in taxes:
            if not self.call("account.tax", "search", [("name", "=", name)]):
                values = {"name": name, "amount_type": kind, "amount": amount}
                self.call("account.tax", "create", {**values, "type_tax_use": "sale"})
        found = self.call(
            "res.currency",
            "search",
            [("name", "in", ["EUR", "CHF"])],
            context={"active_test": False},
        )
        self.call("res.currency", "write", found, {"active": True})

    def bank(self) -> str:
        """Return the id of the bank journal."""
        return str(self.call("account.journal", "search", [("type", "=", "bank")])[0])

    def totals(self, shop: Mapping[str, Decimal]) -> str:
        """Return what the orders come to by currency, and how many agree with the shop's."""
        names = ["amount_total", "currency_id", "client_order_ref"]
        rows = self.call("sale.order", "search_read", [], fields=names)
        sums: dict[str, Decimal] = {}
        equal = 0
        for row in rows:
            amount = Decimal(str(row["amount_total"])).quantize(_CENT)
            name = row["currency_id"][1]
            sums[name] = sums.get(name, Decimal(0)) + amount
            equal += shop.get(str(row["client_order_ref"])) == amount
        shown = ", ".join(f"{amount:,.2f} {name}" for name, amount in sorted(sums.items()))
        return f"{len(rows)} orders in Odoo, {shown}: {equal} agree with the shop to the cent"


def _charged(stage: Stage) -> dict[str, Decimal]:
    """Return what the shop charged for each order, in the order's own currency."""
    with closing(stage.database.connect(demo.DATABASE)) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT order_id, total * currency_value FROM oc_order")
        return {
            str(order): Decimal(total).quantize(_CENT, ROUND_HALF_UP)
            for order, total in cursor.fetchall()
        }
