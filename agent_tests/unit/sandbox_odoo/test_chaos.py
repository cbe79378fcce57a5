"""Faults on order: what the client sees, and whether the effect is there."""

from __future__ import annotations

import http.client
import json
import urllib.error
import urllib.request
import xmlrpc.client
from typing import Any
from xml.parsers.expat import ExpatError

import pytest

from agent.sandbox.odoo import Fault, OdooSandbox
from agent_tests.unit.sandbox_odoo.client import Client

CATEGORY = "product.category"
BROKEN = (
    http.client.HTTPException,
    ConnectionError,
    ExpatError,
    xmlrpc.client.ProtocolError,
    xmlrpc.client.Fault,
)


def there(sandbox: OdooSandbox, name: str = "Desk") -> bool:
    return bool(sandbox.execute(CATEGORY, "search", [["name", "=", name]]))


@pytest.mark.parametrize(
    ("kind", "error", "kept"),
    [
        ("lost-reply", (http.client.RemoteDisconnected, ConnectionResetError), True),
        ("cut", (http.client.IncompleteRead, ExpatError), True),
        ("html-502", xmlrpc.client.ProtocolError, False),
        ("refuse", (http.client.RemoteDisconnected, ConnectionResetError), False),
        ("serialize", xmlrpc.client.Fault, False),
        ("fault", xmlrpc.client.Fault, False),
    ],
)
def test_what_is_broken_and_what_is_kept(
    sandbox: OdooSandbox, odoo: Client, kind: str, error: Any, kept: bool
) -> None:
    sandbox.order(kind, model=CATEGORY, method="create")
    with pytest.raises(error):
        odoo(CATEGORY, "create", {"name": "Desk"})
    assert there(sandbox) is kept
    odoo(CATEGORY, "create", {"name": "Chair"})  # the next call is well again
    assert there(sandbox, "Chair")


def test_a_slow_call_still_answers(sandbox: OdooSandbox, odoo: Client) -> None:
    sandbox.order("slow", seconds=0.01)
    assert odoo(CATEGORY, "create", {"name": "Desk"})
    assert there(sandbox)


def test_the_texts_of_the_faults(sandbox: OdooSandbox, odoo: Client) -> None:
    sandbox.order("serialize")
    assert "could not serialize access" in odoo.fault(CATEGORY, "search", []).faultString
    sandbox.order("fault", code=2, text="Closed for stocktaking")
    fault = odoo.fault(CATEGORY, "search", [])
    assert (fault.faultCode, fault.faultString) == (2, "Closed for stocktaking")
    sandbox.order("html-502")
    with pytest.raises(xmlrpc.client.ProtocolError) as told:
        odoo(CATEGORY, "search", [])
    assert told.value.errcode == 502


def test_a_load_that_was_overtaken_says_so_and_keeps_nothing(
    sandbox: OdooSandbox, odoo: Client
) -> None:
    sandbox.order("raced-load", method="load")
    rows = [["x.desk", "Desk"]]
    answer = odoo(CATEGORY, "load", ["id", "name"], rows)
    assert answer["ids"] is False
    assert answer["messages"][0]["message"].startswith("could not serialize access")
    assert not there(sandbox)
    assert odoo(CATEGORY, "load", ["id", "name"], rows)["ids"]


def test_a_fault_meets_the_calls_it_was_ordered_for(sandbox: OdooSandbox, odoo: Client) -> None:
    sandbox.order("fault", times=2, skip=1, model=CATEGORY, method="create")
    seen = []
    for name in "abcd":
        odoo("product.attribute", "create", {"name": name})  # another model
        odoo(CATEGORY, "search", [])  # another method
        try:
            odoo(CATEGORY, "create", {"name": name})
            seen.append("kept")
        except xmlrpc.client.Fault:
            seen.append("refused")
    assert seen == ["kept", "refused", "refused", "kept"]


def test_calls_are_counted_and_writes_are_kept(sandbox: OdooSandbox, odoo: Client) -> None:
    sandbox.recorder.clear()
    record = odoo(CATEGORY, "create", {"name": "Desk"})
    for _ in range(3):
        odoo(CATEGORY, "read", [record], ["name"])
    odoo(CATEGORY, "write", [record], {"name": "Table"}, context={"lang": "de_DE"})
    counts = sandbox.recorder.counts
    assert counts[CATEGORY, "read"] == 3
    assert counts[CATEGORY, "create"] == counts[CATEGORY, "write"] == 1
    assert [(call.model, call.method) for call in sandbox.recorder.writes] == [
        (CATEGORY, "create"),
        (CATEGORY, "write"),
    ]
    write = sandbox.recorder.writes[-1]
    assert write.args == [[record], {"name": "Table"}]
    assert write.kwargs == {"context": {"lang": "de_DE"}}
    assert write.uid == odoo.uid


def test_faults_and_counts_over_http(sandbox: OdooSandbox, odoo: Client) -> None:
    post(sandbox, "clear", {})
    post(sandbox, "faults", {"kind": "fault", "text": "no", "method": "create"})
    assert odoo.fault(CATEGORY, "create", {"name": "x"}).faultString == "no"
    with urllib.request.urlopen(f"{sandbox.url}/sandbox/calls") as answer:
        told = json.load(answer)
    assert told["counts"][f"{CATEGORY}.create"] == 1
    assert told["writes"][0]["args"] == [{"name": "x"}]
    with pytest.raises(urllib.error.HTTPError) as refused:
        post(sandbox, "faults", {"kind": "earthquake"})
    assert refused.value.code == 400
    refused.value.close()


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="kind must be one of"):
        Fault("earthquake")


def post(sandbox: OdooSandbox, what: str, body: dict[str, Any]) -> None:
    request = urllib.request.Request(
        f"{sandbox.url}/sandbox/{what}", json.dumps(body).encode(), method="POST"
    )
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 200
