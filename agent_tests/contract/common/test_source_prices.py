"""Prices for a shop: what products cost by price lists, and which may have changed."""

from __future__ import annotations

from decimal import Decimal

from agent.erp.cursor import Cursor
from agent.erp.source import Unreadable
from agent.model.entity import Entity
from agent.model.pricing import ErpPrices
from agent_tests.contract.common.books import Books
from agent_tests.contract.common.reading import source_of
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.shop import mug

P = Entity.PRODUCTS


def read(shop: Seller, ref: str, *lists: str) -> ErpPrices:
    """Return the prices of one product."""
    (found,) = source_of(shop).prices([ref], list(lists))
    assert isinstance(found, ErpPrices), found
    return found


def test_a_products_own_price_and_its_price_in_a_list(shop: Seller, books: Books) -> None:
    shop.must(mug("1", price=Decimal("12.5")), mug("2"))
    first, second = (shop.ref(P, key) for key in "12")
    chosen = books.price_list({first: Decimal("9.75")})
    shop.reconnect()
    found = read(shop, first, chosen)
    assert (found.ref, found.base, found.included) == (first, Decimal("12.5"), 0)
    assert found.currency == books.currency
    (entry,) = found.lists[chosen]
    assert (entry.quantity, entry.price, entry.starts, entry.ends) == (1, 9.75, None, None)
    assert read(shop, second, chosen).lists[chosen] == ()
    assert chosen in {one.ref for one in source_of(shop).price_lists()}


def test_gone_products_are_absent_and_the_order_is_kept(shop: Seller, books: Books) -> None:
    shop.must(mug("1"), mug("2"), mug("3"))
    first, gone, last = (shop.ref(P, key) for key in "123")
    books.drop_item(gone)
    found = source_of(shop).prices([last, gone, first, "no id"], [])
    assert [one.ref for one in found] == [last, first]


def test_a_list_that_is_gone(shop: Seller) -> None:
    shop.must(mug())
    (found,) = source_of(shop).prices([shop.ref(P, "7")], ["99999999"])
    assert isinstance(found, Unreadable)
    assert found.error.code == "price.list_gone"


def test_changes_are_told_once(shop: Seller, books: Books) -> None:
    shop.must(mug("1"), mug("2"))
    first, second = (shop.ref(P, key) for key in "12")
    chosen = books.price_list({first: Decimal(5), second: Decimal(6)})
    shop.reconnect()
    erp = source_of(shop)
    told, cursor = erp.price_changes([chosen], Cursor())
    assert told == []
    told, cursor = erp.price_changes([chosen], cursor)
    assert told == []
    books.edit_item(first, price=Decimal(42))
    told, cursor = erp.price_changes([chosen], cursor)
    assert told == [first]
    books.set_price(chosen, second, Decimal(7))
    told, cursor = erp.price_changes([chosen], cursor)
    assert told == [second]
    assert erp.price_changes([chosen], cursor)[0] == []
    assert read(shop, second, chosen).lists[chosen][0].price == 7
