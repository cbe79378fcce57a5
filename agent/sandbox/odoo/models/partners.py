"""Contacts: companies, people, addresses, and what they share."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import ConstraintError, ValidationError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc

ADDRESS = ("street", "street2", "zip", "city", "state_id", "country_id")
MAIL = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
COMMERCIAL = ("vat", "company_registry")  # held by the company for all its contacts


class Partner(Model):
    """``res.partner``.

    Contacts of the kind ``contact`` live where the record above them does: they take its address
    when they are made and whenever it changes. Odoo 19 carries a change back up as well.
    """

    settled = (
        *("commercial_partner_id", "commercial_company_name", "complete_name"),
        "email_normalized",
    )

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Take the language of the record above, or the caller's."""
        found = super().defaults(vals)
        if "lang" not in vals:
            above = self.table.rows.get(vals.get("parent_id") or 0, {})
            found["lang"] = above.get("lang") or self.env.lang
        return found

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse a contact without a name, as the table does, and loops."""
        for record in ids if changed & {"name", "type"} else ():
            row = self.table.rows[record]
            if row.get("name") is None and row.get("type") == "contact":
                old = self.env.version == "14"
                words = "Contacts require a name"
                told = f"'{words}'" if old else words
                answered = "res_partner_check_name"
                if not old:
                    answered = f"The operation cannot be completed: {words}"
                raise ConstraintError(answered, told, self.name)
        for record in ids if "parent_id" in changed else ():
            self._refuse_loop(record)

    def create_records(self, vals_list: list[dict[str, Any]]) -> list[int]:
        """Create contacts; the first one gives its address to a record above that has none."""
        created = super().create_records(vals_list)
        for record in created:
            self._give_to_above(record)
        return created

    def after_create(self, record: int, vals: dict[str, Any]) -> None:
        """Share address and tax number."""
        del vals
        self._settle(record)
        row = self.table.rows[record]
        if row.get("parent_id"):
            self._take_from_above(record)

    def after_write(self, ids: list[int], changed: set[str]) -> None:
        """Share what changed."""
        for record in ids:
            if changed & {"name", "parent_id", "is_company", "company_name", "type", "email"}:
                self._refuse_loop(record)
                self._settle(record)
            if "parent_id" in changed:
                self._take_from_above(record)
            if changed & set(ADDRESS):
                self._carry_up(record)
                self._carry_down(record, ADDRESS)
            if changed & set(COMMERCIAL):
                self._carry_down(record, COMMERCIAL)

    def compute_company_type(self, record: int) -> str:
        """Tell people from companies."""
        return "company" if self.table.rows[record].get("is_company") else "person"

    def inverse_company_type(self, ids: list[int], value: Any) -> None:
        """Make it a person or a company."""
        self.write_records(ids, {"is_company": value == "company"})

    def compute_property_product_pricelist(self, record: int) -> int | None:
        """Return the price list of the contact: the first one.

        Odoo 19 uses price lists only once more than one currency is active.
        """
        del record
        if self.env.version != "14" and len(self.env["res.currency"].find([], "id")) < 2:
            return None
        found = self.env["product.pricelist"].find([], "sequence, id", 0, 1)
        return found[0] if found else None

    @rpc("records")
    def address_get(self, ids: list[int], adr_pref: Sequence[str] = ()) -> dict[str, int]:
        """Return a contact for each kind of address: below it, else itself."""
        wanted = dict.fromkeys([*adr_pref, "contact"])
        found: dict[str, int] = {}
        for record in ids:
            top = self.table.rows[record].get("commercial_partner_id") or record
            for one in (record, *self.visible(self._below(record)), *self.visible([top])):
                kind = self.table.rows[one].get("type")
                if kind in wanted and kind not in found:
                    found[kind] = one
        fallback = found.get("contact") or next(iter(ids), 0)
        return {kind: found.get(kind, fallback) for kind in wanted}

    def display_name(self, record: int) -> str:
        """Show the company before its contact."""
        row = self.table.rows[record]
        parent = self.table.rows.get(row.get("parent_id") or 0)
        name = row.get("name") or dict(self.fields["type"].selection).get(row.get("type", ""), "")
        if row.get("is_company"):
            return str(name)
        above = parent.get("name", "") if parent else row.get("company_name")
        return f"{above}, {name}" if above else str(name)

    def _settle(self, record: int) -> None:
        row = self.table.rows[record]
        parent = self.table.rows.get(row.get("parent_id") or 0)
        top = record
        if parent and not row.get("is_company"):
            top = parent.get("commercial_partner_id") or row["parent_id"]
        head = self.table.rows[top]
        company = head.get("name") if head.get("is_company") else row.get("company_name")
        self.refresh(
            record,
            {
                "commercial_partner_id": top,
                "commercial_company_name": company,
                "complete_name": self.display_name(record),
                "email_normalized": self._normalized(row.get("email")),
            },
        )
        for child in self.table.find("parent_id", record):
            self._settle(child)

    def _normalized(self, email: Any) -> str | None:
        """Return the address in a text, in lower case; of several the first (14: none)."""
        found = MAIL.findall(str(email or ""))
        if not found or (len(found) > 1 and self.env.version == "14"):
            return None
        return str(found[0]).lower()

    def _take_from_above(self, record: int) -> None:
        row = self.table.rows[record]
        parent = self.table.rows.get(row.get("parent_id") or 0)
        if parent is None:
            return
        if row.get("type") == "contact" and _placed(parent):
            self.refresh(record, {name: parent.get(name) for name in ADDRESS})
        top = row.get("commercial_partner_id")
        if top and top != record:
            above = self.table.rows[top]
            self.refresh(record, {name: above.get(name) for name in COMMERCIAL})

    def _give_to_above(self, record: int) -> None:
        row = self.table.rows[record]
        parent = self.table.rows.get(row.get("parent_id") or 0)
        if parent is None or _placed(parent) or not _placed(row):
            return
        if self.env.version != "14" and row.get("type") != "contact":
            return
        top = parent.get("is_company") or not parent.get("parent_id")
        if top and len(self.table.find("parent_id", row["parent_id"])) == 1:
            self.refresh(row["parent_id"], {name: row.get(name) for name in ADDRESS})

    def _carry_up(self, record: int) -> None:
        row = self.table.rows[record]
        parent = row.get("parent_id")
        if self.env.version == "14" or not parent or row.get("type") != "contact":
            return
        if self.refresh(parent, {name: row.get(name) for name in ADDRESS}):
            self._carry_down(parent, ADDRESS)

    def _carry_down(self, record: int, names: Sequence[str]) -> None:
        row = self.table.rows[record]
        for child in self.table.find("parent_id", record):
            theirs = self.table.rows[child]
            if theirs.get("is_company") and names is COMMERCIAL:
                continue
            if theirs.get("type") != "contact" and names is ADDRESS:
                continue
            if self.refresh(child, {name: row.get(name) for name in names}):
                self._carry_down(child, names)

    def _below(self, record: int) -> list[int]:
        return [one for one in self.hierarchy("child_of", record) if one != record]

    def _refuse_loop(self, record: int) -> None:
        seen, current = {record}, self.table.rows[record].get("parent_id")
        while current:
            if current in seen:
                raise ValidationError("You cannot create recursive Partner hierarchies.")
            seen.add(current)
            current = self.table.rows[current].get("parent_id")


class PartnerCategory(Model):
    """``res.partner.category``: tags of contacts, in a tree."""

    def display_name(self, record: int) -> str:
        """Show the tags above before the tag."""
        names: list[str] = []
        current: int | None = record
        while current and len(names) < 20:
            names.insert(0, str(self.raw(current, self.fields["name"])))
            current = self.table.rows[current].get("parent_id")
        return " / ".join(names)


def _placed(row: Mapping[str, Any]) -> bool:
    return any(row.get(name) for name in ADDRESS)
