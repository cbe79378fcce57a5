"""Which orders were touched, for sweeps: what events missed is found here.

Every confirmation and change of status of OpenCart adds a row to ``order_history``; imports and
some payment extensions write ``order`` alone. So both tables are followed by their own ids.

Ids are given before rows can be seen: on a cluster, or where orders are imported under ids of
their own, a lower id may turn up after a higher one. The cursor therefore remembers which of the
last :data:`WINDOW` ids below it were not there yet (of orders: not confirmed yet) and looks for
them again each time. An order told twice does no harm, its digest tells that it is known. What
turns up later than that is found by the nightly comparison of :meth:`OrderFeed.between`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from agent.model.stock import Pending
from agent.store.clock import Clock
from agent.store.pending import pending_items
from agent.store.sql import numeric_ids
from agent.store.view import View, number

BRIDGE_HISTORY = "erp_history"
"""The extension's table of history rows that the agent asked for."""

WINDOW = 256


@dataclass(frozen=True, slots=True)
class FeedCursor:
    """How far the feed was read: the highest ids, and those below them still missing."""

    history: int = 0
    order: int = 0
    late_histories: tuple[int, ...] = ()
    late_orders: tuple[int, ...] = ()

    def to_json(self) -> str:
        """Return the cursor as text to keep."""
        return json.dumps(asdict(self), separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> FeedCursor:
        """Return the cursor that was kept as text."""
        kept = json.loads(text)
        return cls(
            int(kept["history"]),
            int(kept["order"]),
            tuple(map(int, kept["late_histories"])),
            tuple(map(int, kept["late_orders"])),
        )


@dataclass(frozen=True, slots=True)
class FeedPage:
    """Keys of touched orders, each once, longest ago first; ``more``: ask again at once."""

    orders: tuple[str, ...]
    cursor: FeedCursor
    more: bool


@dataclass(frozen=True, slots=True)
class DayOfOrders:
    """The confirmed orders added on one day of the shop; ``total`` in its default currency."""

    day: date
    orders: int
    total: Decimal


class OrderFeed:
    """Follows the orders of a shop. All calls raise ConfigError or Unreachable."""

    def __init__(self, open_view: Callable[[], AbstractContextManager[View]]) -> None:
        self._open = open_view

    def head(self) -> FeedCursor:
        """Return the cursor behind which everything is known: what comes from now on is new."""
        with self._open() as view:
            history = _newest(view, "order_history", "order_history_id")
            order = _newest(view, "order", "order_id")
            old = FeedCursor(max(0, history - WINDOW), max(0, order - WINDOW))
            return _advance(old, _histories(view, old, WINDOW), _orders(view, old, WINDOW))

    def since(self, cursor: FeedCursor, limit: int = 500) -> FeedPage:
        """Return confirmed orders touched since ``cursor``: at most ``limit`` rows of each table.

        Orders without a status are left out; confirming them touches them again.
        """
        with self._open() as view:
            histories = _histories(view, cursor, limit)
            orders = _orders(view, cursor, limit)
        touched = dict.fromkeys(row.order for row in (*histories, *orders) if row.confirmed)
        return FeedPage(
            tuple(map(str, touched)),
            _advance(cursor, histories, orders),
            more=limit in {len(histories), len(orders)},
        )

    def bridge_histories(self, keys: Iterable[str]) -> frozenset[int]:
        """Return the ids of those history rows of these orders that the agent asked for.

        None while the extension has no table of them.
        """
        ids = numeric_ids(keys)
        with self._open() as view:
            name = view.query.value(
                "SELECT COUNT(*) FROM information_schema.tables"
                " WHERE table_schema = DATABASE() AND table_name = %s",
                (f"{view.dialect.prefix}{BRIDGE_HISTORY}",),
            )
            if not name or not ids:
                return frozenset()
            wanted = set(ids)
            rows = view.query.rows(
                f"SELECT `order_history_id`, `order_id` FROM {view.table(BRIDGE_HISTORY)}"  # noqa: S608
                f" WHERE {ids.where('`order_id`')} AND `order_history_id` IS NOT NULL"
            )
        return frozenset(int(history) for history, order in rows if order in wanted)

    def status_after(self, key: str, history: int) -> str | None:
        """Return the newest status of an order that a person or the shop gave it.

        Only history rows above ``history`` count, and none that the agent asked for; None where
        there is no such row.
        """
        ours = self.bridge_histories([key])
        ids = numeric_ids([key])
        if not ids:
            return None
        with self._open() as view:
            rows = view.query.rows(
                "SELECT h.`order_history_id`, h.`order_status_id`"  # noqa: S608
                f" FROM {view.table('order_history')} h WHERE {ids.where('h.`order_id`')}"
                f" AND h.`order_history_id` > {int(history)} AND h.`order_status_id` > 0"
                " ORDER BY h.`order_history_id` DESC"
            )
        return next((str(status) for number, status in rows if int(number) not in ours), None)

    def between(self, first: date, last: date) -> list[DayOfOrders]:
        """Return the days of the shop from ``first`` to ``last`` that have confirmed orders."""
        with self._open() as view:
            rows = view.query.rows(
                "SELECT DATE(o.`date_added`), COUNT(*), SUM(o.`total`)"  # noqa: S608
                f" FROM {view.table('order')} o WHERE o.`order_status_id` > 0"
                " AND o.`date_added` >= %s AND o.`date_added` < %s GROUP BY DATE(o.`date_added`)"
                " ORDER BY 1",
                (first, last + timedelta(days=1)),
            )
        return [DayOfOrders(day, int(count), number(total, "total")) for day, count, total in rows]

    def ids_after(self, key: str, since: datetime, limit: int) -> list[str]:
        """Return the next confirmed orders after ``key`` that were added at ``since`` or later.

        For the back-fill: in order of their ids, ``""`` from the start; ``since`` is aware.
        """
        after = int(key or 0)
        with self._open() as view:
            placeholder, moment = Clock.of(view.query).stored(since)
            rows = view.query.rows(
                f"SELECT o.`order_id` FROM {view.table('order')} o"  # noqa: S608
                f" WHERE o.`order_id` > {after} AND o.`order_status_id` > 0"
                f" AND o.`date_added` >= {placeholder} ORDER BY o.`order_id` LIMIT {int(limit)}",
                (moment,),
            )
        return [str(row[0]) for row in rows]

    def pending_items(
        self, confirmed: Callable[[Sequence[str]], set[str]], since: datetime
    ) -> Pending:
        """Return the pieces that the shop has taken stock for and the ERP does not know of.

        Of orders added at ``since`` (aware) or later. ``confirmed`` returns those of the given
        orders that the ERP has as confirmed.
        """
        with self._open() as view:
            return pending_items(view, confirmed, since)

    def customer_orders(self, customer: str) -> list[str]:
        """Return the confirmed guest orders by the e-mail address of a registered customer."""
        ids = numeric_ids([customer])
        with self._open() as view:
            if not ids:
                return []
            email = view.query.value(
                f"SELECT c.`email` FROM {view.table('customer')} c"  # noqa: S608
                f" WHERE {ids.where('c.`customer_id`')}"
            )
            return _guest_orders(view, email)

    def guest_orders(self, email: str) -> list[str]:
        """Return the confirmed orders that guests with this e-mail address made."""
        with self._open() as view:
            return _guest_orders(view, email)


class _Row(NamedTuple):
    id: int
    order: int
    confirmed: int


def _newest(view: View, table: str, key: str) -> int:
    return int(view.query.value(f"SELECT MAX(`{key}`) FROM {view.table(table)}") or 0)  # noqa: S608


def _histories(view: View, cursor: FeedCursor, limit: int) -> list[_Row]:
    late = ",".join(map(str, cursor.late_histories)) or "NULL"
    rows = view.query.rows(
        "SELECT t.`order_history_id`, t.`order_id`, COALESCE(o.`order_status_id`, 0) > 0"  # noqa: S608
        f" FROM {view.table('order_history')} t"
        f" LEFT JOIN {view.table('order')} o ON o.`order_id` = t.`order_id`"
        f" WHERE t.`order_history_id` > {cursor.history} OR t.`order_history_id` IN ({late})"
        f" ORDER BY t.`order_history_id` LIMIT {int(limit)}"
    )
    return [_Row._make(row) for row in rows]


def _orders(view: View, cursor: FeedCursor, limit: int) -> list[_Row]:
    late = ",".join(map(str, cursor.late_orders)) or "NULL"
    rows = view.query.rows(
        "SELECT o.`order_id`, o.`order_id`, COALESCE(o.`order_status_id`, 0) > 0"  # noqa: S608
        f" FROM {view.table('order')} o WHERE o.`order_id` > {cursor.order}"
        f" OR (o.`order_id` IN ({late}) AND o.`order_status_id` > 0)"
        f" ORDER BY o.`order_id` LIMIT {int(limit)}"
    )
    return [_Row._make(row) for row in rows]


def _advance(old: FeedCursor, histories: list[_Row], orders: list[_Row]) -> FeedCursor:
    history = max((old.history, *(row.id for row in histories)))
    order = max((old.order, *(row.id for row in orders)))
    return FeedCursor(
        history,
        order,
        _late((old.history, history), old.late_histories, {row.id for row in histories}),
        _late((old.order, order), old.late_orders, {row.id for row in orders if row.confirmed}),
    )


def _late(heads: tuple[int, int], late: tuple[int, ...], found: set[int]) -> tuple[int, ...]:
    """Return the ids of the window below the new head that were not found yet."""
    before, now = heads
    known = {*late, *range(max(before, now - WINDOW) + 1, now + 1)}
    return tuple(sorted(key for key in known - found if key > now - WINDOW))


def _guest_orders(view: View, email: str | None) -> list[str]:
    if not email or not email.strip():
        return []
    rows = view.query.rows(
        f"SELECT o.`order_id` FROM {view.table('order')} o"  # noqa: S608
        " WHERE o.`email` = %s AND o.`customer_id` = 0 AND o.`order_status_id` > 0"
        " ORDER BY o.`order_id`",
        (email.strip(),),
    )
    return [str(row[0]) for row in rows]
