"""What the modules of the adapter share: calls, facts, settings, languages of one connection."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from agent.erp.odoo.client import Odoo
from agent.erp.odoo.facts import Facts
from agent.erp.odoo.languages import LanguageMap
from agent.erp.odoo.load import Loader
from agent.erp.odoo.settings import OdooSettings
from agent.erp.odoo.xmlids import ExternalIds
from agent.erp.port import Change, MediaSource, Outcome, Status
from agent.errors import BridgeError, InvalidRecord
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
class Draft:
    """A change on its way: becomes an outcome."""

    change: Change
    id: int | None = None
    error: BridgeError | None = None
    touched: bool = False
    warnings: list[BridgeError] = field(default_factory=list)
    children: dict[tuple[Entity, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, change: Change) -> Draft:
        """Return the draft of a change; a ref that is no Odoo id is an error of that record."""
        if change.ref is None:
            return cls(change)
        if not change.ref.isascii() or not change.ref.isdigit():
            error = InvalidRecord(
                f"It is linked to {change.ref!r}, which is no Odoo id",
                fix="Forget the link on the mapping screen and link it again.",
            )
            return cls(change, error=error)
        return cls(change, id=int(change.ref))

    @property
    def key(self) -> str:
        """The record's key in the shop."""
        return self.change.record.key

    @property
    def creates(self) -> bool:
        """Whether the record is new to Odoo."""
        return self.change.ref is None

    @property
    def alive(self) -> bool:
        """Whether the record is in Odoo and nothing failed so far."""
        return self.error is None and self.id is not None

    def has(self, *names: str) -> bool:
        """Tell whether one of the named fields is to be sent."""
        return any(name in self.change.fields for name in names)

    def ref(self, entity: Entity, key: str) -> int | None:
        """Return the Odoo id of a record the change points to, None where it is not known."""
        text = self.change.refs.get((entity, key), "")
        return int(text) if text.isascii() and text.isdigit() else None

    def outcome(self) -> Outcome:
        """Return what became of the change."""
        ref = str(self.id) if self.id is not None else None
        if self.error is not None:
            status = Status.FAILED
        elif self.creates:
            status = Status.CREATED
        else:
            status = Status.UPDATED if self.touched else Status.UNCHANGED
        return Outcome(
            key=self.key,
            status=status,
            ref=ref,
            children=dict(self.children),
            error=self.error,
            warnings=tuple(self.warnings),
            touched=self.touched,
        )


@dataclass(slots=True)
class Work:
    """One upsert call: the connection, where pictures come from, how to keep the lease."""

    cx: Connection
    media: MediaSource
    progress: Callable[[], None]

    @property
    def loader(self) -> Loader:
        """A loader that keeps the lease."""
        return Loader(self.cx.odoo, self.progress, self.cx.facts.may)


def previous_text(change: Change, name: str) -> Mapping[str, str] | None:
    """Return a translated text as last written, None where that is not known.

    A field that is to be sent though its text is the same is sent because settings changed (another
    language, another place for it): then nothing of what was written counts.
    """
    before = (change.previous or {}).get(name)
    if not isinstance(before, Mapping) or before == getattr(change.record, name, None):
        return None
    return {str(k): str(v) for k, v in before.items()}


def alive(drafts: Sequence[Draft]) -> list[Draft]:
    """Return the drafts that are in Odoo and have not failed."""
    return [d for d in drafts if d.alive]
