"""Why a step waits: each error says what has to happen first."""

from __future__ import annotations

from datetime import date
from typing import Any

from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales.states import Sight
from agent.errors import BridgeError, Held, Refused

_LOCKS = (
    *("hard_lock_date", "fiscalyear_lock_date", "tax_lock_date", "sale_lock_date"),
    "period_lock_date",
)
RELEASE = "then release the order"


def need_confirmed(sight: Sight) -> None:
    """Raise unless the order is a sales order.

    Raises:
        Held: it is a quotation or cancelled.
    """
    if sight.confirmed:
        return
    if sight.row["state"] == "cancel":
        raise cancelled(sight)
    raise Held(
        f"The order {sight.name} is still a quotation in Odoo",
        fix=f"Confirm it in Odoo, or let an earlier status of the shop confirm it; {RELEASE}.",
        code="order.not_confirmed",
    )


def cancelled(sight: Sight) -> Held:
    """Return the error for an order that is cancelled in Odoo."""
    return Held(
        f"The order {sight.name} is cancelled in Odoo",
        fix=f"Set it to quotation in Odoo if it is to go on, {RELEASE}; or drop it.",
        code="order.cancelled",
    )


def posting_error(cx: Connection, error: BridgeError, what: str) -> BridgeError:
    """Return why something could not be posted: a closed period where one reaches to today.

    Lock dates are looked up, because Odoo's message comes in any language.
    """
    if not isinstance(error, Refused):
        return error
    names = [name for name in _LOCKS if cx.facts.has("res.company", name)]
    rows = cx.odoo.find("res.company", [("id", "=", cx.facts.company.id)], names)
    closed = max((text for name in names if (text := _day(rows[0][name]))), default="")
    if not closed or closed < date.today().isoformat():  # noqa: DTZ011 - Odoo's own days
        return error
    return Held(
        f"{what} cannot be posted: the books of {cx.facts.company.name} are closed up to {closed} "
        f"({error.cause})",
        fix="Change the lock date in Odoo (Invoicing > Accounting > Lock Dates), or wait until the "
        f"period is open; {RELEASE}.",
        code="order.period_closed",
        detail=error.detail,
    )


def _day(value: Any) -> str:
    return str(value) if value else ""
