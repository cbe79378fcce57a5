"""Removing a connection: what it has inside the ERP comes first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from agent.errors import Paused
from agent.services import buttons
from agent.services.errors import Conflict

if TYPE_CHECKING:
    from agent.services.container import Services


def remove_connection(
    services: Services, connection_id: int, *, leave_buttons: bool = False
) -> int:
    """Remove a connection, its mappings and all else that is kept of it.

    Returns how many mappings there were; records in the ERP stay. ``leave_buttons``: also where
    the ERP still has its buttons, because it is gone for good. In a copy of the shop they are not
    asked about: they are those of the shop that was copied.

    Raises:
        NotFound: there is no such connection.
        Conflict: it has work that waits or runs, or buttons inside the ERP.
    """
    info = services.connections.get(connection_id)
    if (
        buttons.stored(services, connection_id).get("installed")
        and not leave_buttons
        and not _copied(services, connection_id)
    ):
        first = ""
        if info.paused is not None:
            first = (
                f"Resume the connection first (erp-bridge connection resume {info.name}): it is "
                "paused, and what is paused calls no ERP. Then take them back"
            )
        raise Conflict(
            f"Connection {info.name!r} has buttons inside the ERP, which only it can take back",
            fix=f"{first or 'Take them back first'}: erp-bridge connection remove-buttons "
            f"{info.name}, or the box Buttons in the ERP below the connection's settings. Where "
            "the ERP is gone for good, or the buttons are another shop's: erp-bridge connection "
            f"remove {info.name} --leave-buttons.",
            code="connection.has_buttons",
        )
    return services.connections.remove(connection_id)


def _copied(services: Services, connection_id: int) -> bool:
    """Tell whether this shop may be a copy of the one that the connection was made for."""
    try:
        services.connections.require_original(connection_id)
    except Paused:
        return True
    return False
