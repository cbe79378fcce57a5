"""Invoices and credit notes: amounts, numbers, posting, what is still to be paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import AccessError, UserError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc
from agent.sandbox.odoo.values import parse_datetime

from .invoice_books import Entries, Settlements
from .money import company_currency
from .taxes import Calculator

SALES = frozenset({"out_invoice", "out_refund"})
DELETE_19 = (
    "You can't delete a posted journal item. Don’t play games with your accounting records; reset "  # noqa: RUF001 - the server's words
    "the journal entry to draft before deleting it."
)
DELETE_14 = "You cannot delete an entry which has been posted once."
NOBODY = (
    "The 'Customer' field is required to validate the invoice.\nYou probably don't want to explain "
    "to your auditor that you invoiced an invisible man :)"
)
FIXED = ("invoice_date", "partner_id", "currency_id", "journal_id", "invoice_payment_term_id")


class Invoice(Model):
    """``account.move``."""

    settled = (
        *("amount_untaxed", "amount_tax", "amount_total", "amount_residual", "payment_state"),
        *("amount_untaxed_signed", "amount_tax_signed", "amount_total_signed", "state", "name"),
        *("amount_residual_signed", "amount_total_in_currency_signed", "commercial_partner_id"),
        *("payment_reference", "invoice_date_due", "date", "posted_before", "invoice_origin"),
        *("company_id", "currency_id", "journal_id", "partner_shipping_id"),
    )

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take journal, currency and date."""
        found = super().defaults(vals)
        kind = vals.get("move_type") or found.get("move_type") or "entry"
        journals = self.env["account.journal"]
        wanted = [["type", "=", "sale" if kind in SALES else "general"]]
        journal = journals.find(wanted, "sequence, id", 0, 1)
        partners: Any = self.env["res.partner"]
        partner = vals.get("partner_id")
        found |= {
            "move_type": kind,
            "state": "draft",
            "date": self.env.now.date(),
            "journal_id": journal[0] if journal else None,
            "company_id": self.env.ref("base.main_company"),
            "currency_id": company_currency(self.env),
            "invoice_user_id": self.env.uid,
        }
        if partner in partners.table.rows:
            places = partners.address_get([partner], ["delivery"])
            found["partner_shipping_id"] = places["delivery"]
            found["commercial_partner_id"] = partners.table.rows[partner]["commercial_partner_id"]
        return {k: v for k, v in found.items() if k not in vals and k in self.fields}

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create drafts."""
        created = []
        for vals in vals_list:
            names = ("invoice_line_ids", "line_ids")
            [record] = super().create_records([{k: v for k, v in vals.items() if k not in names}])
            lines: Any = self.env["account.move.line"].with_context(unsettled=True)
            for name in names:
                for command in self.commands(self.fields[name], vals.get(name) or []):
                    if command[0] == 0:
                        lines.create_records([{**command[2], "move_id": record}])
            self.settle([record])
            self._tell([record])
            created.append(record)
        return created

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Number the first of a series at once, as Odoo 14 does."""
        row = self.table.rows[record]
        if self.env.version == "14":
            first = row.get("move_type") in SALES and not Entries(self.env).last(record)
            name = Entries(self.env).number(record) if first else "/"
            if "name" not in vals:
                self.table.update(record, {"name": name})

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Change invoices."""
        self._refuse(ids, vals)
        if self.env.version != "14" and vals.get("invoice_date") and "date" not in vals:
            vals = {**vals, "date": vals["invoice_date"]}
        super().write_records(ids, vals)
        if set(vals) & {"invoice_line_ids", "line_ids", "currency_id"}:
            self.settle(ids)
        if "state" in vals:
            self._tell(ids)

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete drafts."""
        ids = self.existing(ids)
        for record in ids:
            row = self.table.rows[record]
            if self.env.version == "14" and row.get("posted_before"):
                raise UserError(DELETE_14)
            if row.get("state") == "posted":
                raise UserError(DELETE_19)
        lines: Any = self.env["account.move.line"]
        sold = [
            one
            for record in ids
            for line in lines.table.find("move_id", record)
            for one in lines.table.rows[line].get("sale_line_ids", ())
        ]
        super().unlink_records(ids)
        model: Any = self.env["sale.order.line"]
        model.settle(model.existing(sold), amounts=False)

    # -- life --------------------------------------------------------------------------------------

    @rpc("records", needs="read")
    def action_post(self, ids: list[int]) -> Any:
        """Post drafts: number and date them.

        Odoo 14 answers with the records themselves, which RPC cannot carry; the call has taken
        effect all the same.

        Raises:
            UserError: one is no draft (Odoo 19).
        """
        if not self.may("write"):
            raise AccessError("You don't have the access rights to post an invoice.")
        self.post(ids)
        if self.env.version == "14":
            return _records(self.name)
        return False

    def post(self, ids: Sequence[int]) -> None:
        """Post drafts."""
        entries = Entries(self.env)
        for record in ids:
            row = self.table.rows[record]
            if self.env.version != "14" and row.get("state") != "draft":
                name = row.get("name") or False
                raise UserError(f"The entry {name} (id {record}) must be in draft.")
            if row.get("move_type") in SALES and not self.billed(record):
                raise UserError(self._nothing(row))
            values: dict[str, Any] = {"state": "posted", "posted_before": True}
            if row.get("move_type") in SALES and not row.get("invoice_date"):
                values["invoice_date"] = self.env.now.date()
                if self.env.version != "14":
                    values["date"] = values["invoice_date"]
            locked = entries.locked_until()
            day = values.get("date") or row.get("date")
            if locked and day and day <= locked:
                values["date"] = self.env.now.date()  # the first open day, if today is one
                if row.get("move_type") in SALES:
                    entries.refuse_closed(values["date"])
                elif values["date"] <= locked:
                    values["date"] = locked + dt.timedelta(days=1)
            self.refresh(record, values)
            if row.get("name") in {None, "/"}:
                self.refresh(record, {"name": entries.number(record)})
            if row.get("move_type") == "out_invoice" and not row.get("payment_reference"):
                self.refresh(record, {"payment_reference": self.table.rows[record]["name"]})
        self._tell(ids)
        for record in ids:
            self._tell_deposits(record)
            Settlements(self.env).reconcile_reversal(record)
        self.settle(ids)

    def _tell_deposits(self, record: int) -> None:
        """Let the order's lines of a down payment follow what was changed in its draft."""
        sold: Any = self.env["sale.order.line"]
        for line in self.billed(record) if self.env.version != "14" else ():
            row = self.env["account.move.line"].table.rows[line]
            for one in row.get("sale_line_ids", ()):
                deposit = sold.table.rows[one].get("is_downpayment")
                if deposit and row.get("quantity", 0) > 0 and row.get("fixed") is None:
                    sold.table.update(one, {"fixed": None})
                    sold.refresh(one, {"price_unit": row.get("price_unit")})

    @rpc("records", needs="write")
    def button_cancel(self, ids: list[int]) -> None:
        """Cancel invoices; returns nothing, which RPC cannot carry."""
        self._refuse_closed(ids)
        for record in ids:
            Settlements(self.env).forget(record)
            self.refresh(record, {"state": "cancel"})
        self.settle(ids)
        self._tell(ids)

    @rpc("records", needs="write")
    def button_draft(self, ids: list[int]) -> None:
        """Make posted or cancelled invoices drafts; returns nothing, which RPC cannot carry."""
        for record in ids:
            if self.table.rows[record].get("state") not in {"posted", "cancel"}:
                raise UserError("Only posted/cancelled journal entries can be reset to draft.")
        self._refuse_closed(ids)
        for record in ids:
            Settlements(self.env).forget(record)
            self.refresh(record, {"state": "draft"})
        self.settle(ids)
        self._tell(ids)

    @rpc("records", needs="write")
    def js_assign_outstanding_line(self, ids: list[int], line_id: int) -> Any:
        """Match a payment's entry with an invoice.

        The answer holds records, which RPC cannot carry; the call has taken effect all the same.

        Raises:
            UserError: the entry is matched already.
        """
        lines: Any = self.env["account.move.line"]
        payments: Any = self.env["account.payment"]
        settled = not any(self.table.rows[one].get("amount_residual") for one in ids)
        old = self.env.version == "14"
        if lines.table.rows[line_id].get("reconciled") and (old or settled):
            raise UserError("You are trying to reconcile some entries that are already reconciled.")
        entry = lines.table.rows[line_id]["move_id"]
        [payment] = payments.table.find("move_id", entry) or [0]
        for record in ids:
            left = float(self.table.rows[record].get("amount_residual") or 0)
            amount = min(left, payments.open_amount(payment))
            if amount > 0:
                Settlements(self.env).add(record, "payment", payment, amount)
                self.residual(record)
        return {"partials": _records("account.partial.reconcile") if old else None}

    # -- what is computed --------------------------------------------------------------------------

    def settle(self, ids: Sequence[int]) -> None:
        """Compute amounts, the lines made from them, and what is still to be paid."""
        for record in self.existing(ids):
            row = self.table.rows[record]
            if row.get("move_type") not in SALES:
                continue
            if row.get("state") != "posted":
                Entries(self.env).rewrite(record)
            self.residual(record)

    def compute_invoice_line_ids(self, record: int) -> tuple[int, ...]:
        """Return the lines of goods, sections and notes."""
        return tuple(self.billed(record, texts=True))

    def inverse_invoice_line_ids(self, ids: list[int], value: Any) -> None:
        """Change the lines."""
        for record in ids:
            self.apply_commands(record, self.fields["invoice_line_ids"], value)

    def compute_commercial_partner_id(self, record: int) -> int | None:
        """Return the company of the customer."""
        partner = self.table.rows[record].get("partner_id")
        row = self.env["res.partner"].table.rows.get(partner or 0, {})
        return row.get("commercial_partner_id") or partner

    def display_name(self, record: int) -> str:
        """Show the number, or that it is a draft."""
        row = self.table.rows[record]
        kind = "Credit Note" if row.get("move_type") == "out_refund" else "Invoice"
        if row.get("state") == "draft":
            name = row.get("name")
            number = f"(* {record})" if self.env.version == "14" else ""
            text = f"Draft {kind} {name if name not in {None, '/'} else number}"
            return text.strip()
        return str(row.get("name") or "")

    def billed(self, record: int, *, texts: bool = False) -> list[int]:
        """Return the lines of goods; sections and notes, too, with ``texts``."""
        lines: Any = self.env["account.move.line"]
        found = [o for o in lines.table.find("move_id", record) if not lines.is_automatic(o)]
        wanted = [one for one in found if texts or not lines.is_text(one)]
        arranged: list[int] = lines.sorted(wanted, "sequence, id")
        return arranged

    def residual(self, record: int) -> None:
        """Compute what is still to be paid."""
        row = self.table.rows[record]
        payments: Any = self.env["account.payment"]
        calculator = Calculator(self.env, row["currency_id"])
        money = calculator.money
        paid, by_credit = Settlements(self.env).paid(record)
        total = float(row.get("amount_total") or 0)
        posted = row.get("state") == "posted"
        residual = money.round(total - paid) if posted else total
        state = "not_paid"
        if posted and not residual:
            reversed_ = by_credit and money.is_zero(by_credit - total)
            state = "reversed" if reversed_ and row["move_type"] == "out_invoice" else "paid"
        elif posted and payments.passes_for(record):
            state = "paid"
        elif posted and residual < total:
            state = "partial"
        sign = -1.0 if row["move_type"] == "out_refund" else 1.0
        own = float(row.get("amount_total_signed") or 0)
        open_ = money.round(own * residual / total) if total else 0.0
        Entries(self.env).mark(record, open_, reconciled=posted and not residual)
        self.refresh(
            record,
            {
                "amount_residual": residual,
                "payment_state": state,
                "amount_residual_signed": open_,
                "amount_total_in_currency_signed": sign * total,
            },
        )
        for kind, other, _amount in Settlements(self.env).of(record):
            if kind == "payment":
                payments.notice(other)

    def _tell(self, ids: Sequence[int]) -> None:
        """Let lines and orders know the state."""
        lines: Any = self.env["account.move.line"]
        sold: dict[int, None] = {}
        for record in ids:
            row = self.table.rows[record]
            for line in lines.table.find("move_id", record):
                sold |= dict.fromkeys(lines.table.rows[line].get("sale_line_ids", ()))
                lines.refresh(
                    line, {"parent_state": row.get("state"), "move_name": row.get("name")}
                )
        model: Any = self.env["sale.order.line"]
        model.rename_down_payments(list(sold))
        model.settle(model.existing(sold), amounts=False)

    def _refuse_closed(self, ids: Sequence[int]) -> None:
        for record in ids:
            row = self.table.rows[record]
            if row.get("state") == "posted":
                Entries(self.env).refuse_closed(row.get("date"))

    def _nothing(self, row: Mapping[str, Any]) -> str:
        if self.env.version == "14":
            return "You need to add a line before posting."
        words = "Even magicians can't post nothing!"
        return words if row.get("partner_id") else f"{words}\n{NOBODY}"

    def _refuse(self, ids: Sequence[int], vals: Mapping[str, Any]) -> None:
        for record in ids:
            row = self.table.rows[record]
            names = [name for name in FIXED if name in vals]
            if self.env.version == "14":
                if vals.get("date"):
                    Entries(self.env).refuse_closed(parse_datetime(vals["date"]).date())
            elif row.get("state") == "posted" and names:
                raise UserError(
                    "You cannot modify the following readonly fields on a posted move: "
                    f"{', '.join(names)}"
                )


def _records(model: str) -> Any:
    """Return what stands for records in an answer: something that XML-RPC cannot carry."""
    return type(model, (), {"__slots__": (), "__module__": "odoo.api"})()
