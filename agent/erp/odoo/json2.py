"""Odoo's JSON-2 protocol (Odoo 19 and later): ``POST /json/2/<model>/<method>``.

The body is one JSON object of named arguments, ``ids`` and ``context`` among them; the login is an
API key in each call. See the External JSON-2 API page of Odoo's documentation. One call is one
transaction, as with XML-RPC; results that are nothing come as ``null``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import requests

from agent.erp.json_text import to_json
from agent.erp.network import cut_answer
from agent.erp.odoo.faults import answer_error, database_missing
from agent.erp.odoo.transport import ServerVersion
from agent.erp.odoo.web_transport import WebTransport
from agent.errors import AuthError, BridgeError, Refused

SINCE = 19
"""First version of Odoo that speaks it."""
VALUES: Mapping[str, str] = {"create": "vals_list", "write": "vals"}
"""How Odoo's own models name the values of a method that the transport's rule gives by position."""

_KEY = re.compile(r"[\x21-\x7e]+")
_DATABASE = re.compile(r"[\w.-]+", re.ASCII)
_MISSING = re.compile(r"missing a required (?:\w+-only )?argument: '(\w+)'")


def could_be_key(secret: str) -> bool:
    """Tell whether ``secret`` can be sent as an API key at all; passwords may hold anything."""
    return bool(_KEY.fullmatch(secret))


class Json2Transport(WebTransport):
    """Calls Odoo over JSON-2; its secret is an API key."""

    @cached_property
    def _names(self) -> dict[tuple[str, str], str]:
        """Parameters that models name otherwise than Odoo's own do, by model and method."""
        return {}

    @property
    def protocol(self) -> str:
        """JSON-2."""
        return "JSON-2"

    def version(self) -> ServerVersion:
        """Return the server's version; see :meth:`Transport.version`."""
        response = self._version_page()
        version = _version(response)
        if version is None:
            raise self._session.wrong(response)
        return version

    def offered(self) -> ServerVersion | None:
        """Return the server's version, None where its answer is none: before Odoo 17, or no Odoo.

        Raises:
            Unreachable, TimedOut, ConfigError: nobody answers.
        """
        return _version(self._version_page())

    def login(self) -> int:
        """Ask whose key it is; see :meth:`Transport.login`."""
        try:
            context = self._ask("res.users", "context_get", {})
        except AuthError as error:
            raise self._login_error(error.detail) from None
        uid = context.get("uid") if isinstance(context, Mapping) else None
        if not isinstance(uid, int):
            raise self._login_error(f"context_get() answered {context!r:.200}")
        owner = self._ask(
            "res.users", "search_read", {"domain": [["id", "=", uid]], "fields": ["login"]}
        )
        login = str(owner[0]["login"]) if owner else ""
        if login.casefold() != self._user.casefold():
            raise AuthError(
                f"The API key belongs to {login or 'another user'}, not to {self._user}",
                fix="Enter the login of the key's owner, or make a key as that user in Odoo "
                "(Preferences, Account Security).",
            )
        self._uid = uid
        return uid

    def call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a method of a model; see :meth:`Transport.call`."""
        if self._uid is None:
            self.login()
        given = list(args)
        body = dict(kwargs)
        if given and method != "create":
            body["ids"] = given.pop(0)
        if not given:
            return self._ask(model, method, body)
        (values,) = given
        answer = self._with_values(model, method, body, values)
        if method == "create" and isinstance(values, Mapping) and isinstance(answer, list):
            return answer[0]
        return answer

    def _version_page(self) -> requests.Response:
        return self._session.get("/web/version", {"Accept": "application/json"})

    def _with_values(self, model: str, method: str, body: dict[str, Any], values: Any) -> Any:
        """Call with values under the name that the model has for them.

        An app may have named the parameter otherwise than Odoo's own models. Odoo looks at the
        names before it does anything, so that asking again with the one it misses is no repetition.
        """
        name = self._names.get((model, method), VALUES.get(method, "vals"))
        try:
            return self._ask(model, method, {**body, name: values})
        except Refused as error:
            missing = _MISSING.search(error.detail)
            if missing is None or missing.group(1) == name:
                raise
            name = missing.group(1)
        answer = self._ask(model, method, {**body, name: values})
        self._names[model, method] = name
        return answer

    def _ask(self, model: str, method: str, body: Mapping[str, Any]) -> Any:
        if not could_be_key(self._secret):
            raise AuthError(
                "JSON-2 needs an API key, and what is entered cannot be one",
                fix="Make an API key in Odoo (Preferences, Account Security) and enter it, or set "
                "the connection's protocol to XML-RPC.",
            )
        if not _DATABASE.fullmatch(self._database):
            raise database_missing(self._database)
        response = self._session.post(
            f"/json/2/{model}/{method}",
            to_json(body).encode(),
            {
                "Authorization": f"bearer {self._secret}",
                "X-Odoo-Database": self._database,
                "Content-Type": "application/json",
                "Accept": "application/json",
            },
        )
        return self._result(response, model, method)

    def _result(self, response: requests.Response, model: str, method: str) -> Any:
        try:
            answer = json.loads(response.content)
        except ValueError:
            raise self._unreadable(response) from None
        if response.status_code == 200:
            return answer
        known = isinstance(answer, Mapping) and {"name", "message"} <= answer.keys()
        if not known or response.status_code in (429, 503):
            raise self._session.wrong(response)
        words = {k: self._session.masked(str(answer.get(k) or "")) for k in _WORDS}
        raise answer_error(response.status_code, words, model, method)

    def _unreadable(self, response: requests.Response) -> BridgeError:
        if response.status_code == 404 and b"No database is selected" in response.content:
            return database_missing(self._database)
        if response.status_code == 200 and "json" in response.headers.get("Content-Type", ""):
            return cut_answer(self._url, len(response.content), self._session.product)
        return self._session.wrong(response)

    def _login_error(self, detail: str) -> AuthError:
        return AuthError(
            f"Odoo does not accept the API key of {self._user}",
            fix="Make an API key in Odoo as that user (Preferences, Account Security) and enter "
            "it: keys can expire, and JSON-2 does not take passwords.",
            detail=detail,
        )


_WORDS = ("name", "message", "debug")


def _version(response: requests.Response) -> ServerVersion | None:
    if response.status_code != 200:
        return None
    try:
        answer = json.loads(response.content)
    except ValueError:
        return None
    text = answer.get("version") if isinstance(answer, Mapping) else None
    return ServerVersion.parse(text) if isinstance(text, str) else None
