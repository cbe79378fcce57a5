"""JSON-2 as Odoo 19 speaks it: ``POST /json/2/<model>/<method>``, without HTTP.

Arguments are named, the login is an API key. What goes wrong has an HTTP status of its own and a
body that names the exception; before a database is chosen it is a page.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from typing import Any

from .env import Env
from .faults import AccessDenied, AccessError, MissingError, OdooFault, ServerError, UserError
from .rpc import Service, as_ids, method_of
from .wire import Wire, plain

JSON = "application/json; charset=utf-8"

NO_DATABASE = (
    b"<!DOCTYPE html>\n<title>404 Not Found</title>\n<h1>Not Found</h1>\n<p>No database is "
    b"selected and the requested URL was not found in the server-wide controllers.</p>\n<p>Please "
    b"verify the hostname, <a href=/web/login>login</a> and try again.</p>\n\n<!-- Alternatively, "
    b"use the X-Odoo-Database header. -->\n"
)
_BEARER = re.compile(r"^bearer\s+(.+)$", re.IGNORECASE)
_STATUS = {AccessDenied: 403, AccessError: 403, MissingError: 404, UserError: 422}


class HttpFault(OdooFault):
    """What the HTTP layer refuses: ``name`` is that of werkzeug's exception."""

    def __init__(self, status: int, name: str, message: str) -> None:
        self.status = status
        self.qualified_name = f"werkzeug.exceptions.{name}"  # type: ignore[misc]
        super().__init__(message)


def missing_page(message: str) -> HttpFault:
    """Return the fault for a model, method or path that is not there."""
    return HttpFault(404, "NotFound", message)


class Json2:
    """Calls of one server."""

    def __init__(self, service: Service) -> None:
        self.service = service

    def uid(self, authorization: str) -> int:
        """Return whose key it is.

        Raises:
            HttpFault: it is nobody's, or none was given.
        """
        found = _BEARER.match(authorization)
        if found is None:
            text = "User not authenticated, use an API Key with a Bearer Authorization header."
            raise HttpFault(401, "Unauthorized", text)
        uid = self.service.key_owner(found.group(1))
        if uid is None:
            raise HttpFault(401, "Unauthorized", "Invalid apikey")
        return uid

    def parse(self, body: bytes) -> dict[str, Any]:
        """Return the named arguments of a call.

        Raises:
            HttpFault: the body is no JSON.
        """
        if not body:
            return {}
        try:
            named = json.loads(body)
        except ValueError as error:
            text = f"could not parse the body as json: {error.args[0]}"
            raise HttpFault(400, "BadRequest", text) from error
        return dict(named) if isinstance(named, dict) else {}

    def call(self, uid: int, model: str, method: str, named: Mapping[str, Any]) -> Any:
        """Run a public method in a transaction of its own.

        Raises:
            OdooFault: it fails; nothing of it is kept.
        """
        return self.service.within(lambda: self._run(uid, model, method, dict(named)))

    def _run(self, uid: int, model: str, method: str, named: dict[str, Any]) -> Any:
        site = self.service.site
        if model not in site.schema:
            raise missing_page(f"the model {model!r} does not exist")
        ids, context = named.pop("ids", ()), named.pop("context", None) or {}
        self.service.check_companies(uid, context)
        bound = Env(site, uid, dict(context))[model]
        try:
            function = method_of(bound, site.version, model, method)
        except ServerError as error:
            raise missing_page(error.message) from error
        args = [as_ids(ids)] if function.rpc_kind == "records" else []
        if ids and not args:
            text = f"cannot call {model}.{method} with ids"
            raise HttpFault(422, "UnprocessableEntity", text)
        try:
            inspect.signature(function).bind(*args, **named)
        except TypeError as error:
            raise HttpFault(422, "UnprocessableEntity", str(error)) from error
        if function.rpc_needs:
            bound.check_right(function.rpc_needs)
        result = function(*args, **named)
        return [result] if method == "create" and isinstance(result, int) else result


def answer(value: Any) -> tuple[int, bytes]:
    """Return status and body of an answer that carries a value."""
    return 200, json.dumps(plain(value), ensure_ascii=False).encode()


def refusal(fault: OdooFault) -> tuple[int, bytes]:
    """Return status and body of an answer that carries a fault."""
    status = next((n for kind, n in _STATUS.items() if isinstance(fault, kind)), 500)
    name = fault.qualified_name
    arguments: list[Any] = [fault.message]
    if isinstance(fault, HttpFault):
        status, arguments = fault.status, [fault.message, fault.status]
    elif isinstance(fault, ServerError):
        name = fault.kind if "." in fault.kind else f"builtins.{fault.kind}"
    body = {
        "name": name,
        "message": fault.message,
        "arguments": arguments,
        "context": {},
        "debug": _traceback(name, fault),
    }
    return status, json.dumps(body, ensure_ascii=False).encode()


def _traceback(name: str, fault: OdooFault) -> str:
    return (
        fault.text()
        if isinstance(fault, ServerError)
        else (
            "Traceback (most recent call last):\n"
            '  File "/usr/lib/python3/dist-packages/odoo/http.py", in dispatch\n'
            f"    result = endpoint(**self.request.params)\n{name}: {fault.message}\n"
        )
    )


JSON_WIRE = Wire(JSON, answer, refusal)
