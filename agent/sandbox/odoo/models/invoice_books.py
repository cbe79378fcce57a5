"""Behind invoices: numbers, entries for taxes and customers, and what has been paid."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from agent.sandbox.odoo.env import Env
from agent.sandbox.odoo.faults import UserError

from .money import Money, company_currency, conversion
from .taxes import Calculator, LineTaxes

LOCKS_19 = {
    "fiscalyear_lock_date": "Global Lock Date",
    "sale_lock_date": "Sales Lock Date",
    "hard_lock_date": "Hard Lock Date",
}


class Entries:
    """Numbers of entries, and the lines that follow from what is sold."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.moves: Any = env["account.move"]
        self.lines: Any = env["account.move.line"]
        self.old = env.version == "14"

    def locked_until(self) -> dt.date | None:
        """Return the last day of what is closed."""
        company = self.env["res.company"].table.rows[self.env.ref("base.main_company")]
        names = ["fiscalyear_lock_date"] if self.old else list(LOCKS_19)
        return max((company[name] for name in names if company.get(name)), default=None)

    def refuse_closed(self, day: dt.date | None) -> None:
        """Refuse to touch what lies in a closed period.

        Raises:
            UserError: ``day`` does.
        """
        locked = self.locked_until()
        if locked is None or day is None or day > locked:
            return
        words = "You cannot add/modify entries prior to and inclusive of"
        if self.old:
            raise UserError(f"{words} the lock date {locked:%m/%d/%Y}.")
        company = self.env["res.company"].table.rows[self.env.ref("base.main_company")]
        broken = [
            f"{label} ({company[name]:%m/%d/%Y})"
            for name, label in LOCKS_19.items()
            if company.get(name) and day <= company[name]
        ]
        raise UserError(f"{words}: {', '.join(broken)}.")

    def last(self, record: int) -> int:
        """Return the last number of the series that an entry belongs to, 0 if there is none."""
        prefix = self._prefix(record)
        numbers = [0]
        for other, row in self.moves.table.rows.items():
            name = str(row.get("name") or "")
            if other != record and name.startswith(prefix) and name[len(prefix) :].isdigit():
                numbers.append(int(name[len(prefix) :]))
        return max(numbers)

    def number(self, record: int) -> str:
        """Return the next number of the series."""
        return f"{self._prefix(record)}{self.last(record) + 1:0{4 if self.old else 5}d}"

    def _prefix(self, record: int) -> str:
        row = self.moves.table.rows[record]
        journal = self.env["account.journal"].table.rows[row["journal_id"]]
        mark = "R" if row.get("move_type") == "out_refund" else ""
        day = row.get("date") or self.env.now.date()
        span = f"{day:%Y/%m}" if self.old else f"{day:%Y}"
        return f"{mark}{journal['code']}/{span}/"

    def rewrite(self, record: int) -> None:
        """Compute the amounts of a draft and make its entries anew."""
        row = self.moves.table.rows[record]
        calculator = Calculator(self.env, row["currency_id"])
        billed = self.moves.billed(record)
        taxed = [self.lines.taxed(one, calculator) for one in billed]
        settled = calculator.settle(taxed)
        if self.old:
            untaxed = calculator.money.round(sum(one.untaxed for one in taxed))
        else:
            untaxed = calculator.money.round(sum(amount for amount, _taxes in settled))
        taxes = self._by_tax(calculator, taxed, settled)
        tax = calculator.money.round(sum(amount for amount, _exact in taxes.values()))
        total = calculator.money.round(untaxed + tax)
        if total < 0 and row["move_type"] == "out_invoice":  # more is given back than sold
            self._turn(record, billed)
            return
        if self.old and billed and row.get("payment_reference") is None:
            self.moves.refresh(record, {"payment_reference": ""})
        self._show(billed, taxed, settled, calculator)
        own = self._book(record, billed, taxed, settled, taxes)
        sign = -1.0 if row["move_type"] == "out_refund" else 1.0
        self.moves.refresh(
            record,
            {
                "amount_untaxed": untaxed,
                "amount_tax": tax,
                "amount_total": total,
                "amount_untaxed_signed": sign * own[0],
                "amount_tax_signed": sign * own[1],
                "amount_total_signed": sign * round(own[0] + own[1], 6),
            },
        )

    def _by_tax(
        self,
        calculator: Calculator,
        taxed: list[LineTaxes],
        settled: list[tuple[float, list[float]]],
    ) -> dict[int, tuple[float, float]]:
        """Return for each tax its rounded and its exact amount."""
        found: dict[int, tuple[float, float]] = {}
        for one, (_amount, shares) in zip(taxed, settled, strict=True):
            for share, rounded in zip(one.shares, shares, strict=True):
                known = found.get(share.tax, (0.0, 0.0))
                found[share.tax] = (known[0] + rounded, known[1] + share.amount)
        if self.old:
            return {tax: (calculator.money.round(e), e) for tax, (_r, e) in found.items()}
        return {tax: (calculator.money.round(r), e) for tax, (r, e) in found.items()}

    def _show(
        self,
        billed: list[int],
        taxed: list[LineTaxes],
        settled: list[tuple[float, list[float]]],
        calculator: Calculator,
    ) -> None:
        for line, one, (_amount, _shares) in zip(billed, taxed, settled, strict=True):
            row = self.lines.table.rows[line]
            if row.get("fixed") is not None:
                subtotal, total = one.untaxed, one.untaxed + one.tax
            else:
                subtotal, _tax, total = calculator.amounts(self.lines.priced(line))
            money = calculator.money
            values = {"price_subtotal": money.round(subtotal), "price_total": money.round(total)}
            self.lines.refresh(line, values)

    def _book(
        self,
        record: int,
        billed: list[int],
        taxed: list[LineTaxes],
        settled: list[tuple[float, list[float]]],
        taxes: dict[int, tuple[float, float]],
    ) -> tuple[float, float]:
        """Make the entries; return untaxed amount and tax in the company's currency."""
        row = self.moves.table.rows[record]
        own = Money(self.env, company_currency(self.env, row.get("company_id")))
        day = row.get("invoice_date") or row.get("date") or self.env.now.date()
        rate = conversion(self.env, own.id, row["currency_id"], day)
        sign = 1.0 if row["move_type"] == "out_refund" else -1.0
        untaxed = tax_sum = foreign = 0.0
        for line, one, (amount, _shares) in zip(billed, taxed, settled, strict=True):
            shown = own.round(one.untaxed) if self.old else amount
            balance = own.round(shown / rate)
            untaxed += balance
            foreign += shown
            self._balance(line, sign * balance, sign * shown)
        old = [o for o in self.lines.table.find("move_id", record) if self.lines.is_automatic(o)]
        self.lines.delete(old)
        for tax, (rounded, exact) in taxes.items():
            balance = own.round((rounded if self.old else exact) / rate)
            tax_sum += balance
            foreign += rounded
            name = self.env["account.tax"].compute_display_name(tax)
            self._add(record, "tax", name, sign * balance, sign * rounded, tax_line_id=tax)
        whole = -sign * round(untaxed + tax_sum, 6)
        self._add(
            record, "payment_term", row.get("payment_reference") or "", whole, -sign * foreign
        )
        return round(untaxed, 6), round(tax_sum, 6)

    def _add(
        self, record: int, kind: str, name: str, balance: float, foreign: float, **more: Any
    ) -> None:
        row = self.moves.table.rows[record]
        journal = self.env["account.journal"].table.rows[row["journal_id"]]
        account = journal.get("default_account_id")  # where a tax has no account of its own
        if kind == "payment_term":
            accounts = self.env["account.account"].find([["code", "=", "121000"]], "id", 0, 1)
            account = accounts[0] if accounts else None
        values = {
            "move_id": record,
            "name": name,
            "account_id": account,
            "currency_id": row["currency_id"],
            "partner_id": row.get("partner_id"),
            "quantity": 1.0,
            "parent_state": row.get("state"),
            "date": row.get("date"),
            "company_id": row.get("company_id"),
            "journal_id": row.get("journal_id"),
            **({"exclude_from_invoice_tab": True} if self.old else {"display_type": kind}),
            "sequence": 10000,
            "create_date": self.env.now,
            "write_date": self.env.now,
            **more,
        }
        line = self.lines.table.insert({k: v for k, v in values.items() if v is not None})
        self._balance(line, balance, foreign)

    def _balance(self, line: int, balance: float, foreign: float) -> None:
        self.lines.refresh(
            line,
            {
                "balance": balance + 0.0,
                "debit": max(balance, 0.0),
                "credit": max(-balance, 0.0),
                "amount_currency": round(foreign, 6) + 0.0,
            },
        )

    def pay(self, entry: int, payment: Mapping[str, Any]) -> None:
        """Make the lines of a payment's entry: money under way, and what the customer owes less."""
        if self.lines.table.find("move_id", entry):
            return
        row = self.moves.table.rows[entry]
        own = Money(self.env, company_currency(self.env, row.get("company_id")))
        foreign = float(payment.get("amount") or 0)
        if payment.get("payment_type") == "outbound":
            foreign = -foreign
        rate = conversion(self.env, own.id, payment["currency_id"], payment["date"])
        balance = own.round(foreign / rate)
        about = {"move_id": entry, "quantity": 1.0, "parent_state": "posted"}
        about |= {"journal_id": row.get("journal_id"), "date": row.get("date")}
        about |= {"partner_id": payment.get("partner_id"), "move_name": row.get("name")}
        about |= {"currency_id": payment["currency_id"], "company_id": row.get("company_id")}
        about |= (
            {"exclude_from_invoice_tab": True} if self.old else {"display_type": "payment_term"}
        )
        for code, sign in (("101403", 1.0), ("121000", -1.0)):
            found = self.env["account.account"].find([["code", "=", code]], "id", 0, 1)
            about["account_id"] = found[0] if found else None
            line = self.lines.table.insert({k: v for k, v in about.items() if v is not None})
            self._balance(line, sign * balance, sign * foreign)
        self.mark(entry, -balance, reconciled=False)

    def mark(self, move: int, open_: float, *, reconciled: bool) -> None:
        """Write what is open on the line of what the customer owes."""
        for line in self.lines.table.find("move_id", move):
            if self.lines.is_receivable(line):
                values = {"amount_residual": open_ + 0.0, "reconciled": reconciled}
                self.lines.refresh(line, values)

    def mark_payment(self, entry: int | None, open_: float) -> None:
        """Write what of a payment is open on its entry."""
        if entry is None:
            return
        for line in self.lines.table.find("move_id", entry):
            row = self.lines.table.rows[line]
            foreign = abs(float(row.get("amount_currency") or 0))
            share = open_ / foreign if foreign else 0.0
            if self.lines.is_receivable(line):
                left = round(float(row.get("balance") or 0) * share, 2)
                self.lines.refresh(
                    line, {"amount_residual": left + 0.0, "reconciled": not round(open_, 6)}
                )

    def _turn(self, record: int, billed: list[int]) -> None:
        self.moves.refresh(record, {"move_type": "out_refund"})
        if self.old and not self.last(record):
            self.moves.refresh(record, {"name": self.number(record)})
        for line in billed:
            row = self.lines.table.rows[line]
            fixed = row.get("fixed")
            if fixed is not None:
                shares = tuple((t, -a, -b, i) for t, a, b, i in fixed[1])
                self.lines.table.update(line, {"fixed": (-fixed[0], shares)})
            self.lines.refresh(line, {"quantity": -float(row.get("quantity") or 0)})
        self.rewrite(record)


class Settlements:
    """What pays an invoice: payments and credit notes, with amounts in its currency."""

    def __init__(self, env: Env) -> None:
        self.env = env
        self.moves: Any = env["account.move"]
        self.payments: Any = env["account.payment"]

    def add(self, invoice: int, kind: str, other: int, amount: float) -> None:
        """Note that a ``payment`` or a ``move`` pays a part of an invoice."""
        row = self.moves.table.rows[invoice]
        known = tuple(tuple(one) for one in row.get("paid_by", ()))
        self.moves.table.update(invoice, {"paid_by": (*known, (kind, other, amount))})

    def of(self, invoice: int) -> list[tuple[str, int, float]]:
        """Return what pays an invoice, cancelled payments left out."""
        found = []
        for kind, other, amount in self.moves.table.rows[invoice].get("paid_by", ()):
            if kind == "payment":
                if other not in self.payments.table.rows or not self.payments.counts(other):
                    continue
            elif self.moves.table.rows.get(other, {}).get("state") != "posted":
                continue
            found.append((kind, other, float(amount)))
        return found

    def paid(self, invoice: int) -> tuple[float, float]:
        """Return how much is paid, and how much of that by credit notes."""
        found = self.of(invoice)
        credit = sum(amount for kind, _other, amount in found if kind == "move")
        return sum(amount for _kind, _other, amount in found), credit

    def forget(self, invoice: int) -> None:
        """Take what pays an invoice off it."""
        for kind, other, _amount in self.of(invoice):
            if kind == "move":
                row = self.moves.table.rows[other]
                kept = tuple(one for one in row.get("paid_by", ()) if one[1] != invoice)
                self.moves.table.update(other, {"paid_by": kept or None})
                self.moves.residual(other)
        self.moves.table.update(invoice, {"paid_by": None})

    def reconcile_reversal(self, note: int) -> None:
        """Let a credit note pay the invoice it reverses (Odoo 14 does so on demand alone)."""
        row = self.moves.table.rows[note]
        invoice = row.get("reversed_entry_id")
        wanted = self.env.version != "14" or self.env.context.get("reconcile_reversal")
        if invoice and wanted and self.moves.table.rows[invoice].get("state") == "posted":
            self.match(note, invoice)

    def match(self, note: int, invoice: int) -> None:
        """Let a credit note and an invoice pay each other."""
        self.moves.residual(note)
        left = [
            float(self.moves.table.rows[one].get("amount_residual") or 0) for one in (note, invoice)
        ]
        amount = min(left)
        if amount > 0:
            self.add(invoice, "move", note, amount)
            self.add(note, "move", invoice, amount)
            self.moves.residual(note)
            self.moves.residual(invoice)
