"""What prices are made of, read from Odoo: products, rules, categories, rates, taxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from agent.erp.odoo.client import READ_CHUNK, Row, chunks, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.source.price_rules import Goods, Rate, Rates, Rule
from agent.erp.odoo.source.scope import CATEGORY, TEMPLATE, VARIANT

LIST = "product.pricelist"
ITEM = "product.pricelist.item"
RATE = "res.currency.rate"
TAX = "account.tax"
SHOP_DIGITS = 4
"""Digits behind the point that shops keep of prices."""
EARLY_RATES_SINCE = 17
"""Version from which on the first rate also holds before its day."""
_AMOUNTS = {
    "fixed_price": "fixed",
    "percent_price": "percent",
    "price_discount": "discount",
    "price_markup": "markup",
    "price_round": "rounding",
    "price_surcharge": "surcharge",
    "price_min_margin": "min_margin",
    "price_max_margin": "max_margin",
}


@dataclass(frozen=True, slots=True)
class House:
    """The company as prices see it. ``root`` keeps the rates; ``currency`` is an id."""

    currency: int
    name: str
    root: int
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Item:
    """A product with its variants, those for sale; none where the product itself stands for it.

    ``extras`` are what each variant costs more, in the product's currency, by variant.
    """

    label: str
    goods: Goods
    variants: tuple[Goods, ...]
    extras: Mapping[int, Decimal]
    taxes: tuple[int, ...]


def house(cx: Connection) -> House:
    """Return the company's currency and time zone: its own, else the user's, else UTC."""
    return cx.facts.keep(house, lambda: _house(cx))


def _house(cx: Connection) -> House:
    company = cx.facts.company
    root = ["root_id"] if cx.facts.has("res.company", "root_id") else []
    wanted = ["currency_id", "partner_id", *root]
    (row,) = cx.odoo.find("res.company", [("id", "=", company.id)], wanted)
    partners = cx.odoo.find("res.partner", [("id", "=", ref_id(row["partner_id"]))], ["tz"])
    users = cx.odoo.find("res.users", [("id", "=", int(cx.facts.user["id"]))], ["tz"])
    name = next((str(r["tz"]) for r in (*partners, *users) if r["tz"]), "UTC")
    try:
        zone: tzinfo = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        zone = UTC
    return House(
        currency=ref_id(row["currency_id"]) or 0,
        name=company.currency,
        root=ref_id(row["root_id"]) or company.id if root else company.id,
        zone=zone,
    )


def decimals(cx: Connection) -> int:
    """Return how many digits of a price Odoo keeps, as far as shops keep them."""
    kept = cx.facts.fields(TEMPLATE)["list_price"].decimals
    return SHOP_DIGITS if kept is None else min(kept, SHOP_DIGITS)


# -- products --------------------------------------------------------------------------------------


def read_items(cx: Connection, numbers: Sequence[int]) -> dict[int, Item]:
    """Return products by id, archived ones too; deleted ones are absent."""
    rows = _templates(cx, numbers)
    parents = _parents(cx) if rows else {}
    with_many = [int(row["id"]) for row in rows if len(row["product_variant_ids"]) > 1]
    variants = _variants(cx, with_many)
    return {int(row["id"]): _item(cx, row, variants, parents) for row in rows}


def _templates(cx: Connection, numbers: Sequence[int]) -> list[Row]:
    fields = [
        *("name", "list_price", "standard_price", "categ_id", "product_variant_ids"),
        *(
            name
            for name in ("currency_id", "cost_currency_id", "taxes_id")
            if cx.facts.has(TEMPLATE, name)
        ),
    ]
    rows: list[Row] = []
    for part in chunks(numbers, READ_CHUNK):
        domain = [("id", "in", list(part)), ("active", "in", [True, False])]
        rows += cx.odoo.find(TEMPLATE, domain, fields, active_test=True)
    return rows


def _variants(cx: Connection, numbers: Sequence[int]) -> dict[int, list[Row]]:
    rows = cx.odoo.find_in(
        VARIANT,
        "product_tmpl_id",
        numbers,
        ["product_tmpl_id", "price_extra", "standard_price"],
        [("active", "=", True)],
    )
    found: dict[int, list[Row]] = {}
    for row in rows:
        found.setdefault(ref_id(row["product_tmpl_id"]) or 0, []).append(row)
    return found


def _parents(cx: Connection) -> dict[int, int | None]:
    rows = cx.odoo.find(CATEGORY, [], ["parent_id"])
    return {int(row["id"]): ref_id(row["parent_id"]) for row in rows}


def _item(
    cx: Connection,
    row: Row,
    variants: Mapping[int, Sequence[Row]],
    parents: Mapping[int, int | None],
) -> Item:
    own = {int(v["id"]): v for v in variants.get(int(row["id"]), ())}
    order = [int(n) for n in row["product_variant_ids"]]
    many = [number for number in order if number in own]
    cost = exact(row["standard_price"])
    if not cost and many:
        cost = exact(own[many[0]]["standard_price"])
    currency = house(cx).currency
    goods = Goods(
        template=int(row["id"]),
        variant=order[0] if len(order) == 1 else None,
        categories=_chain(ref_id(row["categ_id"]), parents),
        list_price=exact(row["list_price"]),
        currency=ref_id(row.get("currency_id")) or currency,
        cost=cost,
        cost_currency=ref_id(row.get("cost_currency_id")) or currency,
    )
    extras = {number: exact(own[number]["price_extra"]) for number in many}
    return Item(
        label=f"product {row['id']} ({row['name'] or ''})",
        goods=goods,
        variants=tuple(
            replace(
                goods,
                variant=number,
                list_price=goods.list_price + extras[number],
                cost=exact(own[number]["standard_price"]),
            )
            for number in many
        ),
        extras=extras,
        taxes=tuple(int(n) for n in row.get("taxes_id", ())),
    )


def _chain(category: int | None, parents: Mapping[int, int | None]) -> tuple[int, ...]:
    found: list[int] = []
    while category is not None and category not in found:
        found.append(category)
        category = parents.get(category)
    return tuple(found)


def exact(value: Any) -> Decimal:
    """Return a number of Odoo as the decimal it shows."""
    return Decimal(repr(float(value or 0)))


# -- lists and rules -------------------------------------------------------------------------------


def read_lists(cx: Connection, numbers: Sequence[int]) -> dict[int, Row]:
    """Return price lists by id with those they are based on; archived ones of the latter, too."""
    found: dict[int, Row] = {}
    wanted = set(numbers)
    while wanted:
        rows = cx.odoo.find_in(LIST, "id", sorted(wanted), ["name", "currency_id", "active"])
        found |= {int(row["id"]): row for row in rows}
        based = [("base", "=", "pricelist"), ("base_pricelist_id", "!=", False)]
        items = cx.odoo.find_in(ITEM, "pricelist_id", sorted(wanted), ["base_pricelist_id"], based)
        wanted = {ref_id(row["base_pricelist_id"]) or 0 for row in items} - found.keys() - {0}
    return found


def read_rules(cx: Connection, lists: Sequence[int], templates: Sequence[int]) -> list[Rule]:
    """Return the rules of lists that are for everything, a category, or one of the products."""
    known = cx.facts.fields(ITEM)
    fields = [
        *("pricelist_id", "applied_on", "min_quantity", "date_start", "date_end"),
        *("compute_price", "base", "base_pricelist_id"),
        *("product_id", "product_tmpl_id", "categ_id"),
        *(name for name in _AMOUNTS if name in known),
    ]
    of_lists = ("pricelist_id", "in", list(lists))
    no_product = ("product_tmpl_id", "=", False)
    rows = cx.odoo.find(ITEM, [of_lists, no_product, ("product_id", "=", False)], fields)
    rows += cx.odoo.find_in(ITEM, "product_tmpl_id", templates, fields, [of_lists])
    alone = [of_lists, no_product]
    rows += cx.odoo.find_in(ITEM, "product_id.product_tmpl_id", templates, fields, alone)
    return [_rule(row) for row in rows]


def _rule(row: Row) -> Rule:
    amounts = {name: exact(row[field]) for field, name in _AMOUNTS.items() if field in row}
    return Rule(
        id=int(row["id"]),
        pricelist=ref_id(row["pricelist_id"]) or 0,
        applied_on=str(row["applied_on"]),
        variant=ref_id(row["product_id"]),
        template=ref_id(row["product_tmpl_id"]),
        category=ref_id(row["categ_id"]),
        min_quantity=exact(row["min_quantity"]),
        starts=_moment(row["date_start"]),
        ends=_moment(row["date_end"]),
        compute=str(row["compute_price"]),
        base=str(row["base"]),
        base_list=ref_id(row["base_pricelist_id"]),
        **amounts,
    )


def _moment(value: Any) -> datetime | None:
    return datetime.fromisoformat(str(value)[:19]).replace(tzinfo=UTC) if value else None


# -- rates and taxes -------------------------------------------------------------------------------


def read_rates(cx: Connection, currencies: Sequence[int], today: date) -> Rates:
    """Return the rates of today and later; none where there is one currency alone."""
    known: dict[int, list[Rate]] = {}
    early = cx.facts.version.major >= EARLY_RATES_SINCE
    for currency in currencies if len(set(currencies)) > 1 else ():
        found: list[Row] = []
        for company in (house(cx).root, False):
            mine: list[Any] = [("currency_id", "=", currency), ("company_id", "=", company)]
            now = [*mine, ("name", "<=", today.isoformat())]
            later = [*mine, ("name", ">", today.isoformat())]
            fields = ["name", "rate", "company_id"]
            found += cx.odoo.find(RATE, now, fields, order="name desc", limit=1)
            found += cx.odoo.find(RATE, later, fields, order="name")
        known[currency] = [
            Rate(
                date.fromisoformat(str(row["name"])[:10]),
                exact(row["rate"]),
                bool(row["company_id"]),
            )
            for row in found
        ]
    return Rates(known, early)


def read_included(cx: Connection, items: Sequence[Item]) -> dict[int, Decimal]:
    """Return by product id the percentage of tax that its price includes."""
    numbers = sorted({number for item in items for number in item.taxes})
    if not numbers or not cx.facts.has(TAX):
        return {}
    company = ("company_id", "in", sorted({cx.facts.company.id, house(cx).root}))
    fields = [
        *("amount", "amount_type", "price_include", "include_base_amount", "sequence"),
        "children_tax_ids",
    ]
    domain = [company, ("type_tax_use", "=", "sale"), ("active", "=", True)]
    rows = {int(r["id"]): r for r in cx.odoo.find_in(TAX, "id", numbers, fields, domain)}
    children = sorted({int(n) for row in rows.values() for n in row["children_tax_ids"]})
    inner = {int(r["id"]): r for r in cx.odoo.find_in(TAX, "id", children, fields)}
    return {
        item.goods.template: _included([rows[n] for n in item.taxes if n in rows], inner)
        for item in items
    }


def _included(taxes: Sequence[Row], inner: Mapping[int, Row]) -> Decimal:
    single: list[Row] = []
    for row in sorted(taxes, key=lambda r: (int(r["sequence"]), int(r["id"]))):
        if row["amount_type"] == "group":
            found = [inner[int(n)] for n in row["children_tax_ids"] if int(n) in inner]
            single += sorted(found, key=lambda r: (int(r["sequence"]), int(r["id"])))
        else:
            single.append(row)
    base, total = Decimal(1), Decimal(0)
    for row in single:
        part = _part(row, base) if row["price_include"] else Decimal(0)
        total += part
        if row["include_base_amount"]:
            base += part
    return total * 100


def _part(row: Row, base: Decimal) -> Decimal:
    percent = exact(row["amount"])
    if row["amount_type"] == "division" and percent < 100:
        return base * percent / (100 - percent)
    return base * percent / 100 if row["amount_type"] == "percent" else Decimal(0)
