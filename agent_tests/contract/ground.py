"""The grounds the contract stands on: the sandbox and real servers, seen through plain XML-RPC."""

from __future__ import annotations

import itertools
import secrets
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agent.erp.port import Erp
from agent.erp.registry import connect

_names = itertools.count(1)


@dataclass
class Ground:
    """One server with one database.

    ``sellers`` makes a user who may create products but read nothing technical, ``nobodies`` one
    who may only read; both return login and password.
    """

    name: str
    version: str
    url: str
    database: str
    user: str
    password: str
    sellers: Callable[[], tuple[str, str]]
    nobodies: Callable[[], tuple[str, str]]
    real: bool
    _uid: int = field(default=0)

    @property
    def modern(self) -> bool:
        """Whether it is (or behaves as) Odoo 19."""
        return self.version == "19"

    def rpc(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method past the product."""
        common: Any = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
        self._uid = self._uid or common.authenticate(self.database, self.user, self.password, {})
        proxy: Any = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object", allow_none=True)
        return proxy.execute_kw(
            self.database, self._uid, self.password, model, method, args, kwargs
        )

    def read(self, model: str, ref: str | None, *fields: str, lang: str = "en_US") -> Any:
        """Return one record, archived or not."""
        assert ref is not None
        (row,) = self.rpc(
            model,
            "search_read",
            [("id", "=", int(ref))],
            fields=list(fields),
            context={"lang": lang, "active_test": False},
        )
        return row

    def find(self, model: str, domain: list[Any], *fields: str, lang: str = "en_US") -> Any:
        """Return records, archived ones too."""
        return self.rpc(
            model,
            "search_read",
            domain,
            fields=list(fields),
            order="id",
            context={"lang": lang, "active_test": False},
        )

    def connect(
        self,
        instance: str,
        *,
        url: str = "",
        database: str = "",
        user: str = "",
        password: str = "",
        shop_currency: str = "",
        **settings: object,
    ) -> Erp:
        """Return an adapter as the product opens it."""
        values = {"url": url or self.url, "database": database or self.database}
        values["user"] = user or self.user
        return connect(
            "odoo",
            {**values, **settings},
            password or self.password,
            instance=instance,
            shop_currency=shop_currency,
        )


def new_instance() -> str:
    """Return a name for a shop that no other test uses."""
    return f"opencart_{secrets.token_hex(4)}"


def unique(word: str) -> str:
    """Return a name that no other record in the database has."""
    return f"{word} {next(_names)}{secrets.token_hex(2)}"
