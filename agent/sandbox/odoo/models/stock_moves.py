"""Moves of goods: made for orders, reserved from stock, done.

Odoo 14 keeps what is reserved and what is done apart; in Odoo 19 the reserved quantity is what gets
done, once it is marked as picked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from agent.sandbox.odoo.faults import UserError
from agent.sandbox.odoo.model import Model

from .stock_quants import StockBook

OPEN = frozenset({"draft", "waiting", "confirmed", "partially_available", "assigned"})
DONE_CANNOT = (
    "You cannot cancel a stock move that has been set to 'Done'. Create a return in order to "
    "reverse the moves which took place."
)


class Move(Model):
    """``stock.move``."""

    settled = ("state", "reference", "product_qty", "forecast_availability")

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Make moves, leaving out fields that the version does not have."""
        seeds = {"company_id": self.env.ref("base.main_company"), "date": self.env.now}
        return super().create_records(
            [{k: v for k, v in {**seeds, **vals}.items() if k in self.fields} for vals in vals_list]
        )

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change moves; a quantity is reserved, or corrects what is done."""
        before = {one: self.handled(one) for one in ids}
        if "quantity" in vals and "picked" not in vals and self._is_new:
            vals = {**vals, "picked": True} if vals["quantity"] else vals
        super().write_records(ids, vals)
        if "quantity" in vals or "quantity_done" in vals:
            for record in ids:
                self._handle(record, before[record])
        elif "picked" in vals:
            for record in ids:
                self.line_up(record)

    def inverse_quantity_done(self, ids: list[int], value: Any) -> None:
        """Set what is done (Odoo 14)."""
        for record in ids:
            self.table.update(record, {"quantity_done": float(value or 0)})

    def compute_quantity_done(self, record: int) -> float:
        """Return what is done (Odoo 14)."""
        return float(self.table.rows[record].get("quantity_done", 0.0))

    def compute_reserved_availability(self, record: int) -> float:
        """Return what is reserved (Odoo 14)."""
        return float(self.table.rows[record].get("reserved_availability", 0.0))

    def display_name(self, record: int) -> str:
        """Show transfer, product and way."""
        row = self.table.rows[record]
        product = self.env["product.product"].compute_display_name(row["product_id"])
        places = self.env["stock.location"]
        way = [places.compute_display_name(row[end]) for end in ("location_id", "location_dest_id")]
        return f"{row.get('reference') or row.get('origin') or ''}{product}: {'>'.join(way)}"

    # -- for orders --------------------------------------------------------------------------------

    def procure(self, lines: Sequence[int], before: Mapping[int, float] | None = None) -> None:
        """Plan the delivery of what lines order and no move delivers yet.

        Args:
            lines: lines of confirmed orders.
            before: what they ordered before a change.

        Raises:
            UserError: less is ordered than was delivered.
        """
        model: Any = self.env["sale.order.line"]
        for line in lines:
            if not model.goods(line):
                continue
            row = model.table.rows[line]
            wanted = float(row.get("product_uom_qty") or 0)
            planned = self._planned(line)
            if before is not None and wanted < before.get(line, 0.0):
                self._decrease(line, wanted, planned)
            elif wanted > planned:
                self._plan(line, wanted - planned)
        for order in dict.fromkeys(model.table.rows[one]["order_id"] for one in lines):
            self.env["sale.order"].settle([order], amounts=False)  # type: ignore[attr-defined]

    def delivered_of(self, line: int) -> float:
        """Sum what was delivered of an order line."""
        found = 0.0
        for move in self.table.find("sale_line_id", line):
            if self.table.rows[move].get("state") == "done":
                found += self.handled(move)
        return found

    def expected(self, product: int, inside: AbstractSet[int] | None) -> tuple[float, float]:
        """Sum what open moves bring into places, and what they take out of them.

        ``inside``: the places; all of the company where it is None.
        """
        incoming = outgoing = 0.0
        for move in self.table.find("product_id", product):
            row = self.table.rows[move]
            if row.get("state") not in OPEN - {"draft"}:
                continue
            source = self._is_inside(row["location_id"], inside)
            target = self._is_inside(row["location_dest_id"], inside)
            wanted = float(row.get("product_uom_qty", 0.0))
            incoming += wanted if target and not source else 0.0
            outgoing += wanted if source and not target else 0.0
        return incoming, outgoing

    def _is_inside(self, place: int, inside: AbstractSet[int] | None) -> bool:
        usage = self.env["stock.location"].table.rows[place].get("usage")
        return place in inside if inside is not None else usage in {"internal", "transit"}

    def _planned(self, line: int) -> float:
        found = 0.0
        for move in self.table.find("sale_line_id", line):
            row = self.table.rows[move]
            if row.get("state") == "done":
                found += self.handled(move)
            elif row.get("state") != "cancel":
                found += float(row.get("product_uom_qty", 0.0))
        return found

    def _decrease(self, line: int, wanted: float, planned: float) -> None:
        if wanted < self.delivered_of(line):
            if self._is_new:
                raise UserError(
                    "The ordered quantity of a sale order line cannot be decreased below the "
                    "amount already delivered. Instead, create a return in your inventory."
                )
            raise UserError(
                "You cannot decrease the ordered quantity below the delivered quantity.\n"
                "Create a return first."
            )
        if not self._is_new:  # Odoo 14 only leaves a note for people
            return
        less = planned - wanted
        for move in reversed(self.table.find("sale_line_id", line)):
            row = self.table.rows[move]
            if row.get("state") not in OPEN or less <= 0:
                continue
            part = min(less, float(row["product_uom_qty"]))
            self.unreserve(move)
            self.refresh(move, {"product_uom_qty": float(row["product_uom_qty"]) - part})
            less -= part
            self.reserve(move)

    def _plan(self, line: int, quantity: float) -> None:
        row = self.env["sale.order.line"].table.rows[line]
        order = self.env["sale.order"].table.rows[row["order_id"]]
        pickings: Any = self.env["stock.picking"]
        picking = pickings.open_of(row["order_id"])
        same = [
            one
            for one in self.table.find("sale_line_id", line)
            if self.table.rows[one].get("picking_id") == picking
            and self.table.rows[one].get("state") in OPEN
        ]
        if same:
            move = same[-1]
            more = float(self.table.rows[move]["product_uom_qty"]) + quantity
            self.refresh(move, {"product_uom_qty": more})
        else:
            about = pickings.table.rows[picking]
            unit = row.get("product_uom_id") or row.get("product_uom")
            [move] = self.create_records(
                [
                    {
                        "name": row["name"],
                        "product_id": row["product_id"],
                        "product_uom": unit,
                        "product_uom_qty": quantity,
                        "sale_line_id": line,
                        "picking_id": picking,
                        "picking_type_id": about["picking_type_id"],
                        "location_id": about["location_id"],
                        "location_dest_id": about["location_dest_id"],
                        "origin": order.get("name"),
                        "reference": about["name"],
                        "partner_id": order.get("partner_shipping_id"),
                        "state": "confirmed",
                    }
                ]
            )
        self.reserve(move)
        pickings.settle([picking])

    # -- reserving and doing -----------------------------------------------------------------------

    @property
    def _is_new(self) -> bool:
        return self.env.version != "14"

    def handled(self, record: int) -> float:
        """Return what is done or, while the move is open, about to be done."""
        row = self.table.rows[record]
        return float(row.get("quantity" if self._is_new else "quantity_done", 0.0))

    def reserved(self, record: int) -> float:
        """Return what is reserved."""
        row = self.table.rows[record]
        return float(row.get("quantity" if self._is_new else "reserved_availability", 0.0))

    def confirm(self, record: int) -> None:
        """Plan a draft; Odoo 19 reserves at once, both reserve what comes from outside."""
        self.refresh(record, {"state": "confirmed"})
        if self._is_new or self._from_outside(record):
            self.reserve(record)

    def _from_outside(self, record: int) -> bool:
        place = self.table.rows[record]["location_id"]
        usage = self.env["stock.location"].table.rows[place].get("usage")
        return usage not in {"internal", "transit", "view"}

    def reserve(self, record: int) -> None:
        """Reserve what there is, up to what is wanted; what comes from outside is always there."""
        row = self.table.rows[record]
        if row.get("state") not in OPEN:
            return
        lacking = float(row.get("product_uom_qty", 0.0)) - self.reserved(record)
        if lacking > 0 and self._from_outside(record):
            self._set_reserved(record, self.reserved(record) + lacking)
        elif lacking > 0:
            got = StockBook(self.env).reserve(row["product_id"], row["location_id"], lacking)
            self._set_reserved(record, self.reserved(record) + got)
        self._state(record)

    def unreserve(self, record: int) -> None:
        """Give back what is reserved."""
        row = self.table.rows[record]
        StockBook(self.env).release(row["product_id"], row["location_id"], self.reserved(record))
        self._set_reserved(record, 0.0)
        self._state(record)

    def finish(self, record: int) -> None:
        """Move the goods: what is handled leaves one place and arrives at the other."""
        row = self.table.rows[record]
        book = StockBook(self.env)
        amount = self.handled(record)
        book.release(row["product_id"], row["location_id"], self.reserved(record))
        book.shift(row["product_id"], row["location_id"], row["location_dest_id"], amount)
        values: dict[str, Any] = {"state": "done", "date": self.env.now, "picked": True}
        if not self._is_new:
            values["product_uom_qty"] = amount
            self.table.update(record, {"reserved_availability": 0.0})
        self.refresh(record, values)
        self.line_up(record)

    def split(self, record: int, quantity: float, picking: int | None) -> int:
        """Move a part of what is wanted to a move of its own and return it."""
        row = dict(self.table.rows[record])
        for name in ("quantity", "quantity_done", "reserved_availability", "picked"):
            row.pop(name, None)
        reference = self.env["stock.picking"].table.rows.get(picking or 0, {}).get("name")
        row |= {"product_uom_qty": quantity, "state": "confirmed"}
        row |= {"picking_id": picking or row.get("picking_id"), "reference": reference}
        row |= {"create_date": self.env.now, "write_date": self.env.now}
        return self.table.insert({k: v for k, v in row.items() if v is not None})

    def cancel(self, ids: Sequence[int]) -> None:
        """Cancel open moves.

        Raises:
            UserError: one is done.
        """
        if any(self.table.rows[one].get("state") == "done" for one in ids):
            raise UserError(DONE_CANNOT)
        for record in ids:
            self.unreserve(record)
            self.table.update(record, {"quantity_done": None})
            self.refresh(record, {"state": "cancel"})
            self.line_up(record)

    def _handle(self, record: int, before: float) -> None:
        row = self.table.rows[record]
        after = self.handled(record)
        book = StockBook(self.env)
        if row.get("state") == "done":
            way = (row["location_id"], row["location_dest_id"])
            book.shift(row["product_id"], *way, after - before)
            if not self._is_new:
                self.refresh(record, {"product_uom_qty": after})
            lines: Any = self.env["sale.order.line"]
            if row.get("sale_line_id"):
                lines.settle([row["sale_line_id"]], amounts=False)
        elif self._is_new:
            book.release(row["product_id"], row["location_id"], before)
            book.reserve(row["product_id"], row["location_id"], after)
            self._state(record)
        self.line_up(record)

    def line_up(self, record: int) -> None:
        """Let the detailed line of a move say what the move says."""
        lines: Any = self.env["stock.move.line"]
        lines.sudo().follow(record)

    def _set_reserved(self, record: int, amount: float) -> None:
        if self._is_new:
            self.refresh(record, {"quantity": amount})
        else:
            self.table.update(record, {"reserved_availability": amount})

    def _state(self, record: int) -> None:
        row = self.table.rows[record]
        if row.get("state") not in OPEN:
            return
        wanted, got = float(row.get("product_uom_qty", 0.0)), self.reserved(record)
        state = "partially_available" if got else "confirmed"
        self.refresh(record, {"state": "assigned" if got >= wanted else state})
        self.line_up(record)
        if row.get("picking_id"):
            self.env["stock.picking"].settle([row["picking_id"]])  # type: ignore[attr-defined]
