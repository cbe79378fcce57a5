"""Checks that orders can travel both ways, for ``doctor``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from agent.erp.port import Finding
from agent.errors import BridgeError
from agent.model.entity import Entity
from agent.services.connection_records import ConnectionInfo
from agent.services.findings import of_error, ok, warning
from agent.services.followed import followed
from agent.sync.mapping import MappingRepository, MapState
from agent.sync.sales.waiting import WaitingList

if TYPE_CHECKING:
    from agent.services.container import Services

_NEEDED = (
    (Entity.TAX_RATES, "tax rates"),
    (Entity.CURRENCIES, "currencies"),
    (Entity.PAYMENT_METHODS, "payment methods"),
    (Entity.CARRIERS, "shipping methods"),
)
_SHOWN = 5
_MOST = 1000


def check_orders(services: Services) -> Iterator[Finding]:
    """Check the way back to the shop, and for each connection what orders need to be mapped.

    Says nothing while no connection carries orders.
    """
    carrying = [
        info
        for info in services.connections.every()
        if info.paused is None and Entity.ORDERS in followed(services.settings, info.id)
    ]
    if not carrying:
        return
    yield _way_back(services)
    for info in carrying:
        yield from _mapped(services, info)
        yield _waiting(services, info)


def _way_back(services: Services) -> Finding:
    try:
        answer = services.shop_api.ping()
    except BridgeError as error:
        return of_error("orders", error)
    return ok("orders", f"The shop's extension {answer.get('version', '')} answers the agent")


def _mapped(services: Services, info: ConnectionInfo) -> Iterator[Finding]:
    mappings = MappingRepository(services.database, info.id, services.clock)
    for entity, name in _NEEDED:
        rows = services.shop.reader(entity).scan("", _MOST)
        heads = mappings.heads(entity, [row.key for row in rows])
        open_ = [
            row.label or row.key
            for row in rows
            if row.key not in heads
            or (heads[row.key].erp_id is None and heads[row.key].state is not MapState.EXCLUDED)
        ]
        check = f"connection {info.name}: {name}"
        if open_:
            more = f" and {len(open_) - _SHOWN} more" if len(open_) > _SHOWN else ""
            yield warning(
                check,
                f"Not mapped: {', '.join(open_[:_SHOWN])}{more}. Orders with them wait",
                f"Map them under ERP Mapping, or erp-bridge map auto {entity.value}; exclude those "
                "that no order uses.",
                code="order.not_mapped",
            )
        else:
            yield ok(check, f"All {len(rows)} {name} are mapped")


def _waiting(services: Services, info: ConnectionInfo) -> Finding:
    _rows, count = WaitingList(services.database, services.clock).page(info.id, limit=1)
    check = f"connection {info.name}: waiting"
    if count:
        return warning(
            check,
            f"{count} records wait",
            "See ERP Mapping > Waiting, or erp-bridge held list.",
            code="record.held",
        )
    return ok(check, "No record waits")
