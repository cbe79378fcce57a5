"""Every ERP that the bridge knows, each with its books."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent_tests.contract.common.books import Books, Site
from agent_tests.contract.common.odoo import site_of
from agent_tests.contract.common.seller import Seller
from agent_tests.contract.conftest import ODOO, odoo_ground
from agent_tests.lab.wire import Wire


@pytest.fixture(params=ODOO)
def ground(request: pytest.FixtureRequest) -> Site:
    """Give each ERP in turn; one that this machine cannot have skips with the reason."""
    return site_of(odoo_ground(request, request.param))


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
