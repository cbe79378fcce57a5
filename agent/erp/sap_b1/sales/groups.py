"""Groups of business partners: the one named like the shop's group, else the one that is set."""

from __future__ import annotations

from agent.erp.people import plain
from agent.erp.sap_b1.connection import Connection
from agent.model.sales import Customer

_SET = "BusinessPartnerGroups"


def group_of(cx: Connection, customer: Customer) -> int | None:
    """Return the group of a customer, None where B1's own default is to count."""

    def read() -> dict[str, int]:
        rows = cx.client.rows(_SET, "Type eq 'bbpgt_CustomerGroup'", ("Name",))
        return {plain(row.get("Name")): int(row["Code"]) for row in rows}

    name = plain(customer.group_name)
    found = cx.facts.keep(group_of, read).get(name) if name else None
    return found if found is not None else cx.settings.customer_group
