"""``$expand``: records that others name, never the parts of a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.sandbox.sap_b1.company import Company, Row
from agent.sandbox.sap_b1.schema import Schema, Type

from . import rendering
from .messages import query_error

LINKS: Mapping[tuple[str, str], tuple[str, str]] = {
    ("Document", "BusinessPartner"): ("CardCode", "BusinessPartners"),
    ("Document", "SalesPerson"): ("SalesPersonCode", "SalesPersons"),
    ("Document", "ShippingType"): ("TransportationCode", "ShippingTypes"),
    ("Document", "PaymentTermsType"): ("PaymentGroupCode", "PaymentTermsTypes"),
    ("Document", "Currency"): ("DocCurrency", "Currencies"),
    ("Payment", "BusinessPartner"): ("CardCode", "BusinessPartners"),
    ("Item", "ItemGroups"): ("ItemsGroupCode", "ItemGroups"),
    ("Item", "Manufacturer2"): ("Manufacturer", "Manufacturers"),
    ("Item", "ShippingType"): ("ShipType", "ShippingTypes"),
    ("BusinessPartner", "BusinessPartnerGroup"): ("GroupCode", "BusinessPartnerGroups"),
    ("BusinessPartner", "SalesPerson"): ("SalesPersonCode", "SalesPersons"),
    ("BusinessPartner", "PriceList"): ("PriceListNum", "PriceLists"),
    ("BusinessPartner", "PaymentTermsType"): ("PayTermsGrpCode", "PaymentTermsTypes"),
}
"""Navigation properties of single records: the property with the key, and the set it is in."""
_WORD = re.compile(r"\s*([\w/]+)\s*(?:\(\s*\$select\s*=([^()]*)\))?\s*(?:,|$)")


@dataclass(frozen=True, slots=True)
class Expansion:
    """A record to show within another one."""

    name: str
    key: str
    set_name: str
    select: tuple[str, ...]

    def of(self, company: Company, schema: Schema, row: Row, version: int) -> Any:
        """Return the record that a row names, null where it names none."""
        key = row.get(self.key)
        found = None if key is None else company.table(self.set_name).get(key)
        if found is None:
            return None
        return rendering.record(schema, schema.type_of(self.set_name), found, version, self.select)


def split_expand(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """Return names and what is selected of each: ``A($select=B,C),D``.

    Raises:
        Refusal: it is written otherwise.
    """
    found, position = [], 0
    while position < len(text):
        match = _WORD.match(text, position)
        if match is None:
            raise query_error("Query string error - Invalid expand condition")
        names = tuple(word.strip() for word in (match[2] or "").split(",") if word.strip())
        found.append((match[1], names))
        position = match.end()
    return found


def parse_expand(schema: Schema, kind: Type, text: str) -> list[Expansion]:
    """Return what ``$expand`` asks for.

    Raises:
        Refusal: what is no navigation property, or one of which the company keeps nothing.
    """
    made = []
    for name, select in split_expand(text):
        link = LINKS.get((kind.name, name)) if name in kind.navigation else None
        if link is None:
            raise query_error(
                f"Cannot expand invalid navigation property '{name}' for entity type '{kind.name}'"
            )
        inner = schema.type_of(link[1])
        for word in select:
            if word not in inner.properties:
                raise query_error(f"Property '{word}' is invalid")
        made.append(Expansion(name, *link, select))
    return made
