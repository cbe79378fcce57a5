"""An HTTP proxy in front of Odoo that loses or spoils the answer of a chosen call."""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Literal, Self
from urllib.parse import urlsplit

Spoil = Literal["lose", "cut", "page"]


class FaultyProxy:
    """Passes calls on; ``spoil("lose", "load")`` spoils the answer of the next such call.

    The call always reaches Odoo and takes effect: ``lose`` hangs up without an answer, ``cut``
    sends half of it, ``page`` sends a web page with status 502.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._spoil: tuple[Spoil, tuple[bytes, bytes], int] | None = None
        self.spoiled = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        """The proxy's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def spoil(self, how: Spoil, method: str, *, model: str = "", skip: int = 0) -> None:
        """Spoil the answer of a coming call of an ORM method, after ``skip`` others of it."""
        name = model or "[a-z_.]+"
        xmlrpc = f"<string>{name}</string></value>\\s*</param>\\s*<param>\\s*<value>"
        xmlrpc += f"<string>{method}</string>"
        self._spoil = (how, (xmlrpc.encode(), f"/json/2/{name}/{method}$".encode()), skip)

    def _takes(self, path: str, body: bytes) -> Spoil | None:
        if self._spoil is None:
            return None
        how, (in_body, in_path), skip = self._spoil
        if not (re.search(in_body, body) or re.search(in_path, path.encode())):
            return None
        if skip:
            self._spoil = (how, (in_body, in_path), skip - 1)
            return None
        self._spoil = None
        self.spoiled += 1
        return how

    def _pass_on(
        self, verb: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(*self._target, timeout=300)
        kept = ("content-type", "authorization", "x-odoo-database", "accept")
        passed = {name: value for name, value in headers.items() if name.lower() in kept}
        connection.request(verb, path, body, passed)
        answer = connection.getresponse()
        status, kind, content = answer.status, answer.getheader("Content-Type", ""), answer.read()
        connection.close()
        return status, kind, content

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(*proxy._pass_on("GET", self.path, None, self.headers))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                how = proxy._takes(self.path, body)
                status, kind, answer = proxy._pass_on("POST", self.path, body, self.headers)
                if how == "lose":
                    self.close_connection = True
                    return
                if how == "page":
                    status, kind, answer = 502, "text/html", b"<html><h1>Bad Gateway</h1></html>"
                self._answer(status, kind, answer, half=how == "cut")

            def _answer(self, status: int, kind: str, body: bytes, *, half: bool = False) -> None:
                self.close_connection = True
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body[: len(body) // 2] if half else body)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                """Keep quiet."""

        return Handler

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
