"""Which attribute value each row is, of a product's options that make variants."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager

from agent.store.keys import option_key
from agent.store.options import MAKES_VARIANTS
from agent.store.sql import Ids
from agent.store.view import View


def option_values(
    open_view: Callable[[], AbstractContextManager[View]], products: Sequence[str]
) -> Mapping[str, Mapping[str, str]]:
    """Return, by product key, ``product_option_value_id`` to the key of its attribute value.

    Only values that make variants; see :mod:`agent.store.options`.
    """
    found: dict[str, dict[str, str]] = {}
    numbers = sorted({int(key) for key in products if key.isascii() and key.isdigit()})
    if not numbers:
        return found
    with open_view() as view:
        rows = view.query.rows(
            "SELECT v.`product_id`, v.`product_option_value_id`, v.`option_value_id`,"  # noqa: S608
            " o.`option_id`"
            f" FROM {view.table('product_option_value')} v"
            f" JOIN {view.table('product_option')} p"
            " ON p.`product_option_id` = v.`product_option_id`"
            f" JOIN {view.table('option')} o ON o.`option_id` = p.`option_id`"
            f" WHERE {Ids.of(numbers).where('v.`product_id`')} AND {MAKES_VARIANTS}"
        )
        for product, row, value, option in rows:
            found.setdefault(str(product), {})[str(row)] = f"{option_key(option)}/{value}"
    return found
