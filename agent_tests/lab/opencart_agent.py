"""The real agent beside a real shop: ``erp-bridge serve`` as its own process."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from agent_tests.lab.mariadb import free_port
from agent_tests.lab.opencart import DB_PASSWORD, DB_USER, Store

CONFIG = """[database]
host = "127.0.0.1"
port = {db_port}
user = "{user}"
password = "{password}"
name = "{database}"
prefix = "{prefix}"

[shop]
url = "{url}"
image_dir = "{images}"

[agent]
port = {port}
threads = 2
data_dir = "{data}"

[log]
level = "info"
format = "text"
"""


@dataclass
class ShopAgent:
    """A running agent. ``token`` is the pairing key as a person pastes it."""

    url: str
    token: str
    folder: Path
    process: subprocess.Popen[bytes]
    environment: dict[str, str]

    def run(self, *words: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run ``erp-bridge`` with the same configuration."""
        return subprocess.run(
            [*_command(), *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=check,
            timeout=300,
        )

    def log(self) -> str:
        """Return what the agent wrote to its log."""
        return (self.folder / "agent.log").read_text(errors="replace")

    def stop(self) -> None:
        """Stop the agent by pid; its folder goes, too."""
        _end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


def start_agent(store: Store) -> ShopAgent:
    """Make the agent's tables in the shop's database and start ``erp-bridge serve``."""
    folder = Path(tempfile.mkdtemp(prefix="erp-bridge-agent-"))
    port = free_port()
    config = folder / "agent.toml"
    config.write_text(
        CONFIG.format(
            db_port=store.server.port,
            user=DB_USER,
            password=DB_PASSWORD,
            database=store.database,
            prefix=store.prefix,
            url=store.url,
            images=store.tree / "image",
            port=port,
            data=folder / "data",
        )
    )
    config.chmod(0o600)
    (folder / "data").mkdir()
    environment = {**os.environ, "ERP_BRIDGE_CONFIG": str(config)}
    made = subprocess.run(
        [*_command(), "migrate"], env=environment, capture_output=True, text=True, check=False
    )
    if made.returncode != 0:
        raise RuntimeError(f"erp-bridge migrate: {made.stdout} {made.stderr}")
    token = json.loads(
        subprocess.run(
            [*_command(), "--json", "pairing", "show"],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    )["key"]
    with (folder / "agent.log").open("wb") as log:
        process = subprocess.Popen(
            [*_command(), "serve"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    agent = ShopAgent(f"http://127.0.0.1:{port}", token, folder, process, environment)
    try:
        wait_for(f"{agent.url}/health", process)
    except BaseException:
        text = agent.log()[-3000:]
        agent.stop()
        raise RuntimeError(f"erp-bridge serve did not come up: {text}") from None
    return agent


def _command() -> list[str]:
    return [sys.executable, "-m", "agent.cli"]


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> Any:
    """Wait until a server answers at all."""
    deadline = time.monotonic() + seconds
    while True:
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(url, timeout=10)
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nothing answers at {url}")
        time.sleep(0.1)


def _end(process: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
