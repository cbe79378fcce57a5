"""Rigs for the fault runs, and the counts that the run prints at its end."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.sandbox.mariadb import MariaDb
from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.contract.ground import Ground
from agent_tests.faults.orders.audit import Found, audit
from agent_tests.faults.orders.plant import Plant
from agent_tests.faults.orders.plant_odoo import OdooPlant
from agent_tests.faults.orders.plant_sap_b1 import SapB1Plant
from agent_tests.faults.orders.rig import Rig
from agent_tests.lab.odoo import OdooDatabase, OdooServer
from agent_tests.lab.wire import Wire

_REAL_SHARE = 7
"""On the real server one in so many kills is run by default; ``ERP_BRIDGE_FAULTS=all`` runs all."""
_SAP_SHARE = 3
_MANY = ("breaks_once[", "mid_job[", "[sap-b1-v1")
_WALKS = (
    *("is_lost_once[sap-b1-v1-12]", "breaks_once[sap-b1-v2-page-12", "breaks_once[sap-b1-v2-cut-5"),
    *("mid_job[sap-b1-v2-end-session-5", "-late-502-12]", "mid_job[sap-b1-v1-switch-2"),
)
"""What SAP Business One meets by default of the :data:`_MANY`: each kind of fault but a few."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave most kills to Odoo's stand-in, and what is nearly the same to those who ask."""
    if os.environ.get("ERP_BRIDGE_FAULTS") == "all":
        return
    here = Path(__file__).parent
    kills = [i for i in items if i.path == here / "test_killed.py" and "odoo-19" in i.nodeid]
    left_out = {item for number, item in enumerate(kills) if number % _REAL_SHARE}
    kills = [i for i in items if i.path == here / "test_killed.py" and "sap-b1" in i.nodeid]
    left_out |= {item for number, item in enumerate(kills) if number % _SAP_SHARE}
    walks = [i for i in items if i.path == here / "test_sap_b1.py"]
    many = [i for i in walks if any(part in i.nodeid for part in _MANY)]
    left_out |= {item for item in many if not any(part in item.nodeid for part in _WALKS)}
    if left_out:
        items[:] = [item for item in items if item not in left_out]
        config.hook.pytest_deselected(items=list(left_out))


def _nobody() -> tuple[str, str]:
    return "", ""


def _ground(name: str, url: str, database: str, password: str, *, real: bool) -> Ground:
    return Ground(name, "19", url, database, "admin", password, _nobody, _nobody, real)


class Worlds:
    """Rigs by the name of their ERP, each built when it is first asked for."""

    def __init__(self, mariadb: MariaDb, folders: pytest.TempPathFactory) -> None:
        self.mariadb = mariadb
        self.folders = folders
        self.stack = ExitStack()
        self._built: dict[str, Rig] = {}

    def of(self, name: str, odoo: Callable[[], OdooDatabase]) -> Rig:
        """Return the rig of an ERP with sound wires; ``odoo`` gives one of a real server."""
        if name not in self._built:
            self._built[name] = self._build(self._plant(name, odoo))
        rig = self._built[name]
        rig.erp.calm()
        rig.shop.calm()
        return rig

    def _plant(self, name: str, odoo: Callable[[], OdooDatabase]) -> Plant:
        if name.startswith("sap-b1"):
            company = self.stack.enter_context(SapB1Sandbox())
            return SapB1Plant(company, name.removeprefix("sap-b1-"))
        if name == "sandbox-19":
            sandbox = self.stack.enter_context(OdooSandbox("19", languages=("de_DE",)))
            password = sandbox.users["admin"].password
            return OdooPlant(_ground(name, sandbox.url, sandbox.database, password, real=False))
        server = odoo()
        return OdooPlant(_ground(name, server.url, server.database, server.password, real=True))

    def _build(self, plant: Plant) -> Rig:
        name = plant.name.replace("-", "_")
        wire = self.stack.enter_context(Wire(plant.url, plant.patience))
        made = Rig(self.mariadb, self.folders.mktemp(name), f"faults_{name}", plant, wire)
        self.stack.callback(made.close)
        made.build()
        return made


@pytest.fixture(scope="session")
def odoo_database(odoo19: OdooServer) -> Iterator[OdooDatabase]:
    """Give a database of a real server that nobody else uses."""
    database = odoo19.new_database()
    yield database
    database.drop()


@pytest.fixture(scope="session")
def worlds(mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worlds]:
    """Give the rigs of the whole run."""
    made = Worlds(mariadb, tmp_path_factory)
    with made.stack:
        yield made


@pytest.fixture(params=["sandbox-19", pytest.param("odoo-19", marks=pytest.mark.live), "sap-b1-v2"])
def rig(request: pytest.FixtureRequest, worlds: Worlds) -> Rig:
    """Give a rig of each ERP with sound wires; each test places orders of its own."""
    return worlds.of(request.param, lambda: request.getfixturevalue("odoo_database"))


@pytest.fixture(params=["sandbox-19", pytest.param("odoo-19", marks=pytest.mark.live)])
def odoo_rig(request: pytest.FixtureRequest, worlds: Worlds) -> Rig:
    """Give a rig of each Odoo: for what only its calls can tell."""
    return worlds.of(request.param, lambda: request.getfixturevalue("odoo_database"))


@pytest.fixture
def stand_in(request: pytest.FixtureRequest, worlds: Worlds) -> Rig:
    """Give the rig of Odoo's stand-in alone: for cases too many for a real server."""
    return worlds.of("sandbox-19", lambda: request.getfixturevalue("odoo_database"))


@pytest.fixture(params=["sap-b1-v2", "sap-b1-v1"])
def sap_b1(request: pytest.FixtureRequest, worlds: Worlds) -> Rig:
    """Give the rig of SAP Business One in both versions of its Service Layer."""
    return worlds.of(request.param, lambda: request.getfixturevalue("odoo_database"))


class Book:
    """What all tests together have counted."""

    def __init__(self) -> None:
        self.faults: Counter[str] = Counter()
        self.found: dict[str, Found] = {}

    def check(self, rig: Rig, placed: dict[str, str], fault: str) -> Found:
        """Audit a run that met ``fault``, and add its counts."""
        found = audit(rig, placed)
        self.faults[f"{rig.plant.name}: {fault}"] += 1
        total = self.found.setdefault(rig.plant.name, Found())
        total.counts.update(found.counts)
        total.doubled += found.doubled
        total.lost += found.lost
        total.waiting |= found.waiting
        return found

    def forgive(self, rig: Rig) -> None:
        """Forget what was lost so far: it was meant to be found later."""
        self.found[rig.plant.name].lost.clear()


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
