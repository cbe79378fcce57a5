"""Addresses: rows of a business partner, to deliver to and to bill, under one name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from agent.erp.draft import Draft
from agent.erp.people import address_of
from agent.erp.sap_b1.connection import Connection, Work
from agent.erp.sap_b1.faults import Exists
from agent.erp.sap_b1.sales import partners, places
from agent.erp.sap_b1.sets import Row
from agent.errors import AuthError, BridgeError, ConfigError, Held, Refused
from agent.model.entity import Entity

_TRIES = 3


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update addresses; those of one partner are written together.

    One that was linked by hand is left as it is in B1.
    """
    cx = work.cx
    by_partner: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.error is not None:
            continue
        code = _partner_of(draft)
        if code is None:
            draft.error = _no_parent(draft)
        else:
            by_partner.setdefault(code, []).append(draft)
    known = partners.partners(cx, by_partner) if by_partner else {}
    for code, mine in by_partner.items():
        _write(cx, code, known.get(code), mine)
        work.progress()


def _partner_of(draft: Draft) -> str | None:
    if draft.erp_id is not None:
        place = partners.parse_reference(draft.erp_id)
        return None if place is None else place[0]
    return draft.ref_of(Entity.CUSTOMERS, address_of(draft).customer)


def _write(cx: Connection, code: str, partner: Row | None, drafts: Sequence[Draft]) -> None:
    if partner is None:
        for draft in drafts:
            draft.error = _gone(code)
        return
    for draft in drafts:
        # one address that B1 does not take must not keep the others from it
        try:
            partner = _one(cx, code, partner, draft)
        except (AuthError, ConfigError):
            raise
        except BridgeError as error:
            if error.retry:
                raise
            draft.error = error


def _one(cx: Connection, code: str, partner: Row, draft: Draft) -> Row:
    """Write an address; returns the partner as it is then."""
    content = places.content_of(cx, address_of(draft), draft.warnings)
    if draft.erp_id is not None:
        return _update(cx, code, partner, draft, content)
    name, added = ensure(cx, code, partner, content)
    draft.erp_id = partners.reference(code, name)
    draft.touched = bool(added)
    return {**partner, "BPAddresses": [*(partner.get("BPAddresses") or ()), *added]}


def ensure(
    cx: Connection, code: str, partner: Row, content: dict[str, str]
) -> tuple[str, list[Row]]:
    """Make sure that a partner has an address; returns its name and what was added.

    Raises:
        BridgeError: B1 does not take it.
    """
    seen: Row = partner
    for _ in range(_TRIES):
        rows = list(seen.get("BPAddresses") or ())
        name = places.same_address(rows, content) or places.free_name(rows, content)
        added = places.missing_kinds(rows, name, content)
        if not added:
            return name, []
        try:
            cx.client.patch(partners.SET, code, {"BPAddresses": added})
        except Exists:
            # somebody else added one of this name meanwhile: maybe the same
            seen = partners.partners(cx, [code]).get(code) or seen
            continue
        return name, added
    raise Refused(
        f"The address {name!r} cannot be added to the business partner {code}",
        fix="Look at the partner's addresses in SAP, then synchronize again.",
        code="address.refused",
    )


def _update(cx: Connection, code: str, partner: Row, draft: Draft, content: dict[str, str]) -> Row:
    place = partners.parse_reference(draft.erp_id or "")
    name = place[2] if place is not None else ""
    rows = [row for row in partner.get("BPAddresses") or () if row.get("AddressName") == name]
    if not rows:
        raise _gone_address(draft.erp_id or "")
    if draft.change.previous is None:
        return partner
    # the content is the key's: this is another spelling of the same address
    changed: list[dict[str, Any]] = [
        places.in_place(row, code, content)
        for row in rows
        if any(str(row.get(key) or "") != content[key] for key in places.CONTENT)
    ]
    if changed:
        cx.client.patch(partners.SET, code, {"BPAddresses": changed})
        draft.touched = True
    return partner


def _no_parent(draft: Draft) -> Held:
    return Held(
        f"Its customer {address_of(draft).customer} is not in SAP Business One",
        fix="See why the customer failed and mend that; the address follows by itself.",
        code="record.parent_missing",
    )


def _gone(code: str) -> Refused:
    return Refused(
        f"The business partner {code} it belongs to is no longer in SAP Business One",
        fix="Forget the customer's link on the mapping screen, then synchronize it again.",
        code="erp.gone",
    )


def _gone_address(ref: str) -> Refused:
    return Refused(
        f"The address {ref} it was linked to is no longer in SAP Business One",
        fix="Forget the link on the mapping screen, then synchronize again to make a new one.",
        code="erp.gone",
    )
