"""Amounts of orders: taxes in and on prices, rounding per line and over the whole, currencies."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from agent_tests.live.fidelity.sales import (
    LINE,
    ORDER,
    amounts,
    buyer,
    included,
    line,
    lines,
    order,
    rounding,
    service,
    tax,
    tax_field,
    usual_rounding,
)
from agent_tests.live.fidelity.talk import Talk

METHODS = ("round_per_line", "round_globally")
MONEY = ("price_subtotal", "price_tax", "price_total")


def _carts(t: Talk, kinds: list[list[int]], seed: int, count: int) -> Iterator[Any]:
    chance = random.Random(seed)
    partner, product = buyer(t), service(t)
    for method in METHODS:
        rounding(t, method)
        for _ in range(count):
            rows = [
                line(
                    t,
                    product,
                    chance.choice((1, 1, 2, 3, 7, 12)),
                    round(chance.uniform(-4, 60), 2),
                    *chance.choice(kinds),
                    discount=chance.choice((0, 0, 0, 10, 33.33)),
                )
                for _ in range(chance.randint(1, 6))
            ]
            made = order(t, partner, *rows)
            yield method, amounts(t, made), [_rounded(r) for r in lines(t, made, *MONEY)]
    usual_rounding(t)


def _rounded(row: tuple[float, ...]) -> tuple[float, ...]:
    return tuple(round(value, 6) + 0.0 for value in row)


def taxes_on_top(t: Talk) -> Iterator[Any]:
    kinds = [[tax(t, rate)] for rate in (21, 19, 5.5, 7.25)]
    yield from _carts(t, [*kinds, [], [kinds[0][0], kinds[3][0]]], 1, 14)


def taxes_in_prices(t: Talk) -> Iterator[Any]:
    kinds = [[tax(t, rate, **included(t))] for rate in (21, 19, 5.5)]
    yield from _carts(t, kinds, 2, 10)
    yield from _carts(t, [*kinds, []], 3, 6)


def fixed_taxes(t: Talk) -> Iterator[Any]:
    eco = tax(t, 1.35, amount_type="fixed", sequence=1)
    base = tax(t, 2.4, name="b", amount_type="fixed", include_base_amount=True, sequence=2)
    vat = tax(t, 19, sequence=5)
    yield from _carts(t, [[eco], [eco, vat], [base, vat], [vat]], 4, 8)


def taxes_on_taxes(t: Talk) -> Iterator[Any]:
    first = tax(t, 5, include_base_amount=True, sequence=1)
    second = tax(t, 9.975, sequence=2)
    inside = tax(t, 10, name="i", sequence=3, **included(t))
    inside2 = tax(t, 6, name="j", sequence=4, **included(t))
    yield from _carts(t, [[first, second], [second], [inside, inside2], [inside]], 5, 8)


def halves(t: Talk) -> Iterator[Any]:
    partner, product, vat = buyer(t), service(t), tax(t, 10)
    for method in METHODS:
        rounding(t, method)
        for price in (0.05, 0.15, 1.05, 2.675, 10.005, 0.125, -0.05):
            made = order(t, partner, *(line(t, product, 1, price, vat) for _ in range(3)))
            yield method, price, amounts(t, made), lines(t, made, "price_unit", *MONEY[::2])
    usual_rounding(t)


def changing_lines(t: Talk) -> Iterator[Any]:
    partner, product, vat = buyer(t), service(t), tax(t, 19)
    made = order(t, partner, line(t, product, 1, 100, vat), line(t, product, 2, 5))
    yield amounts(t, made)
    first, second = t(LINE, "search", [["order_id", "=", made]], order="id")
    yield t(LINE, "write", [first], {"product_uom_qty": 3}), amounts(t, made)
    yield t(LINE, "write", [second], {tax_field(t): [[4, vat]]}), amounts(t, made)
    yield t(LINE, "write", [second], {"discount": 50}), amounts(t, made)
    yield t(LINE, "unlink", [first]), amounts(t, made)
    values = {"order_id": made, "product_id": product, "price_unit": 1, "product_uom_qty": 4}
    yield isinstance(t(LINE, "create", values), int), amounts(t, made)
    yield t(ORDER, "write", [made], {"order_line": [[2, second]]}), amounts(t, made)
    t("account.tax", "write", [vat], {"amount": 7})
    yield amounts(t, made)


def currencies(t: Talk) -> Iterator[Any]:
    [franc] = t(*("res.currency", "search", [["name", "=", "CHF"]]), context={"active_test": False})
    yield t("res.currency", "write", [franc], {"active": True})
    [yen] = t("res.currency", "search", [["name", "=", "JPY"]], context={"active_test": False})
    t("res.currency", "write", [yen], {"active": True})
    for record, rate in ((franc, 0.9), (yen, 150.5)):
        known = t("res.currency.rate", "search", [["currency_id", "=", record]])
        t("res.currency.rate", "unlink", known)
        made = t(
            *("res.currency.rate", "create"),
            {"currency_id": record, "rate": rate, "name": "2020-01-01"},
        )
        yield t.read("res.currency.rate", made, "rate", "name")
        yield t.read("res.currency", record, "rate", "rounding", "decimal_places", "active")
    partner, product, vat = buyer(t), service(t, 20), tax(t, 7.7)
    for currency in (franc, yen):
        values = {"name": t.name("list"), "currency_id": currency}
        pricelist = t("product.pricelist", "create", values)
        rows = (line(t, product, 3, 33.33, vat), line(t, product, 1, 0.55, vat))
        made = order(t, partner, *rows, pricelist_id=pricelist)
        seen = t.read(ORDER, made, "currency_id", "currency_rate")
        yield seen["currency_id"][1], round(seen["currency_rate"], 6), amounts(t, made)
        yield [_rounded(row) for row in lines(t, made, *MONEY)]
        other = {"product_id": product}
        made = order(t, partner, [0, 0, other], pricelist_id=pricelist)
        yield lines(t, made, "price_unit"), amounts(t, made)
    seen = t.read(ORDER, order(t, partner), "currency_id", "pricelist_id")
    yield "no price list given", seen["currency_id"][1], bool(seen["pricelist_id"])


SCENARIOS = (
    *(taxes_on_top, taxes_in_prices, fixed_taxes, taxes_on_taxes, halves, changing_lines),
    currencies,
)
