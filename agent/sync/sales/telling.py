"""Tells the shop what happened to an order in the ERP, each thing once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Protocol

from agent.erp.sales import OrderState
from agent.sync.sales.facts import (
    BackRule,
    Fact,
    comment,
    events,
    ids_with,
    shop_event,
    untold,
)


class ShopHistory(Protocol):
    """The shop's own way to add a line to an order's history."""

    def add(
        self,
        event: str,
        order: str,
        status: str | None,
        *,
        comment: str,
        notify: bool,
    ) -> int:
        """Add a history line and return its id; the same ``event`` never adds a second one.

        ``status`` None keeps the order's status.

        Raises:
            TransientError: the shop does not answer; ask again with the same event.
            PermanentError: the shop has no such order or status.
        """
        ...


Remember = Callable[[set[str]], None]


def tell(
    history: ShopHistory,
    rules: Mapping[Fact, BackRule],
    state: OrderState,
    told: Collection[str],
    *,
    connection_id: int,
    order: str,
    status: str,
    remember: Remember,
) -> None:
    """Add what is new to the order's history, in order, and remember each line at once.

    A status never goes back: what an order has passed already adds its text only.
    """
    highest = max((e.fact.rank for e in events(state) if e.id in told), default=-1)
    for event in untold(state, told):
        rule = rules.get(event.fact, BackRule())
        text = comment(rule, event)
        moves = rule.status if event.fact.rank >= highest and not event.late_tracking else None
        if moves == status:
            moves = None
        if not rule.silent and (moves is not None or text):
            history.add(
                shop_event(connection_id, order, event),
                order,
                moves,
                comment=text,
                notify=rule.notify,
            )
            status = moves or status
        highest = max(highest, event.fact.rank)
        remember(ids_with(event, state))
