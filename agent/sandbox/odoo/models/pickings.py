"""Transfers: what is delivered together, and the assistants that ask about the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.sandbox.odoo.faults import UserError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc

from .stock_moves import DONE_CANNOT, OPEN

EMPTY_19 = (
    "Transfer trouble alert! Validating a zero quantity transfer? You're not moving invisible "
    "goods around are you?\nSet some quantities and let's get moving!"
)
EMPTY_14 = (
    "You cannot validate a transfer if no quantities are reserved nor done. To force the transfer, "
    "switch in edit mode and encode the done quantities."
)


class Picking(Model):
    """``stock.picking``."""

    settled = ("state", "date_done", "sale_id", "backorder_id", "scheduled_date")

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Make transfers; those made by hand are drafts with the next name of their kind."""
        made: list[int] = []
        for vals in vals_list:
            if "name" in vals:
                made += super().create_records([vals])
                continue
            kind = vals.get("picking_type_id")
            about = self.env["stock.picking.type"].table.rows.get(kind or 0, {})
            house = self.env["stock.warehouse"].table.rows.get(about.get("warehouse_id") or 0, {})
            now = self.env.now.replace(microsecond=0)
            first = {"company_id": about.get("company_id"), "scheduled_date": now}
            first |= {"state": "draft", "move_type": "direct"}
            if kind:
                first["name"] = self._next_name(kind, house.get("code", "WH"))
            [record] = super().create_records([{**first, **vals}])
            moves: Any = self.env["stock.move"]
            for move in moves.table.find("picking_id", record):
                moves.refresh(move, {"reference": first.get("name"), "picking_type_id": kind})
            made.append(record)
        return made

    @rpc("records", needs="write")
    def action_confirm(self, ids: list[int]) -> bool:
        """Plan drafts; Odoo 19 reserves what there is at once, both what comes from outside."""
        moves: Any = self.env["stock.move"].sudo()
        for record in ids:
            for move in self._todo(record):
                if moves.table.rows[move].get("state") == "draft":
                    moves.confirm(move)
        self.settle(ids)
        return True

    def open_of(self, order: int) -> int:
        """Return the transfer that an order's goods go on, a new one if all are finished."""
        for picking in self.table.find("sale_id", order):
            if self.table.rows[picking].get("state") in OPEN:
                return picking
        return self._make(order)

    @rpc("records", needs="write")
    def action_assign(self, ids: list[int]) -> bool:
        """Reserve what there is."""
        moves: Any = self.env["stock.move"].sudo()
        todo = [one for record in ids for one in self._todo(record)]
        if not todo:
            raise UserError("Nothing to check the availability for.")
        for move in todo:
            moves.reserve(move)
        self.settle(ids)
        return True

    @rpc("records", needs="write")
    def do_unreserve(self, ids: list[int]) -> None:
        """Give back what is reserved."""
        moves: Any = self.env["stock.move"].sudo()
        for record in ids:
            for move in self._todo(record):
                moves.unreserve(move)

    @rpc("records", needs="write")
    def action_cancel(self, ids: list[int]) -> bool:
        """Cancel transfers.

        Raises:
            UserError: one is done.
        """
        self.cancel(ids)
        return True

    @rpc("records", needs="write")
    def button_validate(self, ids: list[int]) -> Any:
        """Finish transfers, or answer with the assistant that asks about the rest.

        The context says what not to ask: ``skip_backorder`` (the rest becomes a transfer of its
        own), ``skip_immediate`` (Odoo 14: nothing is done by itself).

        Raises:
            UserError: nothing is reserved or done.
        """
        self.check_right("write")
        todo = [one for one in ids if self.table.rows[one].get("state") != "done" or not self._new]
        if any(not self._has_quantities(one) for one in todo):
            raise UserError(EMPTY_19 if self._new else EMPTY_14)
        if self._new:
            for record in todo:
                self._pick_all(record)
        else:
            waiting = [one for one in todo if not self._handled(one)]
            if waiting and not self.env.context.get("skip_immediate"):
                return self._assistant("stock.immediate.transfer", waiting, ids)
            todo = [one for one in todo if one not in waiting]
        rest = [one for one in todo if self._incomplete(one)]
        if rest and not self.env.context.get("skip_backorder"):
            return self._assistant("stock.backorder.confirmation", rest, ids)
        unwanted = set(self.env.context.get("picking_ids_not_to_backorder") or ())
        for record in todo:
            self.sudo().finish(record, backorder=record not in unwanted)
        return True

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete transfers that nothing was done with."""
        moves = self.env["stock.move"].table
        for record in ids:
            for move in moves.find("picking_id", record):
                if moves.rows[move].get("state") == "done":
                    raise UserError(DONE_CANNOT)
        self.cancel(ids)
        super().unlink_records(ids)

    def cancel(self, ids: Sequence[int]) -> None:
        """Cancel transfers with their moves."""
        moves: Any = self.env["stock.move"].sudo()
        for record in ids:
            moves.cancel(moves.table.find("picking_id", record))
            if not moves.table.find("picking_id", record):
                self.refresh(record, {"state": "cancel"})
        self.settle(ids)

    def finish(self, record: int, *, backorder: bool) -> int | None:
        """Do what is handled; return the new transfer for the rest, if there is one."""
        moves: Any = self.env["stock.move"]
        rest: list[int] = []
        for move in self._todo(record):
            row = moves.table.rows[move]
            handled = moves.handled(move) if self._picked(row) else 0.0
            lacking = float(row["product_uom_qty"]) - handled
            if not handled:
                rest.append(move)
                continue
            if lacking > 0 and (backorder or not self._new):
                part = moves.split(move, lacking, None)
                rest.append(part)
                moves.refresh(move, {"product_uom_qty": handled})
            moves.finish(move)
        fresh = None
        if rest and backorder:
            fresh = self._backorder(record, rest)
        elif rest:
            moves.cancel(rest)
        self.refresh(record, {"date_done": self.env.now.replace(microsecond=0)})
        self.settle([record])
        self._tell_order(record)
        return fresh

    def settle(self, ids: Sequence[int]) -> None:
        """Derive the state from the moves."""
        moves = self.env["stock.move"].table
        orders: Any = self.env["sale.order"]
        for record in self.existing(ids):
            states = [moves.rows[one].get("state") for one in moves.find("picking_id", record)]
            if not states:
                continue
            todo = [one for one in states if one in OPEN]
            if set(todo) == {"draft"}:
                state = "draft"
            elif todo:
                ready = {"assigned", "partially_available"} & set(todo)
                state = "assigned" if ready else "confirmed"
            else:
                state = "done" if "done" in states else "cancel"
            changed = self.refresh(record, {"state": state})
            order = self.table.rows[record].get("sale_id")
            if changed and order:
                orders.settle([order], amounts=False)

    def compute_picking_type_code(self, record: int) -> str | None:
        """Return the kind of the transfer."""
        rows = self.env["stock.picking.type"].table.rows
        return rows.get(self.table.rows[record].get("picking_type_id") or 0, {}).get("code")

    def compute_carrier_tracking_url(self, record: int) -> None:
        """Return where a delivery can be followed: nowhere for fixed prices."""
        del record

    @property
    def _new(self) -> bool:
        return self.env.version != "14"

    def _make(self, order: int, origin: int | None = None) -> int:
        row = self.env["sale.order"].table.rows[order]
        types = self.env["stock.picking.type"]
        warehouse = row.get("warehouse_id") or self.env.ref("stock.warehouse0")
        wanted = [["code", "=", "outgoing"], ["warehouse_id", "=", warehouse]]
        kind = types.find(wanted, "sequence, id", 0, 1)[0]
        house = self.env["stock.warehouse"].table.rows[warehouse]
        values = {
            "name": self._next_name(kind, house.get("code", "WH")),
            "partner_id": row.get("partner_shipping_id"),
            "origin": row.get("name"),
            "sale_id": order,
            "picking_type_id": kind,
            "location_id": house["lot_stock_id"],
            "location_dest_id": self.env.ref("stock.stock_location_customers"),
            "carrier_id": row.get("carrier_id"),
            "company_id": row.get("company_id"),
            "scheduled_date": self.env.now.replace(microsecond=0),
            "move_type": row.get("picking_policy") or "direct",
            "backorder_id": origin,
            "state": "confirmed",
        }
        [made] = self.create_records([{k: v for k, v in values.items() if k in self.fields}])
        return made

    def _next_name(self, kind: int, warehouse: str) -> str:
        code = self.env["stock.picking.type"].table.rows[kind].get("sequence_code", "OUT")
        prefix = f"{warehouse}/{code}/"
        last = max(
            (int(n) for r in self.table.rows.values() if (n := _after(r.get("name"), prefix))),
            default=0,
        )
        return f"{prefix}{last + 1:05d}"

    def _backorder(self, record: int, rest: Sequence[int]) -> int:
        moves: Any = self.env["stock.move"]
        row = self.table.rows[record]
        if row.get("sale_id"):
            made = self._make(row["sale_id"], record)
        else:
            house = str(row["name"]).split("/")[0]
            fresh = {k: v for k, v in row.items() if k not in {"date_done", "carrier_tracking_ref"}}
            fresh |= {"name": self._next_name(row["picking_type_id"], house)}
            made = self.table.insert({**fresh, "backorder_id": record, "state": "confirmed"})
        name = self.table.rows[made]["name"]
        for move in rest:
            moves.refresh(move, {"picking_id": made, "reference": name})
            moves.line_up(move)
            if self._new:
                moves.refresh(move, {"picked": False})
                moves.reserve(move)
        self.settle([made])
        return made

    def _todo(self, record: int) -> list[int]:
        moves = self.env["stock.move"].table
        return [
            m for m in sorted(moves.find("picking_id", record)) if moves.rows[m]["state"] in OPEN
        ]

    def _has_quantities(self, record: int) -> bool:
        moves: Any = self.env["stock.move"]
        return any(moves.handled(one) or moves.reserved(one) for one in self._todo(record))

    def _handled(self, record: int) -> bool:
        moves: Any = self.env["stock.move"]
        return any(moves.handled(one) for one in self._todo(record))

    def _picked(self, row: dict[str, Any]) -> bool:
        return not self._new or bool(row.get("picked"))

    def _pick_all(self, record: int) -> None:
        """Odoo 19 takes what is reserved where nothing is marked as picked."""
        moves = self.env["stock.move"]
        todo = self._todo(record)
        if not any(moves.table.rows[one].get("picked") for one in todo):
            for move in todo:
                moves.refresh(move, {"picked": True})

    def _incomplete(self, record: int) -> bool:
        moves: Any = self.env["stock.move"]
        for move in self._todo(record):
            row = moves.table.rows[move]
            handled = moves.handled(move) if self._picked(row) else 0.0
            if handled < float(row["product_uom_qty"]):
                return True
        return False

    def _assistant(self, model: str, asked: Sequence[int], ids: Sequence[int]) -> dict[str, Any]:
        return {
            "name": "Create Backorder?" if "backorder" in model else "Immediate Transfer?",
            "type": "ir.actions.act_window",
            "view_mode": "form",
            "res_model": model,
            "target": "new",
            "context": {
                **self.env.context,
                "default_pick_ids": [[4, one] for one in asked],
                "button_validate_picking_ids": list(ids),
            },
        }

    def _tell_order(self, record: int) -> None:
        moves = self.env["stock.move"].table
        found = [moves.rows[m].get("sale_line_id") for m in moves.find("picking_id", record)]
        lines: Any = self.env["sale.order.line"]
        lines.settle(list(dict.fromkeys(one for one in found if one)), amounts=False)


class Backorder(Model):
    """``stock.backorder.confirmation``: the rest becomes a transfer of its own, or is dropped."""

    @rpc("records", needs="write")
    def process(self, ids: list[int]) -> Any:
        """Finish the transfers and make others for the rest."""
        return self._validate(ids, skip_backorder=True)

    @rpc("records", needs="write")
    def process_cancel_backorder(self, ids: list[int]) -> Any:
        """Finish the transfers and drop the rest."""
        picks = [one for record in ids for one in self.table.rows[record].get("pick_ids", ())]
        return self._validate(ids, skip_backorder=True, picking_ids_not_to_backorder=picks)

    def _validate(self, ids: Sequence[int], **context: Any) -> Any:
        picks = [one for record in ids for one in self.table.rows[record].get("pick_ids", ())]
        wanted = self.env.context.get("button_validate_picking_ids") or picks
        pickings: Any = self.env["stock.picking"].with_context(**context)
        return pickings.button_validate(list(wanted))


class ImmediateTransfer(Model):
    """``stock.immediate.transfer`` (Odoo 14): what is reserved is done."""

    @rpc("records", needs="write")
    def process(self, ids: list[int]) -> Any:
        """Do what is reserved and finish the transfers."""
        moves: Any = self.env["stock.move"]
        picks = [one for record in ids for one in self.table.rows[record].get("pick_ids", ())]
        for picking in picks:
            for move in moves.table.find("picking_id", picking):
                if moves.table.rows[move]["state"] in OPEN:
                    moves.write_records([move], {"quantity_done": moves.reserved(move)})
        wanted = self.env.context.get("button_validate_picking_ids") or picks
        pickings: Any = self.env["stock.picking"].with_context(skip_immediate=True)
        return pickings.button_validate(list(wanted))


def _after(name: Any, prefix: str) -> str:
    text = str(name or "")
    return text[len(prefix) :] if text.startswith(prefix) and text[len(prefix) :].isdigit() else ""
