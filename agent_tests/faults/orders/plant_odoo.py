"""Odoo in the fault runs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.bench.selling import link_counterparts, prepare_odoo
from agent.bench.shadow import BareOdoo
from agent.bench.target import Database as Target
from agent.services.container import Services
from agent_tests.contract.ground import Ground, silently
from agent_tests.faults.orders.plant import Sold

_CENT = Decimal("0.01")
_SETTLED = {"paid", "in_payment", "reversed"}
_STATES = {"draft": "quotation", "sent": "quotation", "cancel": "cancelled"}


class OdooPlant:
    """See :class:`agent_tests.faults.orders.plant.Plant`."""

    kind = "odoo"

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.name = ground.name
        self.url = ground.url
        self.secret = ground.password
        self.real = ground.real
        self.patience = 15.0 if ground.real else 4.0

    def settings(self, url: str) -> dict[str, Any]:
        timeout = max(1, int(self.patience - 1))
        names = {"database": self.ground.database, "user": self.ground.user}
        return {"url": url, "timeout": timeout, **names}

    def set_up(self, services: Services, connection: int, actions: Mapping[str, str]) -> None:
        ground = self.ground
        target = Target(ground.url, ground.database, ground.user, ground.password)
        link_counterparts(services, connection, prepare_odoo(BareOdoo(target)), actions)
        self._fill_stock()

    def _fill_stock(self) -> None:
        ground = self.ground
        kind = [("is_storable", "=", True)] if ground.modern else [("type", "=", "product")]
        products = [row["id"] for row in ground.find("product.product", kind, "id")]
        place = ground.find("stock.warehouse", [], "lot_stock_id")[0]["lot_stock_id"][0]
        rows = [
            {"product_id": number, "location_id": place, "inventory_quantity": 10_000}
            for number in products
        ]
        if not rows:
            return
        context = {"inventory_mode": True}
        quants = ground.rpc("stock.quant", "create", rows, context=context)
        if ground.modern:
            silently(ground, "stock.quant", "action_apply_inventory", quants)

    def order(self, shop_number: str) -> str:
        found = self.ground.find("sale.order", [("client_order_ref", "=", shop_number)], "id")
        (row,) = found
        return str(row["id"])

    def confirm(self, ref: str) -> None:
        self.ground.rpc("sale.order", "action_confirm", [int(ref)])

    def ship(self, ref: str) -> None:
        ground = self.ground
        open_ = [("sale_id", "=", int(ref)), ("state", "not in", ["done", "cancel"])]
        for picking in ground.find("stock.picking", open_, "id"):
            ground.rpc("stock.picking", "action_assign", [picking["id"]])
            moves = ground.find("stock.move", [("picking_id", "=", picking["id"])], "id")
            ground.rpc("stock.move", "write", [move["id"] for move in moves], {"picked": True})
            questions = {"skip_backorder": True, "skip_immediate": True, "skip_sms": True}
            ground.rpc("stock.picking", "button_validate", [picking["id"]], context=questions)
            state = ground.read("stock.picking", picking["id"], "state")["state"]
            assert state == "done", state

    def sold(self, orders: Sequence[str]) -> dict[str, list[Sold]]:
        ground = self.ground
        rows = ground.find(
            "sale.order",
            [("client_order_ref", "in", list(orders))],
            *("client_order_ref", "state", "amount_total", "invoice_ids"),
        )
        pickings = ground.find(
            "stock.picking",
            [("sale_id", "in", [row["id"] for row in rows]), ("state", "!=", "cancel")],
            *("sale_id", "state", "picking_type_code"),
        )
        moves = ground.find(
            "account.move",
            [
                ("id", "in", [number for row in rows for number in row["invoice_ids"]]),
                ("state", "!=", "cancel"),
            ],
            *("state", "move_type", "amount_total", "payment_state", "amount_residual"),
        )
        memo = "memo" if ground.modern else "ref"
        payments = [
            row
            for row in ground.find(
                "account.payment", [(memo, "!=", False)], memo, "amount", "state"
            )
            if not str(row["state"]).startswith("cancel")
        ]
        found: dict[str, list[Sold]] = {}
        for row in rows:
            key = row["client_order_ref"]
            mine = [move for move in moves if move["id"] in row["invoice_ids"]]
            out = [
                picking
                for picking in pickings
                if picking["sale_id"][0] == row["id"] and picking["picking_type_code"] == "outgoing"
            ]
            paid = [p for p in payments if str(p[memo]).split(" ")[0] == key]
            found.setdefault(key, []).append(_sold(row, mine, out, paid))
        return found

    def customers(self, emails: Sequence[str]) -> tuple[int, list[str]]:
        rows = self.ground.find(
            "res.partner",
            [("email", "in", list(emails))],
            *("email", "parent_id", "type", "name", "street", "zip", "city"),
        )
        names = ("parent_id", "type", "name", "street", "zip", "city", "email")
        seen = Counter(tuple(str(row[name]) for name in names) for row in rows)
        twice = [f"contact {key}: {count}" for key, count in seen.items() if count > 1]
        mains = Counter(str(row["email"]) for row in rows if not row["parent_id"])
        twice += [f"customer {key}: {count}" for key, count in mains.items() if count > 1]
        return len(rows), twice


def _sold(row: Any, moves: list[Any], pickings: list[Any], payments: list[Any]) -> Sold:
    sales = [move for move in moves if move["move_type"] == "out_invoice"]
    notes = [move for move in moves if move["move_type"] == "out_refund"]
    unpaid = [m for m in sales if m["payment_state"] not in _SETTLED or m["amount_residual"]]
    return Sold(
        str(row["id"]),
        _STATES.get(row["state"], "confirmed"),  # type: ignore[arg-type]
        _money(row["amount_total"]),
        [_money(move["amount_total"]) for move in sales],
        [_money(move["amount_total"]) for move in notes],
        [_money(payment["amount"]) for payment in payments],
        drafts=sum(move["state"] != "posted" for move in moves),
        unpaid=len(unpaid),
        deliveries=len(pickings),
        undelivered=sum(picking["state"] != "done" for picking in pickings),
    )


def _money(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(_CENT, ROUND_HALF_UP)
