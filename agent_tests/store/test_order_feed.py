"""The feed of touched orders: what events missed is found."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.store import FeedCursor, OrderFeed, Shop
from agent.store.order_feed import WINDOW, DayOfOrders
from agent_tests.store.checkout import Sale, add_history, insert, place_order
from agent_tests.store.conftest import SHAPES, Lab, MakeShop
from agent_tests.store.test_shop import HISTORY


class Follower:
    """Follows the feed and keeps what it was told since it last looked."""

    def __init__(self, feed: OrderFeed, cursor: FeedCursor) -> None:
        self.feed = feed
        self.cursor = cursor

    def look(self, limit: int = 500) -> list[str]:
        told: list[str] = []
        for _round in range(100):
            page = self.feed.since(self.cursor, limit)
            told += page.orders
            self.cursor = FeedCursor.from_json(page.cursor.to_json())
            assert self.cursor == page.cursor
            if not page.more:
                return told
        raise AssertionError("the feed does not come to an end")


def follow(lab: Lab) -> Follower:
    feed = lab.shop.orders
    return Follower(feed, feed.head())


def test_what_happens_is_told_once(shop: Lab) -> None:
    old = place_order(shop, Sale())
    feed = follow(shop)
    assert feed.look() == []
    new = place_order(shop, Sale())
    add_history(shop, old, 2)
    assert feed.look() == [new, old]
    assert feed.look() == []


def test_an_order_is_told_when_it_is_confirmed_and_not_before(shop: Lab) -> None:
    feed = follow(shop)
    abandoned = place_order(shop, Sale(status=0, history=()))
    assert feed.look() == []
    shop.sql("UPDATE `oc_order` SET order_status_id = 1 WHERE order_id = %s", abandoned)
    add_history(shop, abandoned, 1)
    assert set(feed.look()) == {abandoned}
    assert feed.look() == []


def test_an_order_confirmed_without_a_history_row_is_told(shop: Lab) -> None:
    feed = follow(shop)
    silent = place_order(shop, Sale(status=0, history=()))
    imported = place_order(shop, Sale(history=()))
    assert feed.look() == [imported]
    shop.sql("UPDATE `oc_order` SET order_status_id = 1 WHERE order_id = %s", silent)
    assert feed.look() == [silent]
    assert feed.look() == []


def test_an_order_being_edited_is_told_when_it_is_done(shop: Lab) -> None:
    """OpenCart takes the status away while an order is edited, with a history row."""
    order = place_order(shop, Sale())
    feed = follow(shop)
    shop.sql("UPDATE `oc_order` SET order_status_id = 0 WHERE order_id = %s", order)
    add_history(shop, order, 0)
    assert feed.look() == []
    shop.sql("UPDATE `oc_order` SET order_status_id = 2 WHERE order_id = %s", order)
    add_history(shop, order, 2)
    assert set(feed.look()) == {order}


def test_ids_that_turn_up_late_are_told(shop: Lab) -> None:
    """Nodes of a cluster give ids in steps, and commit in any order."""
    place_order(shop, Sale())
    head = shop.value("SELECT MAX(order_id) FROM `oc_order`")
    history = shop.value("SELECT MAX(order_history_id) FROM oc_order_history")
    feed = follow(shop)
    rng = random.Random(7)
    ids = list(range(head + 1, head + 41))
    rng.shuffle(ids)
    told: list[str] = []
    for number, order in enumerate(ids):
        place_order(shop, Sale(history=(), values={"order_id": order}))
        row = history + 1 + ids.index(order) * 3
        insert(
            shop,
            "order_history",
            order_history_id=row,
            order_id=order,
            order_status_id=1,
            notify=0,
            comment="",
            date_added="2026-07-01",
        )
        if number % 5 == 0:
            told += feed.look()
    told += feed.look()
    assert set(told) == {str(order) for order in ids}
    assert feed.look() == []
    for row, order in ((history + 2, ids[0]), (history + 5, ids[1])):
        insert(
            shop,
            "order_history",
            order_history_id=row,
            order_id=order,
            order_status_id=2,
            notify=0,
            comment="",
            date_added="2026-07-01",
        )
    assert set(feed.look()) == {str(ids[0]), str(ids[1])}
    assert feed.look() == []


@pytest.mark.parametrize("limit", [1, 2, 7])
def test_small_pages_lose_nothing(shop: Lab, limit: int) -> None:
    feed = follow(shop)
    orders = {
        place_order(shop, Sale(status=status, history=(1,) * status)): status
        for status in (0, 1, 0, 0, 2, 0, 1, 0)
    }
    assert set(feed.look(limit)) == {order for order, status in orders.items() if status}
    assert feed.look(limit) == []


def test_the_cursor_stays_small(shop: Lab) -> None:
    number = place_order(shop, Sale())
    feed = follow(shop)
    far = int(number) + 1_000_000
    place_order(shop, Sale(values={"order_id": far}))
    assert feed.look() == [str(far)]
    assert len(feed.cursor.late_orders) < WINDOW
    assert len(feed.cursor.to_json()) < 8000
    assert follow(shop).cursor == feed.cursor


def test_deleted_orders_are_passed_over(shop: Lab) -> None:
    feed = follow(shop)
    gone, here = place_order(shop, Sale()), place_order(shop, Sale())
    shop.sql("DELETE FROM `oc_order` WHERE order_id = %s", gone)
    assert feed.look() == [here]


def test_history_rows_of_the_bridge(shop: Lab) -> None:
    order, other = place_order(shop, Sale()), place_order(shop, Sale())
    own = add_history(shop, order, 3)
    feed = shop.shop.orders
    assert feed.bridge_histories([order]) == frozenset()
    shop.sql(HISTORY)
    try:
        add = "INSERT INTO oc_erp_history VALUES (%s, %s, 3, %s, 0, NOW())"
        shop.sql(add, "a", order, own)
        shop.sql(add, "b", other, None)
        assert feed.bridge_histories([order, other]) == {own}
        assert feed.bridge_histories([other]) == frozenset()
        assert feed.bridge_histories([]) == frozenset()
        assert feed.status_after(str(order), 0) not in {None, "3"}, "the person's, not the agent's"
        assert feed.status_after(str(order), own) is None
        later = add_history(shop, order, 5)
        assert feed.status_after(str(order), own) == "5"
        assert feed.status_after(str(order), later) is None
    finally:
        shop.sql("DROP TABLE oc_erp_history")


def test_days_are_counted_and_summed(shop: Lab) -> None:
    for day, total, status in (
        ("2026-07-01 00:00:00", "10.5000", 1),
        ("2026-07-01 23:59:59", "0.2501", 2),
        ("2026-07-01 12:00:00", "99", 0),
        ("2026-07-03 12:00:00", "-4", 7),
        ("2026-07-04 00:00:00", "7", 1),
    ):
        sale = Sale(
            status=status, totals=(("total", "Total", total, 9),), values={"date_added": day}
        )
        place_order(shop, sale)
    assert shop.shop.orders.between(date(2026, 7, 1), date(2026, 7, 3)) == [
        DayOfOrders(date(2026, 7, 1), 2, Decimal("10.7501")),
        DayOfOrders(date(2026, 7, 3), 1, Decimal(-4)),
    ]


def test_back_filling(shop: Lab) -> None:
    times = ("2026-06-30 23:59:59", "2026-07-01 00:00:00", "2026-05-01", "2026-07-02", "2026-07-03")
    orders = [place_order(shop, Sale(values={"date_added": added})) for added in times]
    place_order(shop, Sale(status=0, values={"date_added": "2026-07-02"}))
    feed, since = shop.shop.orders, datetime(2026, 7, 1, tzinfo=UTC)
    wanted = [orders[1], orders[3], orders[4]]
    assert feed.ids_after("", since, 10) == wanted
    assert feed.ids_after("", since, 2) == wanted[:2]
    assert feed.ids_after(wanted[1], since, 10) == wanted[2:]


def test_guest_orders_of_somebody_who_registered(shop: Lab) -> None:
    ann = insert(
        shop,
        "customer",
        firstname="Ann",
        lastname="Neil",
        email="ANN@example.com",
        telephone="",
        custom_field="",
        date_added="2026-01-01",
    )
    nobody = insert(
        shop,
        "customer",
        firstname="No",
        lastname="Body",
        email="",
        telephone="",
        custom_field="",
        date_added="2026-01-01",
    )
    first = place_order(shop, Sale())
    place_order(shop, Sale(customer=ann))
    place_order(shop, Sale(status=0))
    place_order(shop, Sale(values={"email": "bob@example.com"}))
    place_order(shop, Sale(values={"email": ""}))
    last = place_order(shop, Sale(values={"email": "ann@example.com"}))
    feed = shop.shop.orders
    assert feed.customer_orders(str(ann)) == [first, last]
    assert feed.guest_orders("ann@example.com") == [first, last]
    assert feed.customer_orders(str(nobody)) == []
    assert feed.customer_orders("4711") == []
    assert feed.customer_orders("guest-0123") == []
    assert feed.guest_orders(" ") == []


@pytest.mark.parametrize("version", SHAPES)
def test_an_agent_set_up_before_orders_were_carried_says_so(
    make_shop: MakeShop, version: str
) -> None:
    lab = make_shop(version, products=3, orders=2)
    lab.sql("DROP TABLE oc_order_total")
    shop = Shop(lab.shop.database)
    assert shop.reader(Entity.PRODUCTS).count() == 3
    for ask in (lambda: shop.reader(Entity.ORDERS), lambda: shop.orders):
        with pytest.raises(ConfigError) as caught:
            ask()
        assert caught.value.code == "store.tables_missing"
        assert "oc_order_total" in caught.value.cause
        assert "install.sh" in caught.value.fix
