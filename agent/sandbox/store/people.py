"""Who buys at the sample shop: a function of the seed and a number, nothing is remembered."""

from __future__ import annotations

import random
from dataclasses import dataclass

from agent.sandbox.store.checkout_rows import CRAFT, TRADE
from agent.sandbox.store.goods import ENGLISH, GERMAN, Words
from agent.sandbox.store.localisation import BAVARIA, BERLIN, GERMANY, SWITZERLAND, VIENNA

AUSTRIA = 14

_FIRST = ("Anna", "Björn", "Clara", "Deniz", "Emil", "Frieda", "Gökhan", "Hanna", "Ivo", "Jana")
_LAST = ("Acker", "Brandt", "Çelik", "Dietrich", "O'Neil", "Fuchs", "Groß", "Horn", "Ilves", "Jung")
_STREETS = ("Lindenweg", "Am Hang", "Hauptstraße", "Mühlgasse", "Seeufer")
_FIRMS = ("Werkstatt {} GmbH", "{} & Söhne KG", 'Hofladen "{}"', "Naturkost {} e.K.")


@dataclass(frozen=True, slots=True)
class Town:
    """A town with its zone and country; ``names`` of the two are as orders have them."""

    postcode: str
    city: str
    zone: int
    country: int
    zone_name: Words
    country_name: Words


_GERMANY: Words = ("Germany", "Deutschland")
_HOME = (
    Town("80331", "München", BAVARIA, GERMANY, ("Bavaria", "Bayern"), _GERMANY),
    Town("90402", "Nürnberg", BAVARIA, GERMANY, ("Bavaria", "Bayern"), _GERMANY),
    Town("86150", "Augsburg", BAVARIA, GERMANY, ("Bavaria", "Bayern"), _GERMANY),
    Town("10115", "Berlin", BERLIN, GERMANY, ("Berlin", "Berlin"), _GERMANY),
)
_VIENNA = Town("1010", "Wien", VIENNA, AUSTRIA, ("Vienna", "Wien"), ("Austria", "Österreich"))
_ZURICH = Town("8001", "Zürich", 0, SWITZERLAND, ("", ""), ("Switzerland", "Schweiz"))


@dataclass(frozen=True, slots=True)
class Place:
    """An address; ``id`` is its number in the shop, 0 where the shop keeps none."""

    id: int
    company: str
    street: str
    town: Town


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who buys. ``id`` is 0 for a guest; ``places``: the default address first."""

    id: int
    first_name: str
    last_name: str
    email: str
    phone: str
    language: int
    places: tuple[Place, ...]
    vat: str = ""
    industry: int = 0

    @property
    def untaxed(self) -> bool:
        """Whether goods go to where the shop has no tax to charge."""
        return self.places[0].town.country == SWITZERLAND


def customer(seed: int, number: int) -> Person:
    """Return registered customer ``number`` (from 1); every eighth one is a company."""
    rng = random.Random(f"{seed}/customer/{number}")  # noqa: S311 - a sample, no secret
    last_name = rng.choice(_LAST)
    firm = number % 8 == 3
    company = rng.choice(_FIRMS).format(last_name) if firm else ""
    town = _ZURICH if number % 9 == 8 else _VIENNA if number % 9 == 7 else rng.choice(_HOME)
    places = [Place(2 * number - 1, company, _street(rng), town)]
    if number % 4 == 2:
        places.append(Place(2 * number, "", _street(rng), town))
    return Person(
        number,
        rng.choice(_FIRST),
        last_name,
        f"customer{number}@example.com",
        f"+49 89 {number:06d}",
        GERMAN if rng.random() < 0.7 else ENGLISH,
        tuple(places),
        german_vat(f"{10_000_000 + 7919 * number % 90_000_000:08d}") if firm else "",
        rng.choice((TRADE, CRAFT)) if firm else 0,
    )


def guest(seed: int, order: int, email: str | None = None) -> Person:
    """Return the guest of an order; ``email`` where it is somebody's who registered."""
    rng = random.Random(f"{seed}/guest/{order}")  # noqa: S311 - a sample, no secret
    return Person(
        0,
        rng.choice(_FIRST),
        rng.choice(_LAST),
        email or f"guest{order}@example.net",
        f"+49 30 {order:06d}",
        GERMAN if rng.random() < 0.7 else ENGLISH,
        (Place(0, "", _street(rng), rng.choice(_HOME)),),
    )


def german_vat(digits: str) -> str:
    """Return the German VAT number of eight digits, with its check digit (ISO 7064, MOD 11, 10)."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = 2 * total % 11
    return f"DE{digits}{(11 - product) % 10}"


def _street(rng: random.Random) -> str:
    return f"{rng.choice(_STREETS)} {rng.randrange(1, 90)}"
