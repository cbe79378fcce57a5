"""What a stand-in company is like. What no public source proves is a switch here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, tzinfo
from typing import Literal
from zoneinfo import ZoneInfo


@dataclass(slots=True)
class Options:
    """Set-up of a company and its server; all of it may be changed while it runs.

    ``localisation``: with ``vat`` lines carry ``VatGroup``, with ``sales_tax`` ``TaxCode``.
    ``closed_until``: posting on this day or before is refused. Seconds are real seconds.
    """

    localisation: Literal["vat", "sales_tax"] = "vat"
    currency: str = "EUR"
    direct_rates: bool = True
    """What the company's set-up says of its rates; they are reckoned with as direct ones."""
    decimals: int = 2
    price_decimals: int = 4
    country: str = "DE"
    time_zone: tzinfo = field(default_factory=lambda: ZoneInfo("Europe/Berlin"))
    closed_until: date | None = None
    negative_stock: bool = False
    page_size: int = 20
    session_seconds: float = 1800.0
    nodes: int = 2
    login_seconds: float = 0.0
    """How long a login takes: those that overlap may fail with 299."""
    pictures: bool = True
    webhooks: bool = False
    preview: bool = True
    """Whether ``OrdersService_Preview`` is there."""
    freight_code_once: bool = True
    """A freight code can be in a document once."""
    negative_freight: bool = True
    stock_moves_items: bool = False
    """Whether a movement of stock changes the item's ``UpdateDate`` and ``DataVersion``."""
    fields_follow: bool = True
    """Documents made from others take over header user fields and ``NumAtCard``."""
    unapproved_ships: bool = False
    """Whether an order that is not approved (``Confirmed`` ``tNO``) can be delivered from."""
    down_payment_accounts: bool = True
    """Whether the accounts for down payments are set up."""
    round_tax_in_rows: bool = False
    """Whether tax is rounded in each line, else in the sum of each tax code."""
    discount_follows: bool = False
    """Whether documents made from others take over the discount in the header."""
    down_payments_reduce_total: bool = True
    """Whether an invoice's ``DocTotal`` is without what it draws, else that counts as paid."""
    cancellation_saved: bool = False
    """Whether ``CreateCancellationDocument`` posts what it answers."""
    approval: bool = False
    """New orders end as drafts that wait for approval."""
    fields_on_all_nodes: bool = True
    """New user fields can be used at once on every node."""
    transaction_notification: str = ""
    """Message with which the company's own check refuses documents; empty: it refuses none."""
    notification_drops_batch: bool = False
    """Whether such a refusal in a change set cuts the call, as old patch levels do."""
    joins_ordered: bool = True
    """Whether ``$crossjoin`` knows ``$orderby``; else rows come in an order of the server's."""
