"""The surroundings of a call: who calls, in which language, on which database."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from .database import Clock, Database
from .faults import UserError
from .schema import ModelSchema

if TYPE_CHECKING:
    from .model import Model

SUPERUSER = 1


class Site:
    """One Odoo database: its models, its records, its installed languages."""

    def __init__(
        self,
        version: str,
        schema: dict[str, ModelSchema],
        groups: dict[str, dict[str, Any]],
        classes: dict[str, type[Model]],
        clock: Clock,
    ) -> None:
        self.version = version
        self.schema = schema
        self.groups = groups
        self.classes = classes
        self.database = Database(clock)
        self.xml_ids: dict[str, int] = {}  # seed records by external id
        self.passwords: dict[int, str] = {}  # of users by id
        self.api_keys: dict[str, int] = {}  # users' ids by key
        self.plain: type[Model] = classes["ir.module.module"]  # of models without behaviour
        self.noted: dict[str, int] = {}  # external ids by the commit that brought them

    def env(self, uid: int = SUPERUSER, context: dict[str, Any] | None = None) -> Env:
        """Return the surroundings for a user."""
        return Env(self, uid, dict(context or {}))


class Env:
    """Who calls (``uid``) and how (``context``); gives the models bound to both."""

    def __init__(self, site: Site, uid: int, context: dict[str, Any], *, su: bool = False) -> None:
        self.site = site
        self.uid = uid
        self.context = context
        self.su = su or uid == SUPERUSER
        self.names: dict[tuple[str, int], str] = {}
        self._models: dict[str, Model] = {}
        self._lang: str | None = None

    def __getitem__(self, name: str) -> Model:
        """Return a model.

        Raises:
            KeyError: there is no such model.
        """
        model = self._models.get(name)
        if model is None:
            schema = self.site.schema[name]
            model = self.site.classes[name](self, schema)
            self._models[name] = model
        return model

    def __contains__(self, name: str) -> bool:
        return name in self.site.schema

    @property
    def version(self) -> str:
        """Return the version of Odoo: "14" or "19"."""
        return self.site.version

    @property
    def now(self) -> dt.datetime:
        """Return the start of the running transaction, UTC without zone."""
        return self.site.database.now

    @property
    def lang(self) -> str:
        """Return the language of translated texts.

        Raises:
            UserError: Odoo 19 refuses a language that is not installed.
        """
        if self._lang is None:
            lang = self.context.get("lang") or "en_US"
            if lang != "en_US" and lang not in self.languages():
                if self.version != "14":
                    raise UserError(f"Invalid language code: {lang}")
                lang = "en_US"
            self._lang = lang
        return self._lang

    def languages(self) -> list[str]:
        """Return the codes of the installed languages."""
        rows = self.site.database.tables["res.lang"].rows.values()
        return [row["code"] for row in rows if row.get("active")]

    def with_context(self, **changes: Any) -> Env:
        """Return the same surroundings with keys of the context set."""
        return Env(self.site, self.uid, {**self.context, **changes}, su=self.su)

    def sudo(self) -> Env:
        """Return the same surroundings without checks of rights."""
        return Env(self.site, self.uid, self.context, su=True)

    def ref(self, xml_id: str) -> int:
        """Return the id behind the external id of a seed record."""
        return self.site.xml_ids[xml_id]

    def has_group(self, xml_id: str) -> bool:
        """Tell whether the user is in a group, directly or by implication."""
        group = self.site.xml_ids.get(xml_id)
        return self.su or (group is not None and group in self.group_ids())

    def group_ids(self) -> set[int]:
        """Return the groups of the user, implied ones included."""
        tables = self.site.database.tables
        column = "group_ids" if self.version != "14" else "groups_id"
        todo = list(tables["res.users"].rows[self.uid].get(column, ()))
        seen: set[int] = set()
        while todo:
            group = todo.pop()
            if group not in seen:
                seen.add(group)
                todo.extend(tables["res.groups"].rows[group].get("implied_ids", ()))
        return seen
