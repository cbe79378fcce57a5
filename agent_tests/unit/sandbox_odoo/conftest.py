"""A sandbox of each version per test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.unit.sandbox_odoo.client import Client


@pytest.fixture(params=["19", "14"])
def sandbox(request: pytest.FixtureRequest) -> Iterator[OdooSandbox]:
    with OdooSandbox(request.param, languages=["de_DE"]) as running:
        yield running


@pytest.fixture
def odoo(sandbox: OdooSandbox) -> Client:
    return client(sandbox, "admin")


@pytest.fixture
def sales(sandbox: OdooSandbox) -> Client:
    return client(sandbox, "sales")


@pytest.fixture
def nobody(sandbox: OdooSandbox) -> Client:
    return client(sandbox, "nobody")


def client(sandbox: OdooSandbox, login: str) -> Client:
    return Client(sandbox.url, sandbox.database, login, sandbox.users[login].password)
