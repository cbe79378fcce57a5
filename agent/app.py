"""The agent's web application."""

from __future__ import annotations

from flask import Flask

from agent.http import (
    connections,
    errors,
    guard,
    held,
    hooks,
    jobs,
    mappings,
    orders,
    public,
    shop,
    two_ways,
)
from agent.http.access import attach
from agent.http.parsing import MAX_BODY, Api
from agent.services.container import Services

_ABOUT = (
    "Everything under /v1 is signed: HMAC-SHA256 over method, path with query, time, nonce and "
    "body hash, in the headers Erp-Key-Id, Erp-Timestamp, Erp-Nonce and Erp-Signature. Answers are "
    "signed, too. Errors have one form everywhere."
)


def create_app(services: Services) -> Flask:
    """Return the WSGI application for these services."""
    app = Flask("agent")
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider has it
    app.url_map.strict_slashes = True
    app.url_map.merge_slashes = False  # a path is signed as it is sent
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        API_TITLE="ERP Bridge agent",
        API_VERSION=services.version,
        OPENAPI_VERSION="3.0.3",
        OPENAPI_URL_PREFIX="/",
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": _ABOUT}, **_security()},
    )
    attach(app, services)
    guard.install(app, pairing=services.pairing, nonces=services.nonces, clock=services.wall_clock)
    errors.register(app)
    api = Api(app)
    for module in (public, shop, connections, jobs, held, mappings, orders, two_ways, hooks):
        api.register_blueprint(module.blueprint)
    return app


def _security() -> dict[str, object]:
    names = ("Erp-Key-Id", "Erp-Timestamp", "Erp-Nonce", "Erp-Signature")
    return {
        "components": {
            "securitySchemes": {
                name: {"type": "apiKey", "in": "header", "name": name} for name in names
            }
        },
        "security": [{name: [] for name in names}],
    }
