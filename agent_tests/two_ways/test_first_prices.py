"""A new product goes on sale at a price that is known, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from agent.model.entity import Entity
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import Side, TwoWayRig


def _offer(rig: TwoWayRig, ref: str) -> tuple[Decimal, int]:
    """Return what a product of the ERP costs in the shop, and whether it is enabled."""
    ((price, status),) = rig.sql(
        "SELECT price, status FROM oc_product WHERE product_id = :key",
        key=rig.key(Entity.PRODUCTS, ref),
    )
    return Decimal(price), int(status)


@pytest.mark.parametrize("dry_run", [True, False])
def test_a_price_in_another_currency_is_never_taken_as_it_is(
    make_rig: MakeRig, side: Side, dry_run: bool
) -> None:
    rig = make_rig()
    rig.sql("UPDATE oc_setting SET value = 'CHF' WHERE `key` = 'config_currency'")
    made = side.books.make_item("Dear lamp")
    side.books.edit_item(made, price=Decimal(10000))
    job = rig.to_store(refs=(made,), mode="ids", dry_run=dry_run)
    assert (job.counts.created, job.counts.held) == (0, 1)
    (trouble,) = [t for t in rig.troubles(job) if t.outcome == "held"]
    assert trouble.code == "prices.currency"
    assert rig.key(Entity.PRODUCTS, made) is None
    rig.sql(
        "UPDATE oc_setting SET value = :code WHERE `key` = 'config_currency'", code=side.currency
    )
    if not dry_run:
        assert rig.to_store(refs=(made,), mode="ids").counts.created == 1
        assert _offer(rig, made) == (10000, 1)


def test_a_new_product_costs_what_the_base_price_list_says(make_rig: MakeRig, side: Side) -> None:
    listed, plain = side.books.make_item("Listed"), side.books.make_item("Plain")
    for ref in (listed, plain):
        side.books.edit_item(ref, price=Decimal(119))
    rig = make_rig(price_list=side.books.price_list({listed: Decimal(30)}))
    job = rig.to_store(refs=(listed, plain), mode="ids")
    assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
    assert _offer(rig, listed) == (30, 1)
    assert _offer(rig, plain) == (119, 1)
    rig.sql(
        "UPDATE oc_product SET price = 0 WHERE product_id = :k", k=rig.key(Entity.PRODUCTS, listed)
    )
    rig.to_store(Entity.PRICES, "all")
    assert _offer(rig, listed) == (0, 1), "the shop is right: it may give it away"


@pytest.mark.parametrize("by_list", [True, False])
def test_without_a_price_it_is_made_disabled_and_gets_its_first_one(
    make_rig: MakeRig, side: Side, by_list: bool
) -> None:
    if side.kind == "odoo":
        pytest.skip("everything has a price in Odoo")
    made = side.books.make_item("Priceless")
    chosen = side.books.price_list({}) if by_list else ""
    rig = make_rig(price_list=chosen)
    job = rig.to_store(refs=(made,), mode="ids")
    assert job.counts.created == 1, rig.troubles(job)
    assert {t.code for t in rig.troubles(job)} == {"record.unpriced", "price.missing"}
    assert _offer(rig, made) == (0, 0)
    side.books.edit_item(made, price=Decimal(25))
    rig.to_store(refs=(made,), mode="ids")
    rig.to_store(Entity.PRICES, "all")
    assert _offer(rig, made)[0] == 25
    assert side.books.item(made).price == 25
