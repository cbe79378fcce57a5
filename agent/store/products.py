"""Products of the shop.

OpenCart 4 keeps variants as products whose ``master_id`` names their product; they are read as part
of it. A variant whose master is gone, or is a variant itself, is sold by the shop as a product of
its own, and is read as one.
"""

from __future__ import annotations

from agent.errors import BridgeError
from agent.model.record import Record
from agent.store.numbered import NumberedReader
from agent.store.product_build import ProductBuilder
from agent.store.product_rows import load_products
from agent.store.product_scan import ScanCondition, scan_products
from agent.store.records import BadRecord, ScanRow
from agent.store.sql import Ids, open_query
from agent.store.variants import master_join
from agent.store.view import View

_SCAN_PAGE = 10_000
_LOCKED_PAGE = 2_000


class ProductReader(NumberedReader):
    """Reads products; see ``Reader``."""

    def scan_size(self, view: View) -> int:
        """Return how many products one query of a scan covers.

        MyISAM keeps writers waiting while it reads, so the pages are small there; elsewhere large
        pages save passes over the tables that have no index on the product.
        """
        return _LOCKED_PAGE if view.dialect.locks_tables else _SCAN_PAGE

    def page(self, view: View, after: int, limit: int) -> list[ScanRow]:
        """Return the next products after id ``after``."""
        condition = ScanCondition(f"p.`product_id` > {after}", limit)
        return scan_products(view, condition, lambda: open_query(self._shop.database))

    def rows(self, view: View, ids: Ids) -> list[ScanRow]:
        """Return those of the given products that exist."""
        wanted = set(ids)
        found = scan_products(view, ScanCondition(ids.where("p.`product_id`")))
        return [row for row in found if int(row.key) in wanted]

    def records(self, view: View, ids: Ids) -> list[Record | BadRecord]:
        """Return those of the given products that exist."""
        found = load_products(view, ids)
        builder = ProductBuilder(view, found)
        result: list[Record | BadRecord] = []
        for row in found.products:
            try:
                result.append(builder.build(row))
            except BridgeError as error:
                label = builder.label(row)
                named = error.about(f"product {row.id} ({label})")
                result.append(BadRecord(str(row.id), label, named))
        return result

    def total(self, view: View) -> int:
        """Return how many products there are, variants not counted."""
        join, roots = master_join(view)
        return int(
            view.query.value(
                f"SELECT COUNT(*) FROM {view.table('product')} p {join} WHERE {roots}"  # noqa: S608
            )
        )
