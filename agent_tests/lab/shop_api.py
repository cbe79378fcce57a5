"""Calls to a shop as the agent makes them: signed, and the answer's signature checked."""

from __future__ import annotations

import json
import time
from typing import Any

import requests

from agent.security import PairingKey, sign_request, verify_response
from agent_tests.lab.opencart import Store


def call_shop(store: Store, token: str, call: str, body: Any = None) -> tuple[int, Any]:
    """Make one call of the shop's API; return the HTTP status and the JSON of the answer."""
    key = PairingKey.parse(token)
    target = f"/index.php?route=extension/erp_bridge/api&call={call}"
    content = b"" if body is None else json.dumps(body).encode()
    method = "GET" if body is None else "POST"
    headers = sign_request(key, method, target, content, now=time.time())
    answer = requests.request(
        method,
        store.url.rstrip("/") + target,
        headers={**headers, "Content-Type": "application/json"},
        data=content,
        timeout=60,
    )
    verify_response(
        key,
        answer.headers,
        status=answer.status_code,
        nonce=headers["Erp-Nonce"],
        body=answer.content,
        now=time.time(),
    )
    return answer.status_code, answer.json()
