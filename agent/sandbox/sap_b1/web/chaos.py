"""Faults on order, and a count of what was called."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from agent.sandbox.fault_queue import FaultQueue

BEFORE: Final = frozenset({"refuse", "html-502", "500", "end-session", "break-node"})
"""Faults of a whole call that leave no effect."""
AFTER: Final = frozenset({"lost-reply", "cut", "late-502"})
"""Faults of the answer to a call whose effect is kept."""
WITHIN: Final = frozenset({"switch", "notification", "refusal"})
"""Refusals of one operation, of one within a batch too."""
KINDS: Final = BEFORE | AFTER | WITHIN | {"slow"}


@dataclass(slots=True)
class Fault:
    """A fault for the next ``times`` calls that match.

    ``method`` is that of HTTP (an overriding one where it is overridden), ``resource`` a set, an
    operation or ``$batch``, with the action where it is one: ``Orders``, ``Orders/Cancel``,
    ``Login``, ``OrdersService_Preview``. What is inside a batch matches as if it came alone; a
    fault that is not one of ``switch``, ``notification`` and ``refusal`` then hits the whole batch.

    The effect is kept, and

    - ``lost-reply``: the connection closes without an answer;
    - ``cut``: half the answer arrives, nothing of one without content;
    - ``late-502``: the answer is the page of a proxy;
    - ``slow``: it takes ``seconds`` more, then all is as usual.

    Without any effect:

    - ``refuse``: the connection closes before anything happens;
    - ``html-502``: the page of a proxy; ``500``: an error without a cause;
    - ``end-session``: the session ends first, so that the answer is 301;
    - ``break-node``: the node that the call came to is broken from now on;
    - ``switch``: the transient refusal 305;
    - ``notification``: the company's own check refuses with ``text`` (-1116);
    - ``refusal``: ``code``, ``text`` and ``status`` as given.
    """

    kind: str
    times: int = 1
    method: str = ""  # empty: any
    resource: str = ""
    skip: int = 0  # matching calls that pass first
    seconds: float = 1.0
    code: int = -5002
    text: str = "The company's own check refuses this"
    status: int = 400

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}, not {self.kind!r}")

    def matches(self, method: str, resource: str) -> bool:
        """Tell whether this is for a call."""
        return self.method in ("", method) and self.resource in ("", resource)


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it arrived; ``batch``: it came within one."""

    method: str
    resource: str
    path: str
    body: str
    batch: bool = False


@dataclass(slots=True)
class Recorder:
    """Counts calls by method and resource, keeps those that write, hands out ordered faults."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    writes: list[Call] = field(default_factory=list)
    _faults: FaultQueue[Fault] = field(default_factory=FaultQueue)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def order(self, fault: Fault) -> None:
        """Order a fault."""
        with self._lock:
            self._faults.order(fault)

    def clear(self) -> None:
        """Drop ordered faults, counts and the log of writes."""
        with self._lock:
            self._faults.clear()
            self.counts.clear()
            self.writes.clear()

    def arrive(self, call: Call) -> Fault | None:
        """Count a call and return the fault it meets."""
        with self._lock:
            self.counts[call.method, call.resource] += 1
            if call.method != "GET":
                self.writes.append(call)
            return self._faults.take(lambda fault: fault.matches(call.method, call.resource))

    def count(self, method: str = "", resource: str = "") -> int:
        """Return how often a method was called on a resource; empty: any."""
        with self._lock:
            return sum(
                number
                for (called, on), number in self.counts.items()
                if method in ("", called) and resource in ("", on)
            )

    def report(self) -> dict[str, Any]:
        """Return counts and writes as JSON-ready values."""
        with self._lock:
            counts = {f"{method} {on}": number for (method, on), number in self.counts.items()}
            return {"counts": counts, "writes": [asdict(call) for call in self.writes]}
