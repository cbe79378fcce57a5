"""Customers: business partners with their addresses, and with a contact person for companies.

A partner that was in B1 before and was linked is only completed: what it has already is B1's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.erp.draft import Draft
from agent.erp.people import customer_of, default_address
from agent.erp.sap_b1.births import FIELD, id_of, made
from agent.erp.sap_b1.client import Operation
from agent.erp.sap_b1.connection import Connection, Work
from agent.erp.sap_b1.faults import B1Refused, Exists
from agent.erp.sap_b1.sales import addresses, partners, places
from agent.erp.sap_b1.sales.contact_persons import email_of, person_of, persons
from agent.erp.sap_b1.sales.customer_codes import codes
from agent.erp.sap_b1.sales.groups import group_of
from agent.erp.sap_b1.sales.texts import NAME, PHONE, cut, head
from agent.erp.sap_b1.sets import Row
from agent.errors import AuthError, BridgeError, Busy, ConfigError, Held, Refused
from agent.model.entity import Entity
from agent.model.sales import Customer

_SELECT = (
    *("CardCode", "CardName", "CardType", "GroupCode", "FederalTaxID", "Phone1", "EmailAddress"),
    *("Valid", "ValidFrom", "ValidTo", "Frozen", "FrozenFrom", "FrozenTo", "CompanyPrivate"),
    *("FreeText", "ShipToDefault", "BilltoDefault", "ContactPerson", FIELD, "BPAddresses"),
    "ContactEmployees",
)


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update customers; their default address is answered as a child."""
    cx = work.cx
    ready = [d for d in drafts if d.error is None]
    wanted = sorted({d.erp_id for d in ready if d.erp_id is not None})
    rows = cx.client.find(partners.SET, "CardCode", wanted, _SELECT) if wanted else []
    known = {str(row["CardCode"]): row for row in rows}
    for draft in ready:
        try:
            _one(cx, draft, known)
        except (AuthError, ConfigError):
            raise
        except BridgeError as error:
            if error.retry:
                raise
            draft.error = error
        work.progress()


def _one(cx: Connection, draft: Draft, known: Mapping[str, Row]) -> None:
    if draft.erp_id is None:
        row = _create(cx, draft)
        if row is None:
            return
        _update(cx, draft, row)  # it was made by an earlier try
        return
    found = known.get(draft.erp_id)
    if found is None:
        raise _gone()
    if not partners.is_active(found, cx.client.clock.local().date()):
        raise _inactive(found)
    _update(cx, draft, found)


# -- new ones ------------------------------------------------------------------------------------


def _create(cx: Connection, draft: Draft) -> Row | None:
    """Make a partner; returns it where it was made before."""
    customer = customer_of(draft)
    body = _body(cx, draft, customer)
    row = _without_vat_at_need(draft, body, lambda given: _post(cx, draft, given))
    if row is None:
        there = cx.client.find(partners.SET, FIELD, [id_of(draft.change.external_id)], _SELECT)
        if not there:
            raise Busy(
                "The customer is being made by another worker",
                fix="Nothing to do: the bridge tries again by itself.",
                code="erp.busy",
            )
        draft.erp_id = str(there[0]["CardCode"])
        return there[0]
    draft.erp_id = str(row["CardCode"])
    draft.touched = True
    address = default_address(customer)
    if address is not None:
        name = str(body["ShipToDefault"])
        draft.children[Entity.ADDRESSES, address.key] = partners.reference(draft.erp_id, name)
    return None


def _post(cx: Connection, draft: Draft, body: Mapping[str, Any]) -> Row | None:
    """Post a partner under the first code that is free; None where it was made before."""
    external_id = draft.change.external_id
    if cx.settings.customer_series is not None:
        given = {"Series": cx.settings.customer_series, **body}
        return made(cx, external_id, Operation.post(partners.SET, given))
    last: Exists | None = None
    for code in codes(cx, draft.key):
        try:
            return made(cx, external_id, Operation.post(partners.SET, {"CardCode": code, **body}))
        except Exists as error:
            last = error
    raise Refused(
        f"All codes that the pattern {cx.settings.customer_code} gives to the customer are taken "
        "in SAP Business One",
        fix="Choose another pattern, or a numbering series, under Codes of customers in the "
        "connection's settings; or link the customer on the mapping screen.",
        code="customer.code_taken",
        detail=last.detail if last is not None else "",
    )


def _body(cx: Connection, draft: Draft, customer: Customer) -> dict[str, Any]:
    company, person = customer.company.strip(), customer.name
    name = company or person or customer.email or f"Customer {customer.key}"
    body: dict[str, Any] = {
        "CardName": cut(name, NAME),
        "CardType": "cCustomer",
        "Currency": partners.EVERY_CURRENCY,
        "CompanyPrivate": "cCompany" if company else "cPrivate",
        FIELD: id_of(draft.change.external_id),
    }
    texts = {
        "EmailAddress": email_of(customer),
        "Phone1": head(customer.phone, PHONE),
        "FederalTaxID": head(customer.vat, 32),
    }
    body |= {key: value for key, value in texts.items() if value}
    group = group_of(cx, customer)
    if group is not None:
        body["GroupCode"] = group
    if company and person:
        body["ContactEmployees"] = [person_of(customer)]
        body["ContactPerson"] = person_of(customer)["Name"]
    address = default_address(customer)
    if address is not None:
        content = places.content_of(cx, address, draft.warnings)
        title = places.free_name((), content)
        body["BPAddresses"] = places.rows_of(title, content)
        body |= {"ShipToDefault": title, "BilltoDefault": title}
    return body


# -- those that are there ------------------------------------------------------------------------


def _update(cx: Connection, draft: Draft, row: Row) -> None:
    customer = customer_of(draft)
    code = str(row["CardCode"])
    change = _changes(cx, draft, customer, row)
    people = persons(draft, customer, row, ours=_ours(draft, row))
    if people:
        change["ContactEmployees"] = people
    _address(cx, draft, customer, row, change)
    if not change:
        return

    def send(given: Mapping[str, Any]) -> Row | None:
        cx.client.patch(partners.SET, code, given)
        return row

    change.setdefault("FreeText", row.get("FreeText") or "")
    _without_vat_at_need(draft, change, send)
    draft.touched = True


def _changes(cx: Connection, draft: Draft, customer: Customer, row: Row) -> dict[str, Any]:
    wanted: dict[str, Any] = {}
    company, person = customer.company.strip(), customer.name
    ours = _ours(draft, row)
    if draft.has("company", "first_name", "last_name") and (company or person):
        wanted["CardName"] = cut(company or person, NAME)
    if draft.has("email"):
        wanted["EmailAddress"] = email_of(customer)
    if draft.has("phone"):
        wanted["Phone1"] = head(customer.phone, PHONE)
    if draft.has("vat"):
        wanted["FederalTaxID"] = head(customer.vat, 32)
    if draft.has("group", "group_name") and ours:
        group = group_of(cx, customer)
        if group is not None:
            wanted["GroupCode"] = group
    return {
        name: value
        for name, value in wanted.items()
        if value != (row.get(name) or "") and (ours or (value and not row.get(name)))
    }


def _ours(draft: Draft, row: Row) -> bool:
    """Tell whether the shop may write over what a partner has: it was made by the bridge.

    One that was linked is only completed; once it was written, the shop's edits travel.
    """
    return draft.change.previous is not None or row.get(FIELD) == id_of(draft.change.external_id)


def _address(
    cx: Connection, draft: Draft, customer: Customer, row: Row, change: dict[str, Any]
) -> None:
    """See to the default address, and make it the partner's where that is the shop's to say."""
    address = default_address(customer)
    if address is None:
        return
    code, key = str(row["CardCode"]), (Entity.ADDRESSES, address.key)
    place = partners.parse_reference(draft.ref_of(*key) or "")
    if place is not None and place[0] == code:
        name = place[2]
    elif not draft.has("address", "addresses", "company"):
        return
    else:
        content = places.content_of(cx, address, draft.warnings)
        name, added = addresses.ensure(cx, code, row, content)
        draft.touched = draft.touched or bool(added)
    draft.children[key] = partners.reference(code, name)
    free = _ours(draft, row) or not row.get("ShipToDefault")
    if free and draft.has("address", "addresses"):
        defaults = {"ShipToDefault": name, "BilltoDefault": name}
        change |= {column: name for column in defaults if row.get(column) != name}


def _without_vat_at_need(draft: Draft, body: Mapping[str, Any], send: Any) -> Row | None:
    """Send a partner; once more without a VAT number that B1 refuses, with it in the remarks."""
    try:
        answer: Row | None = send(_plain(body))
    except Exists:
        raise
    except B1Refused as error:
        number = body.get("FederalTaxID")
        if not number:
            raise
        line = f"VAT number in the shop: {number}"
        notes = str(body.get("FreeText") or "")
        rest = {name: value for name, value in body.items() if name != "FederalTaxID"}
        rest["FreeText"] = notes if line in notes else f"{notes}\n{line}".strip()
        try:
            answer = send(rest)
        except B1Refused:
            raise error from None
        draft.warnings.append(
            Refused(
                f"SAP Business One does not accept the VAT number {number}: {error.cause}. It "
                "stands in the partner's remarks",
                fix="Correct the number in the shop, or enter it in SAP by hand.",
                code="customer.vat_refused",
            )
        )
    return answer


def _plain(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without remarks that are only carried along."""
    return {name: value for name, value in body.items() if name != "FreeText"}


def _gone() -> Refused:
    return Refused(
        "The business partner it was linked to is no longer in SAP Business One",
        fix="Forget the link on the mapping screen, then synchronize again to make a new one.",
        code="erp.gone",
    )


def _inactive(row: Row) -> Held:
    return Held(
        f"The business partner {row.get('CardName')} ({row['CardCode']}) is inactive in SAP "
        "Business One",
        fix="Activate it in SAP (Business Partner Master Data, General, Active), or link the "
        "customer to another partner on the mapping screen.",
        code="customer.archived",
    )
