"""A stand-in per module, a shop per test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.contract.shop import Shop
from agent_tests.unit.sap_b1.items.rig import B1Ground


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[B1Ground]:
    with SapB1Sandbox() as running:
        folder: Path = tmp_path_factory.mktemp("sessions")
        yield B1Ground(running, folder)


@pytest.fixture
def shop(ground: B1Ground) -> Iterator[Shop]:
    one = Shop(ground)
    ground.sandbox.recorder.clear()
    yield one
    one.close()
