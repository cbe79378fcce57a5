"""Prices of items, and what options add to a product's price."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from agent.erp.sap_b1.births import FIELD as ID_FIELD
from agent.erp.sap_b1.client import Row, number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.items.price_lists import ListFacts, currency_code

Combination = frozenset[str]


@dataclass(frozen=True, slots=True)
class Amount:
    """A price in a currency."""

    price: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Extras:
    """Prices of a family as a shop says them: one price, and what values of options add.

    ``extras`` are by value; the cheapest of each option adds nothing. ``own`` are prices before
    extras of combinations that are no such sum.
    """

    base: Decimal
    extras: Mapping[str, Decimal] = field(default_factory=dict)
    own: Mapping[Combination, Decimal] = field(default_factory=dict)

    def of(self, combination: Combination) -> Decimal:
        """Return what a combination's values add."""
        return sum((self.extras.get(value, Decimal(0)) for value in combination), Decimal(0))


def price_in(cx: Connection, row: Row, listed: ListFacts) -> Amount | None:
    """Return an item's price in a list, None where it has none.

    B1 keeps 0 for an item without a price: only what came from the shop may be free.
    """
    for entry in row.get("ItemPrices") or ():
        if entry.get("PriceList") != listed.number:
            continue
        found = [
            Amount(number(entry, name), currency_code(cx, entry.get(currency)))
            for name, currency in (
                ("Price", "Currency"),
                ("AdditionalPrice1", "AdditionalCurrency1"),
                ("AdditionalPrice2", "AdditionalCurrency2"),
            )
            if entry.get(name) is not None
        ]
        priced = [a for a in found if a.price or (row.get(ID_FIELD) and a is found[0])]
        right = [a for a in priced if a.currency == listed.currency]
        return next(iter((*right, *priced)), None)
    return None


def split(prices: Mapping[Combination, Decimal]) -> Extras:
    """Return prices of combinations as a base and extras of their values.

    The base is the lowest price; a value adds what its cheapest combination costs more. That is
    what was sent, if the cheapest value of each option added nothing.
    """
    if not prices:
        return Extras(Decimal(0))
    base = min(prices.values())
    extras: dict[str, Decimal] = {}
    for value in {value for combination in prices for value in combination}:
        cheapest = min(price for combination, price in prices.items() if value in combination)
        if cheapest != base:
            extras[value] = cheapest - base
    found = Extras(base, extras)
    own = {c: price - found.of(c) for c, price in prices.items() if price - found.of(c) != base}
    return Extras(base, extras, own)
