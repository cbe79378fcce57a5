"""Quantities and their changes, by whatever moves goods in Odoo."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent_tests.contract.common.reading import Follower, source_of, stock_followed
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Shop, mug, text
from agent_tests.contract.source import Transfer, count, stock


@pytest.fixture
def item(shop: Shop) -> str:
    """Send a product without options and give its variant."""
    shop.must(mug())
    return shop.ref(Entity.VARIANTS, "7:")


class TestQuantities:
    def test_a_count(self, shop: Shop, item: str) -> None:
        count(shop.ground, item, 12)
        found = stock(shop, item)
        assert (found.on_hand, found.reserved, found.incoming, found.outgoing) == (12, 0, 0, 0)

    def test_a_receipt_is_incoming_until_it_is_done(self, shop: Shop, item: str) -> None:
        receipt = Transfer(shop.ground, item, 5, incoming=True)
        assert (stock(shop, item).on_hand, stock(shop, item).incoming) == (0, 5)
        receipt.validate(5)
        assert (stock(shop, item).on_hand, stock(shop, item).incoming) == (5, 0)

    def test_a_delivery_is_outgoing_and_reserved_until_it_is_done(
        self, shop: Shop, item: str
    ) -> None:
        count(shop.ground, item, 10)
        delivery = Transfer(shop.ground, item, 4, incoming=False)
        assert stock(shop, item).outgoing == 4
        delivery.reserve()
        found = stock(shop, item)
        assert (found.on_hand, found.reserved, found.outgoing) == (10, 4, 4)
        delivery.validate(4)
        found = stock(shop, item)
        assert (found.on_hand, found.reserved, found.outgoing) == (6, 0, 0)

    def test_what_is_sold_beyond_the_stock_is_negative(self, shop: Shop, item: str) -> None:
        Transfer(shop.ground, item, 3, incoming=False).validate(3)
        assert stock(shop, item).on_hand == -3

    def test_each_warehouse_has_its_own(self, shop: Shop, item: str) -> None:
        code = unique("W").replace(" ", "")[-5:]
        values = {"name": unique("House"), "code": code}
        other = shop.ground.rpc("stock.warehouse", "create", values)
        row = shop.ground.read("stock.warehouse", str(other), "lot_stock_id")
        count(shop.ground, item, 2.5)
        count(shop.ground, item, 7, row["lot_stock_id"][0])
        assert stock(shop, item).on_hand == Decimal("2.5")
        assert stock(shop, item, other).on_hand == 7
        count(shop.ground, item, 0, row["lot_stock_id"][0])
        shop.ground.rpc("stock.warehouse", "write", [other], {"active": False})
        (level,) = source_of(shop).stock_levels([item])
        assert str(other) not in level.warehouses
        (told,) = [w for w in source_of(shop).warehouses() if w.ref == str(other)]
        assert (told.name, told.in_use) == (f"{values['name']} ({code})", False)

    def test_services_have_none_and_what_is_gone_is_absent(self, shop: Shop) -> None:
        shop.must(Product("8", text(unique("Lesson")), requires_shipping=False))
        ref = shop.ref(Entity.VARIANTS, "8:")
        levels = source_of(shop).stock_levels([ref, "99999999", "x"])
        assert [(level.ref, level.tracked, dict(level.warehouses)) for level in levels] == [
            (ref, False, {})
        ]


@pytest.fixture
def following(shop: Shop, item: str) -> Follower:
    """Give what follows quantities; all that was there is old news."""
    assert item
    return stock_followed(shop)


class TestChanges:
    def test_two_counts_within_a_second(self, shop: Shop, item: str, following: Follower) -> None:
        for quantity in (1, 2, 3):
            count(shop.ground, item, quantity)
            assert item in following.look()
        assert item not in following.look()

    def test_a_count_back_to_nothing(self, shop: Shop, item: str, following: Follower) -> None:
        count(shop.ground, item, 12)
        assert item in following.look()
        count(shop.ground, item, 0)
        assert item in following.look()
        assert stock(shop, item).on_hand == 0

    def test_receipt_and_delivery(self, shop: Shop, item: str, following: Follower) -> None:
        receipt = Transfer(shop.ground, item, 5, incoming=True)
        assert item in following.look()
        receipt.validate(5)
        assert item in following.look()
        delivery = Transfer(shop.ground, item, 2, incoming=False)
        assert item in following.look()
        delivery.reserve()
        following.look()
        delivery.validate(2)
        assert item in following.look()
        assert item not in following.look()

    def test_a_reservation_and_its_end(self, shop: Shop, item: str, following: Follower) -> None:
        count(shop.ground, item, 5)
        delivery = Transfer(shop.ground, item, 2, incoming=False)
        following.look()
        if not shop.ground.modern:  # Odoo 19 has reserved it with the confirmation
            delivery.reserve()
            assert item in following.look()
        assert stock(shop, item).reserved == 2
        delivery.cancel()
        assert item in following.look()
        assert (stock(shop, item).reserved, stock(shop, item).outgoing) == (0, 0)

    def test_other_items_are_not_told(self, shop: Shop, item: str, following: Follower) -> None:
        shop.must(mug("9"))
        other = shop.ref(Entity.VARIANTS, "9:")
        count(shop.ground, other, 3)
        told = following.look()
        assert other in told
        assert item not in told
