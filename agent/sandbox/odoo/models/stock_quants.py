"""What lies where: taking goods from a place, reserving them, putting them down."""

from __future__ import annotations

from typing import Any

from agent.sandbox.odoo.env import Env


class StockBook:
    """Changes quantities of stored products; others are always there and never counted."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.quants: Any = env["stock.quant"].sudo()

    def reserve(self, product: int, place: int, quantity: float) -> float:
        """Reserve up to ``quantity`` and return how much that was."""
        if not self.stored(product):
            return quantity
        left = quantity
        for quant in self._inside(product, place):
            row = self.quants.table.rows[quant]
            free = float(row.get("quantity", 0.0)) - float(row.get("reserved_quantity", 0.0))
            part = max(0.0, min(free, left))
            if part:
                self._add(quant, "reserved_quantity", part)
                left -= part
        return quantity - left

    def release(self, product: int, place: int, quantity: float) -> None:
        """Give back what was reserved."""
        if not self.stored(product):
            return
        for quant in reversed(self._inside(product, place)):
            part = min(float(self.quants.table.rows[quant].get("reserved_quantity", 0.0)), quantity)
            if part > 0:
                self._add(quant, "reserved_quantity", -part)
                quantity -= part

    def shift(self, product: int, source: int, target: int, quantity: float) -> None:
        """Move goods; what is not there makes the source negative."""
        if not self.stored(product) or not quantity:
            return
        left = quantity
        for quant in self._inside(product, source):
            part = max(0.0, min(float(self.quants.table.rows[quant].get("quantity", 0.0)), left))
            if part:
                self._add(quant, "quantity", -part)
                left -= part
        if left:
            self._add(self._at(product, source), "quantity", -left)
        self._add(self._at(product, target), "quantity", quantity)

    def stored(self, product: int) -> bool:
        """Tell whether a product is counted."""
        template = self.env["product.product"].table.rows[product]["product_tmpl_id"]
        row = self.env["product.template"].table.rows[template]
        if self.env.version == "14":
            return row.get("type") == "product"
        return bool(row.get("is_storable"))

    def _inside(self, product: int, place: int) -> list[int]:
        places = set(self.env["stock.location"].hierarchy("child_of", place))
        rows = self.quants.table.rows
        found = sorted(self.quants.table.find("product_id", product))
        return [one for one in found if rows[one]["location_id"] in places]

    def _at(self, product: int, place: int) -> int:
        rows = self.quants.table.rows
        for quant in self.quants.table.find("product_id", product):
            if rows[quant]["location_id"] == place:
                return int(quant)
        now = self.env.now
        row = {"product_id": product, "location_id": place, "in_date": now}
        row |= {"company_id": self.env.ref("base.main_company"), "create_date": now}
        row |= {"write_date": now, "create_uid": self.env.uid, "write_uid": self.env.uid}
        return int(self.quants.table.insert(row))

    def _add(self, quant: int, name: str, amount: float) -> None:
        left = round(float(self.quants.table.rows[quant].get(name, 0.0)) + amount, 6)
        self.quants.store(quant, {name: left + 0.0})
