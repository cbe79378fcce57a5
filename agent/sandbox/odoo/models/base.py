"""Users and languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

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

    def compute_share(self, record: int) -> bool:
        """Tell whether a user is a guest: a portal's, or the public one."""
        return not type(self.env)(self.env.site, record, {}).has_group("base.group_user")

    def search_share(self, operator: str, value: Any) -> list[int]:
        """Return the guests, or the others."""
        wanted = bool(value) == (operator == "=")
        return [record for record in self.table.rows if self.compute_share(record) is wanted]

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


class Language(Model):
    """``res.lang``."""

    @rpc("model")
    def get_installed(self) -> list[list[str]]:
        """Return code and name of the installed languages."""
        rows = self.table.rows.values()
        return sorted([row["code"], row["name"]] for row in rows if row.get("active"))
