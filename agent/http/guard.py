"""Lets signed calls in and signs the answers.

Everything needs a signature but the few addresses listed here, so that a new address is closed
unless somebody decides otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Flask, Response, g, request

from agent.http.parsing import request_target
from agent.security.pairing import Pairing
from agent.security.signing import (
    NONCE,
    NonceStore,
    SignatureRefused,
    require_first_use,
    sign_response,
    verify_signature,
)

PUBLIC_PATHS = frozenset({"/health", "/metrics", "/openapi.json"})

HOOKS = "/hooks/"
"""Below it an unguessable part takes the signature's place: ERPs cannot sign."""


def install(
    app: Flask, *, pairing: Pairing, nonces: NonceStore, clock: Callable[[], datetime]
) -> None:
    """Check every request of ``app`` and sign every answer to a call that proved right."""

    def check() -> None:
        if request.path in PUBLIC_PATHS or request.path.startswith(HOOKS):
            return
        if request.endpoint is None and not request.path.startswith("/v1"):
            return  # nothing there: 404 without ceremony
        key = verify_signature(
            pairing.live_keys(),
            request.headers,  # type: ignore[arg-type]  # a mapping without its base class
            method=request.method,
            target=request_target(),
            body=request.get_data(cache=True),
            now=clock().timestamp(),
        )
        g.signed_by = key  # from here on the caller is known: errors are signed, too
        try:
            require_first_use(nonces, key, request.headers[NONCE])
        except SignatureRefused:
            del g.signed_by
            raise

    def sign(response: Response) -> Response:
        key = g.get("signed_by")
        if key is not None:
            response.direct_passthrough = False
            if response.status_code == 204:
                response.set_data(b"")  # the server would drop it: sign what is sent
            body = b"" if request.method == "HEAD" else response.get_data()
            response.headers.update(
                sign_response(
                    key,
                    response.status_code,
                    request.headers[NONCE],
                    body,
                    now=clock().timestamp(),
                )
            )
            response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    app.before_request(check)
    app.after_request(sign)
