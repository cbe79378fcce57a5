"""Logging in and out, time-outs, nodes."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from agent.sandbox.sap_b1 import SapB1Sandbox
from agent.sandbox.sap_b1.web.sessions import Sessions
from agent_tests.sandbox_sap_b1.api import Api, error
from agent_tests.sandbox_sap_b1.golden import golden

SAME_TEXT = "Fail to NONE-SSO login from SLD."


@golden("login.ok")
def test_login_answers_a_session_and_its_cookies(sandbox: SapB1Sandbox) -> None:
    for version, label in ((1, "odata.metadata"), (2, "@odata.context")):
        answer = Api(sandbox, version).log_in()
        told = answer.json()
        assert answer.status_code == 200
        assert told[label].startswith(f"{sandbox.url}/b1s/v{version}/$metadata#B1Sessions/")
        assert (told["SessionTimeout"], told["Version"].isdigit()) == (30, True)
        set_cookies = answer.raw.headers.getlist("Set-Cookie")
        assert f"B1SESSION={told['SessionId']};HttpOnly" in set_cookies
        assert any(c.startswith("ROUTEID=.node") and c.endswith("; path=/b1s") for c in set_cookies)


@golden("login.badpw", "login.baddb")
def test_login_tells_wrong_passwords_from_wrong_companies(sandbox: SapB1Sandbox) -> None:
    api = Api(sandbox)
    assert error(api.log_in(Password="wrong")) == (401, -304, SAME_TEXT)
    assert error(api.log_in(UserName="nobody-knows")) == (401, -304, SAME_TEXT)
    assert error(api.log_in(CompanyDB="OTHER")) == (401, -306, SAME_TEXT)


@golden("login.parallel")
def test_logins_that_overlap_fail(sandbox: SapB1Sandbox) -> None:
    sandbox.options.login_seconds = 0.5
    together = threading.Barrier(8)

    def log_in() -> requests.Response:
        api = Api(sandbox)
        together.wait()
        return api.log_in()

    with ThreadPoolExecutor(8) as pool:
        answers = [one.result() for one in [pool.submit(log_in) for _ in range(8)]]
    failed = [one for one in answers if one.status_code != 200]
    assert 0 < len(failed) < 8
    assert {error(one) for one in failed} == {(500, 299, "SAML Login Failed")}


@golden("login.switch")
def test_switching_the_company_fails_for_a_moment(sandbox: SapB1Sandbox, api: Api) -> None:
    transient = (500, 305, "Switch company error: -1102")
    sandbox.order("switch", resource="Login")
    assert error(api.log_in()) == transient
    assert api.log_in().status_code == 200
    sandbox.order("switch", method="GET")
    assert error(api.get("Items")) == transient
    assert api.get("Items").status_code == 200


@golden("logout.ok", "session.dead")
def test_logout_ends_the_session(api: Api) -> None:
    answer = api.post("Logout")
    assert (answer.status_code, answer.content) == (204, b"")
    dead = (401, 301, "Invalid session or session already timeout.")
    answer = api.get("Items")
    assert error(answer) == dead
    assert answer.headers["WWW-Authenticate"].startswith("Basic realm=")
    for cookies in ({}, {"B1SESSION": "garbage"}, {"B1SESSION": 'a"b'}):
        api.cookies = cookies
        assert error(api.get("Items")) == dead


@golden("session.idle")
def test_sessions_end_by_being_idle() -> None:
    minutes = [0.0]
    sessions = Sessions(lambda: 30 * 60.0, clock=lambda: minutes[0] * 60)
    first = sessions.log_in("manager", 1, 0)
    for minutes[0] in (10, 20, 30, 40, 50):
        assert sessions.use(first.id) is first
    minutes[0] = 81
    with pytest.raises(Exception, match="301"):
        sessions.use(first.id)


def test_an_idle_session_is_refused_over_http(sandbox: SapB1Sandbox, api: Api) -> None:
    sandbox.options.session_seconds = 0
    assert error(api.get("Items"))[:2] == (401, 301)


def test_users_may_do_what_they_were_allowed(api: Api) -> None:
    denied = (403, -1, "You are not permitted to perform this action")
    field = {"Name": "X", "Type": "db_Alpha", "Size": 5, "TableName": "ORDR", "Description": "x"}
    partner = {"CardCode": "C1", "CardName": "One"}
    assert api.log_in("sales").status_code == 200
    assert api.get("Items").status_code == 200
    assert api.post("BusinessPartners", partner).status_code == 201
    assert error(api.post("Items", {"ItemCode": "A"})) == denied
    assert error(api.post("UserFieldsMD", field)) == denied
    assert api.log_in("nobody").status_code == 200
    assert error(api.get("Items")) == denied
    assert error(api.patch("BusinessPartners('C1')", {})) == denied


@golden("session.both")
def test_one_session_speaks_both_versions(api: Api) -> None:
    assert api.get("Items", version=1).status_code == 200
    assert api.get("Items", version=2).status_code == 200


@golden("node.bad")
def test_a_broken_node_fails_those_who_stick_to_it(sandbox: SapB1Sandbox, api: Api) -> None:
    stuck = int(api.cookies["ROUTEID"].removeprefix(".node"))
    sandbox.nodes.broken.add(stuck)
    for path in ("Items", "Orders/$count", "$metadata"):
        status, code, text = error(api.get(path))
        assert (status, code) == (500, 407)
        assert text.startswith("Table definition not found for '@")
    assert api.log_in().status_code == 200
    assert api.cookies["ROUTEID"] != f".node{stuck}"
    assert api.get("Items").status_code == 200


def test_a_login_sticks_to_the_node_it_names(sandbox: SapB1Sandbox) -> None:
    for node in (".node2", ".node2", ".node1"):
        answer = requests.post(
            f"{sandbox.url}/b1s/v2/Login",
            json={"CompanyDB": "SBODEMO", "UserName": "manager", "Password": "manager"},
            headers={"Cookie": f"ROUTEID={node}"},
            timeout=20,
        )
        assert answer.cookies["ROUTEID"] == node


def test_ping_needs_no_session(sandbox: SapB1Sandbox) -> None:
    sandbox.nodes.broken.add(2)
    told = requests.get(f"{sandbox.url}/ping/node/1", timeout=20).json()
    assert (told["message"], told["sender"]) == ("pong", "node1")
    assert requests.get(f"{sandbox.url}/ping/", timeout=20).json()["message"] == "pong"
    assert requests.get(f"{sandbox.url}/ping/load-balancer", timeout=20).status_code == 200
    for node in (2, 9, 0):
        assert requests.get(f"{sandbox.url}/ping/node/{node}", timeout=20).status_code == 503
