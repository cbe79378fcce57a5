"""What happens in the shop when something happens to an order in the ERP, per connection."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from agent.erp.sales import Step, parse_action
from agent.model.entity import Entity
from agent.model.sales import OrderStatus
from agent.services.errors import InvalidInput
from agent.sync.mapping import MappingRepository
from agent.sync.sales.facts import LABELS, BackRule, Fact

if TYPE_CHECKING:
    from agent.services.container import Services

_MOST_TEXT = 1000
_CAUSED: Mapping[Step, tuple[Fact, ...]] = {
    Step.CONFIRM: (Fact.CONFIRMED,),
    Step.DEPOSIT: (Fact.CONFIRMED,),
    Step.DELIVER: (Fact.SHIPPED, Fact.DELIVERED),
    Step.INVOICE: (Fact.INVOICED,),
    Step.PAY: (Fact.PAID,),
    Step.CANCEL: (Fact.CANCELLED,),
    Step.CREDIT: (),
}
"""What a step makes happen."""


def back_rules(services: Services, connection_id: int) -> dict[Fact, BackRule]:
    """Return the stored rules; facts without one are not told to the shop."""
    stored = json.loads(services.settings.get(_name(connection_id)) or "{}")
    return {
        Fact(name): BackRule(rule["status"], bool(rule["notify"]), rule["comment"])
        for name, rule in stored.items()
        if name in set(Fact)
    }


def show(services: Services, connection_id: int) -> dict[str, Any]:
    """Return all facts with their rules, and the shop's statuses to choose from.

    Raises:
        NotFound: there is no such connection.
    """
    services.connections.get(connection_id)
    rules = back_rules(services, connection_id)
    return {
        "items": [_plain(fact, rules.get(fact, BackRule())) for fact in Fact],
        "statuses": [{"value": key, "label": label} for key, label in _statuses(services).items()],
    }


def store(
    services: Services, connection_id: int, items: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Store rules; facts that are not named keep theirs.

    Raises:
        NotFound: there is no such connection.
        InvalidInput: an unknown fact or status, a text that is too long, or statuses that would
            lead back to where they came from.
    """
    services.connections.get(connection_id)
    known = _statuses(services)
    rules = back_rules(services, connection_id)
    wrong: dict[str, list[str]] = {}
    for position, item in enumerate(items):
        name, status = str(item["fact"]), item.get("status")
        if name not in set(Fact):
            wrong[f"items.{position}.fact"] = [f"One of: {', '.join(Fact)}."]
            continue
        if status is not None and str(status) not in known:
            wrong[f"items.{position}.status"] = [f"The shop has no order status {status}."]
        text = str(item.get("comment") or "")
        if len(text) > _MOST_TEXT:
            wrong[f"items.{position}.comment"] = [f"At most {_MOST_TEXT} characters."]
        rules[Fact(name)] = BackRule(
            None if status is None else str(status), bool(item.get("notify")), text.strip()
        )
    if not wrong:
        loop = find_loop(_actions(services, connection_id), rules)
        if loop is not None:
            fact, path = loop
            shown = " → ".join(known.get(key, key) for key in path)
            position = next((n for n, i in enumerate(items) if i["fact"] == fact.value), 0)
            advice = f"Choose another status for {LABELS[fact]!r}, or another action"
            wrong[f"items.{position}.status"] = [
                f"These statuses lead in a circle: {shown}. {advice}."
            ]
    if wrong:
        raise InvalidInput(
            "; ".join(text for texts in wrong.values() for text in texts),
            fix="Correct the fields named.",
            fields=wrong,
        )
    stored = {
        fact.value: {"status": rule.status, "notify": rule.notify, "comment": rule.comment}
        for fact, rule in rules.items()
    }
    services.settings.set(_name(connection_id), json.dumps(stored, ensure_ascii=False))
    return show(services, connection_id)


def find_loop(
    actions: Mapping[str, tuple[Step, ...]], rules: Mapping[Fact, BackRule]
) -> tuple[Fact, list[str]] | None:
    """Return a fact and the circle of statuses it closes, None where there is none.

    A status asks for steps, steps make facts, and facts set statuses. Status to status that way
    must never come back to where it began, except by staying.
    """
    after: dict[str, dict[str, Fact]] = {}
    for status, steps in actions.items():
        for step in steps:
            for fact in _CAUSED[step]:
                target = rules.get(fact, BackRule()).status
                if target is not None and target != status:
                    after.setdefault(status, {})[target] = fact
    for start in after:
        found = _walk(after, start, start, [start])
        if found is not None:
            return found
    return None


def _walk(
    after: Mapping[str, Mapping[str, Fact]], start: str, here: str, path: list[str]
) -> tuple[Fact, list[str]] | None:
    for target, fact in after.get(here, {}).items():
        if target == start:
            return fact, [*path, target]
        if target not in path:
            found = _walk(after, start, target, [*path, target])
            if found is not None:
                return found
    return None


def check_action(services: Services, connection_id: int, status: str, action: str) -> None:
    """Refuse an action of a status that would close a circle.

    Raises:
        InvalidInput: names the circle.
    """
    try:
        steps = parse_action(action) or ()
    except ValueError as error:
        raise InvalidInput(
            f"{action!r} is nothing that can be done at an order status",
            fix="Choose one of the list: erp-bridge map find order-status.",
            fields={"erp_id": ["One of the list."]},
        ) from error
    actions = _actions(services, connection_id) | {status: steps}
    loop = find_loop(actions, back_rules(services, connection_id))
    if loop is None:
        return
    known = _statuses(services)
    shown = " → ".join(known.get(key, key) for key in loop[1])
    raise InvalidInput(
        f"These statuses lead in a circle: {shown}",
        fix=f"Choose another action, or another status for {LABELS[loop[0]]!r} on the way back.",
        fields={"erp_id": [f"Leads in a circle: {shown}."]},
    )


def _actions(services: Services, connection_id: int) -> dict[str, tuple[Step, ...]]:
    mappings = MappingRepository(services.database, connection_id, services.clock)
    refs = mappings.all_refs([Entity.ORDER_STATUS])
    return {status: parse_action(action) or () for (_, status), action in refs.items()}


def order_statuses(services: Services) -> list[OrderStatus]:
    """Return the shop's order statuses; those that cannot be read are left out."""
    reader = services.shop.reader(Entity.ORDER_STATUS)
    found = reader.read([row.key for row in reader.scan("", 1000)])
    return [record for record in found if isinstance(record, OrderStatus)]


def _statuses(services: Services) -> dict[str, str]:
    language = services.shop.languages()[0].code
    return {
        record.key: record.name.get(language) or next(iter(record.name.values()), "") or record.key
        for record in order_statuses(services)
    }


def _plain(fact: Fact, rule: BackRule) -> dict[str, Any]:
    return {
        "fact": fact.value,
        "label": LABELS[fact],
        "status": rule.status,
        "notify": rule.notify,
        "comment": rule.comment,
    }


def _name(connection_id: int) -> str:
    return f"status_back.{connection_id}"
