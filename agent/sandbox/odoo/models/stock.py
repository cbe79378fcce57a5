"""Locations and quantities."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import UserError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc


class Location(Model):
    """``stock.location``."""

    def display_name(self, record: int) -> str:
        """Show the full name."""
        return str(self.table.rows[record].get("complete_name", ""))

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Store the full name."""
        del vals
        row = self.table.rows[record]
        parent = self.table.rows.get(row.get("location_id") or 0)
        name = row.get("name") or ""
        if parent and row.get("usage") != "view":
            name = f"{parent.get('complete_name', '')}/{name}"
        self.table.update(record, {"complete_name": name})


class Quant(Model):
    """``stock.quant``: what lies where.

    Odoo 14 applies ``inventory_quantity`` at once, Odoo 19 keeps it until it is applied; both only
    with ``inventory_mode`` in the context.
    """

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Start empty, in the main company, today."""
        found = super().defaults(vals)
        found |= {"company_id": self.env.ref("base.main_company"), "in_date": self.env.now}
        return {name: value for name, value in found.items() if name not in vals}

    def display_name(self, record: int) -> str:
        """Show the place, or the product."""
        row = self.table.rows[record]
        return self.env["stock.location"].compute_display_name(row["location_id"])

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create counts; in inventory mode the quant of the same place is used again."""
        if not self.in_inventory_mode():
            return super().create_records(vals_list)
        self.check_right("create")
        created = []
        for vals in vals_list:
            rest = dict(vals)
            counts: dict[str, Any] = {
                name: rest.pop(name)
                for name in ("inventory_quantity", "inventory_quantity_auto_apply")
                if name in rest
            }
            quant = self._at(rest)
            if quant is None:
                quant = super().create_records([rest])[0]
            if counts:
                self.write_records([quant], counts)
            created.append(quant)
        return created

    def inverse_inventory_quantity(self, ids: list[int], value: Any) -> None:
        """Take a count: Odoo 14 applies it, Odoo 19 keeps it."""
        if self.env.version == "14":
            if self.in_inventory_mode():
                self._set_quantity(ids, float(value or 0))
            return
        for record in ids:
            quantity = self.table.rows[record].get("quantity", 0.0)
            self.store(
                record,
                {
                    "inventory_quantity": float(value or 0),
                    "inventory_quantity_set": True,
                    "inventory_diff_quantity": float(value or 0) - quantity,
                },
            )

    def inverse_inventory_quantity_auto_apply(self, ids: list[int], value: Any) -> None:
        """Apply a count at once (Odoo 19)."""
        if self.in_inventory_mode():
            self._set_quantity(ids, float(value or 0))

    def compute_inventory_quantity(self, record: int) -> float:
        """Odoo 14 shows the quantity itself."""
        return float(self.table.rows[record].get("quantity", 0.0))

    compute_inventory_quantity_auto_apply = compute_inventory_quantity

    def compute_available_quantity(self, record: int) -> float:
        """Return what is not reserved."""
        row = self.table.rows[record]
        return float(row.get("quantity", 0.0)) - float(row.get("reserved_quantity", 0.0))

    def compute_product_tmpl_id(self, record: int) -> int:
        """Return the product's template."""
        variant = self.table.rows[record]["product_id"]
        return int(self.env["product.product"].table.rows[variant]["product_tmpl_id"])

    @rpc("records", only="19")
    def action_apply_inventory(self, ids: list[int]) -> None:
        """Make the kept counts the quantities (19); returns nothing, which RPC cannot carry."""
        for record in self.existing(ids):
            row = self.table.rows[record]
            if row.get("inventory_quantity_set"):
                self._set_quantity([record], float(row.get("inventory_quantity", 0.0)))

    def in_inventory_mode(self) -> bool:
        """Tell whether counts are wanted and the user may count."""
        group = (
            "stock.group_stock_manager" if self.env.version == "14" else "stock.group_stock_user"
        )
        return bool(self.env.context.get("inventory_mode")) and self.env.has_group(group)

    def on_hand(self, variant: int) -> float:
        """Sum what lies in internal places (or in those the context names)."""
        locations = self.env["stock.location"]
        wanted = self.env.context.get("location")
        warehouse = self.env.context.get("warehouse") or self.env.context.get("warehouse_id")
        if isinstance(warehouse, int) and not wanted:
            wanted = self.env["stock.warehouse"].table.rows[warehouse]["view_location_id"]
        inside = set(locations.hierarchy("child_of", wanted)) if wanted else None
        total = 0.0
        for quant in self.table.find("product_id", variant):
            row = self.table.rows[quant]
            place = row["location_id"]
            usage = locations.table.rows[place].get("usage")
            if usage == "internal" and (inside is None or place in inside):
                total += row.get("quantity", 0.0)
        return total

    def count(self, variant: int, location: int, quantity: float) -> None:
        """Set the quantity of a product in a place."""
        quant = self._at({"product_id": variant, "location_id": location})
        if quant is None:
            [quant] = super().create_records([{"product_id": variant, "location_id": location}])
        self._set_quantity([quant], quantity)

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse stock of what is not stored."""
        del changed
        for record in ids:
            variant = self.table.rows[record]["product_id"]
            template = self.compute_product_tmpl_id(record)
            row = self.env["product.template"].table.rows[template]
            stored = row.get("type") == "product"
            if self.env.version != "14":
                stored = bool(row.get("is_storable"))
            if not stored:
                name = self.env["product.product"].compute_display_name(variant)
                raise UserError(f"Quants cannot be created for consumables or services. ({name})")

    def _at(self, vals: dict[str, Any]) -> int | None:
        for quant in self.table.find("product_id", vals.get("product_id")):
            row = self.table.rows[quant]
            keys = ("location_id", "lot_id", "package_id", "owner_id")
            if all((row.get(key) or None) == (vals.get(key) or None) for key in keys):
                return quant
        return None

    def _set_quantity(self, ids: list[int], quantity: float) -> None:
        for record in ids:
            changes: dict[str, Any] = {"quantity": quantity}
            if self.env.version != "14":
                changes |= {
                    "inventory_quantity": 0.0,
                    "inventory_quantity_set": False,
                    "inventory_diff_quantity": 0.0,
                }
            self.store(record, changes)
