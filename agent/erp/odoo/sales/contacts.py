"""What a contact of Odoo (``res.partner``) gets from customers and addresses of the shop."""

from __future__ import annotations

import html as html_module
from collections.abc import Mapping, Sequence

from agent.erp.odoo.client import Row, ref_id
from agent.erp.odoo.connection import Connection
from agent.erp.odoo.sales import places
from agent.erp.people import plain
from agent.errors import BridgeError, MissingRight
from agent.model.sales import Address

MODEL = "res.partner"
ADDRESS_FIELDS = ("street", "street2", "city", "zip", "state_id", "country_id")
_TYPES: Mapping[str, str] = {"invoice": "invoice", "delivery": "delivery", "other": "other"}
_USES = (
    ("sale.order", ("partner_id", "partner_invoice_id", "partner_shipping_id")),
    ("account.move", ("partner_id", "partner_shipping_id")),
    ("stock.picking", ("partner_id",)),
)


def address_cells(
    cx: Connection, address: Address, warnings: list[BridgeError] | None = None
) -> dict[str, str]:
    """Return the columns of a postal address; what Odoo cannot place goes into the street."""
    place = places.locate(cx, address)
    if place.warning is not None and warnings is not None:
        warnings.append(place.warning)
    second = ", ".join(part for part in (address.line2.strip(), place.rest) if part)
    return {
        "street": address.line1.strip(),
        "street2": second,
        "city": address.city.strip(),
        "zip": address.postcode.strip(),
        "country_id/.id": "" if place.country is None else str(place.country),
        "state_id/.id": "" if place.state is None else str(place.state),
    }


def child_cells(
    cx: Connection, address: Address, company: str, warnings: list[BridgeError] | None = None
) -> dict[str, str]:
    """Return the columns of an address that is a contact below another one.

    ``company`` is the name of the contact it is below where that is a company: Odoo shows it in
    front by itself. Another company's name stands before the person's.
    """
    person = address.name
    own = address.company.strip()
    name = person
    if own and own.casefold() != company.strip().casefold():
        name = f"{own}, {person}" if person else own
    cells = {"name": name, "type": _TYPES[address.kind], **address_cells(cx, address, warnings)}
    if address.phone.strip():
        cells["phone"] = address.phone.strip()
    if address.email.strip():
        cells["email"] = address.email.strip()
    return cells


def same_place(row: Row, cells: Mapping[str, str]) -> bool:
    """Tell whether a contact's own address is the one of ``cells``; case does not count."""
    for name in ADDRESS_FIELDS:
        if name.endswith("_id"):
            if str(ref_id(row[name]) or "") != cells[f"{name}/.id"]:
                return False
        elif plain(row[name]) != plain(cells[name]):
            return False
    return True


def has_place(row: Row) -> bool:
    """Tell whether a contact has an address of its own, the country aside."""
    return any(row[name] for name in ("street", "street2", "city", "zip"))


def used(cx: Connection, numbers: Sequence[int]) -> set[int]:
    """Return those contacts that orders, invoices or transfers name.

    Where the user may not look, a contact counts as used: its address is then left alone.
    """
    found: set[int] = set()
    for model, fields in _USES:
        for name in fields:
            open_ = sorted(set(numbers) - found)
            if not open_ or not cx.facts.has(model, name):
                continue
            try:
                rows = cx.odoo.call(
                    model,
                    "read_group",
                    domain=[(name, "in", open_)],
                    fields=[name],
                    groupby=[name],
                )
            except MissingRight:
                return set(numbers)
            found |= {n for row in rows if (n := ref_id(row[name])) is not None}
    return found & set(numbers)


def as_note(cx: Connection, model: str, name: str, text: str) -> str:
    """Return plain text for a field that is HTML on some servers (since Odoo 15 to 17)."""
    info = cx.facts.fields(model).get(name)
    if info is None or info.type != "html" or not text:
        return text
    return "<p>" + html_module.escape(text, quote=False).replace("\n", "<br>") + "</p>"
