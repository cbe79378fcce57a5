"""Preparing a company: what is missing, what is made, and that repeating it changes nothing."""

from __future__ import annotations

import pytest

from agent.erp.sap_b1 import own
from agent.erp.sap_b1.client import Client
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.prepare import missing, prepare
from agent.errors import ConfigError, TimedOut
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.unit.sap_b1.conftest import INSTANCE, Open, item


def test_all_is_missing_at_first(cx: Connection) -> None:
    found = missing(cx)
    assert len(found) == len(own.TABLES) + len(own.FIELDS)
    assert {f.code for f in found} == {"sap_b1.not_prepared"}
    assert all(f.cause and f.fix for f in found)
    with pytest.raises(ConfigError) as caught:
        cx.facts.require_prepared()
    assert caught.value.code == "sap_b1.not_prepared"
    assert "@ERPB_KEY" in caught.value.cause


def test_it_is_made_once(sandbox: SapB1Sandbox, cx: Connection) -> None:
    found = prepare(cx)
    assert {f.level for f in found} == {"ok"}
    assert [f.level for f in missing(cx)] == ["ok"]
    cx.facts.require_prepared()
    before = sandbox.recorder.count("POST", "UserFieldsMD")
    assert before == len(own.FIELDS)
    assert any("there already" in f.message for f in prepare(cx))
    assert sandbox.recorder.count("POST", "UserFieldsMD") == before


def test_what_was_made_holds_what_it_shall(prepared: Connection) -> None:
    client = prepared.client
    client.post("U_ERPB_ATTR", {"Code": "a", "Name": "A", "U_Kind": "option", "U_Sort": 12})
    client.post("U_ERPB_VALUE", {"Code": "v", "Name": "V", "U_Attribute": "a", "U_Sort": 1})
    values = {"U_ERPB_ID": "x" * 64, "U_ERPB_Product": "p" * 50, "U_ERPB_Values": "v" * 254}
    client.post("Items", item("A1", **values))
    row = client.get("Items", "A1", tuple(values))
    assert row is not None
    assert {name: row[name] for name in values} == values


def test_somebody_prepares_it_meanwhile(cx: Connection, open_client: Open) -> None:
    with pytest.raises(ConfigError):
        cx.facts.require_prepared()
    other = open_client()
    prepare(Connection(other, other.settings, INSTANCE))
    cx.facts.require_prepared()


def test_a_field_that_cannot_be_made(sandbox: SapB1Sandbox, cx: Connection) -> None:
    text = "No authorization"
    sandbox.order("refusal", method="POST", resource="UserFieldsMD", code=-5002, text=text)
    found = prepare(cx)
    (wrong,) = [f for f in found if f.level == "error"]
    assert wrong.code == "sap_b1.prepare"
    assert "No authorization" in wrong.cause
    assert len([f for f in found if f.level == "ok"]) == len(own.FIELDS) + len(own.TABLES) - 1
    assert {f.level for f in prepare(cx)} == {"ok"}


def test_one_whose_answer_was_lost_is_looked_up(sandbox: SapB1Sandbox, cx: Connection) -> None:
    sandbox.order("lost-reply", resource="UserTablesMD")
    assert {f.level for f in prepare(cx)} == {"ok"}
    assert sandbox.recorder.count("POST", "UserTablesMD") == len(own.TABLES)


def test_one_that_was_not_made_is_no_success(sandbox: SapB1Sandbox, cx: Connection) -> None:
    cx.client.count("Items")
    sandbox.order("refuse", method="POST", resource="UserTablesMD")
    with pytest.raises(TimedOut):
        prepare(cx)
    assert {f.level for f in prepare(cx)} == {"ok"}


def test_nodes_that_lag_are_named(sandbox: SapB1Sandbox, cx: Connection) -> None:
    sandbox.options.fields_on_all_nodes = False
    sandbox.options.nodes = 3
    cx.client.count("Items")
    found = [f for f in prepare(cx) if f.level != "ok"]
    assert len(found) == 2
    assert {f.code for f in found} == {"sap_b1.node"}
    assert "Restart" in found[0].fix


def test_probes_leave_no_session(sandbox: SapB1Sandbox, client: Client) -> None:
    prepare(Connection(client, client.settings, INSTANCE))
    assert len(sandbox.sessions.open) == 1
    client.close()
    assert not sandbox.sessions.open
