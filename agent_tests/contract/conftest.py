"""Grounds and a small shop for the contract suite."""

from __future__ import annotations

import dataclasses
import os
import zlib
from collections.abc import Callable, Iterator, Sequence

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.odoo.seed import ACCOUNTS
from agent_tests.contract.ground import Ground, unique
from agent_tests.contract.shop import Shop
from agent_tests.lab.odoo import OdooServer
from agent_tests.lab.wire import Wire

SELLER_GROUPS = {
    "19": ("base.group_user", "product.group_product_manager"),
    "14": ("base.group_user", "sales_team.group_sale_manager"),
}


ON_REAL_JSON2 = ("test_lost_replies",)
"""Modules that always run over JSON-2, too; of the others a share does."""
ON_BOTH = ("test_check", "test_source_prices", "test_source_price_changes")
"""Modules whose tests meet both real servers always: what they ask differs most between them."""


def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Leave a part of the contract on real servers to those who ask for all of it.

    The stand-ins for the newer of two versions meet every test, those for the older a share, and
    both are held to what real servers answer by the cases of ``agent_tests/live/fidelity``. By
    default a quarter of the tests meets one of the two real servers, and a share of them a real one
    over JSON-2.
    """
    found: dict[str, list[pytest.Item]] = {}
    for item in items:
        if isinstance(item, pytest.Function) and hasattr(item, "callspec"):
            found.setdefault(str(item.callspec.params.get("ground")), []).append(item)
    if os.environ.get("ERP_BRIDGE_JSON2") != "all":
        reason = "a share of the contract runs over JSON-2; ERP_BRIDGE_JSON2=all runs all of it"
        for name, share in (("odoo-19-json2", 12), ("sandbox-19-json2", 6)):
            others = [i for i in found.get(name, []) if _module(i) not in ON_REAL_JSON2]
            _skip([item for number, item in enumerate(others) if number % share], reason)
    if os.environ.get("ERP_BRIDGE_VERSIONS") != "all":
        reason = "a share of the contract runs on older versions; ERP_BRIDGE_VERSIONS=all runs it"
        for name, share in (("sandbox-14", 4), ("sap-b1-v1", 4)):
            others = [
                i for i in found.get(name, []) if _module(i) not in (*ON_REAL_JSON2, *ON_BOTH)
            ]
            _skip([item for number, item in enumerate(others) if number % share], reason)
    if os.environ.get("ERP_BRIDGE_LIVE") != "all":
        reason = (
            "a quarter of the contract meets a real server; ERP_BRIDGE_LIVE=all runs all on both"
        )
        for turn, name in enumerate(("odoo-19", "odoo-14")):
            ours = [item for item in found.get(name, []) if _module(item) not in ON_BOTH]
            _skip([item for item in ours if _turn(item) != turn], reason)


def _module(item: pytest.Item) -> str:
    module: str = item.module.__name__  # type: ignore[attr-defined]
    return module.rpartition(".")[2]


def _turn(item: pytest.Item) -> int:
    """Return which of the two servers a test meets, 2 and more for neither: always the same."""
    return zlib.crc32(item.nodeid.replace("odoo-19", "").replace("odoo-14", "").encode()) % 8


def _skip(items: Sequence[pytest.Item], reason: str) -> None:
    for item in items:
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


ODOO = (
    "sandbox-19",
    "sandbox-14",
    "sandbox-19-json2",
    pytest.param("odoo-19", marks=pytest.mark.live),
    pytest.param("odoo-14", marks=pytest.mark.live),
    pytest.param("odoo-19-json2", marks=pytest.mark.live),
)


def odoo_ground(request: pytest.FixtureRequest, name: str) -> Ground:
    """Return the server of that name."""
    kind, version, *json2 = name.split("-")
    if kind == "sandbox" or json2:
        found: Ground = request.getfixturevalue(f"{kind}{version}{'_json2' if json2 else ''}")
        return found
    return _real(request.getfixturevalue(f"odoo{version}"))


@pytest.fixture(params=ODOO)
def ground(request: pytest.FixtureRequest) -> Ground:
    """Give each server in turn; one that this machine cannot have skips with the reason."""
    return odoo_ground(request, request.param)


@pytest.fixture
def shop(ground: Ground) -> Iterator[Shop]:
    """Give an empty shop of its own, connected to the ground."""
    shop = Shop(ground)
    yield shop
    shop.close()


@pytest.fixture
def proxy(ground: Ground) -> Iterator[Wire]:
    """Give a proxy in front of the ground that can lose answers."""
    with Wire(ground.url) as proxy:
        yield proxy
