"""Orders that are broken, half empty, or told in another time and currency."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent.errors import InvalidRecord
from agent.model.entity import Entity
from agent.model.sales import OptionText, Order
from agent.store import BadRecord
from agent_tests.store.checkout import Sale, cinema, insert, place_order, read_order
from agent_tests.store.conftest import Lab


def refused(lab: Lab, key: str) -> InvalidRecord:
    (record,) = lab.shop.reader(Entity.ORDERS).read([key])
    assert isinstance(record, BadRecord)
    assert isinstance(record.error, InvalidRecord)
    assert record.error.record == f"order {key} ({record.label})"
    assert record.error.fix
    return record.error


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"currency_code": ""}, "store.order_currency"),
        ({"currency_value": "0"}, "store.order_currency"),
        ({"currency_value": "-1"}, "store.order_currency"),
        ({"date_added": "0000-00-00 00:00:00"}, "store.date"),
    ],
)
def test_a_broken_order_is_told_and_the_others_are_read(
    shop: Lab, values: dict[str, object], code: str
) -> None:
    before = place_order(shop, Sale())
    broken = place_order(shop, Sale(values=values))
    after = place_order(shop, Sale())
    assert refused(shop, broken).code == code
    records = shop.shop.reader(Entity.ORDERS).read([before, broken, after])
    assert [isinstance(record, Order) for record in records] == [True, False, True]


def test_a_method_that_is_cut_off(shop: Lab) -> None:
    key = place_order(shop, Sale(values={"shipping_method": '{"code":"flat.flat","na'}))
    if shop.shop.dialect.has("order", "shipping_code"):
        order = read_order(shop, key)
        assert order.shipping is not None
        assert order.shipping.key == "flat"
    else:
        assert refused(shop, key).code == "store.order_method"


@pytest.mark.parametrize("quantity", [0, -2])
def test_odd_quantities_are_read_as_they_are(shop: Lab, quantity: int) -> None:
    order = read_order(shop, place_order(shop, Sale(lines=(cinema(shop, quantity=quantity),))))
    assert order.lines[0].quantity == quantity


@pytest.mark.parametrize("column", ["[]", '""', "", "null", "{broken", "7", '[["a"]]'])
def test_custom_fields_that_say_nothing(shop: Lab, column: str) -> None:
    key = place_order(shop, Sale(values={"custom_field": column}))
    assert read_order(shop, key).custom_fields == {}


def test_nothing_but_null(shop: Lab) -> None:
    """4.1 lets nearly every column be NULL."""
    if not shop.version.startswith("4.1"):
        pytest.skip("columns of older versions are NOT NULL")
    insert(
        shop,
        "order",
        order_status_id=1,
        currency_code="USD",
        date_added="2026-07-01",
    )
    key = str(shop.value("SELECT MAX(order_id) FROM oc_order"))
    nothing = {"product_id": 42, "options": ({"product_option_value_id": None},)}
    number = insert(shop, "order_product", order_id=key, product_id=nothing["product_id"])
    insert(shop, "order_option", order_id=key, order_product_id=number)
    insert(shop, "order_total", order_id=key)
    empty = "UPDATE oc_{} SET {} WHERE order_id = %s"
    for table, columns in (
        ("order", ("firstname", "email", "total", "payment_country_id", "store_id")),
        ("order_product", ("name", "price", "total", "tax", "quantity")),
        ("order_total", ("code", "title", "value", "sort_order")),
    ):
        nulls = ", ".join(f"`{column}` = NULL" for column in columns)
        shop.sql(empty.format(table, nulls).replace("oc_order ", "`oc_order` "), key)
    if shop.version == "4.1.0.0":
        shop.sql(f"UPDATE `oc_order` SET order_status_id = 1 WHERE order_id = {key}")
    order = read_order(shop, key)
    assert (order.first_name, order.total, order.payment, order.payment_address) == (
        "",
        Decimal(0),
        None,
        None,
    )
    (line,) = order.lines
    assert (line.price, line.quantity, line.options) == (
        Decimal(0),
        Decimal(0),
        (OptionText("", ""),),
    )
    assert [row.key for row in shop.shop.reader(Entity.ORDERS).scan("", 10)] == [key]


# -- times and currencies --------------------------------------------------------------------------


def test_a_time_is_in_the_shops_zone(shop: Lab) -> None:
    key = place_order(shop, Sale(values={"date_added": "2026-07-01 12:30:00"}))
    winter = place_order(shop, Sale(values={"date_added": "2026-12-01 12:30:00"}))
    exists = shop.shop.time_zone() is not None
    if exists:
        shop.sql("UPDATE oc_setting SET value = 'Europe/Berlin' WHERE `key` = 'config_timezone'")
    else:
        insert(
            shop,
            "setting",
            store_id=0,
            code="config",
            key="config_timezone",
            value="Europe/Berlin",
            serialized=0,
        )
    try:
        assert read_order(shop, key).date == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
        assert read_order(shop, winter).date == datetime(2026, 12, 1, 11, 30, tzinfo=UTC)
    finally:
        if exists:
            shop.sql("UPDATE oc_setting SET value = 'UTC' WHERE `key` = 'config_timezone'")
        else:
            shop.sql("DELETE FROM oc_setting WHERE `key` = 'config_timezone'")


@pytest.mark.parametrize("zone", ["", "Nowhere/City", "../etc/passwd"])
def test_without_a_zone_times_are_the_servers(shop: Lab, zone: str) -> None:
    key = place_order(shop, Sale())
    old = shop.sql("SELECT value FROM oc_setting WHERE `key` = 'config_timezone'")
    shop.sql("UPDATE oc_setting SET value = %s WHERE `key` = 'config_timezone'", zone)
    before = shop.value("SELECT @@global.time_zone")
    shop.sql("SET GLOBAL time_zone = '+02:00'")
    try:
        assert read_order(shop, key).date == datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    finally:
        shop.sql("SET GLOBAL time_zone = %s", before)
        if old:
            shop.sql("UPDATE oc_setting SET value = 'UTC' WHERE `key` = 'config_timezone'")


def test_decimals_are_the_currencys(shop: Lab) -> None:
    shop.sql("UPDATE oc_currency SET decimal_place = '0' WHERE code = 'EUR'")
    try:
        key = place_order(shop, Sale(values={"currency_code": "EUR"}))
        assert read_order(shop, key).decimals == 0
    finally:
        shop.sql("UPDATE oc_currency SET decimal_place = '2' WHERE code = 'EUR'")
    gone = place_order(shop, Sale(values={"currency_code": "XTS"}))
    assert (read_order(shop, gone).currency, read_order(shop, gone).decimals) == ("XTS", 2)
