"""An ERP of the demo: a stand-in, and what the people who work with it do."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple, Protocol

from agent.demo.stage import Stage

DEPOSITS = "deposits=cod=30; bank_transfer=30"
"""The setting that lets both payment methods pay 30 percent first."""


class Total(NamedTuple):
    """What an order comes to in the ERP."""

    order: str
    """The shop's number."""
    amount: Decimal
    currency: str


class DemoErp(Protocol):
    """One stand-in. ``name`` is its connection's, ``label`` what people call it."""

    name: str
    label: str

    def start(self, stage: Stage) -> str:
        """Start it, connect the shop with it and return what there is to say about that."""
        ...

    def bookkeep(self) -> None:
        """Make what the shop's orders need: taxes, currencies."""
        ...

    def account(self) -> str:
        """Return the ERP id of where payments are registered, for the mapping of methods."""
        ...

    def ship(self, order: str, tracking: str) -> None:
        """Deliver an order, named by its ERP id, whole and with a tracking number."""
        ...

    def totals(self) -> list[Total]:
        """Return what the orders come to."""
        ...

    def counts(self) -> list[tuple[str, int]]:
        """Return how many records of each kind there are, for people."""
        ...

    def visit(self) -> str:
        """Return where somebody can look at it, and the login."""
        ...
