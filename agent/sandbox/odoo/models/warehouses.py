"""Warehouses: made with their places and kinds of transfers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.odoo.model import Model

_KINDS = (("incoming", "Receipts", "IN"), ("outgoing", "Delivery Orders", "OUT"))


class Warehouse(Model):
    """``stock.warehouse``."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Belong to the main company."""
        found = super().defaults(vals)
        found.setdefault("company_id", self.env.ref("base.main_company"))
        return {name: value for name, value in found.items() if name not in vals}

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Make warehouses with a place that holds all others, one for the stock, and transfers."""
        made: list[int] = []
        places = self.env["stock.location"].sudo()
        company = self.env.ref("base.main_company")
        for vals in vals_list:
            view = {"name": vals.get("code"), "usage": "view", "company_id": company}
            top = self.env.site.xml_ids.get("stock.stock_location_locations")
            [above] = places.create_records([view | ({"location_id": top} if top else {})])
            stock = {"name": "Stock", "usage": "internal", "company_id": company}
            [below] = places.create_records([stock | {"location_id": above}])
            own = {"view_location_id": above, "lot_stock_id": below}
            [record] = super().create_records([{**own, **vals}])
            self._add_kinds(record, below)
            made.append(record)
        return made

    def _add_kinds(self, record: int, stock: int) -> None:
        kinds = self.env["stock.picking.type"].sudo()
        outside = {
            "incoming": self.env.ref("stock.stock_location_suppliers"),
            "outgoing": self.env.ref("stock.stock_location_customers"),
        }
        for code, name, letters in _KINDS:
            ends = [outside[code], stock] if code == "incoming" else [stock, outside[code]]
            kinds.create_records(
                [
                    {
                        "name": name,
                        "code": code,
                        "sequence_code": letters,
                        "warehouse_id": record,
                        "company_id": self.env.ref("base.main_company"),
                        "default_location_src_id": ends[0],
                        "default_location_dest_id": ends[1],
                    }
                ]
            )
