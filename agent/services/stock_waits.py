"""Stock that waits as a whole, because a chosen warehouse is gone: told once, made up for later.

While it waits, what moves in the ERP makes no jobs. As soon as the ERP has the warehouses again, or
others are chosen, the whole stock is compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from agent.erp.port import Erp, Finding
from agent.erp.source import SourceErp
from agent.errors import BridgeError
from agent.services.connection_records import ConnectionInfo
from agent.services.findings import of_error, ok
from agent.sync.two_way.rules import StockWaits, parse_stock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.services.container import Services

_CHECK = "stock warehouses"
_FIRST = frozenset({"server", "login"})
"""Checks without which nothing can be asked."""


def note(services: Services, connection_id: int) -> None:
    """Remember that a connection's stock waits."""
    services.settings.set(_name(connection_id), "1")


def forget(services: Services, connection_id: int) -> None:
    """Forget it: the whole stock is being compared."""
    services.settings.forget(_name(connection_id))


def state(
    services: Services, info: ConnectionInfo, erp: SourceErp
) -> Literal["none", "waits", "over"]:
    """Tell whether a connection's stock waits, still or no longer.

    Raises:
        BridgeError: the ERP cannot be asked.
    """
    if services.settings.get(_name(info.id)) is None:
        return "none"
    try:
        parse_stock(info.settings).require(erp.warehouses)
    except StockWaits:
        return "waits"
    return "over"


def warehouse_findings(
    erp: Erp, settings: Mapping[str, object], found: Sequence[Finding]
) -> list[Finding]:
    """Return what is to be said of the chosen warehouses, after the ERP's own ``found``."""
    rules = parse_stock(settings)
    broken = any(one.level == "error" and one.check in _FIRST for one in found)
    if broken or not rules.warehouses or not isinstance(erp, SourceErp):
        return []
    try:
        rules.require(erp.warehouses)
    except BridgeError as error:
        return [of_error(_CHECK, error)]
    return [ok(_CHECK, f"The ERP has the warehouses {', '.join(sorted(rules.warehouses))}")]


def _name(connection_id: int) -> str:
    return f"stock_waits.{connection_id}"
