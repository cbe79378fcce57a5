"""Which protocol a connection speaks: as it is set, or as the server and the secret allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agent.erp.odoo.json2 import SINCE, Json2Transport, could_be_key
from agent.erp.odoo.settings import OdooSettings
from agent.erp.odoo.transport import ServerVersion, Transport
from agent.erp.odoo.xmlrpc import XmlRpcTransport
from agent.errors import BridgeError, Busy, TimedOut


def open_transport(settings: OdooSettings, secret: str) -> Transport:
    """Return the way to the server that the setting ``protocol`` asks for; nothing is called."""
    login = (settings.url, settings.database, settings.user, secret)
    way: dict[str, Any] = {
        "ca_file": settings.ca_file,
        "connect_timeout": settings.connect_timeout,
        "read_timeout": settings.timeout,
    }
    if settings.protocol == "xmlrpc":
        return XmlRpcTransport(*login, **way)
    if settings.protocol == "json2":
        return Json2Transport(*login, **way)
    xmlrpc = XmlRpcTransport(*login, **way)
    if not could_be_key(secret):
        return xmlrpc
    return ChosenTransport(Json2Transport(*login, **way), xmlrpc)


class ChosenTransport:
    """JSON-2 where the server has it and takes the secret as an API key, else XML-RPC.

    Asked at the first login and remembered as long as the transport lives.
    """

    def __init__(self, json2: Json2Transport, xmlrpc: XmlRpcTransport) -> None:
        self._json2 = json2
        self._xmlrpc = xmlrpc
        self._chosen: Transport | None = None
        self._version: ServerVersion | None = None

    @property
    def protocol(self) -> str:
        """The one that was chosen; before the first login both."""
        return self._chosen.protocol if self._chosen is not None else "JSON-2 or XML-RPC"

    def version(self) -> ServerVersion:
        """Return the server's version; see :meth:`Transport.version`."""
        if self._version is None:
            self._version = self._json2.offered() or self._xmlrpc.version()
        return self._version

    def login(self) -> int:
        """Log in by JSON-2 or else XML-RPC; see :meth:`Transport.login`."""
        if self._chosen is not None:
            return self._chosen.login()
        return self._choose()[1]

    def call(self, model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Call a method of a model; see :meth:`Transport.call`."""
        chosen = self._chosen or self._choose()[0]
        return chosen.call(model, method, args, kwargs)

    def _choose(self) -> tuple[Transport, int]:
        if self.version().major >= SINCE:
            try:
                uid = self._json2.login()
            except (TimedOut, Busy):
                raise  # a tired server is no reason to change the protocol
            except BridgeError:
                pass  # a password, or a proxy that lets only XML-RPC through: that one says why not
            else:
                self._chosen = self._json2
                return self._chosen, uid
        uid = self._xmlrpc.login()
        self._chosen = self._xmlrpc
        return self._chosen, uid

    def close(self) -> None:
        """Give back sockets."""
        self._json2.close()
        self._xmlrpc.close()
