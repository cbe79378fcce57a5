"""Values of a connection's form, checked: every refusal names the setting and what to write."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

from agent.erp.forms import FormField
from agent.errors import ConfigError


class FormValues:
    """What was entered into a form, as text by field name; absent values are the defaults.

    Args:
        fields: the form's fields.
        values: what was entered, by name.
        whose: whose form it is, for messages: ``an Odoo connection``.

    Raises:
        ConfigError: a setting is not known, is missing or is none of its options; names it.
    """

    def __init__(
        self, fields: Sequence[FormField], values: Mapping[str, object], whose: str
    ) -> None:
        self._by_name = {f.name: f for f in fields}
        unknown = sorted(set(values) - set(self._by_name))
        if unknown:
            raise ConfigError(
                f"The setting {unknown[0]} is not known for {whose}",
                fix=f"Remove it, or use one of: {', '.join(self._by_name)}.",
            )
        self.texts = {f.name: _text(values, f) for f in fields}
        for form_field in fields:
            self._check(form_field, self.texts[form_field.name])

    def refuse(self, name: str, problem: str, fix: str) -> NoReturn:
        """Raise the error for a setting that cannot be used."""
        label = self._by_name[name].label if name in self._by_name else name
        raise ConfigError(f"The setting {name} ({label}) {problem}", fix=fix, code="config.setting")

    def url(self, name: str, *, pages: str = "", example: str) -> str:
        """Return a server's address without a slash at its end.

        Args:
            name: the field.
            pages: pattern of the first part of paths that people copy along from their browser.
            example: an address with a port, for messages.
        """
        text = self.texts[name]
        parts = urlsplit(text)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            self.refuse(
                name, f"is no web address: {text!r}", "Write it with https://, as in a browser."
            )
        if parts.username or parts.password:
            self.refuse(
                name, "holds a user name or password", "Put them into the fields made for them."
            )
        try:
            port = parts.port
        except ValueError:
            self.refuse(name, "has a port that is no number", f"Write it like {example}")
        path = parts.path.rstrip("/")
        if pages:
            path = re.sub(rf"(?:{pages})(/.*)?$", "", path)
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        return f"{parts.scheme}://{host}{f':{port}' if port else ''}{path}"

    def identifier(self, name: str) -> int | None:
        """Return a number of a record, None where the field is empty."""
        text = self.texts[name]
        if not text:
            return None
        if not text.isascii() or not text.isdigit() or int(text) < 1:
            self.refuse(name, f"cannot be {text!r}", "Choose one from the list, or leave it empty.")
        return int(text)

    def number(self, name: str, low: float, high: float) -> float:
        """Return a number between ``low`` and ``high``."""
        text = self.texts[name]
        try:
            value = float(text)
        except ValueError:
            self.refuse(name, f"is no number: {text!r}", f"Use a number from {low:g} to {high:g}.")
        if not low <= value <= high:
            self.refuse(name, f"cannot be {text}", f"Use a number from {low:g} to {high:g}.")
        return value

    def yes_or_no(self, name: str) -> bool:
        """Return the value of a tick box."""
        lowered = self.texts[name].lower()
        if lowered in ("1", "true", "yes", "on"):
            return True
        if lowered not in ("", "0", "false", "no", "off"):
            self.refuse(name, f"cannot be {self.texts[name]!r}", "Use 1 or 0.")
        return False

    def language_pairs(self, name: str, of_erp: re.Pattern[str], example: str) -> dict[str, str]:
        """Return shop language to ERP language; ``of_erp`` is what the latter look like."""
        pairs: dict[str, str] = {}
        for part in re.split(r"[,;\s]+", self.texts[name]):
            if not part:
                continue
            shop, equals, erp = part.partition("=")
            if not equals or not shop or not of_erp.match(erp):
                self.refuse(name, f"has {part!r}", f"Write pairs like {example}, with commas.")
            pairs[shop.lower().replace("_", "-")] = erp
        return pairs

    def pattern(self, name: str, placeholders: Sequence[str], *, needed: str) -> str:
        """Return a pattern of codes, empty where there are to be none.

        Args:
            name: the field.
            placeholders: what may stand in braces.
            needed: the placeholder without which all records would get the same code.
        """
        text = self.texts[name]
        if text.lower() in ("", "-", "none"):
            return ""
        used = set(re.findall(r"\{([^{}]*)\}", text))
        if used - set(placeholders) or re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
            *others, last = [f"{{{word}}}" for word in placeholders]
            allowed = f"{', '.join(others)} and {last}" if others else last
            self.refuse(name, f"cannot be {text!r}", f"Use only {allowed} in braces.")
        if needed not in used:
            self.refuse(
                name,
                "would give several records the same code",
                f"Put {{{needed}}} into it, or leave it empty.",
            )
        return text

    def file(self, name: str) -> str:
        """Return the path of a file that is there, empty where none is named."""
        text = self.texts[name]
        if text and not Path(text).is_file():
            self.refuse(
                name, f"names a file that is not there: {text}", "Check the path on the agent."
            )
        return text

    def several(self, name: str) -> tuple[str, ...]:
        """Return values that were written with commas."""
        return tuple(dict.fromkeys(p.strip() for p in self.texts[name].split(",") if p.strip()))

    def _check(self, form_field: FormField, text: str) -> None:
        if form_field.required and not text:
            self.refuse(form_field.name, "is empty", form_field.help)
        options = [value for value, _ in form_field.options]
        if options and form_field.type == "select" and text not in options:
            self.refuse(
                form_field.name, f"cannot be {text!r}", f"Use one of: {', '.join(options)}."
            )


def _text(values: Mapping[str, object], form_field: FormField) -> str:
    value = values.get(form_field.name)
    if value is None:
        return form_field.default
    if isinstance(value, bool):
        return "1" if value else "0"
    text = str(value).strip()
    if not text and (form_field.options or form_field.type == "number"):
        return form_field.default
    return text
