"""Signed calls: what both sides compute, and everything that must be refused."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

import pytest

from agent.security.pairing import PairingKey
from agent.security.signing import (
    KEY_ID,
    NONCE,
    SIGNATURE,
    TIMESTAMP,
    SignatureRefused,
    sign_request,
    sign_response,
    verify_request,
    verify_response,
)

VECTORS = Path(__file__).resolve().parents[2] / "php" / "vectors" / "signing.json"
NOW = 1_700_000_000
KEY = PairingKey("abcd1234", bytes(range(32)))
BODY = b'{"name":"x"}'


class Memory:
    def __init__(self) -> None:
        self.seen: set[tuple[str, str]] = set()

    def use(self, key_id: str, nonce: str) -> bool:
        known = (key_id, nonce) in self.seen
        self.seen.add((key_id, nonce))
        return not known


def vectors(part: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(VECTORS.read_text("utf-8"))[part]
    return loaded


def vector_key(name: str) -> PairingKey:
    entry = next(k for k in vectors("keys") if k["name"] == name)
    return PairingKey.parse(entry["token"])


@pytest.mark.parametrize("vector", vectors("keys"), ids=lambda v: v["name"])
def test_key_vectors(vector: dict[str, str]) -> None:
    key = PairingKey.parse(vector["token"])
    assert (key.id, key.secret.hex()) == (vector["id"], vector["secret_hex"])
    assert key.token() == vector["token"]


@pytest.mark.parametrize("vector", vectors("requests"), ids=lambda v: v["name"])
def test_request_vectors(vector: dict[str, Any]) -> None:
    key = vector_key(vector["key"])
    body = vector["body"].encode("utf-8")
    now = int(vector["timestamp"])
    headers = sign_request(
        key, vector["method"], vector["target"], body, now=now, nonce=vector["nonce"]
    )
    assert headers == {
        KEY_ID: key.id,
        TIMESTAMP: vector["timestamp"],
        NONCE: vector["nonce"],
        SIGNATURE: vector["signature"],
    }
    assert (
        verify_request(
            [key],
            headers,
            method=vector["method"],
            target=vector["target"],
            body=body,
            now=now,
            nonces=Memory(),
        )
        == key
    )


@pytest.mark.parametrize("vector", vectors("responses"), ids=lambda v: v["name"])
def test_response_vectors(vector: dict[str, Any]) -> None:
    key = vector_key(vector["key"])
    body = vector["body"].encode("utf-8")
    now = int(vector["timestamp"])
    headers = sign_response(key, vector["status"], vector["nonce"], body, now=now)
    assert headers == {TIMESTAMP: vector["timestamp"], SIGNATURE: vector["signature"]}
    verify_response(
        key, headers, status=vector["status"], nonce=vector["nonce"], body=body, now=now
    )


def signed(
    method: str = "POST", target: str = "/v1/jobs?a=1", body: bytes = BODY
) -> dict[str, str]:
    return sign_request(KEY, method, target, body, now=NOW)


def verify(headers: dict[str, str], **changes: Any) -> PairingKey:
    given: dict[str, Any] = {
        "method": "POST",
        "target": "/v1/jobs?a=1",
        "body": BODY,
        "now": NOW,
        "nonces": Memory(),
        "keys": [KEY],
        **changes,
    }
    return verify_request(given.pop("keys"), headers, **given)


def code(headers: dict[str, str], **changes: Any) -> str:
    with pytest.raises(SignatureRefused) as caught:
        verify(headers, **changes)
    assert caught.value.fix
    return caught.value.code


def test_a_signed_call_is_taken() -> None:
    assert verify(signed()) == KEY


@pytest.mark.parametrize("skew", [-300, 300])
def test_clocks_may_differ_by_five_minutes(skew: int) -> None:
    assert verify(signed(), now=NOW + skew) == KEY


@pytest.mark.parametrize("skew", [-301, 301, 10**9])
def test_older_or_later_calls_are_refused(skew: int) -> None:
    assert code(signed(), now=NOW + skew) == "signature.clock"


@pytest.mark.parametrize(
    "change",
    [
        {"body": BODY + b" "},
        {"body": b""},
        {"target": "/v1/jobs?a=2"},
        {"target": "/v1/jobs"},
        {"target": "/v1/job?sa=1"},
        {"method": "PUT"},
    ],
)
def test_a_changed_call_is_refused(change: dict[str, Any]) -> None:
    assert code(signed(), **change) == "signature.wrong"


@pytest.mark.parametrize("header", [TIMESTAMP, NONCE])
def test_changed_headers_are_refused(header: str) -> None:
    headers = signed()
    headers[header] = {TIMESTAMP: str(NOW + 1), NONCE: "n" * 20}[header]
    assert code(headers) == "signature.wrong"


def test_a_replay_is_refused_and_a_forgery_uses_up_no_nonce() -> None:
    memory = Memory()
    headers = signed()
    forged = {**headers, SIGNATURE: "v1=" + "0" * 64}
    assert code(forged, nonces=memory) == "signature.wrong"
    assert verify(headers, nonces=memory) == KEY
    assert code(headers, nonces=memory) == "signature.replay"


def test_either_of_two_keys_is_taken_and_a_third_is_not() -> None:
    other = PairingKey("zzzz9999", bytes(32))
    assert verify(signed(), keys=[other, KEY]) == KEY
    assert code(signed(), keys=[other]) == "signature.key_unknown"
    stolen_id = PairingKey(KEY.id, bytes(32))
    assert code(signed(), keys=[stolen_id]) == "signature.wrong"


@pytest.mark.parametrize(
    "change",
    [
        {SIGNATURE: ""},
        {SIGNATURE: "0" * 64},
        {SIGNATURE: "v2=" + "0" * 64},
        {NONCE: "short"},
        {NONCE: "n" * 65},
        {NONCE: "has space in it, too"},
        {TIMESTAMP: "now"},
        {TIMESTAMP: "-5"},
        {TIMESTAMP: "\u0661\u0661"},
        {KEY_ID: ""},
    ],
)
def test_malformed_headers_are_refused(change: dict[str, str]) -> None:
    assert code({**signed(), **change}) == "signature.missing"


def test_an_answer_belongs_to_one_request() -> None:
    headers = sign_response(KEY, 200, "nonce-of-the-call-1", b"{}", now=NOW)
    given: dict[str, Any] = {"status": 200, "nonce": "nonce-of-the-call-1", "body": b"{}"}
    verify_response(KEY, headers, **given, now=NOW + 10)
    changes: list[dict[str, Any]] = [
        {"status": 201},
        {"nonce": "nonce-of-the-call-2"},
        {"body": b"{} "},
    ]
    for change in changes:
        with pytest.raises(SignatureRefused):
            verify_response(KEY, headers, **{**given, **change}, now=NOW)
    with pytest.raises(SignatureRefused) as late:
        verify_response(KEY, headers, **given, now=NOW + 400)
    assert late.value.code == "signature.clock"
    with pytest.raises(SignatureRefused) as bare:
        verify_response(KEY, {}, **given, now=NOW)
    assert bare.value.code == "signature.missing"


def test_the_scheme_is_the_documented_one() -> None:
    """Spelt out by hand, so that signer and verifier cannot agree on something else."""
    text = "\n".join(
        ["v1", "POST", "/v1/jobs?a=1", str(NOW), "n" * 16, hashlib.sha256(BODY).hexdigest()]
    )
    expected = "v1=" + hmac.new(KEY.secret, text.encode(), hashlib.sha256).hexdigest()
    headers = sign_request(KEY, "POST", "/v1/jobs?a=1", BODY, now=NOW, nonce="n" * 16)
    assert headers[SIGNATURE] == expected
    assert (
        KEY.token() == "erpb1.abcd1234." + base64.urlsafe_b64encode(bytes(range(32))).decode()[:-1]
    )
