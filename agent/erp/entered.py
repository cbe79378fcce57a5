"""Orders that somebody entered in the ERP by hand: which of them may be one of the shop's."""

from __future__ import annotations

from datetime import date, timedelta

from agent.model.document import SalesDocument

SHOPS = "opencart_"
"""What the names of all shops that feed an ERP begin with; see ``agent.services.instance``."""
_APART = timedelta(days=31)
"""Days that may lie between the shop's day of an order and that of who enters or confirms it."""


def may_be(document: SalesDocument, day: str, shops: set[str], ours: str) -> bool:
    """Tell whether an order with the shop's number, total and currency may be the shop's own.

    Shops count their orders from 1: another shop's order may have the same number, and total.

    Args:
        document: the shop's order.
        day: the ERP's day of its order, ``2026-03-04`` with or without a time.
        shops: names of the shops that have made it.
        ours: the name of this shop.
    """
    if shops - {ours}:
        return False
    return abs(date.fromisoformat(day[:10]) - document.date.date()) <= _APART
