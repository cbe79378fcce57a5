"""Faults on order, and a count of what was called."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from agent.sandbox.fault_queue import FaultQueue

KINDS = frozenset(
    {"lost-reply", "html-502", "slow", "cut", "serialize", "raced-load", "refuse", "fault"}
)
RACED = "could not serialize access due to concurrent update\n"
READS = frozenset(
    {
        "search", "search_read", "search_count", "read", "fields_get", "name_search", "name_get",
        "read_group", "default_get", "exists", "has_access", "check_access_rights", "has_group",
        "context_get", "get_installed", "get_param", "check_access", "xmlid_to_res_id",
        "authenticate", "login", "version", "about",
    }
)  # fmt: skip


@dataclass(slots=True)
class Fault:
    """A fault for the next ``times`` calls that match.

    - ``lost-reply``: the effect is kept, the connection closes without an answer;
    - ``cut``: the effect is kept, half the answer arrives;
    - ``slow``: waits ``seconds``, then goes on as usual;

    and without any effect:

    - ``refuse``: the connection closes before anything happens;
    - ``html-502``: the page of a proxy;
    - ``serialize``: the fault "could not serialize access" of the database;
    - ``raced-load``: what ``load()`` answers when another load was first: no ids, a message;
    - ``fault``: an XML-RPC fault ``code`` with ``text``.
    """

    kind: str
    times: int = 1
    model: str = ""  # empty: any
    method: str = ""
    seconds: float = 1.0
    code: int = 2
    text: str = ""
    skip: int = 0  # matching calls that pass first

    def answer(self) -> dict[str, Any]:
        """Return what ``load()`` answers when another transaction was first."""
        first = {"rows": {"from": 0, "to": 0}, "record": 0, "type": "error", "message": RACED}
        return {"ids": False, "messages": [first], "nextrow": 0}

    def matches(self, call: Call) -> bool:
        """Tell whether this is for a call."""
        return self.model in ("", call.model) and self.method in ("", call.method)

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(sorted(KINDS))}, not {self.kind!r}")


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it arrived."""

    model: str
    method: str
    args: Any
    kwargs: dict[str, Any]
    uid: int


@dataclass(slots=True)
class Recorder:
    """Counts calls, keeps those that write, and hands out ordered faults."""

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
            self.counts[call.model, call.method] += 1
            if call.method not in READS:
                self.writes.append(call)
            return self._faults.take(lambda fault: fault.matches(call))

    def report(self) -> dict[str, Any]:
        """Return counts and writes as JSON-ready values."""
        with self._lock:
            counts = {f"{model}.{method}": n for (model, method), n in self.counts.items()}
            return {"counts": counts, "writes": [asdict(call) for call in self.writes]}
