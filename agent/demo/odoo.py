"""The demo's Odoo: the stand-in, with a bookkeeper and a stock keeper who use XML-RPC."""

from __future__ import annotations

import xmlrpc.client
from decimal import Decimal
from typing import Any

from agent.demo.erp import DEPOSITS, Total
from agent.demo.stage import Stage
from agent.sandbox.mariadb import free_port
from agent.sandbox.waiting import wait_for

_DATABASE, _USER = "demo", "admin"
_PASSWORD = "admin"  # noqa: S105 - the stand-in's, on loopback, for minutes
_CENT = Decimal("0.01")
_TAXES = (("VAT 19%", "percent", 19.0), ("VAT 7%", "percent", 7.0), ("Recycling fee", "fixed", 0.5))
_MODELS = (
    ("product.category", "categories"),
    ("product.template", "products"),
    ("product.product", "variants"),
    ("res.partner", "contacts"),
    ("sale.order", "sales orders"),
    ("account.move", "invoices"),
)


class Odoo:
    """See :class:`agent.demo.erp.DemoErp`."""

    name = "odoo"
    label = "Odoo"

    def __init__(self) -> None:
        self._url = f"http://127.0.0.1:{free_port()}"
        self._models = xmlrpc.client.ServerProxy(f"{self._url}/xmlrpc/2/object")
        self._uid: Any = None

    def start(self, stage: Stage) -> str:
        """Start the stand-in and connect the shop with it."""
        port = self._url.rpartition(":")[2]
        options = ("--port", port, "--database", _DATABASE, "--language", "de_DE")
        stage.start("sandbox", "odoo", *options)
        wait_for(f"{self._url}/web/version", stage.processes)
        common = xmlrpc.client.ServerProxy(f"{self._url}/xmlrpc/2/common")
        self._uid = common.authenticate(_DATABASE, _USER, _PASSWORD, {})
        where = ("--url", self._url, "--database", _DATABASE, "--user", _USER)
        stage.connect("odoo", self.name, _PASSWORD, *where, "--set", DEPOSITS)
        return "connected; nothing has to be installed in it"

    def bookkeep(self) -> None:
        """Make the shop's taxes where they are missing, and activate all currencies."""
        for name, kind, amount in _TAXES:
            if not self._call("account.tax", "search", [("name", "=", name)]):
                values = {"name": name, "amount_type": kind, "amount": amount}
                self._call("account.tax", "create", {**values, "type_tax_use": "sale"})
        names = [("name", "in", ["EUR", "CHF"])]
        found = self._call("res.currency", "search", names, context={"active_test": False})
        self._call("res.currency", "write", found, {"active": True})

    def account(self) -> str:
        """Return the id of the bank journal."""
        return str(self._call("account.journal", "search", [("type", "=", "bank")])[0])

    def ship(self, order: str, tracking: str) -> None:
        """Validate the order's transfers, with everything they ask for."""
        waiting = [("sale_id", "=", int(order)), ("state", "not in", ["done", "cancel"])]
        for transfer in self._call("stock.picking", "search", waiting):
            self._call("stock.picking", "action_assign", [transfer])
            moves = [("picking_id", "=", transfer)]
            for move in self._call("stock.move", "search_read", moves, fields=["product_uom_qty"]):
                done = {"quantity": move["product_uom_qty"], "picked": True}
                self._call("stock.move", "write", [move["id"]], done)
            self._call("stock.picking", "write", [transfer], {"carrier_tracking_ref": tracking})
            self._call("stock.picking", "button_validate", [transfer])

    def totals(self) -> list[Total]:
        """Return what the sales orders come to."""
        fields = ["amount_total", "currency_id", "client_order_ref"]
        return [
            Total(
                str(row["client_order_ref"]),
                Decimal(str(row["amount_total"])).quantize(_CENT),
                row["currency_id"][1],
            )
            for row in self._call("sale.order", "search_read", [], fields=fields)
        ]

    def counts(self) -> list[tuple[str, int]]:
        """Return how many records of each model there are."""
        return [(label, self._call(model, "search_count", [])) for model, label in _MODELS]

    def visit(self) -> str:
        """Return address and login."""
        return f"{self._url}  database {_DATABASE}, {_USER} / {_PASSWORD}"

    def _call(self, model: str, method: str, *arguments: Any, **named: Any) -> Any:
        login = (_DATABASE, self._uid, _PASSWORD)
        return self._models.execute_kw(*login, model, method, list(arguments), named)
