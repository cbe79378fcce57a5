"""Makes each call of the bridge a second time, without it, on an equal company.

The two calls stand next to each other in time, so that whatever else the machine is doing weighs
on both sides alike.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import requests

from agent.erp.http_session import HttpSession
from agent.errors import BridgeError, ConfigError

_READING = ("QueryService_PostQuery", "_Preview", "_GetAdminInfo", "_GetDocumentSeries", "_Get")
"""Posts that change nothing."""
_SESSION = ("/Login", "/Logout")


@dataclass(frozen=True, slots=True)
class CompanyLogin:
    """A company of a Service Layer and a login."""

    url: str
    company: str
    user: str = "manager"
    password: str = "manager"  # noqa: S105 - the stand-in's


class BareSap:
    """The Service Layer by requests and nothing else: one session, one connection."""

    def __init__(self, login: CompanyLogin) -> None:
        self.login = login
        self._session = requests.Session()
        body = {"CompanyDB": login.company, "UserName": login.user, "Password": login.password}
        answer = self._session.post(f"{login.url}/b1s/v2/Login", json=body, timeout=60)
        answer.raise_for_status()

    def call(
        self, verb: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}
    ) -> requests.Response:
        """Send a request; ``path`` begins with ``/b1s``."""
        url = self.login.url + path
        return self._session.request(verb, url, data=body, headers=dict(headers), timeout=300)

    def post(self, path: str, body: object) -> None:
        """Post a body to a set, which must take it."""
        answer = self._session.post(f"{self.login.url}/b1s/v2/{path}", json=body, timeout=300)
        answer.raise_for_status()

    def close(self) -> None:
        """End the session."""
        self._session.post(f"{self.login.url}/b1s/v2/Logout", timeout=60)
        self._session.close()


@dataclass(slots=True)
class Calls:
    """Calls, and seconds spent waiting for their answers on both sides.

    ``aside`` is all that the measurement itself took, the bare calls among them.
    """

    writing_calls: int = 0
    writing: float = 0.0
    reading_calls: int = 0
    reading: float = 0.0
    bare_writing: float = 0.0
    bare_reading: float = 0.0
    aside: float = 0.0
    names: dict[str, int] = field(default_factory=dict)
    """How often what was called, by verb and set."""

    @property
    def total(self) -> int:
        """All calls."""
        return self.writing_calls + self.reading_calls

    @property
    def bare(self) -> float:
        """Seconds of the same calls without the bridge."""
        return self.bare_writing + self.bare_reading

    def forget(self) -> None:
        """Begin anew: what was called so far only made ready."""
        fresh = Calls()
        for name in self.__slots__:
            setattr(self, name, getattr(fresh, name))


class ShadowHttp(HttpSession):
    """The HTTP of a client: takes the time of calls, and makes each again on ``bare``."""

    def __init__(self, inner: HttpSession, bare: BareSap, calls: Calls) -> None:
        self._inner = inner
        self._bare = bare
        self._calls = calls
        self.url = inner.url
        self.product = inner.product

    def request(
        self,
        verb: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        read_timeout: float | None = None,
    ) -> requests.Response:
        """See :meth:`HttpSession.request`.

        Raises:
            ConfigError: besides those, when the same call is answered otherwise on ``bare``.
        """
        started = time.perf_counter()
        answer = self._inner.request(verb, path, body, headers, read_timeout=read_timeout)
        answered = time.perf_counter()
        if path.endswith(_SESSION):
            return answer
        own = {name: value for name, value in headers.items() if name != "Cookie"}
        begun = time.perf_counter()
        again = self._bare.call(verb, path, body, own)
        _read(again)
        took = time.perf_counter() - begun
        if again.status_code != answer.status_code:
            raise ConfigError(
                f"The same {verb} was answered {answer.status_code} in one company and "
                f"{again.status_code} in the other",
                fix="Give two companies that are fresh copies of the same one.",
                code="bench.not_equal",
                detail=f"{verb} {path} {again.text[:300]}",
            )
        self._note(verb, path, answered - started, took)
        self._calls.aside += time.perf_counter() - answered
        return answer

    def wrong(self, response: requests.Response) -> BridgeError:
        """See :meth:`HttpSession.wrong`."""
        return self._inner.wrong(response)

    def masked(self, text: str) -> str:
        """See :meth:`HttpSession.masked`."""
        return self._inner.masked(text)

    def close(self) -> None:
        """See :meth:`HttpSession.close`."""
        self._inner.close()

    def _note(self, verb: str, path: str, took: float, bare: float) -> None:
        calls = self._calls
        name = (
            f"{verb} {path.split('?', maxsplit=1)[0].split('(', maxsplit=1)[0].rsplit('/', 1)[-1]}"
        )
        calls.names[name] = calls.names.get(name, 0) + 1
        if verb == "GET" or any(word in path for word in _READING):
            calls.reading_calls += 1
            calls.reading += took
            calls.bare_reading += bare
        else:
            calls.writing_calls += 1
            calls.writing += took
            calls.bare_writing += bare


def _read(response: requests.Response) -> None:
    """Take in an answer as any client does."""
    if "json" in response.headers.get("Content-Type", "") and response.content:
        json.loads(response.content)
