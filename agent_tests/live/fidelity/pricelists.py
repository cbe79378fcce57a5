"""Price lists: what a rule keeps, what is refused, and what is counted by name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.talk import Talk

ITEM = "product.pricelist.item"
LIST = "product.pricelist"
_FIELDS = (
    *("applied_on", "product_tmpl_id", "product_id", "categ_id", "min_quantity", "compute_price"),
    *("base", "base_pricelist_id", "fixed_price", "percent_price", "price_discount"),
    *("price_surcharge", "price_round", "price_min_margin", "price_max_margin", "date_start"),
)


def _list(t: Talk, word: str = "l", **values: Any) -> int:
    made: int = t(LIST, "create", {"name": t.name(word), **values})
    rules = t(ITEM, "search", [["pricelist_id", "=", made]])
    t(ITEM, "unlink", rules)
    return made


def _shown(t: Talk, rule: Any, *fields: str) -> Any:
    if not isinstance(rule, int):
        return rule
    [row] = t(ITEM, "read", [rule], list(fields or _FIELDS))
    del row["id"]
    return {
        name: [type(value[0]).__name__, t.clean(value[1])] if isinstance(value, list) else value
        for name, value in row.items()
    }


def rules(t: Talk) -> Iterator[Any]:
    chosen, template = _list(t), t.product("p")
    [variant] = t.variants(template)
    category = t("product.category", "create", {"name": t.name("c")})
    every = {"product_id": variant, "product_tmpl_id": template, "categ_id": category}
    for applied in ("3_global", "2_product_category", "1_product", "0_product_variant"):
        values = {"pricelist_id": chosen, "applied_on": applied, **every}
        rule = t(ITEM, "create", values)
        yield applied, _shown(t, rule)
        t(ITEM, "write", [rule], {"applied_on": "3_global"})
        yield _shown(t, rule, "applied_on", "product_tmpl_id", "product_id", "categ_id")
    yield _shown(t, t(ITEM, "create", {"pricelist_id": chosen, "product_tmpl_id": template}))
    yield _shown(t, t(ITEM, "create", {"pricelist_id": chosen, "categ_id": category}))
    yield _shown(t, t(ITEM, "create", {"pricelist_id": chosen}), "pricelist_id", "currency_id")


def refused(t: Talk) -> Iterator[Any]:
    chosen = _list(t)
    given = {"pricelist_id": chosen, "compute_price": "formula"}
    yield t(ITEM, "create", {**given, "applied_on": "1_product"})
    yield t(ITEM, "create", {**given, "applied_on": "2_product_category"})
    yield t(ITEM, "create", {**given, "applied_on": "0_product_variant"})
    yield t(ITEM, "create", {**given, "price_min_margin": 5.0, "price_max_margin": 4.0})
    yield t(ITEM, "create", {**given, "base": "pricelist", "base_pricelist_id": chosen})
    yield t(ITEM, "create", {**given, "compute_price": "zzz"})
    days = {"date_start": "2026-05-05 10:00:00", "date_end": "2026-05-04 10:00:00"}
    made = t(ITEM, "create", {**given, **days})
    yield " ".join(made.split()) if t.new else _shown(t, made, "date_start", "date_end")
    other = _list(t, "o")
    rule = t(ITEM, "create", {**given, "base": "pricelist", "base_pricelist_id": other})
    yield type(rule).__name__
    back = {"pricelist_id": other, "compute_price": "formula", "base": "pricelist"}
    made = t(ITEM, "create", {**back, "base_pricelist_id": chosen})
    yield made if isinstance(made, str) else type(made).__name__
    if t.new:
        yield t(ITEM, "create", {**given, "base": "pricelist"})


def markups(t: Talk) -> Iterator[Any]:
    chosen = _list(t)
    given = {"pricelist_id": chosen, "compute_price": "formula", "base": "standard_price"}
    rule = t(ITEM, "create", {**given, "price_markup": 12.5})
    yield _shown(t, rule, "price_markup", "price_discount")
    t(ITEM, "write", [rule], {"price_discount": 8.0})
    yield _shown(t, rule, "price_markup", "price_discount")
    plain = {"pricelist_id": chosen, "compute_price": "formula", "price_discount": 5.0}
    yield _shown(t, t(ITEM, "create", plain), "price_markup", "price_discount")


def counting_by_name(t: Talk) -> Iterator[Any]:
    domain = [["id", "=", 0]]
    yield t("product.category", "search_count", domain)
    yield t("product.category", "search_count", domain=domain)
    if not t.new:
        yield t("product.category", "search_count", args=domain)


def lists(t: Talk) -> Iterator[Any]:
    chosen = _list(t, "n")
    yield t.read(LIST, chosen, "name", "display_name", "active")
    t(LIST, "write", [chosen], {"active": False})
    yield t(LIST, "search_count", [["id", "=", chosen]])
    yield t(ITEM, "search_count", [["pricelist_id", "=", chosen]])


SCENARIOS = (rules, refused, counting_by_name, lists)
ONLY_19 = (markups,)
