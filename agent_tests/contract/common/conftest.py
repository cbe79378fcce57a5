"""Every ERP that the bridge knows, each with its books."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.contract.common import odoo, sap_b1
from agent_tests.contract.common.books import Books, Site
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.conftest import ODOO, odoo_ground
from agent_tests.lab.wire import Wire


@pytest.fixture(scope="session")
def sap_b1_v2(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a company of SAP Business One whose Service Layer speaks OData 4."""
    yield from _company("v2", tmp_path_factory.mktemp("sap_b1_v2"))


@pytest.fixture(scope="session")
def sap_b1_v1(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Give a company of SAP Business One of its own, spoken to by OData 3."""
    yield from _company("v1", tmp_path_factory.mktemp("sap_b1_v1"))


def _company(version: str, folder: Path) -> Iterator[Site]:
    with SapB1Sandbox() as sandbox:
        yield sap_b1.site_of(sandbox, version, folder)


@pytest.fixture(params=(*ODOO, "sap-b1-v2", "sap-b1-v1"))
def ground(request: pytest.FixtureRequest) -> Site:
    """Give each ERP in turn; one that this machine cannot have skips with the reason."""
    name: str = request.param
    if name.startswith("sap-b1"):
        found: Site = request.getfixturevalue(name.replace("-", "_"))
        return found
    return odoo.site_of(odoo_ground(request, name))


@pytest.fixture
def books(ground: Site) -> Books:
    """Give the ERP as people see it."""
    return ground.books


@pytest.fixture
def shop(ground: Site, books: Books) -> Iterator[Seller]:
    """Give an empty shop of its own, connected to the ERP."""
    made = Seller(ground, books)
    yield made
    made.close()


@pytest.fixture
def seller(shop: Seller) -> Seller:
    """Give a shop with a customer, goods in stock, a tax and a payment method's account."""
    shop.ready_to_sell()
    return shop


@pytest.fixture
def wire(ground: Site) -> Iterator[Wire]:
    """Give a proxy in front of the ERP that can lose answers."""
    with Wire(ground.url) as wire:
        yield wire
