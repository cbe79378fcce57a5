"""HTTP to one ERP server: certificates verified, no redirects, nothing kept between calls.

Connections are kept open where the server, or the proxy in front of it, lets them.
"""

from __future__ import annotations

from collections.abc import Mapping
from http.cookiejar import DefaultCookiePolicy

import requests

from agent.erp.network import network_error, wrong_answer
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
        product: what people call the ERP, for the words of errors.
        ca_file: PEM file with a private certificate authority, empty for the public ones.
        connect_timeout: seconds until a connection must stand.
        read_timeout: seconds of silence after which an answer counts as lost.
    """

    def __init__(
        self,
        url: str,
        secret: str,
        *,
        product: str,
        ca_file: str = "",
        connect_timeout: float = 10.0,
        read_timeout: float = 120.0,
    ) -> None:
        self.url = url
        self.product = product
        self._secret = secret
        self._timeout = (connect_timeout, read_timeout)
        self._verify: bool | str = ca_file or True
        self._session = requests.Session()
        self._session.auth = _NoNetrc()
        # cookies are the caller's affair: one kept here would contradict the login of a call
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))

    def get(self, path: str, headers: Mapping[str, str]) -> requests.Response:
        """Ask for a page.

        Raises:
            Unreachable, TimedOut, ConfigError: nobody answers; see :func:`network_error`.
        """
        return self.request("GET", path, None, headers)

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> requests.Response:
        """Send ``body`` and return the whole answer, whatever its status.

        Raises:
            Unreachable, TimedOut, ConfigError: nobody answers; see :func:`network_error`.
        """
        return self.request("POST", path, body, headers)

    def wrong(self, response: requests.Response) -> BridgeError:
        """Return the error for an answer that does not come from the ERP's own interface."""
        return wrong_answer(
            self.url,
            response.status_code,
            response.content[:300].decode("utf-8", "replace"),
            self.product,
            location=response.headers.get("Location", ""),
            retry_after=response.headers.get("Retry-After", ""),
        )

    def masked(self, text: str) -> str:
        """Return ``text`` without the secret."""
        return text.replace(self._secret, "***") if len(self._secret) >= SHORTEST_MASKED else text

    def close(self) -> None:
        """Close the sockets."""
        self._session.close()

    def request(
        self,
        verb: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        *,
        read_timeout: float | None = None,
    ) -> requests.Response:
        """Send a request and return the whole answer, whatever its status.

        Args:
            verb: GET, POST, PATCH or DELETE.
            path: what follows the server's address, percent-encoded.
            body: what is sent, None for nothing.
            headers: the request's own.
            read_timeout: seconds of silence for this call; None: the session's.

        Raises:
            Unreachable, TimedOut, ConfigError: nobody answers; see :func:`network_error`.
        """
        timeout = (self._timeout[0], read_timeout or self._timeout[1])
        try:
            return self._session.request(
                verb,
                self.url + path,
                data=body,
                headers=dict(headers),
                timeout=timeout,
                verify=self._verify,
                allow_redirects=False,
            )
        except (requests.RequestException, OSError) as error:
            raise network_error(error, self.url, timeout, self.product) from error
