"""Combinations that Odoo adds to a product whose combinations the shop keeps as products."""

from __future__ import annotations

import pytest

from agent.model.entity import Entity
from agent_tests.two_ways.conftest import MakeRig
from agent_tests.two_ways.rig import ALL_ERP

TEMPLATE = "product.template"


@pytest.mark.parametrize("side", ["sandbox-19"], indirect=True)
def test_a_combination_that_odoo_adds_becomes_a_product_of_its_own(make_rig: MakeRig) -> None:
    rig = make_rig(products=2, options_as="variants", **ALL_ERP)
    rpc = rig.ground.rpc
    attribute = rpc("product.attribute", "create", {"name": "Glaze of Odoo"})
    values = [
        rpc("product.attribute.value", "create", {"name": name, "attribute_id": attribute})
        for name in ("Sea", "Moss", "Sand")
    ]
    line = {"attribute_id": attribute, "value_ids": [(6, 0, values[:2])]}
    made = rpc(TEMPLATE, "create", {"name": "Glazed bowl", "attribute_line_ids": [(0, 0, line)]})
    job = rig.to_store(refs=(str(made),), mode="ids")
    assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
    key = rig.key(Entity.PRODUCTS, made)
    variants = "SELECT product_id FROM oc_product WHERE master_id = :k ORDER BY product_id"
    before = rig.sql(variants, k=key)
    assert len(before) == 2
    lines = rig.erp_read(TEMPLATE, made, "attribute_line_ids")
    rig.erp_write("product.template.attribute.line", lines[0], value_ids=[(6, 0, values)])
    job = rig.to_store(refs=(str(made),), mode="ids")
    assert (job.counts.failed, job.counts.held) == (0, 0), rig.troubles(job)
    after = rig.sql(variants, k=key)
    assert after[:2] == before
    assert len(after) == 3
    (new,) = after[2]
    mapped = "SELECT COUNT(*) FROM oc_erp_mapping WHERE entity = 'variants' AND store_key = :k"
    assert rig.sql(mapped, k=str(new)) == [(1,)]
    for _ in range(2):
        assert rig.to_store(refs=(str(made),), mode="ids").counts.updated == 0
