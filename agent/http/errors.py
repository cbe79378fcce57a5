"""Errors as the API answers them: code, record, cause, fix, and whether to try again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, jsonify, request
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from agent.errors import AuthError, BridgeError, ConfigError, TransientError
from agent.http.parsing import MAX_BODY, flatten
from agent.ledger import Missing, WrongState
from agent.security.signing import SignatureRefused
from agent.services.errors import Conflict, InvalidInput, NotFound

_log = structlog.get_logger(__name__)

_STATUS: tuple[tuple[type[BridgeError], int], ...] = (
    (SignatureRefused, 401),
    (NotFound, 404),
    (Missing, 404),
    (Conflict, 409),
    (WrongState, 409),
    (InvalidInput, 422),
    (AuthError, 502),
)


@dataclass(frozen=True, slots=True)
class _Text:
    code: str
    cause: str
    fix: str


_HTTP_TEXTS = {
    400: _Text(
        code="request.body",
        cause="The request cannot be read",
        fix="Send JSON in UTF-8, as /openapi.json describes.",
    ),
    404: _Text(
        code="request.address",
        cause="There is nothing at this address",
        fix="See /openapi.json for the addresses.",
    ),
    405: _Text(
        code="request.method",
        cause="This address does not take this method",
        fix="See /openapi.json for its methods.",
    ),
    413: _Text(
        code="request.size",
        cause=f"The body is larger than {MAX_BODY} bytes",
        fix="Send less at once.",
    ),
    415: _Text(
        code="request.type",
        cause="The body is not declared as JSON",
        fix="Send Content-Type: application/json.",
    ),
    422: _Text(
        code="request.invalid", cause="Some fields are wrong", fix="Correct the fields named."
    ),
}


def status_of(error: BridgeError) -> int:
    """Return the HTTP status for an error."""
    for kind, status in _STATUS:
        if isinstance(error, kind):
            return status
    origin = error.code.partition(".")[0]
    if origin in {"database", "vault", "pairing"}:
        return 503
    if isinstance(error, TransientError) or origin in {"erp", "odoo"}:
        return 502
    return 409 if isinstance(error, ConfigError) else 422


def register(app: Flask) -> None:
    """Make every error of ``app`` an answer of the product's form."""
    app.register_error_handler(BridgeError, _bridge_error)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SQLAlchemyError, _database_error)
    app.register_error_handler(Exception, _internal_error)


def _answer(status: int, plain: dict[str, Any]) -> Response:
    response = jsonify({"error": plain})
    response.status_code = status
    return response


def _bridge_error(error: BridgeError) -> Response:
    plain = error.to_plain()
    if isinstance(error, InvalidInput) and error.fields:
        plain["fields"] = error.fields
    status = status_of(error)
    if status >= 500:
        _log.warning("request failed", path=request.path, code=error.code, cause=error.cause)
    return _answer(status, plain)


def _http_error(error: HTTPException) -> Response:
    status = error.code or 500
    if error.response is not None and status < 400:  # a redirect
        return Response(status=status, headers=error.get_headers())
    text = _HTTP_TEXTS.get(status) or _Text("request.invalid", error.name, "See /openapi.json.")
    plain: dict[str, Any] = {
        "code": text.code,
        "record": "",
        "cause": text.cause,
        "fix": text.fix,
        "retry": False,
    }
    messages = getattr(error, "data", {}).get("messages") if hasattr(error, "data") else None
    if messages:
        plain["fields"] = {}
        for parts in messages.values():
            plain["fields"].update(flatten(parts))
    elif status == 400 and error.description:
        plain["cause"] = error.description.rstrip(".")
    response = _answer(status, plain)
    for name, value in error.get_headers():
        if name in {"Allow", "Retry-After"}:
            response.headers[name] = value
    return response


def _database_error(error: SQLAlchemyError) -> Response:
    number = 0
    if isinstance(error, DBAPIError) and error.orig is not None and error.orig.args:
        first = error.orig.args[0]
        number = first if isinstance(first, int) else 0
    _log.exception("database error", path=request.path, number=number)
    missing = number == 1146
    return _answer(
        503,
        {
            "code": "database.migrate" if missing else "database.failed",
            "record": "",
            "cause": "The agent's tables are missing or old"
            if missing
            else f"The shop's database refused a statement (MySQL error {number})",
            "fix": "Run erp-bridge migrate on the agent's machine."
            if missing
            else "Run erp-bridge doctor on the agent's machine; its log has the details.",
            "retry": not missing,
        },
    )


def _internal_error(error: Exception) -> Response:
    _log.exception("request broke", path=request.path, error=type(error).__name__)
    return _answer(
        500,
        {
            "code": "agent.internal",
            "record": "",
            "cause": "The agent met an error of its own",
            "fix": "Look in the agent's log and report it with erp-bridge doctor's output.",
            "retry": False,
        },
    )
