"""Errors of a request by a person or a program, as opposed to those of records and servers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from agent.errors import BridgeError


class NotFound(BridgeError):
    """What the request names does not exist (HTTP 404)."""

    default_code = "request.not_found"


class Conflict(BridgeError):
    """The request does not fit the present state (HTTP 409)."""

    default_code = "request.conflict"


class InvalidInput(BridgeError):
    """Fields of the request are wrong (HTTP 422); ``fields`` maps each to its messages."""

    default_code = "request.invalid"

    def __init__(
        self,
        cause: str,
        *,
        fix: str,
        fields: Mapping[str, Sequence[str]] | None = None,
        code: str | None = None,
    ) -> None:
        super().__init__(cause, fix=fix, code=code)
        self.fields = {name: list(messages) for name, messages in (fields or {}).items()}
