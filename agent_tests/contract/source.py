"""Reading an ERP for a shop, as flows do it, and work done in Odoo by people."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, cast

from agent.erp.cursor import Cursor
from agent.erp.source import Sourced, SourceErp, Unreadable
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.record import Record
from agent.model.stock import WarehouseStock
from agent_tests.contract.ground import Ground, silently, unique
from agent_tests.contract.shop import Shop

LANGUAGES = ("en-gb", "de-de")
SETTLE_SECONDS = 1.1
"""What tests make of the seconds after which a record is looked at once more: just above one."""


def source_of(shop: Shop) -> SourceErp:
    """Return the shop's connection as a source, told the shop's languages."""
    erp = cast("SourceErp", shop.erp)
    erp.source_languages(LANGUAGES)
    return erp


def read_one(shop: Shop, entity: Entity, ref: str) -> Sourced:
    """Return one record that can be read."""
    (found,) = source_of(shop).source_read(entity, [ref])
    assert isinstance(found, Sourced), found
    assert found.ref == ref == found.record.key
    return found


def read_record(shop: Shop, entity: Entity, key: str) -> Record:
    """Return what Odoo has of a record that the shop sent."""
    return read_one(shop, entity, shop.ref(entity, key)).record


def refused(shop: Shop, entity: Entity, ref: str) -> Unreadable:
    """Return why one record cannot be read."""
    (found,) = source_of(shop).source_read(entity, [ref])
    assert isinstance(found, Unreadable), found
    return found


class Follower:
    """Looks for changes as flows do: with the cursor of the look before."""

    def __init__(self, look: Callable[[Cursor], tuple[list[str], Cursor]]) -> None:
        self._look = look
        told, self.cursor = look(Cursor())
        assert told == []

    def look(self) -> list[str]:
        """Return what is told now."""
        told, self.cursor = self._look(self.cursor)
        assert len(told) == len(set(told))
        return told

    def rest(self) -> None:
        """Let what happened so far be told for good."""
        self.look()
        time.sleep(SETTLE_SECONDS + 0.1)
        self.look()

    def waits_for(self, ref: str) -> None:
        """Look until ``ref`` is told: at once, or with the second look at one second's changes."""
        for _ in range(8):
            if ref in self.look():
                return
            time.sleep(SETTLE_SECONDS / 4)
        raise AssertionError(f"{ref} was not told")


def followed(shop: Shop, entity: Entity) -> Follower:
    """Return a follower of an entity's records."""
    erp = source_of(shop)
    return Follower(lambda cursor: erp.source_changes(entity, cursor))


def stock_followed(shop: Shop) -> Follower:
    """Return a follower of quantities."""
    return Follower(source_of(shop).stock_changes)


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


def told(found: Sourced) -> dict[str, Any]:
    """Return the fields that Odoo can tell, JSON-ready."""
    plain = to_plain(found.record)
    return {name: plain[name] for name in found.fields}
