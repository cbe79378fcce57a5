"""The catalogue side of the adapter before a stand-in, called as flows call an adapter."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from agent.erp.draft import Draft
from agent.erp.port import Candidate, Change, Outcome
from agent.erp.sap_b1 import prepare
from agent.erp.sap_b1.client import Client, Row
from agent.erp.sap_b1.connection import Connection, Work
from agent.erp.sap_b1.items import archiving, groups, makers, matching, products, rows
from agent.erp.sap_b1.settings import parse_settings
from agent.erp.sap_b1.source.side import SourceSide
from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Manufacturer,
    OptionValue,
    Product,
    ProductOption,
)
from agent.model.entity import Entity
from agent.sandbox.sap_b1 import SapB1Sandbox

P = Entity.PRODUCTS
_WRITERS = {
    Entity.ATTRIBUTES: rows.upsert_attributes,
    Entity.ATTRIBUTE_VALUES: rows.upsert_values,
    Entity.CATEGORIES: groups.upsert,
    Entity.MANUFACTURERS: makers.upsert,
    Entity.PRODUCTS: products.upsert,
}


class Catalogue(SourceSide):
    """What the adapter does about the catalogue, without the adapter."""

    def __init__(self, cx: Connection) -> None:
        self._cx = cx

    def upsert(
        self, entity: Entity, changes: Sequence[Change], *, media: Any, progress: Any
    ) -> list[Outcome]:
        drafts = [Draft.of(change) for change in changes]
        _WRITERS[entity](Work(self._cx, media, progress), drafts)
        return [draft.outcome() for draft in drafts]

    def archive(self, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
        return archiving.archive(self._cx, entity, refs)

    def adopt(self, entity: Entity, external_ids: Sequence[str]) -> Mapping[str, str]:
        return archiving.adopt(self._cx, entity, external_ids)

    def exists(self, entity: Entity, refs: Sequence[str]) -> Mapping[str, bool]:
        return archiving.exists(self._cx, entity, refs)

    def match(
        self, entity: Entity, records: Sequence[Any], *, refs: Any
    ) -> Mapping[str, list[Candidate]]:
        return matching.match(self._cx, records, refs)

    def search(self, entity: Entity, text: str, limit: int) -> list[Candidate]:
        return archiving.search(self._cx, entity, text, limit)

    def close(self) -> None:
        self._cx.client.close()


class B1Ground:
    """A stand-in to connect to, and what a person sees in it."""

    def __init__(self, sandbox: SapB1Sandbox, folder: Path) -> None:
        self.sandbox = sandbox
        self.folder = folder
        self.cx = self.connection("opencart_00000000")
        prepare.prepare(self.cx)

    def connection(self, instance: str, **settings: object) -> Connection:
        values = {
            "url": self.sandbox.url,
            "database": "SBODEMO",
            "user": "manager",
            "time_zone": "Europe/Berlin",
            "language": "8",
            **settings,
        }
        checked = parse_settings(values)
        return Connection(Client(checked, "manager", self.folder), checked, instance)

    def connect(self, instance: str, **settings: object) -> Catalogue:
        return Catalogue(self.connection(instance, **settings))

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


__all__ = [
    "Attribute",
    "AttributeValue",
    "B1Ground",
    "Catalogue",
    "Category",
    "Manufacturer",
    "P",
    "Product",
    "colours",
]
