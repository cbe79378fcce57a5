"""A prepared company, and a shop that sells into it; what it is like is told by ``company``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.prepare import prepare
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.options import Options
from agent_tests.unit.sap_b1.conftest import INSTANCE, PASSWORD, settings_for
from agent_tests.unit.sap_b1.sales.trade import Trade, customer

FREIGHTS = {
    "freight_shipping": "1,5",
    "freight_fees": "2",
    "freight_discounts": "3",
    "freight_levies": "4",
}
Open = Callable[..., Trade]


@pytest.fixture
def open_trade(tmp_path: Path) -> Iterator[Open]:
    """Give a function that opens a shop at a company of its own (``options``, ``settings``)."""
    running: list[SapB1Sandbox] = []
    clients: list[Client] = []

    def make(options: Options | None = None, currency: str = "", **settings: Any) -> Trade:
        sandbox = SapB1Sandbox(options=options or Options()).start()
        running.append(sandbox)
        free = "O0" if sandbox.options.localisation == "vat" else "EX"
        given = {"tax_free": free, "time_zone": "Europe/Berlin", **FREIGHTS, **settings}
        folder = tmp_path / str(len(running))
        client = Client(settings_for(sandbox, **given), PASSWORD, folder)
        clients.append(client)
        client.wire._pause = [].append
        cx = Connection(client, client.settings, INSTANCE, currency)
        assert all(f.level == "ok" for f in prepare(cx))
        made = Trade(cx, sandbox)
        made.must(customer())
        made.item()
        return made

    yield make
    for client in clients:
        client.close()
    for sandbox in running:
        sandbox.stop()


@pytest.fixture
def trade(open_trade: Open) -> Trade:
    return open_trade()


@pytest.fixture(params=["vat-v2", "sales_tax-v1"])
def any_trade(request: pytest.FixtureRequest, open_trade: Open) -> Trade:
    """Give a shop at a company of each localisation, one of them spoken to by v1."""
    localisation, version = request.param.split("-")
    return open_trade(Options(localisation=localisation), version=version)
