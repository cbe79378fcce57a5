"""Keeps ERP adapters open between tasks: logging in and reading field lists costs seconds."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import TYPE_CHECKING

from agent.erp.port import Erp
from agent.errors import AuthError, BridgeError, MissingRight

if TYPE_CHECKING:
    from agent.services.container import Services

_IDLE_SECONDS = 300.0
_Key = tuple[int, datetime]


class ErpPool:
    """Lends adapters, each to one borrower at a time; changed settings make new ones."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._idle: list[tuple[_Key, float, Erp]] = []
        self._lock = threading.Lock()

    @contextmanager
    def borrow(self, connection_id: int) -> Iterator[Erp]:
        """Lend an adapter for an active connection.

        One that met an error is not lent again. A refused login pauses the connection, whoever
        met it: the next look would try the same password again, until the user is locked.

        Raises:
            NotFound: there is no such connection.
            AuthError: its login is refused.
            ConfigError: it is paused, this is a copy of the shop, or its secret cannot be read.
        """
        self._services.connections.enforce_guard()
        info = self._services.connections.require_active(connection_id)
        key = (connection_id, info.updated_at)
        with self._pausing(connection_id):
            erp = self._take(key) or self._services.erp(connection_id)
            try:
                yield erp
            except BaseException:
                _close(erp)
                raise
        with self._lock:
            self._idle.append((key, time.monotonic(), erp))

    @contextmanager
    def _pausing(self, connection_id: int) -> Iterator[None]:
        try:
            yield
        except MissingRight:
            raise
        except AuthError as error:
            self._services.ledger.pause_connection(connection_id, error)
            raise

    def _take(self, key: _Key) -> Erp | None:
        now = time.monotonic()
        with self._lock:
            keep: list[tuple[_Key, float, Erp]] = []
            stale: list[Erp] = []
            found: Erp | None = None
            for item in self._idle:
                other, since, erp = item
                if now - since > _IDLE_SECONDS or (other[0] == key[0] and other != key):
                    stale.append(erp)
                elif found is None and other == key:
                    found = erp
                else:
                    keep.append(item)
            self._idle = keep
        for erp in stale:
            _close(erp)
        return found

    def close(self) -> None:
        """Close all adapters that nobody has borrowed."""
        with self._lock:
            idle, self._idle = self._idle, []
        for _key, _since, erp in idle:
            _close(erp)


def _close(erp: Erp) -> None:
    with suppress(BridgeError, OSError):
        erp.close()
