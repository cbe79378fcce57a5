"""What a flow works with, and the page of work it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from agent.erp.port import Erp, MediaSource
from agent.model.entity import Entity
from agent.model.plain import fingerprint
from agent.model.results import Counts, RecordResult
from agent.store.records import Reader
from agent.sync.mapping import MappingRepository
from agent.sync.references import Reference

Mode = Literal["all", "changed", "ids"]
"""``changed``: what differs from the last run or failed; ``all``: also look whether the ERP still
has each record; ``ids``: these records only."""


class Settles(Protocol):
    """What the road to the ERP asks where fields of the ERP may go the other way."""

    def settle(self, entity: Entity, works: Sequence[Any], result: PageResult) -> list[Any]:
        """Settle records that both sides have; returns those that are to be sent as ever."""
        ...

    def remember(self, entity: Entity, works: Sequence[Any]) -> None:
        """Remember the ERP's side of records that were just made there."""
        ...


@dataclass(slots=True)
class SyncContext:
    """One connection's view of shop and ERP for one task.

    ``salt`` changes when settings change what would be written, so that everything is compared
    anew. ``optional`` are the ERP ids of what records can do without, such as tax classes: they are
    no part of a record, but decide what is written. ``beat`` keeps the lease and raises when the
    task was taken away.
    """

    erp: Erp
    readers: Mapping[Entity, Reader]
    media: MediaSource
    mappings: MappingRepository
    instance: str
    language: str
    salt: str
    beat: Callable[[], None]
    dry_run: bool = False
    link_existing: bool = True
    count_parents: bool = True
    """Whether what was carried over first counts with the records it was carried over for."""
    retry_failed: bool = True
    """Whether records that failed are tried again although nothing in the shop has changed."""
    reach: Callable[[str], None] = field(default=lambda _point: None)
    """Called at named points between reading and remembering, for fault tests."""
    optional: dict[Reference, str] = field(default_factory=dict)
    shared_skus: Callable[[Iterable[str]], Mapping[str, tuple[str, ...]]] = lambda _skus: {}
    """Tells which of the given SKUs several products have."""
    both: Settles | None = None
    """Compares both sides before anything is sent, where the ERP may be right about something."""
    products_of: Callable[[Iterable[str]], Mapping[str, str]] = lambda _variants: {}
    """Tells which product each of the given variant keys belongs to."""

    @property
    def scan_salt(self) -> str:
        """12 hex digits that change when anything outside of the shop changes what is written."""
        found = [[*pair, ref] for pair, ref in sorted(self.optional.items())]
        return fingerprint([self.salt, found])[:12]


@dataclass(frozen=True, slots=True)
class PageRequest:
    """A page of one entity: the next ``limit`` records after ``after``, or the given ``ids``.

    ``write_limit``: the page ends early once so many of its records are new, or four times as many
    are to be updated (not with ``ids``).
    """

    entity: Entity
    mode: Mode
    after: str = ""
    ids: tuple[str, ...] = ()
    limit: int = 2000
    write_limit: int = 2000


@dataclass(slots=True)
class PageResult:
    """What became of a page; ``next_after`` is None when it was the last one.

    ``cut``: it ended early because so many of its records needed work.
    ``removed`` are mapped records that the shop no longer has; they are archived by a task of their
    own, after they were listed. ``created_keys`` are products that were made in the shop.
    ``left`` are ERP ids to be read again: archived, or not meant for the shop any more.
    ``waits``: nothing more could be carried, for a reason that is none of the records'.
    """

    counts: Counts = field(default_factory=Counts)
    results: list[RecordResult] = field(default_factory=list)
    next_after: str | None = None
    cut: bool = False
    removed: list[str] = field(default_factory=list)
    created_keys: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    waits: bool = False


def external_id(instance: str, entity: Entity, key: str) -> str:
    """Return the key that the ERP knows a record by, made before the first call.

    ``opencart_1a2b3c4d.products_42``: module and name of Odoo's ``ir.model.data``, whose pair is
    unique on the server.
    """
    safe = "".join(c if c.isascii() and (c.isalnum() or c == "_") else "_" for c in key)
    return f"{instance}.{entity.value.replace('-', '_')}_{safe}"
