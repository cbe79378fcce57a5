"""The sandbox as an HTTP server on loopback."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

from agent.sandbox.running import Running

from .chaos import Call, Fault, Recorder
from .database import Clock, utc_now
from .faults import OdooFault, RetryLater, ServerError, coded
from .json2 import JSON, JSON_WIRE, NO_DATABASE, Json2, missing_page
from .rpc import VERSION_INFO, Service
from .seed import ACCOUNTS, Account
from .site import build_site
from .state import restore, save
from .wire import XML_WIRE, Wire, parse_call

PAGE_502 = (
    b"<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad "
    b"Gateway</h1></center>\r\n<hr><center>nginx/1.22.1</center>\r\n</body>\r\n</html>\r\n"
)
ADMIN = "/sandbox/"
HTML = "text/html;charset=utf-8"
PAGE = "text/html; charset=utf-8"


class OdooSandbox(Running):
    """A stand-in for an Odoo server: strict, in memory, over real HTTP.

    Args:
        version: "19" or "14".
        port: TCP port; 0 takes a free one.
        database: name of its only database.
        host: address to listen on.
        languages: codes installed besides ``en_US``.
        clock: tells the time in UTC, for dates of change.
        state: file to start from, if it is there, and to save to when the server stops.

    Raises:
        ValueError: an unknown version or language, or a state file of another version.
        OSError: the port is taken.

    Use it as a context manager or with ``start`` and ``stop``. ``users`` gives login, password and
    API key of the users there are: ``admin``, ``sales`` (may create products), ``nobody`` (may
    only read).
    """

    def __init__(
        self,
        version: str = "19",
        port: int = 0,
        *,
        database: str = "sandbox",
        host: str = "127.0.0.1",
        languages: Sequence[str] = (),
        clock: Clock = utc_now,
        state: Path | None = None,
    ) -> None:
        self.state = state
        self.version = version
        self.database = database
        self.recorder = Recorder()
        self.site = build_site(version, clock)
        self.service = Service(self.site, database)
        self.json2 = Json2(self.service)
        if state is not None and state.exists():
            restore(self.site, state)
        for code in languages:
            self.install_language(code)
        self._http = _Server((host, port), _Handler)
        self._http.sandbox = self

    @property
    def url(self) -> str:
        """Return the address to connect to."""
        host, port = self._http.server_address[:2]
        return f"http://{host!s}:{port}"

    @property
    def users(self) -> dict[str, Account]:
        """Return the users who can log in, by login."""
        return {account.login: account for account in ACCOUNTS}

    def save(self) -> None:
        """Save the database to the state file, if there is one."""
        if self.state is not None:
            with self.service.lock:
                save(self.site, self.state)

    def order(self, kind: str, **how: Any) -> None:
        """Order a fault for coming calls; see ``chaos.Fault``."""
        self.recorder.order(Fault(kind, **how))

    def install_language(self, code: str) -> None:
        """Install a language that the sandbox knows.

        Raises:
            ValueError: it does not know it.
        """
        languages = self.site.env()["res.lang"]
        for record, row in languages.table.rows.items():
            if row["code"] == code:
                languages.write_records([record], {"active": True})
                self.site.database.journal.clear()
                return
        raise ValueError(f"the sandbox has no language {code!r}")

    def execute(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method as the superuser, beside HTTP and its counts (for tests)."""
        return self.service.execute(1, model, method, list(args), dict(kwargs))


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 64
    sandbox: OdooSandbox

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet about clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    server_versions: ClassVar[dict[str, str]] = {
        "14": "Werkzeug/0.16.1 Python/3.9",
        "19": "Werkzeug/3.0.1 Python/3.11",
    }

    def do_GET(self) -> None:
        """Answer the version page."""
        sandbox = self.server.sandbox
        path = self.path.split("?")[0]
        if path in {"/web/version", "/json/version"} and sandbox.version != "14":
            info = VERSION_INFO[sandbox.version]
            plain = {"version_info": info["server_version_info"], "version": info["server_version"]}
            self._send(200, JSON, json.dumps(plain).encode())
        elif path == f"{ADMIN}calls":
            body = json.dumps(sandbox.recorder.report(), default=str).encode()
            self._send(200, "application/json", body)
        elif path.startswith("/xmlrpc/"):
            self._send(405, HTML, b"<!doctype html><title>405 Method Not Allowed</title>")
        else:
            self._send(404, HTML, b"<!doctype html><title>404 Not Found</title>")

    def do_POST(self) -> None:
        """Answer an XML-RPC call, or an order for the sandbox itself."""
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = self.path.split("?")[0].rstrip("/")
        if path.startswith(ADMIN):
            self._admin(path[len(ADMIN) :], body)
        elif path.startswith("/xmlrpc/2/"):
            self._rpc(path.rsplit("/", 1)[1], body)
        elif path.startswith("/json/2") and self.server.sandbox.version != "14":
            self._json2(path.split("/")[3:], body)
        else:
            self._send(404, HTML, b"<!doctype html><title>404 Not Found</title>")

    def _admin(self, what: str, body: bytes) -> None:
        recorder = self.server.sandbox.recorder
        try:
            if what == "faults":
                recorder.order(Fault(**json.loads(body)))
            elif what == "clear":
                recorder.clear()
            else:
                self._send(404, "application/json", b"{}")
                return
        except (TypeError, ValueError) as error:
            self._send(400, "application/json", json.dumps({"error": str(error)}).encode())
            return
        self._send(200, "application/json", b"{}")

    def _rpc(self, service: str, body: bytes) -> None:
        try:
            method, params = parse_call(body)
        except ValueError as error:
            text = ServerError(str(error), "xml.parsers.expat.ExpatError").text()
            self._reply(XML_WIRE, XML_WIRE.refusal(coded(1, text)))
            return
        sandbox = self.server.sandbox
        self._serve(
            XML_WIRE,
            _call(service, method, params),
            lambda: sandbox.service.call(service, method, params),
        )

    def _json2(self, path: list[str], body: bytes) -> None:
        sandbox = self.server.sandbox
        if self.headers.get("X-Odoo-Database", sandbox.database) != sandbox.database:
            self._send(404, PAGE, NO_DATABASE)
            return
        if body and self.headers.get_content_type() != "application/json":
            self._send(415, PAGE, b"<!doctype html><title>415 Unsupported Media Type</title>")
            return
        try:
            if len(path) != 2:
                raise missing_page("Did you mean POST /json/2/<model>/<method>?")
            uid = sandbox.json2.uid(self.headers.get("Authorization", ""))
            named = sandbox.json2.parse(body)
        except OdooFault as error:
            self._reply(JSON_WIRE, JSON_WIRE.refusal(error))
            return
        model, method = path
        self._serve(
            JSON_WIRE,
            Call(model, method, [], named, uid),
            lambda: sandbox.json2.call(uid, model, method, named),
        )

    def _serve(self, wire: Wire, call: Call, run: Callable[[], Any]) -> None:
        ordered = self.server.sandbox.recorder.arrive(call)
        if ordered is not None and self._before(ordered, wire):
            return
        try:
            status, reply = wire.answer(run())
        except OdooFault as error:
            status, reply = wire.refusal(error)
        if ordered is not None and ordered.kind == "lost-reply":
            self._hang_up()
            return
        half = ordered is not None and ordered.kind == "cut"
        self._send(status, wire.kind, reply, half=half)

    def _before(self, ordered: Fault, wire: Wire) -> bool:
        match ordered.kind:
            case "slow":
                time.sleep(ordered.seconds)
                return False
            case "html-502":
                self._send(502, "text/html", PAGE_502)
            case "refuse":
                self._hang_up()
            case "serialize":
                self._reply(wire, wire.refusal(RetryLater()))
            case "raced-load":
                self._reply(wire, wire.answer(ordered.answer()))
            case "fault":
                self._reply(wire, wire.refusal(coded(ordered.code, ordered.text)))
            case _:
                return False
        return True

    def _reply(self, wire: Wire, made: tuple[int, bytes]) -> None:
        self._send(made[0], wire.kind, made[1])

    def _send(self, status: int, kind: str, body: bytes, *, half: bool = False) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        if self.server.sandbox.version != "14":
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)
        self.close_connection = True

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def version_string(self) -> str:
        """Name the server as Odoo does."""
        return self.server_versions[self.server.sandbox.version]

    @property
    def protocol_version(self) -> str:  # type: ignore[override]
        """Answer as HTTP/1.0 for Odoo 14, else HTTP/1.1; both close the connection."""
        return "HTTP/1.0" if self.server.sandbox.version == "14" else "HTTP/1.1"

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Keep quiet; the calls are counted."""


def _call(service: str, method: str, params: tuple[Any, ...]) -> Call:
    if service != "object" or len(params) < 5:
        return Call(service, method, (), {}, 0)
    uid, model, name = params[1], str(params[3]), str(params[4])
    args = params[5] if len(params) > 5 else []
    kwargs = params[6] if len(params) > 6 and isinstance(params[6], dict) else {}
    return Call(model, name, args, kwargs, uid if isinstance(uid, int) else 0)


def run(
    port: int = 8069,
    version: str = "19",
    host: str = "127.0.0.1",
    *,
    database: str = "sandbox",
    languages: Sequence[str] = (),
    state: Path | None = None,
) -> None:
    """Serve until interrupted (``erp-bridge sandbox odoo``)."""
    sandbox = OdooSandbox(
        version, port, database=database, host=host, languages=languages, state=state
    )
    sandbox.serve_forever()
