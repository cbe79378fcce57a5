"""Quantities, as an ERP has them and as a shop is to have them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class WarehouseStock:
    """What one warehouse has of one item, in the item's own unit of measure."""

    on_hand: Decimal = Decimal(0)
    reserved: Decimal = Decimal(0)
    """Set apart for deliveries (Odoo: reserved; SAP B1: committed)."""
    incoming: Decimal = Decimal(0)
    """On its way in: receipts, manufacturing (SAP B1: ordered)."""
    outgoing: Decimal = Decimal(0)
    """To be delivered, reserved or not."""


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A warehouse of an ERP by its id; not ``in_use`` is one that was archived or is inactive."""

    ref: str
    name: str
    in_use: bool = True


@dataclass(frozen=True, slots=True)
class StockLevel:
    """What an ERP has of one item (Odoo: a variant). ``ref`` is its ERP id.

    ``tracked`` is False for what has no stock, such as services: the shop's quantity is left alone.
    ``active`` is False for what was archived or put out of use: it may have pieces left.
    """

    ref: str
    warehouses: Mapping[str, WarehouseStock] = field(default_factory=dict)
    tracked: bool = True
    active: bool = True


@dataclass(frozen=True, slots=True)
class StockTarget:
    """Quantities that a product of the shop is to have.

    ``product`` is its key; ``quantity`` None leaves the product's own alone. ``values`` are
    quantities by the shop's id of a product's option value (``product_option_value_id``);
    ``variants`` those of variants that the shop keeps as products of their own, by key.
    """

    product: str
    quantity: int | None = None
    values: Mapping[str, int] = field(default_factory=dict)
    variants: Mapping[str, int] = field(default_factory=dict)
    stock_status: int | None = None
    """Id of the shop's stock status ("2-3 days"); None leaves it as it is."""
    active: bool | None = None
    """Whether the product is enabled; None leaves it as it is."""


@dataclass(frozen=True, slots=True)
class SoldItem:
    """What a line of an order is about, as the line itself names it to an ERP.

    ``variant`` is the key of a variant that the shop keeps as a product of its own; ``values`` are
    the keys of the chosen values that make variants.
    """

    product: str
    variant: str | None = None
    values: frozenset[str] = frozenset()


Pending = Mapping[SoldItem, int]
"""Pieces sold in the shop that an ERP does not know of."""
