"""JSON-2 of the stand-in: faults on order, and what is counted."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any

import pytest

from agent.sandbox.odoo import OdooSandbox

CATEGORY = "product.category"


def call(sandbox: OdooSandbox, model: str, method: str, **named: Any) -> Any:
    """Call as the administrator; an error answer is an ``HTTPError``."""
    headers = {
        "Authorization": f"bearer {sandbox.users['admin'].api_key}",
        "Content-Type": "application/json",
    }
    address = f"{sandbox.url}/json/2/{model}/{method}"
    request = urllib.request.Request(address, json.dumps(named).encode(), headers)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.fixture
def sandbox() -> Any:
    with OdooSandbox("19") as running:
        yield running


def there(sandbox: OdooSandbox, name: str) -> bool:
    return bool(sandbox.execute(CATEGORY, "search", [["name", "=", name]]))


@pytest.mark.parametrize(
    ("kind", "error", "kept"),
    [
        ("lost-reply", (HTTPException, ConnectionError, urllib.error.URLError), True),
        ("cut", (HTTPException, ValueError), True),
        ("refuse", (HTTPException, ConnectionError, urllib.error.URLError), False),
    ],
)
def test_answers_that_do_not_arrive(
    sandbox: OdooSandbox, kind: str, error: Any, kept: bool
) -> None:
    sandbox.order(kind, model=CATEGORY, method="create")
    with pytest.raises(error):
        call(sandbox, CATEGORY, "create", vals_list=[{"name": "Desk"}])
    assert there(sandbox, "Desk") is kept
    assert call(sandbox, CATEGORY, "create", vals_list=[{"name": "Chair"}])


@pytest.mark.parametrize(
    ("ordered", "status", "name"),
    [
        ({"kind": "serialize"}, 500, "psycopg2.errors.SerializationFailure"),
        ({"kind": "fault", "code": 2, "text": "No."}, 422, "odoo.exceptions.UserError"),
        ({"kind": "fault", "code": 3, "text": "No."}, 403, "odoo.exceptions.AccessDenied"),
        ({"kind": "fault", "code": 4, "text": "No."}, 403, "odoo.exceptions.AccessError"),
        ({"kind": "fault", "code": 1, "text": "No."}, 500, "builtins.ValueError"),
    ],
)
def test_faults_on_order(
    sandbox: OdooSandbox, ordered: dict[str, Any], status: int, name: str
) -> None:
    sandbox.order(**ordered, model=CATEGORY)
    with pytest.raises(urllib.error.HTTPError) as caught:
        call(sandbox, CATEGORY, "create", vals_list=[{"name": "Desk"}])
    with caught.value as answer:
        assert answer.code == status
        body = json.load(answer)
    assert body["name"] == name
    assert not there(sandbox, "Desk")


def test_a_page_of_a_proxy(sandbox: OdooSandbox) -> None:
    sandbox.order("html-502")
    with pytest.raises(urllib.error.HTTPError) as caught:
        call(sandbox, CATEGORY, "search", domain=[])
    with caught.value as answer:
        assert answer.code == 502


def test_a_load_that_was_overtaken(sandbox: OdooSandbox) -> None:
    sandbox.order("raced-load", method="load")
    answer = call(sandbox, CATEGORY, "load", fields=["id", "name"], data=[["x.desk", "Desk"]])
    assert answer["ids"] is False
    assert not there(sandbox, "Desk")


def test_calls_are_counted(sandbox: OdooSandbox) -> None:
    sandbox.recorder.clear()
    call(sandbox, CATEGORY, "create", vals_list=[{"name": "Desk"}])
    call(sandbox, CATEGORY, "search_count", domain=[])
    assert sandbox.recorder.counts[CATEGORY, "search_count"] == 1
    (write,) = sandbox.recorder.writes
    assert (write.model, write.method) == (CATEGORY, "create")
    assert write.kwargs == {"vals_list": [{"name": "Desk"}]}


def test_odoo_14_does_not_speak_it() -> None:
    with OdooSandbox("14") as older, pytest.raises(urllib.error.HTTPError) as caught:
        call(older, CATEGORY, "search", domain=[])
    with caught.value as answer:
        assert answer.code == 404
