"""The server itself: HTTPS, state, the command line, connections."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from agent.sandbox.sap_b1 import Options, SapB1Sandbox
from agent_tests.sandbox_sap_b1.api import Api
from agent_tests.sandbox_sap_b1.test_user_metadata import FIELD


def test_a_company_is_kept_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "company.json"
    with SapB1Sandbox(state=file) as sandbox:
        api = Api(sandbox)
        api.log_in()
        api.made("UserFieldsMD", {**FIELD, "TableName": "OITM"})
        body = {"ItemCode": "A", "ItemName": "x", "U_X": "mine", "Weight1": 0.1}
        api.made("Items", {key: value for key, value in body.items() if key != "Weight1"})
        api.call("PATCH", "ItemImages('A')", files={"files": ("a.png", b"\x00\xff")})
        before = api.json("Items('A')")
        exact = sandbox.company.table("States").rows
    with SapB1Sandbox(state=file) as sandbox:
        api = Api(sandbox)
        api.log_in()
        again = api.json("Items('A')")
        assert {**again, "@odata.context": ""} == {**before, "@odata.context": ""}
        assert again["U_X"] == "mine"
        assert api.get("ItemImages('A')/$value").content == b"\x00\xff"
        assert sandbox.company.table("States").rows == exact
    with pytest.raises(ValueError, match="was saved by SBODEMO"):
        SapB1Sandbox(options=Options(localisation="sales_tax"), state=file)
    file.write_text("nothing of the kind")
    with pytest.raises(ValueError, match="is no saved company"):
        SapB1Sandbox(state=file)


def certificate(folder: Path) -> tuple[Path, Path]:
    cert, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
         "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", cert],
        check=True, capture_output=True,
    )  # fmt: skip
    return cert, key


def test_https_with_a_certificate_of_ones_own(tmp_path: Path) -> None:
    cert, key = certificate(tmp_path)
    with SapB1Sandbox(tls=(cert, key)) as sandbox:
        assert sandbox.url.startswith("https://")
        answer = requests.get(f"{sandbox.url}/ping/", timeout=20, verify=str(cert))
        assert answer.json()["message"] == "pong"
        with pytest.raises(requests.exceptions.SSLError):
            requests.get(f"{sandbox.url}/ping/", timeout=20)


def test_a_stopped_server_lets_go_of_its_callers() -> None:
    with SapB1Sandbox() as sandbox:
        api = Api(sandbox)
        api.log_in()
        assert api.get("Items").status_code == 200
    with pytest.raises(requests.ConnectionError):
        api.get("Items")


def test_addresses_are_as_long_as_web_servers_take_them(sandbox: SapB1Sandbox) -> None:
    api = Api(sandbox)
    api.log_in()
    head = "GET /b1s/v2/Items?$filter=ItemCode%20eq%20'' HTTP/1.1"
    longest = 8190 - len(head)
    path = "Items?$filter=ItemCode%20eq%20'{}'"
    assert api.json(path.format("x" * longest))["value"] == []
    assert api.get(path.format("x" * (longest + 1))).status_code == 414


def test_the_command_serves_and_saves(tmp_path: Path) -> None:
    file = tmp_path / "company.json"
    command = [sys.executable, "-m", "agent.cli", "--json", "sandbox", "sap-b1", "--port", "0"]
    started = subprocess.Popen(
        [*command, "--company", "SHOP", "--localisation", "sales_tax", "--state", str(file)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert started.stdout is not None
        told = json.loads("".join(iter(started.stdout.readline, "}\n")) + "}")
        login = {"CompanyDB": "SHOP", "UserName": "manager", "Password": told["users"]["manager"]}
        answer = requests.post(f"{told['url']}/b1s/v2/Login", json=login, timeout=20)
        assert answer.status_code == 200
    finally:
        started.send_signal(signal.SIGTERM)
        started.wait(30)
        if started.stdout is not None:
            started.stdout.close()
    assert json.loads(file.read_text("utf-8"))["localisation"] == "sales_tax"
