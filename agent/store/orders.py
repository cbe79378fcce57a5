"""Orders of the shop.

An order without a status (``order_status_id = 0``) was never confirmed, or is being edited at this
moment: it is no order, and neither scanned nor read. An order goes on naming its customer when the
shop has deleted that one since.
"""

from __future__ import annotations

from agent.errors import BridgeError
from agent.model.record import Record
from agent.store.clock import Clock
from agent.store.numbered import NumberedReader
from agent.store.order_build import OrderBuilder
from agent.store.order_facts import ShopFacts
from agent.store.order_lines import Goods
from agent.store.order_rows import load_orders
from agent.store.order_scan import order_label, scan_orders
from agent.store.records import BadRecord, ScanRow
from agent.store.sql import Ids
from agent.store.view import View

_SCAN_PAGE = 10_000
_LOCKED_PAGE = 2_000


class OrderReader(NumberedReader):
    """Reads confirmed orders; see ``Reader``, and ``agent.store.order_scan`` for the digest."""

    def scan_size(self, view: View) -> int:
        """Return how many orders one query of a scan covers; see ``ProductReader``."""
        locks = view.dialect.locks_tables
        return _LOCKED_PAGE if locks else _SCAN_PAGE

    def page(self, view: View, after: int, limit: int) -> list[ScanRow]:
        """Return the next orders after id ``after``."""
        return scan_orders(view, f"o.`order_id` > {after}", limit)

    def rows(self, view: View, ids: Ids) -> list[ScanRow]:
        """Return those of the given orders that are confirmed."""
        wanted = set(ids)
        found = scan_orders(view, ids.where("o.`order_id`"))
        return [row for row in found if int(row.key) in wanted]

    def records(self, view: View, ids: Ids) -> list[Record | BadRecord]:
        """Return those of the given orders that are confirmed."""
        clock = Clock.of(view.query)
        rows = load_orders(view, clock, ids)
        if not rows.orders:
            return []
        builder = OrderBuilder(ShopFacts.load(view, clock, rows), rows, Goods.load(view, rows))
        result: list[Record | BadRecord] = []
        for row in rows.orders:
            try:
                result.append(builder.build(row))
            except BridgeError as error:
                label = order_label(row.id, row.first_name, row.last_name, row.email)
                named = error.about(f"order {row.id} ({label})")
                result.append(BadRecord(str(row.id), label, named))
        return result

    def total(self, view: View) -> int:
        """Return how many confirmed orders there are."""
        return int(
            view.query.value(
                f"SELECT COUNT(*) FROM {view.table('order')} o WHERE o.`order_status_id` > 0"  # noqa: S608
            )
        )
