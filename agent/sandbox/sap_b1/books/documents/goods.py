"""What documents do to stock: orders commit it, deliveries take it, returns bring it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from agent.sandbox.sap_b1.books import stock
from agent.sandbox.sap_b1.books.values import ZERO, num, yes
from agent.sandbox.sap_b1.company import Company, Row

from .kinds import (
    CREDIT,
    DELIVERY,
    DOWN_PAYMENT,
    INVOICE,
    ISSUE,
    OPEN,
    ORDER,
    RECEIPT,
    RETURN,
    Kind,
)


def commits(kind: Kind, document: Mapping[str, Any]) -> bool:
    """Tell whether open lines of a document are promised: orders' and reserve invoices'."""
    return kind.code == ORDER or (kind.code == INVOICE and yes(document.get("ReserveInvoice")))


def committed(line: Mapping[str, Any] | None) -> Decimal:
    """Return how much a line promises."""
    if line is None or line["LineStatus"] != OPEN or line.get("ItemCode") is None:
        return ZERO
    return num(line["RemainingOpenInventoryQuantity"])


def recommit(company: Company, before: Row | None, after: Row | None) -> None:
    """Take back what a line promised before, and promise what it does now."""
    for line, sign in ((before, -1), (after, 1)):
        quantity = committed(line)
        if line is not None and quantity:
            item, place = str(line["ItemCode"]), str(line["WarehouseCode"])
            stock.move(company, [stock.Movement(item, place, committed=sign * quantity)])


def direction(company: Company, kind: Kind, document: Mapping[str, Any], line: Row) -> int:
    """Return 1 where a line brings goods, -1 where it takes them, 0 where it moves none."""
    base = line.get("BaseType")
    if line.get("ItemCode") is None or yes(line.get("WithoutInventoryMovement")):
        return 0
    if kind.code in {DELIVERY, ISSUE}:
        return -1
    if kind.code == INVOICE:
        return 0 if base == DELIVERY or yes(document.get("ReserveInvoice")) else -1
    if kind.code in {RETURN, RECEIPT}:
        return 1
    if kind.code == CREDIT and base not in {RETURN, DOWN_PAYMENT}:
        reserve = base == INVOICE and yes(
            company.table("Invoices").rows[line["BaseEntry"]].get("ReserveInvoice")
        )
        return 0 if reserve else 1
    return 0


def ship(
    company: Company,
    kind: Kind,
    document: Mapping[str, Any],
    line: Row,
    position: int,
    sign: int = 1,
) -> None:
    """Move a line's goods (``sign`` -1: back again).

    Raises:
        Refusal: there is less than nothing then, or batches or serial numbers are not chosen.
    """
    way = direction(company, kind, document, line) * sign
    if not way:
        return
    item = company.table("Items").rows[line["ItemCode"]]
    quantity = num(line["InventoryQuantity"])
    place = str(line["WarehouseCode"])
    chosen = stock.select(company, item, line, quantity, position)
    taken = [(table, name, -way * amount) for table, name, amount in chosen]
    movement = stock.Movement(str(line["ItemCode"]), place, in_stock=way * quantity, line=position)
    stock.move(company, [movement])
    stock.take(company, str(line["ItemCode"]), place, taken, position)
    if way > 0:
        stock.describe(company, item, line)
