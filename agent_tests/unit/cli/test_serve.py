"""The running service: web and worker as processes, signed calls through gunicorn, the end."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from agent.security.pairing import Pairing
from agent_tests.lab.certificates import certificate
from agent_tests.lab.mariadb import free_port
from agent_tests.unit.cli.conftest import DB_PASSWORD, CommandLine
from agent_tests.unit.http.client import Client


def children(pid: int) -> dict[str, int]:
    """Return the processes of a supervisor by the command they run."""
    found: dict[str, int] = {}
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode().split("\0")
            if "agent.cli" in words:
                found[words[words.index("agent.cli") + 1]] = int(child)
    return found


def is_alive(pid: int) -> bool:
    """Tell whether a process runs; one that ended and that nobody asked about does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def eventually(look: Callable[[], Any], what: str) -> Any:
    """Return the first true answer of ``look``; gives up after a long while."""
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"never: {what}")


@dataclass
class Service:
    process: subprocess.Popen[bytes]
    client: Client
    log: Path

    def health(self) -> int:
        try:
            return self.client.send("GET", "/health", b"", {}).status_code
        except OSError:
            return 0


@pytest.fixture(scope="module")
def service(shop: CommandLine) -> Iterator[Service]:
    log = shop.folder / "serve.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [sys.executable, "-m", "agent.cli", "serve"],
            env=shop.environment,
            stdout=stream,
            stderr=stream,
        )
    key = Pairing(shop.folder / "data" / "pairing.json").current()
    running = Service(process, Client(shop.port, key), log)
    try:
        eventually(lambda: running.health() == 200, "healthy with a worker")
        yield running
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()


def test_a_job_is_accepted_by_the_web_and_done_by_the_worker(
    shop: CommandLine, service: Service
) -> None:
    client = service.client
    assert client.get("/v1/ping")["shop"]["schema"] == "3.0"
    connections = client.get("/v1/connections")["items"]
    (main,) = [item for item in connections if item["name"] == "main"]
    # the target is signed as gunicorn sees it on the line, escapes and all
    client.get(f"/v1/mappings/products?connection={main['id']}&q=caf%c3%a9+%2F")
    job = client.post("/v1/jobs", {"connection": main["id"], "entity": "manufacturers"}, 202)
    done = eventually(
        lambda: (
            (found := client.get(f"/v1/jobs/{job['id']}"))["state"] in {"done", "failed"} and found
        ),
        "the job ends",
    )
    assert done["state"] == "done"
    assert done["counts"]["read"] > 0


def test_the_command_line_waits_for_the_service(shop: CommandLine, service: Service) -> None:
    del service
    found = shop.json("sync", "categories", "--connection", "main")
    assert found["state"] == "done"
    assert shop.json("doctor", "--offline", code=3)["errors"] == 0


def test_a_killed_worker_is_started_again(service: Service) -> None:
    before = children(service.process.pid)
    assert set(before) == {"serve-web", "worker"}
    os.kill(before["worker"], signal.SIGKILL)
    after = eventually(
        lambda: (
            (now := children(service.process.pid)).get("worker", before["worker"])
            != before["worker"]
            and now
        ),
        "a new worker",
    )
    assert after["serve-web"] == before["serve-web"]


def test_the_end_takes_everything_along(service: Service) -> None:
    mine = children(service.process.pid)
    service.process.send_signal(signal.SIGTERM)
    assert service.process.wait(90) == 0
    for pid in mine.values():
        assert not is_alive(pid)
    assert service.health() == 0


def test_the_log_is_json_and_tells_no_secret(shop: CommandLine, service: Service) -> None:
    text = service.log.read_text()
    assert "worker.started" in text
    assert all(line.startswith("{") for line in text.splitlines())
    pairing = service.client.key.token().split(".")[2]
    for secret in (DB_PASSWORD, shop.secret, pairing):
        assert f'"{secret}"' not in text
        assert len(secret) < 8 or secret not in text


def test_children_do_not_outlive_a_killed_supervisor(shop: CommandLine) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "agent.cli", "serve"],
        env=shop.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    key = Pairing(shop.folder / "data" / "pairing.json").current()
    running = Service(process, Client(shop.port, key), shop.folder)
    eventually(lambda: running.health() in {200, 503}, "the web answers")
    mine = children(process.pid)
    assert len(mine) == 2
    process.kill()
    process.wait()
    eventually(lambda: not any(is_alive(pid) for pid in mine.values()), "gone")


def test_the_web_speaks_tls_when_told(shop: CommandLine, tmp_path: Path) -> None:
    public, key = certificate(tmp_path, "127.0.0.1")
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "agent.cli", "serve-web"],
        env={
            **shop.environment,
            "ERP_BRIDGE_AGENT_PORT": str(port),
            "ERP_BRIDGE_SECURITY_TLS_CERT": str(public),
            "ERP_BRIDGE_SECURITY_TLS_KEY": str(key),
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answers() -> int:
        try:
            url = f"https://127.0.0.1:{port}/health"
            return requests.get(url, verify=str(public), timeout=10).status_code
        except requests.ConnectionError:
            return 0

    try:
        assert eventually(answers, "an answer over TLS") in {200, 503}
    finally:
        process.terminate()
        process.wait(60)
