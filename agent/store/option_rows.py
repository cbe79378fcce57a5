"""Which attribute value each row of a product's options is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from agent.store.options import SQL_TYPES, is_display, key_for
from agent.store.sql import Ids
from agent.store.view import View


def option_values(
    open_view: Callable[[], AbstractContextManager[View]], products: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """Return, by product key, ``product_option_value_id`` to the key of its attribute value."""
    found: dict[str, dict[str, str]] = {}
    numbers = sorted({int(key) for key in products if key.isascii() and key.isdigit()})
    if not numbers:
        return found
    with open_view() as view:
        rows = view.query.rows(
            "SELECT v.`product_id`, v.`product_option_value_id`, v.`option_value_id`,"  # noqa: S608
            " o.`option_id`, o.`type`, p.`required`"
            f" FROM {view.table('product_option_value')} v"
            f" JOIN {view.table('product_option')} p"
            " ON p.`product_option_id` = v.`product_option_id`"
            f" JOIN {view.table('option')} o ON o.`option_id` = p.`option_id`"
            f" WHERE {Ids.of(numbers).where('v.`product_id`')} AND o.`type` IN ({SQL_TYPES})"
        )
        for product, row, value, option, kind, required in rows:
            if is_display(kind):
                key = key_for(kind, int(option), required=bool(required))
                found.setdefault(str(product), {})[str(row)] = f"{key}/{value}"
    return found
