"""Locations and quantities, and how each version counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import ServerError, ValidationError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc

COUNTS = ("inventory_quantity", "inventory_quantity_auto_apply")
PLACE = ("location_id", "lot_id", "package_id", "owner_id")


class Location(Model):
    """``stock.location``."""

    def display_name(self, record: int) -> str:
        """Show the full name."""
        return str(self.table.rows[record].get("complete_name", ""))

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Store the full name."""
        del vals
        self._rename(record)

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Store the full names of the place and all below it."""
        if changed & {"name", "location_id", "usage"}:
            for record in ids:
                self._rename(record)

    def _rename(self, record: int) -> None:
        row = self.table.rows[record]
        parent = self.table.rows.get(row.get("location_id") or 0)
        name = row.get("name") or ""
        if parent and row.get("usage") != "view":
            name = f"{parent.get('complete_name', '')}/{name}"
        if name != row.get("complete_name"):
            self.table.update(record, {"complete_name": name})
        for child in self.table.find("location_id", record):
            self._rename(child)


class Quant(Model):
    """``stock.quant``: what lies where.

    Odoo 14 lets nobody but its inventory mode create or change a quant, and applies
    ``inventory_quantity`` at once. Odoo 19 keeps ``inventory_quantity`` until it is applied;
    ``inventory_quantity_auto_apply`` works in inventory mode alone.
    """

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Start empty, in the main company, today."""
        found = super().defaults(vals)
        found |= {"company_id": self.env.ref("base.main_company"), "in_date": self.env.now}
        return {name: value for name, value in found.items() if name not in vals}

    def display_name(self, record: int) -> str:
        """Show the place."""
        row = self.table.rows[record]
        return self.env["stock.location"].compute_display_name(row["location_id"])

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create quants; a count in inventory mode uses the quant of the same place again."""
        return [self._create(dict(vals)) for vals in vals_list]

    @rpc("records")
    def write(self, ids: list[int], vals: dict[str, Any]) -> bool:
        """Change quants; on Odoo 14 only counts, and only in inventory mode."""
        if self.env.version == "14" and self.in_inventory_mode() and "inventory_quantity" in vals:
            return bool(super(Quant, self.sudo_mode()).write(ids, vals))
        return bool(super().write(ids, vals))

    def inverse_inventory_quantity(self, ids: list[int], value: Any) -> None:
        """Take a count: Odoo 14 applies it, Odoo 19 keeps it."""
        wanted = float(value or 0)
        if self.env.version == "14":
            if self.env.context.get("inventory_mode"):
                self._set_quantity(ids, wanted)
            return
        for record in ids:
            difference = wanted - self.table.rows[record].get("quantity", 0.0)
            self.store(
                record,
                {
                    "inventory_quantity": wanted,
                    "inventory_quantity_set": True,
                    "inventory_diff_quantity": difference,
                },
            )

    def inverse_inventory_quantity_auto_apply(self, ids: list[int], value: Any) -> None:
        """Apply a count at once (Odoo 19)."""
        if self.in_inventory_mode():
            self._set_quantity(ids, float(value or 0))

    def compute_inventory_quantity(self, record: int) -> float:
        """Odoo 14 shows the quantity in inventory mode and 0 otherwise."""
        shown = self.in_inventory_mode()
        return float(self.table.rows[record].get("quantity", 0.0)) if shown else 0.0

    def compute_inventory_quantity_auto_apply(self, record: int) -> float:
        """Return the quantity."""
        return float(self.table.rows[record].get("quantity", 0.0))

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

    def sudo_mode(self) -> Quant:
        """Return the model with all rights."""
        return self.sudo()

    def in_inventory_mode(self) -> bool:
        """Tell whether counts are wanted and the user may count."""
        group = (
            "stock.group_stock_manager" if self.env.version == "14" else "stock.group_stock_user"
        )
        return bool(self.env.context.get("inventory_mode")) and self.env.has_group(group)

    def inside(self) -> set[int] | None:
        """Return the places the context names, None where it names none."""
        locations = self.env["stock.location"]
        wanted = self.env.context.get("location")
        word = "warehouse" if self.env.version == "14" else "warehouse_id"
        warehouse = self.env.context.get(word)
        if isinstance(warehouse, int) and not wanted:
            row = self.env["stock.warehouse"].table.rows.get(warehouse)
            wanted = row["view_location_id"] if row else None
        return set(locations.hierarchy("child_of", wanted)) if wanted else None

    def on_hand(self, variant: int, *, free: bool = False) -> float:
        """Sum what lies in internal places (or in those the context names).

        ``free``: without what is reserved.
        """
        locations = self.env["stock.location"]
        inside = self.inside()
        total = 0.0
        for quant in self.table.find("product_id", variant):
            row = self.table.rows[quant]
            place = row["location_id"]
            usage = locations.table.rows[place].get("usage")
            if usage in {"internal", "transit"} and (inside is None or place in inside):
                total += row.get("quantity", 0.0)
                total -= row.get("reserved_quantity", 0.0) if free else 0.0
        return total

    def count(self, variant: int, location: int, quantity: float) -> None:
        """Set the quantity of a product in a place."""
        quant = self._at({"product_id": variant, "location_id": location})
        if quant is None:
            [quant] = super().create_records([{"product_id": variant, "location_id": location}])
        self._set_quantity([quant], quantity)

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse stock of what is not stored, and stock in a place that only groups others."""
        if not changed & {"product_id", "location_id"}:
            return
        locations = self.env["stock.location"]
        for record in ids:
            template = self.env["product.template"].table.rows[self.compute_product_tmpl_id(record)]
            stored = template.get("type") == "product"
            if self.env.version != "14":
                stored = bool(template.get("is_storable"))
            if not stored:
                raise ValidationError("Quants cannot be created for consumables or services.")
            place = self.table.rows[record]["location_id"]
            if locations.table.rows[place].get("usage") == "view":
                raise ValidationError(
                    "You cannot take products from or deliver products to a location of type "
                    f'"view" ({locations.compute_display_name(place)}).'
                )

    def _create(self, vals: dict[str, Any]) -> int:
        counting = self.in_inventory_mode() and any(name in vals for name in COUNTS)
        if not counting:
            return int(super().create_records([vals])[0])
        for name in ("product_id", "location_id"):
            if name not in vals:
                raise ServerError(repr(name), "KeyError")
        counts = {name: vals.pop(name) for name in COUNTS if name in vals}
        model = self.sudo_mode()
        quant = self._at(vals)
        if quant is None:
            quant = super(Quant, model).create_records([vals])[0]
        model.write_records([quant], counts)
        return int(quant)

    def _at(self, vals: dict[str, Any]) -> int | None:
        for quant in self.table.find("product_id", vals.get("product_id")):
            row = self.table.rows[quant]
            if all((row.get(key) or None) == (vals.get(key) or None) for key in PLACE):
                return quant
        return None

    def _set_quantity(self, ids: list[int], quantity: float) -> None:
        for record in ids:
            row = self.table.rows[record]
            changes: dict[str, Any] = {"quantity": quantity}
            if self.env.version != "14":
                changes |= {
                    "inventory_quantity": 0.0,
                    "inventory_quantity_set": False,
                    "inventory_diff_quantity": 0.0,
                }
            difference = quantity - row.get("quantity", 0.0)
            self.store(record, changes)
            if difference:
                self._note_move(row, difference)

    def _note_move(self, row: dict[str, Any], difference: float) -> None:
        places = self.env["stock.location"].sudo()
        loss = places.find([["usage", "=", "inventory"]], "id", 0, 1)[0]
        self._take_from(loss, row["product_id"], difference)
        inward = difference > 0
        template = self.env["product.product"].table.rows[row["product_id"]]["product_tmpl_id"]
        unit = self.env["product.template"].table.rows[template]["uom_id"]
        self.env["stock.move"].sudo().create_records(
            [
                {
                    "name": "Product Quantity Updated",
                    "product_id": row["product_id"],
                    "product_uom": unit,
                    "product_uom_qty": abs(difference),
                    "location_id": loss if inward else row["location_id"],
                    "location_dest_id": row["location_id"] if inward else loss,
                    "state": "done",
                }
            ]
        )

    def _take_from(self, location: int, variant: int, quantity: float) -> None:
        """Book the other side of a count: what is found here is missing at the loss location."""
        place = {"product_id": variant, "location_id": location}
        quant = self._at(place)
        if quant is None:
            [quant] = super(Quant, self.sudo_mode()).create_records([place])
        left = float(self.table.rows[quant].get("quantity", 0.0)) - quantity
        self.store(quant, {"quantity": left})
