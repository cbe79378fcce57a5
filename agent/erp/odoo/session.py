"""HTTP to one Odoo server: certificates verified, no redirects, nothing kept between calls.

Connections are kept open where the server, or the proxy in front of it, lets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy

import requests

from agent.erp.odoo.network import network_error, wrong_answer
from agent.errors import BridgeError

SHORTEST_MASKED = 6
"""Shorter secrets are parts of ordinary words; masking those would make messages unreadable."""


class _NoNetrc(requests.auth.AuthBase):
    """Keeps requests from adding a login found in ~/.netrc."""

    def __call__(self, r: requests.PreparedRequest) -> requests.PreparedRequest:
        return r


class HttpSession:
    """Requests to one server. Serves one thread at a time.

    Args:
        url: address of the server.
        secret: what must not appear in messages.
        ca_file: PEM file with a private certificate authority, empty for the public ones.
        connect_timeout: seconds until a connection must stand.
        read_timeout: seconds of silence after which an answer counts as lost.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        ca_file: str = "",
        connect_timeout: float = 10.0,
        read_timeout: float = 120.0,
    ) -> None:
        self.url = url
        self._secret = secret
        self._timeout = (connect_timeout, read_timeout)
        self._verify: bool | str = ca_file or True
        self._session = requests.Session()
        self._session.auth = _NoNetrc()
        # a session cookie of Odoo would contradict the database and key of a call
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get(self, path: str, headers: Mapping[str, str]) -> requests.Response:
        """Ask for a page.

        Raises:
            Unreachable, TimedOut, ConfigError: nobody answers; see :func:`network_error`.
        """
        return self._request("GET", path, None, headers)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> requests.Response:
        """Send ``body`` and return the whole answer, whatever its status.

        Raises:
            Unreachable, TimedOut, ConfigError: nobody answers; see :func:`network_error`.
        """
        return self._request("POST", path, body, headers)

    def wrong(self, response: requests.Response) -> BridgeError:
        """Return the error for an answer that does not come from Odoo's interface."""
        return wrong_answer(
            self.url,
            response.status_code,
            response.content[:300].decode("utf-8", "replace"),
            location=response.headers.get("Location", ""),
            retry_after=response.headers.get("Retry-After", ""),
        )

    def masked(self, text: str) -> str:
        """Return ``text`` without the secret."""
        return text.replace(self._secret, "***") if len(self._secret) >= SHORTEST_MASKED else text

    def close(self) -> None:
        """Close the sockets."""
        self._session.close()

    def _request(
        self, verb: str, path: str, body: bytes | None, headers: Mapping[str, str]
    ) -> requests.Response:
        try:
            return self._session.request(
                verb,
                self.url + path,
                data=body,
                headers=dict(headers),
                timeout=self._timeout,
                verify=self._verify,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError) as error:
            raise network_error(error, self.url, self._timeout) from error
