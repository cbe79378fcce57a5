"""One session for all threads and processes; logins one at a time, never in vain."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import responses

from agent.erp.sap_b1.client import Client, Operation
from agent.erp.sap_b1.connection import Connection
from agent.erp.sap_b1.faults import B1Busy, B1Login, NodeTrouble, SessionEnded
from agent.erp.sap_b1.prepare import prepare
from agent.erp.sap_b1.settings import parse_settings
from agent.errors import AuthError
from agent.sandbox.sap_b1 import SapB1Sandbox
from agent_tests.unit.sap_b1.conftest import USER, Open, item, logins, pauses

WORKER = """
import sys
from pathlib import Path
from agent.erp.sap_b1.client import Client, Operation
from agent.erp.sap_b1.settings import parse_settings
url, company, folder, calls = sys.argv[1:]
settings = parse_settings({"url": url, "database": company, "user": "manager"})
client = Client(settings, "manager", Path(folder))
for _ in range(int(calls)):
    assert client.get("Warehouses", "01", ("WarehouseName",))
print("ready", flush=True)
sys.stdin.read()
client.close()
"""


def process(sandbox: SapB1Sandbox, folder: Path, calls: int = 3) -> subprocess.Popen[str]:
    """Start a process that makes calls, says so, and closes when its input ends."""
    arguments = [sandbox.url, sandbox.company.name, str(folder), str(calls)]
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def ready(worker: subprocess.Popen[str]) -> None:
    assert worker.stdout is not None
    assert worker.stdout.readline() == "ready\n"


def in_threads(count: int, work: Callable[[int], None]) -> list[BaseException]:
    """Run ``work`` in threads that begin together; return what they raised."""
    start = threading.Barrier(count)
    errors: list[BaseException] = []

    def run(number: int) -> None:
        start.wait()
        try:
            work(number)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return errors


def wait_for_lock(path: Path, count: int) -> None:
    """Wait until ``count`` others queue for the lock of a file."""
    inode = path.stat().st_ino
    while True:
        rows = Path("/proc/locks").read_text(encoding="ascii").splitlines()
        waiting = [row for row in rows if "->" in row and f":{inode} " in row]
        if len(waiting) >= count:
            return
        time.sleep(0.01)


class TestSharing:
    def test_threads_log_in_once(self, sandbox: SapB1Sandbox, open_client: Open) -> None:
        sandbox.options.login_seconds = 0.2
        clients = [open_client() for _ in range(8)]
        errors = in_threads(8, lambda n: [clients[n].count("Items") for _ in range(3)] and None)
        assert not errors
        assert logins(sandbox) == 1

    def test_processes_log_in_once(self, sandbox: SapB1Sandbox, folder: Path) -> None:
        sandbox.options.login_seconds = 0.2
        workers = [process(sandbox, folder) for _ in range(3)]
        for worker in workers:
            ready(worker)
        assert logins(sandbox) == 1
        assert len(sandbox.sessions.open) == 1
        for worker in workers:
            worker.communicate("")
            assert worker.returncode == 0

    def test_the_last_to_leave_logs_out(self, sandbox: SapB1Sandbox, open_client: Open) -> None:
        first, second = open_client(), open_client()
        first.count("Items")
        second.count("Items")
        first.close()
        assert len(sandbox.sessions.open) == 1
        second.count("Items")
        assert logins(sandbox) == 1
        second.close()
        assert not sandbox.sessions.open

    def test_a_killed_process_holds_nothing(
        self, sandbox: SapB1Sandbox, folder: Path, client: Client
    ) -> None:
        worker = process(sandbox, folder)
        ready(worker)
        client.count("Items")
        os.kill(worker.pid, signal.SIGKILL)
        worker.communicate()
        client.close()
        assert logins(sandbox) == 1
        assert not sandbox.sessions.open

    def test_a_client_after_the_last_one_logs_in_anew(
        self, sandbox: SapB1Sandbox, open_client: Open
    ) -> None:
        first = open_client()
        first.count("Items")
        first.close()
        open_client().count("Items")
        assert logins(sandbox) == 2

    def test_a_damaged_file_is_written_anew(
        self, sandbox: SapB1Sandbox, open_client: Open, folder: Path
    ) -> None:
        open_client().count("Items")
        next(folder.glob("*.json")).write_text('{"session": 1')
        open_client().count("Items")
        assert logins(sandbox) == 2

    def test_an_idle_session_is_not_tried(
        self, sandbox: SapB1Sandbox, client: Client, folder: Path
    ) -> None:
        client.count("Items")
        file = next(folder.glob("*.json"))
        long_ago = time.time() - 1790
        os.utime(file, (long_ago, long_ago))
        sandbox.sessions.end()
        client.count("Items")
        assert logins(sandbox) == 2
        assert sandbox.recorder.count("GET", "Items/$count") == 2  # none met the dead session

    def test_use_is_noted(self, client: Client, folder: Path) -> None:
        client.count("Items")
        file = next(folder.glob("*.json"))
        earlier = time.time() - 600
        os.utime(file, (earlier, earlier))
        client.wire.sessions._noted = -1000.0
        client.count("Items")
        assert file.stat().st_mtime > earlier + 500


class TestDeadSessions:
    def test_one_that_ended_is_renewed_once_for_all(
        self, sandbox: SapB1Sandbox, open_client: Open
    ) -> None:
        clients = [open_client() for _ in range(5)]
        for client in clients:
            client.count("Items")
        sandbox.sessions.end()
        errors = in_threads(5, lambda n: clients[n].count("Items") and None)
        assert not errors
        assert logins(sandbox) == 2

    def test_a_write_is_done_once(self, sandbox: SapB1Sandbox, client: Client) -> None:
        client.count("Items")
        sandbox.sessions.end()
        assert client.post("Items", item("A1"))["ItemCode"] == "A1"
        assert client.count("Items") == 1
        assert logins(sandbox) == 2

    def test_it_is_never_renewed_twice(self, sandbox: SapB1Sandbox, client: Client) -> None:
        sandbox.order("end-session", times=9, resource="Items/$count")
        with pytest.raises(SessionEnded) as caught:
            client.count("Items")
        assert caught.value.b1_code == 301
        assert caught.value.retry
        assert logins(sandbox) == 2

    def test_inside_a_job_the_batch_is_made_once(
        self, sandbox: SapB1Sandbox, prepared: Connection
    ) -> None:
        sandbox.order("end-session", resource="$batch")
        key = Operation.post("U_ERPB_KEY", {"Code": "a", "Name": "a"})
        rows = prepared.client.together([key, Operation.post("Items", item("A1"))])
        assert [row.get("ItemCode") for row in rows] == [None, "A1"]
        assert prepared.client.count("Items") == 1


class TestRefusedLogins:
    def test_a_wrong_password_is_tried_once(self, sandbox: SapB1Sandbox, open_client: Open) -> None:
        client = open_client(secret="wrong-secret")
        with pytest.raises(AuthError) as caught:
            client.count("Items")
        assert caught.value.code == "sap_b1.login"
        assert "wrong-secret" not in f"{caught.value}{caught.value.detail}"
        assert logins(sandbox) == 1
        assert not pauses(client)

    def test_a_wrong_company_is_no_other_error(
        self, sandbox: SapB1Sandbox, open_client: Open
    ) -> None:
        with pytest.raises(B1Login) as caught:
            open_client(database="NOPE").count("Items")
        assert caught.value.b1_code == -306
        assert logins(sandbox) == 1

    def test_those_who_wait_do_not_try_it_again(
        self, sandbox: SapB1Sandbox, open_client: Open, folder: Path
    ) -> None:
        clients = [open_client(secret="wrong-secret") for _ in range(4)]
        folder.mkdir(mode=0o700)
        lock = clients[0].wire.sessions._lock_file
        handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
        fcntl.flock(handle, fcntl.LOCK_EX)

        def release() -> None:
            wait_for_lock(lock, 4)
            os.close(handle)

        opener = threading.Thread(target=release)
        opener.start()
        errors = in_threads(4, lambda n: clients[n].count("Items") and None)
        opener.join()
        assert [type(e) for e in errors] == [B1Login] * 4
        assert logins(sandbox) == 1

    def test_a_wrong_one_leaves_the_good_session_alone(
        self, sandbox: SapB1Sandbox, open_client: Open
    ) -> None:
        good, wrong = open_client(), open_client(secret="other")
        good.count("Items")
        with pytest.raises(AuthError):
            wrong.count("Items")
        good.count("Items")
        assert logins(sandbox) == 2
        assert len(sandbox.sessions.open) == 1

    def test_a_mended_password_works_at_once(
        self, sandbox: SapB1Sandbox, open_client: Open
    ) -> None:
        with pytest.raises(AuthError):
            open_client(secret="wrong").count("Items")
        assert open_client().count("Items") == 0

    def test_a_check_logs_in_for_real(self, sandbox: SapB1Sandbox, open_client: Open) -> None:
        client = open_client()
        client.count("Items")
        client.wire.sessions.prove()
        assert logins(sandbox) == 2
        assert len(sandbox.sessions.open) == 1
        with sandbox.company.transaction():
            row = sandbox.company.table("_Users").rows[USER]
            sandbox.company.table("_Users").put(USER, {**row, "Password": "new"})
        with pytest.raises(AuthError):
            client.wire.sessions.prove()


class TestTransientRefusals:
    def test_a_login_that_met_others_is_tried_again(
        self, sandbox: SapB1Sandbox, client: Client
    ) -> None:
        sandbox.order("refusal", times=2, resource="Login", code=299, text="SAML", status=500)
        assert client.count("Items") == 0
        assert logins(sandbox) == 3
        assert len(pauses(client)) == 2

    def test_it_is_not_tried_for_ever(self, sandbox: SapB1Sandbox, client: Client) -> None:
        sandbox.order("refusal", times=9, resource="Login", code=299, text="SAML", status=500)
        with pytest.raises(B1Busy):
            client.count("Items")
        assert logins(sandbox) == 4

    def test_a_switch_of_the_company_is_waited_for(
        self, sandbox: SapB1Sandbox, client: Client
    ) -> None:
        sandbox.order("switch", times=2, method="POST", resource="Items")
        client.post("Items", item("A1"))
        assert client.count("Items") == 1
        assert len(pauses(client)) == 2

    def test_a_wrong_company_in_a_switch_is_not(
        self, sandbox: SapB1Sandbox, client: Client
    ) -> None:
        text = "Switch company error: -5027"
        sandbox.order("refusal", times=2, resource="Login", code=305, text=text, status=500)
        with pytest.raises(AuthError):
            client.count("Items")
        assert logins(sandbox) == 1


class TestNodes:
    def test_a_session_stays_on_its_node(self, sandbox: SapB1Sandbox, client: Client) -> None:
        sandbox.options.nodes = 3
        client.count("Items")
        node = client.wire.session.route
        sandbox.nodes.broken = {1, 2, 3} - {int(node[-1])}
        for _ in range(4):
            client.count("Items")
        assert logins(sandbox) == 1

    def test_a_broken_node_is_left(self, sandbox: SapB1Sandbox, client: Client) -> None:
        client.count("Items")
        before = client.wire.session.route
        sandbox.nodes.broken = {int(before[-1])}
        client.post("Items", item("A1"))
        assert client.wire.session.route != before
        assert client.count("Items") == 1
        assert logins(sandbox) == 2

    def test_other_clients_follow(self, sandbox: SapB1Sandbox, open_client: Open) -> None:
        first, second = open_client(), open_client()
        first.count("Items")
        second.count("Items")
        sandbox.nodes.broken = {int(first.wire.session.route[-1])}
        first.count("Items")
        second.count("Items")
        assert logins(sandbox) == 2

    def test_the_search_ends(self, sandbox: SapB1Sandbox, client: Client) -> None:
        client.count("Items")
        sandbox.nodes.broken = {1, 2}
        with pytest.raises(NodeTrouble) as caught:
            client.count("Items")
        assert caught.value.code == "sap_b1.node"
        searched = logins(sandbox)
        assert searched <= 4
        with pytest.raises(NodeTrouble):
            client.count("Items")
        assert logins(sandbox) == searched  # what all nodes refused is not asked of all again

    def test_a_field_that_one_node_knows_is_used_there(
        self, sandbox: SapB1Sandbox, cx: Connection
    ) -> None:
        sandbox.options.fields_on_all_nodes = False
        found = prepare(cx)
        assert [f.code for f in found if f.level != "ok"] == ["sap_b1.node"]
        for _ in range(3):  # wherever a login ends
            sandbox.sessions.end()
            cx.client.find("Items", "U_ERPB_ID", ["a"], ("ItemName",))
            cx.client.find("U_ERPB_KEY", "Code", ["a"], ("Name",))


class TestVersions:
    def settings(self, version: str = "auto") -> dict[str, str]:
        return {
            "url": "https://b1.example.com:50000",
            "database": "SBODEMO",
            "user": "bridge",
            "version": version,
        }

    def test_a_server_without_v2_is_spoken_to_in_v1(self, folder: Path) -> None:
        root = "https://b1.example.com:50000/b1s"
        answer = {"SessionId": "s", "Version": "1000110", "SessionTimeout": 30}
        with responses.RequestsMock() as net:
            net.post(f"{root}/v2/Login", "<html>404</html>", status=404, content_type="text/html")
            net.post(f"{root}/v1/Login", json=answer)
            net.get(f"{root}/v1/Items/$count", "7")
            net.post(f"{root}/v1/Logout", status=204)
            client = Client(parse_settings(self.settings()), "s3cret", folder)
            assert client.count("Items") == 7
            client.close()

    def test_another_trouble_of_v2_is_no_reason_for_v1(self, folder: Path) -> None:
        with responses.RequestsMock() as net:
            net.post("https://b1.example.com:50000/b1s/v2/Login", "<html>502</html>", status=502)
            client = Client(parse_settings(self.settings()), "s3cret", folder)
            with pytest.raises(Exception, match="web page"):
                client.count("Items")

    def test_one_that_is_set_is_used(self, sandbox: SapB1Sandbox, open_client: Open) -> None:
        open_client().count("Items")
        client = open_client(version="v1")
        client.count("Items")
        assert client.wire.session.api == "v1"

    def test_languages_have_sessions_of_their_own(
        self, sandbox: SapB1Sandbox, open_client: Open
    ) -> None:
        for language in ("", "9", "9"):
            open_client(language=language).count("Items")
        assert logins(sandbox) == 2
