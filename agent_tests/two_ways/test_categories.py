"""A product leaves a category in the shop when the ERP takes it out of there."""

from __future__ import annotations

from typing import Any

import pytest

from agent.model.entity import Entity
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP, TwoWayRig

TEMPLATE = "product.template"


def categories(rig: TwoWayRig, key: str) -> set[str]:
    """Return the keys of a product's categories in the shop."""
    rows = rig.sql("SELECT category_id FROM oc_product_to_category WHERE product_id = :k", k=key)
    return {str(number) for (number,) in rows}


def nowhere(rig: TwoWayRig) -> Any:
    """Return what Odoo keeps as the category of a product that has none."""
    return False if rig.ground.modern else rig.ground.xml_id("product.product_category_all")


@pytest.mark.parametrize("side", ["sandbox-19", "sandbox-14"], indirect=True)
@pytest.mark.parametrize("owner", ["erp", "newest", "hold"])
def test_a_category_that_the_erp_takes_away_goes_and_the_shops_own_stay(
    make_rig: MakeRig, owner: str
) -> None:
    rig = make_rig(products=2, **dict.fromkeys(ALL_ERP, owner))
    chairs, tables = (rig.books.make(Entity.CATEGORIES, name) for name in ("Chairs", "Tables"))
    made = rig.books.make_item("Stool", code="STOOL-1", category=chairs)
    other = rig.books.make_item("Desk", code="DESK-1", category=tables)
    job = rig.to_store(refs=(made, other), mode="ids")
    assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
    key = rig.key(Entity.PRODUCTS, made)
    assert key is not None
    own = {kind: rig.key(Entity.CATEGORIES, kind) for kind in (chairs, tables)}
    assert categories(rig, key) == {own[chairs]}
    ((sale,),) = rig.sql("SELECT MIN(category_id) FROM oc_category")
    rig.sql(
        "INSERT INTO oc_product_to_category (product_id, category_id) VALUES (:k, :c)",
        k=key,
        c=sale,
    )
    rig.sql("UPDATE oc_product SET date_modified = NOW() WHERE product_id = :k", k=key)
    rig.to_erp()

    def in_the_erp(category: Any) -> int:
        rig.erp_write(TEMPLATE, int(made), categ_id=category)
        writes = [rig.to_store(refs=(made,), mode="ids").counts.updated]
        writes += [job.counts.updated for _ in range(3) for job in (rig.to_erp(), rig.to_store())]
        return sum(writes)

    assert in_the_erp(nowhere(rig)) == 1
    assert categories(rig, key) == {str(sale)}
    assert in_the_erp(int(tables)) == 1
    assert categories(rig, key) == {str(sale), own[tables]}
    assert in_the_erp(int(chairs)) == 1
    assert categories(rig, key) == {str(sale), own[chairs]}
    assert rig.erp_read(TEMPLATE, made, "categ_id")[0] == int(chairs)
