"""Orders of the sample shop, as rows.

They lead up to yesterday, so that a shop just made has orders of the last weeks. A tenth of them
again was abandoned at the checkout and has no status. Of larger shops one order has a line whose
product was deleted since.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from agent.sandbox.store.baskets import PARCEL, PICKUP, Deal, Line, Row, make_deal, totals
from agent.sandbox.store.checkout_rows import FLAT_COST, total_order
from agent.sandbox.store.customer_rows import (
    CustomerWriter,
    account_fields,
    address_fields,
    group_of,
    php_json,
)
from agent.sandbox.store.families import FAMILIES
from agent.sandbox.store.goods import GERMAN, LANGUAGES, OPTION
from agent.sandbox.store.localisation import SHOP_NAME, escape
from agent.sandbox.store.people import Person, Place, customer, guest
from agent.sandbox.store.plan import STANDARD_TAX, ValuePlan, product
from agent.sandbox.store.writer import Value, Writer

_PATHS = ((1,), (1, 2), (1, 2, 3), (1, 2, 3, 5), (1, 7), (1, 2, 3, 11))
_BETWEEN = timedelta(minutes=37)
_CURRENCIES = {"EUR": (1, Decimal(1)), "CHF": (2, Decimal("0.95"))}
_GONE_ORDER, _GONE_PRODUCT = 17, 900_001
_COD = ("Cash on delivery", "Nachnahme")
_TRANSFER = ("Bank transfer", "Vorkasse")
_ADDRESS_TEXTS = (
    "firstname",
    "lastname",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "country",
    "zone",
    "address_format",
)
_COMMENTS = (
    "",
    "",
    "",
    "",
    "Bitte nicht knicken &amp; klingeln\r\nDanke!",
    "Leave it &quot;dry&quot;",
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
        self._variants = writer.shape.at_least("4.0")
        self._joined = writer.shape.at_least("4.0.2")
        midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)  # noqa: DTZ005
        self._last = midnight - timedelta(days=1)  # the shop's own time, as it is stored

    def write(self) -> None:
        """Write all customers, then all orders."""
        CustomerWriter(self._writer, self._seed, self.customers).write()
        for number in range(1, self._orders + self._orders // 10 + 1):
            self._order(number, abandoned=number > self._orders)

    # -- one order -------------------------------------------------------------------------------

    def _order(self, number: int, *, abandoned: bool) -> None:
        rng = random.Random(f"{self._seed}/order/{number}")  # noqa: S311 - a sample, no secret
        buyer = self._buyer(rng, number)
        untaxed = buyer.untaxed
        lines = [self._pick(rng, untaxed=untaxed) for _ in range(rng.randrange(1, 5))]
        vouchers = not self._writer.shape.at_least("4.1")
        deal = make_deal(rng, untaxed=untaxed, language=buyer.language, vouchers=vouchers)
        if not buyer.id:  # guests have no account with credit
            deal = replace(deal, credit=Decimal(0))
        currency = "CHF" if untaxed or rng.random() < 0.05 else "EUR"
        placed = self._last - _BETWEEN * max(0, self._orders - number)
        path = () if abandoned else rng.choice(_PATHS)
        rows = totals(lines, deal)
        head = {
            **self._head(number, buyer, rng),
            **self._methods(rng, deal),
            "total": rows[-1].value,
            "order_status_id": path[-1] if path else 0,
            "currency_id": _CURRENCIES[currency][0],
            "currency_code": currency,
            "currency_value": _CURRENCIES[currency][1],
            "invoice_no": number if path[-1:] == (5,) else 0,
            "date_added": placed,
            "date_modified": placed,
        }
        self._writer.row("order", head)
        for index, line in enumerate(lines):
            gone = index == 0 and number == _GONE_ORDER and not abandoned
            self._order_line(number, line, buyer.language - 1, gone=gone)
        self._totals(number, rows)
        if deal.gift:
            self._gift(number, buyer, deal.gift)
        self._history(number, path, placed)

    def _buyer(self, rng: random.Random, number: int) -> Person:
        registered = customer(self._seed, rng.randrange(1, self.customers + 1))
        if rng.random() >= 0.15:
            return registered
        # some of those who order as guests registered later
        return guest(self._seed, number, registered.email if rng.random() < 0.3 else None)

    def _pick(self, rng: random.Random, *, untaxed: bool) -> Line:
        plan = product(self._seed, rng.randrange(1, self._products + 1))
        fixed: tuple[ValuePlan, ...] = ()
        sold, master, price = plan.id, 0, plan.price
        variants = tuple(plan.variants()) if self._variants else ()
        if variants and rng.random() < 0.7:
            index = rng.randrange(len(variants))
            fixed, master = variants[index], plan.id
            sold = self._products + 1 + _variants_before(plan.id) + index
            price = plan.price - 1 if sold % 2 == 0 else plan.price
        decided = {value.id for value in fixed}
        values = list(fixed)
        for choice in plan.choices:
            own = {value.id for value in choice.values}
            if own and not own & decided and (choice.required or rng.random() < 0.3):
                values.append(rng.choice(choice.values))
        price += sum((value.extra for value in values), Decimal(0))
        quantity = plan.minimum * rng.randrange(1, 4)
        return Line(plan, sold, master, tuple(values), quantity, price, untaxed)

    def _order_line(self, number: int, line: Line, language: int, *, gone: bool) -> None:
        self._line += 1
        plan = line.plan
        self._writer.row(
            "order_product",
            {
                "order_product_id": self._line,
                "order_id": number,
                "product_id": _GONE_PRODUCT if gone else line.sold,
                "master_id": 0 if gone else line.master,
                "name": escape(plan.name[language]),
                "model": plan.model,
                "quantity": line.quantity,
                "price": line.price,
                "total": line.total,
                "tax": line.tax,
            },
        )
        if gone:
            return
        choices = {value.id: choice for choice in plan.choices for value in choice.values}
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

    def _totals(self, number: int, rows: list[Row]) -> None:
        add = self._writer.table(
            "order_total", "order_id", "extension", "code", "title", "value", "sort_order"
        )
        for row in rows:
            add(number, "opencart", row.code, row.title, row.value, total_order(row.code))

    def _gift(self, number: int, buyer: Person, amount: Decimal) -> None:
        self._writer.row(
            "order_voucher",
            {
                "order_id": number,
                "description": f"{amount.quantize(Decimal('0.01'))} € Gutschein f&uuml;r Oma",
                "code": f"FH{number:06d}",
                "from_name": escape(buyer.first_name),
                "from_email": buyer.email,
                "to_name": "Oma",
                "to_email": "oma@example.org",
                "voucher_theme_id": 7,
                "message": "",
                "amount": amount,
            },
        )

    def _history(self, number: int, path: tuple[int, ...], placed: datetime) -> None:
        add = self._writer.table(
            "order_history", "order_id", "order_status_id", "notify", "comment", "date_added"
        )
        for step, status in enumerate(path):
            add(number, status, int(step > 0), "", placed + timedelta(hours=step * 5))

    def _head(self, number: int, buyer: Person, rng: random.Random) -> Mapping[str, Value]:
        home = buyer.places[0]
        # The storefront of OpenCart 4 asks guests for one address alone.
        alone = self._variants and not buyer.id
        away = rng.choice(buyer.places)
        return {
            "order_id": number,
            "invoice_prefix": "INV-2024-00",
            "transaction_id": "",
            "store_name": escape(SHOP_NAME),
            "store_url": "http://127.0.0.1/",
            "customer_id": buyer.id,
            "customer_group_id": group_of(buyer),
            "firstname": escape(buyer.first_name),
            "lastname": escape(buyer.last_name),
            "email": buyer.email,
            "telephone": buyer.phone,
            "custom_field": account_fields(buyer),
            **self._address("payment", buyer, None if alone else home),
            **self._address("shipping", buyer, away),
            "comment": rng.choice(_COMMENTS),
            "language_id": buyer.language,
            "language_code": LANGUAGES[buyer.language - 1][2],
            "ip": "127.0.0.1",
        }

    def _address(self, kind: str, buyer: Person, place: Place | None) -> Mapping[str, Value]:
        if place is None:
            empty: dict[str, Value] = {f"{kind}_{name}": "" for name in _ADDRESS_TEXTS}
            numbers = {f"{kind}_{name}": 0 for name in ("address_id", "country_id", "zone_id")}
            return {**empty, **numbers, f"{kind}_custom_field": "[]"}
        # Before 4.1 the shop knew the names of places in one language alone.
        speak = buyer.language - 1 if self._writer.shape.at_least("4.1.0.1") else 0
        return {
            f"{kind}_address_id": place.id,
            f"{kind}_firstname": escape(buyer.first_name),
            f"{kind}_lastname": escape(buyer.last_name),
            f"{kind}_company": escape(place.company),
            f"{kind}_address_1": place.street,
            f"{kind}_address_2": "",
            f"{kind}_city": place.town.city,
            f"{kind}_postcode": place.town.postcode,
            f"{kind}_country": place.town.country_name[speak],
            f"{kind}_country_id": place.town.country,
            f"{kind}_zone": place.town.zone_name[speak],
            f"{kind}_zone_id": place.town.zone,
            f"{kind}_address_format": "",
            f"{kind}_custom_field": address_fields(place),
        }

    def _methods(self, rng: random.Random, deal: Deal) -> Mapping[str, Value]:
        german = deal.language == GERMAN
        payment = rng.choice((("cod", _COD), ("cod", _COD), ("bank_transfer", _TRANSFER)))
        code = "flat" if deal.parcel else "pickup"
        title = (PARCEL if deal.parcel else PICKUP)[int(german)]
        if not self._joined:
            return {
                "payment_method": payment[1][int(german)],
                "payment_code": payment[0],
                "shipping_method": title,
                "shipping_code": f"{code}.{code}",
            }
        shipping = {
            "code": f"{code}.{code}",
            "name": title,
            "cost": FLAT_COST if deal.parcel else "0.00",
            "tax_class_id": str(STANDARD_TAX) if deal.parcel else "0",
            "text": f"€{FLAT_COST}" if deal.parcel else "€0.00",
        }
        name = payment[1][int(german)]
        return {
            "payment_method": php_json({"code": f"{payment[0]}.{payment[0]}", "name": name}),
            "shipping_method": php_json(shipping),
        }


def _variants_before(number: int) -> int:
    """Return how many variants the products below ``number`` have.

    Which product has two of them repeats with the families and every fifth product, so nothing has
    to be remembered.
    """
    period = 5 * len(FAMILIES)
    whole, rest = divmod(number - 1, period)
    return 2 * (whole * _count(period) + _count(rest))


def _count(below: int) -> int:
    return sum(FAMILIES[n % len(FAMILIES)].variants and n % 5 == 0 for n in range(below))
