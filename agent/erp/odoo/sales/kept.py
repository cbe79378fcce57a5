"""What every order needs and seldom changes: taxes, delivery methods, tags. Believed for a minute.

A minute spares a shop that sells all day nearly every such call, and what somebody changes in Odoo
counts a minute later at the latest. Who finds that something kept cannot be used reads it again
first, so that what was mended counts at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from agent.erp.odoo.client import Row
from agent.erp.odoo.connection import Connection

KEEP_SECONDS = 60.0
_K = TypeVar("_K")
_V = TypeVar("_V")


class Kept(Generic[_K, _V]):
    """Values by key, each with the time at which it was read.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._values: dict[_K, tuple[float, _V]] = {}

    def known(self, keys: Iterable[_K]) -> dict[_K, _V]:
        """Return what is known of ``keys`` and not too old."""
        oldest = self._clock() - KEEP_SECONDS
        found = {key: self._values[key] for key in keys if key in self._values}
        return {key: value for key, (since, value) in found.items() if since > oldest}

    def keep(self, values: Mapping[_K, _V]) -> None:
        """Remember values that were read just now."""
        now = self._clock()
        self._values.update({key: (now, value) for key, value in values.items()})


def kept_rows(
    cx: Connection,
    model: str,
    ids: Iterable[int],
    fields: Iterable[str],
    usable: Callable[[Row], bool] = bool,
) -> dict[int, Row]:
    """Return rows by id, reading those that are not known or not ``usable``; others are absent.

    Every caller asks for the same ``fields`` of a model.
    """
    kept: Kept[int, Row] = cx.facts.keep((kept_rows, model), Kept[int, Any])
    wanted = set(ids)
    found = {number: row for number, row in kept.known(wanted).items() if usable(row)}
    open_ = sorted(wanted - found.keys())
    read = {int(r["id"]): r for r in cx.odoo.find_in(model, "id", open_, list(fields))}
    kept.keep(read)
    return found | read
