"""Customers and orders as OpenCart's own checkout stores them, in the columns each version has."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.model.entity import Entity
from agent.model.sales import Order
from agent_tests.store.conftest import Lab

UK, LONDON = 222, 3553
CINEMA = 42
"""A product of the demo shop: radio, checkbox and select (options 1, 2, 5) are required."""
ADDRESS = {
    "firstname": "Ann-Marie",
    "lastname": "O&#039;Neil &amp; Co",
    "company": "Fish &amp; Chips &quot;Ltd&quot;",
    "address_1": "12 High Street",
    "address_2": "Flat 3",
    "city": "London",
    "postcode": "N1 7AA",
    "country": "United Kingdom",
    "country_id": UK,
    "zone": "Greater London",
    "zone_id": LONDON,
}
NOWHERE = {key: 0 if key.endswith("_id") else "" for key in ADDRESS}


def insert(lab: Lab, table: str, **values: object) -> int:
    """Insert a row, leaving out columns that this version lacks; return its id."""
    kept = {c: v for c, v in values.items() if lab.shop.dialect.has(table, c)}
    names = ", ".join(f"`{column}`" for column in kept)
    marks = ", ".join(["%s"] * len(kept))
    lab.sql(f"INSERT INTO `oc_{table}` ({names}) VALUES ({marks})", *kept.values())
    return int(lab.value("SELECT LAST_INSERT_ID()"))


def php(value: object) -> str:
    """Return JSON as PHP writes it."""
    return "[]" if value == {} else json.dumps(value, separators=(",", ":"))


@dataclass
class Sale:
    """What an order is made of."""

    status: int = 1
    customer: int = 0
    payment: Mapping[str, object] = field(default_factory=lambda: dict(ADDRESS))
    shipping: Mapping[str, object] = field(default_factory=lambda: dict(ADDRESS))
    payment_method: tuple[str, str] = ("cod", "Cash On Delivery")
    shipping_method: tuple[str, str] | None = ("flat.flat", "Flat Shipping Rate")
    lines: Sequence[Mapping[str, object]] = ()
    totals: Sequence[tuple[str, str, str, int]] = (("total", "Total", "0", 9),)
    vouchers: Sequence[Mapping[str, object]] = ()
    history: Sequence[int] | None = None
    values: Mapping[str, object] = field(default_factory=dict)


def place_order(lab: Lab, sale: Sale) -> str:
    """Store an order as the shop does, with a history row per status; return its key."""
    joined = not lab.shop.dialect.has("order", "payment_code")
    row: dict[str, object] = {
        "invoice_prefix": "INV-2026-00",
        "store_name": "Your &quot;Store&quot;",
        "store_url": "http://127.0.0.1/",
        "customer_id": sale.customer,
        "customer_group_id": 1,
        "firstname": "Ann-Marie",
        "lastname": "O&#039;Neil &amp; Co",
        "email": "Ann@Example.com",
        "telephone": "+44 20 7946 0000",
        "custom_field": "[]",
        **{f"payment_{key}": value for key, value in sale.payment.items()},
        **{f"shipping_{key}": value for key, value in sale.shipping.items()},
        "payment_address_format": "",
        "shipping_address_format": "",
        "payment_custom_field": "[]",
        "shipping_custom_field": "[]",
        **_method("payment", sale.payment_method, joined=joined),
        **_method("shipping", sale.shipping_method, joined=joined),
        "comment": "",
        "total": next(value for code, _title, value, _order in sale.totals if code == "total"),
        "order_status_id": sale.status,
        "language_id": 1,
        "language_code": "en-gb",
        "currency_id": 2,
        "currency_code": "USD",
        "currency_value": "1",
        "ip": "203.0.113.9",
        "user_agent": "Browser",
        "date_added": "2026-07-01 12:30:00",
        "date_modified": "2026-07-01 12:30:00",
        **sale.values,
    }
    order = insert(lab, "order", **row)
    for line in sale.lines:
        plain = {key: value for key, value in line.items() if key != "options"}
        number = insert(lab, "order_product", order_id=order, reward=0, **plain)
        options: Any = line.get("options", ())
        for option in options:
            insert(lab, "order_option", order_id=order, order_product_id=number, **option)
    for code, title, value, place in sale.totals:
        insert(
            lab,
            "order_total",
            order_id=order,
            extension="opencart",
            code=code,
            title=title,
            value=value,
            sort_order=place,
        )
    for voucher in sale.vouchers if lab.shop.dialect.has("order_voucher") else ():
        insert(lab, "order_voucher", order_id=order, **voucher)
    for status in (sale.status,) if sale.history is None else sale.history:
        add_history(lab, order, status)
    return str(order)


def add_history(lab: Lab, order: int | str, status: int) -> int:
    """Add a history row, as a change of status does."""
    return insert(
        lab,
        "order_history",
        order_id=order,
        order_status_id=status,
        notify=0,
        comment="",
        date_added="2026-07-01 12:30:00",
    )


def _method(kind: str, method: tuple[str, str] | None, *, joined: bool) -> dict[str, object]:
    if not joined:
        code, name = method or ("", "")
        return {f"{kind}_method": name, f"{kind}_code": code}
    if method is None:
        return {f"{kind}_method": ""}
    code, name = method
    value = {"code": code if "." in code else f"{code}.{code}", "name": name}
    if kind == "shipping":
        value |= {"cost": "5.00", "tax_class_id": "9", "text": "$5.00"}
    return {f"{kind}_method": php(value)}


def read_order(lab: Lab, key: str) -> Order:
    """Return an order that can be read."""
    (record,) = lab.shop.reader(Entity.ORDERS).read([key])
    assert isinstance(record, Order), getattr(record, "error", record)
    return record


def chosen(lab: Lab, option_id: int, value: int, name: str, text: str) -> dict[str, object]:
    """Return the row of a chosen value, as the shop writes it."""
    found = lab.sql(
        "SELECT product_option_id, product_option_value_id FROM oc_product_option_value"
        " WHERE product_id = %s AND option_id = %s AND option_value_id = %s",
        CINEMA,
        option_id,
        value,
    )
    return {
        "product_option_id": found[0][0],
        "product_option_value_id": found[0][1],
        "name": name,
        "value": text,
        "type": "select",
    }


def cinema(lab: Lab, **changes: object) -> dict[str, object]:
    """Return a line of the demo shop's monitor with options of five kinds."""
    return {
        "product_id": CINEMA,
        "master_id": 0,
        "name": "Apple Cinema 30&quot;",
        "model": "Product 15",
        "quantity": 2,
        "price": "104.1667",
        "total": "208.3334",
        "tax": "22.8333",
        "options": (
            chosen(lab, 1, 32, "Radio", "Small"),
            chosen(lab, 2, 24, "Checkbox", "Checkbox 2"),
            chosen(lab, 5, 39, "Select", "Red &amp; white"),
            {
                "product_option_id": 208,
                "product_option_value_id": 0,
                "name": "Text",
                "value": "For &quot;Ann&quot;\r\nwith love",
                "type": "textarea",
            },
            {
                "product_option_id": 222,
                "product_option_value_id": 0,
                "name": "File",
                "value": "0a1b2c3d4e",
                "type": "file",
            },
        ),
        **changes,
    }
