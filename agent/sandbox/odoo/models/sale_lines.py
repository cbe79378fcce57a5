"""Lines of orders: what is computed for them, and what may not be changed any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import ConstraintError, ServerError, UserError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc
from agent.sandbox.odoo.schema import Field

from .money import Money
from .prices import list_price
from .taxes import Calculator, Priced

BROKEN = "The operation cannot be completed: "
PRICED = frozenset(
    {"product_uom_qty", "price_unit", "discount", "tax_id", "tax_ids", "currency_id"}
)
PROTECTED = ("product_id", "name", "price_unit", "product_uom", "product_uom_id", "product_uom_qty")
PROTECTED_TAXES = ("tax_id", "tax_ids", "analytic_tag_ids", "discount")
STAY_19 = (
    "Once a sales order is confirmed, you can't remove one of its lines (we need to track if "
    "something gets invoiced or delivered).\n                Set the quantity to 0 instead."
)
STAY_14 = (
    "You can not remove an order line once the sales order is confirmed.\n"
    "You should rather set the quantity to 0."
)


class SaleLine(Model):
    """``sale.order.line``."""

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

    # -- making and changing -----------------------------------------------------------------------

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create lines, and deliver what a confirmed order gets in addition."""
        created = super().create_records(vals_list)
        confirmed = [one for one in created if self.order(one).get("state") == "sale"]
        if confirmed:
            self._procure(confirmed)
        return created

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Compute from the product what is left out; notes and sections have nothing to sell."""
        found = super().defaults(vals)
        found.setdefault("customer_lead", 0.0)
        given = {**found, **vals}
        if given.get("display_type"):
            return {**found, "product_uom_qty": 0.0, "price_unit": 0.0}
        order = self.env["sale.order"].table.rows.get(vals.get("order_id") or 0)
        if order is None:
            if self.env.version != "14":
                raise ServerError("Expected singleton: sale.order()")
            return found
        product = self._known_product(given.get("product_id"))
        if product:
            found |= self._computed(product, order, given)
        elif self.env.version != "14":
            found["price_unit"] = 0.0
        return {name: value for name, value in found.items() if name not in vals}

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Compute amounts and progress."""
        if not self.table.rows[record].get("order_id"):
            return  # refused in a moment
        if self.env.version == "14" and vals.get("display_type"):
            self.table.update(record, {"product_id": None, "price_unit": 0.0})
        row = self.table.rows[record]
        if "technical_price_unit" in self.fields and "technical_price_unit" not in vals:
            self.table.update(record, {"technical_price_unit": row.get("price_unit", 0.0)})
        self.settle([record])

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change lines."""
        before = {one: dict(self.table.rows[one]) for one in ids}
        self._refuse(ids, vals)
        super().write_records(ids, vals)
        changed = {
            name
            for one in ids
            for name in vals
            if self.table.rows[one].get(name) != before[one].get(name)
        }
        if self.env.version != "14" and changed & {
            "product_id",
            "product_uom_qty",
            self.unit_field,
        }:
            for record in ids:
                self._price_again(record, vals, before[record])
            changed |= {"price_unit"}
        if changed & PRICED or changed & {"product_id", "qty_delivered", "order_id"}:
            self.settle(ids, amounts=bool(changed & PRICED))
        if "product_uom_qty" in changed:
            grown = [one for one in ids if self.order(one).get("state") == "sale"]
            self._procure(grown, {one: before[one].get("product_uom_qty", 0.0) for one in grown})

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete lines of quotations; delivery and notes may go later as well."""
        ids = self.existing(ids)
        for record in ids:
            row = self.table.rows[record]
            kept = row.get("is_delivery") or row.get("display_type")
            invoiced = row.get("qty_invoiced") or self._moves(record)
            if self.order(record).get("state") in {"sale", "done"} and (not kept or invoiced):
                raise UserError(STAY_14 if self.env.version == "14" else STAY_19)
        orders = dict.fromkeys(self.table.rows[one]["order_id"] for one in ids)
        carriers = [
            self.table.rows[one]["order_id"]
            for one in ids
            if self.table.rows[one].get("is_delivery")
        ]
        super().unlink_records(ids)
        model: Any = self.env["sale.order"]
        for order in model.existing(carriers):
            model.refresh(order, {"carrier_id": None})
        model.settle(model.existing(orders))

    @rpc("records")
    def unlink(self, ids: list[int]) -> Any:
        """Delete lines; Odoo 14 returns nothing, which RPC cannot carry."""
        done = super().unlink(ids)
        return None if self.env.version == "14" else done

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse lines that are neither goods nor text, as the table does."""
        del changed
        for record in ids:
            row = self.table.rows[record]
            old = self.env.version == "14"
            if not row.get("display_type"):
                if old and not (row.get("product_id") and row.get(self.unit_field)):
                    words = "Missing required fields on accountable sale order line."
                    name = "sale_order_line_accountable_required_fields"
                    raise ConstraintError(name, words, self.name)
            elif row.get("product_id") or row.get("price_unit") or row.get("product_uom_qty"):
                words = "Forbidden values on non-accountable sale order line"
                name = "sale_order_line_non_accountable_null_fields"
                raise ConstraintError(name if old else BROKEN + words, words, self.name)

    # -- what is computed --------------------------------------------------------------------------

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

    def rename_down_payments(self, ids: Sequence[int]) -> None:
        """Name the invoice of a down payment on its line (Odoo 19)."""
        bills = self.env["account.move.line"].table
        moves = self.env["account.move"].table
        for record in ids if self.env.version != "14" else ():
            row = self.table.rows.get(record, {})
            if not row.get("is_downpayment") or row.get("display_type"):
                continue
            if row.get("product_id"):
                computed = self._computed(row["product_id"], self.order(record), row)
                self.refresh(record, {"name": computed["name"]})
                continue
            first = min(bills.find("sale_line_ids", record), default=None)
            move = moves.rows[bills.rows[first]["move_id"]] if first else {}
            if move.get("state") == "posted":
                day = move.get("invoice_date") or self.env.now
                name = f"Down Payment (ref: {move['name']} on {day:%m/%d/%Y})"
                self.refresh(record, {"name": name})

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
        if state == "sale" and self._invoice_policy(record) == "order" and delivered > ordered >= 0:
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

    def _moves(self, record: int) -> list[int]:
        return self.env["stock.move"].table.find("sale_line_id", record)

    def _procure(self, ids: Sequence[int], before: Mapping[int, float] | None = None) -> None:
        moves: Any = self.env["stock.move"]
        moves.sudo().procure(list(ids), before)

    def _known_product(self, product: Any) -> int | None:
        if not isinstance(product, int) or not product:
            return None
        if product not in self.env["product.product"].table.rows:
            raise self.env["product.product"].missing([product])
        return product

    def _computed(
        self, product: int, order: Mapping[str, Any], given: Mapping[str, Any]
    ) -> dict[str, Any]:
        variants: Any = self.env["product.product"]
        template = variants.table.rows[product]["product_tmpl_id"]
        about = self.env["product.template"].table.rows[template]
        partner = self.env["res.partner"].table.rows.get(order.get("partner_id") or 0, {})
        translated: Any = variants.with_context(lang=partner.get("lang") or self.env.lang)
        text = translated.display_name(product)
        sold_as = translated.raw(product, translated.fields["description_sale"])
        amount = float(given.get("product_uom_qty", 1.0) or 0)
        price = list_price(
            self.env, product, order.get("pricelist_id"), order["currency_id"], amount
        )
        taxes = variants.raw(product, variants.fields["taxes_id"])
        rows = self.env["account.tax"].table.rows
        mine = [one for one in taxes if rows[one].get("company_id") == order.get("company_id")]
        return {
            "name": f"{text}\n{sold_as}" if sold_as else text,
            "price_unit": price,
            self.tax_field: [(6, 0, mine)],
            self.unit_field: about["uom_id"],
        }

    def _price_again(self, record: int, vals: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        """Odoo 19 takes the catalogue price again unless somebody changed the price by hand."""
        row, order = self.table.rows[record], self.order(record)
        product = row.get("product_id")
        if not product or row.get("is_downpayment") or row.get("qty_invoiced"):
            return
        computed = self._computed(product, order, row)
        fresh = {}
        if row.get("product_id") != before.get("product_id"):
            fresh = {name: value for name, value in computed.items() if name not in vals}
        by_hand = Money(self.env, order["currency_id"]).round(
            float(before.get("technical_price_unit") or 0) - float(before.get("price_unit") or 0)
        )
        fresh.pop("price_unit", None)
        if not by_hand and "price_unit" not in vals:
            fresh["price_unit"] = computed["price_unit"]
            self.table.update(record, {"technical_price_unit": computed["price_unit"]})
        if fresh:
            super().write_records([record], fresh)

    def _refuse(self, ids: Sequence[int], vals: Mapping[str, Any]) -> None:
        if "product_id" in vals and self.env.version != "14":
            for record in ids:
                other = self.table.rows[record].get("product_id") != vals["product_id"]
                if other and not self.compute_product_updatable(record):
                    raise UserError("You cannot modify the product of this order line.")
        if "display_type" in vals:
            for record in ids:
                if self.table.rows[record].get("display_type") != (vals["display_type"] or None):
                    raise UserError(
                        "You cannot change the type of a sale order line. Instead you should "
                        "delete the current line and create a new line of the proper type."
                    )
        names = [name for name in (*PROTECTED, *PROTECTED_TAXES) if name in vals]
        locked = [one for one in ids if self.order(one).get("locked")]
        locked += [one for one in ids if self.order(one).get("state") == "done"]
        if locked and names:
            labels = "\n".join(self.fields[name].string for name in names if name in self.fields)
            raise UserError(
                f"It is forbidden to modify the following fields in a locked order:\n{labels}"
            )
