"""Looks at the ERPs at once when one of them tells that something changed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import structlog

from agent.errors import BridgeError

log = structlog.get_logger(__name__)


class Hints:
    """Runs ``look`` soon after a hint, in the background; hints that come meanwhile are one.

    Safe to share between threads.
    """

    def __init__(self, look: Callable[[], object]) -> None:
        self._look = look
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="hint")
        self._lock = threading.Lock()
        self._waiting = False

    def give(self) -> None:
        """Look soon; returns at once."""
        with self._lock:
            if self._waiting:
                return
            self._waiting = True
        self._pool.submit(self._run)

    def _run(self) -> None:
        with self._lock:
            self._waiting = False
        try:
            self._look()
        except BridgeError as error:
            log.warning("hint.failed", **error.to_plain())

    def close(self) -> None:
        """Wait for what is running and take no more."""
        self._pool.shutdown()
