"""The exchange rate of documents in another currency: B1's own of their day, or the shop's.

``DocRate`` is what one unit of the document's currency costs in the company's (direct quotation); a
shop keeps what one unit of its default currency costs in the order's. So the shop's rate can be
told where that default currency is the company's and the company quotes directly; elsewhere, and
where the setting does not ask for it, B1 takes its own of the posting day.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sets import Row
from agent.model.document import SalesDocument

_PLACES = Decimal("0.000001")
"""B1 keeps rates with six decimals."""


def takes_shops_rate(cx: Connection) -> bool:
    """Tell whether orders in another currency carry the shop's rate."""
    local = cx.facts.currency
    return (
        cx.settings.exchange_rate == "shop"
        and bool(local)
        and cx.shop_currency == local
        and cx.facts.direct_rates
    )


def of_order(cx: Connection, document: SalesDocument, currency: str) -> Mapping[str, Any]:
    """Return the header's rate of an order; nothing where B1 takes its own."""
    rate = (1 / document.rate).quantize(_PLACES, ROUND_HALF_UP) if document.rate > 0 else Decimal(0)
    return _header(cx, currency, rate)


def of_next(cx: Connection, order: Row) -> Mapping[str, Any]:
    """Return the rate that a document made from an order, or a payment, takes over from it."""
    return _header(cx, order.get("DocCurrency"), number(order, "DocRate"))


def _header(cx: Connection, currency: str | None, rate: Decimal) -> Mapping[str, Any]:
    if currency in (None, "", cx.facts.currency) or rate <= 0 or not takes_shops_rate(cx):
        return {}
    return {"DocRate": rate}
