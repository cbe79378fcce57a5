"""A shop that sells: customers, orders, and what the ERP has to have for them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.erp.port import Outcome
from agent.model.document import DocumentLine, LineKind, SalesDocument
from agent.model.entity import Entity
from agent.model.sales import Address, Currency, Customer, address_key
from agent_tests.contract.common.books import Books
from agent_tests.contract.ground import unique
from agent_tests.contract.shop import Connects, Shop

PLACED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
CENT = Decimal("0.01")
BANK = "bank"
"""The payment method that is the company's bank account."""


def cents(value: Decimal) -> Decimal:
    """Round half up to cents, as OpenCart shows amounts."""
    return value.quantize(CENT, ROUND_HALF_UP)


def address(customer: str, **parts: str) -> Address:
    """Return an address in New York unless told otherwise."""
    kind: Any = parts.pop("kind", "other")
    phone, email = parts.pop("phone", ""), parts.pop("email", "")
    country_name = parts.pop("country_name", "United States")
    values = {
        "first_name": "Anna",
        "last_name": "Berg",
        "line1": "1 Main Street",
        "city": "New York",
        "postcode": "10001",
        "zone": "New York",
        "zone_code": "NY",
        "country": "US",
        **parts,
    }
    return Address(
        address_key(customer, values),
        customer,
        country_name=country_name,
        phone=phone,
        email=email,
        kind=kind,
        **values,
    )


def customer(key: str, *addresses: Address, **values: Any) -> Customer:
    """Return a customer whose first address is the default one."""
    given = {
        "email": f"{unique('mail').replace(' ', '')}@example.com",
        "first_name": "Anna",
        "last_name": "Berg",
        "phone": "+1 555 0100",
        "address": addresses[0].key if addresses else None,
        "addresses": addresses,
        **values,
    }
    return Customer(key, **given)


def line(key: str, price: str, quantity: int = 1, **values: Any) -> DocumentLine:
    """Return a line; ``rate`` (percent) computes its tax as the shop does."""
    rate = Decimal(values.pop("rate", "0"))
    kind = values.pop("kind", LineKind.PRODUCT)
    amount = Decimal(price)
    tax = (amount * rate / 100).quantize(Decimal("0.0001"), ROUND_HALF_UP) * quantity
    return DocumentLine(
        key,
        kind,
        values.pop("text", f"Line {key}"),
        Decimal(quantity),
        amount,
        tax=values.pop("tax", tax),
        **values,
    )


def document(key: str, *lines: DocumentLine, **values: Any) -> SalesDocument:
    """Return a document whose totals are those of its lines, summed up and then rounded."""
    tax = cents(sum((x.tax for x in lines), Decimal(0)))
    exact = sum((x.unit_price * x.quantity + x.tax for x in lines), Decimal(0))
    given = {
        "number": unique("OC").replace(" ", "-"),
        "date": PLACED,
        "customer": "1",
        "invoice_address": None,
        "delivery_address": None,
        "currency": "USD",
        "decimals": 2,
        "rate": Decimal(1),
        "amount_total": cents(exact),
        "amount_tax": tax,
        "lines": lines,
        **values,
    }
    return SalesDocument(key, **given)


class Seller(Shop):
    """Sends customers and orders; ``goods`` are kept in stock, tax ``86`` is 15 percent."""

    def __init__(self, ground: Connects, books: Books, **settings: object) -> None:
        super().__init__(ground, **settings)
        self.books = books
        self.currency = books.currency

    def ready_to_sell(self) -> None:
        """Make a customer, a product in stock, a tax of 15 % and a payment method's account."""
        self.buyer()
        self.link_currency()
        self.product("1", stock=50)
        self.make_tax("86", 15.0)
        self.refs[Entity.PAYMENT_METHODS, BANK] = self.books.bank()

    def link_currency(self) -> None:
        """Link the company's own currency, as flows do before the first order."""
        wanted = Currency(self.currency, self.currency, Decimal(1))
        (found,) = self.erp.match(Entity.CURRENCIES, [wanted], refs={})[self.currency]
        self.refs[Entity.CURRENCIES, self.currency] = found.ref

    def borrow(self, other: Seller, **settings: object) -> None:
        """Become another worker of the same shop: its own connection, what is known is shared."""
        self.erp.close()
        self.instance = other.instance
        self.erp = self.ground.connect(self.instance, **settings)
        self.refs = dict(other.refs)

    def product(self, key: str, *, stock: int = 0, **values: Any) -> str:
        """Make goods past the product and link variant ``key:`` to them."""
        made = self.books.make_goods(stock, **values)
        self.refs[Entity.VARIANTS, f"{key}:"] = made
        return made

    def stock(self, key: str, quantity: int) -> None:
        """Put pieces of a product into the warehouse."""
        self.books.receive(self.refs[Entity.VARIANTS, f"{key}:"], quantity)

    def make_tax(self, key: str, percent: float, **values: Any) -> str:
        """Make a sale tax past the product and link a rate of the shop to it."""
        made = self.books.sale_tax(Decimal(str(percent)), **values)
        self.refs[Entity.TAX_RATES, key] = made
        return made

    def goods(self, key: str, price: str, quantity: int = 1, **values: Any) -> DocumentLine:
        """Return a line of a product that :meth:`product` made."""
        item = (Entity.VARIANTS, f"{values.pop('of', key)}:")
        return line(f"line_{key}", price, quantity, item=item, **values)

    def document(self, key: str, *lines: DocumentLine, **values: Any) -> SalesDocument:
        """Return a document in the company's currency."""
        return document(key, *lines, **{"currency": self.currency, **values})

    def buyer(self, key: str = "1", **values: Any) -> Customer:
        """Send a customer with one address."""
        made = customer(key, address(key), **values)
        self.must(made)
        return made

    def agrees(self, outcome: Outcome, sent: SalesDocument) -> bool:
        """Tell whether the ERP's order has the shop's amounts, to the cent."""
        found = self.books.order(outcome.ref or "")
        return (cents(found.total), cents(found.tax)) == (sent.amount_total, sent.amount_tax)


def changed(record: Any, **values: Any) -> Any:
    """Return a record with some fields changed."""
    return dataclasses.replace(record, **values)
