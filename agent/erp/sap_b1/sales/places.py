"""Postal addresses of the shop as rows of a business partner's addresses (``BPAddresses``).

Documents of B1 copy the texts of the addresses they name, so that changing an address changes no
document. All the same none is written over with another content: what is printed or edited again
would take the new texts. Another content is another address, under a name of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from agent.erp.people import plain
from agent.erp.sap_b1.client import q
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales.partners import BILL_TO, SHIP_TO
from agent.erp.sap_b1.sales.texts import CITY, NAME, STREET, ZIP, cut, head
from agent.erp.sap_b1.sets import Row
from agent.errors import BridgeError, InvalidRecord
from agent.model.sales import Address

KINDS = (SHIP_TO, BILL_TO)
NAME_LENGTH = 50
_CONTENT = ("AddressName2", "AddressName3", "Street", "Block", "ZipCode", "City", "County")
CONTENT = (*_CONTENT, "State", "Country")


def content_of(
    cx: Connection, address: Address, warnings: list[BridgeError] | None = None
) -> dict[str, str]:
    """Return what an address says; what B1 cannot place goes into other lines."""
    country = _country(cx, address.country)
    zone = address.zone.strip()
    state = _state(cx, country, address.zone_code, zone) if country else ""
    rest = address.line2.strip()
    if not country:
        named = address.country_name.strip() or address.country.strip()
        rest = ", ".join(part for part in (rest, named) if part)
        warning = _unknown(address)
        if warning is not None and warnings is not None:
            warnings.append(warning)
    company, person = address.company.strip(), address.name
    return {
        "AddressName2": cut(company or person, NAME_LENGTH),
        "AddressName3": cut(person if company else "", NAME_LENGTH),
        "Street": cut(address.line1, STREET),
        "Block": cut(rest, STREET),
        "ZipCode": head(address.postcode, ZIP),
        "City": cut(address.city, CITY),
        "County": "" if state else cut(zone, NAME),
        "State": state,
        "Country": country,
    }


def rows_of(name: str, content: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return an address as new rows: to deliver to and to bill, under one name."""
    given = {key: value for key, value in content.items() if value}
    return [{"AddressName": name, "AddressType": kind, **given} for kind in KINDS]


def missing_kinds(rows: Sequence[Row], name: str, content: Mapping[str, str]) -> list[Row]:
    """Return rows that are to be added so that an address is there for both uses."""
    there = {row.get("AddressType") for row in rows if row.get("AddressName") == name}
    return [row for row in rows_of(name, content) if row["AddressType"] not in there]


def same_address(rows: Iterable[Row], content: Mapping[str, str]) -> str | None:
    """Return the name of an address with this content, None where there is none."""
    for row in rows:
        if all(plain(row.get(key)) == plain(content[key]) for key in CONTENT):
            return str(row["AddressName"])
    return None


def free_name(rows: Iterable[Row], content: Mapping[str, str]) -> str:
    """Return a name for a new address that the partner has not given to another."""
    taken = {plain(row.get("AddressName")) for row in rows}
    parts = (content["AddressName2"], content["Street"], content["City"])
    whole = cut(", ".join(part for part in parts if part) or "Address", NAME_LENGTH)
    # references of addresses are made of slashes
    base = whole.replace("/", "-")
    name, number = base, 1
    while plain(name) in taken:
        number += 1
        end = f" ({number})"
        name = cut(base, NAME_LENGTH - len(end)) + end
    return name


def in_place(row: Row, code: str, content: Mapping[str, str]) -> dict[str, Any]:
    """Return what changes an address where it is: all four identifiers, else another is added."""
    return {
        "BPCode": code,
        "AddressName": row["AddressName"],
        "AddressType": row["AddressType"],
        "RowNum": row["RowNum"],
        **{name: text or None for name, text in content.items()},
    }


def _country(cx: Connection, code: str) -> str:
    def read() -> dict[str, str]:
        rows = list(cx.client.rows("Countries", "", ("Code", "ISOAlpha2Code")))
        known = {str(r["Code"]).upper(): str(r["Code"]) for r in rows}
        iso = {str(r.get("ISOAlpha2Code") or "").upper(): str(r["Code"]) for r in rows}
        return {**iso, **known}

    known = cx.facts.keep(_country, read)
    return known.get(code.strip().upper(), "") if code.strip() else ""


def _state(cx: Connection, country: str, code: str, name: str) -> str:
    def read() -> list[tuple[str, str]]:
        where = f"Country eq {q(country)}"
        rows = cx.client.rows("States", where, ("Code", "Country", "Name"))
        return [(str(r["Code"]), plain(r.get("Name"))) for r in rows]

    if not (code.strip() or name.strip()):
        return ""
    known = cx.facts.keep((_state, country), read)
    wanted = code.strip().upper()
    for state, _ in known:
        if wanted and state.upper() in (wanted, wanted.rpartition("-")[2]):
            return state
    return next((state for state, named in known if name and named == plain(name)), "")


def _unknown(address: Address) -> BridgeError | None:
    named = address.country_name.strip() or address.country.strip()
    if not named:
        if not (address.line1 or address.city):
            return None
        return InvalidRecord(
            "The address has no country",
            fix="Choose a country for the address in the shop: SAP Business One needs it for taxes "
            "and labels.",
            code="address.country_unknown",
        )
    return InvalidRecord(
        f"SAP Business One does not know the country {named} (code {address.country or 'none'}); "
        "its name was put into the address",
        fix="Correct the ISO code of the country under System > Localisation > Countries in the "
        "shop, or make the country in SAP (Administration, Setup, Business Partners, Countries), "
        "then synchronize again.",
        code="address.country_unknown",
    )
