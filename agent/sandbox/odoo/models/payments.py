"""Payments, and the assistant that pays invoices.

In Odoo 14 a payment is an entry (``account.move``) of its own; in Odoo 19 it gets one when it is
posted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import UserError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc

from .invoice_books import Entries, Settlements
from .money import Money, company_currency, conversion

NOTHING_19 = (
    "There's nothing left to pay for the selected journal items, so no payment registration is "
    "necessary. You've got your finances under control like a boss!"
)
NOTHING_14 = (
    "You can't register a payment because there is nothing left to pay on the selected journal "
    "items."
)


_ACCOUNT_FROM = frozenset({"payment_type", "journal_id", "currency_id"})
"""What Odoo 19 takes a payment's outstanding account from."""


class Payment(Model):
    """``account.payment``.

    Only creating a payment finds it an outstanding account (Odoo 19, community). One of whose
    fields :data:`_ACCOUNT_FROM` is written, be it with the same value, loses it, gets no entry when
    it is posted, and passes for paying its invoice, of which the whole amount stays open.
    """

    settled = ("state", "name", "is_reconciled")
    derived = frozenset({"is_reconciled"})

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take date, currency and the way of paying."""
        found = super().defaults(vals)
        found |= {
            "date": self.env.now.date(),
            "currency_id": company_currency(self.env),
            "state": "draft",
            "company_id": self.env.ref("base.main_company"),
            "payment_type": "inbound",
            "partner_type": "customer",
        }
        found |= self._method(vals)
        return {k: v for k, v in found.items() if k not in vals and k in self.fields}

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Number payments of Odoo 19."""
        del vals
        if self.env.version != "14":
            self.refresh(record, {"name": self._next_name(record)})

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Take the outstanding account off drafts, see above."""
        if self.env.version != "14" and changed & _ACCOUNT_FROM:
            for record in ids:
                self.table.update(record, {"accountless": True})

    @rpc("records", needs="write")
    def action_post(self, ids: list[int]) -> None:
        """Post payments; returns nothing, which RPC cannot carry."""
        self.post(ids)

    def post(self, ids: Sequence[int]) -> None:
        """Post payments."""
        moves: Any = self.env["account.move"]
        for record in ids:
            row = self.table.rows[record]
            if row.get("accountless") and not row.get("move_id"):
                self.refresh(record, {"state": "in_process"})
                for invoice in row.get("invoice_ids", ()):
                    moves.residual(invoice)
                continue
            entry = int(self.table.rows[record].get("move_id") or 0) or self._make_entry(record)
            drafted = self.table.rows[record].get("state") == "draft"
            if self.env.version != "14" and drafted:
                self.refresh(record, {"state": "in_process"})
            if moves.table.rows[entry].get("state") != "posted":
                moves.post([entry])
            Entries(self.env).pay(entry, self._about(record))

    def _about(self, record: int) -> dict[str, Any]:
        """Return what the entry of a payment is about."""
        row = self.table.rows[record]
        journal = self.raw(record, self.fields["journal_id"])
        return {**row, "journal_id": journal, "date": self.raw(record, self.fields["date"])}

    def _make_entry(self, record: int) -> int:
        row = self.table.rows[record]
        moves: Any = self.env["account.move"]
        values = {name: row.get(name) for name in ("journal_id", "date", "partner_id", "name")}
        values |= {"move_type": "entry", "ref": row.get("memo"), "origin_payment_id": record}
        values["currency_id"] = row.get("currency_id")
        known = {k: v for k, v in values.items() if k in moves.fields and v is not None}
        [entry] = moves.create_records([known])
        self.table.update(record, {"move_id": entry})
        return int(entry)

    def passes_for(self, invoice: int) -> bool:
        """Tell whether a posted payment without an entry passes for paying an invoice."""
        return any(
            row.get("accountless")
            and row.get("state") == "in_process"
            and not row.get("move_id")
            and invoice in row.get("invoice_ids", ())
            for row in self.table.rows.values()
        )

    def open_amount(self, record: int) -> float:
        """Return what of a payment pays nothing yet."""
        used = sum(amount for _invoice, amount in self._pays(record))
        return round(float(self.table.rows[record].get("amount") or 0) - used, 6)

    def notice(self, record: int) -> None:
        """Follow the invoices: a payment of Odoo 19 is done once all it pays is paid."""
        moves = self.env["account.move"].table
        row = self.table.rows[record]
        found = self.compute_reconciled_invoice_ids(record)
        if self.env.version != "14" and row.get("state") in {"in_process", "paid"}:
            done = found and all(moves.rows[one].get("payment_state") == "paid" for one in found)
            self.refresh(record, {"state": "paid" if done else "in_process"})
        Entries(self.env).mark_payment(row.get("move_id"), self.open_amount(record))

    @rpc("records", needs="write")
    def action_draft(self, ids: list[int]) -> None:
        """Make payments drafts; returns nothing, which RPC cannot carry."""
        self._set_state(ids, "draft")

    @rpc("records", needs="write")
    def action_cancel(self, ids: list[int]) -> None:
        """Cancel payments; returns nothing, which RPC cannot carry."""
        self._set_state(ids, "cancel" if self.env.version == "14" else "canceled")

    def counts(self, record: int) -> bool:
        """Tell whether a payment pays what it is matched with."""
        row = self.table.rows[record]
        if self.env.version == "14":
            return self.env["account.move"].table.rows[row["move_id"]].get("state") == "posted"
        return row.get("state") not in {"canceled", "rejected"}

    def compute_reconciled_invoice_ids(self, record: int) -> tuple[int, ...]:
        """Return the invoices that the payment pays."""
        return tuple(invoice for invoice, _amount in self._pays(record))

    def compute_reconciled_invoices_count(self, record: int) -> int:
        """Count them."""
        return len(self.compute_reconciled_invoice_ids(record))

    def compute_is_reconciled(self, record: int) -> bool:
        """Tell whether the whole payment is used."""
        used = sum(amount for _invoice, amount in self._pays(record))
        row = self.table.rows[record]
        whole = float(row.get("amount") or 0)
        return bool(used) and used >= whole

    def display_name(self, record: int) -> str:
        """Show the number, or that it is a draft."""
        name = self.raw(record, self.fields["name"])
        return str(name) if name and name != "/" else "Draft Payment"

    def _pays(self, record: int) -> list[tuple[int, float]]:
        moves = self.env["account.move"].table
        settlements = Settlements(self.env)
        return [
            (invoice, amount)
            for invoice, row in moves.rows.items()
            if row.get("paid_by")
            for kind, other, amount in settlements.of(invoice)
            if (kind, other) == ("payment", record)
        ]

    def _set_state(self, ids: Sequence[int], state: str) -> None:
        moves: Any = self.env["account.move"]
        for record in ids:
            invoices = self.compute_reconciled_invoice_ids(record)
            if self.env.version == "14":
                entry = self.table.rows[record]["move_id"]
                moves.refresh(entry, {"state": state})
                for invoice in invoices:
                    kept = tuple(
                        one
                        for one in moves.table.rows[invoice].get("paid_by", ())
                        if tuple(one[:2]) != ("payment", record)
                    )
                    moves.table.update(invoice, {"paid_by": kept or None})
            else:
                self.refresh(record, {"state": state})
            moves.settle(list(invoices))

    def _method(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        kind = vals.get("payment_type", "inbound")
        methods = self.env["account.payment.method"]
        first = methods.find([["payment_type", "=", kind]], "id", 0, 1)
        found: dict[str, Any] = {"payment_method_id": first[0] if first else None}
        if "account.payment.method.line" in self.env:
            lines = self.env["account.payment.method.line"]
            domain = [["journal_id", "=", vals.get("journal_id")]]
            domain.append(["payment_method_id", "=", found["payment_method_id"]])
            line = lines.find(domain, "id", 0, 1)
            found["payment_method_line_id"] = line[0] if line else None
        return found

    def _next_name(self, record: int) -> str:
        row = self.table.rows[record]
        journal = self.env["account.journal"].table.rows.get(row.get("journal_id") or 0, {})
        prefix = f"P{journal.get('code', 'BNK1')}/{row['date']:%Y}/"
        names = [str(one.get("name") or "") for one in self.table.rows.values()]
        last = [int(n[len(prefix) :]) for n in names if n.startswith(prefix)]
        return f"{prefix}{max(last, default=0) + 1:05d}"


class RegisterPayment(Model):
    """``account.payment.register``: pays the invoices that the context names."""

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take the invoices' amount and currency, and the first bank.

        Raises:
            UserError: nothing is to be paid, or one is a draft (Odoo 14).
        """
        found = super().defaults(vals)
        invoices = self._invoices()
        rows = [self.env["account.move"].table.rows[one] for one in invoices]
        if self.env.version == "14" and any(row.get("state") != "posted" for row in rows):
            raise UserError("You can only register payment for posted journal entries.")
        if not rows or not any(row.get("amount_residual") for row in rows):
            raise UserError(NOTHING_14 if self.env.version == "14" else NOTHING_19)
        journals = self.env["account.journal"]
        first = journals.find([["type", "in", ["bank", "cash"]]], "sequence, id", 0, 1)
        inbound = rows[0]["move_type"] == "out_invoice"
        found |= {
            "amount": sum(float(row.get("amount_residual") or 0) for row in rows),
            "currency_id": rows[0].get("currency_id"),
            "journal_id": first[0] if first else None,
            "payment_date": self.env.now.date(),
            "communication": " ".join(
                str(row.get("payment_reference") or row.get("name") or "") for row in rows
            ),
            "payment_type": "inbound" if inbound else "outbound",
            "partner_type": "customer",
            "partner_id": rows[0].get("commercial_partner_id") or rows[0].get("partner_id"),
            "company_id": rows[0].get("company_id"),
            "payment_difference_handling": "open",
        }
        return {k: v for k, v in found.items() if k not in vals and k in self.fields}

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Remember the invoices."""
        self.table.update(record, {"invoices": tuple(self._invoices()), "given": "amount" in vals})

    @rpc("records", needs="write")
    def action_create_payments(self, ids: list[int]) -> Any:
        """Pay: one payment per invoice, posted and matched."""
        made = [one for record in ids for one in self._pay(record)]
        action = {
            "name": "Payments",
            "type": "ir.actions.act_window",
            "res_model": "account.payment",
            "context": {"create": False},
        }
        if len(made) == 1:
            return {**action, "view_mode": "form", "res_id": made[0]}
        return {**action, "view_mode": "tree,form", "domain": [["id", "in", made]]}

    def _pay(self, record: int) -> list[int]:
        row = self.table.rows[record]
        payments: Any = self.env["account.payment"]
        moves: Any = self.env["account.move"]
        settlements = Settlements(self.env)
        made = []
        left = float(row.get("amount") or 0)
        settle_all = row.get("payment_difference_handling") == "reconcile"
        invoices = list(row.get("invoices", ()))
        for number, invoice in enumerate(invoices, 1):
            about = moves.table.rows[invoice]
            owed = float(about.get("amount_residual") or 0)
            amount = left if number == len(invoices) or row.get("given") else owed
            [payment] = payments.create_records([self._payment(row, about, amount)])
            payments.post([payment])
            used = owed if settle_all else min(owed, self._converted(row, about, amount))
            settlements.add(invoice, "payment", payment, used)
            moves.residual(invoice)
            made.append(payment)
            left -= amount
        return made

    def _payment(self, row: Mapping[str, Any], about: Mapping[str, Any], amount: float) -> Any:
        text = "ref" if self.env.version == "14" else "memo"
        payments = self.env["account.payment"]
        values = {
            "amount": amount,
            "payment_type": row.get("payment_type"),
            "partner_type": "customer",
            "partner_id": about.get("commercial_partner_id") or about.get("partner_id"),
            "journal_id": row.get("journal_id"),
            "date": row.get("payment_date"),
            "currency_id": row.get("currency_id"),
            text: row.get("communication"),
            "payment_method_id": row.get("payment_method_id"),
            "payment_method_line_id": row.get("payment_method_line_id"),
        }
        return {k: v for k, v in values.items() if k in payments.fields and v is not None}

    def _converted(self, row: Mapping[str, Any], about: Mapping[str, Any], amount: float) -> float:
        source, target = row["currency_id"], about["currency_id"]
        day = row.get("payment_date") or self.env.now.date()
        return Money(self.env, target).round(amount * conversion(self.env, source, target, day))

    def _invoices(self) -> list[int]:
        context = self.env.context
        ids = context.get("active_ids") or [context.get("active_id")]
        if context.get("active_model") == "account.move.line":
            rows = self.env["account.move.line"].table.rows
            ids = list(dict.fromkeys(rows[one]["move_id"] for one in ids if one in rows))
        return self.env["account.move"].existing(one for one in ids if one)
