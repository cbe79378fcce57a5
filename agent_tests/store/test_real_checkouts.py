"""The readers against shops that run: real checkouts, and what the owner does with the orders."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.db import Database, DatabaseSettings
from agent.model.entity import Entity
from agent.model.sales import Customer, Order
from agent.store import FeedCursor, Shop
from agent_tests.lab.fixtures_opencart import StoreFactory
from agent_tests.lab.opencart import Store
from agent_tests.lab.opencart_admin import login_admin
from agent_tests.lab.opencart_checkout import (
    Basket,
    Place,
    ask_for_billing,
    checkout,
    register,
)
from agent_tests.lab.opencart_goods import open_coupons, random_basket, sellables
from agent_tests.lab.opencart_orders import save_order, set_status

pytestmark = pytest.mark.browser

ROUNDED = Decimal("0.0001")
LEEDS = Place(first_name="Zoë", last_name="O'Neil & Sons", company='Tea "&" More', city="Leeds")


@dataclass
class Running:
    """A running shop and the agent's view of it."""

    store: Store
    shop: Shop

    def order(self, key: int) -> Order:
        (record,) = self.shop.reader(Entity.ORDERS).read([str(key)])
        assert isinstance(record, Order), getattr(record, "error", record)
        return record

    def digest(self, key: int) -> str:
        (row,) = self.shop.reader(Entity.ORDERS).scan_keys([str(key)])
        return row.digest


@pytest.fixture(scope="module", params=["3.0.5.1", "4.0.2.3", "4.1.0.4"])
def running(request: pytest.FixtureRequest, open_store: StoreFactory) -> Iterator[Running]:
    store = open_store(request.param)
    store.set_setting("config_timezone", "America/New_York")
    settings = DatabaseSettings(
        host="127.0.0.1", port=store.server.port, user="root", database=store.database
    )
    shop = Shop(Database(settings), None, store.url)
    yield Running(store, shop)
    shop.database.close()


def test_random_carts_are_read_as_they_were_sold(running: Running) -> None:
    dice = random.Random(20)
    coupons = ["", *open_coupons(running.store)]
    goods = sellables(running.store)
    feed, cursor = running.shop.orders, running.shop.orders.head()
    placed = []
    for _number in range(12):
        basket = random_basket(
            dice, running.store, goods, coupons=coupons, currencies=("", "EUR", "GBP")
        )
        started = datetime.now(UTC) - timedelta(seconds=2)
        key = checkout(running.store, basket)
        placed.append(str(key))
        order = running.order(key)
        assert started < order.date < datetime.now(UTC) + timedelta(seconds=2)
        assert order.currency == (basket.currency or "USD")
        assert (order.status, order.guest) == ("1", True)
        check_lines(running, order, basket)
        check_sums(order)
    page = feed.since(cursor)
    assert sorted(page.orders, key=int) == placed
    assert feed.since(page.cursor).orders == ()


def check_lines(running: Running, order: Order, basket: Basket) -> None:
    values = {row.key for row in running.shop.reader(Entity.ATTRIBUTE_VALUES).scan("", 1000)}
    sold = sorted((line.product or "", line.quantity) for line in order.lines)
    assert sold == sorted((str(line.product), Decimal(line.quantity)) for line in basket.lines)
    for line, wanted in zip(order.lines, by_product(order, basket), strict=True):
        chosen = [v for v in wanted.values() if isinstance(v, int)]
        many = [one for v in wanted.values() if isinstance(v, tuple) for one in v]
        texts = [v for v in wanted.values() if isinstance(v, str)]
        assert len(line.options) == len(chosen) + len(many) + len(texts)
        shown = [option.value.replace("\r\n", "\n") for option in line.options]
        for text in texts:
            # OpenCart 4.0 writes down an uploaded file's name, the others its code
            assert text in shown or (running.store.version == "4.0.2.3" and "drawing.png" in shown)
        # values of options that are not required make no variants
        assert len(line.values) <= len(chosen)
        assert set(line.values) <= values
        required = running.store.value(
            "SELECT COUNT(*) FROM {p}product_option po JOIN {p}option o"
            " ON o.option_id = po.option_id WHERE po.product_id = %s AND po.required = 1"
            " AND o.type IN ('select', 'radio', 'image')",
            (line.product,),
        )
        assert len(line.values) == required


def by_product(order: Order, basket: Basket) -> list[Mapping[int, object]]:
    options = {str(line.product): line.options for line in basket.lines}
    return [options[line.product or ""] for line in order.lines]


def check_sums(order: Order) -> None:
    goods = sum((line.total for line in order.lines), Decimal(0))
    assert order.totals[0].code == "sub_total"
    assert abs(order.totals[0].value - goods) <= len(order.lines) * ROUNDED
    counted = sum((row.value for row in order.totals if row.code != "total"), Decimal(0))
    assert abs(counted - order.total) <= len(order.totals) * ROUNDED
    names = {rate.name for rate in order.tax_rates}
    assert {row.title for row in order.totals if row.code == "tax"} <= names
    assert order.shipping is not None
    assert order.payment is not None
    assert (order.shipping.key, order.payment.key) == ("flat", "cod")
    assert order.row_classes.get("shipping") == "9"


def test_what_the_owner_does_is_told_and_read(running: Running) -> None:
    key = checkout(running.store, Basket())
    feed, cursor = running.shop.orders, running.shop.orders.head()
    seen = {running.digest(key)}
    admin = login_admin(running.store)
    set_status(admin, key, 2, "On its way")
    assert running.order(key).status == "2"
    page = feed.since(cursor)
    assert page.orders == (str(key),)
    assert running.digest(key) not in seen
    seen.add(running.digest(key))
    save_order(admin, key, 7)
    order = running.order(key)
    assert [line.quantity for line in order.lines] == [Decimal(7)]
    check_sums(order)
    assert feed.since(page.cursor).orders == (str(key),)
    assert running.digest(key) not in seen


def test_addresses_of_guests_and_customers(running: Running) -> None:
    guest = running.order(checkout(running.store, Basket(ship_to=LEEDS)))
    assert guest.shipping_address is not None
    assert guest.payment_address is not None
    assert guest.payment_address.key == guest.shipping_address.key
    assert guest.payment_address.last_name == "O'Neil & Sons"
    assert guest.payment_address.company == 'Tea "&" More'
    assert (guest.payment_address.country, guest.payment_address.city) == ("GB", "Leeds")
    ask_for_billing(running.store)
    try:
        account = register(running.store)
        key = checkout(running.store, Basket(ship_to=LEEDS, bill_to=Place()), account)
        order = running.order(key)
        assert order.customer == str(account.customer_id)
        (record,) = running.shop.reader(Entity.CUSTOMERS).read([order.customer])
        assert isinstance(record, Customer)
        assert order.payment_address is not None
        assert order.shipping_address is not None
        keys = {address.key for address in record.addresses}
        assert {order.payment_address.key, order.shipping_address.key} == keys
        assert (record.email, record.language) == (account.email, "en-gb")
        assert record.address in keys
    finally:
        ask_for_billing(running.store, wanted=False)


def test_a_guest_who_registers_later(running: Running) -> None:
    email = "later@shopper.example"
    key = checkout(running.store, Basket(email=email))
    account = register(running.store, email)
    assert running.shop.orders.customer_orders(str(account.customer_id)) == [str(key)]


def test_everything_since_the_beginning_is_found(running: Running) -> None:
    feed, cursor, found = running.shop.orders, FeedCursor(), set()
    while True:
        page = feed.since(cursor, 3)
        found.update(page.orders)
        cursor = page.cursor
        if not page.more:
            break
    rows = running.store.rows("SELECT order_id FROM {p}order WHERE order_status_id > 0")
    assert found == {str(row["order_id"]) for row in rows} != set()
