"""The lab itself: real servers come up as tests expect them, and leave nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import xmlrpc.client
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

from agent_tests.lab import debian
from agent_tests.lab.odoo import OdooDatabase, OdooServer
from agent_tests.lab.odoo_cache import build_once, locked
from agent_tests.lab.odoo_recipe import LANGUAGES, RECIPES

VERSIONS = sorted(RECIPES)


@pytest.mark.live
class TestServer:
    def test_is_the_version_it_says(self, odoo: OdooServer) -> None:
        common: Any = xmlrpc.client.ServerProxy(f"{odoo.url}/xmlrpc/2/common")
        assert common.version()["server_version"].startswith(f"{odoo.version}.0")

    def test_has_the_modules_and_languages(self, odoo: OdooServer) -> None:
        rows = odoo.rpc(
            "ir.module.module", "search_read", [("state", "=", "installed")], fields=["name"]
        )
        assert set(RECIPES[odoo.version].modules) <= {row["name"] for row in rows}
        codes = {row["code"] for row in odoo.rpc("res.lang", "search_read", [], fields=["code"])}
        assert codes == set(LANGUAGES)

    def test_speaks_each_language(self, odoo: OdooServer) -> None:
        states = {
            lang: dict(
                odoo.rpc("sale.order", "fields_get", ["state"], context={"lang": lang})["state"][
                    "selection"
                ]
            )["sale"]
            for lang in LANGUAGES
        }
        assert len(set(states.values())) == 3, states

    def test_opens_its_main_database_without_asking(self, odoo: OdooServer) -> None:
        odoo.new_database()
        page = requests.get(f"{odoo.url}/web/login", timeout=60, allow_redirects=False)
        assert page.status_code == 200
        assert 'name="login"' in page.text

    def test_an_api_key_logs_in_as_its_user(self, odoo: OdooServer) -> None:
        uid = odoo.create_user("key_owner")
        login = odoo.login("key_owner", odoo.api_key("key_owner"))
        assert login.uid == uid
        assert login.rpc("res.users", "read", [uid], ["login"])[0]["login"] == "key_owner"

    def test_a_user_has_the_groups_asked_for_and_no_more(self, odoo: OdooServer) -> None:
        odoo.create_user("plain", ["base.group_user"])
        with pytest.raises(xmlrpc.client.Fault) as fault:
            odoo.login("plain").rpc("sale.order", "search_count", [])
        assert fault.value.faultCode == 4

    def test_a_wrong_password_is_refused(self, odoo: OdooServer) -> None:
        with pytest.raises(PermissionError):
            _ = odoo.login("admin", "wrong").uid


@pytest.mark.live
@pytest.mark.parametrize("version", VERSIONS)
def test_a_fresh_database_knows_nothing_of_the_others(
    fresh_odoo: Callable[[str], OdooDatabase], version: str
) -> None:
    one, other = fresh_odoo(version), fresh_odoo(version)
    one.rpc("res.partner", "create", {"name": "Only here"})
    assert one.rpc("res.partner", "search_count", [("name", "=", "Only here")]) == 1
    assert other.rpc("res.partner", "search_count", [("name", "=", "Only here")]) == 0


@pytest.mark.live
def test_a_dropped_database_is_gone(fresh_odoo: Callable[[str], OdooDatabase]) -> None:
    database = fresh_odoo("19")
    assert database.rpc("res.partner", "search_count", [])
    database.drop()
    names = database.server.sql("SELECT datname FROM pg_database", "postgres").split()
    assert database.database not in names
    assert database.server.database in names


@pytest.mark.live
def test_a_killed_run_leaves_no_server_and_no_files(odoo19: OdooServer) -> None:
    """A run that is killed outright, its children too, still takes the servers with it."""
    code = (
        "from agent_tests.lab.odoo import start_odoo\n"
        "import threading\n"
        "s = start_odoo('19')\n"
        "print(s._process.pid, s._postgres.process.pid, s.folder, s._postgres.folder, flush=True)\n"
        "threading.Event().wait()\n"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert run.stdout
    odoo_guard, postgres_guard, *folders = run.stdout.readline().split()
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    deadline = time.monotonic() + 60
    left = [f"/proc/{odoo_guard}", f"/proc/{postgres_guard}", *folders]
    while any(Path(path).exists() for path in left) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert [path for path in left if Path(path).exists()] == []


class TestCache:
    @pytest.fixture(autouse=True)
    def _own_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("ERP_BRIDGE_CACHE", str(tmp_path))

    def test_what_is_complete_is_not_built_again(self, tmp_path: Path) -> None:
        calls: list[Path] = []
        assert build_once(tmp_path / "stage", "key", calls.append)
        assert not build_once(tmp_path / "stage", "key", calls.append)
        assert len(calls) == 1

    def test_another_recipe_is_built_anew(self, tmp_path: Path) -> None:
        build_once(tmp_path / "stage", "old", lambda folder: (folder / "old").touch())
        assert build_once(tmp_path / "stage", "new", lambda folder: (folder / "new").touch())
        assert sorted(p.name for p in (tmp_path / "stage").iterdir()) == ["complete", "new"]

    def test_half_made_is_redone(self, tmp_path: Path) -> None:
        def breaks(folder: Path) -> None:
            (folder / "half").touch()
            raise OSError("disk full")

        with pytest.raises(OSError, match="disk full"):
            build_once(tmp_path / "stage", "key", breaks)
        assert build_once(tmp_path / "stage", "key", lambda folder: None)
        assert not (tmp_path / "stage" / "half").exists()

    def test_two_runs_build_one_after_the_other(self) -> None:
        inside: list[int] = []
        most: list[int] = []

        def run() -> None:
            with locked("x"):
                inside.append(1)
                most.append(len(inside))
                time.sleep(0.05)
                inside.pop()

        threads = [threading.Thread(target=run) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert most == [1, 1, 1, 1]


class TestUnavailable:
    def test_an_archive_that_does_not_answer_is_said_plainly(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(debian.MIRROR_SETTING, "http://127.0.0.1:9/debian")
        with pytest.raises(debian.LabUnavailableError, match="does not give suite sid"):
            debian.Suite("sid", tmp_path).update()

    def test_sources_without_debian_are_said_plainly(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv(debian.MIRROR_SETTING, raising=False)
        monkeypatch.setenv("PATH", os.fspath(tmp_path))
        with pytest.raises(debian.LabUnavailableError, match="name no Debian archive"):
            debian.Suite("sid", tmp_path).update()
