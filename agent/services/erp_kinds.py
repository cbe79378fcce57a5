"""The kinds of ERP that can be connected, and what a person has to fill in for each."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

from agent.erp.forms import FormField
from agent.erp.port import Erp, Finding
from agent.erp.registry import ErpKind, choices
from agent.errors import BridgeError, ConfigError
from agent.model.entity import Entity
from agent.services.errors import InvalidInput, NotFound
from agent.services.order_settings import ORDER_FIELDS
from agent.services.record_links import record_url
from agent.services.stock_waits import warehouse_findings
from agent.services.two_way_settings import TWO_WAY_FIELDS, check_two_way
from agent.sync.sales.rules import parse_rules

_MAX_TEXT = 1000
_ACCOUNT_NAMES = frozenset({"user", "login"})
_AUTHORITY_NAME = "ca_file"
_LOGIN_NAMES = _ACCOUNT_NAMES | {_AUTHORITY_NAME, "timeout", "version", "time_zone"}
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


BRIDGE_FIELDS: tuple[FormField, ...] = (
    FormField(
        "follow",
        "Follow changes",
        "boolean",
        default="1",
        help="Carry changes over by themselves, once an entity was synchronized as a whole.",
    ),
    FormField(
        "link_existing",
        "Link what is there",
        "boolean",
        default="1",
        help="Look for a record with the same code, barcode or name before making a new one.",
    ),
    *ORDER_FIELDS,
    *TWO_WAY_FIELDS,
)
"""Settings that every connection has; adapters do not see them."""


_ASKED_AS = {"stock_warehouses": "warehouse"}
"""Fields whose values are those of a field of the ERP's own."""


class ErpKinds:
    """Checks what a person filled in, and makes adapters of it.

    Args:
        kinds: the kinds there are, by name.
        instance: returns the shop's instance id.
        currency: returns the code of the shop's currency.
    """

    def __init__(
        self,
        kinds: Mapping[str, ErpKind],
        *,
        instance: Callable[[], str],
        currency: Callable[[], str],
    ) -> None:
        self._kinds = kinds
        self._instance = instance
        self._currency = currency

    def to_plain(self) -> list[dict[str, Any]]:
        """Return all kinds with their fields, the secret's last, JSON-ready."""
        return [
            {
                "kind": kind.kind,
                "label": kind.label,
                "fields": [f.to_plain() for f in (*kind.fields, *BRIDGE_FIELDS, kind.secret)],
                "to_store": [entity.value for entity in kind.to_store],
            }
            for kind in self._kinds.values()
        ]

    def get(self, kind: str) -> ErpKind:
        """Return one kind.

        Raises:
            InvalidInput: there is none of that name.
        """
        if kind not in self._kinds:
            names = ", ".join(self._kinds)
            raise InvalidInput(
                f"There is no kind of ERP named {kind!r}",
                fix=f"Choose one of: {names}.",
                fields={"kind": [f"One of: {names}."]},
            )
        return self._kinds[kind]

    def validate(self, kind: str, settings: Mapping[str, Any], *, secret: object) -> dict[str, Any]:
        """Return the settings in their proper types, with defaults filled in.

        Args:
            kind: kind of ERP.
            settings: by field name; text is taken for numbers and booleans, too.
            secret: anything true when a secret is stored or given.

        Raises:
            InvalidInput: by field, everything that is wrong.
        """
        spec = self.get(kind)
        wrong: dict[str, list[str]] = {}
        if spec.secret.required and not secret:
            wrong["secret"] = [f"{spec.secret.label} is needed."]
        result = _typed({f.name: f for f in (*spec.fields, *BRIDGE_FIELDS)}, settings, wrong)
        if not wrong:
            try:
                parse_rules(result)
                check_two_way(result)
                spec.check(_for_adapter(result))
            except ConfigError as error:
                wrong[_field_of(error, result)] = [f"{error.cause}. {error.fix}"]
        if wrong:
            shown = "; ".join(f"{name}: {' '.join(text)}" for name, text in wrong.items())
            raise InvalidInput(
                f"The connection cannot be stored like this. {shown}",
                fix="Correct the fields named.",
                fields=wrong,
            )
        return result

    def names_another(
        self, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> str | None:
        """Return the label of a field by which ``after`` is another ERP than ``before``, if any."""
        return self._changed(kind, before, after, lambda f: f.identity)

    def sends_secret_elsewhere(
        self, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> str | None:
        """Return the label of a field by which ``after`` gives another server the secret.

        Who vouches for the server is one of them.
        """
        return self._changed(
            kind, before, after, lambda f: f.type == "url" or f.name == _AUTHORITY_NAME
        )

    def leads_elsewhere(
        self, kind: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> bool:
        """Tell whether ``after`` has another address, database or login than ``before``."""
        changed = self._changed(
            kind,
            before,
            after,
            lambda f: f.type == "url" or f.identity or f.name in _ACCOUNT_NAMES,
        )
        return changed is not None

    def _changed(
        self,
        kind: str,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
        which: Callable[[FormField], bool],
    ) -> str | None:
        """Return the label of the first of ``which`` fields whose values differ."""
        return next(
            (
                f.label
                for f in self.get(kind).fields
                if which(f) and before.get(f.name) != after.get(f.name)
            ),
            None,
        )

    def decisive(self, kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings that decide what is written: all but address, login and time-outs.

        When one of them changes, every record is compared anew.
        """
        login = {f.name for f in self.get(kind).fields if f.type == "url"} | _LOGIN_NAMES
        return {k: v for k, v in _for_adapter(settings).items() if k not in login}

    def connect(self, kind: str, settings: Mapping[str, Any], secret: str) -> Erp:
        """Return an adapter for these settings; nothing is called before it is used.

        Raises:
            ConfigError: a setting cannot be used.
        """
        return self.get(kind).open(
            _for_adapter(settings), secret, self._instance(), self._shop_currency()
        )

    def _shop_currency(self) -> str:
        try:
            return self._currency()
        except BridgeError:  # told by the checks of the shop; an ERP is checked without it
            return ""

    def record_url(
        self, kind: str, settings: Mapping[str, Any], entity: Entity, erp_id: str
    ) -> str | None:
        """Return the address that opens a record in the ERP, None where there is none."""
        return record_url(kind, settings, entity, erp_id)

    def check(self, kind: str, settings: Mapping[str, Any], secret: str) -> list[Finding]:
        """Log in and check; what stops the check is a finding, too."""
        try:
            erp = self.connect(kind, settings, secret)
        except BridgeError as error:
            return [_finding(error)]
        try:
            found = erp.check()
            return [*found, *warehouse_findings(erp, settings, found)]
        except BridgeError as error:
            return [_finding(error)]
        finally:
            erp.close()

    def choices(
        self, kind: str, settings: Mapping[str, Any], secret: str, field: str
    ) -> list[dict[str, str]]:
        """Return ``{value, label}`` rows for a field, fixed ones or from the ERP.

        Raises:
            NotFound: the kind has no such field to choose for.
            BridgeError: the ERP cannot be asked.
        """
        every = (*self.get(kind).fields, *BRIDGE_FIELDS)
        spec = next((f for f in every if f.name == field), None)
        if spec is None or not (spec.options or spec.choices):
            raise NotFound(
                f"There is nothing to choose for {field!r}",
                fix="See GET /v1/connection-kinds for the fields that have choices.",
                code="connection.field",
            )
        found: Sequence[tuple[str, str]] = spec.options
        if not found:
            with closing(self.connect(kind, settings, secret)) as erp:
                found = choices(erp, _ASKED_AS.get(field, field))
        return [{"value": value, "label": label} for value, label in found]


def _for_adapter(settings: Mapping[str, Any]) -> dict[str, Any]:
    own = {f.name for f in BRIDGE_FIELDS}
    return {name: value for name, value in settings.items() if name not in own}


def _field_of(error: ConfigError, settings: Mapping[str, Any]) -> str:
    """Return the field that an adapter's error is about."""
    named = re.search(r"[Tt]he setting (\w+)", error.cause)
    return f"settings.{named[1]}" if named and named[1] in settings else "settings"


def _typed(
    specs: Mapping[str, FormField], settings: Mapping[str, Any], wrong: dict[str, list[str]]
) -> dict[str, Any]:
    """Return the settings in their types with defaults; notes in ``wrong`` what cannot be used."""
    for name in settings:
        if name not in specs:
            near = difflib.get_close_matches(name, specs, n=1, cutoff=0.5)
            advice = f"did you mean {near[0]}?" if near else f"known are {', '.join(specs)}."
            wrong[f"settings.{name}"] = [f"There is no such setting; {advice}"]
    result: dict[str, Any] = {}
    for name, spec in specs.items():
        value = settings.get(name)
        if value is None or value == "":
            value = spec.default
        if value is None or value == "":
            if spec.required:
                wrong[f"settings.{name}"] = [f"{spec.label} is needed."]
            continue
        try:
            result[name] = _value(spec, value)
        except ValueError as error:
            wrong[f"settings.{name}"] = [str(error)]
    return result


def _finding(error: BridgeError) -> Finding:
    return Finding(
        "error", "connection", error.cause, cause=error.cause, fix=error.fix, code=error.code
    )


def _value(spec: FormField, value: Any) -> Any:
    """Return ``value`` in the field's type; ValueError says what is wrong with it."""
    convert: dict[str, Callable[[FormField, Any], Any]] = {
        "text": _text,
        "number": _number,
        "boolean": _boolean,
        "url": _url,
        "select": _choice,
        "multiselect": _choices,
    }
    return convert[spec.type](spec, value)


def _text(_spec: FormField, value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("Give a text.")  # noqa: TRY004 - what a person entered, no bug
    text = str(value).strip()
    if len(text) > _MAX_TEXT:
        raise ValueError(f"At most {_MAX_TEXT} characters.")
    return text


def _number(_spec: FormField, value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**12:
        return value
    if isinstance(value, str) and re.fullmatch(r"\s*-?\d{1,12}\s*", value, re.ASCII):
        return int(value)
    raise ValueError("Give a whole number.")


def _boolean(_spec: FormField, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    text = str(value).strip().lower()
    if text not in _TRUE | _FALSE:
        raise ValueError("Give true or false.")
    return text in _TRUE


def _url(spec: FormField, value: Any) -> str:
    text = _text(spec, value)
    try:
        parts = urlsplit(text)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname)
        _ = parts.port
    except ValueError:
        sound = False
    if not sound or re.search(r"\s", text):
        raise ValueError("Give a web address, e.g. https://erp.example.com.")
    if parts.username or parts.password:
        raise ValueError("Leave user and password out of the address.")
    return text.rstrip("/")


def _choice(spec: FormField, value: Any) -> str:
    text = _text(spec, value)
    known = [value for value, _label in spec.options]
    if known and text not in known:
        raise ValueError(f"One of: {', '.join(known)}.")
    return text


def _choices(spec: FormField, value: Any) -> str:
    parts = value if isinstance(value, list) else str(value).split(",")
    found = [_choice(spec, part) for part in parts if str(part).strip()]
    return ",".join(dict.fromkeys(found))
