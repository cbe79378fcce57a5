"""What the modules of the adapter share: calls, facts, settings, languages of one connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from agent.erp import draft
from agent.erp.odoo.client import Odoo
from agent.erp.odoo.facts import Facts
from agent.erp.odoo.languages import LanguageMap
from agent.erp.odoo.load import Loader
from agent.erp.odoo.settings import OdooSettings
from agent.erp.odoo.xmlids import ExternalIds
from agent.erp.port import Change
from agent.errors import InvalidRecord
from agent.model.entity import Entity


class Connection:
    """One Odoo connection at work. ``instance`` is the module part of its external ids."""

    def __init__(self, odoo: Odoo, settings: OdooSettings, instance: str) -> None:
        self.odoo = odoo
        self.settings = settings
        self.instance = instance
        self.facts = Facts(odoo)
        self.external_ids = ExternalIds(odoo)
        self.shop_languages: tuple[str, ...] = ()
        """Codes of the shop's languages, the default one first; empty where they were not told."""

    @property
    def languages(self) -> LanguageMap:
        """The language pairs."""
        codes = [code for code, _ in self.facts.languages]
        return LanguageMap(codes, self.facts.language, self.settings.languages)


@dataclass(slots=True)
class Draft(draft.Draft):
    """A change on its way into Odoo, whose ids are numbers."""

    @classmethod
    def of(cls, change: Change) -> Self:
        """Return the draft of a change; a ref that is no Odoo id is an error of that record."""
        if change.ref is None or _is_number(change.ref):
            return cls(change, erp_id=change.ref)
        error = InvalidRecord(
            f"It is linked to {change.ref!r}, which is no Odoo id",
            fix="Forget the link on the mapping screen and link it again.",
        )
        return cls(change, error=error)

    @property
    def id(self) -> int | None:
        """The record's number in Odoo once it is known."""
        return None if self.erp_id is None else int(self.erp_id)

    @id.setter  # noqa: A003 - Odoo's own word
    def id(self, number: int | None) -> None:
        self.erp_id = None if number is None else str(number)

    def ref(self, entity: Entity, key: str) -> int | None:
        """Return the Odoo id of a record the change points to, None where it is not known."""
        text = self.ref_of(entity, key)
        return int(text) if text is not None and _is_number(text) else None


@dataclass(slots=True)
class Work(draft.Work[Connection]):
    """One upsert call on Odoo."""

    @property
    def loader(self) -> Loader:
        """A loader that keeps the lease."""
        return Loader(self.cx.odoo, self.progress, self.cx.facts.may)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()
