"""Orders as real installations of all versions store them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from agent.model.entity import Entity
from agent.model.sales import Address, GiftVoucher, OptionText, TaxRate, guest_key
from agent_tests.store.checkout import (
    ADDRESS,
    NOWHERE,
    Sale,
    chosen,
    cinema,
    insert,
    php,
    place_order,
    read_order,
)
from agent_tests.store.conftest import Lab

TOTALS = (
    ("sub_total", "Sub-Total", "208.3334", 1),
    ("total", "Total", "231.5333", 9),
    ("shipping", "Flat Shipping Rate", "5.0000", 3),
    ("coupon", "Coupon (10 &amp; more)", "-20.8333", 4),
    ("tax", "VAT (20%)", "38.5000", 5),
    ("tax", "Levy that is gone", "0.5332", 5),
)


def test_an_order_with_everything(shop: Lab) -> None:
    values = {
        "custom_field": php({"4": "GB 123 &amp; Co"}),
        "payment_custom_field": php({"18": "Ring twice"}),
        "comment": "Please &lt;hurry&gt;\r\nThanks",
        "transaction_id": "ch_42",
        "invoice_no": 7,
        "currency_code": "EUR",
        "currency_value": "0.78460002",
        "store_id": 0,
    }
    sale = Sale(
        status=2,
        lines=(cinema(shop),),
        totals=TOTALS,
        history=(1, 2),
        values=values,
        vouchers=({"description": "$10 &amp; a smile", "amount": "10.0000", "code": "SECRET"},),
    )
    order = read_order(shop, place_order(shop, sale))
    assert order.date == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert order.date.tzinfo is not None
    newest = shop.value("SELECT MAX(order_history_id) FROM oc_order_history")
    assert (order.status, order.history) == ("2", newest)
    assert (order.store, order.store_name) == (0, 'Your "Store"')
    assert (order.customer, order.guest) == (None, True)
    assert order.customer_key == guest_key("ann@example.com", order.key)
    assert (order.email, order.phone) == ("Ann@Example.com", "+44 20 7946 0000")
    assert (order.first_name, order.last_name) == ("Ann-Marie", "O'Neil & Co")
    assert (order.group, order.language) == ("1", "en-gb")
    assert (order.currency, order.rate, order.decimals) == ("EUR", Decimal("0.78460002"), 2)
    assert order.total == Decimal("231.5333")
    assert order.comment == "Please <hurry>\r\nThanks"
    assert order.invoice_number == "INV-2026-007"
    assert order.custom_fields == {"4": "GB 123 & Co", "18": "Ring twice"}
    old = shop.version.startswith("3")
    assert order.transaction == ("" if old else "ch_42")
    gifts = shop.sql("SELECT order_voucher_id FROM oc_order_voucher") if _vouchers(shop) else []
    assert order.vouchers == tuple(
        GiftVoucher(str(row[0]), "$10 & a smile", Decimal(10)) for row in gifts
    )
    assert len(order.vouchers) == (0 if shop.version.startswith("4.1") else 1)
    assert "SECRET" not in repr(order)
    assert "203.0.113.9" not in repr(order)


def _vouchers(lab: Lab) -> bool:
    return lab.shop.dialect.has("order_voucher")


def test_a_line_with_options_of_all_kinds(shop: Lab) -> None:
    order = read_order(shop, place_order(shop, Sale(lines=(cinema(shop),))))
    (line,) = order.lines
    assert line.key == str(shop.value("SELECT MAX(order_product_id) FROM oc_order_product"))
    assert (line.name, line.model, line.sku) == ('Apple Cinema 30"', "Product 15", "")
    assert (line.quantity, line.price) == (Decimal(2), Decimal("104.1667"))
    assert (line.tax, line.total) == (Decimal("22.8333"), Decimal("208.3334"))
    assert (line.product, line.variant, line.tax_class) == ("42", None, "9")
    # a checkbox takes several values at once, so it makes no variants
    assert line.values == ("option:1/32", "option:5/39")
    assert line.options == (
        OptionText("Radio", "Small"),
        OptionText("Checkbox", "Checkbox 2"),
        OptionText("Select", "Red & white"),
        OptionText("Text", 'For "Ann"\r\nwith love'),
        OptionText("File", "0a1b2c3d4e"),
    )


def test_values_are_keys_of_the_catalogues_records(shop: Lab) -> None:
    order = read_order(shop, place_order(shop, Sale(lines=(cinema(shop),))))
    known = {row.key for row in shop.shop.reader(Entity.ATTRIBUTE_VALUES).scan("", 1000)}
    assert set(order.lines[0].values) <= known
    shop.sql("UPDATE oc_product_option SET required = 0 WHERE product_id = 42 AND option_id = 5")
    try:
        assert read_order(shop, order.key).lines[0].values == ("option:1/32",)
    finally:
        shop.sql(
            "UPDATE oc_product_option SET required = 1 WHERE product_id = 42 AND option_id = 5"
        )


def test_totals_in_the_shops_order_and_what_taxes_them(shop: Lab) -> None:
    order = read_order(shop, place_order(shop, Sale(lines=(cinema(shop),), totals=TOTALS)))
    assert [(row.code, row.title, row.value) for row in order.totals] == [
        ("sub_total", "Sub-Total", Decimal("208.3334")),
        ("shipping", "Flat Shipping Rate", Decimal(5)),
        ("coupon", "Coupon (10 & more)", Decimal("-20.8333")),
        ("tax", "VAT (20%)", Decimal("38.5000")),
        ("tax", "Levy that is gone", Decimal("0.5332")),
        ("total", "Total", Decimal("231.5333")),
    ]
    assert order.tax_rates == (
        TaxRate("86", "VAT (20%)", Decimal(20), "percent", "GB"),
        TaxRate("87", "Eco Tax (-2.00)", Decimal(2), "fixed", "GB"),
    )
    assert order.class_rates["9"] == ("86", "87")
    assert order.row_classes == {"shipping": "9"}


@pytest.mark.parametrize(
    ("key", "value", "serialized", "code", "expected"),
    [
        ("total_handling_tax_class_id", "10", 0, "handling", "10"),
        ("total_paymentfee_tax_class_id", "9", 0, "paymentfee", "9"),
        ("total_handling_tax_class_id", "0", 0, "handling", None),
        ("total_handling_tax_class_id", "", 0, "handling", None),
        ("klarna_fee", '{"GBR":{"fee":"2","tax_class_id":"9"}}', 1, "klarna_fee", "9"),
        ("klarna_fee", '{"DEU":{"fee":"2","tax_class_id":"9"}}', 1, "klarna_fee", None),
        ("klarna_fee", "[]", 1, "klarna_fee", None),
    ],
)
def test_the_tax_class_of_a_fee_is_in_the_settings(
    shop: Lab, key: str, value: str, serialized: int, code: str, expected: str | None
) -> None:
    insert(shop, "setting", store_id=0, code="x", key=key, value=value, serialized=serialized)
    try:
        totals = ((code, "Fee", "2", 5), ("total", "Total", "2", 9))
        order = read_order(shop, place_order(shop, Sale(totals=totals)))
        assert order.row_classes.get(code) == expected
    finally:
        shop.sql("DELETE FROM oc_setting WHERE code = 'x'")


def test_a_second_store_may_tax_its_fees_otherwise(shop: Lab) -> None:
    for store, value in ((0, "9"), (3, "10")):
        insert(
            shop,
            "setting",
            store_id=store,
            code="x",
            key="total_handling_tax_class_id",
            value=value,
            serialized=0,
        )
    try:
        totals = (("handling", "Fee", "2", 5), ("total", "Total", "2", 9))
        for store, expected in ((0, "9"), (2, "9"), (3, "10")):
            sale = Sale(totals=totals, values={"store_id": store})
            assert read_order(shop, place_order(shop, sale)).row_classes == {"handling": expected}
    finally:
        shop.sql("DELETE FROM oc_setting WHERE code = 'x'")


def test_methods_in_the_columns_of_each_version(shop: Lab) -> None:
    sale = Sale(
        payment_method=("bank_transfer", "<b>Bank</b> Transfer &amp; more"),
        shipping_method=("weight.weight_5", "UK (Weight: 5.00kg)"),
    )
    order = read_order(shop, place_order(shop, sale))
    assert order.payment is not None
    assert order.shipping is not None
    assert (order.payment.key, order.payment.name) == ("bank_transfer", "Bank Transfer & more")
    assert (order.shipping.key, order.shipping.code) == ("weight", "weight.weight_5")
    assert order.shipping.name == "UK (Weight: 5.00kg)"
    joined = not shop.shop.dialect.has("order", "payment_code")
    assert joined == (shop.version in {"4.0.2.3", "4.1.0.0", "4.1.0.4"})
    assert order.payment.code == ("bank_transfer.bank_transfer" if joined else "bank_transfer")
    none = read_order(shop, place_order(shop, Sale(shipping_method=None, shipping=NOWHERE)))
    assert none.shipping is None


def test_addresses(shop: Lab) -> None:
    order = read_order(shop, place_order(shop, Sale(shipping={**ADDRESS, "company": ""})))
    address = order.payment_address
    assert isinstance(address, Address)
    assert (address.first_name, address.last_name) == ("Ann-Marie", "O'Neil & Co")
    assert address.company == 'Fish & Chips "Ltd"'
    assert (address.line1, address.line2) == ("12 High Street", "Flat 3")
    assert (address.city, address.postcode) == ("London", "N1 7AA")
    assert (address.country, address.country_name) == ("GB", "United Kingdom")
    assert (address.zone, address.zone_code) == ("Greater London", "LDN")
    assert (address.phone, address.email) == ("+44 20 7946 0000", "Ann@Example.com")
    assert (address.kind, address.customer) == ("invoice", order.customer_key)
    delivery = order.shipping_address
    assert delivery is not None
    assert (delivery.kind, delivery.company) == ("delivery", "")
    assert delivery.key != address.key


def test_a_guest_who_gave_one_address_is_invoiced_there(shop: Lab) -> None:
    order = read_order(shop, place_order(shop, Sale(payment=NOWHERE)))
    assert order.payment_address is not None
    assert order.shipping_address is not None
    assert order.payment_address == replace(order.shipping_address, kind="invoice")
    digital = read_order(shop, place_order(shop, Sale(payment=NOWHERE, shipping=NOWHERE)))
    assert (digital.payment_address, digital.shipping_address) == (None, None)
    named = {**NOWHERE, "firstname": "Ann", "lastname": "Neil"}
    only_a_name = read_order(shop, place_order(shop, Sale(payment=named, shipping=NOWHERE)))
    assert only_a_name.payment_address is None


def test_a_country_that_is_gone_keeps_its_name(shop: Lab) -> None:
    gone = {**ADDRESS, "country_id": 9999, "country": "Yugoslavia", "zone": "Vojvodina"}
    address = read_order(shop, place_order(shop, Sale(payment=gone))).payment_address
    assert address is not None
    assert (address.country, address.country_name) == ("", "Yugoslavia")
    # the zone's id is still known, but belongs to another country
    assert (address.zone, address.zone_code) == ("Vojvodina", "")


def test_a_registered_customer_is_named_even_when_deleted(shop: Lab) -> None:
    order = read_order(shop, place_order(shop, Sale(customer=77)))
    assert (order.customer, order.customer_key, order.guest) == ("77", "77", False)


def test_a_product_that_is_gone(shop: Lab) -> None:
    order = read_order(shop, place_order(shop, Sale(lines=(cinema(shop, product_id=4242),))))
    (line,) = order.lines
    assert (line.product, line.variant, line.values, line.tax_class) == (None, None, (), None)
    assert line.name == 'Apple Cinema 30"'
    assert len(line.options) == 5


def test_a_variant_of_opencart_4(shop: Lab) -> None:
    if not shop.shop.dialect.variants:
        pytest.skip("OpenCart 3 has no variants")
    select = chosen(shop, 5, 40, "Select", "Blue")
    fixed = {str(select["product_option_id"]): str(select["product_option_value_id"])}
    columns = {
        row[0]: row[1]
        for row in shop.sql("SHOW COLUMNS FROM oc_product")
        if row[0] not in {"product_id", "master_id", "variant", "override"}
    }
    names = ", ".join(f"`{name}`" for name in columns)
    shop.sql(
        f"INSERT INTO oc_product (master_id, variant, override, {names})"
        f" SELECT 42, %s, %s, {names} FROM oc_product WHERE product_id = 42",
        php(fixed),
        php({"variant": dict.fromkeys(fixed, "1")}),
    )
    variant = shop.value("SELECT MAX(product_id) FROM oc_product")
    if shop.shop.dialect.code_table:
        insert(shop, "product_code", product_id=variant, code="SKU", value="V-40")
    else:
        shop.sql("UPDATE oc_product SET sku = 'V-40' WHERE product_id = %s", variant)
    try:
        medium = (chosen(shop, 1, 31, "Radio", "Medium"),)
        sold = cinema(shop, product_id=variant, master_id=42, options=medium)
        key = place_order(shop, Sale(lines=(sold,)))
        (line,) = read_order(shop, key).lines
        assert (line.product, line.variant, line.sku) == ("42", str(variant), "V-40")
        assert line.values == ("option:1/31", "option:5/40")
        shop.sql("UPDATE oc_product SET variant = '{broken' WHERE product_id = %s", variant)
        (line,) = read_order(shop, key).lines
        assert (line.product, line.variant, line.values) == ("42", str(variant), ("option:1/31",))
        shop.sql("DELETE FROM oc_product WHERE product_id = %s", variant)
        (line,) = read_order(shop, key).lines
        assert (line.product, line.variant, line.values) == ("42", None, ("option:1/31",))
    finally:
        shop.sql("DELETE FROM oc_product WHERE product_id = %s", variant)
        if shop.shop.dialect.code_table:
            shop.sql("DELETE FROM oc_product_code WHERE product_id = %s", variant)


def test_an_order_without_a_status_is_no_order(shop: Lab) -> None:
    abandoned = place_order(shop, Sale(status=0, history=()))
    real = place_order(shop, Sale())
    reader = shop.shop.reader(Entity.ORDERS)
    assert [row.key for row in reader.scan("", 10)] == [real]
    assert [row.key for row in reader.scan_keys([abandoned, real])] == [real]
    assert [record.key for record in reader.read([abandoned, real])] == [real]
    assert reader.count() == 1
