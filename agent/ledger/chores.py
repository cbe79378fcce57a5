"""Things that come round beside the tasks, and the signals that end it all."""

from __future__ import annotations

import _thread
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

import structlog

from agent.errors import BridgeError

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Chore:
    """Something a serving worker does every so many seconds, in a thread of its own.

    Several workers may do it at the same time: ``agent.db.locks.exclusive`` helps where only one
    may.
    """

    name: str
    every: float
    run: Callable[[], object]


def repeat(chore: Chore, stop: threading.Event) -> None:
    """Do a chore every so often until told to stop."""
    while not stop.is_set():
        quietly(chore.name, chore.run)
        stop.wait(chore.every)


def quietly(name: str, work: Callable[[], object]) -> None:
    """Do ``work``; what goes wrong is logged and the next round tries again."""
    try:
        work()
    except BridgeError as error:
        log.warning("chore.failed", chore=name, **error.to_plain())
    except Exception:
        log.exception("chore.failed", chore=name)


def stop_on_signals(stop: threading.Event) -> None:
    """Set ``stop`` at SIGTERM and SIGINT; for the main thread only.

    The event is set from another thread: the signal may have interrupted the main thread inside
    that very event's lock.
    """

    def handle(_signal: int, _frame: FrameType | None) -> None:
        _thread.start_new_thread(stop.set, ())

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
