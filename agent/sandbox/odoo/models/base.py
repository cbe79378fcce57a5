"""Users, partners and languages."""

from __future__ import annotations

from typing import Any

from agent.sandbox.odoo.model import Model
from agent.sandbox.odoo.records import rpc


class User(Model):
    """``res.users``; passwords live with the server, not in the table."""

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


class Partner(Model):
    """``res.partner``."""

    def display_name(self, record: int) -> str:
        """Show the company before its contact."""
        row = self.table.rows[record]
        parent = self.table.rows.get(row.get("parent_id") or 0)
        name = row.get("name") or ""
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
