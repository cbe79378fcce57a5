"""What the ways to call Odoo over HTTP share: whom they call as whom, and their session."""

from __future__ import annotations

from agent.erp.http_session import HttpSession


class WebTransport:
    """A login at one Odoo server. Serves one thread at a time.

    Args:
        url: address of the server without the protocol's own path.
        database: name of the database.
        user: login; an API key must belong to it.
        secret: password or API key, as the protocol takes it.
        ca_file: PEM file with a private certificate authority, empty for the public ones.
        connect_timeout: seconds until a connection must stand.
        read_timeout: seconds of silence after which an answer counts as lost.
    """

    def __init__(
        self,
        url: str,
        database: str,
        user: str,
        secret: str,
        *,
        ca_file: str = "",
        connect_timeout: float = 10.0,
        read_timeout: float = 120.0,
    ) -> None:
        self._url = url
        self._database = database
        self._user = user
        self._secret = secret
        self._uid: int | None = None
        self._session = HttpSession(
            url,
            secret,
            product="Odoo",
            ca_file=ca_file,
            connect_timeout=connect_timeout,
            read_timeout=read_timeout,
        )

    def close(self) -> None:
        """Close the session's sockets."""
        self._session.close()
