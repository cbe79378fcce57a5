"""A stand-in for the agent's HTTP API, for tests of the extension's screens and failure words.

It keeps its data in memory and signs as ``docs/developer/contracts.md`` says, written apart from
the agent. A job advances by a step with every look at it, so tests need no clock. What is to go
wrong is chosen by the first part of the path, e.g. ``http://127.0.0.1:8765/as/html``; see
``MISBEHAVIOURS``.

    python3 agent_tests/php/fake_agent.py --port 8765 [--database D --prefix oc_] [--empty]

prints the pairing key and serves until it is interrupted.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import hmac
import json
import re
import ssl
import sys
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))
from fake_agent_data import Data, Refusal

KEY_ID = "a1b2c3d4"
SECRET = bytes(range(32))
TOKEN = f"erpb1.{KEY_ID}.{base64.urlsafe_b64encode(SECRET).rstrip(b'=').decode()}"
UNKNOWN_TOKEN = f"erpb1.zzzzzzzz.{base64.urlsafe_b64encode(SECRET).rstrip(b'=').decode()}"

MISBEHAVIOURS = (
    "html",  # a web page
    "text",  # neither JSON nor HTML
    "redirect",  # sends elsewhere
    "gateway",  # a proxy whose agent is down
    "unsigned",  # JSON that nobody signed
    "forged",  # signed with another key
    "not-ready",  # the agent's tables are missing
    "clock",  # refuses the time
    "old",  # answers with a time long ago
    "replay",  # says it had the call before
    "version",  # of another major version
    "database",  # reads another database
    "slow",  # answers after --slow seconds
    "broken",  # 500 without a reason
)


def _sign(secret: bytes, *parts: object) -> str:
    text = "\n".join(str(p) for p in parts).encode("latin-1")
    return "v1=" + hmac.new(secret, text, hashlib.sha256).hexdigest()


def _hash(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


class Handler(BaseHTTPRequestHandler):
    """Checks the signature, finds the call, signs the answer."""

    server: FakeAgent
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: object) -> None:
        """Stay quiet: the tests read this program's output."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = re.match(r"/as/([a-z-]+)(/.*)", self.path)
        mode, path = (found[1], found[2]) if found else ("", self.path)
        if self._misbehave(mode):
            return
        refusal = self._refusal(body)
        if refusal:
            self._send(401, {"error": _error(refusal, "The call is refused")}, signed=False)
            return
        split = urlsplit(path)
        query = {k: v[-1] for k, v in parse_qs(split.query, keep_blank_values=True).items()}
        try:
            status, answer = self.server.data.call(
                self.command, unquote(split.path), query, json.loads(body or b"{}")
            )
        except Refusal as refused:
            status, answer = refused.status, {"error": refused.error}
        if mode == "version" and split.path == "/v1/ping":
            answer["version"] = "2.0.0"
        if mode == "database" and split.path == "/v1/ping":
            answer["shop"]["database"] = "another"
        self._send(
            status,
            answer,
            secret=bytes(32) if mode == "forged" else SECRET,
            shift=-3600 if mode == "old" else 0,
        )

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815

    def _misbehave(self, mode: str) -> bool:
        """Answer wrongly where the mode says so; tell whether it was done."""
        plain: dict[str, Callable[[], None]] = {
            "html": lambda: self._raw(200, "text/html", b"<!DOCTYPE html><html>Welcome</html>"),
            "text": lambda: self._raw(200, "text/plain", b"pong"),
            "redirect": lambda: self._raw(302, "text/html", b"", Location="https://example.com/"),
            "gateway": lambda: self._raw(502, "text/html", b"<html>502 Bad Gateway</html>"),
            "unsigned": lambda: self._send(200, {"version": "1.0.0"}, signed=False),
            "not-ready": lambda: self._send(
                503, {"error": _error("database.migrate", "Tables are missing")}, signed=False
            ),
            "clock": lambda: self._send(
                401, {"error": _error("signature.clock", "The clocks differ")}, signed=False
            ),
            "replay": lambda: self._send(
                401, {"error": _error("signature.replay", "Received before")}, signed=False
            ),
            "broken": lambda: self._send(500, {}),
        }
        if mode == "slow":
            time.sleep(self.server.slow)
        if mode in plain:
            plain[mode]()
        return mode in plain

    def _refusal(self, body: bytes) -> str:
        """Return the code of what is wrong with the signature, empty when it is right."""
        key, stamp, nonce, given = (
            self.headers.get(f"Erp-{n}", "") for n in ("Key-Id", "Timestamp", "Nonce", "Signature")
        )
        if not (stamp.isdigit() and re.fullmatch(r"[A-Za-z0-9_-]{16,64}", nonce) and given):
            return "signature.missing"
        if key != KEY_ID:
            return "signature.key_unknown"
        expected = _sign(SECRET, "v1", self.command, self.path, stamp, nonce, _hash(body))
        if not hmac.compare_digest(expected, given):
            return "signature.wrong"
        if abs(int(stamp) - time.time()) > 300:
            return "signature.clock"
        if nonce in self.server.nonces:
            return "signature.replay"
        self.server.nonces.add(nonce)
        return ""

    def _send(
        self,
        status: int,
        answer: Any,
        *,
        signed: bool = True,
        secret: bytes = SECRET,
        shift: int = 0,
    ) -> None:
        body = b"" if status == 204 else json.dumps(answer).encode()
        headers = {}
        if signed:
            stamp = int(time.time()) + shift
            nonce = self.headers.get("Erp-Nonce", "")
            headers["Erp-Timestamp"] = str(stamp)
            headers["Erp-Signature"] = _sign(
                secret, "v1-response", status, nonce, stamp, _hash(body)
            )
        self._raw(status, "application/json", body, **headers)

    def _raw(self, status: int, kind: str, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _error(code: str, cause: str) -> dict[str, Any]:
    return {"code": code, "record": "", "cause": cause, "fix": "Mend it.", "retry": False}


class FakeAgent(ThreadingHTTPServer):
    """The server with its data; ``url`` is where it answers."""

    daemon_threads = True

    def __init__(self, port: int, data: Data, slow: float = 3600.0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.data = data
        self.slow = slow
        self.nonces: set[str] = set()
        self.scheme = "http"

    def use_tls(self, certificate: str, key: str) -> None:
        """Speak https with this certificate from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)
        self.scheme = "https"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing about callers that hang up, as those do that refuse the certificate."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    @property
    def url(self) -> str:
        """Return the base address."""
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"


def main() -> int:
    """Serve until interrupted."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--database", default="opencart")
    parser.add_argument("--prefix", default="oc_")
    parser.add_argument("--shop-url", default="")
    parser.add_argument("--empty", action="store_true", help="begin without a connection")
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"), help="speak https")
    parser.add_argument("--slow", type=float, default=3600.0, metavar="SECONDS")
    options = parser.parse_args()
    data = Data(options.database, options.prefix, options.shop_url, empty=options.empty)
    server = FakeAgent(options.port, data, options.slow)
    if options.tls:
        server.use_tls(*options.tls)
    print(json.dumps({"url": server.url, "token": TOKEN}), flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
