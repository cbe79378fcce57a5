"""The SAP Business One side of the port: one connection to one company of a Service Layer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.erp.cursor import Cursor
from agent.erp.draft import Draft
from agent.erp.port import (
    Candidate,
    Capabilities,
    Change,
    Finding,
    MediaSource,
    Outcome,
    Refs,
)
from agent.erp.sales import OrderState, Step, StepInput
from agent.erp.sap_b1 import check, prepare
from agent.erp.sap_b1.choices import choices
from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.connection import Connection, Work
from agent.erp.sap_b1.items import archiving, groups, makers, products, rows
from agent.erp.sap_b1.items import matching as item_matching
from agent.erp.sap_b1.items.texts import language_of
from agent.erp.sap_b1.sales import (
    addresses,
    carriers,
    changes,
    customers,
    finding,
    orders,
    states,
    steps,
)
from agent.erp.sap_b1.sales import matching as sales_matching
from agent.erp.sap_b1.settings import SapB1Settings
from agent.erp.sap_b1.source.side import SourceSide
from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.model.record import Record

BATCH_SIZE = 200
"""Changes per upsert: change sets are small, but what they need is read for all of them."""
_WRITERS: Mapping[Entity, Callable[[Work, Sequence[Draft]], None]] = {
    Entity.CATEGORIES: groups.upsert,
    Entity.MANUFACTURERS: makers.upsert,
    Entity.ATTRIBUTES: rows.upsert_attributes,
    Entity.ATTRIBUTE_VALUES: rows.upsert_values,
    Entity.PRODUCTS: products.upsert,
    Entity.CUSTOMERS: customers.upsert,
    Entity.ADDRESSES: addresses.upsert,
    Entity.CARRIERS: carriers.upsert,
    Entity.ORDERS: orders.upsert,
}
_OF_B1 = frozenset(
    {
        *(Entity.TAXES, Entity.TAX_RATES, Entity.CURRENCIES, Entity.PAYMENT_METHODS),
        *(Entity.CARRIERS, Entity.ORDER_STATUS),
    }
)
"""Entities whose records carry nothing of the bridge's own."""


class SapB1Erp(SourceSide):
    """A connection, see :class:`agent.erp.port.Erp`. Serves one thread at a time.

    Args:
        client: the way to the company; nothing is called before the first use.
        settings: checked settings of the connection.
        instance: first part of the external ids, ``opencart_1a2b3c4d``.
        shop_currency: the shop's default currency code, empty where not known.
    """

    def __init__(
        self,
        client: Client,
        settings: SapB1Settings,
        *,
        instance: str,
        shop_currency: str = "",
    ) -> None:
        self._cx = Connection(client, settings, instance, shop_currency)

    @property
    def capabilities(self) -> Capabilities:
        """What this company can hold."""
        entities = set(_WRITERS)
        if self._cx.settings.categories_as == "none":
            entities.discard(Entity.CATEGORIES)
        return Capabilities(
            variants=True,
            entities=frozenset(entities),
            multi_language=False,
            images=self._cx.settings.pictures != "none",
            archive=True,
            batch_size=BATCH_SIZE,
        )

    def check(self) -> list[Finding]:
        """Check the connection step by step; see :mod:`agent.erp.sap_b1.check`."""
        self._cx.facts.forget()
        return check.run(self._cx)

    def languages(self) -> Mapping[str, str]:
        """Return the language of the login by the code that shops give it, where it is set.

        Texts of B1 are in one language; without the setting it is the user's own, which B1 does not
        tell.
        """
        code = language_of(self._cx)
        return {code: self._cx.settings.language} if code else {}

    def choices(self, field: str) -> list[tuple[str, str]]:
        """Return (value, label) pairs of a setting that B1 itself can list."""
        return choices(self._cx, field)

    def missing(self) -> list[Finding]:
        """Return which of the bridge's own tables and fields are missing."""
        return prepare.missing(self._cx)

    def prepare(self) -> list[Finding]:
        """Make the bridge's own tables and fields; see :mod:`agent.erp.sap_b1.prepare`."""
        return prepare.prepare(self._cx)

    def upsert(
        self,
        entity: Entity,
        changes: Sequence[Change],
        *,
        media: MediaSource,
        progress: Callable[[], None],
    ) -> list[Outcome]:
        """Create or update records; one outcome per change, in the order given.

        Raises:
            Unreachable, TimedOut, Busy: try the whole call again, after :meth:`adopt`.
            AuthError, ConfigError: nothing can be written until it is mended, or until the company
                is prepared.
        """
        if entity not in _WRITERS:
            raise _unknown(entity)
        drafts = [Draft.of(change) for change in changes]
        if drafts:
            self._enter()
            _WRITERS[entity](Work(self._cx, media, progress), drafts)
        return [draft.outcome() for draft in drafts]

    def archive(self, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
        """Archive records given as (shop key, reference); nothing is ever deleted."""
        self._enter()
        if entity in archiving.ENTITIES:
            return archiving.archive(self._cx, entity, refs)
        return finding.archive(self._cx, entity, refs)

    def adopt(self, entity: Entity, external_ids: Sequence[str]) -> Mapping[str, str]:
        """Return references of records that carry one of these external ids."""
        self._enter()
        if entity in archiving.ENTITIES:
            return archiving.adopt(self._cx, entity, external_ids)
        return finding.adopt(self._cx, entity, external_ids)

    def exists(self, entity: Entity, refs: Sequence[str]) -> Mapping[str, bool]:
        """Return for each reference that exists whether it is active."""
        self._enter_to(entity)
        if entity in archiving.ENTITIES:
            return archiving.exists(self._cx, entity, refs)
        return finding.exists(self._cx, entity, refs)

    def match(
        self, entity: Entity, records: Sequence[Record], *, refs: Refs
    ) -> Mapping[str, list[Candidate]]:
        """Find records that look like the given ones."""
        self._enter_to(entity)
        if entity in archiving.ENTITIES:
            return item_matching.match(self._cx, records, refs)
        return sales_matching.match(self._cx, records)

    def search(self, entity: Entity, text: str, limit: int) -> list[Candidate]:
        """Find records by a person's words; for order statuses the actions."""
        self._enter_to(entity)
        if entity in archiving.ENTITIES:
            return archiving.search(self._cx, entity, text, limit)
        return finding.search(self._cx, entity, text, limit)

    def order_states(self, refs: Sequence[str]) -> Mapping[str, OrderState]:
        """Return what orders are like now; see :class:`agent.erp.sales.SalesErp`."""
        self._enter()
        return states.states(self._cx, refs)

    def step(
        self, ref: str, step: Step, given: StepInput, *, progress: Callable[[], None]
    ) -> OrderState:
        """Do a step of an order's life; see :class:`agent.erp.sales.SalesErp`."""
        self._enter()
        return steps.step(self._cx, ref, step, given, progress)

    def changed_orders(self, cursor: Cursor) -> tuple[list[str], Cursor]:
        """Return ids of orders with news; see :class:`agent.erp.sales.SalesErp`."""
        self._enter()
        return changes.changed_orders(self._cx, cursor)

    def close(self) -> None:
        """Leave the machine's session, and give back sockets."""
        self._cx.client.close()

    def _enter_to(self, entity: Entity) -> None:
        """Begin to read records: lists that people keep in B1 need no preparing."""
        if entity in _OF_B1:
            self._cx.facts.enter()
        else:
            self._enter()


def _unknown(entity: Entity) -> ConfigError:
    return ConfigError(
        f"A SAP Business One connection does not carry {entity.value} this way",
        fix="Choose another entity.",
    )
