"""Faults on order, what is counted, and the stand-in's own addresses."""

from __future__ import annotations

import time

import pytest
import requests

from agent.sandbox.sap_b1 import Fault, SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.test_batches import change_set, operation, partner, send, statuses

BODY = {"CardCode": "C1", "CardName": "One"}


@pytest.mark.parametrize("kind", ["lost-reply", "cut", "late-502"])
def test_the_effect_is_kept_and_the_answer_is_lost(
    sandbox: SapB1Sandbox, v2: Api, kind: str
) -> None:
    sandbox.order(kind, method="POST", resource="BusinessPartners")
    if kind == "late-502":
        assert v2.post("BusinessPartners", BODY).status_code == 502
    else:
        with pytest.raises(requests.RequestException):
            v2.post("BusinessPartners", BODY)
    assert v2.json("BusinessPartners('C1')")["CardName"] == "One"


def test_an_answer_without_content_is_cut_off_whole(sandbox: SapB1Sandbox, v2: Api) -> None:
    v2.made("BusinessPartners", BODY)
    sandbox.order("cut", method="PATCH")
    with pytest.raises(requests.RequestException):
        v2.patch("BusinessPartners('C1')", {"CardName": "Two"})
    assert v2.json("BusinessPartners('C1')")["CardName"] == "Two"


@pytest.mark.parametrize("kind", ["refuse", "html-502", "500", "end-session", "break-node"])
def test_there_is_no_effect(sandbox: SapB1Sandbox, v2: Api, kind: str) -> None:
    sandbox.order(kind, method="POST", resource="BusinessPartners")
    if kind == "refuse":
        with pytest.raises(requests.ConnectionError):
            v2.post("BusinessPartners", BODY)
    else:
        answer = v2.post("BusinessPartners", BODY)
        assert answer.status_code == {"html-502": 502, "end-session": 401}.get(kind, 500)
    v2.log_in()
    assert v2.get("BusinessPartners('C1')").status_code == 404
    assert v2.post("BusinessPartners", BODY).status_code == 201


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ({"kind": "switch"}, (500, 305, "Switch company error: -1102")),
        ({"kind": "notification", "text": "Not today"}, (400, -1116, "Not today")),
        ({"kind": "refusal", "code": -10, "text": "x", "status": 422}, (422, -10, "x")),
    ],
)
def test_refusals_on_order(
    sandbox: SapB1Sandbox, v2: Api, how: dict[str, object], refusal: tuple[int, int, str]
) -> None:
    sandbox.recorder.order(Fault(resource="BusinessPartners", **how))  # type: ignore[arg-type]
    assert error(v2.post("BusinessPartners", BODY)) == refusal
    assert v2.get("BusinessPartners('C1')").status_code == 404


def test_slow_answers_come_in_the_end(sandbox: SapB1Sandbox, v2: Api) -> None:
    sandbox.order("slow", seconds=0.2)
    begun = time.monotonic()
    assert v2.get("Items").status_code == 200
    assert time.monotonic() - begun >= 0.2


def test_faults_wait_for_their_call(sandbox: SapB1Sandbox, v2: Api) -> None:
    sandbox.order("500", method="GET", resource="Items", skip=1, times=2)
    assert v2.get("Orders").status_code == 200
    assert [v2.get("Items").status_code for _ in range(4)] == [200, 500, 500, 200]


def test_refusals_meet_one_operation_of_a_batch(sandbox: SapB1Sandbox, v2: Api) -> None:
    sandbox.order("refusal", resource="BusinessPartners", code=-5002, skip=1)
    answer = send(v2, change_set(partner("C1", v2), partner("C2", v2, "2")))
    assert statuses(answer) == [400]
    assert '"code":"-5002"' in answer.text
    assert v2.get("BusinessPartners('C1')").status_code == 404


def test_other_faults_meet_the_whole_batch(sandbox: SapB1Sandbox, v2: Api) -> None:
    sandbox.order("lost-reply", resource="BusinessPartners")
    with pytest.raises(requests.RequestException):
        send(v2, change_set(partner("C1", v2)))
    assert v2.get("BusinessPartners('C1')").status_code == 200
    sandbox.order("html-502", resource="BusinessPartners")
    assert send(v2, change_set(partner("C2", v2))).status_code == 502
    assert v2.get("BusinessPartners('C2')").status_code == 404


def test_calls_are_counted_in_batches_too(sandbox: SapB1Sandbox, v2: Api) -> None:
    v2.get("Items/$count")
    v2.post("Orders(1)/Cancel")
    send(v2, operation("GET Items('x')"), change_set(partner("C1", v2)))
    recorder = sandbox.recorder
    assert recorder.counts == {
        ("POST", "Login"): 1, ("GET", "Items/$count"): 1, ("POST", "Orders/Cancel"): 1,
        ("POST", "$batch"): 1, ("GET", "Items"): 1, ("POST", "BusinessPartners"): 1,
    }  # fmt: skip
    assert recorder.count("POST") == 4
    assert recorder.count(resource="Items") == 1
    last = recorder.writes[-1]
    assert (last.resource, last.batch, '"C1"' in last.body) == ("BusinessPartners", True, True)


def test_unknown_faults_are_told() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        Fault("earthquake")


def control(sandbox: SapB1Sandbox, what: str, body: object = None) -> requests.Response:
    if body is None:
        return requests.get(f"{sandbox.url}/_control/{what}", timeout=20)
    return requests.post(f"{sandbox.url}/_control/{what}", json=body, timeout=20)


def test_other_processes_can_order_and_look(sandbox: SapB1Sandbox, v2: Api) -> None:
    assert control(sandbox, "faults", {"kind": "500", "resource": "Items"}).status_code == 200
    assert v2.get("Items").status_code == 500
    assert control(sandbox, "calls").json()["counts"] == {"POST Login": 1, "GET Items": 1}
    assert control(sandbox, "clear", {}).status_code == 200
    assert control(sandbox, "calls").json() == {"counts": {}, "writes": []}
    assert control(sandbox, "options", {"page_size": 3, "negative_stock": True}).status_code == 200
    assert (sandbox.options.page_size, sandbox.options.negative_stock) == (3, True)
    assert control(sandbox, "nodes", {"broken": [1, 2]}).status_code == 200
    assert error(v2.get("Items"))[1] == 407
    assert control(sandbox, "nodes", {"broken": []}).status_code == 200
    assert control(sandbox, "sessions", {}).status_code == 200
    assert error(v2.get("Items"))[1] == 301


@pytest.mark.parametrize(
    ("what", "body", "status"),
    [
        ("faults", {"kind": "nope"}, 400), ("faults", {"nope": 1}, 400), ("nope", {}, 404),
        ("options", {"nope": 1}, 400), ("options", {"page_size": "x"}, 400),
        ("options", {"time_zone": "UTC"}, 400), ("nodes", {"broken": 1}, 400),
        ("calls", {}, 404),
    ],
)  # fmt: skip
def test_wrong_orders_are_told(sandbox: SapB1Sandbox, what: str, body: object, status: int) -> None:
    answer = control(sandbox, what, body)
    assert (answer.status_code, "error" in answer.json()) == (status, True)
