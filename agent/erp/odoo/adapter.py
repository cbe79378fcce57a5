"""The Odoo side of the port: one connection to one database of an Odoo server, 14 to 19."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from agent.erp.buttons import BoardRow, Press, PressAnswer
from agent.erp.cursor import Cursor
from agent.erp.odoo import (
    archiving,
    attributes,
    categories,
    check,
    manufacturers,
    matching,
    products,
)
from agent.erp.odoo.buttons import board, install, presses, push, state
from agent.erp.odoo.client import Odoo
from agent.erp.odoo.connection import Connection, Draft, Work
from agent.erp.odoo.sales import addresses, changes, customers, orders, services, states, steps
from agent.erp.odoo.settings import OdooSettings
from agent.erp.odoo.source.side import SourceSide
from agent.erp.odoo.transport import Transport
from agent.erp.order_actions import search_actions
from agent.erp.port import (
    Candidate,
    Capabilities,
    Change,
    Finding,
    MediaSource,
    Outcome,
    Refs,
)
from agent.erp.sales import ACTIONS, OrderState, Step, StepInput
from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.model.record import Record

BATCH_SIZE = 1000
"""Changes per upsert: calls to Odoo are smaller, but equal values are grouped across all."""
_WRITERS: Mapping[Entity, Callable[[Work, Sequence[Draft]], None]] = {
    Entity.CATEGORIES: categories.upsert,
    Entity.MANUFACTURERS: manufacturers.upsert,
    Entity.ATTRIBUTES: attributes.upsert,
    Entity.ATTRIBUTE_VALUES: attributes.upsert_values,
    Entity.PRODUCTS: products.upsert,
    Entity.CUSTOMERS: customers.upsert,
    Entity.ADDRESSES: addresses.upsert,
    Entity.CARRIERS: services.upsert_carriers,
    Entity.ORDERS: orders.upsert,
}
_MODELS: Mapping[Entity, str] = {
    Entity.CATEGORIES: "product.category",
    Entity.ATTRIBUTES: "product.attribute",
    Entity.ATTRIBUTE_VALUES: "product.attribute.value",
    Entity.PRODUCTS: "product.template",
    Entity.VARIANTS: "product.product",
    Entity.TAXES: "account.tax",
    Entity.CUSTOMERS: "res.partner",
    Entity.ADDRESSES: "res.partner",
    Entity.CARRIERS: "delivery.carrier",
    Entity.ORDERS: "sale.order",
    Entity.TAX_RATES: "account.tax",
    Entity.PAYMENT_METHODS: "account.journal",
    Entity.CURRENCIES: "res.currency",
}


class OdooErp(SourceSide):
    """An Odoo connection, see :class:`agent.erp.port.Erp`. Serves one thread at a time.

    Args:
        transport: the way to the server; nothing is called before the first use.
        settings: checked settings of the connection.
        instance: module part of the external ids, ``opencart_1a2b3c4d``.
        shop_currency: the shop's default currency code for :meth:`check`, empty where not known.
    """

    def __init__(
        self,
        transport: Transport,
        settings: OdooSettings,
        *,
        instance: str,
        shop_currency: str = "",
    ) -> None:
        self._transport = transport
        self._cx = Connection(Odoo(transport, settings), settings, instance)
        self._shop_currency = shop_currency

    @property
    def capabilities(self) -> Capabilities:
        """What this server can hold."""
        entities = set(_WRITERS)
        if self._cx.settings.manufacturer_as == "none":
            entities.discard(Entity.MANUFACTURERS)
        return Capabilities(
            variants=True,
            entities=frozenset(entities),
            multi_language=True,
            images=True,
            archive=True,
            batch_size=BATCH_SIZE,
        )

    def check(self) -> list[Finding]:
        """Check the connection step by step; see :mod:`agent.erp.odoo.check`."""
        self._cx.facts.forget()
        return check.run(self._cx, self._shop_currency)

    def languages(self) -> Mapping[str, str]:
        """Return shop language code to Odoo language code, for languages active in Odoo."""
        return self._cx.languages.known()

    def choices(self, field: str) -> list[tuple[str, str]]:
        """Return (value, label) pairs of a setting that Odoo itself can list."""
        return check.choices(self._cx, field)

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
            AuthError, ConfigError: nothing can be written until it is mended.
        """
        drafts = [Draft.of(change) for change in changes]
        if drafts:
            self._cx.facts.enter()
            _writer(entity)(Work(self._cx, media, progress), drafts)
        return [draft.outcome() for draft in drafts]

    def archive(self, entity: Entity, refs: Sequence[tuple[str, str]]) -> list[Outcome]:
        """Archive records given as (shop key, Odoo id); nothing is ever deleted."""
        self._cx.facts.enter()
        return archiving.archive(self._cx, self._model(entity), refs)

    def adopt(self, entity: Entity, external_ids: Sequence[str]) -> Mapping[str, str]:
        """Return Odoo ids of records that carry one of these external ids."""
        if entity is Entity.ORDER_STATUS:
            return {}
        self._cx.facts.enter()
        found = self._cx.external_ids.find(self._model(entity), external_ids)
        return {name: str(number) for name, number in found.items()}

    def exists(self, entity: Entity, refs: Sequence[str]) -> Mapping[str, bool]:
        """Return for each Odoo id that exists whether it is active; an action always is."""
        if entity is Entity.ORDER_STATUS:
            return {ref: True for ref in refs if ref in ACTIONS}
        self._cx.facts.enter()
        return archiving.exists(self._cx, self._model(entity), refs)

    def match(
        self,
        entity: Entity,  # noqa: ARG002 - the records say what they are
        records: Sequence[Record],
        *,
        refs: Refs,
    ) -> Mapping[str, list[Candidate]]:
        """Find records that look like the given ones."""
        self._cx.facts.enter()
        return matching.match(self._cx, records, refs)

    def search(self, entity: Entity, text: str, limit: int) -> list[Candidate]:
        """Find records by a person's words; for order statuses the actions."""
        if entity is Entity.ORDER_STATUS:
            return search_actions(text, limit)
        self._cx.facts.enter()
        scope = manufacturers.scope(self._cx) if entity is Entity.MANUFACTURERS else ()
        return archiving.search(self._cx, self._model(entity), text, limit, scope)

    def order_states(self, refs: Sequence[str]) -> Mapping[str, OrderState]:
        """Return what orders are like now; see :class:`agent.erp.sales.SalesErp`."""
        self._cx.facts.enter()
        return states.states(self._cx, refs)

    def step(
        self, ref: str, step: Step, given: StepInput, *, progress: Callable[[], None]
    ) -> OrderState:
        """Do a step of an order's life; see :class:`agent.erp.sales.SalesErp`."""
        self._cx.facts.enter()
        return steps.step(self._cx, ref, step, given, progress)

    def changed_orders(self, cursor: Cursor) -> tuple[list[str], Cursor]:
        """Return ids of orders with news; see :class:`agent.erp.sales.SalesErp`."""
        self._cx.facts.enter()
        return changes.changed_orders(self._cx, cursor)

    def install_buttons(self) -> list[Finding]:
        """Make buttons, menu and lists; see :class:`agent.erp.buttons.ButtonsErp`."""
        self._cx.facts.forget()
        self._cx.facts.enter()
        return install.install(self._cx)

    def remove_buttons(self) -> list[Finding]:
        """Take all of it back."""
        self._cx.facts.enter()
        return install.remove(self._cx)

    def has_buttons(self) -> bool:
        """Tell whether they are there, as this version of the bridge makes them."""
        self._cx.facts.enter()
        return state.found_version(self._cx) == state.wanted_version(self._cx)

    def set_push(self, url: str) -> list[Finding]:
        """Let Odoo call ``url`` when something changed; see :mod:`agent.erp.odoo.buttons.push`."""
        self._cx.facts.forget()
        self._cx.facts.enter()
        return push.set_push(self._cx, url)

    def presses(self, limit: int) -> list[Press]:
        """Return presses nobody has taken yet, oldest first."""
        self._cx.facts.enter()
        return presses.presses(self._cx, limit)

    def answer(self, answers: Sequence[PressAnswer]) -> None:
        """Tell what became of presses."""
        self._cx.facts.enter()
        presses.answer(self._cx, answers)

    def show(self, rows: Sequence[BoardRow], *, gone: Mapping[str, Sequence[str]]) -> None:
        """Bring the bridge's lists up to date."""
        self._cx.facts.enter()
        board.show(self._cx, rows, gone)

    def close(self) -> None:
        """Give back sockets."""
        self._transport.close()

    def _model(self, entity: Entity) -> str:
        if entity is Entity.MANUFACTURERS:
            where = manufacturers.place(self._cx)
            return where.model if where is not None else manufacturers.VALUE
        if entity not in _MODELS:
            raise _unknown(entity)
        return _MODELS[entity]


def _writer(entity: Entity) -> Callable[[Work, Sequence[Draft]], None]:
    if entity not in _WRITERS:
        raise _unknown(entity)
    return _WRITERS[entity]


def _unknown(entity: Entity) -> ConfigError:
    return ConfigError(
        f"An Odoo connection does not carry {entity.value} this way",
        fix="Choose another entity.",
    )
