"""Requests made up from the API's own description: none breaks the agent, all get its form."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import CHECKS
from urllib3.util import parse_url

from agent.security.pairing import PairingKey
from agent.security.signing import sign_request
from agent_tests.lab.mariadb import MariaDb
from agent_tests.unit.http.conftest import Agent, running_agent

EXAMPLES = 8


class Signed(requests.auth.AuthBase):
    """Signs a request as it will stand on the line."""

    def __init__(self, key: PairingKey) -> None:
        self.key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        target = parse_url(request.url or "").request_uri
        body = request.body or b""
        data = body.encode() if isinstance(body, str) else body
        signed = sign_request(self.key, str(request.method), target, data, now=time.time())
        request.headers.update(signed)
        return request


@pytest.fixture(scope="module")
def fuzzed(mariadb: MariaDb, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Agent]:
    with running_agent(mariadb, tmp_path_factory.mktemp("fuzzed"), "http_fuzz") as agent:
        made = agent.client.post("/v1/connections", agent.draft(), 201)
        agent.client.post("/v1/jobs", {"connection": made["id"], "entity": "categories"}, 202)
        yield agent


def can_be_wrong(operation: Any) -> bool:
    """Tell whether an operation takes anything that could be malformed."""
    return bool(operation.body or operation.query)


def make_real(case: Any) -> None:
    """Point a made-up request at things that exist, so that it gets past the look-up."""
    real = {"connection_id": 1, "job_id": 1, "task_id": 1, "entity": "products", "store_key": "1"}
    for name in case.path_parameters or {}:
        case.path_parameters[name] = real.get(name, case.path_parameters[name])
    for part in (case.query, case.body):
        if isinstance(part, dict) and "connection" in part:
            part["connection"] = 1


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_made_up_requests_break_nothing(fuzzed: Agent, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_url(f"{fuzzed.client.url}/openapi.json")
    form = CHECKS.get_by_names(["response_schema_conformance", "content_type_conformance"])
    seen: Counter[int] = Counter()
    operations = [result.ok() for result in schema.get_all_operations()]
    assert len(operations) > 25
    operations = [o for o in operations if mode is GenerationMode.POSITIVE or can_be_wrong(o)]

    for operation in operations:

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.explicit, Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode), real=st.booleans())
        def probe(case: Any, real: bool) -> None:
            if real:
                make_real(case)
            answer = case.call(auth=Signed(fuzzed.client.key), timeout=60)
            seen[answer.status_code] += 1
            if answer.status_code >= 500 and case.path != "/health":
                assert answer.status_code == 502, answer.text
                assert answer.json()["error"]["code"].startswith("erp."), answer.text
            case.validate_response(answer, checks=form)

        probe()
    assert seen[401] < sum(seen.values()) / 20, seen
    right, wrong = seen[200] + seen[201] + seen[202] + seen[204], seen[422]
    assert (right if mode is GenerationMode.POSITIVE else wrong) > len(operations), seen
