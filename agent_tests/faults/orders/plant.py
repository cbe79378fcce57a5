"""An ERP of the fault runs: how it is set up, what people do in it, and what is found in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal, Protocol

from agent.services.container import Services


@dataclass(slots=True)
class Sold:
    """An order of the ERP with what belongs to it and was not cancelled. Amounts are gross."""

    ref: str
    state: Literal["quotation", "confirmed", "cancelled"]
    total: Decimal
    invoices: list[Decimal] = field(default_factory=list)
    """Down payments and invoices: what each adds to what the customer owes."""
    credit_notes: list[Decimal] = field(default_factory=list)
    payments: list[Decimal] = field(default_factory=list)
    drafts: int = 0
    """Invoices and credit notes that are not posted."""
    unpaid: int = 0
    """Invoices that are still open."""
    deliveries: int = 0
    undelivered: int = 0
    """Deliveries that are not done, or lines that nothing was delivered of."""


class Plant(Protocol):
    """An ERP behind a wire. ``name`` is told in the counts."""

    name: str
    kind: str
    url: str
    secret: str
    real: bool
    patience: float
    """Seconds after which a slow answer comes: longer than the agent waits."""

    def settings(self, url: str) -> dict[str, Any]:
        """Return the settings of a connection that reaches the ERP at ``url``."""
        ...

    def set_up(self, services: Services, connection: int, actions: Mapping[str, str]) -> None:
        """Make what orders need once products are there, link it, and fill the stock."""
        ...

    def order(self, shop_number: str) -> str:
        """Return the id of the only order with the shop's number."""
        ...

    def confirm(self, ref: str) -> None:
        """Confirm an order as a person does."""
        ...

    def ship(self, ref: str) -> None:
        """Deliver an order as a person does."""
        ...

    def sold(self, orders: Sequence[str]) -> dict[str, list[Sold]]:
        """Return the orders by the shop's number, cancelled ones, too."""
        ...

    def customers(self, emails: Sequence[str]) -> tuple[int, list[str]]:
        """Return how many customers and addresses there are, and which of them twice, in words."""
        ...
