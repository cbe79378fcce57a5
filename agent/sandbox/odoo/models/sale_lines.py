"""Lines of orders: what is computed for them, and what may not be changed any more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import ConstraintError, ServerError, UserError
from agent.sandbox.odoo.records import rpc

from .money import Money
from .prices import list_price
from .sale_progress import LineProgress

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


class SaleLine(LineProgress):
    """``sale.order.line``."""

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
