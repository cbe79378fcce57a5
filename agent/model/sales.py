"""Canonical records of sales, as the shop has them: customers, addresses, orders.

Texts are decoded. Amounts are ``Decimal`` in the shop's default currency, as OpenCart stores them
(four decimals, without tax unless said); an order's ``currency`` and ``rate`` tell what the shopper
saw: amount times rate, rounded to the currency's decimals. Times are aware.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

ADDRESS_PARTS = (
    "first_name",
    "last_name",
    "company",
    "line1",
    "line2",
    "city",
    "postcode",
    "zone",
    "zone_code",
    "country",
)


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address of a customer.

    ``key`` is made by :func:`address_key` from the content: another content is another address.
    ``country`` is the ISO 3166-1 alpha-2 code, ``zone_code`` the shop's code of the state or
    region. ``kind`` tells what it is used for where it was met.
    """

    key: str
    customer: str
    """Key of the customer it belongs to."""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    postcode: str = ""
    zone: str = ""
    zone_code: str = ""
    country: str = ""
    country_name: str = ""
    phone: str = ""
    email: str = ""
    kind: Literal["invoice", "delivery", "other"] = "other"

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


def address_key(customer: str, parts: Mapping[str, str]) -> str:
    """Return the key of an address: the customer's, then 16 hex digits of its content.

    Case and white space do not count; ``parts`` are those of :data:`ADDRESS_PARTS`.
    """
    text = "\n".join(" ".join(parts.get(name, "").split()).casefold() for name in ADDRESS_PARTS)
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"{customer}/{digest}"


def guest_key(email: str, order: str) -> str:
    """Return the customer key of a guest: ``guest-`` and 16 hex digits of the e-mail address.

    A guest without an address is one of its own per order (``guest-order-17``).
    """
    clean = email.strip().casefold()
    if not clean:
        return f"guest-order-{order}"
    digest = hashlib.blake2b(clean.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
    return f"guest-{digest}"


@dataclass(frozen=True, slots=True)
class Customer:
    """A person or company that buys. ``key``: the shop's id, or :func:`guest_key`."""

    key: str
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    """Company of the default address; empty for a person."""
    phone: str = ""
    vat: str = ""
    language: str = ""
    """Shop language code, empty where the shop does not say."""
    group: str = ""
    """Key of the shop's customer group."""
    group_name: str = ""
    store: int = 0
    guest: bool = False
    active: bool = True
    address: str | None = None
    """Key of the default address."""
    addresses: tuple[Address, ...] = ()
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    """Id of the shop's custom field to what was entered, account and default address together."""

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class OptionText:
    """An option of an order line as the shopper chose or wrote it, in the order's language."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A product line. ``price`` and ``tax`` are per piece, ``total`` is price times quantity.

    ``product`` is the key of the product it belongs to (the master of a variant), None where the
    shop has it no more. ``variant`` is the variant's own key in OpenCart 4 (the id of the variant's
    row), None for others; ``values`` are keys of the chosen values that make variants.
    """

    key: str
    name: str
    quantity: Decimal
    price: Decimal
    tax: Decimal
    total: Decimal
    product: str | None = None
    variant: str | None = None
    values: tuple[str, ...] = ()
    options: tuple[OptionText, ...] = ()
    """All chosen options in the shop's order, those that make variants, too."""
    model: str = ""
    sku: str = ""
    tax_class: str | None = None
    """The product's tax class as it is now; orders do not keep it."""


@dataclass(frozen=True, slots=True)
class GiftVoucher:
    """A gift voucher bought with an order (OpenCart 3 and 4.0)."""

    key: str
    description: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class TotalRow:
    """A row of an order's totals; ``code`` is ``sub_total``, ``shipping``, ``tax``, ``total``."""

    key: str
    code: str
    title: str
    value: Decimal


@dataclass(frozen=True, slots=True)
class TaxRate:
    """A tax rate of the shop: percent, or a fixed amount per piece in the default currency."""

    key: str
    name: str
    rate: Decimal
    kind: Literal["percent", "fixed"] = "percent"
    country: str = ""
    """ISO code of the only country its geo zone covers, else empty."""


@dataclass(frozen=True, slots=True)
class Method:
    """A shipping or payment method. ``key`` is the code up to the first dot (``flat``, ``cod``)."""

    key: str
    name: str
    code: str = ""
    """The whole code, ``flat.flat``."""
    active: bool = True


@dataclass(frozen=True, slots=True)
class Carrier(Method):
    """A shipping method of the shop."""


@dataclass(frozen=True, slots=True)
class PaymentMethod(Method):
    """A payment method of the shop."""


@dataclass(frozen=True, slots=True)
class Currency:
    """A currency of the shop; ``key`` is its ISO code. ``rate``: units per default currency."""

    key: str
    name: str
    rate: Decimal
    decimals: int = 2
    active: bool = True
    default: bool = False


@dataclass(frozen=True, slots=True)
class OrderStatus:
    """An order status of the shop. ``role``: what the shop's settings say about it."""

    key: str
    name: Mapping[str, str]
    role: Literal["processing", "complete", "other"] = "other"


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the shop, confirmed (its status is not 0)."""

    key: str
    date: datetime
    """When it was added, aware."""
    status: str
    """Key of the order status."""
    history: int
    """Id of its newest history row, 0 where it has none."""
    store: int
    store_name: str
    customer: str | None
    """Key of the registered customer, None for a guest."""
    email: str
    first_name: str
    last_name: str
    phone: str
    group: str
    language: str
    currency: str
    rate: Decimal
    """Units of ``currency`` per unit of the default currency, as it was then."""
    decimals: int
    """Decimals of ``currency`` in the shop."""
    total: Decimal
    lines: tuple[OrderLine, ...]
    totals: tuple[TotalRow, ...]
    """In the shop's order."""
    payment: PaymentMethod | None = None
    shipping: Carrier | None = None
    payment_address: Address | None = None
    """The shipping address where the shop asked for no other (OpenCart 4 guests)."""
    shipping_address: Address | None = None
    vouchers: tuple[GiftVoucher, ...] = ()
    tax_rates: tuple[TaxRate, ...] = ()
    """All tax rates of the shop: those in the totals are found by their names."""
    class_rates: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Tax class to keys of its rates, for all classes of the shop."""
    row_classes: Mapping[str, str] = field(default_factory=dict)
    """Code of a totals row (``shipping``, ``handling`` …) to its tax class, where known."""
    custom_fields: Mapping[str, str] = field(default_factory=dict)
    """Id of the shop's custom field to what was entered, account and payment address together."""
    comment: str = ""
    transaction: str = ""
    """Id of the payment at the payment service, where the shop keeps it."""
    invoice_number: str = ""

    @property
    def guest(self) -> bool:
        """Whether nobody was logged in."""
        return self.customer is None

    @property
    def customer_key(self) -> str:
        """Key of the customer; a guest's is made from the e-mail address."""
        return self.customer or guest_key(self.email, self.key)
