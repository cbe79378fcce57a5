"""An offer of a customer group takes nothing from those who buy more pieces, in any OpenCart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.model.entity import Entity
from agent.services import price_lists
from agent.store.writing.changes import WriteRules
from agent_tests.contract.ground import unique
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import TwoWayRig

pytestmark = pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)

GROUP = "1"
OPENING = timedelta(days=20)
CLOSING = timedelta(days=40)
_DAYS = (
    "(date_start = '0000-00-00' OR date_start < :now) AND (date_end = '0000-00-00'"
    " OR date_end > :now)"
)
_MINE = f"product_id = :product AND customer_group_id = {GROUP} AND ({_DAYS})"


@dataclass(frozen=True)
class Rule:
    """A rule of a price list of Odoo; ``days`` from today on, None for always."""

    quantity: int
    price: int
    days: tuple[timedelta, timedelta] | None = None


JULY = (OPENING, CLOSING)
LATER = (CLOSING + timedelta(days=20), CLOSING + timedelta(days=30))
OFFER = Rule(1, 9, JULY)


@dataclass(frozen=True)
class Case:
    """Prices for ten pieces beside the offer, and what each of ten costs now and in July.

    ``hidden``: the offer would hide them in a cart that takes it for any number of pieces.
    """

    rules: tuple[Rule, ...]
    now: int
    in_july: int
    hidden: bool = False


CASES = {
    "1": Case((Rule(10, 8),), 8, 8, hidden=True),
    "2": Case((Rule(10, 8, JULY),), 10, 8, hidden=True),
    "3": Case((Rule(10, 8, LATER),), 10, 9),
    "4": Case((), 10, 9),
}


def _follow(rig: TwoWayRig) -> None:
    """Have the group pay by a list with all cases, its offers shown as specials."""
    rig.sql("UPDATE oc_product SET price = 10")
    tables = ("discount", "special", "option", "option_value")
    for table in [f"oc_product_{name}" for name in tables]:
        if rig.sql(f"SHOW TABLES LIKE '{table}'"):
            rig.sql(f"DELETE FROM {table}")
    rig.to_erp()
    made = rig.ground.rpc("product.pricelist", "create", {"name": unique("Trade")})
    today = rig.clock().date()
    for product, case in CASES.items():
        for rule in (OFFER, *case.rules):
            values: dict[str, Any] = {
                "pricelist_id": made,
                "applied_on": "1_product",
                "product_tmpl_id": int(rig.ref(Entity.PRODUCTS, product)),
                "compute_price": "fixed",
                "fixed_price": float(rule.price),
                "min_quantity": rule.quantity,
            }
            if rule.days:
                values["date_start"] = f"{today + rule.days[0]} 00:00:00"
                values["date_end"] = f"{today + rule.days[1]} 23:59:59"
            rig.ground.rpc("product.pricelist.item", "create", values)
    wanted = {"group": GROUP, "price_list": str(made), "special": True}
    price_lists.store(rig.services, rig.connection, [wanted])


def _cart(rig: TwoWayRig, product: str, pieces: int, day: date) -> Decimal:
    """Return what the shop's cart asks for each of some pieces, by OpenCart's own queries."""
    about = {"product": product, "now": f"{day} 12:00:00"}
    found = rig.sql("SELECT price FROM oc_product WHERE product_id = :product", product=product)
    found += rig.sql(
        f"SELECT price FROM oc_product_discount WHERE {_MINE} AND quantity <= :pieces"
        " ORDER BY quantity DESC, priority ASC, price ASC LIMIT 1",
        pieces=pieces,
        **about,
    )
    if not rig.version.startswith("4.1"):
        found += rig.sql(
            f"SELECT price FROM oc_product_special WHERE {_MINE}"
            " ORDER BY priority ASC, price ASC LIMIT 1",
            **about,
        )
    return Decimal(found[-1][0])


@pytest.mark.parametrize("version", ["3.0.2.0", "4.0.2.3", "4.1.0.4"])
def test_more_pieces_cost_in_the_cart_what_the_erp_asks(make_rig: MakeRig, version: str) -> None:
    rig = make_rig(version=version, products=4)
    _follow(rig)
    job = rig.to_store(Entity.PRICES, mode="ids", ids=tuple(CASES))
    assert job.counts.updated == len(CASES), rig.troubles(job)
    today = rig.clock().date()
    july, after = today + OPENING + timedelta(days=5), today + CLOSING + timedelta(days=3)
    for product, case in CASES.items():
        for day, one, ten in (
            (today, 10, case.now),
            (july, 9, case.in_july),
            (after, 10, case.now),
        ):
            asked = [_cart(rig, product, pieces, day) for pieces in (1, 10)]
            assert asked == [one, ten], (product, day)
    alone = version.startswith("4.1")
    plain = {p for p, case in CASES.items() if case.hidden and not alone}
    current = rig.services.shop.writer(WriteRules()).current_prices(list(CASES))
    offers = {p for p, have in current.items() if any(price.special for price in have.groups)}
    assert offers == CASES.keys() - plain
    told = {trouble.store_key: trouble.code for trouble in rig.troubles(job)}
    assert told == dict.fromkeys(plain, "prices.offer_as_discount")
    again = rig.to_store(Entity.PRICES, mode="ids", ids=tuple(CASES))
    assert (again.counts.updated, again.counts.unchanged) == (0, len(CASES))
