"""Batches and serial numbers for what is delivered: a person's choice, or those that expire first.

The Service Layer tells which batches an item has and when they expire, not how much is in each. So
the one that expires first is tried, then the next, until B1 takes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from agent.erp.sap_b1.client import number, q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales.documents import RELEASE
from agent.erp.sap_b1.sales.texts import yes
from agent.erp.sap_b1.sets import Row
from agent.errors import Held

ITEM = ("ItemCode", "ItemName", "ManageBatchNumbers", "ManageSerialNumbers", "InventoryItem")
_DETAILS = ("ItemCode", "ExpirationDate", "AdmissionDate")


def managed(items: Mapping[str, Row]) -> dict[str, Row]:
    """Return those of some items whose batches or serial numbers have to be chosen."""
    flags = ("ManageBatchNumbers", "ManageSerialNumbers")
    return {code: row for code, row in items.items() if any(yes(row.get(f)) for f in flags)}


def to_choose(items: Mapping[str, Row], what: str) -> Held:
    """Return the error for items whose batches or serial numbers a person has to choose."""
    names = ", ".join(f"{row.get('ItemName') or code} ({code})" for code, row in items.items())
    return Held(
        f"{what} cannot be made: batch or serial numbers have to be chosen for {names}",
        fix=f"Deliver the order in SAP and choose them there, {RELEASE}; or set Items with batches "
        "or serial numbers to Those that expire first in the connection's settings.",
        code="order.batches",
    )


class Chooser:
    """Chooses numbers for the lines of a delivery, others with each try."""

    def __init__(self, cx: Connection, items: Mapping[str, Row]) -> None:
        self.cx = cx
        self.items = managed(items)
        self._numbers = {code: self._of(code, row) for code, row in self.items.items()}
        self._tries = dict.fromkeys(self.items, 0)

    def lines(self, lines: Sequence[dict[str, Any]], codes: Sequence[str]) -> list[dict[str, Any]]:
        """Return the lines with numbers; ``codes`` are the lines' items."""
        used: dict[str, int] = {}
        return [
            {**line, **self._chosen(code, line, used)} if code in self.items else line
            for line, code in zip(lines, codes, strict=True)
        ]

    def next(self, codes: Sequence[str]) -> bool:
        """Go on to the next batch of these items; tells whether one has another."""
        moved = False
        for code in set(codes) & set(self.items):
            if self._tries[code] + 1 < len(self._numbers[code]):
                self._tries[code] += 1
                moved = True
        return moved

    def _chosen(self, code: str, line: dict[str, Any], used: dict[str, int]) -> dict[str, Any]:
        numbers, quantity = self._numbers[code], number(line, "Quantity")
        if yes(self.items[code].get("ManageBatchNumbers")):
            chosen = numbers[self._tries[code] : self._tries[code] + 1]
            batches = [{"BatchNumberProperty": name, "Quantity": quantity} for name in chosen]
            return {"BatchNumbers": batches}
        start = self._tries[code] + used.get(code, 0)
        used[code] = used.get(code, 0) + int(quantity)
        chosen = numbers[start : start + int(quantity)]
        return {
            "SerialNumbers": [
                {"InternalSerialNumber": name, "Quantity": Decimal(1)} for name in chosen
            ]
        }

    def _of(self, code: str, item: Row) -> list[str]:
        batch = yes(item.get("ManageBatchNumbers"))
        entity_set = "BatchNumberDetails" if batch else "SerialNumberDetails"
        name = "Batch" if batch else "SerialNumber"
        fields = (*_DETAILS, name, "Status") if batch else (*_DETAILS, name)
        rows = list(self.cx.client.rows(entity_set, f"ItemCode eq {q(code)}", fields))
        free = [r for r in rows if r.get("Status") in (None, "", "bdsStatus_Released")]
        free.sort(key=lambda r: (str(r.get("ExpirationDate") or "9999"), int(r["DocEntry"])))
        return [str(r[name]) for r in free]
