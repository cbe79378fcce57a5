"""What OpenCart and the extension do to the shop's database: orders placed, history lines added.

The endpoint is as strict as the extension's: signatures, nonces, the form of a call, and each event
once. See ``history`` in ``docs/developer/contracts.md``.
"""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from agent.sandbox.mariadb import MariaDb
from agent.security import PairingKey, SignatureRefused, sign_response, verify_request
from agent.security.signing import NONCE

PREFIX = "oc_"
_EVENT = re.compile(r"[A-Za-z0-9._:/-]{1,64}")
_FIELDS = {"event": str, "order_id": int, "status_id": int, "comment": str, "notify": bool}
_TABLES = (
    (
        "CREATE TABLE IF NOT EXISTS oc_erp_outbox (outbox_id BIGINT AUTO_INCREMENT PRIMARY KEY,"
        " kind VARCHAR(24) NOT NULL, record_id INT NOT NULL, action VARCHAR(16) NOT NULL,"
        " store_id INT NOT NULL DEFAULT 0, date_added DATETIME NOT NULL) ENGINE=InnoDB"
    ),
    (
        "CREATE TABLE IF NOT EXISTS oc_erp_history (event VARCHAR(64) PRIMARY KEY,"
        " order_id INT NOT NULL, status_id INT NOT NULL, order_history_id INT NULL,"
        " newest_before INT NOT NULL, date_added DATETIME NOT NULL, KEY (order_id)) ENGINE=InnoDB"
    ),
)


@dataclass(slots=True)
class Database:
    """The shop's database, seen past the agent."""

    server: MariaDb
    name: str

    def run(self, sql: str, *values: Any) -> int:
        """Run a statement; return the id it gave, if any."""
        with self._cursor() as cursor:
            cursor.execute(sql, values)
            return int(cursor.lastrowid or 0)

    def rows(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self._cursor() as cursor:
            cursor.execute(sql, values)
            return list(cursor.fetchall())

    @contextlib.contextmanager
    def _cursor(self) -> Iterator[Any]:
        with (
            contextlib.closing(self.server.connect(self.name)) as connection,
            connection.cursor() as cursor,
        ):
            yield cursor


@dataclass(slots=True)
class StoreFront:
    """Shoppers and clerks. Orders of the sample shop are kept back and placed one by one."""

    database: Database
    waiting: list[int] = field(default_factory=list)

    def close_up(self) -> None:
        """Make the extension's tables, and take back all orders that the sample shop has."""
        for table in _TABLES:
            self.database.run(table)
        whole = "order_status_id > 0 AND order_id <> 17 AND total > 0"  # 17: a deleted product
        rows = self.database.rows(f"SELECT order_id FROM oc_order WHERE {whole} ORDER BY order_id")
        self.waiting = [row[0] for row in rows]
        self.database.run("UPDATE oc_order SET order_status_id = 0")
        self.database.run("DELETE FROM oc_order_history")

    def add_status(self, number: int, name: str) -> None:
        """Add an order status."""
        sql = "INSERT INTO oc_order_status (order_status_id, language_id, name) VALUES (%s, %s, %s)"
        for (language,) in self.database.rows("SELECT language_id FROM oc_language"):
            self.database.run(sql, number, language, name)

    def place(self, status: str, *, hint: bool = True) -> str:
        """Let a guest who was never here check out; return the order's number."""
        number = self.waiting.pop(0)
        self.database.run(
            "UPDATE oc_order SET customer_id = 0, email = %s, lastname = %s, date_added = NOW()"
            " WHERE order_id = %s",
            f"guest{number}@example.org",
            f"Guest {number}",
            number,
        )
        self.set_status(str(number), status, hint=hint)
        return str(number)

    def set_status(self, order: str, status: str, *, hint: bool = True) -> None:
        """Set an order's status as OpenCart does, with the extension's hint unless it is lost."""
        self.add_line(int(order), int(status), "", notify=False)
        if hint:
            self.database.run(
                "INSERT INTO oc_erp_outbox (kind, record_id, action, store_id, date_added)"
                " VALUES ('order', %s, 'status', 0, UTC_TIMESTAMP())",
                int(order),
            )

    def add_line(self, order: int, status: int, comment: str, *, notify: bool) -> int:
        """Add a history line; return its id."""
        self.database.run(
            "UPDATE oc_order SET order_status_id = %s, date_modified = NOW() WHERE order_id = %s",
            status,
            order,
        )
        return self.database.run(
            "INSERT INTO oc_order_history (order_id, order_status_id, notify, comment, date_added)"
            " VALUES (%s, %s, %s, %s, NOW())",
            order,
            status,
            int(notify),
            comment,
        )


class _Nonces:
    def __init__(self) -> None:
        self._seen: set[tuple[str, str]] = set()

    def use(self, key_id: str, nonce: str) -> bool:
        fresh = (key_id, nonce) not in self._seen
        self._seen.add((key_id, nonce))
        return fresh


class _Refusal(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.status, self.code = status, code


class Endpoint:
    """The shop's API for the agent: ``history`` and ``ping``."""

    def __init__(self, front: StoreFront, keys: list[PairingKey], now: Callable[[], float]) -> None:
        self.front = front
        self.keys = keys
        self.now = now
        self.refused = 0
        self._nonces = _Nonces()
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """The shop's address."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def answer(
        self, method: str, target: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers and body for a call."""
        with self._lock:
            try:
                key = verify_request(
                    self.keys,
                    headers,
                    method=method,
                    target=target,
                    body=body,
                    now=self.now(),
                    nonces=self._nonces,
                )
            except SignatureRefused:
                self.refused += 1
                return 401, {}, b""
            try:
                status, plain = 200, self._call(target, body)
            except _Refusal as error:
                status = error.status
                plain = {
                    "error": {"code": error.code, "cause": error.code, "fix": "", "retry": False}
                }
        content = json.dumps(plain).encode()
        signed = sign_response(key, status, headers[NONCE], content, now=self.now())
        return status, signed | {"Content-Type": "application/json"}, content

    def _call(self, target: str, body: bytes) -> dict[str, Any]:
        query = parse_qs(urlsplit(target).query)
        if query.get("route") != ["extension/erp_bridge/api"]:
            raise _Refusal(404, "shop.no_call")
        if query.get("call") == ["ping"]:
            return {"version": "1"}
        if query.get("call") != ["history"]:
            raise _Refusal(404, "shop.no_call")
        asked = json.loads(body)
        if set(asked) != set(_FIELDS) or any(type(asked[k]) is not t for k, t in _FIELDS.items()):
            raise _Refusal(422, "shop.request_wrong")
        if not _EVENT.fullmatch(asked["event"]):
            raise _Refusal(422, "shop.request_wrong")
        return self._history(asked)

    def _history(self, asked: dict[str, Any]) -> dict[str, Any]:
        database, order = self.front.database, asked["order_id"]
        seen = database.rows(
            "SELECT order_id, order_history_id FROM oc_erp_history WHERE event = %s", asked["event"]
        )
        if seen and seen[0][0] != order:
            raise _Refusal(409, "shop.event_used")
        if seen:
            return {"order_history_id": seen[0][1], "repeated": True}
        rows = database.rows("SELECT order_status_id FROM oc_order WHERE order_id = %s", order)
        if not rows or not rows[0][0]:
            raise _Refusal(404, "shop.order_missing")
        status = asked["status_id"] or rows[0][0]
        if not database.rows("SELECT 1 FROM oc_order_status WHERE order_status_id = %s", status):
            raise _Refusal(422, "shop.status_unknown")
        line = self.front.add_line(order, status, asked["comment"], notify=asked["notify"])
        database.run(
            "INSERT INTO oc_erp_history VALUES (%s, %s, %s, %s, 0, UTC_TIMESTAMP())",
            asked["event"],
            order,
            status,
            line,
        )
        return {"order_history_id": line, "repeated": False}

    def start(self) -> Self:
        """Serve in a thread."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()


def _handler(endpoint: Endpoint) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            status, headers, content = endpoint.answer(
                self.command, self.path, dict(self.headers.items()), body
            )
            self.send_response_only(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Keep quiet."""

    return Handler
