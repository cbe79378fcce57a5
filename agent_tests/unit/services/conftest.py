from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.db import Database
from agent.services.container import Services
from agent_tests.unit.services.support import Clock, PlayedRegistry, make_services


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def registry() -> PlayedRegistry:
    return PlayedRegistry()


@pytest.fixture
def services(
    database: Database, tmp_path: Path, registry: PlayedRegistry, clock: Clock
) -> Iterator[Services]:
    made = make_services(database, tmp_path, registry=registry, clock=clock)
    made.prepare()
    yield made
    made.close()
