"""Prices, as an ERP has them and as a shop is to have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from agent.errors import BridgeError


@dataclass(frozen=True, slots=True)
class ListPrice:
    """A price of one item in one price list, in the list's currency.

    It holds from ``quantity`` pieces on, on the days from ``starts`` to ``ends``, both included. Of
    several, that of the largest quantity holds; of equal ones that with days before that without.
    """

    quantity: int
    price: Decimal
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class ErpPrices:
    """What an ERP asks for one product. ``ref`` is its ERP id.

    ``base`` is its own list price in ``currency``. ``included`` is the percentage of tax that its
    prices include, 0 where they are without tax. ``lists`` are price lists by their ERP id; those
    that say nothing of the product beside its list price are empty. ``warnings`` name what a shop
    cannot have, such as prices that differ between variants.
    """

    ref: str
    base: Decimal
    currency: str
    included: Decimal = Decimal(0)
    lists: Mapping[str, tuple[ListPrice, ...]] = field(default_factory=dict)
    warnings: tuple[BridgeError, ...] = ()


@dataclass(frozen=True, slots=True)
class PriceList:
    """A price list of an ERP."""

    ref: str
    name: str
    currency: str


@dataclass(frozen=True, slots=True)
class GroupPrice:
    """A price of the shop for one customer group, in the default currency, without tax.

    ``special``: an offer with its old price crossed out, else a quantity discount. A discount from
    one piece on is the group's own price.
    """

    group: str
    price: Decimal
    quantity: int = 1
    special: bool = False
    priority: int = 1
    starts: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class PriceTarget:
    """Prices that a product of the shop is to have.

    ``price`` None leaves the product's own alone. ``groups`` replaces all prices of the customer
    groups named in ``owned`` and leaves those of others alone.
    """

    product: str
    price: Decimal | None = None
    groups: tuple[GroupPrice, ...] = ()
    owned: frozenset[str] = frozenset()
