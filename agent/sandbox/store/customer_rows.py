"""Registered customers of the sample shop, as rows."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta

from agent.sandbox.store.checkout_rows import INDUSTRY_FIELD, NOTE_FIELD, VAT_FIELD
from agent.sandbox.store.localisation import CUSTOMER_GROUP, TRADE_GROUP, escape
from agent.sandbox.store.people import Person, Place, customer
from agent.sandbox.store.plan import OPENED
from agent.sandbox.store.writer import Value, Writer


class CustomerWriter:
    """Writes customers with their addresses."""

    def __init__(self, writer: Writer, seed: int, customers: int) -> None:
        self._writer = writer
        self._seed = seed
        self._customers = customers

    def write(self) -> None:
        """Write all customers."""
        for number in range(1, self._customers + 1):
            person = customer(self._seed, number)
            self._person(person)
            for place in person.places:
                self._place(person, place)

    def _person(self, person: Person) -> None:
        self._writer.row(
            "customer",
            {
                "customer_id": person.id,
                "firstname": escape(person.first_name),
                "lastname": escape(person.last_name),
                "customer_group_id": group_of(person),
                "store_id": 0,
                "language_id": person.language,
                "email": person.email,
                "telephone": person.phone,
                "address_id": person.places[0].id,
                "custom_field": account_fields(person),
                "ip": "127.0.0.1",
                "status": 1,
                "token": "",
                "date_added": OPENED + timedelta(hours=person.id),
            },
        )

    def _place(self, person: Person, place: Place) -> None:
        self._writer.row(
            "address",
            {
                "address_id": place.id,
                "customer_id": person.id,
                "firstname": escape(person.first_name),
                "lastname": escape(person.last_name),
                "company": escape(place.company),
                "address_1": place.street,
                "address_2": "",
                "city": place.town.city,
                "postcode": place.town.postcode,
                "country_id": place.town.country,
                "zone_id": place.town.zone,
                "custom_field": address_fields(place),
                "default": int(place is person.places[0]),
            },
        )


def group_of(person: Person) -> int:
    """Return the customer group: companies are in one of their own."""
    return TRADE_GROUP if person.vat else CUSTOMER_GROUP


def account_fields(person: Person) -> str:
    """Return the custom fields of an account as the shop keeps them."""
    fields = {VAT_FIELD: person.vat, INDUSTRY_FIELD: str(person.industry or "")}
    return php_json({str(key): value for key, value in fields.items() if value})


def address_fields(place: Place) -> str:
    """Return the custom fields of an address as the shop keeps them."""
    return php_json({str(NOTE_FIELD): "Hinterhof &amp; 2. Stock"} if place.id % 16 == 6 else {})


def php_json(value: Mapping[str, Value]) -> str:
    """Return JSON as PHP writes it: an empty array for an empty mapping."""
    return json.dumps(value, separators=(",", ":")) if value else "[]"
