"""Buttons of the bridge inside the ERP, and what was pressed there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, runtime_checkable

from agent.erp.port import Finding
from agent.model.entity import Entity


@dataclass(frozen=True, slots=True)
class Press:
    """One record that somebody pressed *Synchronize to OpenCart* for. ``id`` is the press's own."""

    id: str
    entity: Entity
    ref: str
    user: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PressAnswer:
    """What became of a press, in words for the person who pressed."""

    id: str
    state: Literal["taken", "done", "failed"]
    message: str = ""


@dataclass(frozen=True, slots=True)
class BoardRow:
    """A line of the bridge's own lists inside the ERP.

    ``list``: ``mappings`` (a linked record), ``runs`` (a job) or ``waiting``. ``key`` is unique in
    its list; a line with a known key replaces the older one.
    """

    list: Literal["mappings", "runs", "waiting"]
    key: str
    entity: str
    label: str
    state: str
    ref: str = ""
    note: str = ""
    at: datetime | None = None


@runtime_checkable
class ButtonsErp(Protocol):
    """The part of an ERP connection that can hold buttons without a module; see the module."""

    def install_buttons(self) -> list[Finding]:
        """Make buttons, menu and lists, or bring them up to date; repeating it changes nothing.

        Raises:
            AuthError: the user may not make them; names the right that is missing.
        """
        ...

    def remove_buttons(self) -> list[Finding]:
        """Take all of it back."""
        ...

    def has_buttons(self) -> bool:
        """Tell whether they are there, as this version of the bridge makes them."""
        ...

    def set_push(self, url: str) -> list[Finding]:
        """Let the ERP call ``url`` when something changed, where it can; ``""`` takes that back."""
        ...

    def presses(self, limit: int) -> list[Press]:
        """Return presses nobody has taken yet, oldest first."""
        ...

    def answer(self, answers: Sequence[PressAnswer]) -> None:
        """Tell what became of presses."""
        ...

    def show(self, rows: Sequence[BoardRow], *, gone: Mapping[str, Sequence[str]]) -> None:
        """Bring the bridge's lists up to date; ``gone`` are keys to take out, by list."""
        ...
