"""A rig on every ground, each with a database that nobody else has used."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.bench.sap_shadow import CompanyLogin
from agent.bench.sap_stage import connection_settings, prepare_company
from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.contract.common.odoo import OdooBooks
from agent_tests.contract.common.sap_b1 import SapB1Books
from agent_tests.contract.ground import Ground
from agent_tests.lab.mariadb import MariaDb
from agent_tests.lab.odoo import OdooServer
from agent_tests.two_ways.rig import Side, TwoWayRig

_ON_REAL = (
    "test_an_edit_in_the_erp_reaches_the_shop_once",
    "test_a_product_of_the_erp_is_made_in_the_shop_once",
    "test_an_archived_product_is_disabled_and_comes_back",
    "test_stock_follows_and_is_written_once",
    "test_a_value_of_an_option_has_the_sum_of_its_variants",
)
"""What depends on how an Odoo behaves; the rest is the agent's own, and meets one stand-in."""
_ON_14 = ("test_a_category_that_the_erp_takes_away_goes_and_the_shops_own_stay",)
"""What differs between the stand-ins: 14 has a category for everything, 19 has none."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave what only decides between two sides to the stand-in, unless all is asked for."""
    here = Path(__file__).parent
    of_odoo = [i for i in items if here in i.path.parents and "sap-b1" in i.name and _is_odoos(i)]
    items[:] = [item for item in items if item not in of_odoo]
    if os.environ.get("ERP_BRIDGE_TWO_WAYS") == "all":
        return
    left_out = [item for item in items if here in item.path.parents and _rare(item)]
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=left_out)


def _is_odoos(item: pytest.Item) -> bool:
    """Tell whether a test asks for what only Odoo has: its buttons, goods without stock."""
    kept = ("not_kept_in_stock", "that_odoo_adds")
    return item.path.name == "test_presses.py" or any(part in item.name for part in kept)


def _rare(item: pytest.Item) -> bool:
    name = item.name.partition("[")[0]
    if name in _ON_REAL and f"[odoo-{_other(name)}" in item.name:
        return True
    if "sap-b1" in item.name and name == "test_both_sides_end_equal":
        return "newest" not in item.name
    if "[sandbox-14" in item.name and name in _ON_14:
        return False
    return ("[odoo-" in item.name or "[sandbox-14" in item.name) and name not in _ON_REAL


def _other(name: str) -> str:
    """Return the real server that a test does not meet by default: always the same."""
    return "14" if _ON_REAL.index(name) % 2 else "19"


MakeRig = Callable[..., TwoWayRig]


def _nobody() -> tuple[str, str]:
    return "", ""


def _side(ground: Ground) -> Side:
    settings = {"url": ground.url, "database": ground.database, "user": ground.user}
    books = OdooBooks(ground)
    return Side(ground.name, "odoo", settings, ground.password, books, "USD", ground)


@pytest.fixture(
    params=[
        "sandbox-19",
        "sandbox-14",
        pytest.param("odoo-19", marks=pytest.mark.live),
        pytest.param("odoo-14", marks=pytest.mark.live),
        "sap-b1-v2",
    ]
)
def side(request: pytest.FixtureRequest) -> Iterator[Side]:
    """Give a fresh database of each ERP in turn."""
    name: str = request.param
    version = name.rpartition("-")[2]
    if name.startswith("sap-b1"):
        with SapB1Sandbox() as company:
            login = CompanyLogin(company.url, company.company.name)
            prepare_company(login)
            settings = {**connection_settings(login), "version": version}
            yield Side(name, "sap_b1", settings, login.password, SapB1Books(company), "EUR")
        return
    if name.startswith("sandbox"):
        with OdooSandbox(version, languages=("de_DE",)) as sandbox:
            password = sandbox.users["admin"].password
            yield _side(_ground(name, version, sandbox.url, sandbox.database, password))
        return
    server: OdooServer = request.getfixturevalue(f"odoo{version}")
    database = server.new_database()
    yield _side(_ground(name, version, server.url, database.database, server.password))
    database.drop()


def _ground(name: str, version: str, url: str, database: str, password: str) -> Ground:
    real = name.startswith("odoo")
    return Ground(name, version, url, database, "admin", password, _nobody, _nobody, real=real)


@pytest.fixture
def make_rig(mariadb: MariaDb, tmp_path: Path, side: Side) -> Iterator[MakeRig]:
    """Give a function that makes a rig with more settings of its connection."""
    made: list[TwoWayRig] = []

    def make(version: str = "4.1", products: int = 8, **settings: Any) -> TwoWayRig:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        rig = TwoWayRig(mariadb, folder, side, version, products, settings)
        made.append(rig)
        return rig.build()

    yield make
    for rig in made:
        rig.close()
