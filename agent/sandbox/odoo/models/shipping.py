"""The assistant that puts a delivery method and its cost on an order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc


class ChooseCarrier(Model):
    """``choose.delivery.carrier``."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take the order's method."""
        found = super().defaults(vals)
        order = vals.get("order_id") or found.get("order_id")
        row = self.env["sale.order"].table.rows.get(order or 0, {})
        if "carrier_id" not in vals and "carrier_id" not in found:
            found["carrier_id"] = row.get("carrier_id")
        return found

    @rpc("records", needs="write")
    def update_price(self, ids: list[int]) -> Any:
        """Ask the method for its price and answer with the assistant again."""
        for record in ids:
            row = self.table.rows[record]
            carrier = self.env["delivery.carrier"].table.rows[row["carrier_id"]]
            order = self.env["sale.order"].table.rows[row["order_id"]]
            price = float(carrier.get("fixed_price") or 0)
            limit = float(carrier.get("amount") or 0)
            if carrier.get("free_over") and float(order.get("amount_untaxed") or 0) >= limit:
                price = 0.0
            self.refresh(record, {"delivery_price": price, "display_price": price})
        return {
            "name": "Add a shipping method",
            "type": "ir.actions.act_window",
            "view_mode": "form",
            "res_model": self.name,
            "res_id": ids[0] if ids else False,
            "target": "new",
        }

    @rpc("records", needs="write")
    def button_confirm(self, ids: list[int]) -> None:
        """Put the cost on the order; returns nothing, which RPC cannot carry."""
        lines: Any = self.env["sale.order.line"]
        orders: Any = self.env["sale.order"]
        for record in ids:
            row = self.table.rows[record]
            order = row["order_id"]
            mine = lines.table.find("order_id", order)
            lines.unlink_records([o for o in mine if lines.table.rows[o].get("is_delivery")])
            carrier = self.env["delivery.carrier"]
            about = carrier.table.rows[row["carrier_id"]]
            orders.write_records([order], {"carrier_id": row["carrier_id"]})
            lines.create_records(
                [
                    {
                        "order_id": order,
                        "product_id": about["product_id"],
                        "name": carrier.compute_display_name(row["carrier_id"]),
                        "price_unit": float(row.get("delivery_price") or 0),
                        "product_uom_qty": 1.0,
                        "is_delivery": True,
                    }
                ]
            )
