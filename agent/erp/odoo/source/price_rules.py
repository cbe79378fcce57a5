"""Odoo's price list rules: which one holds, and what it makes of a product. No calls.

As ``product.pricelist`` computes prices. The first rule wins in this order: of the variant, the
product, its category (the nearest first), everything; the larger quantity; the newer rule. Up to
Odoo 15 a formula works in the currency of its base price and is converted afterwards; later
versions convert first. Amounts are exact decimals, never rounded here but by a rule's own rounding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import ceil

from agent.errors import InvalidRecord

FOR_EVERYTHING = "3_global"
_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of ``product.pricelist.item``; percentages as such, amounts in the list's currency.

    It is for the ``variant``, ``template`` and ``category`` that it names, all of them where it
    names several; ``applied_on`` is its rank. ``starts`` and ``ends`` are aware; both moments
    belong to it. ``markup`` is the percentage on the cost price (Odoo 17 and later), None where the
    version has only ``discount``.
    """

    id: int
    pricelist: int
    applied_on: str = FOR_EVERYTHING
    variant: int | None = None
    template: int | None = None
    category: int | None = None
    min_quantity: Decimal = _ZERO
    starts: datetime | None = None
    ends: datetime | None = None
    compute: str = "fixed"
    base: str = "list_price"
    base_list: int | None = None
    fixed: Decimal = _ZERO
    percent: Decimal = _ZERO
    discount: Decimal = _ZERO
    markup: Decimal | None = None
    rounding: Decimal = _ZERO
    surcharge: Decimal = _ZERO
    min_margin: Decimal = _ZERO
    max_margin: Decimal = _ZERO

    @property
    def place(self) -> tuple[str, int]:
        """The narrowest thing it is for."""
        if self.variant is not None:
            return "variant", self.variant
        if self.template is not None:
            return "template", self.template
        return ("category", self.category) if self.category is not None else ("", 0)

    def fits(self, goods: Goods) -> bool:
        """Tell whether it is for a product at all."""
        return (
            self.variant in (None, goods.variant)
            and self.template in (None, goods.template)
            and (self.category is None or self.category in goods.categories)
        )

    def holds(self, quantity: Decimal, moment: datetime) -> bool:
        """Tell whether quantity and time are within the rule's."""
        if self.min_quantity and quantity < self.min_quantity:
            return False
        return not (self.starts and self.starts > moment) and not (self.ends and self.ends < moment)


@dataclass(frozen=True, slots=True)
class Goods:
    """A product, or one of its variants, as rules see it.

    ``variant`` is the only one of a product, or the one that is meant; None for a product with
    several. ``categories``: its own, then that one's parents. ``currency`` is that of the list
    price, ``cost_currency`` that of the cost; both are ids.
    """

    template: int
    variant: int | None
    categories: tuple[int, ...]
    list_price: Decimal
    currency: int
    cost: Decimal
    cost_currency: int


@dataclass(frozen=True, slots=True)
class Rate:
    """A rate of a currency from a day on; ``own`` tells whether it is the company's own."""

    day: date
    rate: Decimal
    own: bool


@dataclass(frozen=True, slots=True)
class Rates:
    """Rates by currency id. ``early``: before the first rate, that one holds (else 1)."""

    known: Mapping[int, Sequence[Rate]] = field(default_factory=dict)
    early: bool = False

    def convert(self, amount: Decimal, source: int, target: int, moment: datetime) -> Decimal:
        """Return an amount in another currency, unrounded, at the rates of a moment."""
        if source == target or not amount:
            return amount
        return amount * (self._rate(target, moment) / self._rate(source, moment))

    def days(self, currencies: Sequence[int], after: date) -> set[date]:
        """Return days after ``after`` on which a rate of one of the currencies begins."""
        return {r.day for c in currencies for r in self.known.get(c, ()) if r.day > after}

    def _rate(self, currency: int, moment: datetime) -> Decimal:
        rates = self.known.get(currency, ())
        day = moment.astimezone(UTC).date()
        until = [r for r in rates if r.day <= day]
        if until:  # the company's own rates go before general ones, however old
            return max(until, key=lambda r: (r.own, r.day)).rate or Decimal(1)
        if rates and self.early:
            return min(rates, key=lambda r: (not r.own, r.day)).rate or Decimal(1)
        return Decimal(1)


class Rules:
    """The rules of some price lists; ``currencies`` are the lists' by id.

    Args:
        rules: of these lists and those they are based on.
        currencies: currency of each list.
        rates: rates of all currencies that occur.
        converts_last: whether formulas are converted afterwards (up to Odoo 15).
    """

    def __init__(
        self,
        rules: Sequence[Rule],
        currencies: Mapping[int, int],
        rates: Rates,
        *,
        converts_last: bool,
    ) -> None:
        self.currencies = currencies
        self.rates = rates
        self._converts_last = converts_last
        self._by_place: dict[tuple[int, str, int], list[Rule]] = {}
        for rule in rules:
            self._by_place.setdefault((rule.pricelist, *rule.place), []).append(rule)

    def relevant(self, pricelist: int, goods: Goods, way: tuple[int, ...] = ()) -> Iterator[Rule]:
        """Yield all rules that some quantity at some time could bring, other lists' too.

        Raises:
            InvalidRecord: price lists are based on each other in a circle, or on one that is gone.
        """
        for rule in self.own(pricelist, goods):
            yield rule
            if rule.base == "pricelist" and rule.compute != "fixed":
                yield from self.relevant(self._base_list(rule, way), goods, (*way, pricelist))

    def own(self, pricelist: int, goods: Goods) -> list[Rule]:
        """Return the rules of one list for a product, the first to hold first."""
        places = [("variant", goods.variant or 0), ("template", goods.template)]
        places += [("category", number) for number in goods.categories]
        found = [
            rule
            for place in (*places, ("", 0))
            for rule in self._by_place.get((pricelist, *place), ())
            if rule.fits(goods)
        ]
        near = {number: place for place, number in enumerate(goods.categories)}
        found.sort(
            key=lambda r: (r.applied_on, -r.min_quantity, near.get(r.category or 0, -1), -r.id)
        )
        return found

    def price(
        self,
        pricelist: int,
        goods: Goods,
        quantity: Decimal,
        moment: datetime,
        *,
        dated: bool = True,
        way: tuple[int, ...] = (),
    ) -> Decimal:
        """Return the price of a product in a list's currency, unrounded.

        Args:
            pricelist: id of the list.
            goods: the product.
            quantity: pieces.
            moment: when, aware.
            dated: whether rules with days of validity count.
            way: lists that are based on this one.

        Raises:
            InvalidRecord: price lists are based on each other in a circle, or on one that is gone.
        """
        currency = self.currencies[pricelist]
        for rule in self.own(pricelist, goods):
            if not dated and (rule.starts or rule.ends):
                continue
            if rule.holds(quantity, moment):
                break
        else:
            return self.rates.convert(goods.list_price, goods.currency, currency, moment)
        if rule.compute == "fixed":
            return rule.fixed
        if rule.base == "pricelist":
            other = self._base_list(rule, (*way, pricelist))
            amount = self.price(other, goods, quantity, moment, dated=dated, way=(*way, pricelist))
            source = self.currencies[other]
            return _computed(rule, self.rates.convert(amount, source, currency, moment))
        amount, source = goods.list_price, goods.currency
        if rule.base == "standard_price":
            amount, source = goods.cost, goods.cost_currency
        if self._converts_last:
            return self.rates.convert(_computed(rule, amount), source, currency, moment)
        return _computed(rule, self.rates.convert(amount, source, currency, moment))

    def _base_list(self, rule: Rule, way: tuple[int, ...]) -> int:
        if rule.base_list is None or rule.base_list not in self.currencies:
            raise InvalidRecord(
                "A price list rule is based on another price list that is not there",
                fix="Choose the other price list in the rule again, or delete the rule, in Odoo.",
                code="price.rule",
                detail=f"product.pricelist.item {rule.id}",
            )
        if rule.base_list in way or rule.base_list == rule.pricelist:
            raise InvalidRecord(
                "Price lists are based on each other in a circle",
                fix="Change one of their rules in Odoo so that the circle ends.",
                code="price.rule",
                detail=f"product.pricelist.item {rule.id}",
            )
        return rule.base_list


def _computed(rule: Rule, base: Decimal) -> Decimal:
    """Return what a percentage or formula makes of a base price."""
    if rule.compute == "percentage":
        return base - base * rule.percent / 100
    discount = rule.discount
    if rule.base == "standard_price" and rule.markup is not None:
        discount = -rule.markup
    price = base - base * discount / 100
    if rule.rounding:
        price = rounded_to(price, rule.rounding)
    price += rule.surcharge
    if rule.min_margin:
        price = max(price, base + rule.min_margin)
    if rule.max_margin:
        price = min(price, base + rule.max_margin)
    return price


def rounded_to(value: Decimal, step: Decimal) -> Decimal:
    """Return the multiple of ``step`` next to ``value``, halves away from zero."""
    return (value / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def steps(rules: Sequence[Rule]) -> list[int]:
    """Return the whole quantities at which the price may change, one piece among them."""
    return sorted({1, *(max(1, ceil(rule.min_quantity)) for rule in rules)})
