"""Customers: contacts (``res.partner``), with the default address on the contact itself.

A customer of a company becomes the company; its person becomes a contact below it, so that Odoo
knows both and invoices go to the company. A contact that was in Odoo before and was linked is only
completed: what it has already is Odoo's. An address that documents name is never overwritten; the
new one becomes a contact below.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.load import LoadRecord
from agent.erp.odoo.product_plan import safe_name
from agent.erp.odoo.sales import contacts, groups
from agent.erp.odoo.sales.addresses import archived
from agent.erp.odoo.writing import Columns, write_records
from agent.erp.people import customer_of, default_address, former_addresses
from agent.errors import BridgeError, Refused
from agent.model.entity import Entity
from agent.model.sales import Address, Customer

MODEL = contacts.MODEL
_FIELDS = (
    *("display_name", "name", "active", "is_company", "email", "phone", "vat", "lang"),
    *("category_id", "comment", *contacts.ADDRESS_FIELDS),
)
_PERSON = ("first_name", "last_name", "company", "email", "phone")


@dataclass(slots=True)
class _Plan:
    """What becomes of one customer: its columns and the contacts below it, by external id."""

    cells: dict[str, str] = field(default_factory=dict)
    below: dict[str, dict[str, str]] = field(default_factory=dict)
    keys: dict[str, str] = field(default_factory=dict)
    """External id of a contact below to the key of the address it is."""


def upsert(work: Work, drafts: Sequence[Draft]) -> None:
    """Create or update customers; their default address is answered as a child."""
    plans = _Planner(work, drafts).plans()
    ready = [d for d in drafts if d.error is None and d.key in plans]
    write_records(work, MODEL, ready, lambda d: Columns(dict(plans[d.key].cells)))
    _retry_without_vat(work, ready, plans)
    _write_below(work, [d for d in ready if d.alive], plans)
    for draft in drafts:
        draft.children = {key: ref for key, ref in draft.children.items() if ref}


class _Planner:
    def __init__(self, work: Work, drafts: Sequence[Draft]) -> None:
        self.work = work
        self.cx = work.cx
        self.drafts = [d for d in drafts if d.error is None]
        self.rows = self._rows()
        self.tags = groups.tags(work, (d for d in self.drafts if d.has("group", "group_name")))
        moved = [d for d in self.drafts if d.id is not None and d.has("address", "addresses")]
        self.used = contacts.used(self.cx, [d.id for d in moved if d.id is not None])
        self.persons = self._known_persons()

    def plans(self) -> dict[str, _Plan]:
        found: dict[str, _Plan] = {}
        for draft in self.drafts:
            row = self.rows.get(draft.id or 0)
            if draft.id is not None and row is None:
                draft.error = _gone()
            elif row is not None and not row["active"]:
                draft.error = archived(str(row["display_name"]))
            else:
                found[draft.key] = self._plan(draft, row)
        return found

    def _rows(self) -> dict[int, Row]:
        numbers = sorted({d.id for d in self.drafts if d.id is not None})
        fields = [name for name in _FIELDS if self.cx.facts.has(MODEL, name)]
        return {int(r["id"]): r for r in self.cx.odoo.find_in(MODEL, "id", numbers, fields)}

    def _known_persons(self) -> dict[int, set[str]]:
        """Return names of the contacts below those that were linked and never written."""
        linked = sorted(
            {d.id for d in self.drafts if d.id is not None and d.change.previous is None}
        )
        found: dict[int, set[str]] = {}
        fields = ["parent_id", "name", "email"]
        for row in self.cx.odoo.find_in(MODEL, "parent_id", linked, fields):
            known = found.setdefault(int(row["parent_id"][0]), set())
            known |= {str(row[n]).casefold() for n in ("name", "email") if row[n]}
        return found

    def _plan(self, draft: Draft, row: Row | None) -> _Plan:
        customer = customer_of(draft)
        plan = _Plan()
        moved = self._address(draft, customer, row, plan)
        self._name(draft, customer, row, plan, moved)
        wanted = {
            "email": customer.email.strip(),
            "phone": customer.phone.strip(),
            "vat": customer.vat.strip(),
            "lang": self.cx.languages.erp(customer.language) or "" if customer.language else "",
        }
        sources = {"lang": "language"}
        for name, value in wanted.items():
            if not draft.has(sources.get(name, name)) or not self.cx.facts.has(MODEL, name):
                continue
            if (value or not draft.creates) and self._may_fill(draft, row, name, value):
                plan.cells[name] = value
        self._tag(draft, customer, row, plan)
        return plan

    def _may_fill(self, draft: Draft, row: Row | None, name: str, value: str) -> bool:
        """Tell whether a value goes out: a linked contact keeps what it has."""
        if row is None:
            return True
        if draft.change.previous is None:
            return bool(value) and not row[name]
        return str(row[name] or "") != value and (bool(value) or name != "lang")

    def _name(
        self, draft: Draft, customer: Customer, row: Row | None, plan: _Plan, moved: bool
    ) -> None:
        company, person = customer.company.strip(), customer.name
        if row is None or (draft.change.previous is not None and draft.has("company") and moved):
            plan.cells["name"] = company or person or customer.email or f"Customer {customer.key}"
            plan.cells["is_company"] = "1" if company else "0"
        elif (
            draft.change.previous is not None
            and draft.has("first_name", "last_name")
            and not row["is_company"]
            and person
        ):
            plan.cells["name"] = person
        is_company = plan.cells.get("is_company") == "1" or bool(row and row["is_company"])
        if is_company and company and person and draft.has(*_PERSON):
            self._person(draft, customer, plan)

    def _person(self, draft: Draft, customer: Customer, plan: _Plan) -> None:
        """Put the person of a company below it, unless a linked company has it already."""
        known = self.persons.get(draft.id or 0, set())
        if {customer.name.casefold(), customer.email.strip().casefold()} & known:
            return
        cells = {"name": customer.name, "type": "contact"}
        cells |= {n: v.strip() for n in ("email", "phone") if (v := str(getattr(customer, n)))}
        plan.below[f"{draft.change.external_id}_person"] = cells

    def _tag(self, draft: Draft, customer: Customer, row: Row | None, plan: _Plan) -> None:
        tag = self.tags.get(customer.group)
        if not draft.has("group", "group_name") or tag is None:
            return
        have = {int(n) for n in row["category_id"]} if row is not None else set()
        before = str((draft.change.previous or {}).get("group") or "")
        old = None
        if before and before != customer.group:
            name = groups.external_id(self.cx.instance, before)
            old = self.cx.external_ids.find(groups.MODEL, [name]).get(name)
        target = (have - {old}) | {tag}
        if target != have:
            plan.cells["category_id/.id"] = ",".join(str(n) for n in sorted(target) if n)

    def _address(self, draft: Draft, customer: Customer, row: Row | None, plan: _Plan) -> bool:
        """Place the default address; tells whether it stands on the contact itself."""
        address = default_address(customer)
        if address is None:
            return True
        key = (Entity.ADDRESSES, address.key)
        if row is None:
            plan.cells.update(contacts.address_cells(self.cx, address, draft.warnings))
            draft.children[key] = ""
            return True
        known = draft.ref(*key)
        if known is not None:
            draft.children[key] = str(known)
            return known == draft.id
        if not draft.has("address", "addresses", "company"):
            return True
        cells = contacts.address_cells(self.cx, address, draft.warnings)
        if contacts.same_place(row, cells):
            draft.children[key] = str(draft.id)
            return True
        stands = draft.id in self.used or (
            draft.change.previous is None and contacts.has_place(row)
        )
        if stands:
            self._below(address, str(row["name"]) if row["is_company"] else "", plan)
            return False
        plan.cells.update(cells)
        draft.children[key] = ""
        self._keepformer_addresses(draft, address, row, plan)
        return True

    def _keepformer_addresses(self, draft: Draft, address: Address, row: Row, plan: _Plan) -> None:
        """Give former addresses that stood on the contact a place of their own.

        An order that waits may still name one of them: it must not get the new address instead.
        """
        for former in former_addresses(draft.change.previous):
            if former.key != address.key and draft.ref(Entity.ADDRESSES, former.key) == draft.id:
                self._below(former, str(row["name"]) if row["is_company"] else "", plan)

    def _below(self, address: Address, company: str, plan: _Plan) -> None:
        name = f"{self.cx.instance}.addresses_{safe_name(address.key)}"
        plan.below[name] = contacts.child_cells(self.cx, address, company)
        plan.keys[name] = address.key


def _retry_without_vat(work: Work, drafts: Sequence[Draft], plans: Mapping[str, _Plan]) -> None:
    """Send refused contacts again without the VAT number, which Odoo checks where base_vat is on.

    The number is kept in the contact's notes.
    """
    refused: dict[str, BridgeError] = {}
    for draft in drafts:
        if isinstance(draft.error, Refused) and plans[draft.key].cells.get("vat"):
            refused[draft.key] = draft.error
            draft.error = None
    again = [d for d in drafts if d.key in refused]
    if not again:
        return
    notes = _notes(work.cx, again)

    def columns_of(draft: Draft) -> Columns:
        cells = {n: v for n, v in plans[draft.key].cells.items() if n != "vat"}
        line = f"VAT number in the shop: {customer_of(draft).vat.strip()}"
        if line not in notes.get(draft.id or 0, ""):
            cells["comment"] = notes.get(draft.id or 0, "") + contacts.as_note(
                work.cx, MODEL, "comment", line
            )
        return Columns(cells)

    write_records(work, MODEL, again, columns_of)
    for draft in again:
        if draft.error is not None:
            draft.error = refused[draft.key]
            continue
        draft.warnings.append(
            Refused(
                f"Odoo does not accept the VAT number {customer_of(draft).vat}: "
                f"{refused[draft.key].cause}. It stands in the contact's notes",
                fix="Correct the number in the shop, or enter it in Odoo by hand.",
                code="customer.vat_refused",
            )
        )


def _notes(cx: Connection, drafts: Sequence[Draft]) -> dict[int, str]:
    numbers = [d.id for d in drafts if d.id is not None]
    rows = cx.odoo.find_in(MODEL, "id", numbers, ["comment"])
    return {int(r["id"]): str(r["comment"] or "") for r in rows}


def _write_below(work: Work, drafts: Sequence[Draft], plans: Mapping[str, _Plan]) -> None:
    owners: dict[str, Draft] = {}
    records: list[LoadRecord] = []
    for draft in drafts:
        for key, ref in draft.children.items():
            draft.children[key] = ref or str(draft.id)
        for name, cells in plans[draft.key].below.items():
            owners[name] = draft
            records.append(LoadRecord(name, {"id": name, "parent_id/.id": str(draft.id), **cells}))
    for name, result in work.loader.load(MODEL, records).items():
        draft = owners[name]
        draft.warnings += result.warnings
        if result.error is not None:
            draft.error = draft.error or result.error
            continue
        draft.touched = True
        if name in plans[draft.key].keys:
            draft.children[Entity.ADDRESSES, plans[draft.key].keys[name]] = str(result.id)


def _gone() -> Refused:
    return Refused(
        "The contact it was linked to is no longer in Odoo",
        fix="Forget the link on the mapping screen, then synchronize again to make a new one.",
        code="erp.gone",
    )
