"""How many calls an order takes: each is waited for while a shopper's order is on its way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from agent.erp.sales import Step
from agent.model.document import LineKind
from agent.model.entity import Entity
from agent.model.sales import Carrier
from agent_tests.contract.common.life import Life
from agent_tests.contract.common.seller import address, changed, customer, document, line
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.sales_shop import SalesShop

READ = "search_read"
CONFIRMED = [
    f"sale.order {READ}",
    "sale.order action_confirm",
    "sale.order write",
    f"sale.order {READ}",
    f"stock.picking {READ}",
]


@pytest.fixture
def shop(ground: Ground) -> Iterator[SalesShop]:
    """Give a shop that has sold already, so that what is kept is known."""
    made = SalesShop(ground)
    made.ready_to_sell()
    made.must(Carrier("flat", unique("Flat Rate")))
    Life(made, *lines(made), key="first", carrier="flat").once(Step.CONFIRM)
    yield made
    made.close()


def lines(shop: SalesShop) -> tuple[Any, ...]:
    shipping = line("shipping_0", "4", kind=LineKind.SHIPPING, rate="15", taxes=("86",))
    return shop.goods("1", "100", 2, rate="15", taxes=("86",)), shipping


@contextmanager
def calls(shop: SalesShop) -> Iterator[list[str]]:
    """Give the calls that are made inside of the block, as "model method"."""
    erp: Any = shop.erp
    transport = erp._cx.odoo.transport
    made: list[str] = []
    whole = transport.call

    def call(model: str, method: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        made.append(f"{model} {method}")
        return whole(model, method, args, kwargs)

    transport.call = call
    try:
        yield made
    finally:
        del transport.call


def test_an_order_of_a_known_customer(shop: SalesShop) -> None:
    with calls(shop) as made:
        life = Life(shop, *lines(shop), key="2", carrier="flat")
    assert made == [
        f"product.product {READ}",
        f"res.partner {READ}",
        "sale.order load",
        f"sale.order {READ}",
    ]
    with calls(shop) as made:
        life.once(Step.CONFIRM)
    assert made == CONFIRMED
    with calls(shop) as made:
        assert life.once(Step.CONFIRM).state == "confirmed"
    assert made == [f"sale.order {READ}", f"stock.picking {READ}"], "it is done: one look tells"


def test_a_new_customer_of_a_known_group(shop: SalesShop) -> None:
    group = {"group": "9", "group_name": unique("Group")}
    shop.must(customer("7", address("7"), **group))
    with calls(shop) as made:
        shop.must(customer("8", address("8"), **group))
    assert made == ["res.partner load"]


def test_a_carrier_and_a_tax_that_are_not_known_yet_are_read_once(shop: SalesShop) -> None:
    shop.make_tax("7", 7.0)
    shop.must(Carrier("fast", unique("Fast")))
    sold = shop.goods("1", "10", rate="7", taxes=("7",))
    with calls(shop) as made:
        shop.must(document("3", sold, carrier="fast"))
        shop.must(document("4", sold, carrier="fast", rate=Decimal(1)))
    assert made.count(f"account.tax {READ}") == 1
    assert made.count(f"delivery.carrier {READ}") == 1
    assert shop.refs[Entity.CARRIERS, "fast"]


def test_an_edited_order_is_read_again(shop: SalesShop) -> None:
    life = Life(shop, key="5")
    with calls(shop) as made:
        shop.must(changed(life.sent, note="please hurry"))
    assert made[0] == f"sale.order {READ}", "what Odoo has now decides what may be changed"
    assert "sale.order load" in made
