"""What ``/xmlrpc/2/common`` and ``/xmlrpc/2/object`` do, without HTTP."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from .database import Table
from .env import SUPERUSER, Env, Site
from .faults import AccessDenied, AccessError, OdooFault, ServerError, UserError
from .values import not_an_integer

if TYPE_CHECKING:
    from .model import Model

PRIVATE = frozenset(
    {"browse", "check_access", "ensure_one", "exists", "filtered", "mapped", "sudo"}
)
_OWNERS = {"web_save_multi": "Base"}
"""Class that a method of all models comes from, where a module brought it."""
VERSION_INFO: dict[str, dict[str, Any]] = {
    version: {
        "server_version": f"{version}.0",
        "server_version_info": [int(version), 0, 0, "final", 0, ""],
        "server_serie": f"{version}.0",
        "protocol_version": 1,
    }
    for version in ("14", "19")
}


class Service:
    """One Odoo server with one database; calls run one after the other."""

    def __init__(self, site: Site, database: str) -> None:
        self.site = site
        self.database = database
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
        if service == "db":
            raise AccessDenied  # as on a server that does not show its databases
        if self.site.version == "14":
            text = "local variable 'dispatch' referenced before assignment"
            raise ServerError(text, "UnboundLocalError")
        raise ServerError(repr(service), "KeyError")

    def login(self, login: Any, password: Any) -> int | None:
        """Return the uid of a user, or nothing."""
        for uid in self._users.find("login", str(login)):
            if self._users.rows[uid].get("active") and self._fits(uid, password):
                return uid
        return None

    @property
    def _users(self) -> Table:
        return self.site.database.tables["res.users"]

    def _fits(self, uid: int, password: Any) -> bool:
        if not password:
            return False
        return self.site.passwords.get(uid) == password or self.site.api_keys.get(password) == uid

    def execute(
        self, uid: int, model: str, method: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        """Run a public method in a transaction of its own.

        Raises:
            OdooFault: it fails; nothing of it is kept.
        """
        return self.within(lambda: self._run(uid, model, method, args, kwargs))

    def within(self, run: Callable[[], Any]) -> Any:
        """Run a call in a transaction of its own.

        Raises:
            OdooFault: it fails; nothing of it is kept.
        """
        database = self.site.database
        arrived = database.commits
        with self.lock, database.transaction():
            database.snapshot = arrived
            try:
                return run()
            except OdooFault:
                raise
            except Exception as error:  # whatever a call trips over is fault 1 on a real server
                raise ServerError(str(error), type(error).__name__) from error

    def key_owner(self, key: str) -> int | None:
        """Return the user whose API key it is."""
        uid = self.site.api_keys.get(key)
        return uid if uid is not None and self._users.rows[uid].get("active") else None

    def _common(self, method: str, params: tuple[Any, ...]) -> Any:
        if method == "version":
            return VERSION_INFO[self.site.version]
        if method in {"authenticate", "login"}:
            wanted = 4 if method == "authenticate" else 3
            if len(params) != wanted:
                text = f"exp_{method}() takes {wanted} positional arguments but {len(params)} given"
                raise ServerError(text, "TypeError")
            self._check_database(params[0])
            return self.login(params[1], params[2]) or False
        if method == "about":
            return "See http://openerp.com"
        raise ServerError(f"Method not found: {method}", "Exception")

    def _object(self, method: str, params: tuple[Any, ...]) -> Any:
        if len(params) < 3:
            if self.site.version == "14":
                raise ServerError("tuple index out of range", "IndexError")
            text = f"not enough values to unpack (expected at least 5, got {len(params)})"
            raise ServerError(text)
        database, uid, password = params[:3]
        self._check_database(database)
        self._check_user(uid, password)
        if method not in {"execute", "execute_kw"}:
            raise ServerError(f"Method not available {method}", "NameError")
        if len(params) < (6 if method == "execute_kw" else 5):
            raise self._too_few(method, len(params))
        model, name, *rest = params[3:]
        if method == "execute":
            return self.execute(uid, model, name, rest, {})
        kwargs = rest[1] if len(rest) > 1 else {}
        return self.execute(uid, model, name, list(rest[0]), dict(kwargs or {}))

    def _too_few(self, method: str, given: int) -> ServerError:
        if self.site.version == "14":
            names = ("'obj', 'method', and 'args'", "'method' and 'args'", "'args'")[given - 3]
            count = 6 - given
            text = f"{method}() missing {count} required positional argument"
            return ServerError(f"{text}{'s' if count > 1 else ''}: {names}", "TypeError")
        if given < 5:
            return ServerError(f"not enough values to unpack (expected at least 5, got {given})")
        return ServerError("not enough values to unpack (expected 2, got 0)")

    def _check_database(self, name: Any) -> None:
        if name != self.database:
            text = (
                'connection to server at "127.0.0.1", port 5432 failed: FATAL:  database '
                f'"{name}" does not exist\n'
            )
            raise ServerError(text, "psycopg2.OperationalError")

    def _check_user(self, uid: Any, password: Any) -> None:
        if not uid or not password:
            raise AccessDenied
        if uid not in self._users.rows:
            raise self.site.env()["res.users"].missing([uid])
        if not self._fits(uid, password):
            raise AccessDenied

    def check_companies(self, uid: int, context: dict[str, Any]) -> None:
        """Refuse companies that are not the user's.

        Raises:
            AccessError: they are not.
        """
        wanted = context.get("allowed_company_ids") if isinstance(context, dict) else None
        mine = self._users.rows[uid].get("company_ids", ())
        if wanted and uid != SUPERUSER and not set(wanted) <= set(mine):
            raise AccessError("Access to unauthorized or invalid companies.")

    def _run(
        self, uid: int, model: str, method: str, args: list[Any], kwargs: dict[str, Any]
    ) -> Any:
        version = self.site.version
        if method.startswith("_") or method == "init":
            raise AccessError(_private(version, model, method))
        if model not in self.site.schema:
            raise UserError(f"Object {model} doesn't exist")
        context = kwargs.pop("context", None) or {}
        self.check_companies(uid, context)
        bound = Env(self.site, uid, dict(context))[model]
        function = method_of(bound, version, model, method)
        if function.rpc_kind == "records":
            ids = args.pop(0) if args else kwargs.pop("ids", None)
            if ids is None:
                what = "tuple" if version == "14" else "list"
                raise ServerError(f"{what} index out of range", "IndexError")
            args.insert(0, as_ids(ids))
        if function.rpc_needs:
            bound.check_right(function.rpc_needs)
        try:
            if version == "14":
                kwargs = _renamed(function.rpc_names_14, kwargs)
            inspect.signature(function).bind(*args, **kwargs)
        except TypeError as error:
            owner = "" if version == "14" else f"{_OWNERS.get(method, 'BaseModel')}."
            raise ServerError(f"{owner}{method}() {_wording(error)}", "TypeError") from error
        return function(*args, **kwargs)


def _renamed(names: dict[str, str], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Return arguments by the names they have here.

    Raises:
        TypeError: Odoo 14 calls one of them otherwise.
    """
    for name in names:
        if name in kwargs:
            raise TypeError(f"got an unexpected keyword argument {name!r}")
    here = {theirs: name for name, theirs in names.items()}
    return {here.get(name, name): value for name, value in kwargs.items()}


def _wording(error: TypeError) -> str:
    text = str(error)
    if text.startswith("missing a required argument: "):
        return f"missing 1 required positional argument: {text.rsplit(': ', 1)[1]}"
    return text


def method_of(bound: Model, version: str, model: str, method: str) -> Any:
    """Return the public method of a model.

    Raises:
        AccessError: it is private.
        ServerError: there is none.
    """
    function: Any = getattr(bound, method, None)
    if method.startswith("_") or (version != "14" and method in PRIVATE):
        raise AccessError(_private(version, model, method))
    if getattr(function, "rpc_kind", None) is None:
        raise _unknown_method(version, model, method)
    if function.rpc_only not in {"", version}:
        if version == "14":
            raise _unknown_method(version, model, method)
        raise AccessError(_private(version, model, method))
    return function


def as_ids(value: Any) -> list[int]:
    """Return ids as ``browse`` takes them."""
    if isinstance(value, int):
        return [value]
    if not value:
        return []
    if isinstance(value, str):
        return [not_an_integer(value)]
    return [one if isinstance(one, int) else not_an_integer(one) for one in value]


def _private(version: str, model: str, method: str) -> str:
    if version == "14":
        return f"Private methods (such as {method}) cannot be called remotely."
    return f"Private methods (such as '{model}.{method}') cannot be called remotely."


def _unknown_method(version: str, model: str, method: str) -> OdooFault:
    if version == "14":
        return ServerError(f"type object '{model}' has no attribute '{method}'", "AttributeError")
    return ServerError(f"The method '{model}.{method}' does not exist", "AttributeError")
