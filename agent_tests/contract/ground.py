"""The grounds the contract stands on: the sandbox and real servers, seen through plain XML-RPC.

An API key serves as password there, too.
"""

from __future__ import annotations

import itertools
import secrets
import xmlrpc.client
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from agent.erp.odoo.choosing import open_transport
from agent.erp.odoo.settings import parse_settings
from agent.erp.odoo.transport import Transport
from agent.erp.port import Erp
from agent.erp.registry import connect

_names = itertools.count(1)


@dataclass
class Ground:
    """One server with one database.

    ``sellers`` makes a user who may create products but read nothing technical, ``nobodies`` one
    who may only read; both return login and password, which is an API key where ``protocol`` is
    ``json2``.
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
    protocol: str = "xmlrpc"
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

    def rpc_as(
        self, user: tuple[str, str] | None, model: str, method: str, *args: Any, **kw: Any
    ) -> Any:
        """Call a method past the product as a user (login and password); None: the first one."""
        if user is None:
            return self.rpc(model, method, *args, **kw)
        login, password = user
        common: Any = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
        uid = common.authenticate(self.database, login, password, {})
        proxy: Any = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object", allow_none=True)
        return proxy.execute_kw(self.database, uid, password, model, method, args, kw)

    def name_of(self, user: tuple[str, str]) -> str:
        """Return a user's name."""
        (row,) = self.find("res.users", [("login", "=", user[0])], "name")
        return str(row["name"])

    def xml_id(self, full: str) -> int:
        """Return the id behind an external id."""
        module, _, name = full.partition(".")
        (row,) = self.find(
            "ir.model.data", [("module", "=", module), ("name", "=", name)], "res_id"
        )
        return int(row["res_id"])

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
            {**values, "protocol": self.protocol, **settings},
            password or self.password,
            instance=instance,
            shop_currency=shop_currency,
        )

    def transport(self) -> Transport:
        """Return the product's way to the server."""
        values = {"url": self.url, "database": self.database, "user": self.user}
        settings = parse_settings({**values, "protocol": self.protocol})
        return open_transport(settings, self.password)


def silently(ground: Ground, model: str, method: str, *args: Any, **kwargs: Any) -> None:
    """Call past the product what takes effect and then cannot say None."""
    try:
        ground.rpc(model, method, *args, **kwargs)
    except xmlrpc.client.Fault as fault:
        if "cannot marshal" not in fault.faultString:
            raise


def new_instance() -> str:
    """Return a name for a shop that no other test uses."""
    return f"opencart_{secrets.token_hex(4)}"


def unique(word: str) -> str:
    """Return a name that no other record in the database has."""
    return f"{word} {next(_names)}{secrets.token_hex(2)}"
