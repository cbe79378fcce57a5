"""Countries and zones of the shop, and addresses made with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from agent.model.sales import Address, address_key
from agent.store.sql import Ids, Row
from agent.store.text import line
from agent.store.view import View


@dataclass(frozen=True, slots=True)
class Places:
    """Countries (id to ISO code and name) and zones (id to country, name and code) of addresses."""

    countries: Mapping[int, tuple[str, str]]
    zones: Mapping[int, tuple[int, str, str]]

    @classmethod
    def load(cls, view: View, addresses: Iterable[RawAddress]) -> Places:
        """Read the places of these addresses; names in the default language, else in any."""
        used = list(addresses)
        countries = Ids.of(a.country_id for a in used if a.country_id)
        zones = Ids.of(a.zone_id for a in used if a.zone_id)
        return cls(
            {
                int(key): (line(code).upper(), line(name))
                for key, name, code in _named(view, "country", ("iso_code_2",), countries)
            },
            {
                int(key): (int(country or 0), line(name), line(code))
                for key, name, country, code in _named(view, "zone", ("country_id", "code"), zones)
            },
        )


def _named(view: View, table: str, columns: tuple[str, ...], ids: Ids) -> list[Row]:
    """Return id, name and ``columns``; from 4.1.0.1 names are in a description table."""
    key = f"t.`{table}_id`"
    wanted = ", ".join(f"t.`{column}`" for column in columns)
    if view.dialect.has(table, "name"):
        return view.query.rows(
            f"SELECT {key}, t.`name`, {wanted} FROM {view.table(table)} t"  # noqa: S608
            f" WHERE {ids.where(key)}"
        )
    names: dict[int, str | None] = {}
    for place, name in view.query.rows(
        f"SELECT {key}, t.`name` FROM {view.table(f'{table}_description')} t"  # noqa: S608
        f" WHERE {ids.where(key)} ORDER BY t.`language_id` <> {view.default_language},"
        " t.`language_id`"
    ):
        names.setdefault(place, name)
    rows = view.query.rows(
        f"SELECT {key}, {wanted} FROM {view.table(table)} t WHERE {ids.where(key)}"  # noqa: S608
    )
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
    parts = {
        "first_name": line(raw.first_name),
        "last_name": line(raw.last_name),
        "company": line(raw.company),
        "line1": line(raw.line1),
        "line2": line(raw.line2),
        "city": line(raw.city),
        "postcode": line(raw.postcode),
        "zone": zone,
        "zone_code": zone_code,
        "country": code,
    }
    return Address(
        key=address_key(owner.key, parts),
        customer=owner.key,
        **parts,
        country_name=country,
        phone=owner.phone,
        email=owner.email,
        kind=kind,
    )
