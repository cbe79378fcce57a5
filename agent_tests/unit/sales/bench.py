"""A bench for the flow of orders: a shop and an ERP in memory, real tables between them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from agent.db import Database
from agent.model.entity import Entity
from agent.model.sales import (
    Carrier,
    Currency,
    Customer,
    Order,
    OrderStatus,
    PaymentMethod,
)
from agent.sync.context import SyncContext, external_id
from agent.sync.mapping import Entry, MappingRepository, MapState
from agent.sync.sales.order import OrderContext, OrderResult, run_order
from agent.sync.sales.orders_table import OrderNotes
from agent.sync.sales.rules import OrderRules
from agent.sync.sales.waiting import WaitingList
from agent_tests.unit.sales.carts import RATES, Cart
from agent_tests.unit.sales.fakes import FakeFeed, FakeHistory, FakeSalesErp
from agent_tests.unit.sync.fakes import FakeReader

READERS = (
    Entity.CATEGORIES,
    Entity.MANUFACTURERS,
    Entity.PRODUCTS,
    Entity.ATTRIBUTES,
    Entity.ATTRIBUTE_VALUES,
    Entity.TAXES,
    Entity.CUSTOMERS,
    Entity.ORDERS,
    Entity.CARRIERS,
    Entity.PAYMENT_METHODS,
    Entity.CURRENCIES,
    Entity.ORDER_STATUS,
    Entity.TAX_RATES,
)


class Bench:
    """A shop with one customer and one product, an ERP, and real tables between them."""

    def __init__(self, database: Database) -> None:
        database.tables.metadata.create_all(database.engine)
        self.erp = FakeSalesErp()
        self.readers = {entity: FakeReader() for entity in READERS}
        self.mappings = MappingRepository(database, 1)
        self.history = FakeHistory()
        self.feed = FakeFeed()
        self.waiting = WaitingList(database)
        self.notes = OrderNotes(database, 1)
        self.ctx = OrderContext(
            sync=SyncContext(
                erp=self.erp,
                readers=self.readers,
                media=lambda _image: b"",
                mappings=self.mappings,
                instance="opencart_test",
                language="en-gb",
                salt="s1",
                beat=lambda: None,
                products_of=lambda keys: {key: key.split(":")[0] for key in keys},
            ),
            rules=OrderRules(),
            connection_id=1,
            notes=self.notes,
            waiting=self.waiting,
            feed=self.feed,
            history=self.history,
            sales=self.erp,
            back={},
            sending=lambda: frozenset({"2"}),
            now=datetime(2026, 5, 2, tzinfo=UTC),
        )
        self._fill()

    def _fill(self) -> None:
        self.readers[Entity.TAX_RATES].put(*RATES)
        self.readers[Entity.CURRENCIES].put(Currency("EUR", "Euro", Decimal(1), default=True))
        self.readers[Entity.CARRIERS].put(Carrier("flat", "Flat rate"))
        self.readers[Entity.PAYMENT_METHODS].put(PaymentMethod("cod", "Cash"))
        self.readers[Entity.CUSTOMERS].put(Customer("7", "ann@example.com", "Ann", "Lee"))
        self.readers[Entity.ORDER_STATUS].put(
            OrderStatus("2", {"en-gb": "Processing"}, "processing"),
            OrderStatus("5", {"en-gb": "Complete"}, "complete"),
            OrderStatus("7", {"en-gb": "Cancelled"}),
        )
        for number in range(101, 104):
            self.link(Entity.VARIANTS, f"{number}:", str(900 + number))
        self.erp.linkable = {
            **{(Entity.TAX_RATES, rate.key): [f"t{rate.key}"] for rate in RATES},
            (Entity.CURRENCIES, "EUR"): ["e1"],
            (Entity.PAYMENT_METHODS, "cod"): ["j1"],
        }

    def link(self, entity: Entity, key: str, ref: str) -> None:
        entry = Entry(
            key,
            0,
            key,
            external_id("opencart_test", entity, key),
            MapState.LINKED,
            erp_id=ref,
        )
        self.mappings.save(entity, [entry])

    def put(self, **changes: object) -> Order:
        order = replace(Cart(goods=[(Decimal(50), 2, "10")], shipping=(Decimal(5), "10")).order())
        order = replace(order, **changes)
        self.readers[Entity.ORDERS].put(order)
        return order

    def run(self, key: str = "1", *, force: bool = False) -> OrderResult:
        return run_order(self.ctx, key, force=force)

    def action(self, status: str, action: str) -> None:
        self.link(Entity.ORDER_STATUS, status, action)

    @property
    def head(self):
        return self.mappings.heads(Entity.ORDERS, ["1"])["1"]

    def state(self):
        return self.erp.states[self.head.erp_id]

    def waits(self):
        row = self.waiting.one(1, Entity.ORDERS, "1")
        return row if row is not None and row.cleared_at is None else None
