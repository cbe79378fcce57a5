"""Pieces that the shop has sold and an ERP does not know of yet.

OpenCart takes stock off when an order gets one of the statuses that the shop's settings call
processing or complete, and gives it back when the order leaves them. ``order_option`` has no index
on the order in any version, so it is read in one pass over the numbers of the orders that count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from agent.model.stock import Pending, SoldItem
from agent.store.clock import Clock
from agent.store.order_lines import Goods
from agent.store.order_rows import OrderRows, load_lines
from agent.store.order_statuses import taking_stock
from agent.store.settings import read_settings
from agent.store.sql import Ids
from agent.store.view import View

_ORDERS = 2000


def pending_items(
    view: View, confirmed: Callable[[Sequence[str]], set[str]], since: datetime
) -> Pending:
    """Return the pieces of orders added at ``since`` (aware) or later, that hold stock.

    ``confirmed`` is asked, page by page, which of the given orders the ERP has as confirmed.
    """
    statuses = taking_stock(read_settings(view.query))
    pieces: dict[SoldItem, int] = defaultdict(int)
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


def _add(view: View, orders: Sequence[int], pieces: dict[SoldItem, int]) -> None:
    ids = Ids.of(orders)
    if not ids:
        return
    rows = OrderRows([], *load_lines(view, ids))
    goods = Goods.load(view, rows)
    wanted = set(ids)
    for order, lines in rows.lines.items():
        for line in lines if order in wanted else ():
            item = goods.item(line, rows.options.get(line.id, ()))
            if item is not None:
                pieces[item] += int(line.quantity or 0)
