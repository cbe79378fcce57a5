"""Rounding and conversion of amounts, as the servers do it."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

from agent.sandbox.odoo.env import Env
from agent.sandbox.odoo.faults import UserError
from agent.sandbox.odoo.model import Model


def round_to(value: float, rounding: float) -> float:
    """Round half away from zero to a multiple of ``rounding``.

    What is a half in decimal can be a hair less in binary; it counts as a half.
    """
    if not value or not rounding:
        return 0.0
    count = abs(value) / rounding
    whole = math.floor(count + 0.5 + count * 2.0**-51)
    digits = max(0, math.ceil(-math.log10(rounding) - 1e-9)) + 2
    return math.copysign(round(whole * rounding, digits), value) + 0.0


class Money:
    """One currency."""

    def __init__(self, env: Env, currency: int) -> None:
        row = env["res.currency"].table.rows[currency]
        self.id = currency
        self.name = str(row["name"])
        self.rounding = float(row.get("rounding") or 0.01)
        self.decimals = int(row.get("decimal_places") or 0)

    def round(self, amount: float) -> float:
        """Round an amount to what can be paid."""
        return round_to(amount, self.rounding)

    def is_zero(self, amount: float) -> bool:
        """Tell whether an amount is nothing after rounding."""
        return not self.round(amount)


def company_currency(env: Env, company: int | None = None) -> int:
    """Return the currency of a company, by default of the main one."""
    rows = env["res.company"].table.rows
    return int(rows[company or env.ref("base.main_company")]["currency_id"])


def rate(env: Env, currency: int, day: dt.date) -> float:
    """Return the units of a currency per unit of the company's on a day; 1 without any rate."""
    rates = env["res.currency.rate"].table
    known = [rates.rows[one] for one in rates.find("currency_id", currency)]
    before = [row for row in known if row["name"] <= day]
    chosen = max(before, key=lambda row: row["name"], default=None)
    chosen = chosen or min(known, key=lambda row: row["name"], default=None)
    return float(chosen["rate"]) if chosen else 1.0


def conversion(env: Env, source: int, target: int, day: dt.date) -> float:
    """Return what an amount is multiplied with to get from one currency to another."""
    if source == target:
        return 1.0
    return rate(env, target, day) / rate(env, source, day)


class Currency(Model):
    """``res.currency``."""

    def compute_rate(self, record: int) -> float:
        """Return the units per unit of the company's currency, now."""
        today = self.env.now.date()
        own = company_currency(self.env)
        return rate(self.env, record, today) / rate(self.env, own, today)

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Derive the decimals; a second currency brings price lists with it (Odoo 19)."""
        lists = self.env["product.pricelist"].sudo()
        several = "active" in changed and len(self.find([], "id")) > 1
        if several and self.env.version != "14" and not lists.find([], "id", 0, 1):
            lists.create_records([{"name": "Default", "sequence": 10}])
        if "rounding" in changed:
            for record in ids:
                rounding = float(self.table.rows[record].get("rounding") or 0.01)
                decimals = max(0, math.ceil(-math.log10(rounding))) if rounding < 1 else 0
                self.refresh(record, {"decimal_places": decimals})


class CurrencyRate(Model):
    """``res.currency.rate``."""

    def defaults(self, vals: Any) -> dict[str, Any]:
        """Take today and the main company."""
        found = super().defaults(vals)
        found |= {"name": self.env.now.date(), "company_id": self.env.ref("base.main_company")}
        return {name: value for name, value in found.items() if name not in vals}

    def validate(self, ids: Any, changed: set[str]) -> None:
        """Refuse a rate that is not above zero."""
        for record in ids if "rate" in changed else ():
            if float(self.table.rows[record].get("rate") or 0) <= 0:
                raise UserError("The currency rate must be strictly positive.")

    def display_name(self, record: int) -> str:
        """Show the rate."""
        return str(self.table.rows[record].get("rate", ""))
