"""Shipping and payment methods: of the shop, and of its orders.

Up to 4.0.1 an order has the name and the code of a method in two columns; from 4.0.2 one column has
both as JSON: ``{"code": "flat.flat", "name": "Flat rate", "cost": …, "tax_class_id": …}``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from agent.errors import InvalidRecord
from agent.model.record import Record
from agent.model.sales import Carrier, Method, PaymentMethod
from agent.store.clock import Clock, days_ago
from agent.store.few import FewReader
from agent.store.records import BadRecord
from agent.store.text import decode, line
from agent.store.view import View

Kind = Literal["shipping", "payment"]

SEEN_DAYS = 730
"""Methods of orders younger than this are listed although they are switched off."""

_ORDERS_AT_ONCE = 5000
_TAG = re.compile(r"<[^>]*>")
_NO_KEY = re.compile(r"[^A-Za-z0-9_-]+")


@dataclass(frozen=True, slots=True)
class OrderMethod:
    """The method of an order. ``tax_class`` is the one that the order itself names, else None."""

    key: str
    code: str
    name: str
    tax_class: str | None = None


def parse_method(kind: Kind, method: str | None, code: str | None) -> OrderMethod | None:
    """Return the method in the columns of an order, None where it has none.

    Args:
        kind: which of the two, for the error.
        method: its name, or JSON.
        code: its code, None where the shop has no such column.

    Raises:
        InvalidRecord: the column should be JSON, and is broken.
    """
    text = (method or "").strip()
    tax_class = None
    if code is None and text[:1] in {"{", "["}:
        try:
            value = json.loads(text)
        except ValueError as error:
            raise InvalidRecord(
                f"Its {kind} method cannot be read: the column is no valid JSON",
                fix=f"Open the order in the shop's admin, choose the {kind} method again and save.",
                code="store.order_method",
            ) from error
        fields = value if isinstance(value, dict) else {}
        code, text = str(fields.get("code") or ""), str(fields.get("name") or "")
        number = str(fields.get("tax_class_id") or "")
        tax_class = number if number.isdigit() and int(number) else None
    code, name = line(code), plain_name(text)
    if not code and not name:
        return None
    key = method_key(code or name.lower())
    return OrderMethod(key, code or key, name or readable(key), tax_class)


def method_key(code: str) -> str:
    """Return the key of a method: its code up to the first dot, without strange characters."""
    key = _NO_KEY.sub("_", code.split(".", maxsplit=1)[0])[:64]
    return f"_{key}" if not key or key.isdigit() or key[0] == "-" else key


def plain_name(text: str | None) -> str:
    """Return a method's name without HTML: some extensions have pictures in it."""
    return " ".join(_TAG.sub(" ", decode(text)).split())


def readable(code: str) -> str:
    """Return an extension's code as a name: ``bank_transfer`` → ``Bank transfer``."""
    words = code.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:]


class MethodReader(FewReader):
    """Reads methods of one kind: those that are switched on, and those of orders; see ``Reader``.

    Their names are those of the newest order that used them, in the shop's default language where
    there is one, else made of the extension's code. An extension that offers several methods
    (``weight.weight_5``) always goes by its code: names must not change with every order.
    """

    kind: Kind
    record: type[Carrier | PaymentMethod]

    def load(self, view: View) -> Iterable[Record | BadRecord]:
        """Return all methods."""
        return self._methods(view, None)

    def find(self, view: View, keys: frozenset[str]) -> Iterable[Record | BadRecord]:
        """Return the methods with these keys and maybe others, looking at few orders for them."""
        return self._methods(view, keys)

    def _methods(self, view: View, wanted: frozenset[str] | None) -> Iterable[Record | BadRecord]:
        enabled = _enabled(view, self.kind)
        seen = _seen(view, self.kind, wanted)
        for key in {*enabled, *seen}:
            used = seen.get(key)
            if used is None or used.code not in {key, f"{key}.{key}"}:
                used = OrderMethod(key, key, readable(key))
            yield self.record(key, used.name, used.code, key in enabled)

    def label(self, record: Record) -> str:
        """Return the method's name."""
        assert isinstance(record, Method)  # noqa: S101 - narrows for mypy
        return record.name


class CarrierReader(MethodReader):
    """Reads shipping methods; see ``Reader``."""

    kind = "shipping"
    record = Carrier


class PaymentMethodReader(MethodReader):
    """Reads payment methods; see ``Reader``."""

    kind = "payment"
    record = PaymentMethod


def _enabled(view: View, kind: Kind) -> set[str]:
    extensions = view.query.rows(
        f"SELECT DISTINCT `code` FROM {view.table('extension')} WHERE `type` = %s",  # noqa: S608
        (kind,),
    )
    switches = view.query.rows(
        f"SELECT `key`, `value` FROM {view.table('setting')} WHERE `key` LIKE %s",  # noqa: S608
        (f"{kind}\\_%\\_status",),
    )
    on = {key for key, value in switches if str(value or "").strip() not in {"", "0"}}
    return {method_key(line(row[0])) for row in extensions if f"{kind}_{row[0]}_status" in on}


def _seen(view: View, kind: Kind, wanted: frozenset[str] | None) -> dict[str, OrderMethod]:
    """Return key to method of the newest order of each method, from the orders of two years.

    Newest orders first, some thousands per query, so that no table is locked for long; with
    ``wanted``, until those keys are found.
    """
    placeholder, since = Clock.of(view.query).stored(days_ago(SEEN_DAYS))
    order = view.table("order")
    found: dict[str, OrderMethod] = {}
    below = int(view.query.value(f"SELECT MAX(`order_id`) FROM {order}") or 0) + 1  # noqa: S608
    while True:
        ((first, any_young),) = view.query.rows(
            "SELECT MIN(p.`order_id`), MAX(p.`young`) FROM"  # noqa: S608
            f" (SELECT o.`order_id`, o.`date_added` >= {placeholder} AS `young` FROM {order} o"
            f" WHERE o.`order_id` < {below} ORDER BY o.`order_id` DESC LIMIT {_ORDERS_AT_ONCE}) p",
            (since,),
        )
        if first is None or not any_young:
            return found
        condition = f"o.`order_id` >= {first} AND o.`order_id` < {below}"
        for used in _used(view, kind, condition, (placeholder, since)):
            found.setdefault(used.key, used)
        if wanted is not None and wanted <= found.keys():
            return found
        below = int(first)


def _used(view: View, kind: Kind, condition: str, since: tuple[str, datetime]) -> list[OrderMethod]:
    """Return the methods of the orders that meet a condition, those of the newest order first.

    A shipping method's JSON has its cost, so that nearly every order has another text: rows are
    grouped by what stands before the first dot, which ends the extension's code.
    """
    placeholder, moment = since
    has_code = view.dialect.has("order", f"{kind}_code")
    group = f"o.`{kind}_code`" if has_code else f"o.`{kind}_method`"
    by_name = f", IF({group} = '', o.`{kind}_method`, '')" if has_code else ""
    newest = view.query.rows(
        "SELECT COALESCE(MAX(IF(o.`language_id` = %s, o.`order_id`, NULL)), MAX(o.`order_id`))"  # noqa: S608
        f" FROM {view.table('order')} o"
        f" WHERE {condition} AND o.`order_status_id` > 0 AND o.`date_added` >= {placeholder}"
        f" GROUP BY SUBSTRING_INDEX({group}, '.', 1){by_name}",
        (view.default_language, moment),
    )
    if not newest:
        return []
    rows = view.query.rows(
        f"SELECT {view.columns('o', 'order', (f'{kind}_method', f'{kind}_code'))}"  # noqa: S608
        f" FROM {view.table('order')} o"
        f" WHERE o.`order_id` IN ({','.join(str(row[0]) for row in newest)})"
        " ORDER BY o.`order_id` DESC"
    )
    found: list[OrderMethod] = []
    for method, code in rows:
        with suppress(InvalidRecord):  # the order itself is reported
            used = parse_method(kind, method, (code or "") if has_code else None)
            if used is not None:
                found.append(used)
    return found
