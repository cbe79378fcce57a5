"""Carries wake-ups between processes. The ledger in MySQL is the truth; this only saves waiting.

huey's queue transports them: through an SQLite file between the processes of one machine, through
Redis when several machines share the work. A wake that is lost costs the worker's tick, a second at
most; one that comes twice costs a look at the ledger.

huey's consumer program is not used, as its signal handlers would fight with those of ``serve``: a
thread of the worker waits at the queue instead. Nothing in a message is ever decoded, so whoever
can write to the queue can wake a worker and no more.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import structlog
from huey.storage import BaseStorage, RedisStorage, SqliteStorage

from agent.errors import ConfigError

try:
    from redis import ConnectionPool
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError
    from redis.retry import Retry
except ImportError:  # an extra: machines with the SQLite queue do not need it
    ConnectionPool = None  # type: ignore[assignment,misc]
    RedisError = OSError  # type: ignore[assignment,misc]

log = structlog.get_logger(__name__)

_QUEUE = "erp_bridge"
_WAKE = b"wake"
_ENOUGH = 8  # wakes that wait; more would say nothing new
_REST = 10.0  # seconds in which a queue that failed is not tried again
_TROUBLES = (sqlite3.Error, RedisError, OSError)


class Listener(Protocol):
    """Somebody listens until closed."""

    def close(self) -> None:
        """Stop listening and wait until it has stopped."""
        ...


class Dispatcher(Protocol):
    """Tells workers, in whichever process, that there is work."""

    def wake(self) -> None:
        """Tell a worker to look; never raises and never waits long."""
        ...

    def listen(self, on_wake: Callable[[], None]) -> Listener:
        """Call ``on_wake`` in a thread of its own whenever somebody wakes, until closed."""
        ...

    def problem(self) -> str | None:
        """Return why wake-ups do not get through, None while they do."""
        ...


class HueyDispatcher:
    """A dispatcher over one of huey's storages; safe to use from many threads.

    Args:
        storage: the queue.
        pause: seconds between two looks at an empty queue; 0 where the storage waits by itself.
    """

    def __init__(self, storage: BaseStorage, pause: float) -> None:
        self._storage = storage
        self._pause = pause
        self._resting_until = 0.0

    def wake(self) -> None:
        """Tell a worker to look; a queue out of order is logged, ticks stand in for it."""
        if time.monotonic() < self._resting_until:
            return
        try:
            if self._storage.queue_size() < _ENOUGH:
                self._storage.enqueue(_WAKE)
        except _TROUBLES as error:
            self._resting_until = time.monotonic() + _REST
            log.warning("wake.lost", cause=type(error).__name__, detail=str(error))

    def problem(self) -> str | None:
        """Return why wake-ups do not get through, None while they do."""
        try:
            self._storage.queue_size()
        except _TROUBLES as error:
            return f"{type(error).__name__}: {error}"
        return None

    def listen(self, on_wake: Callable[[], None]) -> Listener:
        """Call ``on_wake`` in a thread of its own whenever somebody wakes, until closed."""
        return _HueyListener(self._storage, self._pause, on_wake)


class _HueyListener:
    def __init__(self, storage: BaseStorage, pause: float, on_wake: Callable[[], None]) -> None:
        self._storage = storage
        self._pause = pause
        self._on_wake = on_wake
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="wake-listener", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        sound = True
        while not self._stop.is_set():
            try:
                woken = self._storage.dequeue() is not None
                sound = True
            except _TROUBLES as error:
                if sound:
                    log.warning("wake.deaf", cause=type(error).__name__, detail=str(error))
                woken = sound = False
            if woken:
                self._on_wake()
            else:
                self._stop.wait(self._pause if sound else 1.0)

    def close(self) -> None:
        """Stop listening; returns within about a second."""
        self._stop.set()
        self._thread.join(10)


def sqlite_dispatcher(path: Path) -> HueyDispatcher:
    """Return a dispatcher for the processes of one machine, over a file made if need be.

    Raises:
        ConfigError: the file cannot be made or opened.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        storage = SqliteStorage(_QUEUE, filename=str(path), fsync=False)
    except (OSError, sqlite3.Error) as error:
        raise ConfigError(
            f"The file for wake-ups, {path}, cannot be made or opened",
            fix="Let the agent's user write to that folder, or set [queue] url to another file.",
            code="queue.file",
            detail=str(error),
        ) from error
    return HueyDispatcher(storage, pause=0.1)


def redis_dispatcher(url: str) -> HueyDispatcher:
    """Return a dispatcher for workers on several machines, over a Redis server.

    A server that does not answer is no error here: workers look once a second anyway.

    Raises:
        ConfigError: the address is none, or Redis support is not installed.
    """
    if ConnectionPool is None:
        raise ConfigError(
            "The queue is set to Redis, and Redis support is not installed",
            fix="Install the agent with its redis extra: pip install 'erp-bridge[redis]'.",
            code="queue.redis",
        )
    try:
        pool = ConnectionPool.from_url(
            url, socket_connect_timeout=2, socket_timeout=5, retry=Retry(NoBackoff(), 0)
        )
    except ValueError as error:
        raise ConfigError(
            "The address of the Redis queue cannot be read",
            fix="Set [queue] url to redis://HOST:PORT/NUMBER, or rediss:// for TLS.",
            code="queue.redis",
            detail=str(error),
        ) from error
    return HueyDispatcher(RedisStorage(_QUEUE, connection_pool=pool, read_timeout=1), pause=0.0)


class LocalDispatcher:
    """Wakes within this process only; for the command line and for tests."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[], None]] = []

    def wake(self) -> None:
        """Tell all listeners to look."""
        for listener in tuple(self._listeners):
            listener()

    def problem(self) -> str | None:
        """Return None: nothing can be in the way within one process."""
        return None

    def listen(self, on_wake: Callable[[], None]) -> Listener:
        """Call ``on_wake`` in the thread of whoever wakes, until closed."""
        self._listeners.append(on_wake)
        return _LocalListener(self._listeners, on_wake)


class _LocalListener:
    def __init__(self, listeners: list[Callable[[], None]], on_wake: Callable[[], None]) -> None:
        self._listeners = listeners
        self._on_wake = on_wake

    def close(self) -> None:
        """Stop listening."""
        if self._on_wake in self._listeners:
            self._listeners.remove(self._on_wake)
