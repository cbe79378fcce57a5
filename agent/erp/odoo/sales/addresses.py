"""Addresses: contacts below the customer's."""

from __future__ import annotations

from collections.abc import Sequence

from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.sales import contacts
from agent.erp.odoo.writing import Columns, write_records
from agent.erp.people import address_of
from agent.errors import BridgeError, Held
from agent.model.entity import Entity
from agent.model.sales import Address


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update addresses.

    One that was linked by hand and that documents name is left as it is in Odoo: its key says that
    the content is another, and old documents must not change.
    """
    cx = work.cx
    parents = _parents(cx, drafts)
    linked = [d.id for d in drafts if d.id is not None and d.change.previous is None]
    kept = contacts.used(cx, linked)

    def columns_of(draft: Draft) -> Columns:
        address = address_of(draft)
        if draft.id in kept and draft.id is not None:
            return Columns()
        parent = draft.ref(Entity.CUSTOMERS, address.customer)
        row = parents.get(parent or 0)
        if draft.creates and row is None:
            raise _no_parent(address)
        if row is not None and not row["active"]:
            raise archived(str(row["display_name"]))
        company = str(row["name"]) if row is not None and row["is_company"] else ""
        cells = contacts.child_cells(cx, address, company, draft.warnings)
        if draft.creates:
            cells["parent_id/.id"] = str(parent)
        else:
            del cells["type"]
        if draft.id is not None and draft.id == parent:
            del cells["name"]  # the customer itself is the address: its name is the customer's
        return Columns(cells)

    write_records(work, contacts.MODEL, drafts, columns_of)


def _parents(cx: Connection, drafts: Sequence[Draft]) -> dict[int, Row]:
    numbers = {
        n for d in drafts if (n := d.ref(Entity.CUSTOMERS, address_of(d).customer)) is not None
    }
    fields = ["display_name", "name", "active", "is_company"]
    rows = cx.odoo.find_in(contacts.MODEL, "id", sorted(numbers), fields)
    return {int(r["id"]): r for r in rows}


def _no_parent(address: Address) -> Held:
    return Held(
        f"Its customer {address.customer} is not in Odoo",
        fix="See why the customer failed and mend that; the address follows by itself.",
        code="record.parent_missing",
    )


def archived(name: str) -> BridgeError:
    """Return the error for a contact that is archived in Odoo."""
    return Held(
        f"The contact {name} is archived in Odoo",
        fix="Restore it in Odoo (Contacts, filter Archived, Action > Unarchive), or link the "
        "customer to another contact on the mapping screen.",
        code="customer.archived",
    )
