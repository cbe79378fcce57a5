"""Countries and states by their ISO codes."""

from __future__ import annotations

from dataclasses import dataclass

from agent.erp.odoo.client import ref_id
from agent.erp.odoo.connection import Connection
from agent.errors import BridgeError, InvalidRecord
from agent.model.sales import Address

COUNTRY = "res.country"
STATE = "res.country.state"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an address is. ``rest`` is what Odoo has no record for and the street is to keep."""

    country: int | None = None
    state: int | None = None
    rest: str = ""
    warning: BridgeError | None = None


def locate(cx: Connection, address: Address) -> Place:
    """Return country and state of an address.

    A state is found by its code in the country, else by its name; one that Odoo does not know goes
    into the street, and so does the name of an unknown country, with a warning.
    """
    country = _countries(cx).get(address.country.strip().upper())
    zone = address.zone.strip()
    if country is None:
        named = address.country_name.strip() or address.country.strip()
        rest = ", ".join(part for part in (zone, named) if part)
        return Place(rest=rest, warning=_unknown(address))
    state = _state(cx, country, address.zone_code, zone)
    return Place(country, state, zone if state is None else "")


def country_of(cx: Connection, number: int | None) -> str:
    """Return the ISO code of a country, empty for none."""
    return next((code for code, n in _countries(cx).items() if n == number), "")


def _countries(cx: Connection) -> dict[str, int]:
    def read() -> dict[str, int]:
        rows = cx.odoo.find(COUNTRY, [("code", "!=", False)], ["code"])
        return {str(r["code"]).upper(): int(r["id"]) for r in rows}

    return cx.facts.keep(COUNTRY, read)


def _state(cx: Connection, country: int, code: str, name: str) -> int | None:
    def read() -> list[tuple[int, str, str]]:
        rows = cx.odoo.find(STATE, [("country_id", "=", country)], ["code", "name", "country_id"])
        return [
            (int(r["id"]), str(r["code"] or "").casefold(), str(r["name"] or "").casefold())
            for r in rows
            if ref_id(r["country_id"]) == country
        ]

    known = cx.facts.keep((STATE, country), read)
    wanted = code.strip().casefold()
    for number, state_code, _ in known:
        if wanted and state_code in (wanted, wanted.rpartition("-")[2]):
            return number
    wanted = name.casefold()
    for number, _, state_name in known:
        # Odoo writes some names with the country behind them: "Sonora (MX)"
        if wanted and wanted in (state_name, state_name.partition(" (")[0]):
            return number
    return None


def _unknown(address: Address) -> BridgeError | None:
    named = address.country_name.strip() or address.country.strip()
    if not named:
        if not (address.line1 or address.city):
            return None
        return InvalidRecord(
            "The address has no country",
            fix="Choose a country for the address in the shop: Odoo needs it for taxes and labels.",
            code="address.country_unknown",
        )
    return InvalidRecord(
        f"Odoo does not know the country {named} (code {address.country or 'none'}); its name was "
        "put into the street",
        fix="Correct the ISO code of the country under System > Localisation > Countries in the "
        "shop, then synchronize again.",
        code="address.country_unknown",
    )
