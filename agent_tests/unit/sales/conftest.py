"""The bench for the flow of orders."""

from __future__ import annotations

import pytest

from agent.db import Database
from agent_tests.unit.sales.bench import Bench


@pytest.fixture
def bench(database: Database) -> Bench:
    return Bench(database)
