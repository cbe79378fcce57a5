"""Finds registered customers by their e-mail address."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

from agent.store.view import View

_MOST = 10


def customers_with_email(
    open_view: Callable[[], AbstractContextManager[View]], email: str
) -> list[str]:
    """Return the keys of customers with this e-mail address, oldest first, at most ten.

    Case and surrounding white space do not count.

    Raises:
        ConfigError, Unreachable: the shop's database cannot be read.
    """
    wanted = email.strip()
    if not wanted:
        return []
    with open_view() as view:
        rows = view.query.rows(
            f"SELECT c.`customer_id` FROM {view.table('customer')} c"  # noqa: S608
            f" WHERE LOWER(c.`email`) = LOWER(%s) ORDER BY c.`customer_id` LIMIT {_MOST}",
            (wanted,),
        )
    return [str(row[0]) for row in rows]
