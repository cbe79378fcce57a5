"""Taxes of lines and of whole documents, as each version computes them.

Odoo 14 adds up what its lines have. Odoo 19 computes from the exact amounts of all lines and
spreads the cents that rounding left over.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from agent.sandbox.odoo.env import Env

from .money import Money, round_to
from .tax_line import LineTaxes, Priced, Run19, Tax, TaxShare

GLOBALLY = "round_globally"


class Calculator:
    """Computes taxes in one currency, in the way the main company rounds."""

    def __init__(self, env: Env, currency: int) -> None:
        self.env = env
        self.money = Money(env, currency)
        company = env["res.company"].table.rows[env.ref("base.main_company")]
        self.globally = company.get("tax_calculation_rounding_method") == GLOBALLY
        self.old = env.version == "14"

    def line(self, priced: Priced) -> LineTaxes:
        """Return amount and taxes of a line on its own."""
        taxes = self._taxes(priced.taxes)
        return self._line_14(priced, taxes) if self.old else self._line_19(priced, taxes)

    def amounts(self, priced: Priced) -> tuple[float, float, float]:
        """Return a line's amount without tax, its tax and its total, as they are shown."""
        found = self.line(priced)
        if self.old:
            total = self.money.round(found.untaxed + found.tax)
            return found.untaxed, found.tax, total
        untaxed = self.money.round(found.untaxed)
        shares = [self.money.round(share.amount) for share in found.shares]
        total = self.money.round(untaxed + sum(shares))
        return untaxed, total - untaxed, total

    def totals(self, lines: Iterable[Priced]) -> tuple[float, float]:
        """Return amount without tax and tax of a whole document."""
        found = [self.line(one) for one in lines]
        if self.old:
            untaxed = sum(one.untaxed for one in found)
            tax = sum(one.tax for one in found)
        else:
            settled = self.settle(found)
            untaxed = sum(amount for amount, _shares in settled)
            tax = sum(sum(shares) for _amount, shares in settled)
        return self.money.round(untaxed), self.money.round(tax)

    def settle(self, lines: Sequence[LineTaxes]) -> list[tuple[float, list[float]]]:
        """Return rounded amounts of lines and their taxes that add up to the rounded sums."""
        amounts = [self.money.round(one.untaxed) for one in lines]
        taxes = [[self.money.round(share.amount) for share in one.shares] for one in lines]
        groups: dict[tuple[int, bool], list[tuple[int, int]]] = {}
        for i, one in enumerate(lines):
            for j, share in enumerate(one.shares):
                groups.setdefault((share.tax, share.included), []).append((i, j))
        for places in groups.values():
            exact = [lines[i].shares[j].amount for i, j in places]
            left = self.money.round(sum(exact)) - sum(taxes[i][j] for i, j in places)
            for (i, j), part in zip(places, self._spread(left, exact), strict=True):
                taxes[i][j] += part
        left, weights = self._left_over(lines, amounts, taxes)
        for i, part in enumerate(self._spread(left, weights)):
            amounts[i] += part
        return list(zip(amounts, taxes, strict=True))

    def _left_over(
        self, lines: Sequence[LineTaxes], amounts: list[float], taxes: list[list[float]]
    ) -> tuple[float, list[float]]:
        exact = [one.untaxed for one in lines]
        on_top = any(not share.included for one in lines for share in one.shares)
        if on_top:
            return (self.money.round(sum(exact)) - sum(amounts) if sum(exact) else 0.0), exact
        gross = [one.untaxed + one.tax for one in lines]
        whole = sum(amounts) + sum(map(sum, taxes))
        return (self.money.round(sum(gross)) - whole if sum(gross) else 0.0), gross

    def _spread(self, amount: float, weights: Sequence[float]) -> list[float]:
        """Share out what rounding left over in the smallest coins, the heaviest first."""
        coin = 10.0**-self.money.decimals
        parts = [0.0] * len(weights)
        coins = left = round(abs(amount / coin))
        if not coins or not parts:
            return parts
        order = sorted(range(len(weights)), key=lambda i: abs(weights[i]), reverse=True)
        total = sum(map(abs, weights))
        for i in order:
            share = abs(weights[i]) / total if total else 1 / len(weights)
            count = min(round(share * coins), left)
            left -= count
            parts[i] += count
        for i in order[:left]:
            parts[i] += 1
        return [math.copysign(count * coin, amount) if count else 0.0 for count in parts]

    def _taxes(self, ids: Sequence[int]) -> list[Tax]:
        rows = self.env["account.tax"].table.rows
        found: list[Tax] = []
        for record in sorted(ids, key=lambda one: (rows[one].get("sequence") or 0, one)):
            row = rows[record]
            if row.get("amount_type") == "group":
                found += self._taxes(row.get("children_tax_ids", ()))
                continue
            included = row.get("price_include")
            if not self.old:
                included = row.get("price_include_override") == "tax_included"
            found.append(
                Tax(
                    record,
                    row.get("amount_type", "percent"),
                    float(row.get("amount") or 0),
                    bool(included),
                    bool(row.get("include_base_amount")),
                    bool(row.get("is_base_affected", True)),
                )
            )
        return found

    # -- Odoo 14 -----------------------------------------------------------------------------------

    def _line_14(self, priced: Priced, taxes: list[Tax]) -> LineTaxes:
        step = self.money.rounding * (1e-5 if self.globally else 1)
        whole = self.money.round(priced.price * priced.quantity)
        sign = -1.0 if whole < 0 else 1.0
        base, checkpoints = self._strip_14(abs(whole), priced.quantity, taxes)
        base = self.money.round(base)
        found = LineTaxes(sign * base)
        waiting = 0.0
        for i, tax in enumerate(taxes):
            if tax.included and checkpoints.get(i):
                amount, waiting = checkpoints[i] - (base + waiting), 0.0
            else:
                amount = _on_top(tax, base, priced.quantity)
            amount = round_to(amount, step)
            if tax.included and not checkpoints.get(i):
                waiting += amount
            found.shares.append(TaxShare(tax.id, sign * amount, sign * base, tax.included))
            if tax.raises_base:
                base += amount
        return found

    @staticmethod
    def _strip_14(base: float, quantity: float, taxes: list[Tax]) -> tuple[float, dict[int, float]]:
        """Take taxes out of a price; also what the last of each run of them is the rest to."""
        checkpoints: dict[int, float] = {}
        fixed = percent = division = 0.0
        first = True
        for i in range(len(taxes) - 1, -1, -1):
            tax = taxes[i]
            if tax.raises_base:
                base = (base - fixed) / (1 + percent / 100) * (100 - division) / 100
                fixed = percent = division = 0.0
                first = True
            if not tax.included:
                continue
            if tax.kind == "percent":
                percent += tax.amount
            elif tax.kind == "division":
                division += tax.amount
            else:
                fixed += quantity * tax.amount
            if first and tax.amount:
                checkpoints[i] = base
                first = False
        return (base - fixed) / (1 + percent / 100) * (100 - division) / 100, checkpoints

    # -- Odoo 19 -----------------------------------------------------------------------------------

    def _line_19(self, priced: Priced, taxes: list[Tax]) -> LineTaxes:
        run = Run19(priced, taxes, 0.0 if self.globally else self.money.rounding)
        return run.result()


def _on_top(tax: Tax, base: float, quantity: float) -> float:
    if tax.kind == "fixed":
        return math.copysign(quantity, base) * tax.amount if base else quantity * tax.amount
    if tax.kind == "division":
        return base / (1 - tax.amount / 100) - base if tax.amount != 100 else 0.0
    return base * tax.amount / 100


__all__ = ["Calculator", "LineTaxes", "Priced", "TaxShare"]
