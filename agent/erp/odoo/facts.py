"""What a live Odoo server has: fields, version, languages, company, units. Asked once, kept.

Decisions are made by fields (``fields_get``), not by version: modules add and remove fields, and
Odoo 15 to 18 lie between the two ends that were measured.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from agent.erp.odoo.client import Odoo, ref_id
from agent.erp.odoo.transport import ServerVersion
from agent.errors import ConfigError, MissingRight

KEEP_SECONDS = 600
"""How long a connection goes by what it found: apps and languages are installed seldom."""
HTML_LANGUAGES_SINCE = 17
HAS_ACCESS_SINCE = 18
SAVE_MULTI_SINCE = 19
_T = TypeVar("_T")
_ATTRIBUTES = ["type", "relation", "required", "readonly", "selection", "translate", "digits"]


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """One field of a model as ``fields_get`` describes it."""

    type: str
    relation: str = ""
    required: bool = False
    translate: bool = False
    selection: tuple[str, ...] = ()
    decimals: int | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """The company the connection works for; ``companies`` are all the user may enter."""

    id: int
    name: str
    currency: str
    companies: tuple[int, ...]


class Facts:
    """Facts of one server, read on first use. ``forget()`` reads them anew."""

    def __init__(self, odoo: Odoo) -> None:
        self._odoo = odoo
        self._fields: dict[str, Mapping[str, FieldInfo]] = {}
        self._kept: dict[object, Any] = {}
        self._since = time.monotonic()

    def fields(self, model: str) -> Mapping[str, FieldInfo]:
        """Return the fields of ``model``; empty where its app is not installed."""
        if model not in self._fields:
            self._fields[model] = self._read_fields(model)
        return self._fields[model]

    def has(self, model: str, name: str = "id") -> bool:
        """Tell whether the model (and the field) exists."""
        return name in self.fields(model)

    def keeps_languages(self, model: str, name: str) -> bool:
        """Tell whether a text field can hold a whole text of its own per language.

        HTML fields are translated sentence by sentence; only since Odoo 17 can a language have
        another text than the main one (context ``delay_translations``).
        """
        info = self.fields(model).get(name)
        if info is None or not info.translate:
            return False
        return info.type != "html" or self.version.major >= HTML_LANGUAGES_SINCE

    def keep(self, key: object, read: Callable[[], _T]) -> _T:
        """Return what ``read`` finds, asked once and kept as long as the other facts."""
        if key not in self._kept:
            self._kept[key] = read()
        found: _T = self._kept[key]
        return found

    def may(self, model: str, operation: str) -> bool:
        """Tell whether the user has the right to ``read``, ``create`` or ``write`` a model."""
        if self.version.major >= HAS_ACCESS_SINCE:
            return bool(self._odoo.call(model, "has_access", [], operation=operation))
        named: dict[str, Any] = {"operation": operation, "raise_exception": False}
        return bool(self._odoo.call(model, "check_access_rights", **named))

    def _read_fields(self, model: str) -> Mapping[str, FieldInfo]:
        try:
            found = self._odoo.call(model, "fields_get", attributes=_ATTRIBUTES)
        except ConfigError as error:
            if error.code == "erp.app_missing":
                return {}
            raise
        return {name: _field_info(a) for name, a in found.items()}

    @cached_property
    def version(self) -> ServerVersion:
        """Version of the server."""
        return self._odoo.transport.version()

    @property
    def writes_each(self) -> bool:
        """Whether one call can write many records each its own values (``web_save_multi``)."""
        return self.version.major >= SAVE_MULTI_SINCE

    @cached_property
    def languages(self) -> Sequence[tuple[str, str]]:
        """Active languages as (code, name)."""
        rows = self._odoo.find("res.lang", [("active", "=", True)], ["code", "name"])
        return [(str(r["code"]), str(r["name"])) for r in rows]

    @cached_property
    def user(self) -> Mapping[str, Any]:
        """The user's own row: id, name, lang, company_id, company_ids."""
        uid = self._odoo.transport.login()
        rows = self._odoo.find(
            "res.users", [("id", "=", uid)], ["name", "lang", "company_id", "company_ids"], limit=1
        )
        if not rows:
            raise MissingRight(
                "The Odoo user cannot read its own settings",
                fix="Make it an internal user in Odoo (Settings, Users).",
                code="erp.rights",
            )
        return rows[0]

    @cached_property
    def company(self) -> Company:
        """The company of the connection: the set one, or the user's own."""
        companies = tuple(int(c) for c in self.user["company_ids"])
        chosen = self._odoo.settings.company or ref_id(self.user["company_id"]) or 0
        if chosen not in companies:
            raise ConfigError(
                f"The Odoo user may not work in company {chosen}",
                fix="Choose another company, or allow it to the user in Odoo (Settings, Users).",
                code="erp.company",
            )
        rows = self._odoo.find("res.company", [("id", "=", chosen)], ["name", "currency_id"])
        currency = rows[0]["currency_id"]
        return Company(
            chosen, str(rows[0]["name"]), str(currency[1]) if currency else "", companies
        )

    @cached_property
    def language(self) -> str:
        """The connection's main language: the set one, the user's own, or the first active one."""
        codes = [code for code, _ in self.languages]
        wanted = self._odoo.settings.language or str(self.user.get("lang") or "")
        if self._odoo.settings.language and wanted not in codes:
            raise ConfigError(
                f"The language {wanted} is not active in Odoo",
                fix="Activate it in Odoo (Settings, Translations, Languages), or choose another.",
                code="erp.language",
            )
        if wanted in codes:
            return wanted
        return codes[0] if codes else "en_US"

    def enter(self) -> None:
        """Make company and language part of every further call; facts of long ago are dropped."""
        now = time.monotonic()
        if now - self._since > KEEP_SECONDS:
            self.forget()
            self._since = now
        if self._odoo.company is None:
            company, language = self.company.id, self.language
            self._odoo.company, self._odoo.language = company, language

    @cached_property
    def weight_unit(self) -> str:
        """``kg`` or ``lb``, in which Odoo keeps weights."""
        return self._unit("weight_unit", "weight_uom_name", "product.weight_in_lbs", ("kg", "lb"))

    @cached_property
    def volume_unit(self) -> str:
        """``m3`` or ``ft3``, in which Odoo keeps volumes."""
        return self._unit(
            "volume_unit", "volume_uom_name", "product.volume_in_cubic_feet", ("m3", "ft3")
        )

    def _unit(self, setting: str, field: str, parameter: str, names: tuple[str, str]) -> str:
        chosen: str = getattr(self._odoo.settings, setting)
        if chosen != "auto":
            return chosen
        rows = self._odoo.find("product.template", [], [field], limit=1)
        if rows:
            shown = str(rows[0][field] or "").lower()
            return names[1] if shown.startswith(("lb", "ft")) else names[0]
        try:  # no product yet to read the unit from: administrators may read the setting itself
            value = self._odoo.call("ir.config_parameter", "get_param", key=parameter)
        except MissingRight:
            return names[0]
        return names[1] if str(value) == "1" else names[0]

    def forget(self) -> None:
        """Read everything anew on next use."""
        self._fields.clear()
        self._kept.clear()
        self._odoo.company = None
        self._odoo.language = ""
        cached = (
            *("version", "languages", "user", "company", "language"),
            *("weight_unit", "volume_unit"),
        )
        for name in cached:
            self.__dict__.pop(name, None)


def _field_info(attributes: Mapping[str, Any]) -> FieldInfo:
    selection = attributes.get("selection") or ()
    digits = attributes.get("digits")
    return FieldInfo(
        type=str(attributes.get("type", "")),
        relation=str(attributes.get("relation") or ""),
        required=bool(attributes.get("required")),
        translate=bool(attributes.get("translate")),
        selection=tuple(str(s[0]) for s in selection if isinstance(s, list | tuple) and s),
        decimals=int(digits[1]) if isinstance(digits, list | tuple) and len(digits) == 2 else None,
    )
