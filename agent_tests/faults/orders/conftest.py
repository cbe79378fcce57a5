"""Rigs for the fault runs, and the counts that the run prints at its end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.sandbox.mariadb import MariaDb
from agent.sandbox.odoo import OdooSandbox
from agent_tests.contract.ground import Ground
from agent_tests.faults.orders.audit import Found, audit
from agent_tests.faults.orders.rig import Rig
from agent_tests.lab.odoo import OdooServer
from agent_tests.lab.wire import Wire

_REAL_SHARE = 4
"""On the real server one in so many kills is run by default; ``ERP_BRIDGE_FAULTS=all`` runs all."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave most kills to the stand-in: on the real server each takes ten seconds."""
    if os.environ.get("ERP_BRIDGE_FAULTS") == "all":
        return
    here = Path(__file__).parent
    kills = [
        item for item in items if item.path == here / "test_killed.py" and "odoo-19" in item.nodeid
    ]
    left_out = {item for number, item in enumerate(kills) if number % _REAL_SHARE}
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))


def _nobody() -> tuple[str, str]:
    return "", ""


def _ground(name: str, url: str, database: str, password: str, *, real: bool) -> Ground:
    return Ground(name, "19", url, database, "admin", password, _nobody, _nobody, real)


@pytest.fixture(
    scope="session", params=["sandbox-19", pytest.param("odoo-19", marks=pytest.mark.live)]
)
def odoo_ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Give a database of the stand-in, then one of a real server."""
    if request.param == "sandbox-19":
        with OdooSandbox("19", languages=("de_DE",)) as sandbox:
            password = sandbox.users["admin"].password
            yield _ground(request.param, sandbox.url, sandbox.database, password, real=False)
        return
    server: OdooServer = request.getfixturevalue("odoo19")
    database = server.new_database()
    yield _ground(request.param, server.url, database.database, server.password, real=True)
    database.drop()


@pytest.fixture(scope="session")
def _world(
    mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory, odoo_ground: Ground
) -> Iterator[Rig]:
    name = odoo_ground.name.replace("-", "_")
    patience = 15.0 if odoo_ground.real else 4.0
    with Wire(odoo_ground.url, patience) as wire:
        made = Rig(mariadb, tmp_path_factory.mktemp(name), f"faults_{name}", odoo_ground, wire)
        try:
            made.build()
            yield made
        finally:
            made.close()


@pytest.fixture
def rig(_world: Rig) -> Iterator[Rig]:
    """Give the rig with sound wires; each test places orders of its own."""
    yield _world
    _world.odoo.calm()
    _world.shop.calm()


@pytest.fixture
def stand_in(rig: Rig) -> Rig:
    """Give the stand-in's rig alone: for cases too many for a real server."""
    if rig.ground.real:
        pytest.skip("the real server meets these faults all in one test")
    return rig


class Book:
    """What all tests together have counted."""

    def __init__(self) -> None:
        self.faults: Counter[str] = Counter()
        self.found: dict[str, Found] = {}

    def check(self, rig: Rig, placed: dict[str, str], fault: str) -> Found:
        """Audit a run that met ``fault``, and add its counts."""
        found = audit(rig, placed)
        self.faults[f"{rig.ground.name}: {fault}"] += 1
        total = self.found.setdefault(rig.ground.name, Found())
        total.counts.update(found.counts)
        total.doubled += found.doubled
        total.lost += found.lost
        total.waiting |= found.waiting
        return found

    def forgive(self, rig: Rig) -> None:
        """Forget what was lost so far: it was meant to be found later."""
        self.found[rig.ground.name].lost.clear()


_BOOK = pytest.StashKey[Book]()


@pytest.fixture(scope="session")
def book(request: pytest.FixtureRequest) -> Book:
    """Give the book of the whole run; it is printed at the end."""
    return request.config.stash.setdefault(_BOOK, Book())


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print what was counted."""
    if _BOOK not in config.stash:
        return
    book = config.stash[_BOOK]
    terminalreporter.section("orders under faults")
    for fault, count in sorted(book.faults.items()):
        terminalreporter.write_line(f"{count:4} x {fault}")
    for ground, found in book.found.items():
        terminalreporter.write_line(f"{ground}: {found.words()}")
