"""The shop's own endpoint: what only OpenCart may do, such as history lines with their mails."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from agent.errors import BridgeError, ConfigError, PermanentError, TimedOut, Unreachable
from agent.security.pairing import PairingKey
from agent.security.signing import NONCE, SignatureRefused, sign_request, verify_response

ROUTE = "extension/erp_bridge/api"
_TIMEOUT = (5.0, 30.0)
"""Seconds to connect, and to wait: OpenCart mails the shopper while we wait."""
_MOST_BYTES = 1_000_000
_SHOWN = 120


class ShopApi:
    """Signed calls to the shop's extension. Safe to share between threads.

    Args:
        url: returns the shop's address, with a slash at its end or without.
        key: returns the pairing key to sign with.
        now: returns the Unix time in seconds.
        ca_file: PEM file with a private certificate authority, None for the public ones.
    """

    def __init__(
        self,
        url: Callable[[], str],
        key: Callable[[], PairingKey],
        now: Callable[[], float],
        *,
        ca_file: Path | None = None,
    ) -> None:
        self._url = url
        self._verify: bool | str = str(ca_file) if ca_file else True
        self._key = key
        self._now = now
        self._local = threading.local()

    def ping(self) -> Mapping[str, Any]:
        """Return what the extension says about itself; errors as :meth:`call`."""
        return self.call("ping")

    def add(self, event: str, order: str, status: str | None, *, comment: str, notify: bool) -> int:
        """Add a line to an order's history and return its id; ``event`` never adds a second one.

        ``status`` None keeps the order's status. OpenCart mails the shopper where ``notify`` is
        set, and moves stock as its settings say.

        Raises:
            TransientError: the shop does not answer as it should; ask again with the same event.
            PermanentError: the shop has no such order or status.
        """
        answer = self.call(
            "history",
            {
                "event": event,
                "order_id": int(order),
                "status_id": int(status or 0),
                "comment": comment,
                "notify": notify,
            },
        )
        return int(answer["order_history_id"])

    def call(self, name: str, body: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        """Call the extension and return its answer; ``body`` makes it a POST.

        Raises:
            Unreachable: nobody answers, or what answers is not the extension (maintenance mode).
            TimedOut: the answer did not come; what was done is not known.
            PermanentError: the extension refused the call, with its reason.
            ConfigError: the shop's address is not known.
        """
        base = self._url()
        if not urlsplit(base).hostname:
            raise ConfigError(
                "The shop's address is not known",
                fix="Set [shop] url in the agent's configuration, e.g. https://shop.example/.",
                code="shop.no_url",
            )
        target = f"{base.rstrip('/')}/index.php?route={ROUTE}&call={name}"
        parts = urlsplit(target)
        path = f"{parts.path}?{parts.query}"
        data = b"" if body is None else json.dumps(dict(body), ensure_ascii=False).encode()
        method = "GET" if body is None else "POST"
        key = self._key()
        headers = sign_request(key, method, path, data, now=self._now())
        response = self._send(method, target, data, headers)
        return self._read(response, key, headers[NONCE], parts.netloc)

    def _send(
        self, method: str, url: str, data: bytes, headers: Mapping[str, str]
    ) -> requests.Response:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
        host = urlsplit(url).netloc
        sent = {**headers, "Accept": "application/json"}
        if data:
            sent["Content-Type"] = "application/json"
        try:
            return session.request(
                method,
                url,
                data=data,
                headers=sent,
                timeout=_TIMEOUT,
                allow_redirects=False,
                verify=self._verify,
            )
        except requests.exceptions.SSLError as error:
            raise Unreachable(
                f"The certificate of the shop at {host} is not trusted",
                fix="Set [shop] ca_file to the PEM file of the authority that signed it, give the "
                "shop a certificate of a known authority, or set [shop] url to the address whose "
                "certificate is valid.",
                code="shop.tls",
                detail=str(error),
            ) from error
        except requests.exceptions.ReadTimeout as error:
            raise TimedOut(
                f"The shop at {host} gave no answer within {_TIMEOUT[1]:g} seconds",
                fix="Nothing to do at first: the same line is asked for again and never added "
                "twice. If it stays, see why the shop is slow.",
                code="shop.timeout",
                detail=str(error),
            ) from error
        except requests.exceptions.RequestException as error:
            raise Unreachable(
                f"The shop at {host} does not answer",
                fix="Check that the shop runs, and that [shop] url is its address as seen from the "
                "agent's machine.",
                code="shop.unreachable",
                detail=str(error),
            ) from error

    def _read(
        self, response: requests.Response, key: PairingKey, nonce: str, host: str
    ) -> Mapping[str, Any]:
        body = response.content[:_MOST_BYTES]
        status = response.status_code
        try:
            verify_response(
                key, response.headers, status=status, nonce=nonce, body=body, now=self._now()
            )
        except SignatureRefused as error:
            raise _not_the_extension(host, status, body, error) from error
        try:
            answer = json.loads(body)
        except ValueError as error:
            raise _not_the_extension(host, status, body, error) from error
        if not isinstance(answer, dict):
            raise _not_the_extension(host, status, body, ValueError("no object"))
        if status >= 400:
            raise _refused(status, answer.get("error") or {})
        return answer


def _not_the_extension(host: str, status: int, body: bytes, error: Exception) -> BridgeError:
    start = body[:_SHOWN].decode("utf-8", "replace").strip()
    if status == 401:
        return Unreachable(
            f"The shop at {host} does not accept the agent's signature",
            fix="Paste the agent's pairing key into the settings of ERP Bridge in the shop again "
            "(erp-bridge pairing show), and check that both clocks are right.",
            code="shop.pairing",
            detail=str(error),
        )
    return Unreachable(
        f"What answers at {host} is not the extension of ERP Bridge (HTTP {status}: {start!r})",
        fix="Check that the shop is not in maintenance mode, that the extension is installed, and "
        "that nothing stands between that changes answers.",
        code="shop.not_the_extension",
        detail=str(error),
    )


def _refused(status: int, error: Mapping[str, Any]) -> BridgeError:
    cause = str(error.get("cause") or f"The shop refused the call (HTTP {status})")
    fix = str(error.get("fix") or "See the shop's error log under System > Maintenance.")
    code = str(error.get("code") or "shop.refused")
    if status >= 500 or error.get("retry"):
        return Unreachable(cause, fix=fix, code=code)
    return PermanentError(cause, fix=fix, code=code)
