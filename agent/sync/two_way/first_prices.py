"""The price that a new product of the shop starts with: one that is known, or none and hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from agent.errors import BridgeError, Held, InvalidRecord
from agent.model.catalogue import Product
from agent.model.entity import Entity
from agent.model.pricing import ErpPrices
from agent.model.record import Record
from agent.sync.two_way.context import TwoWay
from agent.sync.two_way.extras import price_missing
from agent.sync.two_way.ownership import NEVER
from agent.sync.two_way.pairing import Incoming
from agent.sync.two_way.price_targets import PriceDesk


def find_first_prices(two: TwoWay, entity: Entity, items: Sequence[Incoming]) -> None:
    """Look up what new products are to cost: in the base price list, where there is one."""
    base = two.prices.base_list
    if entity is not Entity.PRODUCTS or not base or not items:
        return
    desk = PriceDesk(two)
    found = {prices.ref: prices for prices in two.source.prices([i.ref for i in items], [base])}
    for item in items:
        prices = found.get(item.ref)
        if not isinstance(prices, ErpPrices):
            item.price = price_missing() if prices is None else prices.error
            continue
        try:
            price = desk.base(prices)
        except BridgeError as error:
            item.price = error
        else:
            item.price = price_missing() if price is None else price


def refusal(item: Incoming) -> Held | None:
    """Return why a product waits to be made.

    Its price is in a currency that the shop has not, or it cannot be told what its options cost:
    nobody is to buy it without choosing, at the price of the cheapest.
    """
    return item.price if isinstance(item.price, Held) else item.unpaid


def newborn(item: Incoming, record: Record) -> tuple[Record, frozenset[str]]:
    """Return what is to be written of a new record, and which of its fields.

    A product whose price is not known is disabled: nobody is to buy it for nothing.
    """
    names = item.names - NEVER
    if not isinstance(record, Product):
        return record, names
    if isinstance(item.price, Decimal):
        return replace(record, price=item.price), names | {"price"}
    return replace(record, active=False), (names - {"price"}) | {"active"}


def unpriced(item: Incoming) -> tuple[BridgeError, ...]:
    """Return the warning that a new product was made disabled, none where it has a price."""
    if not isinstance(item.record, Product) or isinstance(item.price, Decimal):
        return ()
    why = item.price or price_missing()
    return (
        InvalidRecord(
            f"It was made disabled, because its price is not known: {why.cause}",
            fix=f"{why.fix} Then synchronize it and enable it in the shop.",
            code="record.unpriced",
        ),
    )
