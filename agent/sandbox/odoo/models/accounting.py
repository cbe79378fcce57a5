"""Accounts and journals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.odoo.model import Model


class Account(Model):
    """``account.account``."""

    settled = ("internal_type", "account_type")

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Belong to the main company."""
        found = super().defaults(vals)
        company = self.env.ref("base.main_company")
        found |= {"company_id": company, "company_ids": [(6, 0, [company])]}
        return {k: v for k, v in found.items() if k not in vals and k in self.fields}

    def display_name(self, record: int) -> str:
        """Show the code before the name; Odoo 19 shows it to bookkeepers on demand alone."""
        name = super().display_name(record)
        if self.env.version != "14":
            return name
        return f"{self.table.rows[record].get('code') or ''} {name}".strip()

    def compute_code(self, record: int) -> str | None:
        """Return the number of the account."""
        return self.table.rows[record].get("code")

    def inverse_code(self, ids: list[int], value: Any) -> None:
        """Set the number."""
        for record in ids:
            self.table.update(record, {"code": value or None})


class Journal(Model):
    """``account.journal``."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take the main company and, for money, a short code of its own."""
        found = super().defaults(vals)
        found |= {"company_id": self.env.ref("base.main_company"), "active": True}
        kind = vals.get("type")
        if "code" not in vals and kind in {"bank", "cash"}:
            stem = "BNK" if kind == "bank" else "CSH"
            taken = {str(row.get("code")) for row in self.table.rows.values()}
            found["code"] = next(f"{stem}{n}" for n in range(1, 999) if f"{stem}{n}" not in taken)
        accounts = self.env["account.account"]
        if kind == "sale":
            income = accounts.find([["code", "=", "400000"]], "id", 0, 1)
            found["default_account_id"] = income[0] if income else None
        return {k: v for k, v in found.items() if k not in vals and k in self.fields}

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Let a journal for money take and give it."""
        del vals
        row = self.table.rows[record]
        seeded = "sandbox.default_sale_tax" in self.env.site.xml_ids
        if row.get("type") not in {"bank", "cash"} or not seeded:
            return
        methods = self.env["account.payment.method"]
        found = methods.find([["code", "=", "manual"]], "id")
        if "account.payment.method.line" in self.env:
            self.env["account.payment.method.line"].create_records(
                [
                    {"name": "Manual Payment", "journal_id": record, "payment_method_id": method}
                    for method in found
                ]
            )

    def display_name(self, record: int) -> str:
        """Show the currency after the name where there is one."""
        row = self.table.rows[record]
        name = super().display_name(record)
        currency = self.env["res.currency"].table.rows.get(row.get("currency_id") or 0)
        return f"{name} ({currency['name']})" if currency else name
