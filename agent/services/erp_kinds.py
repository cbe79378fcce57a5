"""The kinds of ERP that can be connected, and what a person has to fill in for each."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from agent.erp.forms import FormField
from agent.erp.port import Erp, Finding
from agent.errors import BridgeError
from agent.model.entity import Entity
from agent.services.errors import InvalidInput, NotFound

_MAX_TEXT = 1000
_LOGIN_NAMES = frozenset({"user", "login", "timeout", "ca_file"})
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"0", "false", "no", "off", ""})


class KindSpec(Protocol):
    """One kind of ERP."""

    @property
    def kind(self) -> str:
        """Name as stored, e.g. ``odoo``."""
        ...

    @property
    def label(self) -> str:
        """Name for people."""
        ...

    @property
    def fields(self) -> Sequence[FormField]:
        """What to fill in. The field of type ``password`` is the secret, never a setting."""
        ...


class Registry(Protocol):
    """What makes adapters; ``agent.erp.registry`` is the one of production."""

    def kinds(self) -> Sequence[KindSpec]:
        """Return the kinds that can be connected."""
        ...

    def connect(self, kind: str, settings: Mapping[str, Any], secret: str) -> Erp:
        """Return an adapter; it logs in on its first call."""
        ...

    def record_url(
        self, kind: str, settings: Mapping[str, Any], entity: Entity, erp_id: str
    ) -> str | None:
        """Return the address that opens a record in the ERP, None where there is none."""
        ...

    def choices(
        self, kind: str, settings: Mapping[str, Any], secret: str, field: str
    ) -> Sequence[tuple[str, str]]:
        """Return ``(value, label)`` pairs that the live ERP offers for a field."""
        ...


class ErpKinds:
    """Checks what a person filled in, and makes adapters of it."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def to_plain(self) -> list[dict[str, Any]]:
        """Return all kinds with their fields, JSON-ready."""
        return [
            {"kind": k.kind, "label": k.label, "fields": [f.to_plain() for f in k.fields]}
            for k in self._registry.kinds()
        ]

    def get(self, kind: str) -> KindSpec:
        """Return one kind.

        Raises:
            InvalidInput: there is none of that name.
        """
        found = next((k for k in self._registry.kinds() if k.kind == kind), None)
        if found is None:
            names = ", ".join(k.kind for k in self._registry.kinds())
            raise InvalidInput(
                f"There is no kind of ERP named {kind!r}",
                fix=f"Choose one of: {names}.",
                fields={"kind": [f"One of: {names}."]},
            )
        return found

    def validate(self, kind: str, settings: Mapping[str, Any], *, secret: object) -> dict[str, Any]:
        """Return the settings in their proper types, with defaults filled in.

        Args:
            kind: kind of ERP.
            settings: by field name; text is taken for numbers and booleans, too.
            secret: anything true when a secret is stored or given.

        Raises:
            InvalidInput: by field, everything that is wrong.
        """
        specs = {f.name: f for f in self.get(kind).fields}
        wrong: dict[str, list[str]] = {}
        result: dict[str, Any] = {}
        for name in settings:
            if name not in specs:
                near = difflib.get_close_matches(name, specs, n=1, cutoff=0.5)
                wrong[f"settings.{name}"] = [
                    f"There is no such setting; did you mean {near[0]}?"
                    if near
                    else f"There is no such setting; known are {', '.join(specs)}."
                ]
            elif specs[name].type == "password":
                wrong[f"settings.{name}"] = ["Give it as the secret, not as a setting."]
        for name, spec in specs.items():
            if spec.type == "password":
                if spec.required and not secret:
                    wrong["secret"] = [f"{spec.label} is needed."]
                continue
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
        if wrong:
            shown = "; ".join(f"{name}: {' '.join(text)}" for name, text in wrong.items())
            raise InvalidInput(
                f"The connection cannot be stored like this. {shown}",
                fix="Correct the fields named.",
                fields=wrong,
            )
        return result

    def decisive(self, kind: str, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Return the settings that decide what is written: all but address, login and name.

        When one of them changes, every record is compared anew.
        """
        login = {f.name for f in self.get(kind).fields if f.type in {"url", "password"}}
        return {k: v for k, v in settings.items() if k not in login | _LOGIN_NAMES}

    def connect(self, kind: str, settings: Mapping[str, Any], secret: str) -> Erp:
        """Return an adapter for these settings."""
        return self._registry.connect(kind, settings, secret)

    def record_url(
        self, kind: str, settings: Mapping[str, Any], entity: Entity, erp_id: str
    ) -> str | None:
        """Return the address that opens a record in the ERP, None where there is none."""
        return self._registry.record_url(kind, settings, entity, erp_id)

    def check(self, kind: str, settings: Mapping[str, Any], secret: str) -> list[Finding]:
        """Log in and check; what stops the check is a finding, too."""
        try:
            erp = self._registry.connect(kind, settings, secret)
        except BridgeError as error:
            return [_finding(error)]
        try:
            return erp.check()
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
        spec = next((f for f in self.get(kind).fields if f.name == field), None)
        if spec is None or not (spec.options or spec.choices):
            raise NotFound(
                f"There is nothing to choose for {field!r}",
                fix="See GET /v1/connection-kinds for the fields that have choices.",
                code="connection.field",
            )
        found = spec.options or self._registry.choices(kind, settings, secret, field)
        return [{"value": value, "label": label} for value, label in found]


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
