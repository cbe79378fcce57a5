"""Users, partners and languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.sandbox.odoo.faults import ConstraintError
from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc


class User(Model):
    """``res.users``; passwords are kept beside the table and never read back."""

    @rpc("model")
    def context_get(self) -> dict[str, Any]:
        """Return the user's language and time zone."""
        partner = self.table.rows[self.env.uid]["partner_id"]
        row = self.env["res.partner"].table.rows[partner]
        return {"lang": row.get("lang", "en_US"), "tz": row.get("tz", False), "uid": self.env.uid}

    @rpc("any")
    def has_group(self, *args: Any) -> bool:
        """Tell whether a user is in a group: ``(xmlid)`` on 14, ``(ids, xmlid)`` on 19."""
        return self.env.has_group(str(args[-1]))

    def defaults(self, vals: Mapping[str, Any]) -> dict[str, Any]:
        """Put new users into the main company."""
        found = super().defaults(vals)
        company = self.env.ref("base.main_company")
        found |= {"company_id": company, "company_ids": [(6, 0, [company])]}
        group = "groups_id" if self.env.version == "14" else "group_ids"
        found[group] = [(6, 0, [self.env.ref("base.group_user")])]
        return {name: value for name, value in found.items() if name not in vals}

    def inverse_password(self, ids: list[int], value: Any) -> None:
        """Keep a password."""
        for record in ids:
            self.env.site.passwords[record] = str(value or "")

    def compute_password(self, record: int) -> str:
        """Never tell a password."""
        del record
        return ""

    def unlink_records(self, ids: Sequence[int]) -> None:
        """Delete users with their passwords."""
        super().unlink_records(ids)
        for record in ids:
            self.env.site.passwords.pop(record, None)


class Partner(Model):
    """``res.partner``."""

    def validate(self, ids: Sequence[int], changed: set[str]) -> None:
        """Refuse a contact without a name, as the table does."""
        for record in ids if changed & {"name", "type"} else ():
            row = self.table.rows[record]
            if row.get("name") is None and row.get("type") == "contact":
                text = 'new row for relation "res_partner" violates check constraint'
                words = "res_partner_check_name"
                if self.env.version != "14":
                    words = "The operation cannot be completed: Contacts require a name"
                raise ConstraintError(words, f'{text} "res_partner_check_name"', self.name)

    def display_name(self, record: int) -> str:
        """Show the company before its contact."""
        row = self.table.rows[record]
        parent = self.table.rows.get(row.get("parent_id") or 0)
        name = row.get("name") or dict(self.fields["type"].selection).get(row.get("type", ""), "")
        if parent and not row.get("is_company"):
            return f"{parent.get('name', '')}, {name}"
        return name


class Language(Model):
    """``res.lang``."""

    @rpc("model")
    def get_installed(self) -> list[list[str]]:
        """Return code and name of the installed languages."""
        rows = self.table.rows.values()
        return sorted([row["code"], row["name"]] for row in rows if row.get("active"))
