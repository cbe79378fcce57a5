"""A bare XML-RPC client, so that the sandbox is tested over the wire and not by its own code."""

from __future__ import annotations

import xmlrpc.client
from typing import Any


class OneTry(xmlrpc.client.Transport):
    """A transport that does not send a call again by itself, as the standard one does."""

    def request(self, host: Any, handler: str, request_body: Any, verbose: bool = False) -> Any:
        return self.single_request(host, handler, request_body, verbose)


class Client:
    """Calls one database as one user."""

    def __init__(self, url: str, database: str, login: str, password: str) -> None:
        self.common = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/common", OneTry())
        self.object = xmlrpc.client.ServerProxy(f"{url}/xmlrpc/2/object", OneTry())
        self.database, self.password = database, password
        self.uid = self.common.authenticate(database, login, password, {})

    def __call__(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self.object.execute_kw(
            self.database, self.uid, self.password, model, method, list(args), kwargs
        )

    def fault(self, model: str, method: str, *args: Any, **kwargs: Any) -> xmlrpc.client.Fault:
        try:
            answer = self(model, method, *args, **kwargs)
        except xmlrpc.client.Fault as fault:
            return fault
        raise AssertionError(f"{model}.{method} answered {answer!r} instead of a fault")
