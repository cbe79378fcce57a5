"""A small shop that remembers what it sent, as the flows do, without a database."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from agent.erp.port import Change, Erp, Outcome
from agent.errors import InvalidRecord
from agent.model.catalogue import (
    Attribute,
    AttributeValue,
    Category,
    Image,
    Manufacturer,
    OptionValue,
    Product,
    ProductOption,
    Spec,
)
from agent.model.document import SalesDocument
from agent.model.entity import Entity
from agent.model.plain import to_plain
from agent.model.record import Record
from agent.model.sales import Address, Carrier, Customer
from agent_tests.contract.ground import new_instance, unique

ENTITIES: Mapping[type, Entity] = {
    Category: Entity.CATEGORIES,
    Manufacturer: Entity.MANUFACTURERS,
    Attribute: Entity.ATTRIBUTES,
    AttributeValue: Entity.ATTRIBUTE_VALUES,
    Product: Entity.PRODUCTS,
    Customer: Entity.CUSTOMERS,
    Address: Entity.ADDRESSES,
    Carrier: Entity.CARRIERS,
    SalesDocument: Entity.ORDERS,
}


def text(en: str, **others: str) -> dict[str, str]:
    """Return a text: ``text("Red", de="Rot")``."""
    codes = {"de": "de-de", "fr": "fr-fr", "es": "es-es"}
    return {"en-gb": en, **{codes[k]: v for k, v in others.items()}}


class Connects(Protocol):
    """What a shop can be connected to."""

    def connect(self, instance: str, **settings: Any) -> Erp:
        """Return an adapter as the product opens it."""
        ...


class Shop:
    """Sends records and keeps their ids and last state. One entity per call, as flows do."""

    def __init__(self, ground: Connects, erp: Erp | None = None, **settings: object) -> None:
        self.ground: Any = ground
        self.instance = new_instance()
        self.erp = erp or ground.connect(self.instance, **settings)
        self.refs: dict[tuple[Entity, str], str] = {}
        self.files: dict[str, bytes] = {}
        self.beats = 0
        self._all_fields = False
        self._before: dict[tuple[Entity, str], Mapping[str, Any]] = {}

    def close(self) -> None:
        """Close the connection."""
        self.erp.close()

    def reconnect(self, **settings: object) -> None:
        """Open the connection anew with other settings; what was sent stays remembered."""
        self.erp.close()
        self.erp = self.ground.connect(self.instance, **settings)

    def external_id(self, record: Record) -> str:
        """Return the record's external id as flows make it."""
        name = f"{ENTITIES[type(record)].value}_{record.key}"
        return self.instance + "." + "".join(c if c.isalnum() else "_" for c in name)

    def change(self, record: Record) -> Change:
        """Return the change that brings the ERP from the last sent state to ``record``."""
        entity = ENTITIES[type(record)]
        before = self._before.get((entity, record.key))
        ref = self.refs.get((entity, record.key))
        every = {f.name for f in dataclasses.fields(record)} - {"key"}
        names = every
        if before is not None:
            plain = to_plain(record)
            names = {n for n in every if plain[n] != before[n]}
        if self._all_fields:
            names = every
        return Change(
            record=record,
            fields=frozenset(names),
            external_id=self.external_id(record),
            ref=ref,
            refs=dict(self.refs),
            previous=before if ref else None,
        )

    def put(self, *records: Record) -> list[Outcome]:
        """Send records and remember those that arrived."""
        outcomes = self.erp.upsert(
            ENTITIES[type(records[0])],
            [self.change(r) for r in records],
            media=self._media,
            progress=self._beat,
        )
        assert [o.key for o in outcomes] == [r.key for r in records]
        for record, outcome in zip(records, outcomes, strict=True):
            if outcome.error is None and outcome.ref is not None:
                self.remember(record, outcome.ref)
                self.refs.update(outcome.children)
        return outcomes

    def must(self, *records: Record) -> list[Outcome]:
        """Send records; each has to arrive without a word."""
        outcomes = self.put(*records)
        assert [(o.key, o.error, o.warnings) for o in outcomes] == [
            (r.key, None, ()) for r in records
        ]
        return outcomes

    def must_anew(self, *records: Record) -> list[Outcome]:
        """Send records as flows do after settings changed: all fields, the same content."""
        self._all_fields = True
        outcomes = self.must(*records)
        self._all_fields = False
        return outcomes

    def remember(self, record: Record, ref: str) -> None:
        """Note a record as sent, e.g. after it was adopted."""
        entity = ENTITIES[type(record)]
        self.refs[entity, record.key] = ref
        self._before[entity, record.key] = to_plain(record)

    def link(self, record: Record, ref: str) -> None:
        """Note a link made by hand: nothing was sent yet."""
        self.refs[ENTITIES[type(record)], record.key] = ref

    def forget(self) -> None:
        """Forget what was sent, as after a restored backup."""
        self.refs.clear()
        self._before.clear()

    def unsent(self, record: Record) -> None:
        """Forget that a record was sent."""
        entity = ENTITIES[type(record)]
        self.refs.pop((entity, record.key), None)
        self._before.pop((entity, record.key), None)

    def ref(self, entity: Entity, key: str) -> str:
        """Return the ERP id of a record that was sent."""
        return self.refs[entity, key]

    def _media(self, image: Image) -> bytes:
        if image.path not in self.files:
            raise InvalidRecord(f"The picture {image.path} is missing", fix="Upload it again.")
        return self.files[image.path]

    def _beat(self) -> None:
        self.beats += 1

    # -- samples ---------------------------------------------------------------------------------

    def size_and_colour(self) -> None:
        """Send two options that make variants, one that does not, one attribute, one maker."""
        self.must(
            Attribute("option:13", text(unique("Size"), de=unique("Groesse")), "choice"),
            Attribute("option:14", text(unique("Colour")), "choice", "radio"),
            Attribute("option:15", text(unique("Extras")), "multi", "checkbox"),
            Attribute("attribute:4", text(unique("Material")), "spec", "text"),
        )
        self.must(
            AttributeValue("option:13/1", "option:13", text("S", de="Klein"), 1),
            AttributeValue("option:13/2", "option:13", text("M", de="Mittel"), 2),
            AttributeValue("option:13/3", "option:13", text("L", de="Gross"), 3),
            AttributeValue("option:14/1", "option:14", text("Red", de="Rot"), 1),
            AttributeValue("option:14/2", "option:14", text("Blue", de="Blau"), 2),
            AttributeValue("option:15/1", "option:15", text("Gift wrap"), 1),
            AttributeValue("attribute:4/a", "attribute:4", text("Steel", de="Stahl"), 1),
            AttributeValue("attribute:4/b", "attribute:4", text("Wood", de="Holz"), 2),
        )
        self.must(Manufacturer("8", unique("Maker")))


def sizes(*extras: str, key: str = "option:13") -> ProductOption:
    """Return an option with one value per extra price."""
    return ProductOption(
        key,
        tuple(
            OptionValue(f"{key}/{n}", price_extra=Decimal(extra))
            for n, extra in enumerate(extras, 1)
        ),
    )


def shirt(key: str = "42", **changes: Any) -> Product:
    """Return a product with two options, six variants, a spec and a maker."""
    values: dict[str, Any] = {
        "name": text(unique("Shirt"), de=unique("Hemd")),
        "description": text("<p>A fine shirt</p>", de="<p>Ein feines Hemd</p>"),
        "sku": unique("SH").replace(" ", "-"),
        "price": Decimal("20.5000"),
        "weight": Decimal("0.5"),
        "weight_unit": "kg",
        "manufacturer": "8",
        "options": (sizes("0", "2.5", "5"), sizes("0", "0", key="option:14")),
        "specs": (Spec("attribute:4", "attribute:4/a", text("Steel")),),
    }
    return Product(key, **{**values, **changes})


def mug(key: str = "7", **changes: Any) -> Product:
    """Return a product without options."""
    values: dict[str, Any] = {
        "name": text(unique("Mug"), de=unique("Becher")),
        "sku": unique("MUG").replace(" ", "-"),
        "price": Decimal("9.99"),
        "weight": Decimal(300),
        "weight_unit": "g",
    }
    return Product(key, **{**values, **changes})
