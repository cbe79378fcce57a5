"""Who may call the API: signatures over a real server, replay, tampering, form of refusals."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.serving import make_server

from agent.app import create_app
from agent.security.pairing import PairingKey
from agent.security.signing import NONCE, SIGNATURE, sign_request
from agent.services.container import Services
from agent_tests.lab.mariadb import free_port
from agent_tests.unit.http.client import Client
from agent_tests.unit.http.conftest import Agent


def refused(answer: Any) -> str:
    assert answer.status_code == 401, answer.text
    assert SIGNATURE not in answer.headers, "a refusal is not signed"
    error = answer.json()["error"]
    assert set(error) == {"code", "record", "cause", "fix", "retry"}
    assert error["cause"]
    assert error["fix"]
    return str(error["code"])


@pytest.mark.parametrize("target", ["/health", "/metrics", "/openapi.json"])
def test_public_addresses_need_no_signature(client: Client, agent: Agent, target: str) -> None:
    answer = client.send("GET", target, b"", {})
    assert answer.status_code in {200, 503}
    assert agent.secret not in answer.text
    assert client.key.token() not in answer.text


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("GET", "/v1/ping"),
        ("GET", "/v1/connections"),
        ("POST", "/v1/connections"),
        ("DELETE", "/v1/connections/1"),
        ("GET", "/v1/nothing"),
        ("GET", "/v1"),
        ("OPTIONS", "/v1/ping"),
        ("PUT", "/v1/ping"),
        ("GET", "/v1/../v1/ping"),
        ("GET", "//v1/ping"),
    ],
)
def test_everything_else_does(client: Client, method: str, target: str) -> None:
    assert refused(client.send(method, target, b"", {})) == "signature.missing"


def test_a_call_is_taken_once(client: Client) -> None:
    headers = sign_request(client.key, "GET", "/v1/connections", b"", now=time.time())
    assert client.send("GET", "/v1/connections", b"", headers).status_code == 200
    assert refused(client.send("GET", "/v1/connections", b"", headers)) == "signature.replay"


@pytest.mark.parametrize("skew", [-310, 310])
def test_the_clock_must_fit(client: Client, skew: int) -> None:
    headers = sign_request(client.key, "GET", "/v1/connections", b"", now=time.time() + skew)
    assert refused(client.send("GET", "/v1/connections", b"", headers)) == "signature.clock"


def test_body_query_and_method_cannot_be_changed(client: Client) -> None:
    body = b'{"connection": 1, "entity": "products"}'
    headers = sign_request(client.key, "POST", "/v1/jobs?x=1", body, now=time.time())
    headers["Content-Type"] = "application/json"
    for method, target, sent in (
        ("POST", "/v1/jobs?x=1", body + b" "),
        ("POST", "/v1/jobs?x=2", body),
        ("POST", "/v1/jobs", body),
        ("PUT", "/v1/jobs?x=1", body),
    ):
        assert refused(client.send(method, target, sent, headers)) == "signature.wrong"


def test_escapes_are_signed_as_sent(client: Client, connection: int) -> None:
    for query in ("q=caf%C3%A9%20%26", "q=caf%c3%a9+%26", "q=%41"):
        client.get(f"/v1/mappings/products?connection={connection}&{query}")


def test_strangers_and_retired_keys_are_refused(agent: Agent, client: Client) -> None:
    stranger = Client(client.port, PairingKey("stranger", bytes(32)))
    assert refused(stranger.call("GET", "/v1/ping")) == "signature.key_unknown"
    before = client.key
    after = agent.services.pairing.rotate(agent.services.clock())
    try:
        assert client.call("GET", "/v1/connections").status_code == 200, "two keys are live"
        assert Client(client.port, after).call("GET", "/v1/connections").status_code == 200
        agent.services.pairing.retire()
        assert refused(Client(client.port, before).call("GET", "/v1/ping")) == (
            "signature.key_unknown"
        )
    finally:
        client.key = agent.services.pairing.current()


def test_answers_are_signed_whatever_their_status(client: Client) -> None:
    for method, target, status in (
        ("GET", "/v1/connections", 200),
        ("HEAD", "/v1/connections", 200),
        ("GET", "/v1/connections/999999", 404),
        ("GET", "/v1/nothing-here", 404),
        ("PUT", "/v1/connections", 405),
        ("POST", "/v1/connections", 422),
    ):
        answer = client.call(method, target)  # checks the signature
        assert answer.status_code == status, (method, target, answer.text)
        assert NONCE not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"{", 400),
        (b"\xff\xfe", 400),
        (b'{"name": NaN}', 400),
        (b'{"name": "\\ud800"}', 400),
        (b"[" * 100_000, 400),
        (b"[]", 422),
        (b'"text"', 422),
        (b"x" * (1024 * 1024 + 1), 413),
    ],
)
def test_broken_bodies_get_a_clear_answer(client: Client, raw: bytes, status: int) -> None:
    headers = sign_request(client.key, "POST", "/v1/connections", raw, now=time.time())
    headers["Content-Type"] = "application/json"
    answer = client.send("POST", "/v1/connections", raw, headers)
    assert answer.status_code == status, answer.text
    error = answer.json()["error"]
    assert error["cause"]
    assert error["fix"]
    assert "Traceback" not in answer.text


def test_bodies_must_be_declared_as_json(client: Client) -> None:
    answer = client.call("POST", "/v1/connections", {"name": "x"}, headers={"Content-Type": "a/b"})
    assert answer.status_code == 415


def test_unknown_fields_are_named(client: Client) -> None:
    error = client.post("/v1/jobs", {"conection": 1, "entity": "products"}, 422)["error"]
    assert set(error["fields"]) == {"conection", "connection"}
    error = client.expect(422, "GET", "/v1/jobs?stat=done")["error"]
    assert set(error["fields"]) == {"stat"}
    error = client.expect(422, "GET", "/v1/jobs?limit=201&page=0")["error"]
    assert set(error["fields"]) == {"limit", "page"}


def test_the_description_is_public_and_names_every_address(client: Client) -> None:
    spec = client.send("GET", "/openapi.json", b"", {}).json()
    assert spec["openapi"] == "3.0.3"
    paths = set(spec["paths"])
    for wanted in (
        "/health",
        "/v1/ping",
        "/v1/connection-kinds",
        "/v1/connections/{connection_id}",
        "/v1/connections/test",
        "/v1/connections/{connection_id}/choices/{field}",
        "/v1/jobs/{job_id}/records",
        "/v1/mappings/{entity}/{store_key}/exclude",
        "/v1/mappings/{entity}/auto",
        "/v1/held/{task_id}/release",
    ):
        assert wanted in paths
    assert set(spec["components"]["securitySchemes"]) == {
        "Erp-Key-Id",
        "Erp-Timestamp",
        "Erp-Nonce",
        "Erp-Signature",
    }


def test_without_a_database_the_answer_is_still_signed(agent: Agent) -> None:
    section = replace(agent.services.config.database, port=free_port())
    away = Services(replace(agent.services.config, database=section))
    server = make_server("127.0.0.1", 0, create_app(away), threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        client = Client(server.server_port, agent.services.pairing.current())
        for target in ("/v1/ping", "/v1/jobs"):
            answer = client.call("GET", target)  # checks the signature
            assert answer.status_code == 503
            assert answer.json()["error"]["code"] == "database.unreachable"
            assert answer.json()["error"]["retry"] is True
        assert client.send("GET", "/health", b"", {}).status_code == 503
        assert client.send("GET", "/metrics", b"", {}).status_code == 503
        assert client.send("GET", "/v1/ping", b"", {}).status_code == 401
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        away.close()
