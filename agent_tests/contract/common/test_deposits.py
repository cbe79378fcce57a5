"""Down payments: invoiced to the cent, paid, and drawn from the final invoice."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from agent.erp.sales import Step
from agent.model.document import DocumentLine
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.seller import Seller, cents

RATES = {"19": 19.0, "7": 7.0, "8": 8.875}
"""Percent by the shop's tax rate, beside the 15 % that every shop here has."""
CARTS = (5, 9)
"""Random carts whose deposit an Odoo 19 (the first) or its stand-in (the second) shares over the
taxes with a cent too much or too little."""


@pytest.fixture
def shop(seller: Seller) -> Seller:
    """Give a shop with goods in stock, taxes and a payment method with its account."""
    for key, percent in RATES.items():
        seller.make_tax(key, percent)
    return seller


class TestDeposit:
    def test_it_is_invoiced_paid_and_drawn_from_the_final_invoice(self, shop: Seller) -> None:
        life = Life(shop)
        assert life.held(Step.DEPOSIT, deposit=Decimal(50)).code == "order.not_confirmed"
        state = life.do(Step.CONFIRM, Step.DEPOSIT, deposit=Decimal(50))
        (advance,) = state.invoices
        assert (advance.kind, advance.state, advance.paid) == ("down_payment", "posted", "yes")
        assert advance.total == Decimal(50)
        assert state.invoiced == "none"
        state = life.do(Step.INVOICE)
        final = [i for i in state.invoices if i.kind == "invoice"]
        assert [i.residual for i in final] == [Decimal(180)]
        state = life.do(Step.PAY)
        assert all(i.paid == "yes" for i in state.invoices)
        assert sorted(p.amount for p in life.payments()) == [Decimal(50), Decimal(180)]

    def test_without_an_amount_nothing_happens(self, shop: Seller) -> None:
        life = Life(shop)
        assert life.do(Step.CONFIRM, Step.DEPOSIT).invoices == ()

    def test_over_several_taxes_it_comes_to_the_cent(self, shop: Seller) -> None:
        dice = random.Random(5)
        made = [_cart(dice) for _ in range(max(CARTS) + 1)]
        for number in CARTS:
            lines = [_goods(shop, f"{number}_{at}", *one) for at, one in enumerate(made[number][0])]
            life = Life(shop, *lines, key=f"k{number}")
            total = life.sent.amount_total
            paid = cents(total * made[number][1] / 100)
            life.once(Step.CONFIRM)
            state = life.once(Step.DEPOSIT, deposit=paid)
            assert [(i.total, i.paid) for i in state.invoices] == [(paid, "yes")]
            for step in (Step.DELIVER, Step.INVOICE, Step.PAY):
                state = life.once(step, deposit=paid)
            assert all(i.paid == "yes" for i in state.invoices)
            assert sum(p.amount for p in life.payments()) == total


def _cart(dice: random.Random) -> tuple[list[tuple[str, int, str | None]], int]:
    """Return lines (price, quantity, tax rate) and the percentage that is paid in advance."""
    lines = []
    for _ in range(dice.randint(1, 4)):
        rate = dice.choice(["19", "7", "8", "86", None])
        lines.append((str(Decimal(dice.randint(1, 99999)) / 100), dice.randint(1, 5), rate))
    return lines, dice.choice([10, 20, 25, 30, 33, 50, 100])


def _goods(shop: Seller, key: str, price: str, quantity: int, rate: str | None) -> DocumentLine:
    shop.product(key, stock=10)
    if rate is None:
        return shop.goods(key, price, quantity)
    percent = str(RATES.get(rate, 15.0))
    return shop.goods(key, price, quantity, rate=percent, taxes=(rate,))
