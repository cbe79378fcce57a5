"""A stand-in per test, and a session of it in each version."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api


@pytest.fixture
def sandbox() -> Iterator[SapB1Sandbox]:
    with SapB1Sandbox() as running:
        yield running


@pytest.fixture
def v2(sandbox: SapB1Sandbox) -> Iterator[Api]:
    yield from _logged_in(sandbox, 2)


@pytest.fixture
def v1(sandbox: SapB1Sandbox) -> Iterator[Api]:
    yield from _logged_in(sandbox, 1)


@pytest.fixture(params=[1, 2], ids=["v1", "v2"])
def api(request: pytest.FixtureRequest, sandbox: SapB1Sandbox) -> Iterator[Api]:
    yield from _logged_in(sandbox, request.param)


def _logged_in(sandbox: SapB1Sandbox, version: int) -> Iterator[Api]:
    caller = Api(sandbox, version)
    assert caller.log_in().status_code == 200
    yield caller
    caller.close()
