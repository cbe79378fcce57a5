"""Orders: what is computed for them, and their life from quotation to delivery and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import UserError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc

from .money import company_currency, conversion
from .taxes import Calculator

CONFIRMED = frozenset({"sale", "done"})
NEW_NAMES = frozenset({None, "New", "/"})


class SaleOrder(Model):
    """``sale.order``."""

    settled = (
        *("amount_untaxed", "amount_tax", "amount_total", "invoice_status", "delivery_status"),
        *("currency_id", "currency_rate", "effective_date", "name"),
    )

    # -- making and changing -----------------------------------------------------------------------

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Compute from the buyer and the company what is left out."""
        found = super().defaults(vals)
        partners: Any = self.env["res.partner"]
        partner = vals.get("partner_id")
        found |= {
            "date_order": self.env.now.replace(microsecond=0),
            "company_id": self.env.ref("base.main_company"),
            "warehouse_id": self.env.ref("stock.warehouse0"),
            "team_id": self.env.site.xml_ids.get("sales_team.team_sales_department"),
            "user_id": self.env.uid,
            "state": "draft",
        }
        if isinstance(partner, int) and partner:
            if partner not in partners.table.rows:
                raise partners.missing([partner])
            found |= self._from_partner(partner)
        if self.env.version != "14":
            found["validity_date"] = self.env.now.date() + dt.timedelta(days=30)
        return {k: v for k, v in found.items() if k not in vals and k in self.fields}

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create quotations; the currency is the price list's, whatever else is asked for."""
        created = []
        for vals in vals_list:
            lines = vals.get("order_line")
            known = {k: v for k, v in vals.items() if k not in {"order_line", "currency_id"}}
            [record] = super().create_records([known])
            if lines:
                self.apply_commands(record, self.fields["order_line"], lines)
            self.settle([record])
            created.append(record)
        return created

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Give it a number and its currency."""
        del vals
        row = self.table.rows[record]
        if row.get("name") in NEW_NAMES:
            self.table.update(record, {"name": f"S{record:05d}"})
        self._set_currency(record)

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change orders."""
        before = {one: self.table.rows[one] for one in ids}
        vals = {name: value for name, value in vals.items() if name != "currency_id"}
        confirmed = any(row.get("state") == "sale" for row in before.values())
        if "pricelist_id" in vals and confirmed and self.env.version != "14":
            raise UserError("You cannot change the pricelist of a confirmed order !")
        super().write_records(ids, vals)
        for record in self.existing(ids):
            if "pricelist_id" in vals or "date_order" in vals:
                self._set_currency(record)
            if self.env.version != "14" and vals.get("partner_id"):  # the same one, too
                self._follow_partner(record, vals)
        if set(vals) & {"state", "pricelist_id", "partner_id", "user_id", "locked", "company_id"}:
            lines: Any = self.env["sale.order.line"]
            for record in self.existing(ids):
                lines.settle(lines.table.find("order_id", record), amounts="pricelist_id" in vals)
                self.settle([record])

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete quotations and cancelled orders."""
        for record in ids:
            if self.table.rows[record].get("state") not in {"draft", "cancel"}:
                raise UserError(
                    "You can not delete a sent quotation or a confirmed sales order. You must "
                    "first cancel it."
                )
        super().unlink_records(ids)

    # -- life --------------------------------------------------------------------------------------

    @rpc("records", needs="write")
    def action_confirm(self, ids: list[int]) -> bool:
        """Confirm quotations: dated now, delivered by transfers.

        Raises:
            UserError: one is confirmed or cancelled (Odoo 14 takes a confirmed one again).
        """
        self._must_exist(ids)
        refused = {"cancel", "done"} if self.env.version == "14" else {"cancel", "sale"}
        if any(self.table.rows[one].get("state") in refused for one in ids):
            if self.env.version == "14":
                raise UserError(
                    "It is not allowed to confirm an order in the following states: cancel, done"
                )
            raise UserError("Some orders are not in a state requiring confirmation.")
        moment = self.env.now.replace(microsecond=0)
        self.write_records(ids, {"state": "sale", "date_order": moment})
        moves: Any = self.env["stock.move"].sudo()
        for record in ids:
            moves.procure(self._lines(record))
            self.settle([record])
        return True

    @rpc("records", needs="write")
    def action_cancel(self, ids: list[int]) -> Any:
        """Cancel orders with their open transfers and draft invoices.

        Odoo 19 refuses locked ones; Odoo 14 asks first where there are draft invoices.
        """
        self._must_exist(ids)
        if any(self.table.rows[one].get("locked") for one in ids):
            raise UserError("You cannot cancel a locked order. Please unlock it first.")
        drafts = [one for record in ids for one in self._drafts(record)]
        asked = self.env.context.get("disable_cancel_warning")
        if self.env.version == "14" and not asked and (drafts or self._delivered(ids)):
            return self._ask(ids)
        invoices: Any = self.env["account.move"].sudo()
        invoices.button_cancel(drafts)
        pickings: Any = self.env["stock.picking"].sudo()
        for record in ids:
            rows = pickings.table.rows
            todo = [one for one in self.compute_picking_ids(record) if rows[one]["state"] != "done"]
            pickings.cancel(todo)
        self.write_records(ids, {"state": "cancel"})
        return True

    @rpc("records", needs="write")
    def action_draft(self, ids: list[int]) -> bool:
        """Make cancelled orders quotations again; others stay as they are."""
        again = [o for o in ids if self.table.rows[o].get("state") in {"cancel", "sent"}]
        self.write_records(again, {"state": "draft"})
        return True

    @rpc("records", needs="write")
    def action_quotation_sent(self, ids: list[int]) -> None:
        """Mark quotations as sent; returns nothing, which RPC cannot carry."""
        if any(self.table.rows[one].get("state") != "draft" for one in ids):
            raise UserError("Only draft orders can be marked as sent directly.")
        self.write_records(ids, {"state": "sent"})

    @rpc("records", only="19", needs="write")
    def action_lock(self, ids: list[int]) -> None:
        """Lock orders; returns nothing, which RPC cannot carry."""
        self.write_records(ids, {"locked": True})

    @rpc("records", only="14", needs="write")
    def action_done(self, ids: list[int]) -> bool:
        """Lock orders in the way of Odoo 14."""
        self.write_records(ids, {"state": "done"})
        return True

    @rpc("records", needs="write")
    def action_unlock(self, ids: list[int]) -> bool | None:
        """Unlock orders; Odoo 19 returns nothing, which RPC cannot carry."""
        if self.env.version == "14":
            self.write_records(ids, {"state": "sale"})
            return True
        self.write_records(ids, {"locked": False})
        return None

    # -- what is computed --------------------------------------------------------------------------

    def settle(self, ids: Sequence[int], *, amounts: bool = True) -> None:
        """Compute amounts and what is delivered and invoiced."""
        for record in self.existing(ids):
            values: dict[str, Any] = {
                "invoice_status": self._invoice_status(record),
                "delivery_status": self._delivery_status(record),
                "effective_date": self._effective_date(record),
            }
            if amounts:
                values |= self._amounts(record)
            self.refresh(record, values)

    def compute_invoice_ids(self, record: int) -> tuple[int, ...]:
        """Return the invoices of the lines."""
        bills = self.env["account.move.line"].table
        found: dict[int, None] = {}
        for line in self._lines(record):
            for bill in bills.find("sale_line_ids", line):
                found[bills.rows[bill]["move_id"]] = None
        return tuple(found)

    def compute_invoice_count(self, record: int) -> int:
        """Count the invoices."""
        return len(self.compute_invoice_ids(record))

    def compute_picking_ids(self, record: int) -> tuple[int, ...]:
        """Return the transfers."""
        return tuple(self.env["stock.picking"].table.find("sale_id", record))

    def compute_delivery_count(self, record: int) -> int:
        """Count the transfers."""
        return len(self.compute_picking_ids(record))

    def compute_delivery_set(self, record: int) -> bool:
        """Tell whether there is a line for the delivery."""
        rows = self.env["sale.order.line"].table.rows
        return any(rows[line].get("is_delivery") for line in self._lines(record))

    def search_invoice_ids(self, operator: str, value: Any) -> list[int]:
        """Find the orders of invoices."""
        wanted = set(value if isinstance(value, (list, tuple)) else [value])
        hits = [one for one in self.table.rows if wanted & set(self.compute_invoice_ids(one))]
        if operator in {"!=", "not in"}:
            return [one for one in self.table.rows if one not in hits]
        return hits

    def _amounts(self, record: int) -> dict[str, Any]:
        lines: Any = self.env["sale.order.line"]
        row = self.table.rows[record]
        calculator = Calculator(self.env, row["currency_id"])
        if self.env.version == "14":
            rows = [lines.table.rows[one] for one in self._lines(record)]
            untaxed = calculator.money.round(sum(one.get("price_subtotal", 0.0) for one in rows))
            tax = calculator.money.round(sum(one.get("price_tax", 0.0) for one in rows))
        else:
            mine = [
                one for one in self._lines(record) if not lines.table.rows[one].get("display_type")
            ]
            untaxed, tax = calculator.totals(lines.priced(one) for one in mine)
        total = calculator.money.round(untaxed + tax)
        return {"amount_untaxed": untaxed, "amount_tax": tax, "amount_total": total}

    def _invoice_status(self, record: int) -> str:
        if self.table.rows[record].get("state") not in CONFIRMED:
            return "no"
        rows = self.env["sale.order.line"].table.rows
        lines = [rows[one] for one in self._lines(record)]
        lines = [one for one in lines if not one.get("is_downpayment")]
        lines = [one for one in lines if not one.get("display_type")]
        found = {str(one.get("invoice_status")) for one in lines}
        if "to invoice" in found:
            alone = [
                one
                for one in lines
                if one.get("invoice_status") == "to invoice" and not one.get("is_delivery")
            ]
            if self.env.version != "14" and "no" in found and not alone:
                return "no"
            return "to invoice"
        if found and found <= {"invoiced"}:
            return "invoiced"
        return "upselling" if found and found <= {"invoiced", "upselling"} else "no"

    def _delivery_status(self, record: int) -> str | None:
        rows = self.env["stock.picking"].table.rows
        states = [rows[one].get("state") for one in self.compute_picking_ids(record)]
        if not states or set(states) == {"cancel"}:
            return None
        if set(states) <= {"done", "cancel"}:
            return "full"
        lines = self.env["sale.order.line"].table.rows
        if "done" in states:
            delivered = any(lines[one].get("qty_delivered") for one in self._lines(record))
            return "partial" if delivered else "started"
        return "pending"

    def _effective_date(self, record: int) -> Any:
        rows = self.env["stock.picking"].table.rows
        done = [
            rows[one]["date_done"]
            for one in self.compute_picking_ids(record)
            if rows[one].get("date_done")
        ]
        first = min(done, default=None)
        if first is not None and self.env.version == "14":
            return first.date()
        return first

    def _lines(self, record: int) -> list[int]:
        lines = self.env["sale.order.line"]
        return lines.sorted(lines.table.find("order_id", record))

    def _from_partner(self, partner: int) -> dict[str, Any]:
        partners: Any = self.env["res.partner"]
        places = partners.address_get([partner], ["delivery", "invoice"])
        seller = partners.table.rows[partner].get("user_id")
        return {
            "partner_invoice_id": places["invoice"],
            "partner_shipping_id": places["delivery"],
            "pricelist_id": partners.compute_property_product_pricelist(partner),
            "user_id": seller or self.env.uid,
        }

    def _follow_partner(self, record: int, vals: Mapping[str, Any]) -> None:
        row = self.table.rows[record]
        fresh = self._from_partner(row["partner_id"])
        names = ["partner_invoice_id", "partner_shipping_id"]
        names += ["pricelist_id"] if row.get("state") == "draft" else []
        self.refresh(record, {name: fresh[name] for name in names if name not in vals})
        self._set_currency(record)

    def _set_currency(self, record: int) -> None:
        row = self.table.rows[record]
        lists = self.env["product.pricelist"].table.rows
        own = company_currency(self.env, row.get("company_id"))
        chosen = lists.get(row.get("pricelist_id") or 0, {}).get("currency_id") or own
        moment = row.get("date_order") or self.env.now
        rate = conversion(self.env, own, chosen, moment.date())
        self.refresh(record, {"currency_id": chosen, "currency_rate": rate})
        if not self.fields["currency_id"].is_column:  # Odoo 14 reads it from the price list
            self.table.update(record, {"currency_id": chosen})

    def _drafts(self, record: int) -> list[int]:
        rows = self.env["account.move"].table.rows
        return [one for one in self.compute_invoice_ids(record) if rows[one]["state"] == "draft"]

    def _delivered(self, ids: Sequence[int]) -> bool:
        rows = self.env["stock.picking"].table.rows
        found = [rows[one]["state"] for record in ids for one in self.compute_picking_ids(record)]
        return "done" in found

    def _ask(self, ids: Sequence[int]) -> dict[str, Any]:
        return {
            "name": "Cancel Sales Order",
            "view_mode": "form",
            "res_model": "sale.order.cancel",
            "type": "ir.actions.act_window",
            "context": {"default_order_id": ids[0]},
            "target": "new",
        }

    def _must_exist(self, ids: Sequence[int]) -> None:
        missing = [one for one in ids if one not in self.table.rows]
        if missing:
            raise self.missing(missing)


class CancelOrder(Model):
    """``sale.order.cancel``: Odoo 14 asks before it cancels orders with draft invoices."""

    @rpc("records", needs="write")
    def action_cancel(self, ids: list[int]) -> Any:
        """Cancel the order."""
        orders: Any = self.env["sale.order"].with_context(disable_cancel_warning=True)
        return orders.action_cancel([self.table.rows[one]["order_id"] for one in ids])
