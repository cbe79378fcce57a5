"""What the connection's test looks at for orders, and the values of settings about them."""

from __future__ import annotations

from agent.erp.odoo.connection import Connection


def sales_choices(cx: Connection, field: str) -> list[tuple[str, str]]:
    """Return (value, label) pairs of teams or salespersons; empty for other settings."""
    own = [("company_id", "in", [False, cx.facts.company.id])]
    if field == "sales_team" and cx.facts.has("crm.team"):
        rows = cx.odoo.find("crm.team", own, ["name"], active_test=True, order="")
    elif field == "salesperson":
        domain = [("share", "=", False), ("company_ids", "in", [cx.facts.company.id])]
        rows = cx.odoo.find("res.users", domain, ["name"], active_test=True)
    else:
        return []
    return [(str(r["id"]), str(r["name"])) for r in rows]
