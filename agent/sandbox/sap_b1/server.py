"""The stand-in as a server of HTTP or HTTPS on loopback."""

from __future__ import annotations

import socket
import ssl
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from agent.sandbox.running import Running

from .books import LOGIC, SERVICES, seed
from .company import Company
from .options import Options
from .state import restore, save
from .web.chaos import Fault, Recorder
from .web.control import ROOT, control
from .web.front import Front, Reply
from .web.messages import PAGE, Response
from .web.service import Service
from .web.sessions import Nodes, Sessions

COMPANY = "SBODEMO"
LONGEST_LINE = 8190
"""Bytes of a request's first line, as the web server in front of the service has it."""
TOO_LONG = b"<html><head><title>414 Request-URI Too Long</title></head><body></body></html>"
USERS = "_Users"


class SapB1Sandbox(Running):
    """A stand-in for the Service Layer of SAP Business One: strict, in memory, over real HTTP.

    Args:
        company: name of its only company database.
        options: what company and server are like; they may be changed while it runs.
        port: TCP port; 0 takes a free one.
        host: address to listen on.
        tls: certificate and key (PEM files) to speak HTTPS with.
        now: tells the server's local time, aware.
        state: file to start from, if it is there, and to save to when the server stops.
        fill: whether the company is filled with what a set-up company has.

    Raises:
        ValueError: a state file of another company or format.
        OSError: the port is taken, or certificate or key cannot be read.

    Use it as a context manager or with ``start`` and ``stop``. ``users`` gives the passwords of
    those who can log in; ``company`` the data, to be touched within its ``transaction`` only.
    """

    _http: _Server

    def __init__(
        self,
        company: str = COMPANY,
        options: Options | None = None,
        *,
        port: int = 0,
        host: str = "127.0.0.1",
        tls: tuple[Path, Path] | None = None,
        now: Callable[[], datetime] | None = None,
        state: Path | None = None,
        fill: bool = True,
    ) -> None:
        self.options = options or Options()
        self.company = Company(company, self.options, now=now)
        self.state = state
        self.recorder = Recorder()
        if state is not None and state.exists():
            restore(self.company, state)
        elif fill:
            with self.company.transaction():
                seed(self.company)
        self.sessions = Sessions(lambda: self.options.session_seconds)
        self.nodes = Nodes(lambda: self.options.nodes)
        service = Service(self.company, LOGIC, SERVICES)
        self.front = Front(self.company, service, self.sessions, self.nodes, self.recorder)
        self._http = _Server((host, port), _Handler, tls)
        self._http.front = self.front

    @property
    def url(self) -> str:
        """Return the address to connect to, without ``/b1s``."""
        return self._http.base

    @property
    def users(self) -> dict[str, str]:
        """Return the passwords of the users who can log in, by name."""
        return {str(n): row["Password"] for n, row in self.company.table(USERS).rows.items()}

    def save(self) -> None:
        """Save the company to the state file, if there is one."""
        if self.state is not None:
            save(self.company, self.state)

    def order(self, kind: str, **how: Any) -> None:
        """Order a fault for coming calls; see :class:`Fault`."""
        self.recorder.order(Fault(kind, **how))

    def _close(self) -> None:
        self._http.server_close()
        self._http.hang_up()
        self.save()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    front: Front

    def __init__(
        self,
        address: tuple[str, int],
        handler: type[BaseHTTPRequestHandler],
        tls: tuple[Path, Path] | None,
    ) -> None:
        self._context: ssl.SSLContext | None = None
        if tls is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(*tls)
        self._open: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__(address, handler)

    @property
    def base(self) -> str:
        """Return scheme, host and port."""
        host, port = self.server_address[:2]
        return f"{'https' if self._context else 'http'}://{host!s}:{port}"

    def get_request(self) -> tuple[socket.socket, Any]:
        """Accept a connection; the handshake of TLS is left to the thread that serves it."""
        connection, address = super().get_request()
        if self._context is not None:
            connection = self._context.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        with self._guard:
            self._open.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        """Close a connection."""
        with self._guard:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close the connections that clients keep open."""
        with self._guard:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that hang up, and about nothing else."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        front = self.server.front
        if len(self.requestline) > LONGEST_LINE:
            self._send(Reply(Response(414, TOO_LONG, [("Content-Type", PAGE)])))
            return
        path = self.path.partition("?")[0]
        if path.startswith(ROOT):
            self._send(Reply(control(front, self.command, path.removeprefix(ROOT), body)))
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._send(front.answer(self.command, self.path, headers, body, self.server.base))

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = do_MERGE = _any  # noqa: N815

    def _send(self, reply: Reply) -> None:
        response = reply.response
        if response is None or (reply.half and not response.body):
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = response.body
        self.send_response(response.status)
        for name, value in response.headers:
            self.send_header(name, value)
        if response.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if reply.half else body)
        self.wfile.flush()
        if reply.half:
            self.close_connection = True

    def version_string(self) -> str:
        """Name the server as the load balancer does."""
        return "Apache"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet; the calls are counted."""
