"""Pieces that the shop has sold and an ERP does not know of yet.

OpenCart takes stock off when an order gets one of the statuses that the shop's settings call
processing or complete, and gives it back when the order leaves them. ``order_option`` has no index
on the order in any version, so it is read in one pass over the numbers of the orders that count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from agent.store.clock import Clock
from agent.store.order_statuses import taking_stock
from agent.store.settings import read_settings
from agent.store.sql import Ids
from agent.store.view import View

Pending = Mapping[tuple[str, frozenset[str]], int]
"""Pieces by product (a variant's own key) and ids of the option values that were chosen."""

_ORDERS = 2000


def pending_items(
    view: View, confirmed: Callable[[Sequence[str]], set[str]], since: datetime
) -> Pending:
    """Return the pieces of orders added at ``since`` (aware) or later, that hold stock.

    ``confirmed`` is asked, page by page, which of the given orders the ERP has as confirmed.
    """
    statuses = taking_stock(read_settings(view.query))
    pieces: dict[tuple[str, frozenset[str]], int] = defaultdict(int)
    if not statuses:
        return pieces
    listed = ",".join(str(status) for status in sorted(statuses))
    placeholder, moment = Clock.of(view.query).stored(since)
    after = 0
    while True:
        rows = view.query.rows(
            f"SELECT o.`order_id` FROM {view.table('order')} o"  # noqa: S608
            f" WHERE o.`order_id` > {after} AND o.`order_status_id` IN ({listed})"
            f" AND o.`date_added` >= {placeholder} ORDER BY o.`order_id` LIMIT {_ORDERS}",
            (moment,),
        )
        keys = [str(row[0]) for row in rows]
        known = confirmed(keys) if keys else set()
        _add(view, [int(key) for key in keys if key not in known], pieces)
        if len(rows) < _ORDERS:
            return dict(pieces)
        after = int(rows[-1][0])


def _add(view: View, orders: Sequence[int], pieces: dict[tuple[str, frozenset[str]], int]) -> None:
    ids = Ids.of(orders)
    if not ids:
        return
    wanted = set(ids)
    chosen: dict[int, set[str]] = defaultdict(set)
    for line, value in view.query.rows(
        "SELECT `order_product_id`, `product_option_value_id`"  # noqa: S608
        f" FROM {view.table('order_option')} WHERE {ids.where('`order_id`')}"
        " AND `product_option_value_id` > 0"
    ):
        chosen[int(line)].add(str(value))
    for order, line, product, quantity in view.query.rows(
        "SELECT `order_id`, `order_product_id`, `product_id`, `quantity`"  # noqa: S608
        f" FROM {view.table('order_product')} WHERE {ids.where('`order_id`')}"
    ):
        if int(order) in wanted:
            pieces[str(product), frozenset(chosen.get(int(line), ()))] += int(quantity or 0)
