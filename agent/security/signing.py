"""Signed calls between the shop's extension and the agent, both ways.

A request is signed with HMAC-SHA256 over ``v1``, method, target as on the request line, timestamp,
nonce and the hash of the body; an answer over ``v1-response``, status, the request's nonce,
timestamp and the hash of its body. The scheme is written down in ``docs/developer/contracts.md``,
and ``agent_tests/php/vectors/signing.json`` holds what both sides must compute.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Protocol

from agent.errors import BridgeError
from agent.security.pairing import PairingKey

KEY_ID = "Erp-Key-Id"
TIMESTAMP = "Erp-Timestamp"
NONCE = "Erp-Nonce"
SIGNATURE = "Erp-Signature"

MAX_SKEW = 300
"""Seconds that the clocks of the two sides may differ."""

NONCE_MEMORY = 2 * MAX_SKEW
"""Seconds that a nonce must be remembered: as long as its request could be sent again."""

_NONCE_FORM = re.compile(r"[A-Za-z0-9_-]{16,64}")
_TIME_FORM = re.compile(r"[0-9]{1,12}")
_SIGNATURE_FORM = re.compile(r"v1=[0-9a-f]{64}")


class SignatureRefused(BridgeError):
    """A call or an answer is not signed by a paired key, is too old, or was sent before."""

    default_code = "signature.wrong"


class NonceStore(Protocol):
    """Remembers nonces for at least ``NONCE_MEMORY`` seconds, for all processes of the agent."""

    def use(self, key_id: str, nonce: str) -> bool:
        """Remember ``nonce``; False when it had been used with this key before."""
        ...


def new_nonce() -> str:
    """Return a random nonce of 32 characters."""
    return secrets.token_hex(16)


def _request_text(method: str, target: str, timestamp: str, nonce: str, body: bytes) -> bytes:
    digest = hashlib.sha256(body).hexdigest()
    return f"v1\n{method.upper()}\n{target}\n{timestamp}\n{nonce}\n{digest}".encode("latin-1")


def _response_text(status: int, nonce: str, timestamp: str, body: bytes) -> bytes:
    digest = hashlib.sha256(body).hexdigest()
    return f"v1-response\n{status}\n{nonce}\n{timestamp}\n{digest}".encode("latin-1")


def _signature(secret: bytes, text: bytes) -> str:
    return "v1=" + hmac.new(secret, text, hashlib.sha256).hexdigest()


def sign_request(
    key: PairingKey, method: str, target: str, body: bytes, *, now: float, nonce: str | None = None
) -> dict[str, str]:
    """Return the four headers that sign a request.

    Args:
        key: the pairing key to sign with.
        method: HTTP method.
        target: path and query exactly as they will stand on the request line.
        body: the body's bytes, empty without one.
        now: Unix time in seconds.
        nonce: given by tests; random otherwise.
    """
    nonce = nonce or new_nonce()
    timestamp = str(int(now))
    return {
        KEY_ID: key.id,
        TIMESTAMP: timestamp,
        NONCE: nonce,
        SIGNATURE: _signature(key.secret, _request_text(method, target, timestamp, nonce, body)),
    }


def verify_request(
    keys: Sequence[PairingKey],
    headers: Mapping[str, str],
    *,
    method: str,
    target: str,
    body: bytes,
    now: float,
    nonces: NonceStore,
) -> PairingKey:
    """Return the key that signed a request, which must not have been received before.

    The nonce is remembered only after the signature proved right, so that strangers cannot fill
    the store.

    Raises:
        SignatureRefused: as :func:`verify_signature`, or the request was received before.
    """
    key = verify_signature(keys, headers, method=method, target=target, body=body, now=now)
    require_first_use(nonces, key, headers[NONCE])
    return key


def verify_signature(
    keys: Sequence[PairingKey],
    headers: Mapping[str, str],
    *,
    method: str,
    target: str,
    body: bytes,
    now: float,
) -> PairingKey:
    """Return the key that signed a request; whether it was received before is not looked at.

    Raises:
        SignatureRefused: a header is missing, the key is unknown, the clocks differ, or the
            signature is wrong.
    """
    key_id = headers.get(KEY_ID, "")
    timestamp = headers.get(TIMESTAMP, "")
    nonce = headers.get(NONCE, "")
    given = headers.get(SIGNATURE, "")
    if not (
        key_id
        and _TIME_FORM.fullmatch(timestamp)
        and _NONCE_FORM.fullmatch(nonce)
        and _SIGNATURE_FORM.fullmatch(given)
    ):
        raise SignatureRefused(
            "The call is not signed",
            fix="Call the agent through the shop's extension, or sign the call with a pairing key.",
            code="signature.missing",
        )
    key = next((k for k in keys if hmac.compare_digest(k.id.encode(), key_id.encode())), None)
    if key is None:
        raise SignatureRefused(
            "The pairing key is not known to the agent",
            fix="Run erp-bridge pairing show on the agent's machine and paste the key into the "
            "extension's settings.",
            code="signature.key_unknown",
        )
    expected = _signature(key.secret, _request_text(method, target, timestamp, nonce, body))
    if not hmac.compare_digest(expected, given):
        raise SignatureRefused(
            "The signature does not fit the call",
            fix="Paste the pairing key again in full; when that does not help, look for a proxy "
            "that changes the path or the body.",
        )
    _require_fresh(timestamp, now)
    return key


def require_first_use(nonces: NonceStore, key: PairingKey, nonce: str) -> None:
    """Refuse a request that was received before.

    Raises:
        SignatureRefused: it was.
    """
    if not nonces.use(key.id, nonce):
        raise SignatureRefused(
            "The same call was received before",
            fix="Send it again with a new nonce.",
            code="signature.replay",
        )


def _require_fresh(timestamp: str, now: float) -> None:
    skew = int(timestamp) - int(now)
    if abs(skew) > MAX_SKEW:
        where = "ahead of" if skew > 0 else "behind"
        raise SignatureRefused(
            f"The other machine's clock is {abs(skew)} seconds {where} this one's",
            fix="Set both clocks by NTP (timedatectl set-ntp true); up to 300 seconds are allowed.",
            code="signature.clock",
        )


def sign_response(
    key: PairingKey, status: int, nonce: str, body: bytes, *, now: float
) -> dict[str, str]:
    """Return the two headers that sign the answer to the request that carried ``nonce``."""
    timestamp = str(int(now))
    text = _response_text(status, nonce, timestamp, body)
    return {TIMESTAMP: timestamp, SIGNATURE: _signature(key.secret, text)}


def verify_response(
    key: PairingKey,
    headers: Mapping[str, str],
    *,
    status: int,
    nonce: str,
    body: bytes,
    now: float,
) -> None:
    """Check that an answer comes from the paired side and belongs to the request.

    Raises:
        SignatureRefused: it does not, or its time is off by more than ``MAX_SKEW``.
    """
    timestamp = headers.get(TIMESTAMP, "")
    given = headers.get(SIGNATURE, "")
    if not (_TIME_FORM.fullmatch(timestamp) and _SIGNATURE_FORM.fullmatch(given)):
        raise SignatureRefused(
            "The answer is not signed",
            fix="Check that the address is the paired side's and that no proxy drops headers.",
            code="signature.missing",
        )
    expected = _signature(key.secret, _response_text(status, nonce, timestamp, body))
    if not hmac.compare_digest(expected, given):
        raise SignatureRefused(
            "The signature does not fit the answer",
            fix="Check that both sides use the same pairing key and that no proxy changes answers.",
        )
    _require_fresh(timestamp, now)
