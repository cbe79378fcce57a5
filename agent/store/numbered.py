"""What the readers of numbered records (products, categories …) have in common."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING

from agent.model.record import Record
from agent.store.keys import store_order
from agent.store.records import BadRecord, ScanRow
from agent.store.sql import Ids, numeric_ids
from agent.store.view import View

if TYPE_CHECKING:
    from agent.store.shop import Shop

PAGE = 2000
"""Records per query: a MyISAM table is locked for some milliseconds at a time only."""


class NumberedReader(ABC):
    """A reader whose keys are the shop's numbers."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def scan(self, after: str, limit: int) -> list[ScanRow]:
        """Return the next records after key ``after``; see ``Reader``."""
        rows: list[ScanRow] = []
        last = store_order(after)
        with self._shop.open() as view:
            while len(rows) < limit:
                size = min(limit - len(rows), self.scan_size(view))
                page = self.page(view, last, size)
                if not page:
                    break
                rows += page
                last = int(page[-1].key)
                if len(page) < size:
                    break
        return rows

    def scan_keys(self, keys: Sequence[str]) -> list[ScanRow]:
        """Return the records with these keys; see ``Reader``."""
        rows: list[ScanRow] = []
        with self._shop.open() as view:
            for ids in _chunks(numeric_ids(keys)):
                rows += self.rows(view, ids)
        return rows

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        """Return the records with these keys; see ``Reader``."""
        records: list[Record | BadRecord] = []
        with self._shop.open() as view:
            for ids in _chunks(numeric_ids(keys)):
                records += self.records(view, ids)
        return records

    def count(self) -> int:
        """Return how many records a scan finds."""
        with self._shop.open() as view:
            return self.total(view)

    def store_order(self, key: str) -> int:
        """Return the number by which ``scan`` orders ``key``."""
        return store_order(key)

    def scan_size(self, view: View) -> int:  # noqa: ARG002 - readers may look at the schema
        """Return how many records one query of a scan covers."""
        return PAGE

    @abstractmethod
    def page(self, view: View, after: int, limit: int) -> list[ScanRow]:
        """Return the next ``limit`` records after id ``after``, in order."""

    @abstractmethod
    def rows(self, view: View, ids: Ids) -> list[ScanRow]:
        """Return those of the given records that exist, in order."""

    @abstractmethod
    def records(self, view: View, ids: Ids) -> list[Record | BadRecord]:
        """Return those of the given records that exist, in order."""

    @abstractmethod
    def total(self, view: View) -> int:
        """Return how many records there are."""


def _chunks(ids: Ids) -> list[Ids]:
    return [Ids(ids.ids[start : start + PAGE]) for start in range(0, len(ids.ids), PAGE)]
