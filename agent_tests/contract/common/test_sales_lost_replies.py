"""Answers lost after the effect: every step is done once."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.erp.sales import Step
from agent.model.entity import Entity
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.done_once import DEPOSIT, assert_done_once, ready
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.lost import each_lost
from agent_tests.contract.common.seller import Seller, address, customer
from agent_tests.lab.wire import WRITING, Wire


@pytest.fixture
def shop(seller: Seller, wire: Wire) -> Seller:
    """Give a shop that reaches the ERP by the wire."""
    seller.reconnect(url=wire.url)
    return seller


@pytest.mark.parametrize("step", list(Step))
def test_a_step_any_of_whose_answers_is_lost_is_done_once(
    shop: Seller, wire: Wire, books: Books, step: Step
) -> None:
    lives: list[Life] = []

    def do(number: int) -> None:
        wire.calm()
        lives.append(ready(shop, step, str(number)))
        wire.order("lose", WRITING, skip=number)
        lives[-1].once(step, deposit=DEPOSIT)

    for number in each_lost(wire, do):
        state = lives[number].do(step, deposit=DEPOSIT)
        assert_done_once(step, lives[number], state, books)


class TestRecords:
    def test_a_customer(self, shop: Seller, wire: Wire, books: Books) -> None:
        made = [customer(f"c{n}", address(f"c{n}")) for n in range(40)]
        for number in each_lost(wire, lambda number: shop.must(made[number])):
            record = made[number]
            name = shop.external_id(record)
            adopted = shop.erp.adopt(Entity.CUSTOMERS, [name])
            if name in adopted:
                shop.link(record, adopted[name])
            (again,) = shop.must(record)
            assert books.partners_with(record.email) == [again.ref]
            assert len(books.partner(again.ref or "").places) == 1

    def test_an_order_with_cents_to_make_up_for(
        self, shop: Seller, wire: Wire, books: Books
    ) -> None:
        made = [
            shop.document(f"o{n}", shop.goods("1", "10"), amount_total=Decimal("10.03"))
            for n in range(40)
        ]
        for number in each_lost(wire, lambda number: shop.must(made[number])):
            sent = made[number]
            name = shop.external_id(sent)
            adopted = shop.erp.adopt(Entity.ORDERS, [name])
            if name in adopted:
                shop.link(sent, adopted[name])
            (outcome,) = shop.must(sent)
            assert books.orders_with(sent.number) == [outcome.ref]
            assert shop.agrees(outcome, sent)
            assert len(books.order(outcome.ref or "").goods) == 1
