"""Currencies, order statuses, tax rates, carriers and payment methods of real installations."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import pytest

from agent.model.entity import Entity
from agent.model.record import Record
from agent.model.sales import Carrier, Currency, OrderStatus, PaymentMethod, TaxRate
from agent.store import BadRecord, store_order
from agent.store.methods import CarrierReader, method_key, parse_method, plain_name, readable
from agent.store.sql import Row
from agent_tests.store.checkout import Sale, insert, place_order
from agent_tests.store.conftest import Lab, MakeShop


def everything(lab: Lab, entity: Entity) -> list[Record | BadRecord]:
    reader = lab.shop.reader(entity)
    rows = reader.scan("", 1000)
    assert len(rows) == reader.count()
    orders = [(store_order(row.key), row.key) for row in rows]
    assert orders == sorted(set(orders))
    records = reader.read([row.key for row in rows])
    assert [record.key for record in records] == [row.key for row in rows]
    assert reader.scan_keys([row.key for row in reversed(rows)]) == rows
    return records


def test_currencies(shop: Lab) -> None:
    found = {record.key: record for record in everything(shop, Entity.CURRENCIES)}
    assert found["USD"] == Currency("USD", "US Dollar", Decimal(1), 2, True, True)
    euro = found["EUR"]
    assert isinstance(euro, Currency)
    assert (euro.rate, euro.default) == (Decimal("0.78460002"), False)
    insert(
        shop,
        "currency",
        title="Broken",
        code="XTS",
        symbol_left="",
        symbol_right="",
        decimal_place="2",
        value="0",
        status=1,
        date_modified="2026-01-01",
    )
    try:
        broken = next(r for r in everything(shop, Entity.CURRENCIES) if r.key == "XTS")
        assert isinstance(broken, BadRecord)
        assert broken.error.code == "store.currency_rate"
    finally:
        shop.sql("DELETE FROM oc_currency WHERE code = 'XTS'")


def test_order_statuses(shop: Lab) -> None:
    found = {record.key: record for record in everything(shop, Entity.ORDER_STATUS)}
    assert found["5"] == OrderStatus("5", {"en-gb": "Complete"}, "complete")
    assert found["2"] == OrderStatus("2", {"en-gb": "Processing"}, "processing")
    assert found["7"] == OrderStatus("7", {"en-gb": "Canceled"}, "other")
    # 3 is in both lists of the demo's settings
    assert found["3"] == OrderStatus("3", {"en-gb": "Shipped"}, "complete")
    insert(shop, "order_status", order_status_id=99, language_id=1, name=" ")
    try:
        nameless = next(r for r in everything(shop, Entity.ORDER_STATUS) if r.key == "99")
        assert isinstance(nameless, BadRecord)
        assert nameless.error.code == "store.name_missing"
    finally:
        shop.sql("DELETE FROM oc_order_status WHERE order_status_id = 99")


def test_tax_rates(shop: Lab) -> None:
    assert everything(shop, Entity.TAX_RATES) == [
        TaxRate("86", "VAT (20%)", Decimal(20), "percent", "GB"),
        TaxRate("87", "Eco Tax (-2.00)", Decimal(2), "fixed", "GB"),
    ]
    place = {"country_id": 81, "zone_id": 0, "geo_zone_id": 3}
    dates = dict.fromkeys(("date_added", "date_modified"), "2026-01-01")
    number = insert(shop, "zone_to_geo_zone", **place, **dates)
    try:
        rates = everything(shop, Entity.TAX_RATES)
        assert [rate.country for rate in rates if isinstance(rate, TaxRate)] == ["", ""]
    finally:
        shop.sql("DELETE FROM oc_zone_to_geo_zone WHERE zone_to_geo_zone_id = %s", number)


def test_methods_that_are_switched_on(shop: Lab) -> None:
    assert everything(shop, Entity.CARRIERS) == [Carrier("flat", "Flat", "flat", True)]
    assert {(r.key, r.active) for r in everything(shop, Entity.PAYMENT_METHODS)} == {  # type: ignore[union-attr]
        ("cod", True),
        ("free_checkout", True),
    }
    shop.sql("UPDATE oc_setting SET value = '0' WHERE `key` = 'shipping_flat_status'")
    try:
        assert everything(shop, Entity.CARRIERS) == []
    finally:
        shop.sql("UPDATE oc_setting SET value = '1' WHERE `key` = 'shipping_flat_status'")


def test_methods_of_orders_are_named_as_the_newest_does(shop: Lab) -> None:
    for shipping, payment in (
        (("flat.flat", "Old name"), ("cod", "Cash")),
        (("weight.weight_5", "UK (Weight: 5.00kg)"), ("2checkout", "Card &amp; more")),
        (("flat.flat", "Flat <img src='x'> &amp; fast"), ("cod", "Cash On Delivery")),
        (("weight.weight_6", "UK (Weight: 6.50kg)"), ("cod", "Cash On Delivery")),
    ):
        place_order(shop, Sale(shipping_method=shipping, payment_method=payment))
    place_order(shop, Sale(status=0, history=(), shipping_method=("later.later", "Abandoned")))
    ancient = {"date_added": "2015-01-01 00:00:00"}
    place_order(shop, Sale(values=ancient, shipping_method=("past.past", "Past")))
    assert everything(shop, Entity.CARRIERS) == [
        Carrier("flat", "Flat & fast", "flat.flat", True),
        # one of several methods of its extension: the name would change with every order
        Carrier("weight", "Weight", "weight", False),
    ]
    payments = {r.key: r for r in everything(shop, Entity.PAYMENT_METHODS)}
    card, cash = payments["2checkout"], payments["cod"]
    assert isinstance(card, PaymentMethod)
    assert isinstance(cash, PaymentMethod)
    assert (card.name, card.active) == ("Card & more", False)
    assert (cash.name, cash.active) == ("Cash On Delivery", True)


def test_names_of_methods_are_in_the_shops_language(make_shop: MakeShop) -> None:
    for version in ("3.0.5.1", "4.1.0.4"):
        lab = make_shop(version, products=5, orders=30)
        for language, flat, cash in (
            ("en-gb", "Parcel service", "Cash on delivery"),
            ("de-de", "Paketdienst", "Nachnahme"),
        ):
            lab.sql(
                "UPDATE oc_setting SET value = %s WHERE `key` LIKE 'config_language%%'", language
            )
            carriers = {r.key: r for r in everything(lab, Entity.CARRIERS)}
            payments = {r.key: r for r in everything(lab, Entity.PAYMENT_METHODS)}
            assert carriers["flat"] == Carrier("flat", flat, "flat.flat", True)
            assert payments["cod"].name == cash  # type: ignore[union-attr]
            assert payments["free_checkout"].name == "Free checkout"  # type: ignore[union-attr]


def test_methods_of_more_orders_than_one_query_looks_at(make_shop: MakeShop) -> None:
    lab = make_shop("3.0.5.1", products=5, orders=5300)
    lab.sql(
        "UPDATE `oc_order` SET shipping_code = 'old.old', shipping_method = 'Old'"
        " WHERE order_id = 9"
    )
    carriers = everything(lab, Entity.CARRIERS)
    assert [record.key for record in carriers] == ["flat", "old", "pickup"]
    # what recent orders use is found without going back two years
    with lab.shop.open() as view:
        asked: list[str] = []
        rows = view.query.rows

        def counted(sql: str, args: Sequence[object] = ()) -> list[Row]:
            asked.append(sql)
            return rows(sql, args)

        view.query.rows = counted  # type: ignore[method-assign]
        reader = CarrierReader(lab.shop)
        found = {record.key for record in reader.find(view, frozenset({"flat", "pickup"}))}
        assert found == {"flat", "pickup"}
        short = len(asked)
        asked.clear()
        assert {record.key for record in reader.load(view)} == {"flat", "old", "pickup"}
        assert len(asked) > short


def test_a_method_without_a_code_goes_by_its_name(shop: Lab) -> None:
    column = "shipping_code" if shop.shop.dialect.has("order", "shipping_code") else ""
    values: dict[str, object] = {"shipping_method": "Our own van"}
    if column:
        values[column] = ""
    key = place_order(shop, Sale(values=values))
    (order,) = shop.shop.reader(Entity.ORDERS).read([key])
    carrier = order.shipping  # type: ignore[union-attr]
    assert carrier is not None
    assert (carrier.key, carrier.name) == ("our_own_van", "Our own van")
    assert carrier.key in {record.key for record in everything(shop, Entity.CARRIERS)}


# -- parts, without a shop -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "key"),
    [
        ("flat.flat", "flat"),
        ("cod", "cod"),
        ("xshippingpro.xshippingpro1_2", "xshippingpro"),
        ("2checkout", "2checkout"),
        ("7.7", "_7"),
        ("Straße 1", "Stra_e_1"),
        ("-x", "_-x"),
        (".x", "_"),
    ],
)
def test_keys_of_methods_are_keys_of_the_shop(code: str, key: str) -> None:
    assert method_key(code) == key
    assert store_order(key) >= 0


def test_names_of_methods() -> None:
    assert plain_name("<img src='a.png' alt='x'> Card &amp; <b>more</b>") == "Card & more"
    assert plain_name("&lt;b&gt;Bank&lt;/b&gt;") == "Bank"
    assert readable("bank_transfer") == "Bank transfer"
    assert parse_method("payment", "", None) is None
    assert parse_method("payment", "[]", None) is None
    assert parse_method("payment", "", "") is None
    upgraded = parse_method("payment", "Cash On Delivery", None)
    assert upgraded is not None
    assert (upgraded.key, upgraded.name) == ("cash_on_delivery", "Cash On Delivery")
