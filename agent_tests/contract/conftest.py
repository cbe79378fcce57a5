"""Grounds and a small shop for the contract suite."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.proxy import FaultyProxy
from agent_tests.contract.shop import Shop
from agent_tests.lab.odoo import OdooServer

SELLER_GROUPS = {
    "19": ("base.group_user", "product.group_product_manager"),
    "14": ("base.group_user", "sales_team.group_sale_manager"),
}


def _sandbox(version: str) -> Iterator[Ground]:
    with OdooSandbox(version, languages=("de_DE", "fr_FR")) as sandbox:
        users = sandbox.users
        yield Ground(
            name=f"sandbox-{version}",
            version=version,
            url=sandbox.url,
            database=sandbox.database,
            user="admin",
            password=users["admin"].password,
            sellers=lambda: ("sales", users["sales"].password),
            nobodies=lambda: ("nobody", users["nobody"].password),
            real=False,
        )


def _real(server: OdooServer) -> Ground:
    def make(*groups: str) -> tuple[str, str]:
        login = unique("user").replace(" ", "")
        server.create_user(login, groups)
        return login, login

    return Ground(
        name=f"odoo-{server.version}",
        version=server.version,
        url=server.url,
        database=server.database,
        user=server.user,
        password=server.password,
        sellers=lambda: make(*SELLER_GROUPS[server.version]),
        nobodies=lambda: make("base.group_user"),
        real=True,
    )


@pytest.fixture(scope="session")
def sandbox19() -> Iterator[Ground]:
    """Give the stand-in for Odoo 19."""
    yield from _sandbox("19")


@pytest.fixture(scope="session")
def sandbox14() -> Iterator[Ground]:
    """Give the stand-in for Odoo 14."""
    yield from _sandbox("14")


@pytest.fixture(
    params=[
        "sandbox-19",
        "sandbox-14",
        pytest.param("odoo-19", marks=pytest.mark.live),
        pytest.param("odoo-14", marks=pytest.mark.live),
    ]
)
def ground(request: pytest.FixtureRequest) -> Ground:
    """Give each server in turn; one that this machine cannot have skips with the reason."""
    kind, version = request.param.split("-")
    if kind == "sandbox":
        found: Ground = request.getfixturevalue(f"sandbox{version}")
        return found
    return _real(request.getfixturevalue(f"odoo{version}"))


@pytest.fixture
def shop(ground: Ground) -> Iterator[Shop]:
    """Give an empty shop of its own, connected to the ground."""
    shop = Shop(ground)
    yield shop
    shop.close()


@pytest.fixture
def proxy(ground: Ground) -> Iterator[FaultyProxy]:
    """Give a proxy in front of the ground that can lose answers."""
    with FaultyProxy(ground.url) as proxy:
        yield proxy
