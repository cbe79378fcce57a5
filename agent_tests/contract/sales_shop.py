"""A shop that sells to Odoo, and what Odoo has of it."""

from __future__ import annotations

from typing import Any

from agent_tests.contract.common.odoo import OdooBooks
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.ground import Ground


class SalesShop(Seller):
    """A seller whose Odoo can be asked for anything."""

    ground: Ground

    def __init__(self, ground: Ground, **settings: object) -> None:
        super().__init__(ground, OdooBooks(ground), **settings)
        self.tax_field = "tax_ids" if ground.modern else "tax_id"

    def included(self) -> dict[str, Any]:
        """Return what makes a tax one that is included in prices."""
        if self.ground.modern:
            return {"price_include_override": "tax_included"}
        return {"price_include": True}

    def order_row(self, ref: str | None) -> Any:
        """Return an order's amounts and the rest."""
        names = ("name", "state", "amount_total", "amount_tax", "client_order_ref", "date_order")
        names += ("partner_id", "partner_invoice_id", "partner_shipping_id", "currency_id")
        names += ("carrier_id", "note", "team_id", "user_id", "order_line", "invoice_ids")
        return self.ground.read("sale.order", ref, *names)

    def line_rows(self, ref: str | None) -> Any:
        """Return an order's lines by their order in the document."""
        names = ("name", "product_id", "product_uom_qty", "price_unit", "price_subtotal")
        names += ("price_tax", "is_delivery", self.tax_field)
        return sorted(
            self.ground.find("sale.order.line", [("order_id", "=", int(ref or 0))], *names),
            key=lambda r: r["id"],
        )
