"""Customers and orders of the sample shop, as rows. Totals add up to the cent."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from agent.sandbox.store.goods import ENGLISH, GERMAN, LANGUAGES, OPTION
from agent.sandbox.store.localisation import (
    BAVARIA,
    CUSTOMER_GROUP,
    GERMANY,
    SHOP_NAME,
    escape,
)
from agent.sandbox.store.plan import OPENED, REDUCED_TAX, ProductPlan, ValuePlan, product
from agent.sandbox.store.writer import Value, Writer

_FIRST = ("Anna", "Björn", "Clara", "Deniz", "Emil", "Frieda", "Gökhan", "Hanna", "Ivo", "Jana")
_LAST = ("Acker", "Brandt", "Çelik", "Dietrich", "O'Neil", "Fuchs", "Groß", "Horn", "Ilves", "Jung")
_STREETS = ("Lindenweg", "Am Hang", "Hauptstraße", "Mühlgasse", "Seeufer")
_CITIES = (("80331", "München"), ("90402", "Nürnberg"), ("86150", "Augsburg"))
_SHIPPING = Decimal("4.90")
_CENT = Decimal("0.01")
_RATES = {REDUCED_TAX: (Decimal(7), "VAT 7%")}
_STANDARD = (Decimal(19), "VAT 19%")
_PATHS = ((1,), (1, 2), (1, 2, 3), (1, 2, 3, 5), (1, 7), (1, 2, 3, 11))


@dataclass(frozen=True, slots=True)
class CustomerPlan:
    """A customer, who is also the address."""

    id: int
    firstname: str
    lastname: str
    street: str
    postcode: str
    city: str
    language: int

    @property
    def email(self) -> str:
        """An address at a domain that nobody owns."""
        return f"customer{self.id}@example.com"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order; ``price`` and ``tax`` are per piece."""

    plan: ProductPlan
    values: tuple[ValuePlan, ...]
    quantity: int
    price: Decimal
    rate: Decimal
    rate_name: str

    @property
    def tax(self) -> Decimal:
        """Tax of one piece."""
        return self.price * self.rate / 100


def customer(seed: int, number: int) -> CustomerPlan:
    """Return customer ``number`` (from 1)."""
    rng = random.Random(f"{seed}/customer/{number}")  # noqa: S311 - a sample, no secret
    postcode, city = rng.choice(_CITIES)
    street = f"{rng.choice(_STREETS)} {rng.randrange(1, 90)}"
    language = GERMAN if rng.random() < 0.7 else ENGLISH
    return CustomerPlan(
        number, rng.choice(_FIRST), rng.choice(_LAST), street, postcode, city, language
    )


class OrderWriter:
    """Writes customers and their orders."""

    def __init__(self, writer: Writer, seed: int, products: int, orders: int) -> None:
        self._writer = writer
        self._seed = seed
        self._products = products
        self._orders = orders if products else 0
        self.customers = (self._orders + 2) // 3
        self._line = 0

    def write(self) -> None:
        """Write all customers, then all orders."""
        for number in range(1, self.customers + 1):
            self._customer(customer(self._seed, number))
        for number in range(1, self._orders + 1):
            self._order(number)

    def _customer(self, plan: CustomerPlan) -> None:
        name: dict[str, Value] = {
            "customer_id": plan.id,
            "firstname": plan.firstname,
            "lastname": plan.lastname,
        }
        self._writer.row(
            "customer",
            {
                **name,
                "customer_group_id": CUSTOMER_GROUP,
                "store_id": 0,
                "language_id": plan.language,
                "email": plan.email,
                "telephone": f"+49 89 {plan.id:06d}",
                "address_id": plan.id,
                "custom_field": "[]",
                "ip": "127.0.0.1",
                "status": 1,
                "token": "",
                "date_added": OPENED + timedelta(hours=plan.id),
            },
        )
        self._writer.row(
            "address",
            {
                "address_id": plan.id,
                **name,
                "company": "",
                "address_1": plan.street,
                "address_2": "",
                "city": plan.city,
                "postcode": plan.postcode,
                "country_id": GERMANY,
                "zone_id": BAVARIA,
                "custom_field": "[]",
                "default": 1,
            },
        )

    # -- one order -------------------------------------------------------------------------------

    def _order(self, number: int) -> None:
        rng = random.Random(f"{self._seed}/order/{number}")  # noqa: S311 - a sample, no secret
        buyer = customer(self._seed, rng.randrange(1, self.customers + 1))
        guest = rng.random() < 0.15
        lines = [self._pick(rng) for _ in range(rng.randrange(1, 5))]
        placed = OPENED + timedelta(minutes=37 * number)
        path = rng.choice(_PATHS)
        totals = _totals(lines)
        total = totals[-1][2]
        self._writer.row("order", self._head(number, buyer, placed, path[-1], total, guest=guest))
        for line in lines:
            self._order_line(number, line, buyer.language - 1)
        add = self._writer.table(
            "order_total", "order_id", "extension", "code", "title", "value", "sort_order"
        )
        for sort_order, (code, title, value) in enumerate(totals, 1):
            add(number, "opencart", code, title, value, sort_order)
        history = self._writer.table(
            "order_history", "order_id", "order_status_id", "notify", "comment", "date_added"
        )
        for step, status in enumerate(path):
            history(number, status, int(step > 0), "", placed + timedelta(hours=step * 5))

    def _pick(self, rng: random.Random) -> Line:
        plan = product(self._seed, rng.randrange(1, self._products + 1))
        values = tuple(
            rng.choice(choice.values)
            for choice in plan.choices
            if choice.values and (choice.required or rng.random() < 0.3)
        )
        price = plan.price + sum((value.extra for value in values), Decimal(0))
        rate, name = _RATES.get(plan.tax_class_id, _STANDARD)
        return Line(plan, values, plan.minimum * rng.randrange(1, 4), price, rate, name)

    def _order_line(self, number: int, line: Line, language: int) -> None:
        self._line += 1
        self._writer.row(
            "order_product",
            {
                "order_product_id": self._line,
                "order_id": number,
                "product_id": line.plan.id,
                "master_id": 0,
                "name": escape(line.plan.name[language]),
                "model": line.plan.model,
                "quantity": line.quantity,
                "price": line.price,
                "total": line.price * line.quantity,
                "tax": line.tax,
            },
        )
        choices = {value.id: choice for choice in line.plan.choices for value in choice.values}
        for value in line.values:
            choice = choices[value.id]
            option = OPTION[choice.option_id]
            self._writer.row(
                "order_option",
                {
                    "order_id": number,
                    "order_product_id": self._line,
                    "product_option_id": choice.id,
                    "product_option_value_id": value.id,
                    "name": escape(option.name[language]),
                    "value": escape(option.values[value.index][language]),
                    "type": option.kind,
                },
            )

    def _head(
        self,
        number: int,
        buyer: CustomerPlan,
        placed: datetime,
        status: int,
        total: Decimal,
        *,
        guest: bool,
    ) -> Mapping[str, Value]:
        joined = self._writer.shape.at_least("4.0.2")
        address: dict[str, Value] = {
            "firstname": buyer.firstname,
            "lastname": buyer.lastname,
            "company": "",
            "address_1": buyer.street,
            "address_2": "",
            "city": buyer.city,
            "postcode": buyer.postcode,
            "country": "Germany",
            "country_id": GERMANY,
            "zone": "Bavaria",
            "zone_id": BAVARIA,
            "address_format": "",
            "custom_field": "[]",
        }
        payment, shipping = {"code": "cod.cod", "name": "Cash on delivery"}, _shipping_method()
        return {
            "order_id": number,
            "invoice_prefix": "INV-2024-00",
            "store_name": escape(SHOP_NAME),
            "store_url": "http://127.0.0.1/",
            "customer_id": 0 if guest else buyer.id,
            "customer_group_id": CUSTOMER_GROUP,
            "firstname": buyer.firstname,
            "lastname": buyer.lastname,
            "email": buyer.email,
            "telephone": f"+49 89 {buyer.id:06d}",
            "custom_field": "[]",
            **{f"payment_{key}": value for key, value in address.items()},
            **{f"shipping_{key}": value for key, value in address.items()},
            "payment_method": json.dumps(payment) if joined else payment["name"],
            "payment_code": "cod",
            "shipping_method": json.dumps(shipping) if joined else shipping["name"],
            "shipping_code": "flat.flat",
            "comment": "",
            "total": total,
            "order_status_id": status,
            "language_id": buyer.language,
            "language_code": LANGUAGES[buyer.language - 1][2],
            "currency_id": 1,
            "currency_code": "EUR",
            "currency_value": 1,
            "ip": "127.0.0.1",
            "date_added": placed,
            "date_modified": placed,
        }


def _shipping_method() -> dict[str, str]:
    return {
        "code": "flat.flat",
        "name": "Parcel service",
        "cost": str(_SHIPPING),
        "tax_class_id": "9",
        "text": "€4.90",
    }


def _totals(lines: list[Line]) -> list[tuple[str, str, Decimal]]:
    """Return code, title and value of the total rows; the last one is the sum of the others."""
    goods = sum((line.price * line.quantity for line in lines), Decimal(0))
    taxes: dict[str, Decimal] = {_STANDARD[1]: _SHIPPING * _STANDARD[0] / 100}
    for line in lines:
        taxes[line.rate_name] = taxes.get(line.rate_name, Decimal(0)) + line.tax * line.quantity
    rows = [("sub_total", "Sub-Total", goods), ("shipping", "Parcel service", _SHIPPING)]
    rows += [("tax", name, value.quantize(_CENT, ROUND_HALF_UP)) for name, value in taxes.items()]
    return [*rows, ("total", "Total", sum((row[2] for row in rows), Decimal(0)))]
