"""A rig on every ground, each with a database that nobody else has used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.contract.ground import Ground
from agent_tests.lab.mariadb import MariaDb
from agent_tests.lab.odoo import OdooServer
from agent_tests.two_ways.rig import TwoWayRig

MakeRig = Callable[..., TwoWayRig]


def _nobody() -> tuple[str, str]:
    return "", ""


@pytest.fixture(
    params=[
        "sandbox-19",
        "sandbox-14",
        pytest.param("odoo-19", marks=pytest.mark.live),
        pytest.param("odoo-14", marks=pytest.mark.live),
    ]
)
def odoo_ground(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """Give a fresh database of each server in turn."""
    kind, version = request.param.split("-")
    if kind == "sandbox":
        with OdooSandbox(version, languages=("de_DE",)) as sandbox:
            password = sandbox.users["admin"].password
            yield Ground(
                request.param,
                version,
                sandbox.url,
                sandbox.database,
                "admin",
                password,
                _nobody,
                _nobody,
                real=False,
            )
        return
    server: OdooServer = request.getfixturevalue(f"odoo{version}")
    database = server.new_database()
    yield Ground(
        request.param,
        version,
        server.url,
        database.database,
        "admin",
        server.password,
        _nobody,
        _nobody,
        real=True,
    )
    database.drop()


@pytest.fixture
def make_rig(mariadb: MariaDb, tmp_path: Path, odoo_ground: Ground) -> Iterator[MakeRig]:
    """Give a function that makes a rig with more settings of its connection."""
    made: list[TwoWayRig] = []

    def make(version: str = "4.1", products: int = 8, **settings: Any) -> TwoWayRig:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        rig = TwoWayRig(mariadb, folder, odoo_ground, version, products, settings)
        made.append(rig)
        return rig.build()

    yield make
    for rig in made:
        rig.close()
