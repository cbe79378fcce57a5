"""Digests of orders: which of them changed.

The digest covers the rows that OpenCart keeps of an order, and its newest history row. It does not
cover what a record also says of the shop as it is now (a product's tax class, the rates of a
class): a new rate would make all orders of ten years look changed.
"""

from __future__ import annotations

from agent.store.digest import combine, digests, row_hash
from agent.store.order_rows import (
    LINE_COLUMNS,
    OPTION_COLUMNS,
    ORDER_COLUMNS,
    TOTAL_COLUMNS,
    VOUCHER_COLUMNS,
    newest_histories,
)
from agent.store.records import ScanRow
from agent.store.sql import Ids
from agent.store.text import line
from agent.store.view import View

_PARTS = (
    ("order_product", LINE_COLUMNS),
    ("order_option", OPTION_COLUMNS),
    ("order_total", TOTAL_COLUMNS),
    ("order_voucher", VOUCHER_COLUMNS),
)


def scan_orders(view: View, where: str, limit: int | None = None) -> list[ScanRow]:
    """Return key, digest and label of the confirmed orders that meet ``where``, by id."""
    end = "" if limit is None else f" LIMIT {limit}"
    rows = view.query.rows(
        f"SELECT o.`order_id`, {row_hash(view.values('o', 'order', ORDER_COLUMNS))},"  # noqa: S608
        f" o.`firstname`, o.`lastname`, o.`email` FROM {view.table('order')} o"
        f" WHERE {where} AND o.`order_status_id` > 0 ORDER BY o.`order_id`{end}"
    )
    if not rows:
        return []
    ids = Ids.of(row[0] for row in rows)
    parts = digests(
        view.query,
        [
            view.part(table, "order_id", columns).select(ids.where("t.`order_id`"))
            for table, columns in _PARTS
            if view.dialect.has(table)
        ],
    )
    histories = newest_histories(view, ids)
    return [
        ScanRow(
            str(key),
            combine((own, parts.get(key, ""), histories.get(key, 0))),
            order_label(key, first_name, last_name, email),
        )
        for key, own, first_name, last_name, email in rows
    ]


def order_label(key: int, first_name: str | None, last_name: str | None, email: str | None) -> str:
    """Return a name to show for an order: who ordered."""
    name = f"{line(first_name)} {line(last_name)}".strip()
    return (name or line(email) or f"order {key}")[:255]
