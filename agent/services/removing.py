"""Removing a connection: what it has inside the ERP comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.services import buttons
from agent.services.errors import Conflict

if TYPE_CHECKING:
    from agent.services.container import Services


def remove_connection(
    services: Services, connection_id: int, *, leave_buttons: bool = False
) -> int:
    """Remove a connection, its mappings and what is known of its buttons.

    Returns how many mappings there were; records in the ERP stay. ``leave_buttons``: also where
    the ERP still has its buttons, because it is gone for good.

    Raises:
        NotFound: there is no such connection.
        Conflict: it has work that waits or runs, or buttons inside the ERP.
    """
    info = services.connections.get(connection_id)
    if buttons.stored(services, connection_id).get("installed") and not leave_buttons:
        raise Conflict(
            f"Connection {info.name!r} has buttons inside the ERP, which only it can take back",
            fix=f"Take them back first: erp-bridge connection remove-buttons {info.name}, or the "
            "box Buttons in the ERP below the connection's settings. Where the ERP is gone for "
            f"good: erp-bridge connection remove {info.name} --leave-buttons.",
            code="connection.has_buttons",
        )
    removed = services.connections.remove(connection_id)
    buttons.forget(services, connection_id)
    return removed
