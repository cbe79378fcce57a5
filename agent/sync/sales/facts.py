"""What happened to an order in the ERP that the shop is to be told, and in which words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from agent.erp.sales import Delivery, OrderState


class Fact(StrEnum):
    """Something that happened, in the order in which an order goes through them."""

    CONFIRMED = "confirmed"
    INVOICED = "invoiced"
    PAID = "paid"
    SHIPPED_PARTLY = "shipped_partly"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"

    @property
    def rank(self) -> int:
        """Its place in that order, from 0."""
        return list(Fact).index(self)


LABELS: Mapping[Fact, str] = {
    Fact.CONFIRMED: "Confirmed as a sales order",
    Fact.INVOICED: "Invoiced",
    Fact.PAID: "Paid",
    Fact.SHIPPED_PARTLY: "Shipped in part",
    Fact.SHIPPED: "Shipped",
    Fact.DELIVERED: "Everything delivered",
    Fact.CANCELLED: "Cancelled",
}


@dataclass(frozen=True, slots=True)
class BackRule:
    """What a fact does in the shop. ``status`` None keeps the order's status."""

    status: str | None = None
    notify: bool = False
    comment: str = ""

    @property
    def silent(self) -> bool:
        """Whether the shop is not told at all."""
        return self.status is None and not self.comment


@dataclass(frozen=True, slots=True)
class Event:
    """One fact of one document. ``id`` is the same whenever it is looked at again."""

    id: str
    fact: Fact
    words: Mapping[str, str]
    """What a history text may name: order, invoice, delivery, carrier, tracking, tracking_url."""
    late_tracking: bool = False
    """Only the tracking number is new: the delivery itself was told before."""


def events(state: OrderState) -> list[Event]:
    """Return everything that has happened so far, in order."""
    found: list[Event] = []
    words = {"order": state.number}
    if state.state == "confirmed":
        found.append(Event("confirmed", Fact.CONFIRMED, words))
    finals = [i for i in state.invoices if i.kind == "invoice" and i.state == "posted"]
    found += [
        Event(f"invoiced:{i.ref}", Fact.INVOICED, words | {"invoice": i.number}) for i in finals
    ]
    if finals and state.invoiced == "fully" and all(i.paid == "yes" for i in finals):
        numbers = ", ".join(i.number for i in finals)
        found.append(Event("paid", Fact.PAID, words | {"invoice": numbers}))
    done = [d for d in state.deliveries if d.state == "done"]
    for delivery in done:
        last = delivery is done[-1] and state.delivered == "fully"
        fact = Fact.SHIPPED if last else Fact.SHIPPED_PARTLY
        named = words | _delivery_words(delivery)
        found.append(Event(f"delivery:{delivery.ref}", fact, named))
        if delivery.tracking:
            found.append(Event(_tracking_id(delivery), fact, named, late_tracking=True))
    if done and state.delivered == "fully":
        found.append(Event("delivered", Fact.DELIVERED, words | _delivery_words(done[-1])))
    if state.state == "cancelled":
        found.append(Event("cancelled", Fact.CANCELLED, words))
    return found


def untold(state: OrderState, told: Iterable[str]) -> list[Event]:
    """Return what is new; a tracking number is news of its own only where it came later."""
    known = set(told)
    fresh = [event for event in events(state) if event.id not in known]
    told_now = {event.id for event in fresh if not event.late_tracking}
    return [
        event
        for event in fresh
        if not event.late_tracking or f"delivery:{_ref_of(event.id)}" not in told_now
    ]


def all_ids(state: OrderState) -> frozenset[str]:
    """Return the ids of everything that has happened so far."""
    return frozenset(event.id for event in events(state))


def ids_with(event: Event, state: OrderState) -> set[str]:
    """Return what is told with ``event``: a delivery's line names its tracking number."""
    if not event.id.startswith("delivery:"):
        return {event.id}
    ref = event.id.partition(":")[2]
    return {event.id} | {_tracking_id(d) for d in state.deliveries if d.ref == ref and d.tracking}


def comment(rule: BackRule, event: Event) -> str:
    """Return the history text; words that are not known yet are left out with their braces."""
    text = rule.comment
    names = ("order", "invoice", "delivery", "carrier", "tracking", "tracking_url")
    for name in names:
        text = text.replace("{" + name + "}", event.words.get(name, ""))
    if event.late_tracking and not rule.comment:
        text = " ".join(filter(None, (event.words.get("carrier"), event.words.get("tracking"))))
    return text.strip()


def shop_event(connection_id: int, order: str, event: Event) -> str:
    """Return the id under which the shop remembers the line; at most 64 characters."""
    name = f"{connection_id}-{order}-{event.id}"
    if len(name) <= 64:
        return name
    return f"{connection_id}-{order}-{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def _delivery_words(delivery: Delivery) -> dict[str, str]:
    return {
        "delivery": delivery.number,
        "carrier": delivery.carrier,
        "tracking": delivery.tracking,
        "tracking_url": delivery.tracking_url,
    }


def _tracking_id(delivery: Delivery) -> str:
    digest = hashlib.blake2b(delivery.tracking.encode(), digest_size=6).hexdigest()
    return f"tracking:{delivery.ref}:{digest}"


def _ref_of(event_id: str) -> str:
    return event_id.split(":")[1]
