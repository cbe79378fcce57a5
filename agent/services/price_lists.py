"""Which price list of the ERP each customer group of the shop pays by, per connection."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from agent.erp.registry import choices as erp_choices
from agent.services.errors import InvalidInput
from agent.store.writing.changes import WriteRules

if TYPE_CHECKING:
    from agent.services.container import Services


@dataclass(frozen=True, slots=True)
class GroupLists:
    """Price lists (ERP ids) by customer group; ``specials``: groups with offers."""

    groups: Mapping[str, str] = field(default_factory=dict)
    specials: frozenset[str] = frozenset()


def group_lists(services: Services, connection_id: int) -> GroupLists:
    """Return what is stored for a connection."""
    stored = json.loads(services.settings.get(_name(connection_id)) or "{}")
    return GroupLists(
        {group: row["list"] for group, row in stored.items() if row.get("list")},
        frozenset(group for group, row in stored.items() if row.get("special")),
    )


def show(services: Services, connection_id: int) -> dict[str, Any]:
    """Return the customer groups with their price lists, and the lists there are.

    Raises:
        NotFound: there is no such connection.
        BridgeError: the ERP cannot be asked.
    """
    stored = group_lists(services, connection_id)
    return {
        "items": [
            {
                "group": group,
                "label": label,
                "price_list": stored.groups.get(group),
                "special": group in stored.specials,
            }
            for group, label in customer_groups(services)
        ],
        "price_lists": choices(services, connection_id),
    }


def customer_groups(services: Services) -> Sequence[tuple[str, str]]:
    """Return the shop's customer groups as (id, name)."""
    return services.shop.writer(WriteRules()).customer_groups()


def choices(services: Services, connection_id: int) -> list[dict[str, str]]:
    """Return the ERP's price lists to choose from; none where it has none."""
    with services.erp_pool.borrow(connection_id) as erp:
        return [{"value": value, "label": label} for value, label in erp_choices(erp, "price_list")]


def store(
    services: Services, connection_id: int, items: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Store price lists by customer group; groups that are not named keep theirs.

    Raises:
        NotFound: there is no such connection.
        InvalidInput: an unknown customer group or price list.
        BridgeError: the ERP cannot be asked.
    """
    services.connections.get(connection_id)
    known = {group for group, _ in customer_groups(services)}
    lists = {row["value"] for row in choices(services, connection_id)}
    stored = json.loads(services.settings.get(_name(connection_id)) or "{}")
    wrong: dict[str, list[str]] = {}
    for position, item in enumerate(items):
        group, ref = str(item["group"]), item.get("price_list") or ""
        if group not in known:
            wrong[f"items.{position}.group"] = [f"The shop has no customer group {group}."]
        if ref and ref not in lists:
            wrong[f"items.{position}.price_list"] = [f"The ERP has no price list {ref}."]
        stored[group] = {"list": str(ref), "special": bool(item.get("special"))}
    if wrong:
        raise InvalidInput(
            "; ".join(text for texts in wrong.values() for text in texts),
            fix="Correct the fields named.",
            fields=wrong,
        )
    services.settings.set(_name(connection_id), json.dumps(stored))
    return show(services, connection_id)


def _name(connection_id: int) -> str:
    return f"price_lists.{connection_id}"
