"""Business partners that documents are made for, and the texts of their addresses."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.sales.texts import day_of, yes
from agent.erp.sap_b1.sets import Row
from agent.errors import Held

SET = "BusinessPartners"
SHIP_TO, BILL_TO = "bo_ShipTo", "bo_BillTo"
EVERY_CURRENCY = "##"
_SELECT = (
    *("CardCode", "CardName", "CardType", "Currency", "Valid", "ValidFrom", "ValidTo", "Frozen"),
    *("FrozenFrom", "FrozenTo", "FrozenRemarks", "BPAddresses"),
)
_TEXTS: Mapping[str, str] = {
    "Street": "Street",
    "StreetNo": "StreetNo",
    "Block": "Block",
    "BuildingFloorRoom": "Building",
    "City": "City",
    "ZipCode": "ZipCode",
    "County": "County",
    "State": "State",
    "Country": "Country",
    "AddressName2": "Address2",
    "AddressName3": "Address3",
}
"""Properties of an address, and what a document's copy of them is called."""


def partners(cx: Connection, codes: Iterable[str]) -> dict[str, Row]:
    """Return business partners with their addresses, by code."""
    wanted = sorted(set(codes))
    if len(wanted) == 1:
        row = cx.client.get(SET, wanted[0], _SELECT)
        return {} if row is None else {wanted[0]: row}
    return {str(row["CardCode"]): row for row in cx.client.find(SET, "CardCode", wanted, _SELECT)}


def reference(card: str, name: str, kind: str = SHIP_TO) -> str:
    """Return what an address is called by the bridge."""
    return f"{card}/{kind}/{name}"


def parse_reference(text: str) -> tuple[str, str, str] | None:
    """Return partner, kind and name of an address, None where ``text`` is none's reference."""
    card, slash, rest = text.partition("/")
    kind, second, name = rest.partition("/")
    if not slash or not second or kind not in (SHIP_TO, BILL_TO) or not card or not name:
        return None
    return card, kind, name


def address_row(partner: Row, kind: str, name: str) -> Row | None:
    """Return an address of a partner by its name; that of the other kind where there is no such."""
    rows: list[Row] = [a for a in partner.get("BPAddresses") or () if a.get("AddressName") == name]
    return next((a for a in rows if a.get("AddressType") == kind), next(iter(rows), None))


def has_kind(partner: Row, kind: str, name: str) -> bool:
    """Tell whether a partner has an address of this name and kind."""
    row = address_row(partner, kind, name)
    return row is not None and row.get("AddressType") == kind


def address_texts(row: Row, side: str) -> dict[str, str | None]:
    """Return an address as a document copies it; ``side`` is ``ShipTo`` or ``BillTo``."""
    return {f"{side}{copy}": str(row.get(name) or "") or None for name, copy in _TEXTS.items()}


def check_partner(partner: Row | None, code: str, on: date, currency: str) -> None:
    """Make sure that an order can be made for a partner.

    Raises:
        Held: it is gone, no customer, inactive on that day, or has another currency.
    """
    if partner is None:
        raise Held(
            f"The business partner {code} is no longer in SAP Business One",
            fix="Synchronize the customer again (forget the link on the mapping screen first); "
            "the order follows by itself.",
            code="order.customer_gone",
        )
    name = f"{partner.get('CardName') or ''} ({code})"
    if partner.get("CardType") not in (None, "cCustomer"):
        raise Held(
            f"The business partner {name} is no customer in SAP Business One",
            fix="Make it a customer in SAP, or link the shop's customer to another partner; then "
            "release the order.",
            code="order.customer_blocked",
        )
    if not is_active(partner, on):
        words = " ".join(str(partner.get("FrozenRemarks") or "").split())
        raise Held(
            f"The business partner {name} is inactive in SAP Business One"
            + (f": {words}" if words else ""),
            fix="Activate it in SAP (Business Partner Master Data, General, Active), or link the "
            "customer to another partner; then release the order.",
            code="customer.archived",
        )
    own = str(partner.get("Currency") or EVERY_CURRENCY)
    if own not in (EVERY_CURRENCY, currency):
        raise Held(
            f"The business partner {name} is kept in {own}, and the order is in {currency}",
            fix="Set the partner's currency to All Currencies in SAP (Business Partner Master "
            "Data, General), then release the order.",
            code="order.customer_currency",
        )


def is_active(partner: Row, on: date) -> bool:
    """Tell whether a partner can be used on a day."""
    if yes(partner.get("Frozen")) and _within(partner, "FrozenFrom", "FrozenTo", on):
        return False
    limited = partner.get("ValidFrom") or partner.get("ValidTo")
    if not yes(partner.get("Valid")) or not limited:
        return True
    return _within(partner, "ValidFrom", "ValidTo", on)


def _within(row: Row, first: str, last: str, on: date) -> bool:
    begins, ends = day_of(row.get(first)), day_of(row.get(last))
    return (begins is None or begins <= on) and (ends is None or on <= ends)
