"""How requests are read: strictly, so that a misspelt field is an error and never ignored."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, ClassVar

import flask_smorest
import marshmallow as ma
from flask import Request, request
from flask_smorest.arguments import FlaskParser
from webargs.core import missing
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from agent.http.schemas import Error

MAX_BODY = 1024 * 1024
"""Bytes of the largest body that is read."""


class StrictParser(FlaskParser):
    """Refuses unknown fields everywhere, and bodies that are not sound JSON in UTF-8."""

    DEFAULT_UNKNOWN_BY_LOCATION: ClassVar[dict[str, str | None]] = {
        "json": ma.RAISE,
        "query": ma.RAISE,
        "headers": None,
        "path": None,
        "query_and_path": None,
    }

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Return the body's JSON value.

        Raises:
            BadRequest: it is no JSON, is nested too deeply, or holds half characters.
            UnsupportedMediaType: there is a body, but it is not declared as JSON.
        """
        del schema
        body = req.get_data(cache=True)
        if not body:
            return missing
        if not req.is_json:
            raise UnsupportedMediaType("Send the body as application/json.")
        try:
            value = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
            # half of a surrogate pair is no text: neither database nor ERP would take it
            json.dumps(value, ensure_ascii=False).encode("utf-8")
        except RecursionError as error:
            raise BadRequest("The body is nested too deeply.") from error
        except ValueError as error:
            raise BadRequest("The body is not valid JSON in UTF-8.") from error
        return value


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


class Blueprint(flask_smorest.Blueprint):
    """A blueprint that reads its requests strictly."""

    ARGUMENTS_PARSER = StrictParser()


class Api(flask_smorest.Api):
    """The API with the product's own error form, see ``agent.http.errors``."""

    ERROR_SCHEMA = Error

    def _register_error_handlers(self) -> None:
        """Leave errors to ``agent.http.errors``, which handles those outside the API, too."""


def flatten(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Return nested validation messages as ``{"settings.url": ["…"]}``."""
    if isinstance(messages, Mapping):
        result: dict[str, list[str]] = {}
        for key, value in messages.items():
            name = str(key) if not prefix else f"{prefix}.{key}"
            result.update(flatten(value, prefix if key == "_schema" else name))
        return result
    texts = messages if isinstance(messages, list) else [messages]
    return {prefix or "body": [str(text) for text in texts]}


def request_target() -> str:
    """Return path and query of this request exactly as they stood on the request line.

    Servers hand the line through as ``RAW_URI`` or ``REQUEST_URI``; behind others it is put
    together again from its decoded parts, which differs for unusual escapes only.
    """
    raw = str(request.environ.get("RAW_URI") or request.environ.get("REQUEST_URI") or "")
    if not raw:
        raw = request.full_path if request.query_string else request.path
    if not raw.startswith("/") and "://" in raw:  # absolute form, as proxies send it
        rest = raw.split("://", 1)[1]
        raw = "/" + rest.split("/", 1)[1] if "/" in rest else "/"
    return raw
