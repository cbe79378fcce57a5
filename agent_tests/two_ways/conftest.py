"""A rig on every ground, each with a database that nobody else has used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.contract.ground import Ground
from agent_tests.lab.mariadb import MariaDb
from agent_tests.lab.odoo import OdooServer
from agent_tests.two_ways.rig import TwoWayRig

_ON_REAL = (
    "test_an_edit_in_the_erp_reaches_the_shop_once",
    "test_a_product_of_the_erp_is_made_in_the_shop_once",
    "test_an_archived_product_is_disabled_and_comes_back",
    "test_stock_follows_and_is_written_once",
    "test_a_value_of_an_option_has_the_sum_of_its_variants",
)
"""What depends on how an Odoo behaves; the rest is the agent's own, and meets one stand-in."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what only decides between two sides to the stand-in, unless all is asked for."""
    if os.environ.get("ERP_BRIDGE_TWO_WAYS") == "all":
        return
    here = Path(__file__).parent
    left_out = [
        item
        for item in items
        if here in item.path.parents
        and ("[odoo-" in item.name or "[sandbox-14" in item.name)
        and item.name.partition("[")[0] not in _ON_REAL
    ]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


MakeRig = Callable[..., TwoWayRig]


def _nobody() -> tuple[str, str]:
    return "", ""


@pytest.fixture(
    params=[
        "sandbox-19",
        "sandbox-14",
        pytest.param("odoo-19", marks=pytest.mark.live),
        pytest.param("odoo-14", marks=pytest.mark.live),
    ]
)
def odoo_ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Give a fresh database of each server in turn."""
    kind, version = request.param.split("-")
    if kind == "sandbox":
        with OdooSandbox(version, languages=("de_DE",)) as sandbox:
            password = sandbox.users["admin"].password
            yield Ground(
                request.param,
                version,
                sandbox.url,
                sandbox.database,
                "admin",
                password,
                _nobody,
                _nobody,
                real=False,
            )
        return
    server: OdooServer = request.getfixturevalue(f"odoo{version}")
    database = server.new_database()
    yield Ground(
        request.param,
        version,
        server.url,
        database.database,
        "admin",
        server.password,
        _nobody,
        _nobody,
        real=True,
    )
    database.drop()


@pytest.fixture
def make_rig(mariadb: MariaDb, tmp_path: Path, odoo_ground: Ground) -> Iterator[MakeRig]:
    """Give a function that makes a rig with more settings of its connection."""
    made: list[TwoWayRig] = []

    def make(version: str = "4.1", products: int = 8, **settings: Any) -> TwoWayRig:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        rig = TwoWayRig(mariadb, folder, odoo_ground, version, products, settings)
        made.append(rig)
        return rig.build()

    yield make
    for rig in made:
        rig.close()
