"""Named points at which a test can make the process die as if the power went.

``ERP_BRIDGE_CRASH_AT=task.after_claim`` ends the process without any cleaning up when that point is
reached; ``task.after_claim:3`` the third time. In normal running, with the variable unset, a point
costs one comparison. Points of the ledger: ``task.after_claim``, ``task.before_finish``,
``task.in_finish`` (before the commit), ``task.after_finish``, ``job.in_create``. Of the road of a
page: ``sync.after_read``, ``sync.before_write``, ``sync.after_write``, ``sync.after_remember``. Of
an order: ``order.before_<step>``, ``order.after_<step>``, ``order.after_tell``.
"""

from __future__ import annotations

import os
import threading

_VARIABLE = "ERP_BRIDGE_CRASH_AT"
EXIT_CODE = 137


class CrashPoint:
    """One point that is armed, and how often it is still passed unharmed."""

    def __init__(self, text: str) -> None:
        self.name, _, count = text.partition(":")
        self._left = int(count) if count.isdigit() else 1
        self._lock = threading.Lock()

    def due(self) -> bool:
        """Count one pass and tell whether it is the fatal one."""
        with self._lock:
            self._left -= 1
            return self._left == 0


_text = os.environ.get(_VARIABLE, "")
_armed: CrashPoint | None = CrashPoint(_text) if _text else None


def reach(point: str) -> None:
    """Tell that ``point`` is reached; ends the process with status 137 where a test asks so."""
    if _armed is not None and _armed.name == point and _armed.due():
        os._exit(EXIT_CODE)
