"""Fixtures for real Odoo servers; a machine that cannot have one skips with the reason.

With ``ERP_BRIDGE_LAB=required`` (continuous integration) the same reason fails the test instead,
so that a green run proves the real servers were there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from agent_tests.lab.debian import LabUnavailableError
from agent_tests.lab.odoo import OdooDatabase, OdooServer, start_odoo


def _server(version: str) -> Iterator[OdooServer]:
    try:
        server = start_odoo(version)
    except LabUnavailableError as error:
        reason = f"no real Odoo {version} here: {error}"
        if os.environ.get("ERP_BRIDGE_LAB") == "required":
            pytest.fail(reason)
        pytest.skip(reason)
    yield server
    server.stop()


@pytest.fixture(scope="session")
def odoo19() -> Iterator[OdooServer]:
    """Give a real Odoo 19 for the whole run."""
    yield from _server("19")


@pytest.fixture(scope="session")
def odoo14() -> Iterator[OdooServer]:
    """Give a real Odoo 14 for the whole run."""
    yield from _server("14")


@pytest.fixture(params=["19", "14"])
def odoo(request: pytest.FixtureRequest) -> OdooServer:
    """Give each real version in turn, shared by the whole run."""
    server: OdooServer = request.getfixturevalue(f"odoo{request.param}")
    return server


@pytest.fixture
def fresh_odoo(request: pytest.FixtureRequest) -> Iterator[Callable[[str], OdooDatabase]]:
    """Give a function ``version -> database``: a database no other test has touched."""
    made: list[OdooDatabase] = []

    def make(version: str) -> OdooDatabase:
        server: OdooServer = request.getfixturevalue(f"odoo{version}")
        made.append(server.new_database())
        return made[-1]

    yield make
    for database in made:
        database.drop()
