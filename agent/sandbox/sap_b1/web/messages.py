"""Requests and answers, and how refusals are told in both versions."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from agent.sandbox.sap_b1.company import Refusal

V1_JSON = "application/json;odata=minimalmetadata;charset=utf-8"
V2_JSON = "application/json;odata.metadata=minimal;charset=utf-8"
TEXT = "text/plain;charset=utf-8"
PAGE = "text/html; charset=iso-8859-1"
PROXY_ERROR = b"""<!DOCTYPE HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">
<html><head>
<title>502 Proxy Error</title>
</head><body>
<h1>Proxy Error</h1>
<p>The proxy server received an invalid response from an upstream server.</p>
</body></html>
"""


@dataclass(slots=True)
class Request:
    """A call: ``path`` begins behind ``/b1s/v<version>/``, names of headers are lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    version: int = 2
    root: str = ""
    """Address of the service as the caller knows it, without a slash at its end."""
    node: int = 1

    @property
    def any_case(self) -> bool:
        """Whether filters are to take texts in capitals and in small letters for the same."""
        return self.header("B1S-CaseInsensitive").casefold() == "true"

    def header(self, name: str) -> str:
        """Return a header, empty where it was not sent."""
        return self.headers.get(name.lower(), "")


@dataclass(slots=True)
class Response:
    """An answer, its headers in the order they are sent."""

    status: int
    body: bytes = b""
    headers: list[tuple[str, str]] = field(default_factory=list)


def query_error(message: str) -> Refusal:
    """Return the refusal of an option in an address."""
    return Refusal(201, message)


def not_found_service() -> Refusal:
    """Return the refusal of an address that names no set and no operation."""
    return Refusal(-1000, "Service Not Found")


def no_record() -> Refusal:
    """Return the refusal to read what is not there."""
    return Refusal(-2028, "No matching records found (ODBC -2028)", 404)


def dead_session() -> Refusal:
    """Return the refusal of a session that is over, was never there or was not given."""
    return Refusal(301, "Invalid session or session already timeout.", 401)


def json_response(version: int, data: Any, status: int = 200) -> Response:
    """Return an answer of JSON."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Response(status, text.encode(), json_headers(version))


def json_headers(version: int) -> list[tuple[str, str]]:
    """Return the headers of an answer of JSON."""
    if version == 1:
        return [("Content-Type", V1_JSON), ("DataServiceVersion", "3.0")]
    return [("Content-Type", V2_JSON), ("OData-Version", "4.0")]


def error_response(version: int, refusal: Refusal) -> Response:
    """Return a refusal as a version of the service tells it."""
    if version == 1:
        error: dict[str, Any] = {
            "code": refusal.code,
            "message": {"lang": "en-us", "value": refusal.message},
        }
        if refusal.code == -1000:
            error["innererror"] = {"context": None, "trace": None}
    else:
        error = {
            "code": str(refusal.code),
            "details": [{"code": "", "message": ""}],
            "message": refusal.message,
        }
    return json_response(version, {"error": error}, refusal.status)
