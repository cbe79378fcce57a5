"""Quantities and their changes, by whatever moves goods in the ERP."""

from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from agent.erp.sales import Step
from agent.model.entity import Entity
from agent.model.stock import WarehouseStock
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.reading import Follower, source_of, stock_followed
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.shop import mug, shirt


def stock(shop: Seller, variant: str) -> WarehouseStock:
    """Return what the first warehouse has of a variant."""
    (level,) = source_of(shop).stock_levels([variant])
    assert (level.ref, level.tracked) == (variant, True)
    return level.warehouses[shop.books.warehouse()]


@pytest.fixture
def item(shop: Seller) -> str:
    """Send a product without options and give its variant."""
    shop.must(mug())
    return shop.ref(Entity.VARIANTS, "7:")


class TestQuantities:
    def test_a_receipt(self, shop: Seller, books: Books, item: str) -> None:
        books.receive(item, 12)
        found = stock(shop, item)
        assert (found.on_hand, found.reserved, found.outgoing) == (12, 0, 0)
        books.receive(item, 5)
        assert stock(shop, item).on_hand == 17

    def test_an_order_reserves_and_a_delivery_takes(self, seller: Seller, books: Books) -> None:
        variant = seller.product("2", stock=10)
        life = Life(seller, seller.goods("2", "10", 4))
        life.do(Step.CONFIRM)
        found = stock(seller, variant)
        assert (found.on_hand, found.reserved, found.outgoing) == (10, 4, 4)
        books.deliver(life.ref, 1)
        found = stock(seller, variant)
        assert (found.on_hand, found.outgoing) == (9, 3)
        life.do(Step.DELIVER)
        found = stock(seller, variant)
        assert (found.on_hand, found.reserved, found.outgoing) == (6, 0, 0)

    def test_a_cancelled_order_gives_back(self, seller: Seller) -> None:
        variant = seller.product("2", stock=10)
        life = Life(seller, seller.goods("2", "10", 4))
        life.do(Step.CONFIRM, Step.CANCEL)
        found = stock(seller, variant)
        assert (found.on_hand, found.reserved, found.outgoing) == (10, 0, 0)

    def test_variants_each(self, shop: Seller, books: Books) -> None:
        shop.size_and_colour()
        shop.must(shirt())
        refs = [ref for (entity, _), ref in shop.refs.items() if entity is Entity.VARIANTS]
        books.receive(refs[1], 3)
        books.receive(refs[4], 9)
        levels = source_of(shop).stock_levels([*refs, "99999999"])
        assert [level.ref for level in levels] == refs
        first = books.warehouse()
        amounts = [level.warehouses.get(first, WarehouseStock()).on_hand for level in levels]
        assert amounts == [0, 3, 0, 0, 9, 0]

    def test_the_first_warehouse_is_among_those_there_are(self, shop: Seller) -> None:
        found = {house.ref: house for house in source_of(shop).warehouses()}
        first = found[shop.books.warehouse()]
        assert first.in_use
        assert first.name

    def test_archived_ones_too(self, shop: Seller, books: Books, item: str) -> None:
        books.receive(item, 4)
        assert [level.active for level in source_of(shop).stock_levels([item])] == [True]
        books.edit_item(shop.ref(Entity.PRODUCTS, "7"), active=False)
        assert stock(shop, item).on_hand == 4
        assert [level.active for level in source_of(shop).stock_levels([item])] == [False]


@pytest.fixture
def following(shop: Seller, item: str) -> Follower:
    """Give what follows quantities; all that was there is old news."""
    assert item
    return stock_followed(shop)


class TestChanges:
    def test_each_is_told_once(
        self, shop: Seller, books: Books, item: str, following: Follower
    ) -> None:
        assert item not in following.look()
        for quantity in (12, 1, 1):
            books.receive(item, quantity)
            assert item in following.look()
            assert item not in following.look()

    def test_orders_and_deliveries(self, seller: Seller, books: Books) -> None:
        variant = seller.product("2", stock=10)
        life = Life(seller, seller.goods("2", "10", 4))
        following = stock_followed(seller)
        life.do(Step.CONFIRM)
        assert variant in following.look()
        books.deliver(life.ref)
        assert variant in following.look()
        assert variant not in following.look()

    def test_prices_and_names_are_no_stock(self, shop: Seller) -> None:
        product = mug()
        shop.must(product)
        following = stock_followed(shop)
        shop.must(dataclasses.replace(product, price=Decimal(8)))
        assert shop.ref(Entity.VARIANTS, "7:") not in following.look()
