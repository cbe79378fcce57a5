"""Customers and addresses of a shop, as adapters look at them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from agent.erp.draft import Draft
from agent.erp.port import Candidate
from agent.model.sales import Address, Customer


def customer_of(draft: Draft) -> Customer:
    """Return the draft's customer."""
    record = draft.change.record
    if not isinstance(record, Customer):
        raise TypeError(f"{type(record).__name__} is no customer")
    return record


def address_of(draft: Draft) -> Address:
    """Return the draft's address."""
    record = draft.change.record
    if not isinstance(record, Address):
        raise TypeError(f"{type(record).__name__} is no address")
    return record


def default_address(customer: Customer) -> Address | None:
    """Return the customer's default address, None where there is none."""
    return next((a for a in customer.addresses if a.key == customer.address), None)


def former_addresses(previous: Mapping[str, object] | None) -> list[Address]:
    """Return the addresses of the record as last written."""
    listed: Any = (previous or {}).get("addresses") or ()
    return [Address(**item) for item in listed if isinstance(item, Mapping)]


def vat_spellings(customer: Customer) -> set[str]:
    """Return a customer's VAT number with and without its country, as entered and bare."""
    raw = customer.vat.strip()
    bare = re.sub(r"[^0-9A-Za-z]", "", raw).upper()
    country = next((a.country for a in customer.addresses if a.key == customer.address), "").upper()
    short = bare.removeprefix(country) if country else bare
    return {raw, bare, short, f"{country}{short}"} - {""}


def plain(value: object) -> str:
    """Return text for comparing: case and white space do not count."""
    return " ".join(str(value or "").split()).casefold()


def match_customers(
    rule: str,
    customers: Sequence[Customer],
    by_vat: Callable[[Sequence[Customer]], Mapping[str, list[Candidate]]],
    by_email: Callable[[Sequence[Customer]], Mapping[str, list[Candidate]]],
) -> dict[str, list[Candidate]]:
    """Return candidates by customer key, by the connection's setting ``customer_match``.

    Who was found by VAT number is not looked for by e-mail address.
    """
    found: dict[str, list[Candidate]] = {}
    if not customers:
        return found
    if rule in ("vat_email", "vat"):
        found.update(by_vat(customers))
    if rule in ("vat_email", "email"):
        found.update(by_email([c for c in customers if c.key not in found]))
    return found
