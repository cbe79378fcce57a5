"""An ERP as the people who work in it see and change it, past the product.

The tests of this folder know an ERP by this alone. ``product`` and ``variant`` are ids as the
adapter gives them for ``Entity.PRODUCTS`` and ``Entity.VARIANTS``; amounts are ``Decimal``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

import pytest

from agent.erp.port import Erp
from agent.model.catalogue import Product
from agent.model.entity import Entity


@dataclass(frozen=True, slots=True)
class Item:
    """A product without options, or a variant. ``weight`` is in kilograms."""

    ref: str
    name: str
    code: str
    barcode: str
    price: Decimal
    weight: Decimal
    active: bool
    description: str = ""
    category: str = ""
    """Id of its category."""
    maker: str = ""
    """Id of its manufacturer."""
    version: str = ""
    """Another one after each write."""


@dataclass(frozen=True, slots=True)
class Place:
    """An address. ``country`` is its ISO code."""

    line1: str
    city: str
    postcode: str
    country: str


@dataclass(frozen=True, slots=True)
class Partner:
    """A customer."""

    ref: str
    name: str
    email: str
    phone: str
    active: bool
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Goods:
    """A line of goods of an order; ``price`` is of one piece, without tax."""

    variant: str
    text: str
    quantity: Decimal
    price: Decimal
    taxed: bool


@dataclass(frozen=True, slots=True)
class Order:
    """A sales order with its lines of goods; ``number`` is the shop's."""

    ref: str
    number: str
    state: Literal["quotation", "confirmed", "cancelled"]
    placed: date
    customer: str
    currency: str
    total: Decimal
    tax: Decimal
    delivered_to: Place
    carrier: str = ""
    note: str = ""
    goods: tuple[Goods, ...] = ()
    own_number: str = ""
    """What the ERP calls it."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in for an order."""

    amount: Decimal
    day: date
    words: str
    """What the bookkeeper reads: the order's number and the payment's, at least."""


class Books(Protocol):
    """What people can see and do in an ERP."""

    currency: str
    """The company's."""

    # -- items -----------------------------------------------------------------------------------

    def item(self, product: str) -> Item:
        """Return a product without options, active or not."""
        ...

    def variant(self, variant: str) -> Item:
        """Return a variant, active or not."""
        ...

    def active_variants(self, product: str) -> list[str]:
        """Return the ids of a product's variants that are active."""
        ...

    def products_called(self, name: str) -> list[str]:
        """Return the ids of products of that name, without options, active or not."""
        ...

    def make_item(self, name: str, *, code: str = "", barcode: str = "", category: str = "") -> str:
        """Make a product as people do; returns its id. ``code`` empty: one of its own."""
        ...

    def edit_item(
        self,
        product: str,
        *,
        name: str | None = None,
        weight: Decimal | None = None,
        price: Decimal | None = None,
        active: bool | None = None,
    ) -> None:
        """Change a product without options."""
        ...

    def drop_item(self, product: str) -> None:
        """Delete a product without options that nothing refers to."""
        ...

    def clash(self, product: Product, other: Product) -> Product:
        """Return ``product`` changed so that the ERP refuses it beside ``other``."""
        ...

    # -- parts of the catalogue ------------------------------------------------------------------

    def name_of(self, entity: Entity, ref: str) -> str:
        """Return the name of a category, a manufacturer, an attribute or a value."""
        ...

    def rename(self, entity: Entity, ref: str, name: str) -> None:
        """Rename a category, a manufacturer, an attribute or a value."""
        ...

    def make(self, entity: Entity, name: str) -> str:
        """Make a category, a manufacturer or a carrier; returns its id."""
        ...

    # -- partners --------------------------------------------------------------------------------

    def partner(self, ref: str) -> Partner:
        """Return a customer, active or not."""
        ...

    def partners_with(self, email: str) -> list[str]:
        """Return the ids of customers with that e-mail address, active or not."""
        ...

    def make_partner(self, name: str, *, email: str = "", phone: str = "", vat: str = "") -> str:
        """Make a customer; returns its id."""
        ...

    def edit_partner(
        self, ref: str, *, phone: str | None = None, active: bool | None = None
    ) -> None:
        """Change a customer."""
        ...

    # -- sales -----------------------------------------------------------------------------------

    def make_goods(self, stock: int = 0) -> str:
        """Make something that can be sold and is kept in stock; returns the id of its variant."""
        ...

    def sale_tax(self, percent: Decimal, name: str = "") -> str:
        """Make a tax that is added to prices; returns its id as of ``Entity.TAX_RATES``."""
        ...

    def bank(self) -> str:
        """Return the id, as of ``Entity.PAYMENT_METHODS``, of the company's bank account."""
        ...

    def foreign_currency(self) -> tuple[str, str, Decimal]:
        """Return a currency that can be sold in: code, id, units per unit of the company's."""
        ...

    def order(self, ref: str) -> Order:
        """Return an order."""
        ...

    def orders_with(self, number: str) -> list[str]:
        """Return the ids of orders that carry the shop's number, cancelled ones, too."""
        ...

    def payments(self, ref: str) -> list[Payment]:
        """Return what was paid for an order, without what was taken back."""
        ...

    def confirm(self, ref: str) -> None:
        """Confirm an order."""
        ...

    def cancel(self, ref: str) -> None:
        """Cancel an order."""
        ...

    def deliver(self, ref: str, quantity: int | None = None, tracking: str = "") -> None:
        """Deliver a confirmed order of one line, or ``quantity`` pieces of it."""
        ...

    def track(self, ref: str, tracking: str) -> None:
        """Enter a tracking number at the order's only delivery."""
        ...

    # -- stock -----------------------------------------------------------------------------------

    def receive(self, variant: str, quantity: int) -> None:
        """Receive goods into the first warehouse."""
        ...

    def count(self, variant: str, quantity: int) -> None:
        """Count what lies in the first warehouse: that is there from now on."""
        ...

    def counted(self, variant: str) -> bool:
        """Tell whether a variant is kept in stock."""
        ...

    def warehouse(self) -> str:
        """Return the id of the first warehouse."""
        ...

    # -- prices ----------------------------------------------------------------------------------

    def price_list(self, prices: Mapping[str, Decimal]) -> str:
        """Make a price list with a price per product; returns its id."""
        ...

    def set_price(self, pricelist: str, product: str, price: Decimal) -> None:
        """Change a product's price in a list that :meth:`price_list` made."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """An ERP that the tests meet: how the product reaches it, and its books."""

    name: str
    url: str
    books: Books
    open: Callable[..., Erp]
    real: bool = False
    waits: Sequence[tuple[Any, str, float]] = field(default=())
    """Pauses of the adapter in seconds, and what tests make of them: object, name, value."""

    def connect(self, instance: str, **settings: Any) -> Erp:
        """Return an adapter as the product opens it."""
        return self.open(instance, **settings)

    def hasten(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Shorten the adapter's pauses for a test."""
        for owner, name, seconds in self.waits:
            monkeypatch.setattr(owner, name, seconds)
