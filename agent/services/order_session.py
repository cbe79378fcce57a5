"""What the flow of orders works with, put together for one connection."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from agent.erp.sales import SalesErp
from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.model.sales import OrderStatus
from agent.services.status_back import back_rules
from agent.services.sync_session import open_session
from agent.store.customer_lookup import customers_with_email
from agent.sync.sales.order import OrderContext
from agent.sync.sales.orders_table import OrderNotes
from agent.sync.sales.rules import OrderRules, parse_rules
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
            rules=rules_of(info.settings),
            connection_id=connection_id,
            notes=OrderNotes(services.database, connection_id, services.clock),
            waiting=WaitingList(services.database, services.clock),
            feed=_Feed(services),
            history=services.shop_api,
            sales=ctx.erp,
            back=back_rules(services, connection_id),
            sending=sending_statuses(services),
            now=services.clock(),
        )


def rules_of(settings: Mapping[str, object]) -> OrderRules:
    """Return the order rules of a connection's settings."""
    return parse_rules(settings)


def sending_statuses(services: Services) -> frozenset[str]:
    """Return the statuses that the shop's settings call processing and complete."""
    reader = services.shop.reader(Entity.ORDER_STATUS)
    found = reader.read([row.key for row in reader.scan("", 1000)])
    return frozenset(
        record.key for record in found if isinstance(record, OrderStatus) and record.role != "other"
    )
