"""The shop's door of the demo: what the extension answers the agent, without a web server and PHP.

It stands for ``index.php?route=extension/erp_bridge/api`` of a shop with the extension installed
and knows the two calls that orders need: ``ping`` and ``history``. A history line is written as
OpenCart writes it, but nobody is mailed.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from agent import __version__
from agent.sandbox.mariadb import MariaDb
from agent.security.pairing import PairingKey
from agent.security.signing import NONCE, SignatureRefused, sign_response, verify_request

_TABLE = """
    CREATE TABLE IF NOT EXISTS `{prefix}erp_history` (
        `event` VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
        `order_id` INT NOT NULL, `status_id` INT NOT NULL, `order_history_id` INT NULL,
        `newest_before` INT NOT NULL, `date_added` DATETIME NOT NULL, KEY `order_id` (`order_id`)
    ) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
"""


class ShopDoor:
    """Answers the agent's signed calls for one shop until :meth:`stop`."""

    def __init__(self, database: MariaDb, name: str, prefix: str) -> None:
        self._database = database
        self._name = name
        self._prefix = prefix
        self._seen: set[tuple[str, str]] = set()
        self._lock = threading.Lock()
        self.key: PairingKey | None = None
        """Set once the agent has made it; before, every call is refused."""
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """Address of the shop."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def open(self, key: PairingKey) -> None:
        """Let calls in that are signed with ``key``; the shop's tables have to be there."""
        self._database.execute(_TABLE.format(prefix=self._prefix), self._name)
        self.key = key

    def use(self, key_id: str, nonce: str) -> bool:
        """Remember a nonce; False when it was used before."""
        with self._lock:
            fresh = (key_id, nonce) not in self._seen
            self._seen.add((key_id, nonce))
        return fresh

    def answer(self, call: str, body: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and body of the answer to a call."""
        if call == "ping":
            return 200, {"version": __version__}
        if call == "history":
            return 200, self._add(body)
        return 404, {"error": {"code": "shop.request_wrong", "cause": "No such call", "fix": ""}}

    def stop(self) -> None:
        """Close the door."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _add(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """Add a history line, once per event."""
        event, order, status = line["event"], line["order_id"], line["status_id"]
        with self._lock, closing(self._database.connect(self._name)) as connection:
            cursor = connection.cursor()
            cursor.execute(
                f"SELECT order_history_id FROM {self._prefix}erp_history WHERE event = %s",  # noqa: S608
                (event,),
            )
            known = cursor.fetchone()
            if known is not None:
                return {"order_history_id": known[0], "repeated": True}
            cursor.execute(
                f"UPDATE {self._prefix}order SET order_status_id = %s"  # noqa: S608
                " WHERE order_id = %s AND %s > 0",
                (status, order, status),
            )
            cursor.execute(
                f"INSERT INTO {self._prefix}order_history"  # noqa: S608
                " (order_id, order_status_id, notify, comment, date_added)"
                f" SELECT order_id, order_status_id, %s, %s, NOW() FROM {self._prefix}order"
                " WHERE order_id = %s",
                (int(line["notify"]), line["comment"], order),
            )
            number = cursor.lastrowid
            cursor.execute(
                f"INSERT INTO {self._prefix}erp_history"  # noqa: S608
                " VALUES (%s, %s, %s, %s, 0, UTC_TIMESTAMP())",
                (event, order, status, number),
            )
        return {"order_history_id": number, "repeated": False}


def _handler(door: ShopDoor) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            """Stay quiet."""

        def do_GET(self) -> None:
            """Answer a call without a body."""
            self._answer(b"")

        def do_POST(self) -> None:
            """Answer a call with a body."""
            self._answer(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        def _answer(self, body: bytes) -> None:
            now = time.time()
            try:
                key = verify_request(
                    [door.key] if door.key else [],
                    dict(self.headers.items()),
                    method=self.command,
                    target=self.path,
                    body=body,
                    now=now,
                    nonces=door,
                )
            except SignatureRefused:
                self._send(401, b"", {})
                return
            call = parse_qs(urlsplit(self.path).query).get("call", [""])[0]
            status, said = door.answer(call, json.loads(body) if body else {})
            text = json.dumps(said).encode()
            self._send(status, text, sign_response(key, status, self.headers[NONCE], text, now=now))

        def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
