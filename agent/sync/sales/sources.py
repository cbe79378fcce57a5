"""Readers over records that a flow has in hand, so that they take the road of all others."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from agent.model.plain import fingerprint, to_plain
from agent.model.record import Record
from agent.store.keys import store_order
from agent.store.records import BadRecord, Reader, ScanRow


class InHand:
    """A reader of given records; what is not among them is asked of ``inner``."""

    def __init__(self, records: Iterable[Record | BadRecord], inner: Reader | None = None) -> None:
        self._records = {record.key: record for record in records}
        self._inner = inner

    def scan(self, after: str, limit: int) -> list[ScanRow]:
        """Return the inner reader's page: records in hand are only reached by key."""
        return self._inner.scan(after, limit) if self._inner is not None else []

    def scan_keys(self, keys: Sequence[str]) -> list[ScanRow]:
        """Return the records with these keys in scan order."""
        rows = [_row(self._records[key]) for key in keys if key in self._records]
        rest = [key for key in keys if key not in self._records]
        if self._inner is not None and rest:
            rows += self._inner.scan_keys(rest)
        return sorted(rows, key=lambda row: (store_order(row.key), row.key))

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        """Return the records with these keys in scan order."""
        found = [self._records[key] for key in keys if key in self._records]
        rest = [key for key in keys if key not in self._records]
        if self._inner is not None and rest:
            found += self._inner.read(rest)
        return sorted(found, key=lambda record: (store_order(record.key), record.key))

    def count(self) -> int:
        """Return the inner reader's count."""
        return self._inner.count() if self._inner is not None else len(self._records)

    def store_order(self, key: str) -> int:
        """Return the number by which records are ordered."""
        return store_order(key)


def _row(record: Record | BadRecord) -> ScanRow:
    if isinstance(record, BadRecord):
        return ScanRow(record.key, fingerprint(str(record.error)), record.label)
    return ScanRow(record.key, fingerprint(to_plain(record)), record.key)
