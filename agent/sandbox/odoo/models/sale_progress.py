"""What orders' lines come to: amounts, what is delivered and invoiced of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.schema import Field

from .money import Money
from .taxes import Calculator, Priced


class LineProgress(Model):
    """The computed half of ``sale.order.line``."""

    settled = (
        *("price_subtotal", "price_tax", "price_total", "price_reduce", "price_reduce_taxexcl"),
        *("price_reduce_taxinc", "qty_delivered_method", "qty_invoiced", "qty_to_invoice"),
        *("invoice_status", "untaxed_amount_invoiced", "untaxed_amount_to_invoice", "state"),
        *("currency_id", "company_id", "order_partner_id", "salesman_id"),
    )

    @property
    def tax_field(self) -> str:
        """Return the name of the taxes in this version."""
        return "tax_id" if self.env.version == "14" else "tax_ids"

    @property
    def unit_field(self) -> str:
        """Return the name of the unit in this version."""
        return "product_uom" if self.env.version == "14" else "product_uom_id"

    def settle(self, ids: Sequence[int], *, amounts: bool = True) -> None:
        """Compute amounts and progress of lines, then of their orders."""
        for record in ids:
            if amounts:
                self.refresh(record, self._amounts(record))
            self.progress(record)
        model: Any = self.env["sale.order"]
        orders = dict.fromkeys(self.table.rows[one]["order_id"] for one in ids)
        model.settle(list(orders), amounts=amounts)

    def progress(self, record: int) -> bool:
        """Compute what is delivered and invoiced; tell whether something changed."""
        row, order = self.table.rows[record], self.order(record)
        by_moves = self._by_moves(record)
        values: dict[str, Any] = {
            "state": order.get("state"),
            "currency_id": order.get("currency_id"),
            "company_id": order.get("company_id"),
            "order_partner_id": order.get("partner_id"),
            "salesman_id": order.get("user_id"),
            "qty_delivered_method": "stock_move" if by_moves else "manual",
            "qty_delivered": row.get("qty_delivered", 0.0),
        }
        if row.get("display_type"):
            values["qty_delivered_method"] = None
        if by_moves:
            values["qty_delivered"] = self._delivered(record)
        invoiced = self._invoiced(record, values["qty_delivered"])
        return self.refresh(record, {**values, **invoiced})

    def order(self, record: int) -> dict[str, Any]:
        """Return the row of the order."""
        return self.env["sale.order"].table.rows[self.table.rows[record]["order_id"]]

    def priced(self, record: int) -> Priced:
        """Return what is taxed."""
        row = self.table.rows[record]
        price = float(row.get("price_unit") or 0) * (1 - float(row.get("discount") or 0) / 100)
        taxes = row.get(self.tax_field, ())
        if self.env.version == "14":
            rows = self.env["account.tax"].table.rows
            taxes = tuple(one for one in taxes if rows[one].get("active"))
        return Priced(price, float(row.get("product_uom_qty") or 0), taxes)

    def goods(self, record: int) -> bool:
        """Tell whether the line is delivered by transfers."""
        return self._by_moves(record)

    def compute_product_template_id(self, record: int) -> int | None:
        """Return the product's template."""
        product = self.table.rows[record].get("product_id")
        return (
            self.env["product.product"].table.rows[product]["product_tmpl_id"] if product else None
        )

    def compute_product_updatable(self, record: int) -> bool:
        """Tell whether another product may be put on the line."""
        row, order = self.table.rows[record], self.order(record)
        state = order.get("state")
        if state in {"done", "cancel"} or order.get("locked"):
            return False
        return not (state == "sale" and (row.get("qty_invoiced") or row.get("qty_delivered")))

    def compute_qty_to_deliver(self, record: int) -> float:
        """Return what is still to be delivered."""
        row = self.table.rows[record]
        return float(row.get("product_uom_qty", 0.0)) - float(row.get("qty_delivered", 0.0))

    def display_name(self, record: int) -> str:
        """Show the order's number and the first line of the text."""
        row = self.table.rows[record]
        first = str(row.get("name") or "").split("\n")[0]
        order = self.order(record)
        name = f"{order.get('name', '')} - {first}"
        if self.env.version == "14":
            return name
        partner = self.env["res.partner"].compute_display_name(order["partner_id"])
        return f"{name} ({partner})"

    def _relation_context(self, field: Field) -> dict[str, Any]:
        archived = field.name == "tax_ids" and self.env.version != "14"
        return {"active_test": False} if archived else {}

    def _amounts(self, record: int) -> dict[str, Any]:
        priced = self.priced(record)
        calculator = Calculator(self.env, self.order(record)["currency_id"])
        subtotal, tax, total = calculator.amounts(priced)
        quantity = priced.quantity
        return {
            "price_subtotal": subtotal,
            "price_tax": tax,
            "price_total": total,
            "price_reduce": priced.price,
            "price_reduce_taxexcl": subtotal / quantity if quantity else 0.0,
            "price_reduce_taxinc": total / quantity if quantity else 0.0,
        }

    def _invoiced(self, record: int, delivered: float) -> dict[str, Any]:
        row, order = self.table.rows[record], self.order(record)
        ordered = float(row.get("product_uom_qty") or 0)
        bills: Any = self.env["account.move.line"]
        invoiced, posted_amount = bills.invoiced_of(record)
        confirmed = order.get("state") in {"sale", "done"}
        by_order = self._invoice_policy(record) == "order"
        waiting = (ordered if by_order else delivered) - invoiced if confirmed else 0.0
        if row.get("display_type"):
            waiting = 0.0
        waiting = round(waiting, 6) + 0.0
        money = Money(self.env, order["currency_id"])
        priced = self.priced(record)
        owed = money.round(priced.price * (ordered if by_order else delivered))
        subtotal = float(row.get("price_subtotal") or 0)
        if ordered and subtotal != owed:  # a price with taxes in it
            owed = money.round(subtotal / ordered * (ordered if by_order else delivered))
        open_amount = money.round(owed - posted_amount) if confirmed else 0.0
        return {
            "qty_invoiced": invoiced,
            "qty_to_invoice": waiting,
            "untaxed_amount_invoiced": posted_amount,
            "untaxed_amount_to_invoice": open_amount,
            "invoice_status": self._invoice_status(
                record, invoiced, waiting, delivered, open_amount
            ),
        }

    def _invoice_status(
        self, record: int, invoiced: float, waiting: float, delivered: float, open_amount: float
    ) -> str:
        row, state = self.table.rows[record], self.order(record).get("state")
        ordered = float(row.get("product_uom_qty") or 0)
        if state not in {"sale", "done"}:
            return "no"
        if row.get("is_downpayment") and not open_amount:
            return "invoiced"
        if waiting:
            return "to invoice"
        if (
            state == "sale"
            and self._invoice_policy(record) == "order"
            and delivered > ordered
            and (ordered >= 0 or self.env.version == "14")
        ):
            return "upselling"
        return "invoiced" if invoiced >= ordered else "no"

    def _invoice_policy(self, record: int) -> str:
        template = self.compute_product_template_id(record)
        row = self.env["product.template"].table.rows.get(template or 0, {})
        return str(row.get("invoice_policy") or "delivery")

    def _by_moves(self, record: int) -> bool:
        template = self.compute_product_template_id(record)
        row = self.env["product.template"].table.rows.get(template or 0, {})
        return row.get("type") in {"consu", "product"}

    def _delivered(self, record: int) -> float:
        moves: Any = self.env["stock.move"]
        return float(moves.delivered_of(record))
