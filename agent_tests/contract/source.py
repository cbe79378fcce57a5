"""What people do with goods in Odoo, and what a shop sees of it."""

from __future__ import annotations

from typing import Any

from agent.model.stock import WarehouseStock
from agent_tests.contract.common.reading import source_of
from agent_tests.contract.ground import Ground, silently, unique
from agent_tests.contract.shop import Shop


def stock(shop: Shop, variant: str, warehouse: int | None = None) -> WarehouseStock:
    """Return what one warehouse (the first one) has of a variant."""
    (level,) = source_of(shop).stock_levels([variant])
    assert level.ref == variant
    assert level.tracked
    return level.warehouses[str(warehouse or house(shop.ground)["id"])]


def house(ground: Ground) -> Any:
    """Return the company's first warehouse."""
    return ground.find("stock.warehouse", [], "lot_stock_id")[0]


def count(ground: Ground, variant: str, quantity: float, place: int | None = None) -> None:
    """Count a variant: an adjustment of its stock."""
    values = {"product_id": int(variant), "inventory_quantity": quantity}
    values["location_id"] = place or house(ground)["lot_stock_id"][0]
    mode = {"inventory_mode": True}
    quant = ground.rpc("stock.quant", "create", values, context=mode)
    if ground.modern:
        silently(ground, "stock.quant", "action_apply_inventory", [quant])


class Transfer:
    """A receipt or a delivery of one variant, made by hand in Odoo."""

    def __init__(self, ground: Ground, variant: str, quantity: float, *, incoming: bool) -> None:
        self.ground = ground
        first = house(ground)
        lot = first["lot_stock_id"][0]
        usage = "supplier" if incoming else "customer"
        outside = ground.find("stock.location", [("usage", "=", usage)], "name")[0]["id"]
        code = [("code", "=", "incoming" if incoming else "outgoing")]
        here = [("warehouse_id", "=", first["id"]), ("active", "=", True)]
        kind = ground.find("stock.picking.type", [*code, *here], "sequence_code")[0]["id"]
        way = {
            "location_id": outside if incoming else lot,
            "location_dest_id": lot if incoming else outside,
        }
        product = ground.read("product.product", variant, "uom_id")
        move: dict[str, Any] = {
            "product_id": int(variant),
            "product_uom": product["uom_id"][0],
            "product_uom_qty": quantity,
            **way,
        }
        if not ground.modern:
            move["name"] = unique("Move")
        lines = "move_ids" if ground.modern else "move_lines"
        values = {"picking_type_id": kind, **way, lines: [(0, 0, move)]}
        self.id: int = ground.rpc("stock.picking", "create", values)
        ground.rpc("stock.picking", "action_confirm", [self.id])

    def reserve(self) -> None:
        """Set the goods apart."""
        self.ground.rpc("stock.picking", "action_assign", [self.id])

    def validate(self, quantity: float) -> None:
        """Do ``quantity`` of it, without questions."""
        moves = self.ground.find("stock.move", [("picking_id", "=", self.id)], "id")
        done = {"quantity": quantity, "picked": True}
        if not self.ground.modern:
            done = {"quantity_done": quantity}
        self.ground.rpc("stock.move", "write", [moves[0]["id"]], done)
        skip = {"skip_backorder": True, "skip_immediate": True, "skip_sms": True}
        assert self.ground.rpc("stock.picking", "button_validate", [self.id], context=skip) is True

    def cancel(self) -> None:
        """Give it up."""
        self.ground.rpc("stock.picking", "action_cancel", [self.id])
