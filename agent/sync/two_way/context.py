"""What the flows into the shop work with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from agent.erp.source import SourceErp
from agent.model.entity import Entity
from agent.model.pricing import PriceList, PriceTarget
from agent.model.record import Record
from agent.model.stock import Pending, StockTarget
from agent.store.writing.changes import (
    PictureSource,
    StoreCandidate,
    StoreChange,
    StoreOutcome,
    WriteRules,
)
from agent.sync.context import SyncContext
from agent.sync.sold_out import decided
from agent.sync.two_way.conflicts import Conflicts
from agent.sync.two_way.ownership import Ownership
from agent.sync.two_way.rules import PriceRules, StockRules

StoreMode = Literal["all", "changed", "ids", "refs"]
"""``ids``: the shop's keys; ``refs``: ERP ids; see :class:`StoreRequest`."""


class Writer(Protocol):
    """What writes into the shop; see :mod:`agent.store.writing`."""

    rules: WriteRules
    """Settings that decide how records are written."""

    def upsert(
        self,
        entity: Entity,
        changes: Sequence[StoreChange],
        *,
        pictures: PictureSource,
        progress: Callable[[], None],
    ) -> list[StoreOutcome]:
        """Create or update records; one outcome per change, in their order."""
        ...

    def match(
        self, entity: Entity, records: Sequence[Record], *, parents: Mapping[str, str]
    ) -> Mapping[str, list[StoreCandidate]]:
        """Return records of the shop that look like the given ones, by the record's key."""
        ...

    def stock(
        self,
        targets: Sequence[StockTarget],
        *,
        seen: Mapping[str, StockTarget],
        progress: Callable[[], None],
    ) -> list[StoreOutcome]:
        """Write quantities that differ from what was ``seen``, while they are still that."""
        ...

    def prices(
        self, targets: Sequence[PriceTarget], *, progress: Callable[[], None]
    ) -> list[StoreOutcome]:
        """Write prices that differ."""
        ...

    def current_stock(self, products: Sequence[str]) -> Mapping[str, StockTarget]:
        """Return the quantities the shop has; products that are gone are absent."""
        ...

    def current_prices(self, products: Sequence[str]) -> Mapping[str, PriceTarget]:
        """Return the prices the shop has; products that are gone are absent."""
        ...


@dataclass(slots=True)
class TwoWay:
    """One connection's view of both sides for one task.

    ``changed_at`` tells when records of the shop were last changed, where the shop knows it.
    ``touched`` are the kinds of records that were written: the shop must forget its cached copies.
    ``choices`` are a person's: which side counts, by record and field.
    """

    sync: SyncContext
    source: SourceErp
    writer: Writer
    ownership: Ownership
    conflicts: Conflicts
    languages: tuple[str, ...]
    stock: StockRules
    prices: PriceRules
    create: bool = True
    changed_at: Callable[[Entity, Sequence[str]], Mapping[str, datetime]] = lambda _e, _k: {}
    price_lists: Callable[[], Sequence[PriceList]] = list
    pending: Callable[[], Pending] = dict
    option_values: Callable[[Sequence[str]], Mapping[str, Mapping[str, str]]] = lambda _keys: {}
    """Tells, by product, which attribute value (its key) each option value row (its id) is, as far
    as they make variants."""
    choices: Mapping[str, Mapping[str, Literal["shop", "erp"]]] = field(default_factory=dict)
    touched: set[Entity] = field(default_factory=set)

    def wrote(
        self,
        entity: Entity,
        outcomes: Sequence[StoreOutcome],
        changes: Sequence[StoreChange] = (),
    ) -> None:
        """Remember that the shop was written, where it was; ``changes`` made the ``outcomes``."""
        if any(outcome.key is not None and outcome.error is None for outcome in outcomes):
            self.touched.add(entity)
        if entity is Entity.PRODUCTS and changes:
            done = [
                change.key
                for change, outcome in zip(changes, outcomes, strict=True)
                if change.key and "active" in change.fields and outcome.error is None
            ]
            decided(self.sync.mappings, done)


@dataclass(frozen=True, slots=True)
class StoreRequest:
    """A page of one entity on its way into the shop.

    ``changed``: what the ERP changed since the last run; ``all``: every record, whether it seems
    changed or not; both from ERP id ``after`` on. Of what the ERP deleted ``changed`` tells
    what has not been told yet. ``released``: a person has said that it is meant.
    """

    entity: Entity
    mode: StoreMode
    after: str = ""
    ids: tuple[str, ...] = ()
    limit: int = 250
    released: bool = False
