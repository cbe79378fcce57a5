"""How an ERP's settings are asked for in a form and checked before use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

FieldType = Literal["text", "url", "password", "select", "multiselect", "number", "boolean"]


@dataclass(frozen=True, slots=True)
class FormField:
    """One input of the connection form.

    ``options`` are ``(value, label)`` pairs of a select; a ``multiselect`` holds values with
    commas; ``choices`` tells that the ERP itself can list the values once a connection works.
    ``identity``: another value means another ERP, whose records are other ones. ``group`` is
    the heading it stands under.
    """

    name: str
    label: str
    type: FieldType = "text"
    required: bool = False
    default: str = ""
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    choices: bool = False
    identity: bool = False
    group: str = "Connection"

    def to_plain(self) -> dict[str, Any]:
        """Return the field as JSON-ready values."""
        return {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "required": self.required,
            "default": self.default,
            "help": self.help,
            "options": [{"value": v, "label": text} for v, text in self.options],
            "choices": self.choices,
            "group": self.group,
        }


@runtime_checkable
class ChoicesErp(Protocol):
    """The part of an ERP connection that lists values of its own settings."""

    def choices(self, field: str) -> list[tuple[str, str]]:
        """Return (value, label) pairs of a setting; empty where there is nothing to list.

        Raises:
            TransientError, AuthError, ConfigError: the ERP cannot be asked.
        """
        ...
