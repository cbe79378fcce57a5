"""The catalogue side of the adapter before a stand-in, called as flows call an adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.erp.sap_b1 import prepare
from agent.erp.sap_b1.adapter import SapB1Erp
from agent.erp.sap_b1.client import Client, Row
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.settings import SapB1Settings, parse_settings
from agent.model.catalogue import OptionValue, ProductOption
from agent.model.entity import Entity
from agent.sandbox.sap_b1 import SapB1Sandbox

P = Entity.PRODUCTS


class B1Ground:
    """A stand-in to connect to, and what a person sees in it."""

    def __init__(self, sandbox: SapB1Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.cx = self.connection("opencart_00000000")
        prepare.prepare(self.cx)

    def connection(self, instance: str, **settings: object) -> Connection:
        checked = self._settings(settings)
        return Connection(Client(checked, "manager", self.folder), checked, instance)

    def _settings(self, settings: Mapping[str, object]) -> SapB1Settings:
        values = {
            "url": self.sandbox.url,
            "database": "SBODEMO",
            "user": "manager",
            "time_zone": "Europe/Berlin",
            "language": "8",
            **settings,
        }
        return parse_settings(values)

    def connect(self, instance: str, **settings: object) -> SapB1Erp:
        checked = self._settings(settings)
        return SapB1Erp(Client(checked, "manager", self.folder), checked, instance=instance)

    # -- a person's eyes and hands ---------------------------------------------------------------

    def item(self, code: str) -> Row:
        row = self.cx.client.get("Items", code)
        assert row is not None, code
        return row

    def items(self, **equal: object) -> list[str]:
        rows = self.cx.client.rows("Items", select=("ItemCode", *equal))
        return [r["ItemCode"] for r in rows if all(r.get(k) == v for k, v in equal.items())]

    def price(self, code: str, number: int = 1) -> Decimal:
        (entry,) = [p for p in self.item(code)["ItemPrices"] if p["PriceList"] == number]
        return Decimal(str(entry["Price"]))

    def make(self, code: str, name: str = "Made in SAP", **more: Any) -> str:
        self.cx.client.post("Items", {"ItemCode": code, "ItemName": name, **more})
        return code

    def change(self, code: str, **values: Any) -> None:
        self.cx.client.patch("Items", code, values)

    def patched(self) -> list[dict[str, Any]]:
        """Return what items were changed to since the recorder was cleared."""
        return [
            json.loads(call.body)
            for call in self.sandbox.recorder.writes
            if call.method == "PATCH" and call.resource == "Items"
        ]

    def move(self, code: str, quantity: int, warehouse: str = "01") -> None:
        """Put pieces into a warehouse, as a person does."""
        line = {"ItemCode": code, "Quantity": quantity, "WarehouseCode": warehouse}
        self.cx.client.post("InventoryGenEntries", {"DocumentLines": [line]})

    def order(self, code: str, quantity: int, card: str = "C99999") -> int:
        """Enter a sales order."""
        line = {"ItemCode": code, "Quantity": quantity, "UnitPrice": 1, "VatGroup": "O2"}
        day = self.sandbox.company.now().date().isoformat()
        body = {"CardCode": card, "DocDueDate": day, "DocumentLines": [line]}
        return int(self.cx.client.post("Orders", body)["DocEntry"])


def colours(*extras: str) -> ProductOption:
    """Return an option of colours with extra prices."""
    values = tuple(
        OptionValue(f"option:14/{n}", price_extra=Decimal(extra))
        for n, extra in enumerate(extras, 1)
    )
    return ProductOption("option:14", values)
