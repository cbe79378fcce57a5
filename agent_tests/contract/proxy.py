"""An HTTP proxy in front of Odoo that loses or spoils the answer of a chosen call."""

from __future__ import annotations

import contextlib
import http.client
import re
import threading
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
        self._spoil: tuple[Spoil, bytes, int] | None = None
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
        pattern = (
            f"<string>{model or '[a-z_.]+'}</string></value>\\s*</param>\\s*<param>\\s*<value>"
        )
        self._spoil = (how, f"{pattern}<string>{method}</string>".encode(), skip)

    def _takes(self, body: bytes) -> Spoil | None:
        if self._spoil is None or not re.search(self._spoil[1], body):
            return None
        how, pattern, skip = self._spoil
        if skip:
            self._spoil = (how, pattern, skip - 1)
            return None
        self._spoil = None
        self.spoiled += 1
        return how

    def _pass_on(self, path: str, body: bytes) -> bytes:
        connection = http.client.HTTPConnection(*self._target, timeout=300)
        connection.request("POST", path, body, {"Content-Type": "text/xml"})
        answer = connection.getresponse().read()
        connection.close()
        return answer

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        proxy = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                how = proxy._takes(body)
                answer = proxy._pass_on(self.path, body)
                self.close_connection = True
                if how == "lose":
                    return
                status, kind = 200, "text/xml"
                if how == "page":
                    status, kind, answer = 502, "text/html", b"<html><h1>Bad Gateway</h1></html>"
                self.send_response(status)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(answer[: len(answer) // 2] if how == "cut" else answer)

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
