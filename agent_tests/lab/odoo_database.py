"""One database on a real Odoo, with raw calls to look at it from outside the product."""

from __future__ import annotations

import xmlrpc.client
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from agent_tests.lab.odoo import OdooServer

_KEY_CODE = """
keys = env['res.users.apikeys'].with_user(env.context['key_of'])
if 'expiration_date' in keys._fields:
    made = keys._generate('rpc', 'lab', datetime.datetime.now() + datetime.timedelta(days=1))
else:
    made = keys._generate('rpc', 'lab')
action = {'type': 'ir.actions.act_url', 'url': made}
"""


class Login:
    """Calls of one user, straight over ``xmlrpc.client``: no code of the product is in the way."""

    def __init__(self, url: str, database: str, user: str, password: str) -> None:
        self.url = url
        self.database = database
        self.user = user
        self.password = password

    @cached_property
    def uid(self) -> int:
        """The user's id; logs in on first use."""
        found = self._proxy("common").authenticate(self.database, self.user, self.password, {})
        if not found:
            raise PermissionError(f"Odoo refuses the login of {self.user}")
        return int(found)

    def rpc(self, model: str, method: str, *arguments: Any, **keywords: Any) -> Any:
        """Call ``model.method`` and return its answer; faults are ``xmlrpc.client.Fault``."""
        return self._proxy("object").execute_kw(
            self.database, self.uid, self.password, model, method, arguments, keywords
        )

    def _proxy(self, service: str) -> Any:
        return xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/{service}", allow_none=True)


class OdooDatabase(Login):
    """A database with its administrator logged in.

    Attributes:
        url: address of the server, without a path.
        database: its name.
        user: login of the administrator.
        password: the administrator's password.
        version: ``"19"`` or ``"14"``.
    """

    def __init__(self, server: OdooServer, version: str, url: str, database: str) -> None:
        super().__init__(url, database, "admin", "admin")
        self.server = server
        self.version = version

    def login(self, user: str, password: str | None = None) -> Login:
        """Return calls of another user; those of ``create_user`` have their login as password."""
        return Login(self.url, self.database, user, password or user)

    def ref(self, external_id: str) -> int:
        """Return the database id of an external id such as ``base.group_user``."""
        module, name = external_id.split(".", 1)
        rows = self.rpc(
            "ir.model.data",
            "search_read",
            [("module", "=", module), ("name", "=", name)],
            fields=["res_id"],
        )
        if not rows:
            raise LookupError(f"no record has the external id {external_id}")
        return int(rows[0]["res_id"])

    def create_user(self, login: str, groups: Iterable[str] = ("base.group_user",)) -> int:
        """Make a user whose password is the login, in exactly these groups; return the id."""
        ids = [self.ref(group) for group in groups]
        field = "group_ids" if self.version == "19" else "groups_id"
        values = {"name": login, "login": login, "password": login, field: [(6, 0, ids)]}
        return int(self.rpc("res.users", "create", values))

    def api_key(self, user: str = "admin") -> str:
        """Make an API key for the user with that login.

        Odoo lets nobody make one by remote call, but a server action may.
        """
        (uid,) = self.rpc("res.users", "search", [("login", "=", user)])
        answer = self.rpc("ir.actions.server", "run", [self._key_action], context={"key_of": uid})
        return str(answer["url"])

    @cached_property
    def _key_action(self) -> int:
        (model,) = self.rpc("ir.model", "search", [("model", "=", "res.users")])
        values = {"name": "lab key", "model_id": model, "state": "code", "code": _KEY_CODE}
        return int(self.rpc("ir.actions.server", "create", values))

    def drop(self) -> None:
        """Drop the database."""
        self.server.drop_database(self.database)
