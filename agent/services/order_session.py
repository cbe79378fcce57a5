"""What the flow of orders works with, put together for one connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.erp.sales import SalesErp
from agent.errors import ConfigError
from agent.services.status_back import back_rules, order_statuses
from agent.services.sync_session import open_session
from agent.store.customer_lookup import customers_with_email
from agent.sync.sales.order import OrderContext
from agent.sync.sales.orders_table import OrderNotes
from agent.sync.sales.rules import parse_rules
from agent.sync.sales.waiting import WaitingList

if TYPE_CHECKING:
    from agent.services.container import Services


@dataclass(frozen=True, slots=True)
class _Feed:
    services: Services

    def bridge_histories(self, orders: Sequence[str]) -> set[int]:
        return set(self.services.shop.orders.bridge_histories(orders))

    def status_after(self, key: str, history: int) -> str | None:
        return self.services.shop.orders.status_after(key, history)

    def customers_with_email(self, email: str) -> list[str]:
        return customers_with_email(self.services.shop.open, email)


@contextmanager
def open_orders(
    services: Services,
    connection_id: int,
    *,
    dry_run: bool = False,
    beat: Callable[[], None] = lambda: None,
) -> Iterator[OrderContext]:
    """Give the context for the orders of one connection.

    Raises:
        NotFound: there is no such connection.
        ConfigError: it is paused, this is a copy of the shop, or its ERP carries no orders.
        BridgeError: shop or ERP cannot be reached.
    """
    info = services.connections.get(connection_id)
    with open_session(services, connection_id, dry_run=dry_run, beat=beat) as ctx:
        if not isinstance(ctx.erp, SalesErp):
            raise ConfigError(
                f"Connection {info.name!r} carries no orders",
                fix="Choose a connection to an ERP that has sales orders.",
                code="connection.no_orders",
            )
        yield OrderContext(
            sync=ctx,
            rules=parse_rules(info.settings),
            connection_id=connection_id,
            notes=OrderNotes(services.database, connection_id, services.clock),
            waiting=WaitingList(services.database, services.clock),
            feed=_Feed(services),
            history=services.shop_api,
            sales=ctx.erp,
            back=back_rules(services, connection_id),
            sending=lambda: sending_statuses(services),
            now=services.clock(),
        )


def sending_statuses(services: Services) -> frozenset[str]:
    """Return the statuses that the shop's settings call processing and complete."""
    return frozenset(r.key for r in order_statuses(services) if r.role != "other")
