"""Price lists: what a product costs a buyer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from agent.sandbox.odoo.env import Env
from agent.sandbox.odoo.faults import ValidationError
from agent.sandbox.odoo.model import Model

from .money import Money, company_currency, conversion

ORDER = ("0_product_variant", "1_product", "2_product_category", "3_global")
TARGETS: dict[str, tuple[str, ...]] = {
    "0_product_variant": ("product_id", "product_tmpl_id"),
    "1_product": ("product_tmpl_id",),
    "2_product_category": ("categ_id",),
    "3_global": (),
}
NAMELESS = {
    "0_product_variant": ("product_id", "product variant"),
    "1_product": ("product_tmpl_id", "product"),
    "2_product_category": ("categ_id", "category"),
}


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


class PricelistItem(Model):
    """``product.pricelist.item``."""

    derived: ClassVar[frozenset[str]] = frozenset({"currency_id"})

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Keep what a rule is for, and forget the rest."""
        return super().create_records([self._settled(dict(vals), new=True) for vals in vals_list])

    def write_records(self, ids: Sequence[int], vals: dict[str, Any]) -> None:
        """Keep what a rule is for, and forget the rest."""
        super().write_records(ids, self._settled(dict(vals), new=False))

    def compute_currency_id(self, record: int) -> Any:
        """Take the price list's currency."""
        pricelist = self.table.rows[record].get("pricelist_id")
        row = self.env["product.pricelist"].table.rows.get(pricelist or 0) or {}
        return row.get("currency_id") or company_currency(self.env)

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse rules that name nothing, turn in a circle, or contradict themselves."""
        for record in ids:
            row = self.table.rows[record]
            if changed & {"base", "base_pricelist_id", "pricelist_id"}:
                self._check_base(row)
            if changed & {"date_start", "date_end"} and self.env.version != "14":
                self._check_days(row)
            if changed & {"price_min_margin", "price_max_margin"}:
                low, high = (row.get(f"price_{end}_margin") or 0 for end in ("min", "max"))
                if low > high:
                    raise ValidationError(
                        "The minimum margin should be lower than the maximum margin."
                    )
            name, word = NAMELESS.get(row.get("applied_on", ""), ("", ""))
            if name and not row.get(name):
                raise ValidationError(
                    f"Please specify the {word} for which this rule should be applied"
                )

    def _settled(self, vals: dict[str, Any], *, new: bool) -> dict[str, Any]:
        if new and self.env.version != "14":
            variants = self.env["product.product"].table.rows
            if vals.get("product_id") in variants and not vals.get("product_tmpl_id"):
                vals["product_tmpl_id"] = variants[vals["product_id"]]["product_tmpl_id"]
            if not vals.get("applied_on"):
                named = (kind for kind in ORDER if TARGETS[kind] and vals.get(TARGETS[kind][0]))
                vals["applied_on"] = next(named, "3_global")
        if vals.get("applied_on") in TARGETS:
            for name in {"product_id", "product_tmpl_id", "categ_id"}.difference(
                TARGETS[vals["applied_on"]]
            ):
                vals[name] = False
        if "price_markup" in self.fields:
            if "price_discount" in vals:
                vals["price_markup"] = -vals["price_discount"]
            elif "price_markup" in vals:
                vals["price_discount"] = -vals["price_markup"]
        return vals

    def _check_base(self, row: Mapping[str, Any]) -> None:
        if row.get("base") != "pricelist":
            return
        own, other = row.get("pricelist_id"), row.get("base_pricelist_id")
        if self.env.version == "14":
            if own and own == other:
                raise ValidationError(
                    "You cannot assign the Main Pricelist as Other Pricelist in PriceList Item"
                )
            return
        if not other:
            raise ValidationError(
                'A pricelist item with "Other Pricelist" as base must have a base_pricelist_id.'
            )
        circle = self._circle(other, [own])
        if circle:
            lists = self.env["product.pricelist"]
            names = " ⇒ ".join(str(lists.value(one, "name")) for one in circle)
            raise ValidationError(f"Recursive pricelist rules detected: {names}")

    def _circle(self, pricelist: Any, way: list[Any]) -> list[Any]:
        if pricelist in way:
            return [*way, pricelist]
        for item in self.table.find("pricelist_id", pricelist):
            row = self.table.rows[item]
            if row.get("base") == "pricelist" and row.get("base_pricelist_id"):
                found = self._circle(row["base_pricelist_id"], [*way, pricelist])
                if found:
                    return found
        return []

    def _check_days(self, row: Mapping[str, Any]) -> None:
        start, end = row.get("date_start"), row.get("date_end")
        if start and end and start >= end:
            shown = [f"{day:%-m/%-d/%Y %-I:%M:%S %p}" for day in (end, start)]
            raise ValidationError(
                f"All Products: end date ({shown[0]}) should be after start date ({shown[1]})"
            )


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
