"""Where the feed of the shop's orders stands for a connection, and when both sides are compared."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from agent.ledger.schedules import Schedule, ensure
from agent.services import cursors

if TYPE_CHECKING:
    from agent.services.container import Services

RECONCILE_KIND = "orders.reconcile"
_DAY = 86_400
_NIGHT = 3
"""Hour (UTC) of the nightly comparison."""


def begin_following_orders(services: Services, connection_id: int) -> None:
    """Note where the feed stands before the first orders are listed, and plan the nights."""
    if cursors.load(services, feed_cursor(connection_id)) is None:
        head = services.shop.orders.head()
        cursors.store(services, feed_cursor(connection_id), json.loads(head.to_json()))
    now = services.clock()
    if following_since(services, connection_id) is None:
        cursors.store(services, _since(connection_id), now.isoformat())
    night = datetime.combine(now.date(), datetime.min.time(), UTC) + timedelta(hours=_NIGHT)
    if night <= now:
        night += timedelta(days=1)
    ensure(
        services.ledger,
        Schedule(
            f"reconcile.{connection_id}.orders",
            _DAY,
            RECONCILE_KIND,
            {"connection": connection_id},
            next_at=night,
        ),
    )


def feed_cursor(connection_id: int) -> str:
    """Return the name of the cursor of a connection in the shop's feed of orders."""
    return f"shop-orders.{connection_id}"


def following_since(services: Services, connection_id: int) -> datetime | None:
    """Return when orders began to be followed, None where nobody has noted it."""
    noted = cursors.load(services, _since(connection_id))
    return None if noted is None else datetime.fromisoformat(noted)


def _since(connection_id: int) -> str:
    return f"shop-orders-since.{connection_id}"
