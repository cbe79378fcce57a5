"""Which action fits an order status of the shop, and finding actions by a person's words."""

from __future__ import annotations

from agent.erp.port import Candidate
from agent.erp.sales import ACTIONS
from agent.model.sales import OrderStatus

_CANCELS = ("cancel", "void", "denied", "expired", "failed", "storn", "annul", "geannuleerd")
_UNDONE = ("refund", "revers", "chargeback", "return", "erstatt", "rembours")


def action_for(status: OrderStatus) -> Candidate:
    """Return what is to be done at a status, as far as its name and role tell.

    Nothing is delivered, paid or credited unless a person says so.
    """
    names = " ".join(status.name.values()).casefold()
    if any(word in names for word in _CANCELS):
        action, rule = "cancel", "name"
    elif any(word in names for word in _UNDONE):
        action, rule = "none", "name"
    elif status.role == "complete":
        action, rule = "confirm+invoice", "role"
    elif status.role == "processing":
        action, rule = "confirm", "role"
    else:
        action, rule = "none", "role"
    return Candidate(action, ACTIONS[action], rule)


def search_actions(text: str, limit: int) -> list[Candidate]:
    """Return the actions whose name or words hold ``text``; all for no text."""
    wanted = text.strip().casefold()
    return [
        Candidate(action, label, "search")
        for action, label in ACTIONS.items()
        if wanted in action or wanted in label.casefold()
    ][:limit]
