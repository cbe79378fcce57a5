"""Custom fields of the shop: what shoppers entered, as text.

Columns named ``custom_field`` hold JSON: the field's id to a text, or to the id of a chosen value
(select, radio), or to a list of them (checkbox). Some pages of OpenCart store them once more under
``account`` and ``address``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.store.text import decode, line
from agent.store.view import View

_CHOICES = {"select", "radio", "checkbox"}


@dataclass(frozen=True, slots=True)
class CustomFields:
    """Fields with values to choose from, and the values' names in the shop's default language."""

    choices: frozenset[str]
    names: Mapping[str, str]

    @classmethod
    def load(cls, view: View) -> CustomFields:
        """Read them all."""
        if not view.dialect.has("custom_field"):
            return cls(frozenset(), {})
        rows = view.query.rows(
            f"SELECT `custom_field_id`, `type` FROM {view.table('custom_field')}"  # noqa: S608
        )
        choices = frozenset(str(key) for key, kind in rows if kind in _CHOICES)
        names: dict[str, str] = {}
        if choices:
            for value, name in view.query.rows(
                "SELECT t.`custom_field_value_id`, t.`name`"  # noqa: S608
                f" FROM {view.table('custom_field_value_description')} t"
                f" ORDER BY t.`language_id` <> {view.default_language}, t.`language_id`"
            ):
                names.setdefault(str(value), line(name))
        return cls(choices, names)

    def read(self, *columns: str | None) -> dict[str, str]:
        """Return id to text of the fields in these columns; what was left empty is left out.

        A column that is no JSON says nothing: nobody could mend it, and no order depends on it.
        """
        found: dict[str, str] = {}
        for column in columns:
            for key, value in _entries(column):
                text = self._text(key, value)
                if text:
                    found.setdefault(key, text)
        return found

    def _text(self, key: str, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(text for item in value if (text := self._text(key, item)))
        if value is None or isinstance(value, dict | bool):
            return ""
        text = decode(str(value)).strip()
        return self.names.get(text, text) if key in self.choices else text


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field of the shop. ``location``: ``account``, ``address`` or ``affiliate``."""

    key: str
    name: str
    location: str
    active: bool


def list_custom_fields(view: View) -> list[CustomField]:
    """Return all custom fields in the shop's order, names in its default language."""
    if not view.dialect.has("custom_field"):
        return []
    names: dict[int, str] = {}
    if view.dialect.has("custom_field_description"):
        for key, name in view.query.rows(
            "SELECT t.`custom_field_id`, t.`name`"  # noqa: S608
            f" FROM {view.table('custom_field_description')} t"
            f" ORDER BY t.`language_id` <> {view.default_language}, t.`language_id`"
        ):
            names.setdefault(int(key), line(name))
    return [
        CustomField(str(key), names.get(key) or f"custom field {key}", line(place), bool(status))
        for key, place, status in view.query.rows(
            "SELECT `custom_field_id`, `location`, `status`"  # noqa: S608
            f" FROM {view.table('custom_field')} ORDER BY `sort_order`, `custom_field_id`"
        )
    ]


def _entries(column: str | None) -> list[tuple[str, Any]]:
    if not column or column in {"[]", '""', "{}", "null"}:
        return []
    try:
        value = json.loads(column)
    except ValueError:
        return []
    return _flat(value)


def _flat(value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):  # PHP writes an empty list for no fields
        return []
    entries: list[tuple[str, Any]] = []
    for key, item in value.items():
        entries += [(key, item)] if key.isdigit() else _flat(item)
    return entries
