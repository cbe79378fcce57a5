"""Keeps the leases of running tasks alive, and is what handlers see of it."""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog

from agent.errors import BridgeError
from agent.ledger.ledger import Ledger
from agent.ledger.types import Job, Lease, LeaseLost, Plain, Task

log = structlog.get_logger(__name__)

_CANCEL_CACHE = 0.5  # seconds


class RunningTask:
    """One run of a task: the ``TaskContext`` of its handler.

    The keeper's thread extends the lease while the handler is busy with one long step; a handler
    that gave no sign of life for ``longest_silence`` seconds is not kept any more, so that a call
    that never returns does not block its key for ever.
    """

    def __init__(self, ledger: Ledger, lease: Lease, longest_silence: float) -> None:
        self._ledger = ledger
        self._longest_silence = longest_silence
        self._lost = threading.Event()
        self._cancelled = False
        self._looked_at = -_CANCEL_CACHE
        now = time.monotonic()
        self._sign_of_life = now
        self._extended_at = now
        self.lease = lease

    @property
    def task(self) -> Task:
        """The task as claimed."""
        return self.lease.task

    @property
    def job(self) -> Job:
        """The task's job as it was at the claim."""
        return self.lease.job

    @property
    def payload(self) -> Plain:
        """The task's payload."""
        return self.lease.task.payload

    @property
    def attempt(self) -> int:
        """1 at the first run, one more after each failure or crash."""
        return self.lease.task.attempts + self.lease.task.crashes + 1

    def heartbeat(self) -> None:
        """Tell that the work goes on; the database is asked at most every sixth of a lease.

        Raises:
            LeaseLost: the task was given to another worker.
        """
        now = time.monotonic()
        self._sign_of_life = now
        if self._lost.is_set():
            raise LeaseLost(f"task {self.task.id} was taken away")
        if now - self._extended_at >= self._ledger.settings.lease_seconds / 6:
            self._extend()

    def cancelled(self) -> bool:
        """Whether the job was cancelled; looked up at most twice a second."""
        now = time.monotonic()
        if not self._cancelled and now - self._looked_at >= _CANCEL_CACHE:
            self._cancelled = self._ledger.is_cancelled(self.job.id)
            self._looked_at = now
        return self._cancelled

    def keep(self) -> None:
        """Extend the lease if it is time and the handler still gives signs of life."""
        now = time.monotonic()
        due = now - self._extended_at >= self._ledger.settings.lease_seconds / 3
        silent = now - self._sign_of_life > self._longest_silence
        if due and not silent and not self._lost.is_set():
            with suppress(LeaseLost):  # also when the task ended just now; its thread will tell
                self._extend()

    def _extend(self) -> None:
        try:
            self._ledger.heartbeat(self.lease)
        except LeaseLost:
            self._lost.set()
            raise
        self._extended_at = time.monotonic()


class LeaseKeeper:
    """A thread that keeps all running tasks of one worker; use it as a context manager."""

    def __init__(self, lease_seconds: float) -> None:
        self._every = min(max(lease_seconds / 12, 0.05), 5.0)
        self._running: set[RunningTask] = set()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lease-keeper", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._stop.set()
        self._thread.join()

    def add(self, running: RunningTask) -> None:
        """Keep this task from now on."""
        with self._lock:
            self._running.add(running)

    def remove(self, running: RunningTask) -> None:
        """Keep this task no longer."""
        with self._lock:
            self._running.discard(running)

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            with self._lock:
                running = list(self._running)
            for one in running:
                try:
                    one.keep()
                except BridgeError as error:  # the database is away; the next round tries again
                    log.warning("task.not_kept", task=one.task.id, **error.to_plain())
                except Exception:
                    log.exception("task.not_kept", task=one.task.id)
