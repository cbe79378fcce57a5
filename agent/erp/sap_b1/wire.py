"""Calls of the Service Layer over the shared session: what is tried again, and what never is.

Reads are tried again a few times. A write is sent once: where no answer comes, what it did is
unknown, and the caller looks. It is sent again only after an answer that says it was not even
looked at: a session that has ended (301), a login that is busy (299, 305), a node that does not
know a table (407).
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import requests

from agent.erp.http_session import HttpSession
from agent.erp.json_text import to_json
from agent.erp.network import cut_answer
from agent.erp.sap_b1.clock import ServerClock
from agent.erp.sap_b1.faults import (
    OWN,
    PRODUCT,
    B1Busy,
    Fault,
    NodeTrouble,
    SessionEnded,
    fault_error,
    parse_fault,
)
from agent.erp.sap_b1.session import Session, Sessions
from agent.erp.sap_b1.settings import SapB1Settings
from agent.errors import BridgeError, Busy, TimedOut, Unreachable

READ_TRIES = 3
WAITS = (0.5, 2.0, 5.0)
"""Seconds between tries."""
MOST_MOVES = 3
"""Logins for one call in search of a node that knows what is asked."""
STUCK_SECONDS = 600.0
"""How long no other node is looked for after all were tried for the same thing."""

Judge = Callable[[requests.Response], Fault | None]


@dataclass(frozen=True, slots=True)
class Request:
    """One call: ``path`` is below the service's root, percent-encoded.

    ``reads``: it changes nothing, so that it may be sent again. ``patience`` multiplies the
    connection's longest wait.
    """

    verb: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    reads: bool = False
    patience: float = 1.0

    @property
    def own(self) -> bool:
        """Whether it is about one of the bridge's own tables."""
        return self.path.startswith(OWN) or f"/{OWN}".encode() in (self.body or b"")

    def __str__(self) -> str:
        return f"{self.verb} {re.split(r'[?(]', self.path, maxsplit=1)[0]}"


class Wire:
    """The way to one Service Layer. Serves one thread at a time; the session is shared.

    Args:
        settings: the connection's.
        secret: the user's password.
        folder: where the machine's shared sessions are kept.
        search_nodes: whether another node is tried where one does not know a table or field.
        pause: waits some seconds; tests play the time.
    """

    def __init__(
        self,
        settings: SapB1Settings,
        secret: str,
        folder: Path,
        *,
        search_nodes: bool = True,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.clock = ServerClock(settings.time_zone)
        self.calls = 0
        """Requests sent so far, logins included."""
        self._settings = settings
        self._secret = secret
        self._pause = pause
        self._most_moves = MOST_MOVES if search_nodes else 0
        self._stuck: dict[str, float] = {}
        self.http = HttpSession(
            settings.url,
            secret,
            product=PRODUCT,
            ca_file=settings.ca_file,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.timeout,
        )
        self.sessions = Sessions(
            folder,
            (settings.url, settings.database, settings.user, settings.language, settings.version),
            secret,
            log_in=self._log_in,
            log_out=self._log_out,
        )

    @property
    def session(self) -> Session:
        """The session in use; logs in where there is none."""
        return self.sessions.current()

    @property
    def root(self) -> str:
        """Path of the service, ``/b1s/v2``."""
        return f"/b1s/{self.session.api}"

    @property
    def v1(self) -> bool:
        """Whether the server is spoken to in v1."""
        return self.session.api == "v1"

    def call(self, request: Request, judge: Judge | None = None) -> requests.Response:
        """Send a request and return the answer, which is good.

        Args:
            request: what to send.
            judge: finds what went wrong in an answer; by default what an error answer says.

        Raises:
            B1Error: B1's own no, of the kind of :func:`fault_error`.
            TimedOut: no answer came; a write may have been done.
            Unreachable, Busy: the server cannot be reached; nothing was done.
            AuthError, ConfigError: the login or the set-up is wrong.
        """
        tries = _Tries(time.monotonic(), self._settings.timeout * request.patience)
        session = self.session
        while True:
            try:
                response = self._send(request, session)
                fault = (judge or _fault)(response)
                if fault is None and response.status_code >= 300:
                    raise self._wrong(response, request)
            except (TimedOut, Unreachable, Busy) as error:
                if not request.reads or not tries.again():
                    raise
                self._pause(_wait(error, tries.reads))
                continue
            self.sessions.used()
            if fault is None:
                return response
            session = self._after(request, fault, session, tries)

    def learn(self, row: Mapping[str, Any], response: requests.Response) -> None:
        """Learn the server's zone from what was made just now, for all clients."""
        if (
            self.clock.learn(row, response.headers.get("Date", ""))
            and self.clock.offset is not None
        ):
            self.sessions.offset = self.clock.offset.total_seconds()

    def json(self, response: requests.Response) -> Any:
        """Return the JSON of a good answer, None where it is empty; decimals keep their digits.

        Raises:
            TimedOut: it is cut off.
            Unreachable: it is no JSON.
        """
        if not response.content.strip():
            return None
        try:
            return json.loads(response.content, parse_float=Decimal)
        except ValueError:
            if b"<html" in response.content[:500].lower():
                raise self.http.wrong(response) from None
            raise self.cut(response) from None

    def unreadable(self, response: requests.Response) -> BridgeError:
        """Return the error for a good answer that is not what was asked for."""
        return self.http.wrong(response)

    def cut(self, response: requests.Response) -> BridgeError:
        """Return the error for an answer that ends in the middle."""
        return cut_answer(self._settings.url, len(response.content), PRODUCT)

    def masked(self, text: str) -> str:
        """Return ``text`` without the password."""
        return self.http.masked(text)

    def close(self) -> None:
        """Leave the session (the last one ends it) and close the sockets."""
        try:
            self.sessions.close()
        finally:
            self.http.close()

    def _after(self, request: Request, fault: Fault, session: Session, tries: _Tries) -> Session:
        """Return the session to try once more with; raises where the fault is final."""
        error = fault_error(fault, str(request), own=request.own)
        error.detail = self.masked(error.detail)
        if isinstance(error, SessionEnded) and not tries.renewed:
            tries.renewed = True
            return self.sessions.renew(session)
        if fault.code in (299, 305) and isinstance(error, B1Busy) and tries.waits < len(WAITS):
            self._pause(WAITS[tries.waits])
            tries.waits += 1
            return self.session
        if isinstance(error, NodeTrouble) and self._may_move(fault, tries):
            return self.sessions.renew(session)
        if error.code == "sap_b1.trouble" and request.reads and tries.again():
            self._pause(WAITS[tries.reads - 2])
            return session
        raise error

    def _may_move(self, fault: Fault, tries: _Tries) -> bool:
        now = time.monotonic()
        if now - self._stuck.get(fault.message, -STUCK_SECONDS) < STUCK_SECONDS:
            return False
        if tries.moves >= self._most_moves:
            self._stuck[fault.message] = now
            return False
        tries.moves += 1
        return True

    def _send(self, request: Request, session: Session) -> requests.Response:
        cookie = f"B1SESSION={session.id}"
        if session.route:
            cookie += f"; ROUTEID={session.route}"
        headers = {"Accept": "application/json", "Cookie": cookie, **request.headers}
        if request.body is not None:
            headers.setdefault("Content-Type", "application/json")
        self.calls += 1
        response = self.http.request(
            request.verb,
            f"/b1s/{session.api}/{request.path}",
            request.body,
            headers,
            read_timeout=self._settings.timeout * request.patience,
        )
        self.clock.observe(response.headers.get("Date", ""))
        return response

    def _wrong(self, response: requests.Response, request: Request) -> BridgeError:
        """Return the error for an answer that is not the Service Layer's, such as a web page."""
        error = self.http.wrong(response)
        if request.reads or response.status_code < 500 or isinstance(error, TimedOut):
            return error
        host = self._settings.url
        return TimedOut(
            f"What stands before {host} answered in its place (HTTP {response.status_code}); what "
            f"{PRODUCT} did is unknown",
            fix="Nothing to do at first: the bridge looks up what was done and goes on.",
            detail=error.detail,
        )

    def _log_in(self) -> Session:
        wanted = self._settings.version
        if wanted != "auto":
            return self._log_in_to(wanted)
        try:
            return self._log_in_to("v2")
        except _NoSuchService as missing:
            try:
                return self._log_in_to("v1")
            except _NoSuchService:
                raise missing.error from None

    def _log_in_to(self, api: str) -> Session:
        settings = self._settings
        body = {
            "CompanyDB": settings.database,
            "UserName": settings.user,
            "Password": self._secret,
        }
        if settings.language:
            body["Language"] = settings.language
        for wait in (*WAITS, None):
            response = self._login_call(f"/b1s/{api}/Login", to_json(body).encode())
            fault = _fault(response)
            if fault is None:
                return self._opened(response, api)
            error = fault_error(fault, "POST Login")
            error.detail = self.masked(error.detail)
            if wait is None or fault.code not in (299, 305) or not isinstance(error, B1Busy):
                raise error
            self._pause(wait)
        raise AssertionError("the last try returns or raises")

    def _login_call(self, path: str, body: bytes) -> requests.Response:
        self.calls += 1
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        return self.http.request("POST", path, body, headers)

    def _opened(self, response: requests.Response, api: str) -> Session:
        if response.status_code != 200:
            error = self.http.wrong(response)
            if response.status_code == 404 and self._settings.version == "auto":
                raise _NoSuchService(error)
            raise error
        found = self.json(response)
        if not isinstance(found, Mapping) or not found.get("SessionId"):
            raise self.http.wrong(response)
        self.clock.observe(response.headers.get("Date", ""))
        route = re.search(r"ROUTEID=([^;,\s]+)", response.headers.get("Set-Cookie", ""))
        return Session(
            id=str(found["SessionId"]),
            route=route.group(1) if route else "",
            api=api,
            version=str(found.get("Version", "")),
            timeout=float(found.get("SessionTimeout") or 30) * 60,
        )

    def _log_out(self, session: Session) -> None:
        """End a session; one that cannot be told is left to its time-out."""
        try:
            self._send(Request("POST", "Logout", patience=0.2), session)
        except BridgeError:
            return


class _NoSuchService(Exception):
    """There is no such version of the Service Layer at the address."""

    def __init__(self, error: BridgeError) -> None:
        self.error = error
        super().__init__(str(error))


@dataclass(slots=True)
class _Tries:
    """What was tried for one call."""

    since: float
    longest: float
    reads: int = 1
    waits: int = 0
    moves: int = 0
    renewed: bool = False

    def again(self) -> bool:
        """Tell whether a read may be sent again, and count it."""
        if self.reads >= READ_TRIES or time.monotonic() - self.since > self.longest:
            return False
        self.reads += 1
        return True


def _fault(response: requests.Response) -> Fault | None:
    if response.status_code < 400:
        return None
    return parse_fault(response.status_code, response.content)


def _wait(error: BridgeError, tries: int) -> float:
    asked = getattr(error, "retry_after", None)
    longest = WAITS[-1]
    return min(asked, longest) if asked is not None else WAITS[min(tries, len(WAITS)) - 1]
