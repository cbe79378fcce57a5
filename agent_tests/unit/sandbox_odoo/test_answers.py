"""The sandbox gives the answers that real servers gave (recorded by ``live/record_odoo.py``)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent_tests.live.fidelity import CASES, Case, ask, differences
from agent_tests.live.fidelity.talk import Talk

HERE = Path(__file__).parent


class Clock:
    """A clock that is moved instead of waited for."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 5, 4, 10, 30, 15, 250000)  # noqa: DTZ001 - UTC

    def __call__(self) -> dt.datetime:
        self.now += dt.timedelta(microseconds=10)  # no two calls at once
        return self.now

    def pause(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


@pytest.fixture(scope="module")
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def sandboxes(clock: Clock) -> Iterator[dict[str, OdooSandbox]]:
    running = {
        version: OdooSandbox(version, languages=["fr_FR"], clock=clock).start()
        for version in ("19", "14")
    }
    yield running
    for sandbox in running.values():
        sandbox.stop()


@cache
def recorded(version: str) -> dict[str, list[object]]:
    text = (HERE / f"answers-{version}.json").read_text(encoding="utf-8")
    found: dict[str, list[object]] = json.loads(text)
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_answers_are_those_of_a_real_server(
    case: Case, sandboxes: dict[str, OdooSandbox], clock: Clock
) -> None:
    sandbox = sandboxes[case.version]
    key = sandbox.users["admin"].api_key
    talk = Talk(case.version, sandbox.url, sandbox.database, pause=clock.pause, key=lambda: key)
    theirs = [
        json.dumps(answer, sort_keys=True, ensure_ascii=False)
        for answer in recorded(case.version)[case.id]
    ]
    assert theirs
    assert differences(ask(case, talk), theirs) == ""


def test_every_recorded_scenario_is_asked() -> None:
    for version in ("19", "14"):
        asked = {case.id for case in CASES if case.version == version}
        assert asked == set(recorded(version))
