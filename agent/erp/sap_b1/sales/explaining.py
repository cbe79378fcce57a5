"""Why B1 refused a document, in words an admin of a shop understands.

B1's texts come in any language and its codes say little (-10, -5002): what may be the reason is
looked up after a refusal, so that what works costs no call.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from agent.erp.sap_b1.client import number
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Refused
from agent.erp.sap_b1.offered import has_rate
from agent.erp.sap_b1.sales.order_body import OrderBody
from agent.erp.sap_b1.sales.texts import day_of, yes
from agent.erp.sap_b1.sets import Row
from agent.errors import BridgeError, Held

COMPANY_RULE = -1116
_ITEM = ("ItemCode", "ItemName", "Valid", "ValidFrom", "ValidTo", "Frozen", "SalesItem")
_CREDIT = ("CardCode", "CardName", "CreditLimit", "CurrentAccountBalance", "OpenOrdersBalance")
_CREDIT_SELECT = (*_CREDIT, "OpenDeliveryNotesBalance")


def order_refused(cx: Connection, error: B1Refused, body: OrderBody, what: str) -> BridgeError:
    """Return why an order was refused; ``error`` itself where nothing else is found."""
    if error.b1_code == COMPANY_RULE:
        return error
    header = body.header
    total = sum((part.net + part.tax for part in body.parts), start=Decimal(0))
    return (
        _items(cx, (line["ItemCode"] for line in body.lines), what, error)
        or rate_missing(cx, header["DocCurrency"], header["DocDate"], what, error)
        or _credit_limit(cx, header["CardCode"], total, what, error)
        or _negative_freight(body, what, error)
        or error
    )


def document_refused(
    cx: Connection, error: B1Refused, row: Row, what: str, day: str = ""
) -> BridgeError:
    """Return why a document made from others was refused.

    Args:
        cx: the connection.
        error: the refusal.
        row: the order.
        what: how the document is called in messages.
        day: its posting day; empty: today's.
    """
    if error.b1_code == COMPANY_RULE:
        return error
    on = day or cx.client.clock.local().date().isoformat()
    return (
        rate_missing(cx, str(row.get("DocCurrency") or ""), on, what, error)
        or _credit_limit(cx, str(row["CardCode"]), number(row, "DocTotal"), what, error)
        or error
    )


def rate_missing(
    cx: Connection, currency: str, day: str, what: str, error: B1Refused
) -> Held | None:
    """Return the error for a day without a rate of a foreign currency, None where there is one."""
    if currency in ("", cx.facts.currency) or has_rate(cx, currency, day) is not False:
        return None
    return Held(
        f"{what} cannot be entered: SAP Business One has no exchange rate of {currency} for {day}",
        fix="Enter it in SAP (Administration, Exchange Rates and Indexes), then release the order.",
        code="order.rate_missing",
        detail=error.detail,
    )


def _items(cx: Connection, codes: Iterable[str], what: str, error: B1Refused) -> Held | None:
    wanted = sorted(set(codes))
    rows = {str(row["ItemCode"]): row for row in cx.client.find("Items", "ItemCode", wanted, _ITEM)}
    gone = [code for code in wanted if code not in rows]
    if gone:
        return Held(
            f"{what} cannot be entered: the item {', '.join(gone)} is no longer in SAP Business "
            "One",
            fix="Synchronize the product again (forget its link on the mapping screen first), then "
            "release the order.",
            code="order.product_gone",
            detail=error.detail,
        )
    unusable = [
        f"{row.get('ItemName') or code} ({code})" for code, row in rows.items() if _off(row)
    ]
    if not unusable:
        return None
    return Held(
        f"{what} cannot be entered: the item {', '.join(unusable)} is inactive in SAP Business "
        "One, or no sales item",
        fix="Activate it in SAP (Item Master Data, General), or link the shop's product to another "
        "item; then release the order.",
        code="order.product_archived",
        detail=error.detail,
    )


def _off(row: Row) -> bool:
    if yes(row.get("Frozen")) or row.get("SalesItem") == "tNO":
        return True
    first, last = day_of(row.get("ValidFrom")), day_of(row.get("ValidTo"))
    today = date.today()  # noqa: DTZ011 - a day more or less only changes the words
    out = (first is not None and today < first) or (last is not None and last < today)
    return yes(row.get("Valid")) and out


def _credit_limit(
    cx: Connection, card: str, total: Any, what: str, error: B1Refused
) -> Held | None:
    row = cx.client.get("BusinessPartners", card, _CREDIT_SELECT)
    if row is None:
        return None
    limit = number(row, "CreditLimit")
    used = number(row, "CurrentAccountBalance") + number(row, "OpenOrdersBalance")
    used += number(row, "OpenDeliveryNotesBalance")
    if not limit or used + total <= limit:
        return None
    return Held(
        f"{what} cannot be entered: the customer {row.get('CardName')} would be above the credit "
        f"limit of {limit.normalize():f} in SAP Business One ({error.cause})",
        fix="Raise the limit in SAP (Business Partner Master Data, Payment Terms), or let the "
        "customer pay first; then release the order.",
        code="order.credit_limit",
        detail=error.detail,
    )


def _negative_freight(body: OrderBody, what: str, error: B1Refused) -> Held | None:
    rows: list[Mapping[str, Any]] = [f for f in body.freight_rows() if _amount(f) < 0]
    if not rows:
        return None
    listed = ", ".join(f"{f['Remarks']} ({_amount(f)})" for f in rows)
    return Held(
        f"{what} cannot be entered. It has deductions as freight, which this company may not "
        f"take: {listed} ({error.cause})",
        fix="Allow negative freight amounts in SAP, or enter the order by hand and link it on the "
        "mapping screen.",
        code="order.freight_negative",
        detail=error.detail,
    )


def _amount(freight: Mapping[str, Any]) -> Decimal:
    return number(freight, "LineTotalFC") or number(freight, "LineTotal")
