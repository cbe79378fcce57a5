"""Why a step waits: each error says what has to happen first."""

from __future__ import annotations

from agent.erp.sap_b1.sales.documents import RELEASE
from agent.erp.sap_b1.sales.sight import Sight
from agent.errors import Held


def need_confirmed(sight: Sight) -> None:
    """Raise unless the order is approved.

    Raises:
        Held: it is not, or it is cancelled.
    """
    if sight.confirmed:
        return
    if sight.cancelled:
        raise cancelled(sight)
    raise Held(
        f"The order {sight.name} is not approved yet in SAP Business One",
        fix="Tick Approved in the order in SAP (Logistics tab), or let an earlier status of the "
        f"shop confirm it; {RELEASE}.",
        code="order.not_confirmed",
    )


def cancelled(sight: Sight) -> Held:
    """Return the error for an order that is cancelled in B1."""
    return Held(
        f"The order {sight.name} is cancelled in SAP Business One",
        fix="A cancelled order cannot be revived in SAP: forget the link on the mapping screen and "
        "synchronize the order again to make a new one; or drop it.",
        code="order.cancelled",
    )
