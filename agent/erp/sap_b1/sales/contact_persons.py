"""Contact persons (``ContactEmployees``): who orders for a company."""

from __future__ import annotations

from typing import Any

from agent.erp.draft import Draft
from agent.erp.people import plain
from agent.erp.sap_b1.sales.texts import NAME, PHONE, cut, head
from agent.erp.sap_b1.sets import Row
from agent.model.sales import Customer

_FIELDS = ("first_name", "last_name", "company", "email", "phone")
_LONGEST = 50


def email_of(customer: Customer) -> str:
    """Return a customer's e-mail address, empty where B1 has no room for it."""
    email = customer.email.strip()
    return email if len(email) <= NAME else ""


def person_of(customer: Customer) -> dict[str, Any]:
    """Return the person of a company as a new contact person."""
    found = {
        "Name": cut(customer.name, _LONGEST),
        "FirstName": cut(customer.first_name, _LONGEST),
        "LastName": cut(customer.last_name, _LONGEST),
        "E_Mail": email_of(customer),
        "Phone1": head(customer.phone, PHONE),
    }
    return {key: value for key, value in found.items() if value}


def persons(draft: Draft, customer: Customer, row: Row, *, ours: bool) -> list[dict[str, Any]]:
    """Return the contact person to add or to change, none where there is nothing to do.

    B1 finds persons by number alone: one without it is another one, and refused where its name is
    taken. Here they are found by e-mail address, then by name. ``ours``: the shop may write over
    what is there.
    """
    if not (customer.company.strip() and customer.name and draft.has(*_FIELDS)):
        return []
    wanted = person_of(customer)
    before = draft.change.previous or {}
    former = f"{before.get('first_name', '')} {before.get('last_name', '')}".strip()
    mails = {plain(wanted.get("E_Mail")), plain(before.get("email"))} - {""}
    names = {plain(wanted["Name"]), plain(former)} - {""}
    rows: list[Row] = list(row.get("ContactEmployees") or ())
    found = next((p for p in rows if plain(p.get("E_Mail")) in mails), None) or next(
        (p for p in rows if plain(p.get("Name")) in names), None
    )
    if found is None:
        return [wanted]
    if not ours or all(found.get(k) == v for k, v in wanted.items()):
        return []
    return [{"InternalCode": found["InternalCode"], **wanted}]
