"""The sandbox answers as real Odoo 19 and 14 do: the same calls on both, the same answers."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from agent.sandbox.odoo import OdooSandbox
from agent.sandbox.odoo.schema import load_schema
from agent_tests.lab.odoo import OdooDatabase, OdooServer
from agent_tests.live.fidelity import CASES, Case, ask, differences
from agent_tests.live.fidelity.talk import Talk
from agent_tests.live.record_odoo import install_french

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def sandboxes() -> Iterator[dict[str, OdooSandbox]]:
    running = {
        version: OdooSandbox(version, languages=["fr_FR"]).start() for version in ("19", "14")
    }
    yield running
    for sandbox in running.values():
        sandbox.stop()


@pytest.fixture(scope="module")
def real_databases(request: pytest.FixtureRequest) -> Iterator[Callable[[str], OdooDatabase]]:
    """Give a fresh database of each real server: what others left in one decides between equals."""
    made: dict[str, OdooDatabase] = {}

    def database(version: str) -> OdooDatabase:
        if version not in made:
            server: OdooServer = request.getfixturevalue(f"odoo{version}")
            made[version] = server.new_database()
            install_french(made[version])
        return made[version]

    yield database
    for one in made.values():
        one.drop()


def _cases() -> list[Case]:
    """Return each case for one of the servers that it is about; for all where that is asked for."""
    if os.environ.get("ERP_BRIDGE_LIVE") == "all":
        return list(CASES)
    by_name: dict[str, list[Case]] = {}
    for case in CASES:
        by_name.setdefault(case.id.rpartition("-")[0], []).append(case)
    return [same[number % len(same)] for number, same in enumerate(by_name.values())]


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case.id)
def test_the_sandbox_answers_as_a_real_server(
    case: Case,
    real_databases: Callable[[str], OdooDatabase],
    sandboxes: dict[str, OdooSandbox],
) -> None:
    real = real_databases(case.version)
    sandbox = sandboxes[case.version]
    with ThreadPoolExecutor(max_workers=1) as beside:  # many cases wait for the clock
        key = sandbox.users["admin"].api_key
        ours_talk = Talk(case.version, sandbox.url, sandbox.database, key=lambda: key)
        asked = beside.submit(ask, case, ours_talk)
        theirs = ask(case, Talk(case.version, real.url, real.database, key=real.api_key))
        ours = asked.result()
    assert theirs
    assert differences(ours, theirs) == ""


@pytest.mark.parametrize("version", ["19", "14"])
def test_the_recorded_fields_are_those_of_a_real_server(
    version: str, request: pytest.FixtureRequest
) -> None:
    real: OdooServer = request.getfixturevalue(f"odoo{version}")
    models, _groups = load_schema(version)
    for model in models.values():
        described = real.rpc(model.name, "fields_get", [], ["type", "relation", "required"])
        for field in model.fields.values():
            about = described[field.name]
            assert (field.type, field.relation, field.required) == (
                about["type"],
                about.get("relation", ""),
                bool(about.get("required")),
            ), f"{model.name}.{field.name}"
