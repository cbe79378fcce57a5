"""Sessions, and the nodes behind the load balancer."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

from agent.sandbox.sap_b1.company import Refusal

from .messages import dead_session


@dataclass(slots=True)
class Session:
    """A login that lasts until it is idle for too long."""

    id: str
    user: str
    node: int
    used: float


@dataclass(slots=True)
class Sessions:
    """Who is logged in. ``clock`` gives seconds that never go back."""

    idle_seconds: Callable[[], float]
    clock: Callable[[], float] = time.monotonic
    open: dict[str, Session] = field(default_factory=dict)
    _logging_in: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def log_in(self, user: str, node: int, seconds: float) -> Session:
        """Open a session; it takes ``seconds``, and without any no other login is in its way.

        Raises:
            Refusal: another login is under way (299).
        """
        with self._lock:
            alone = not self._logging_in or not seconds
            self._logging_in += 1
        try:
            if not alone:
                raise Refusal(299, "SAML Login Failed", 500)
            if seconds:
                time.sleep(seconds)
        finally:
            with self._lock:
                self._logging_in -= 1
        session = Session(str(uuid.uuid4()), user, node, self.clock())
        with self._lock:
            self.open[session.id] = session
        return session

    def use(self, number: str) -> Session:
        """Return a session and let it live on.

        Raises:
            Refusal: there is none, or it was idle for too long.
        """
        with self._lock:
            now = self.clock()
            session = self.open.get(number)
            if session is not None and now - session.used > self.idle_seconds():
                del self.open[number]
                session = None
            if session is None:
                raise dead_session()
            session.used = now
            return session

    def end(self, number: str | None = None) -> None:
        """End a session, or all of them."""
        with self._lock:
            if number is None:
                self.open.clear()
            else:
                self.open.pop(number, None)


@dataclass(slots=True)
class Nodes:
    """The processes that answer in turns; ``broken`` ones fail every request for data."""

    count: Callable[[], int]
    broken: set[int] = field(default_factory=set)
    _turn: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def route(self, cookie: str) -> int:
        """Return the node that a ``ROUTEID`` sticks to, else the next one."""
        name = cookie.removeprefix(".node")
        if cookie != name and name.isdigit() and 1 <= int(name) <= self.count():
            return int(name)
        with self._lock:
            self._turn = self._turn % self.count() + 1
            return self._turn
