"""Countries and zones of the shop, and addresses made with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from agent.model.sales import ADDRESS_PARTS, Address, address_key
from agent.store.sql import Row
from agent.store.text import line
from agent.store.view import View


@dataclass(frozen=True, slots=True)
class Places:
    """Countries (id to ISO code and name) and zones (id to country, name and code) of a shop."""

    countries: Mapping[int, tuple[str, str]]
    zones: Mapping[int, tuple[int, str, str]]

    @classmethod
    def load(cls, view: View) -> Places:
        """Read all of them; names in the shop's default language, else in any."""
        countries = {
            int(key): (line(code).upper(), line(name))
            for key, name, code in _named(view, "country", "country_id", ("iso_code_2",))
        }
        zones = {
            int(key): (int(country or 0), line(name), line(code))
            for key, name, country, code in _named(view, "zone", "zone_id", ("country_id", "code"))
        }
        return cls(countries, zones)


def _named(view: View, table: str, key: str, columns: tuple[str, ...]) -> list[Row]:
    """Return id, name and ``columns``; from 4.1.0.1 names are in a description table."""
    wanted = ", ".join(f"t.`{column}`" for column in columns)
    if view.dialect.has(table, "name"):
        return view.query.rows(f"SELECT t.`{key}`, t.`name`, {wanted} FROM {view.table(table)} t")  # noqa: S608
    names: dict[int, str | None] = {}
    for place, name in view.query.rows(
        f"SELECT t.`{key}`, t.`name` FROM {view.table(f'{table}_description')} t"  # noqa: S608
        f" ORDER BY t.`language_id` <> {view.default_language}, t.`language_id`"
    ):
        names.setdefault(place, name)
    rows = view.query.rows(f"SELECT t.`{key}`, {wanted} FROM {view.table(table)} t")  # noqa: S608
    return [(row[0], names.get(row[0]), *row[1:]) for row in rows]


@dataclass(frozen=True, slots=True)
class RawAddress:
    """An address as columns have it. ``zone`` and ``country``: names, where the row has them."""

    first_name: str | None
    last_name: str | None
    company: str | None
    line1: str | None
    line2: str | None
    city: str | None
    postcode: str | None
    zone: str | None
    zone_id: int | None
    country: str | None
    country_id: int | None

    @property
    def empty(self) -> bool:
        """Whether it says nothing about a place or a company; a name alone is no address."""
        texts = (self.company, self.line1, self.line2, self.city, self.postcode, self.country)
        return not self.country_id and not any(line(text) for text in texts)


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose addresses are made, and how to reach them."""

    key: str
    phone: str
    email: str


def make_address(
    places: Places,
    owner: Owner,
    raw: RawAddress,
    kind: Literal["invoice", "delivery", "other"] = "other",
) -> Address:
    """Return the address, with the names of country and zone as the shop has them now.

    So an address has the same key on orders in all languages. A place the shop has no more keeps
    the name it has in ``raw``, and has no code.
    """
    code, country = places.countries.get(raw.country_id or 0, ("", line(raw.country)))
    of_country, zone, zone_code = places.zones.get(raw.zone_id or 0, (0, "", ""))
    if not zone or of_country != raw.country_id:
        zone, zone_code = line(raw.zone), ""
    made = Address(
        key="",
        customer=owner.key,
        first_name=line(raw.first_name),
        last_name=line(raw.last_name),
        company=line(raw.company),
        line1=line(raw.line1),
        line2=line(raw.line2),
        city=line(raw.city),
        postcode=line(raw.postcode),
        zone=zone,
        zone_code=zone_code,
        country=code,
        country_name=country,
        phone=owner.phone,
        email=owner.email,
        kind=kind,
    )
    parts = {name: str(getattr(made, name)) for name in ADDRESS_PARTS}
    return replace(made, key=address_key(owner.key, parts))
