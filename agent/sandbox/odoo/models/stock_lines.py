"""Detailed lines of moves: what of a product is taken from one place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.sandbox.odoo.model import Model

SHARED = ("picking_id", "product_id", "location_id", "location_dest_id", "state", "company_id")


class MoveLine(Model):
    """``stock.move.line``: one for each move that has something reserved or done."""

    settled = ("state", "picking_id", "quantity", "picked", "product_uom_qty", "reference")

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change lines; what is done or reserved changes the moves."""
        super().write_records(ids, vals)
        moves: Any = self.env["stock.move"]
        for record in ids:
            move = self.table.rows[record].get("move_id")
            if not move:
                continue
            if "qty_done" in vals:
                moves.write_records([move], {"quantity_done": float(vals["qty_done"] or 0)})
            wanted = {name: vals[name] for name in ("quantity", "picked") if name in vals}
            if wanted:
                moves.write_records([move], wanted)

    def follow(self, move: int) -> None:
        """Say what a move says: made, changed or taken away with it."""
        moves: Any = self.env["stock.move"]
        row = moves.table.rows[move]
        mine = self.table.find("move_id", move)
        handled, reserved = moves.handled(move), moves.reserved(move)
        if not handled and not reserved:
            self.delete(mine)
            return
        values: dict[str, Any] = {name: row.get(name) for name in SHARED}
        values |= {"product_uom_id": row.get("product_uom"), "reference": row.get("reference")}
        if self.env.version == "14":
            values |= {"qty_done": handled, "product_uom_qty": reserved}
        else:
            values |= {"quantity": handled, "picked": bool(row.get("picked"))}
        if mine:
            self.refresh(mine[0], values)
            return
        now = self.env.now
        stamp: dict[str, Any] = {"create_date": now, "write_date": now, "date": now}
        stamp |= {"create_uid": self.env.uid, "write_uid": self.env.uid}
        known = {k: v for k, v in values.items() if k in self.fields and v is not None}
        self.table.insert({**known, **stamp, "move_id": move})

    def display_name(self, record: int) -> str:
        """Show the product."""
        product = self.table.rows[record]["product_id"]
        return self.env["product.product"].compute_display_name(product)
