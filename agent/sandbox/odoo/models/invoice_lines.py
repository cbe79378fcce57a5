"""Lines of invoices: what is sold, its taxes, and what the customer owes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.model import Model

from .taxes import Calculator, LineTaxes, Priced, TaxShare

TEXTS = frozenset({"line_section", "line_subsection", "line_note"})
AUTOMATIC = frozenset({"tax", "payment_term", "rounding"})
BILLED = frozenset({"quantity", "price_unit", "discount", "tax_ids", "product_id", "account_id"})


class InvoiceLine(Model):
    """``account.move.line``.

    Lines of goods are given; those for taxes and for the customer are made from them. A line may
    have fixed amounts (``fixed``), where a down payment was spread over taxes to the cent.
    """

    derived = frozenset({"account_internal_type", "account_type"})
    settled = (
        *("price_subtotal", "price_total", "debit", "credit", "balance", "amount_currency"),
        *("amount_residual", "parent_state", "move_name", "currency_id", "company_id", "date"),
        *("amount_residual_currency", "ref", "journal_id", "reconciled", "partner_id"),
    )

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take from the product and the invoice what is left out."""
        found = super().defaults(vals)
        move = self.env["account.move"].table.rows.get(vals.get("move_id") or 0, {})
        kind = vals.get("display_type")
        variants = self.env["product.product"]
        product = vals.get("product_id")
        if product in variants.table.rows:
            template = variants.table.rows[product]["product_tmpl_id"]
            about = self.env["product.template"].table.rows[template]
            found |= {
                "name": variants.compute_display_name(product),
                "price_unit": about.get("list_price", 0.0),
                "product_uom_id": about.get("uom_id"),
                "tax_ids": [(6, 0, list(about.get("taxes_id", ())))],
            }
        if not kind and self.env.version != "14":
            found["display_type"] = "product"
        if kind not in TEXTS:
            journal = self.env["account.journal"].table.rows.get(move.get("journal_id") or 0, {})
            found["account_id"] = journal.get("default_account_id")
        else:
            found["quantity"] = 0.0
        found |= {"currency_id": move.get("currency_id"), "company_id": move.get("company_id")}
        found["partner_id"] = move.get("partner_id")
        return {k: v for k, v in found.items() if k not in vals and k in self.fields}

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change lines, then the amounts of their invoices."""
        super().write_records(ids, vals)
        if set(vals) & BILLED:
            for record in ids:
                self.table.update(record, {"fixed": None})
            self._settle_moves(ids)

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create lines, then compute the amounts of their invoices."""
        created = super().create_records(vals_list)
        if not self.env.context.get("unsettled"):
            self._settle_moves(created)
        return created

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete lines, then compute the amounts of their invoices."""
        moves = dict.fromkeys(self.table.rows[one]["move_id"] for one in self.existing(ids))
        lines = [one for r in ids for one in self.table.rows[r].get("sale_line_ids", ())]
        super().unlink_records(ids)
        model: Any = self.env["account.move"]
        model.settle(model.existing(moves))
        sold: Any = self.env["sale.order.line"]
        sold.settle(sold.existing(lines), amounts=False)

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Show the state of the invoice."""
        del vals
        row = self.table.rows[record]
        move = self.env["account.move"].table.rows[row["move_id"]]
        self.refresh(record, {name: move.get(name) for name in ("date", "journal_id", "ref")})
        self.refresh(record, {"parent_state": move.get("state"), "move_name": move.get("name")})

    def invoiced_of(self, line: int) -> tuple[float, float]:
        """Return how much of an order line is invoiced, and what posted invoices have of it."""
        moves = self.env["account.move"].table
        quantity = amount = 0.0
        for record in self.table.find("sale_line_ids", line):
            row = self.table.rows[record]
            move = moves.rows[row["move_id"]]
            sign = -1.0 if move.get("move_type") == "out_refund" else 1.0
            if move.get("state") != "cancel":
                quantity += sign * float(row.get("quantity") or 0)
            if move.get("state") == "posted":
                amount += sign * float(row.get("price_subtotal") or 0)
        return round(quantity, 6) + 0.0, round(amount, 6) + 0.0

    def compute_account_internal_type(self, record: int) -> str | None:
        """Return the kind of the account (Odoo 14)."""
        accounts = self.env["account.account"].table.rows
        account = accounts.get(self.table.rows[record].get("account_id") or 0, {})
        return account.get("internal_type")

    def compute_account_type(self, record: int) -> str | None:
        """Return the kind of the account (Odoo 19)."""
        accounts = self.env["account.account"].table.rows
        account = accounts.get(self.table.rows[record].get("account_id") or 0, {})
        return account.get("account_type")

    def is_receivable(self, record: int) -> bool:
        """Tell whether the line is what a customer owes."""
        if self.env.version == "14":
            return self.compute_account_internal_type(record) == "receivable"
        return self.compute_account_type(record) == "asset_receivable"

    def is_text(self, record: int) -> bool:
        """Tell whether the line is a section or a note."""
        return self.table.rows[record].get("display_type") in TEXTS

    def is_automatic(self, record: int) -> bool:
        """Tell whether the line was made for taxes or for the customer."""
        row = self.table.rows[record]
        if self.env.version == "14":
            return bool(row.get("exclude_from_invoice_tab"))
        return row.get("display_type") in AUTOMATIC

    def taxed(self, record: int, calculator: Calculator) -> LineTaxes:
        """Return amount and taxes, fixed ones where they are fixed."""
        row = self.table.rows[record]
        if row.get("fixed") is not None:
            untaxed, shares = row["fixed"]
            return LineTaxes(untaxed, [TaxShare(*one) for one in shares])
        return calculator.line(self.priced(record))

    def priced(self, record: int) -> Priced:
        """Return what is taxed."""
        row = self.table.rows[record]
        price = float(row.get("price_unit") or 0) * (1 - float(row.get("discount") or 0) / 100)
        return Priced(price, float(row.get("quantity") or 0), row.get("tax_ids", ()))

    def _settle_moves(self, ids: Sequence[int]) -> None:
        model: Any = self.env["account.move"]
        model.settle(list(dict.fromkeys(self.table.rows[one]["move_id"] for one in ids)))
