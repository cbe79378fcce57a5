"""The stand-in and shop of the tests of items, and companies that begin anew with each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.sandbox.sap_b1.company import Key, Row, Table
from agent_tests.contract.shop import Shop
from agent_tests.unit.sap_b1.items.conftest import ground, shop
from agent_tests.unit.sap_b1.items.rig import B1Ground

__all__ = ["ground", "own", "shop"]


@pytest.fixture
def own(ground: B1Ground) -> Iterator[tuple[Shop, B1Ground]]:
    """Give a company as it was set up, and its shop; what the test does is taken back."""
    company = ground.sandbox.company
    saved = {name: dict(table.rows) for name, table in company.tables.items()}
    one = Shop(ground)
    yield one, ground
    one.close()
    with company.transaction():
        for name, table in company.tables.items():
            _restore(table, saved.get(name, {}))
    ground.cx.facts.forget()


def _restore(table: Table, rows: dict[Key, Row]) -> None:
    for key in [key for key in table.rows if key not in rows]:
        table.drop(key)
    for key, row in rows.items():
        if table.get(key) is not row:
            table.put(key, row)
