"""A proxy before an ERP or the shop that loses, spoils, delays or holds back chosen calls."""

from __future__ import annotations

import contextlib
import http.client
import random
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

from agent_tests.lab.call_names import may_write, names_of

Fault = Literal["lose", "cut", "page", "slow", "refuse", "bad-gateway", "late", "wait"]
"""The first four let the call take effect: no answer, half of it, a web page with status 502, or
the answer after :attr:`Wire.patience`. The next two do not: the line is cut, or a web page.
``late`` keeps the call back until :meth:`Wire.release`; by then nobody waits for the answer.
``wait`` keeps it back, too, and then brings the answer."""

AFTER_EFFECT: tuple[Fault, ...] = ("lose", "cut", "page")
PAGE = b"<html><head><title>502 Bad Gateway</title></head><body>nginx</body></html>"
WRITING = "(whatever writes)"
"""In the place of a name: any request that may change something."""
_HOP = {"connection", "host", "content-length", "accept-encoding", "transfer-encoding"}


@dataclass(slots=True)
class Order:
    """A fault for a coming call named ``name`` (a pattern), after ``skip`` others of that name."""

    fault: Fault
    name: str
    skip: int = 0


@dataclass(slots=True)
class Storm:
    """Faults at random: ``share`` of all calls meet one of ``faults``."""

    dice: random.Random
    share: float
    faults: Sequence[Fault]


@dataclass(slots=True)
class Wire:
    """Passes calls on to ``target``; see :func:`agent_tests.lab.call_names.names_of`."""

    target: str
    patience: float = 0.0
    """Seconds after which a ``slow`` answer comes: longer than the client waits."""
    calls: Counter[str] = field(default_factory=Counter)
    writes: list[tuple[str, ...]] = field(default_factory=list)
    """Requests so far that may change something, as they came: the names of their calls."""
    spoiled: Counter[str] = field(default_factory=Counter)
    storm: Storm | None = None
    _orders: list[Order] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _gate: threading.Event = field(default_factory=threading.Event)
    _held: threading.Event = field(default_factory=threading.Event)
    _arrived: threading.Event = field(default_factory=threading.Event)
    _server: ThreadingHTTPServer | None = None

    def order(self, fault: Fault, name: str, *, skip: int = 0) -> None:
        """Order a fault for a coming call."""
        for event in (self._gate, self._held, self._arrived):
            event.clear()
        with self._lock:
            self._orders.append(Order(fault, name, skip))

    def calm(self) -> None:
        """Drop all faults that have not come yet, and the storm."""
        with self._lock:
            self._orders.clear()
            self.storm = None

    def wait_held(self, seconds: float) -> bool:
        """Wait until a ``late`` call is kept back."""
        return self._held.wait(seconds)

    def release(self, seconds: float) -> bool:
        """Let the call that was kept back arrive; wait until it has taken effect."""
        self._gate.set()
        return self._arrived.wait(seconds)

    def pending(self) -> set[str]:
        """Return the names of calls for which a fault is ordered that has not come."""
        with self._lock:
            return {order.name for order in self._orders}

    @property
    def writing(self) -> set[str]:
        """Names of the calls so far that may change something."""
        return {name for name in self.calls if may_write(name)}

    def forget(self) -> None:
        """Forget the calls so far."""
        with self._lock:
            self.calls.clear()
            self.writes.clear()

    @property
    def url(self) -> str:
        """The proxy's address."""
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def meet(self, names: Sequence[str]) -> Fault | None:
        """Count a call and return what it meets."""
        with self._lock:
            self.calls.update(names)
            if any(may_write(name) for name in names):
                self.writes.append(tuple(names))
            fault = self._ordered(names) or self._stormy()
            if fault is not None:
                self.spoiled.update(names)
            return fault

    def _ordered(self, names: Sequence[str]) -> Fault | None:
        for order in self._orders:
            met = _meets(order.name, names)
            if met > order.skip:
                self._orders.remove(order)
                return order.fault
            order.skip -= met
        return None

    def _stormy(self) -> Fault | None:
        storm = self.storm
        if storm is None or storm.dice.random() >= storm.share:
            return None
        return storm.dice.choice(storm.faults)

    def pass_on(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, list[tuple[str, str]], bytes]:
        """Make the call; return status, headers and body of the answer."""
        parts = urlsplit(self.target)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=300)
        with contextlib.closing(connection):
            sent = {k: v for k, v in headers.items() if k.lower() not in _HOP}
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in _HOP]
            return answer.status, kept, answer.read()

    def hold(self) -> None:
        """Keep a call back until it is let go."""
        self._held.set()
        self._gate.wait(300)

    def arrived(self) -> None:
        """Note that the call that was kept back has taken effect."""
        self._arrived.set()

    def __enter__(self) -> Self:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._gate.set()
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()


def _meets(wanted: str, names: Sequence[str]) -> int:
    if wanted == WRITING:
        return int(any(may_write(name) for name in names))
    return sum(fnmatchcase(name, wanted) for name in names)


def _handler(wire: Wire) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def do_PATCH(self) -> None:
            self._answer()

        def do_DELETE(self) -> None:
            self._answer()

        def _answer(self) -> None:
            self.close_connection = True
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = wire.meet(names_of(self.command, self.path, body))
            if fault == "refuse":
                return
            if fault == "bad-gateway":
                self._send(502, [("Content-Type", "text/html")], PAGE)
                return
            if fault in {"late", "wait"}:
                wire.hold()
            status, headers, answer = wire.pass_on(
                self.command, self.path, dict(self.headers.items()), body
            )
            if fault in {"late", "wait"}:
                wire.arrived()
            if fault in {"lose", "late"}:
                return
            if fault == "page":
                status, headers, answer = 502, [("Content-Type", "text/html")], PAGE
            if fault == "slow":
                threading.Event().wait(wire.patience)
            self._send(status, headers, answer, half=fault == "cut")

        def _send(
            self, status: int, headers: list[tuple[str, str]], body: bytes, *, half: bool = False
        ) -> None:
            with contextlib.suppress(OSError):
                self.send_response_only(status)
                for name, value in headers:
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if half else body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    return Handler
