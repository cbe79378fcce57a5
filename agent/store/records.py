"""What every reader of the shop offers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from agent.errors import BridgeError
from agent.model.record import Record


@dataclass(frozen=True, slots=True)
class ScanRow:
    """One record found by a scan.

    ``digest`` changes whenever anything changes that the record is built from (it may also change
    where the record stays the same); ``label`` is a name to show.
    """

    key: str
    digest: str
    label: str


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record that cannot be used as it stands; the others of its page are not touched by it."""

    key: str
    label: str
    error: BridgeError


class Reader(Protocol):
    """Reads one kind of records.

    All calls raise ConfigError or Unreachable when the database cannot be read at all, and nothing
    for a single record.
    """

    def scan(self, after: str, limit: int) -> list[ScanRow]:
        """Return the next records after key ``after`` (``""``: from the start), at most ``limit``.

        The order is that of ``agent.store.keys.store_order``, then of the key. An empty list is the
        end.
        """
        ...

    def scan_keys(self, keys: Sequence[str]) -> list[ScanRow]:
        """Return the records with these keys in scan order; those that are gone are absent."""
        ...

    def read(self, keys: Sequence[str]) -> list[Record | BadRecord]:
        """Return the records with these keys in scan order; those that are gone are absent."""
        ...

    def count(self) -> int:
        """Return how many records a scan finds."""
        ...

    def store_order(self, key: str) -> int:
        """Return the number by which ``scan`` orders ``key``; see ``agent.store.keys``."""
        ...
