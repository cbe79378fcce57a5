"""What an ERP offers so that a shop can be fed from it; every adapter that can has it.

Records come as the canonical ones that also travel to the ERP, with ERP ids in place of the shop's
keys: a category's ``parent``, a product's ``categories`` and ``manufacturer``, an option's
``attribute`` and ``value``, a variant's ``key`` and ``values`` are all ids of the ERP. The flow
knows which records of the shop they are. Texts are by the shop's language codes, and only for
languages that the ERP has.

One record that cannot be read never stops the others. A call raises only when it could not be made
at all; the errors are those of :class:`agent.erp.port.Erp`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from agent.erp.cursor import Cursor
from agent.errors import BridgeError
from agent.model.catalogue import Image
from agent.model.entity import Entity
from agent.model.pricing import ErpPrices, PriceList
from agent.model.record import Record
from agent.model.stock import StockLevel, Warehouse


def nothing() -> None:
    """Do nothing: for who does not want to hear of progress."""


@dataclass(frozen=True, slots=True)
class Sourced:
    """A record as the ERP has it.

    ``fields`` are those the ERP can tell; the others have their defaults and mean nothing.
    ``changed_at`` is when it was last changed, aware. ``external_id`` is the one the bridge gave it
    where it came from the shop, empty else. ``warnings`` are what a shop cannot have of it.
    A product has all its variants, a single one, too (without values): stock is kept of them.
    """

    ref: str
    record: Record
    fields: frozenset[str]
    changed_at: datetime | None = None
    external_id: str = ""
    warnings: tuple[BridgeError, ...] = ()


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be carried to a shop, and why."""

    ref: str
    label: str
    error: BridgeError


@runtime_checkable
class SourceErp(Protocol):
    """The part of an ERP connection that a shop can be fed from; see the module."""

    @property
    def source_entities(self) -> frozenset[Entity]:
        """Entities that can be read; ``STOCK`` and ``PRICES`` among them where they are kept."""
        ...

    def source_languages(self, codes: Sequence[str]) -> None:
        """Say which languages the shop has, the default one first: texts come by these codes.

        To be called before records are read. Until then texts come by the codes that
        :meth:`agent.erp.port.Erp.languages` names, which need not be the shop's (``en-us`` for a
        shop that has ``en-gb``).
        """
        ...

    def source_fields(self, entity: Entity) -> frozenset[str]:
        """Return the fields of an entity's records that this ERP can tell at all."""
        ...

    def source_count(self, entity: Entity) -> int:
        """Return how many records of ``entity`` are meant for the shop."""
        ...

    def source_page(self, entity: Entity, after: str, limit: int) -> list[str]:
        """Return the next ids after ``after`` (``""``: from the start), in one fixed order.

        Only what is meant for the shop, which settings decide: for sale, below one category, a tag.
        Archived records are left out. Parents need not come before their children.
        """
        ...

    def source_read(self, entity: Entity, refs: Sequence[str]) -> list[Sourced | Unreadable]:
        """Return records by id, in that order; deleted ones are absent.

        An archived one comes with ``active`` False where its kind has that; one that is not meant
        for the shop (any more) does, too.
        """
        ...

    def source_offered(self, refs: Sequence[str]) -> set[str]:
        """Return those of the products that are meant for the shop and in use.

        A sieve for many: what is left out is to be read, and comes with ``active`` False, or is
        gone.
        """
        ...

    def source_image(self, image: Image) -> bytes:
        """Return the bytes of a picture that a record of :meth:`source_read` named.

        A picture's ``path`` is the adapter's own name for it, its ``checksum`` changes with it.

        Raises:
            InvalidRecord: it is gone, or no picture.
        """
        ...

    def source_changes(self, entity: Entity, cursor: Cursor) -> tuple[list[str], Cursor]:
        """Return ids of records that changed, were archived or made since ``cursor``.

        Products come, too, when a variant or one of their lines changed. A lag window is read again
        each time, because changes show up late; what was seen in it is told once. With an empty
        cursor nothing is told, and all later changes will be.
        """
        ...

    def warehouses(self) -> list[Warehouse]:
        """Return the warehouses of the company as they are now, also those out of use."""
        ...

    def stock_levels(self, refs: Sequence[str]) -> list[StockLevel]:
        """Return what there is of items (variants), for all warehouses of the company.

        Ids that are gone are absent.
        """
        ...

    def stock_changes(
        self, cursor: Cursor, *, progress: Callable[[], None] = nothing
    ) -> tuple[list[str], Cursor]:
        """Return ids of items (variants) whose quantities changed; see :meth:`source_changes`.

        With an empty cursor an adapter may have to look at everything: ``progress`` is called from
        time to time.
        """
        ...

    def price_lists(self) -> list[PriceList]:
        """Return the price lists there are."""
        ...

    def prices(self, refs: Sequence[str], lists: Sequence[str]) -> list[ErpPrices | Unreadable]:
        """Return what is asked for products (not variants), in their own price and in ``lists``.

        Products that are gone are absent. A list that is gone, or whose rules cannot be followed
        for a product, makes the product unreadable, so that the shop keeps the prices it has.
        """
        ...

    def price_changes(
        self, lists: Sequence[str], cursor: Cursor, *, progress: Callable[[], None] = nothing
    ) -> tuple[list[str] | None, Cursor]:
        """Return ids of products whose prices may have changed; None: all of them may have.

        See :meth:`source_changes` and :meth:`stock_changes`.
        """
        ...
