"""Kits in an Odoo that has the Manufacturing app itself."""

from __future__ import annotations

import pytest

from agent_tests.contract.ground import Ground
from agent_tests.contract.shop import Shop
from agent_tests.contract.test_source_kits import Manufacturing, Works
from agent_tests.lab.odoo import OdooServer

pytestmark = pytest.mark.live


def _nobody() -> tuple[str, str]:
    return "", ""


def test_a_variant_that_is_a_kit_counts_its_stock(odoo19: OdooServer) -> None:
    database = odoo19.new_database()
    place = (database.database, "admin", odoo19.password)
    ground = Ground("odoo-19", "19", odoo19.url, *place, _nobody, _nobody, real=True)
    (app,) = ground.find("ir.module.module", [("name", "=", "mrp")], "state")
    ground.rpc("ir.module.module", "button_immediate_install", [app["id"]])
    shop = Shop(ground)
    works = Works(shop, Manufacturing(ground.transport()))
    _, (part,) = works.make(is_storable=True)
    kit, variants = works.sized()
    line = {"product_id": part, "product_qty": 1}
    bom = {"product_tmpl_id": kit, "product_id": variants[1], "type": "phantom"}
    ground.rpc("mrp.bom", "create", {**bom, "bom_line_ids": [(0, 0, line)]})
    assert works.product(kit).subtract
    assert works.counts(kit) == [False, True]
    assert works.tracked(*variants) == [False, True]
    shop.close()
    database.drop()
