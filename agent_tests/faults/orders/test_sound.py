"""Without a fault: each status does what it asks for, and every writing call is one we break."""

from __future__ import annotations

import pytest

from agent_tests.faults.orders.conftest import Book
from agent_tests.faults.orders.rig import Rig
from agent_tests.faults.orders.test_lost_calls import ROADS


@pytest.mark.parametrize("road", ["1", "2", "3", "5", "12", "13"])
def test_a_status_does_what_it_asks_for(rig: Rig, book: Book, road: str) -> None:
    placed = {rig.front.place(road): road}
    rig.erp.calls.clear()
    rig.listen()
    rig.settle()
    book.check(rig, placed, "no fault").assert_sound()
    if rig.plant.kind == "odoo":
        once = {"product.product.load", "product.pricelist.load"}
        assert rig.erp.writing <= {name for names in ROADS.values() for name in names} | once
