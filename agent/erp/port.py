"""What any ERP offers to the bridge. Flows know this module and no adapter.

An adapter never raises for one bad record: it answers an :class:`Outcome` with the error and goes
on with the rest. It raises only when the whole call could not be made: ``Unreachable``,
``TimedOut``, ``Busy`` (the task is tried again), ``AuthError`` (the connection is paused),
``ConfigError``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal, Protocol

from agent.errors import BridgeError
from agent.model.catalogue import Image
from agent.model.entity import Entity
from agent.model.record import Record

Refs = Mapping[tuple[Entity, str], str]
"""ERP ids of other records a change points to: (entity, shop key) to ERP id."""

MediaSource = Callable[[Image], bytes]
"""Reads the bytes of an image; raises InvalidRecord where the file is missing or unusable."""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an ERP can hold; flows ask this instead of asking which ERP it is."""

    variants: bool
    entities: frozenset[Entity]
    """Entities that can be written to the ERP."""
    multi_language: bool
    images: bool
    archive: bool
    batch_size: int
    """Records per upsert call that the adapter handles best."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One result of a check: ``cause`` and ``fix`` are empty when ``level`` is ``ok``."""

    level: Literal["ok", "warning", "error"]
    check: str
    message: str
    cause: str = ""
    fix: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One record to create or update.

    ``fields`` are names of the record's dataclass fields to send. On a create it holds all of
    them. ``ref`` is the ERP id where the record is mapped, None to create. ``external_id`` is the
    key made before the first call; repeating a create with it never makes a second record.
    ``previous`` is the record as last written (JSON-ready, see ``model.plain``), None on create.
    """

    record: Record
    fields: frozenset[str]
    external_id: str
    ref: str | None = None
    refs: Refs = field(default_factory=dict)
    previous: Mapping[str, object] | None = None


class Status(StrEnum):
    """What became of a change."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    ARCHIVED = "archived"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of one change, in the order of the changes given.

    ``children`` are parts that the ERP keeps as records of their own, keyed as the flow maps them:
    ``(Entity.VARIANTS, "<variant key>")`` to ERP id. ``warnings`` are errors that did not stop the
    record (an image was skipped, a tax is not mapped); each is shown to the admin. A failed outcome
    may carry ``ref``: the record is in the ERP, and a part of it was refused. ``touched`` tells
    that a failed one was written in part, so that nothing is known of what it holds now.
    """

    key: str
    status: Status
    ref: str | None = None
    children: Refs = field(default_factory=dict)
    error: BridgeError | None = None
    warnings: tuple[BridgeError, ...] = ()
    touched: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """A record of the ERP that may be the same as a record of the shop."""

    ref: str
    label: str
    matched_by: str
    """``sku``, ``barcode``, ``name``, ``rate`` … or ``search`` for a person's query."""
    active: bool = True
    children: Refs = field(default_factory=dict)


class Erp(Protocol):
    """An ERP connection. Calls are synchronous; one instance serves one thread at a time."""

    @property
    def capabilities(self) -> Capabilities:
        """What this ERP can hold, as found on the live server."""
        ...

    def check(self) -> list[Finding]:
        """Log in and check version, rights, apps and set-up; never raises for a finding."""
        ...

    def languages(self) -> Mapping[str, str]:
        """Return shop language code to ERP language code, for languages active in the ERP."""
        ...

    def upsert(
        self,
        entity: Entity,
        changes: Sequence[Change],
        *,
        media: MediaSource,
        progress: Callable[[], None],
    ) -> list[Outcome]:
        """Create or update records; ``progress`` is called between calls to keep the lease.

        Returns one outcome per change, in the order given.
        """
        ...

    def archive(self, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
        """Archive (never delete) records given as (shop key, ERP id)."""
        ...

    def adopt(self, entity: Entity, external_ids: Sequence[str]) -> Mapping[str, str]:
        """Return ERP ids of records that already carry one of these external ids.

        Used after a lost answer or a crash, before anything is sent again.
        """
        ...

    def exists(self, entity: Entity, refs: Sequence[str]) -> Mapping[str, bool]:
        """Return for each ERP id that exists whether it is active; deleted ones are absent."""
        ...

    def match(
        self, entity: Entity, records: Sequence[Record], *, refs: Refs
    ) -> Mapping[str, list[Candidate]]:
        """Find ERP records that look like the given ones, by record key, best rule first.

        ``refs`` gives ERP ids of parents (a value's attribute, a category's parent) where known.
        All candidates of the first rule that finds any; more than one means a person must choose.
        A name alone does not match where both sides have codes and the codes differ.
        """
        ...

    def search(self, entity: Entity, text: str, limit: int) -> list[Candidate]:
        """Find ERP records by a person's words, for mapping by hand."""
        ...

    def close(self) -> None:
        """Give back sessions and sockets."""
        ...


MAX_VARIANT_KEY = 90


def variant_key(product: str, values: Iterable[str]) -> str:
    """Return the key of a combination of option values of a product, for ``Outcome.children``.

    ``42:option:13/49,option:14/52``: the product's key, then the AttributeValue keys of the values
    that make variants, sorted; ``42:`` for a product without any. Longer ones end in a hash, so
    that they fit the mapping.
    """
    key = f"{product}:{','.join(sorted(values))}"
    if len(key) <= MAX_VARIANT_KEY:
        return key
    return f"{product}:#{hashlib.blake2b(key.encode(), digest_size=16).hexdigest()}"
