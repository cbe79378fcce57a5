"""What is in an order of the sample shop, and what it comes to, computed as OpenCart does.

Nothing is rounded before it is stored; the database keeps four decimals. A coupon lowers the taxes
of what it is for; shipping and fees are taxed by their own class; vouchers and credit pay.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agent.sandbox.store.checkout_rows import (
    FLAT_COST,
    HANDLING_ABOVE,
    HANDLING_FEE,
    LOW_ORDER_BELOW,
    LOW_ORDER_FEE,
)
from agent.sandbox.store.goods import Words
from agent.sandbox.store.plan import REDUCED_TAX, STANDARD_TAX, ProductPlan, ValuePlan

_RATES = {STANDARD_TAX: ("VAT 19%", Decimal(19)), REDUCED_TAX: ("VAT 7%", Decimal(7))}
_STORED = Decimal("0.0001")
SUB_TOTAL: Words = ("Sub-Total", "Zwischensumme")
TOTAL: Words = ("Total", "Summe")
PARCEL: Words = ("Parcel service", "Paketdienst")
PICKUP: Words = ("Pickup from store", "Abholung im Laden")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order; ``price`` and ``tax`` are per piece. ``sold``: the product's number."""

    plan: ProductPlan
    sold: int
    master: int
    values: tuple[ValuePlan, ...]
    quantity: int
    price: Decimal
    untaxed: bool

    @property
    def rate(self) -> tuple[str, Decimal] | None:
        """Name and percentage of its tax."""
        return None if self.untaxed else _RATES[self.plan.tax_class_id]

    @property
    def tax(self) -> Decimal:
        """Tax of one piece."""
        return self.price * self.rate[1] / 100 if self.rate else Decimal(0)

    @property
    def total(self) -> Decimal:
        """Price of all pieces."""
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Deal:
    """What an order is charged beside its goods.

    ``percent`` and ``amount`` are a coupon's; ``gift`` is a gift voucher bought, ``voucher`` one
    redeemed, ``credit`` the shopper's credit with the shop.
    """

    parcel: bool
    untaxed: bool
    language: int
    coupon: str = ""
    percent: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    gift: Decimal = Decimal(0)
    voucher: Decimal = Decimal(0)
    credit: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Row:
    """A row of an order's totals, as stored."""

    code: str
    title: str
    value: Decimal


def make_deal(rng: random.Random, *, untaxed: bool, language: int, vouchers: bool) -> Deal:
    """Return what an order is charged; one in five has a coupon, some pay by voucher or credit."""
    coupon: tuple[str, int, int] = rng.choice(
        (*(("", 0, 0),) * 8, ("SPRING10", 10, 0), ("WELCOME5", 0, 5))
    )
    pays = rng.random()
    return Deal(
        parcel=rng.random() < 0.9,
        untaxed=untaxed,
        language=language,
        coupon=coupon[0],
        percent=Decimal(coupon[1]),
        amount=Decimal(coupon[2]),
        gift=Decimal(25) if vouchers and rng.random() < 0.06 else Decimal(0),
        voucher=Decimal(10) if vouchers and pays < 0.05 else Decimal(0),
        credit=Decimal("7.50") if pays > 0.96 else Decimal(0),
    )


class _Sum:
    """Adds up the rows of one order."""

    def __init__(self, deal: Deal) -> None:
        self._deal = deal
        self._taxes: dict[str, Decimal] = {}
        self._total = Decimal(0)
        self.rows: list[Row] = []

    def add(self, code: str, title: str, value: Decimal) -> None:
        """Add a row that counts."""
        self._total += value
        self.rows.append(Row(code, title, _stored(value)))

    def tax(self, rate: tuple[str, Decimal] | None, net: Decimal) -> None:
        """Charge tax on a net amount; a negative one takes it back."""
        if rate is not None and not self._deal.untaxed:
            self._taxes[rate[0]] = self._taxes.get(rate[0], Decimal(0)) + net * rate[1] / 100

    def charge(self, code: str, title: str, value: str) -> None:
        """Add a fee or shipping cost with its tax."""
        self.add(code, title, Decimal(value))
        self.tax(_RATES[STANDARD_TAX], Decimal(value))

    def taxes(self) -> None:
        """Add a row for each tax."""
        for name, value in self._taxes.items():
            if value > 0:
                self.add("tax", name, value)

    def pay(self, code: str, title: str, amount: Decimal) -> None:
        """Take off what is paid by other means, at most all of it."""
        paid = min(amount, self._total)
        if paid > 0:
            self.add(code, title, -paid)

    def close(self, title: str) -> list[Row]:
        """Add the last row and return them all."""
        return [*self.rows, Row("total", title, _stored(self._total))]


def totals(lines: Sequence[Line], deal: Deal) -> list[Row]:
    """Return the rows of totals in the shop's order; the last one is what the order comes to."""
    goods = sum((line.total for line in lines), Decimal(0))
    speak = deal.language - 1
    result = _Sum(deal)
    result.add("sub_total", SUB_TOTAL[speak], goods + deal.gift)
    for line in lines:
        result.tax(line.rate, line.total)
    if deal.parcel:
        result.charge("shipping", PARCEL[speak], FLAT_COST)
    else:
        result.add("shipping", PICKUP[speak], Decimal(0))
    if 0 < goods < Decimal(LOW_ORDER_BELOW):
        result.charge("low_order_fee", "Low Order Fee", LOW_ORDER_FEE)
    if goods > Decimal(HANDLING_ABOVE):
        result.charge("handling", "Handling Fee", HANDLING_FEE)
    if deal.coupon:
        fixed = min(deal.amount, goods)
        off = Decimal(0)
        for line in lines:
            part = line.total * deal.percent / 100 if deal.percent else fixed * line.total / goods
            result.tax(line.rate, -part)
            off += part
        result.add("coupon", f"Coupon ({deal.coupon})", -off)
    result.taxes()
    result.pay("credit", "Store Credit", deal.credit)
    result.pay("voucher", "Gift Certificate (FERN10)", deal.voucher)
    return result.close(TOTAL[speak])


def _stored(value: Decimal) -> Decimal:
    return value.quantize(_STORED, ROUND_HALF_UP)
