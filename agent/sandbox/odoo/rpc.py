"""What ``/xmlrpc/2/common`` and ``/xmlrpc/2/object`` do, without HTTP."""

from __future__ import annotations

import inspect
import threading
from typing import Any

from .env import Env, Site
from .faults import (
    AccessDenied,
    AccessError,
    MissingError,
    OdooFault,
    RetryLater,
    ServerError,
    UserError,
)
from .records import Records
from .seed import Account

VERSION_INFO: dict[str, dict[str, Any]] = {
    "14": {
        "server_version": "14.0",
        "server_version_info": [14, 0, 0, "final", 0, ""],
        "server_serie": "14.0",
        "protocol_version": 1,
    },
    "19": {
        "server_version": "19.0",
        "server_version_info": [19, 0, 0, "final", 0, ""],
        "server_serie": "19.0",
        "protocol_version": 1,
    },
}


class Service:
    """One Odoo server with one database; calls run one after the other."""

    def __init__(self, site: Site, database: str, accounts: dict[str, tuple[int, Account]]) -> None:
        self.site = site
        self.database = database
        self.accounts = accounts
        self.lock = threading.RLock()

    def call(self, service: str, method: str, params: tuple[Any, ...]) -> Any:
        """Run a method of a service.

        Raises:
            OdooFault: the answer is a fault.
        """
        if service == "common":
            return self._common(method, params)
        if service == "object":
            return self._object(method, params)
        raise AccessDenied

    def login(self, login: Any, password: Any) -> int | None:
        """Return the uid of a user, or nothing."""
        found = self.accounts.get(str(login))
        if found and password and password in (found[1].password, found[1].api_key):
            return found[0]
        return None

    def user_of_key(self, key: str) -> int | None:
        """Return the user an API key belongs to."""
        for uid, account in self.accounts.values():
            if key and key == account.api_key:
                return uid
        return None

    def execute(
        self, uid: int, model: str, method: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Run a public method in a transaction of its own.

        Raises:
            OdooFault: it fails; nothing of it is kept.
        """
        with self.lock, self.site.database.transaction():
            return self._run(uid, model, method, args, kwargs)

    def _common(self, method: str, params: tuple[Any, ...]) -> Any:
        if method == "version":
            return VERSION_INFO[self.site.version]
        if method in {"authenticate", "login"}:
            self._check_database(params[0])
            return self.login(params[1], params[2]) or False
        if method == "about":
            return "See http://openerp.com"
        raise ServerError(f"Method not found: {method}", "Exception")

    def _object(self, method: str, params: tuple[Any, ...]) -> Any:
        if method not in {"execute", "execute_kw"}:
            raise ServerError(f"Method not found: {method}", "NameError")
        if len(params) < 5:
            raise ServerError(f"{method}() missing required arguments", "TypeError")
        database, uid, password, model, name, *rest = params
        self._check_database(database)
        if not isinstance(uid, int) or not self._password_fits(uid, password):
            raise AccessDenied
        if method == "execute":
            return self.execute(uid, model, name, rest, {})
        args = rest[0] if rest else []
        kwargs = rest[1] if len(rest) > 1 else {}
        return self.execute(uid, model, name, list(args), dict(kwargs or {}))

    def _check_database(self, name: Any) -> None:
        if name != self.database:
            text = f'connection to server failed: FATAL:  database "{name}" does not exist\n'
            raise ServerError(text, "psycopg2.OperationalError")

    def _password_fits(self, uid: int, password: Any) -> bool:
        return any(
            found == uid and password and password in (account.password, account.api_key)
            for found, account in self.accounts.values()
        )

    def _run(
        self, uid: int, model: str, method: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        if method.startswith("_") or method == "init":
            raise AccessError(_private(self.site.version, model, method))
        if model not in self.site.schema:
            raise UserError(f"Object {model} doesn't exist")
        context = kwargs.pop("context", None) or {}
        env = Env(self.site, uid, dict(context))
        bound = env[model]
        function = getattr(bound, method, None)
        kind = getattr(function, "rpc_kind", None)
        if function is None or kind is None:
            raise _unknown_method(self.site.version, model, method)
        if kind == "records":
            ids = args.pop(0) if args else kwargs.pop("ids", None)
            if ids is None:
                raise ServerError("list index out of range", "IndexError")
            args.insert(0, _ids(ids))
        try:
            inspect.signature(function).bind(*args, **kwargs)
        except TypeError as error:
            raise ServerError(f"{type(bound).__name__}.{method}() {error}", "TypeError") from error
        return self._guarded(function, args, kwargs)

    @staticmethod
    def _guarded(function: Any, args: list[Any], kwargs: dict[str, Any]) -> Any:
        try:
            return function(*args, **kwargs)
        except OdooFault:
            raise
        except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
            raise ServerError(str(error), type(error).__name__) from error


def _ids(value: Any) -> list[int]:
    if isinstance(value, int):
        return [value]
    if not value:
        return []
    return [int(one) for one in value]


def _private(version: str, model: str, method: str) -> str:
    if version == "14":
        return f"Private methods (such as {method}) cannot be called remotely."
    return f"Private methods (such as '{model}.{method}') cannot be called remotely."


def _unknown_method(version: str, model: str, method: str) -> OdooFault:
    if version == "14":
        return ServerError(f"type object '{model}' has no attribute '{method}'", "AttributeError")
    return ServerError(f"The method '{model}.{method}' does not exist", "AttributeError")


__all__ = ["MissingError", "Records", "RetryLater", "Service"]
