"""Grounds and a small shop for the contract suite."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterator, Sequence

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.odoo.seed import ACCOUNTS
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.proxy import FaultyProxy
from agent_tests.contract.shop import Shop
from agent_tests.lab.odoo import OdooServer

SELLER_GROUPS = {
    "19": ("base.group_user", "product.group_product_manager"),
    "14": ("base.group_user", "sales_team.group_sale_manager"),
}


ON_REAL_JSON2 = ("test_check", "test_lost_replies", "test_sales_lost_replies")
"""Modules that always run over JSON-2 on the real server; of the others every tenth test does."""


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Leave most of the second round on the real Odoo 19 out, unless all of it is asked for."""
    if os.environ.get("ERP_BRIDGE_JSON2") == "all":
        return
    ours = [
        item
        for item in items
        if isinstance(item, pytest.Function)
        and hasattr(item, "callspec")
        and item.callspec.params.get("ground") == "odoo-19-json2"
    ]
    others = [i for i in ours if i.module.__name__.rpartition(".")[2] not in ON_REAL_JSON2]
    reason = "a share of the contract runs over JSON-2 on a real Odoo; ERP_BRIDGE_JSON2=all runs it"
    for number, item in enumerate(others):
        if number % 10:
            item.add_marker(pytest.mark.skip(reason=reason))


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
    return Ground(
        name=f"odoo-{server.version}",
        version=server.version,
        url=server.url,
        database=server.database,
        user=server.user,
        password=server.password,
        sellers=lambda: _user(server, *SELLER_GROUPS[server.version]),
        nobodies=lambda: _user(server, "base.group_user"),
        real=True,
    )


def _user(server: OdooServer, *groups: str) -> tuple[str, str]:
    login = unique("user").replace(" ", "")
    server.create_user(login, groups)
    return login, login


def _by_key(ground: Ground, key: Callable[[str], str]) -> Ground:
    """Return the same ground over JSON-2; ``key`` gives a user's API key."""

    def keyed(users: Callable[[], tuple[str, str]]) -> Callable[[], tuple[str, str]]:
        def one() -> tuple[str, str]:
            login, _ = users()
            return login, key(login)

        return one

    return dataclasses.replace(
        ground,
        name=f"{ground.name}-json2",
        protocol="json2",
        password=key(ground.user),
        sellers=keyed(ground.sellers),
        nobodies=keyed(ground.nobodies),
    )


@pytest.fixture(scope="session")
def sandbox19() -> Iterator[Ground]:
    """Give the stand-in for Odoo 19."""
    yield from _sandbox("19")


@pytest.fixture(scope="session")
def sandbox14() -> Iterator[Ground]:
    """Give the stand-in for Odoo 14."""
    yield from _sandbox("14")


@pytest.fixture(scope="session")
def sandbox19_json2() -> Iterator[Ground]:
    """Give a stand-in for Odoo 19 of its own, spoken to over JSON-2."""
    keys = {account.login: account.api_key for account in ACCOUNTS}
    for ground in _sandbox("19"):
        yield _by_key(ground, keys.__getitem__)


@pytest.fixture(scope="session")
def odoo19_json2(odoo19: OdooServer) -> Ground:
    """Give the real Odoo 19 over JSON-2."""
    return _by_key(_real(odoo19), odoo19.api_key)


@pytest.fixture(
    params=[
        "sandbox-19",
        "sandbox-14",
        "sandbox-19-json2",
        pytest.param("odoo-19", marks=pytest.mark.live),
        pytest.param("odoo-14", marks=pytest.mark.live),
        pytest.param("odoo-19-json2", marks=pytest.mark.live),
    ]
)
def ground(request: pytest.FixtureRequest) -> Ground:
    """Give each server in turn; one that this machine cannot have skips with the reason."""
    kind, version, *json2 = request.param.split("-")
    if kind == "sandbox" or json2:
        name = f"{kind}{version}{'_json2' if json2 else ''}"
        found: Ground = request.getfixturevalue(name)
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
