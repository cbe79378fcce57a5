"""Raw rows of a batch of orders: one query per table, whatever the size of the batch.

``order_option`` and ``order_history`` have no index on the order in any version of OpenCart: they
are passed over once per batch. Only the newest history row counts, so for a few orders the history
is read from its end instead, where those of recent orders are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, NamedTuple

from agent.store.clock import Clock
from agent.store.places import RawAddress
from agent.store.sql import Ids
from agent.store.view import View

FEW_ORDERS = 4
"""So many orders or fewer are looked up in the history one by one, newest rows first."""

_ADDRESS = (
    "firstname",
    "lastname",
    "company",
    "address_1",
    "address_2",
    "city",
    "postcode",
    "zone",
    "zone_id",
    "country",
    "country_id",
)
PLAIN_COLUMNS = (
    "order_id",
    "order_status_id",
    "store_id",
    "store_name",
    "customer_id",
    "customer_group_id",
    "firstname",
    "lastname",
    "email",
    "telephone",
    "custom_field",
    "payment_custom_field",
    "payment_method",
    "payment_code",
    "shipping_method",
    "shipping_code",
    "comment",
    "total",
    "language_id",
    "language_code",
    "currency_code",
    "currency_value",
    "transaction_id",
    "invoice_prefix",
    "invoice_no",
)
ADDRESS_COLUMNS = tuple(f"{kind}_{name}" for kind in ("payment", "shipping") for name in _ADDRESS)
DATE_COLUMNS = ("date_added",)
ORDER_COLUMNS = (*PLAIN_COLUMNS, *ADDRESS_COLUMNS, *DATE_COLUMNS)
"""All columns of ``order`` that are ever read: no network addresses, no browsers."""
LINE_COLUMNS = (
    "order_product_id",
    "order_id",
    "product_id",
    "master_id",
    "name",
    "model",
    "quantity",
    "price",
    "tax",
    "total",
)
OPTION_COLUMNS = (
    "order_option_id",
    "order_id",
    "order_product_id",
    "product_option_id",
    "product_option_value_id",
    "name",
    "value",
)
TOTAL_COLUMNS = ("order_total_id", "order_id", "code", "title", "value", "sort_order")
VOUCHER_COLUMNS = ("order_voucher_id", "order_id", "description", "amount")


class OrderRow(NamedTuple):
    """One row of ``order``; ``payment_code`` and ``shipping_code`` are None from 4.0.2."""

    id: int
    status: int
    store: int | None
    store_name: str | None
    customer: int | None
    group: int | None
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    custom_field: str | None
    payment_custom_field: str | None
    payment_method: str | None
    payment_code: str | None
    shipping_method: str | None
    shipping_code: str | None
    comment: str | None
    total: Any
    language: int | None
    language_code: str | None
    currency: str | None
    rate: Any
    transaction: str | None
    invoice_prefix: str | None
    invoice_number: int | None
    payment_address: RawAddress
    shipping_address: RawAddress
    added: object


class LineRow(NamedTuple):
    """One row of ``order_product``; ``master`` is 0 or None but for variants."""

    id: int
    order: int
    product: int | None
    master: int | None
    name: str | None
    model: str | None
    quantity: Any
    price: Any
    tax: Any
    total: Any


class OptionRow(NamedTuple):
    """One row of ``order_option``."""

    id: int
    order: int
    line: int
    product_option: int | None
    value_id: int | None
    name: str | None
    value: str | None


class TotalsRow(NamedTuple):
    """One row of ``order_total``."""

    id: int
    order: int
    code: str | None
    title: str | None
    value: Any
    sort_order: int | None


class VoucherRow(NamedTuple):
    """One row of ``order_voucher``."""

    id: int
    order: int
    description: str | None
    amount: Any


@dataclass(slots=True)
class OrderRows:
    """Everything the shop keeps about a batch of orders, by order id; options by line."""

    orders: list[OrderRow]
    lines: Mapping[int, list[LineRow]] = field(default_factory=dict)
    options: Mapping[int, list[OptionRow]] = field(default_factory=dict)
    totals: Mapping[int, list[TotalsRow]] = field(default_factory=dict)
    vouchers: Mapping[int, list[VoucherRow]] = field(default_factory=dict)
    histories: Mapping[int, int] = field(default_factory=dict)


def load_orders(view: View, clock: Clock, ids: Ids) -> OrderRows:
    """Read the confirmed ones of the orders with these ids."""
    wanted = set(ids)
    plain = len(PLAIN_COLUMNS)
    middle = plain + len(_ADDRESS)
    end = plain + len(ADDRESS_COLUMNS)
    orders = [
        OrderRow._make(
            (*row[:plain], RawAddress(*row[plain:middle]), RawAddress(*row[middle:end]), row[end])
        )
        for row in view.query.rows(
            f"SELECT {view.columns('o', 'order', (*PLAIN_COLUMNS, *ADDRESS_COLUMNS))},"  # noqa: S608
            f" {clock.column('o.`date_added`')} FROM {view.table('order')} o"
            f" WHERE {ids.where('o.`order_id`')} AND o.`order_status_id` > 0"
            " ORDER BY o.`order_id`"
        )
        if row[0] in wanted
    ]
    rows = OrderRows(orders)
    found = Ids.of(row.id for row in orders)
    if not found:
        return rows
    rows.lines, rows.options = load_lines(view, found)
    totals: dict[int, list[TotalsRow]] = defaultdict(list)
    for total in map(TotalsRow._make, _select(view, "order_total", TOTAL_COLUMNS, found)):
        totals[total.order].append(total)
    vouchers: dict[int, list[VoucherRow]] = defaultdict(list)
    if view.dialect.has("order_voucher"):
        for voucher in map(
            VoucherRow._make, _select(view, "order_voucher", VOUCHER_COLUMNS, found)
        ):
            vouchers[voucher.order].append(voucher)
    rows.totals, rows.vouchers = totals, vouchers
    rows.histories = newest_histories(view, found)
    return rows


def load_lines(
    view: View, ids: Ids
) -> tuple[Mapping[int, list[LineRow]], Mapping[int, list[OptionRow]]]:
    """Read the lines of these orders, by order, and what was chosen with them, by line."""
    lines: dict[int, list[LineRow]] = defaultdict(list)
    for line in map(LineRow._make, _select(view, "order_product", LINE_COLUMNS, ids)):
        lines[line.order].append(line)
    options: dict[int, list[OptionRow]] = defaultdict(list)
    for option in map(OptionRow._make, _select(view, "order_option", OPTION_COLUMNS, ids)):
        options[option.line].append(option)
    return lines, options


def _select(view: View, table: str, columns: Sequence[str], ids: Ids) -> list[tuple[Any, ...]]:
    """Return the rows of these orders by their own id.

    Sorted here: sorting texts makes the server write a temporary file.
    """
    rows = view.query.rows(
        f"SELECT {view.columns('t', table, columns)} FROM {view.table(table)} t"  # noqa: S608
        f" WHERE {ids.where('t.`order_id`')}"
    )
    return sorted(rows, key=itemgetter(0))


def newest_histories(view: View, ids: Ids) -> dict[int, int]:
    """Return order to the id of its newest history row; orders without one are absent."""
    table = view.table("order_history")
    if len(ids.ids) <= FEW_ORDERS:
        found = {
            order: view.query.value(
                f"SELECT t.`order_history_id` FROM {table} t WHERE t.`order_id` = {order}"  # noqa: S608
                " ORDER BY t.`order_history_id` DESC LIMIT 1"
            )
            for order in ids
        }
        return {order: int(newest) for order, newest in found.items() if newest is not None}
    rows = view.query.rows(
        f"SELECT t.`order_id`, MAX(t.`order_history_id`) FROM {table} t"  # noqa: S608
        f" WHERE {ids.where('t.`order_id`')} GROUP BY t.`order_id`"
    )
    return {int(order): int(newest) for order, newest in rows}
