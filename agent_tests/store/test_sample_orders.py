"""Orders of the sample shop add up as OpenCart's do, in every schema, and fit its catalogue."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from agent.model.catalogue import Attribute, AttributeValue, Product
from agent.model.entity import Entity
from agent.model.sales import Customer, Order, OrderLine
from agent.sandbox.store.people import german_vat
from agent_tests.store.conftest import SHAPES, Lab, MakeShop

ROUNDED = Decimal("0.0001")


@pytest.fixture(params=SHAPES)
def lab(request: pytest.FixtureRequest, make_shop: MakeShop) -> Lab:
    """Give a sample shop with enough orders to have one of everything."""
    return make_shop(request.param, products=80, orders=240)


def orders_of(lab: Lab) -> list[Order]:
    reader = lab.shop.reader(Entity.ORDERS)
    records = reader.read([row.key for row in reader.scan("", 1000)])
    assert len(records) == 240
    return [record for record in records if isinstance(record, Order)]


def products_of(lab: Lab) -> dict[str, Product]:
    reader = lab.shop.reader(Entity.PRODUCTS)
    records = reader.read([row.key for row in reader.scan("", 1000)])
    return {record.key: record for record in records if isinstance(record, Product)}


def test_totals_and_taxes_follow_from_the_lines(lab: Lab) -> None:
    orders = orders_of(lab)
    assert len(orders) == 240
    for order in orders:
        rows = {row.code: row.value for row in order.totals if row.code != "tax"}
        taxes = sum(row.value for row in order.totals if row.code == "tax")
        slack = len(order.totals) * ROUNDED
        goods = sum((line.total for line in order.lines), Decimal(0))
        gifts = sum((voucher.amount for voucher in order.vouchers), Decimal(0))
        assert rows["sub_total"] == goods + gifts
        assert all(line.total == line.price * line.quantity for line in order.lines)
        charged = sum(line.tax * line.quantity for line in order.lines)
        if charged:
            fees = sum(rows.get(code, 0) for code in ("shipping", "handling", "low_order_fee"))
            charged += Decimal(fees) * 19 / 100
        coupon = rows.get("coupon", Decimal(0))
        off = sum(line.tax * line.quantity for line in order.lines) * coupon / goods
        assert abs(charged + off - taxes) <= slack + ROUNDED * len(order.lines) * 3
        counted = sum(row.value for row in order.totals if row.code != "total")
        assert abs(counted - order.total) <= slack
        assert rows["total"] == order.total


def test_lines_fit_the_catalogue(lab: Lab) -> None:
    products = products_of(lab)
    kinds: Counter[str] = Counter()
    for order in orders_of(lab):
        for line in order.lines:
            if line.product is None:
                kinds["gone"] += 1
                continue
            product = products[line.product]
            if int(line.key) % 7 == 0:
                assert line.price == price_of(lab, product, line, order.language)
            assert line.tax_class == product.tax_class
            choices = {
                option.attribute
                for option in product.options
                if option.required and not option.attribute.endswith(":optional")
            }
            assert {value.split("/")[0] for value in line.values} == choices
            if line.variant is not None:
                kinds["variant"] += 1
                (variant,) = [v for v in product.variants if v.key == line.variant]
                assert set(variant.values) <= set(line.values)
                assert line.sku == (variant.sku or product.sku)
            elif line.values:
                kinds["chosen"] += 1
            assert len(line.options) >= len(line.values)
    assert kinds["gone"] == 1
    assert kinds["chosen"] > 50
    assert (kinds["variant"] > 5) == lab.shop.dialect.variants


def price_of(lab: Lab, product: Product, line: OrderLine, language: str) -> Decimal:
    """Return the price of the product or variant with the extras of what was chosen."""
    price = product.price
    for variant in product.variants:
        if variant.key == line.variant and variant.price is not None:
            price = variant.price
    chosen = Counter((option.name, option.value) for option in line.options)
    for option in product.options:
        (attribute,) = lab.shop.reader(Entity.ATTRIBUTES).read([option.attribute])
        assert isinstance(attribute, Attribute)
        values = lab.shop.reader(Entity.ATTRIBUTE_VALUES).read([v.value for v in option.values])
        names = {value.key: value.name for value in values if isinstance(value, AttributeValue)}
        for value in option.values:
            pair = (attribute.name[language], names[value.value][language])
            price += value.price_extra * chosen.pop(pair, 0)
    assert not chosen
    return price


def test_there_is_one_of_everything(lab: Lab) -> None:
    orders = orders_of(lab)
    seen = Counter(row.code for order in orders for row in order.totals)
    for code in ("sub_total", "shipping", "low_order_fee", "handling", "coupon", "tax", "credit"):
        assert seen[code] > 0, code
    new, old = lab.version.startswith("4.1"), lab.version.startswith("3")
    assert (seen["voucher"] > 0, any(o.vouchers for o in orders)) == (not new, not new)
    assert {order.currency for order in orders} == {"EUR", "CHF"}
    assert {order.rate for order in orders if order.currency == "CHF"} == {Decimal("0.95")}
    assert {order.status for order in orders} == {"1", "2", "3", "5", "7", "11"}
    assert {order.payment.key for order in orders if order.payment} == {"cod", "bank_transfer"}
    assert {order.shipping.key for order in orders if order.shipping} == {"flat", "pickup"}
    assert any(len({row.title for row in o.totals if row.code == "tax"}) == 2 for o in orders)
    swiss = [o for o in orders if o.shipping_address and o.shipping_address.country == "CH"]
    assert swiss
    assert not any(row.code == "tax" for order in swiss for row in order.totals)
    for order in orders:
        assert order.payment_address is not None
        assert order.shipping_address is not None
        assert order.language in {"en-gb", "de-de"}
        assert order.history > 0
    guests = [order for order in orders if order.guest]
    assert len(guests) > 10
    stored = lab.value(
        "SELECT COUNT(*) FROM `oc_order` WHERE customer_id = 0 AND order_status_id > 0"
        " AND payment_city = ''"
    )
    assert stored == (0 if old else len(guests))
    abandoned = lab.value("SELECT COUNT(*) FROM `oc_order` WHERE order_status_id = 0")
    assert abandoned == 24


def test_orders_lead_up_to_yesterday(lab: Lab) -> None:
    dates = [order.date for order in orders_of(lab)]
    assert dates == sorted(dates)
    now = datetime.now(UTC)
    assert now - timedelta(days=3) < dates[-1] < now
    assert dates[0] > now - timedelta(days=90)


def test_customers_and_companies(lab: Lab) -> None:
    reader = lab.shop.reader(Entity.CUSTOMERS)
    records = reader.read([row.key for row in reader.scan("", 1000)])
    people = [record for record in records if isinstance(record, Customer)]
    assert len(people) == len(records) == 80
    firms = [person for person in people if person.company]
    assert firms
    for firm in firms:
        assert german_vat(firm.custom_fields["1"][2:10]) == firm.custom_fields["1"]
        assert firm.custom_fields["2"] in {"Trade & retail", "Craft"}
        assert firm.group_name == "Trade & craft"
    by_key = {person.key: person for person in people}
    matched = 0
    for order in orders_of(lab):
        if order.customer is None:
            continue
        person = by_key[order.customer]
        keys = {address.key for address in person.addresses}
        assert order.payment_address is not None
        assert order.shipping_address is not None
        assert order.payment_address.key == person.address
        assert order.shipping_address.key in keys
        matched += order.shipping_address.key != person.address
        if person.company:
            assert order.custom_fields.items() >= person.custom_fields.items()
    assert matched > 0


@pytest.mark.parametrize("number", ["DE136695976", "DE115235681", "DE143454214", "DE123475223"])
def test_german_vat_numbers(number: str) -> None:
    assert german_vat(number[2:10]) == number
