"""Orders that are to wait a while before they are sent: when each is due.

The time is kept beside the ledger: work that waits there would hold back what a person asks for the
same order meanwhile, and keep its job open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from agent.services import cursors

if TYPE_CHECKING:
    from agent.services.container import Services


def send_later(services: Services, connection_id: int, order: str, due: datetime) -> None:
    """Have an order looked at again at ``due`` (aware)."""
    cursors.store(services, f"{_names(connection_id)}{order}", due.isoformat())


def due_orders(services: Services, connection_id: int) -> list[str]:
    """Return the orders of a connection whose time has come."""
    prefix = _names(connection_id)
    now = services.clock()
    return [
        name.removeprefix(prefix)
        for name, at in cursors.load_all(services, prefix).items()
        if datetime.fromisoformat(at) <= now
    ]


def forget_due(
    services: Services, connection: Connection, connection_id: int, orders: Iterable[str]
) -> None:
    """Forget the times of orders inside the caller's transaction, which makes their job."""
    prefix = _names(connection_id)
    cursors.drop(services, connection, [f"{prefix}{order}" for order in orders])


def _names(connection_id: int) -> str:
    return f"order-due.{connection_id}."
