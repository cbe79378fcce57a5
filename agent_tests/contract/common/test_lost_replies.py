"""Answers that get lost after the effect: what is there is found, nothing is made twice."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from agent.errors import BridgeError, TimedOut, TransientError, Unreachable
from agent.model.entity import Entity
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.lost import each_lost
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.shop import mug, shirt
from agent_tests.lab.wire import WRITING, Fault, Wire

P = Entity.PRODUCTS


@pytest.mark.parametrize(
    ("fault", "expected"), [("lose", TimedOut), ("cut", TimedOut), ("page", TransientError)]
)
def test_a_create_whose_answer_is_lost_is_adopted(
    shop: Seller, wire: Wire, books: Books, fault: Fault, expected: type[BridgeError]
) -> None:
    shop.reconnect(url=wire.url)
    product = mug()
    wire.order(fault, WRITING)
    with pytest.raises(expected):
        shop.put(product)
    assert not wire.pending()
    adopted = shop.erp.adopt(P, [shop.external_id(product), "opencart_x.products_1"])
    (ref,) = books.products_called(product.name["en-gb"])
    assert adopted == {shop.external_id(product): ref}
    shop.link(product, ref)
    (again,) = shop.must(product)
    assert again.ref == ref
    assert books.products_called(product.name["en-gb"]) == [ref]


@pytest.mark.parametrize("fault", ["refuse", "bad-gateway"])
def test_a_call_that_never_arrived_is_made_later(
    shop: Seller, wire: Wire, books: Books, fault: Fault
) -> None:
    shop.reconnect(url=wire.url)
    product = mug()
    wire.order(fault, WRITING)
    with pytest.raises((TimedOut, Unreachable)):
        shop.put(product)
    assert shop.erp.adopt(P, [shop.external_id(product)]) == {}
    (made,) = shop.must(product)
    assert books.products_called(product.name["en-gb"]) == [made.ref]


def test_sending_again_without_looking_makes_no_second_one_either(
    shop: Seller, wire: Wire, books: Books
) -> None:
    shop.size_and_colour()
    shop.reconnect(url=wire.url)
    products = [shirt(str(number)) for number in range(40)]
    for number in each_lost(wire, lambda number: shop.must(products[number])):
        (again,) = shop.must(products[number])
        assert len(again.children) == 6
        assert sorted(books.active_variants(again.ref or "")) == sorted(again.children.values())


def test_a_change_whose_answer_is_lost_is_made_again(
    shop: Seller, wire: Wire, books: Books
) -> None:
    product = mug()
    (made,) = shop.must(product)
    shop.reconnect(url=wire.url)
    dearer = dataclasses.replace(product, price=Decimal(11))
    wire.order("lose", WRITING)
    with pytest.raises(TimedOut):
        shop.put(dearer)
    shop.must(dearer)
    assert books.item(made.ref or "").price == 11


def test_archived_and_deleted_records(shop: Seller, books: Books) -> None:
    first, second = (o.ref or "" for o in shop.must(mug("1"), mug("2")))
    ids = [f"{shop.instance}.products_{n}" for n in (1, 2)]
    shop.erp.archive(P, [("1", first)])
    books.drop_item(second)
    assert shop.erp.adopt(P, ids) == {ids[0]: first}
