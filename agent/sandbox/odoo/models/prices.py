"""Price lists: what a product costs a buyer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agent.sandbox.odoo.env import Env
from agent.sandbox.odoo.model import Model

from .money import Money, company_currency, conversion

ORDER = ("0_product_variant", "1_product", "2_product_category", "3_global")


class Pricelist(Model):
    """``product.pricelist``."""

    def display_name(self, record: int) -> str:
        """Show the currency after the name."""
        row = self.table.rows[record]
        currency = self.env["res.currency"].table.rows[row["currency_id"]]["name"]
        return f"{super().display_name(record)} ({currency})"

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take the company's currency."""
        found = super().defaults(vals)
        if "currency_id" not in vals:
            found["currency_id"] = company_currency(self.env)
        return found


def list_price(
    env: Env, variant: int, pricelist: int | None, currency: int, amount: float
) -> float:
    """Return the price of a variant in a currency by a price list's rules.

    Rules of the variant go before those of its product, its category and everything; among equals
    the one for the larger quantity is taken. Without a rule it is the catalogue price.
    """
    variants: Any = env["product.product"]
    today = env.now.date()
    price = variants.compute_lst_price(variant)
    own = company_currency(env)
    rule = _rule(env, variant, pricelist, amount) if pricelist else None
    if rule is not None and rule.get("compute_price") == "fixed":
        return float(rule.get("fixed_price") or 0)
    price *= conversion(env, own, currency, today)
    if rule is not None and rule.get("compute_price") == "percentage":
        price -= price * float(rule.get("percent_price") or 0) / 100
    elif rule is not None:
        price -= price * float(rule.get("price_discount") or 0) / 100
        price += float(rule.get("price_surcharge") or 0)
    return Money(env, currency).round(price) if own != currency else price


def _rule(env: Env, variant: int, pricelist: int, amount: float) -> Mapping[str, Any] | None:
    items = env["product.pricelist.item"].table
    if not items.has_index("pricelist_id"):
        items.add_index("pricelist_id")
    template = env["product.product"].table.rows[variant]["product_tmpl_id"]
    category = env["product.template"].table.rows[template].get("categ_id")
    parents = env["product.category"].hierarchy("parent_of", category) if category else []
    found: list[Mapping[str, Any]] = []
    for item in items.find("pricelist_id", pricelist):
        row = items.rows[item]
        wanted = {
            "0_product_variant": row.get("product_id") == variant,
            "1_product": row.get("product_tmpl_id") == template,
            "2_product_category": row.get("categ_id") in parents,
            "3_global": True,
        }
        if wanted.get(row.get("applied_on", "3_global")) and _fits(env, row, amount):
            found.append(row)
    found.sort(
        key=lambda row: (
            ORDER.index(row.get("applied_on", "3_global")),
            -float(row.get("min_quantity") or 0),
        )
    )
    return found[0] if found else None


def _fits(env: Env, row: Mapping[str, Any], amount: float) -> bool:
    now = env.now
    start, end = row.get("date_start"), row.get("date_end")
    inside = (not start or start <= now) and (not end or end >= now)
    return inside and amount >= float(row.get("min_quantity") or 0)
