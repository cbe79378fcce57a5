"""A sales order as an ERP is to have it, made from the shop's order by the flow.

Amounts are ``Decimal`` in the document's ``currency``. ``amount_total`` and ``amount_tax`` are what
the shop charged, to the cent: an adapter makes the ERP's document agree with them or says by how
much it does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from agent.model.entity import Entity


class LineKind(StrEnum):
    """What a line of a document is for; all but products are booked on service products."""

    PRODUCT = "product"
    SHIPPING = "shipping"
    DISCOUNT = "discount"
    """Coupons, rewards and other deductions from the goods."""
    VOUCHER = "voucher"
    """Gift vouchers, sold (positive) or redeemed (negative)."""
    CREDIT = "credit"
    FEE = "fee"
    """Handling, low-order and payment fees."""
    LEVY = "levy"
    """A tax that is an amount, such as a recycling fee: no price, and ``quantity`` times the amount
    of its rate, in the document's currency, is its tax."""
    ROUNDING = "rounding"
    PLACEHOLDER = "placeholder"
    """A product that the shop has no more, where the settings allow it."""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One line.

    ``key`` is unique in the document and stable over runs: ``line_31``, ``total_12_0``.
    ``unit_price`` is without tax and as exact as the shop has it (up to 8 decimals). ``tax`` is the
    tax of the whole line as the shop computed it, not rounded. ``item`` refers to the product or
    variant: (Entity.VARIANTS, key) or None for a service line.
    """

    key: str
    kind: LineKind
    text: str
    """What the document shows; several lines where options were chosen."""
    quantity: Decimal
    unit_price: Decimal
    tax: Decimal = Decimal(0)
    taxes: tuple[str, ...] = ()
    """Keys of the shop's tax rates (Entity.TAX_RATES) on this line, none: untaxed."""
    item: tuple[Entity, str] | None = None
    service: str = ""
    """Code of the totals row for service lines: ``coupon``, ``handling``."""


@dataclass(frozen=True, slots=True)
class SalesDocument:
    """A sales order. ``key`` is the shop's order id; references are keys of other records."""

    key: str
    number: str
    """What both sides call it: the shop's order number."""
    date: datetime
    customer: str
    invoice_address: str | None
    delivery_address: str | None
    currency: str
    decimals: int
    rate: Decimal
    """Units of ``currency`` per unit of the shop's default currency."""
    amount_total: Decimal
    amount_tax: Decimal
    lines: tuple[DocumentLine, ...]
    carrier: str | None = None
    payment_method: str | None = None
    language: str = ""
    store: int = 0
    note: str = ""
    """The shopper's comment."""
    transaction: str = ""
    rounding_limit: Decimal = Decimal("0.05")
    """How far a rounding line may go, in ``currency``."""
    settings: Mapping[str, str] | None = None
    """What the connection sets for this shop: ``team``, ``salesperson``, ``warehouse`` … (ids)."""
