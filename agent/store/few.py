"""What the readers of records that a shop has few of (methods, currencies, statuses) share."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from agent.model.plain import fingerprint, to_plain
from agent.model.record import Record
from agent.store.keys import store_order
from agent.store.records import BadRecord, ScanRow
from agent.store.view import View

if TYPE_CHECKING:
    from agent.store.shop import Shop


class FewReader(ABC):
    """A reader that reads all records by each call; see ``Reader``.

    The digest is the record's own fingerprint.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop

    def scan(self, after: str, limit: int) -> list[ScanRow]:
        """Return the next records after key ``after``; see ``Reader``."""
        last = (store_order(after), after)
        return [self._row(r) for r in self._all() if (store_order(r.key), r.key) > last][:limit]

    def scan_keys(self, keys: Sequence[str]) -> list[ScanRow]:
        """Return the records with these keys; see ``Reader``."""
        return [self._row(record) for record in self.read(keys)]

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        """Return the records with these keys; see ``Reader``."""
        wanted = frozenset(keys)
        with self._shop.open() as view:
            found = [record for record in self.find(view, wanted) if record.key in wanted]
        return sorted(found, key=_order)

    def count(self) -> int:
        """Return how many records there are."""
        return len(self._all())

    def store_order(self, key: str) -> int:
        """Return the number by which ``scan`` orders ``key``."""
        return store_order(key)

    @abstractmethod
    def load(self, view: View) -> Iterable[Record | BadRecord]:
        """Return all records, in any order."""

    def find(
        self,
        view: View,
        keys: frozenset[str],  # noqa: ARG002 - readers may look for these alone
    ) -> Iterable[Record | BadRecord]:
        """Return the records with these keys; others beside them do no harm."""
        return self.load(view)

    @abstractmethod
    def label(self, record: Record) -> str:
        """Return a name to show for the record."""

    def _all(self) -> list[Record | BadRecord]:
        with self._shop.open() as view:
            found = list(self.load(view))
        return sorted(found, key=_order)

    def _row(self, record: Record | BadRecord) -> ScanRow:
        if isinstance(record, BadRecord):
            return ScanRow(record.key, fingerprint(str(record.error)), record.label)
        return ScanRow(record.key, fingerprint(to_plain(record)), self.label(record)[:255])


def _order(record: Record | BadRecord) -> tuple[int, str]:
    return store_order(record.key), record.key
