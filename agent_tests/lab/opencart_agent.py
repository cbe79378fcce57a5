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
from agent_tests.lab.opencart import Store


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
    """Set the agent up as ``install.sh --opencart`` does, and start ``erp-bridge serve``.

    It reads the shop's ``config.php`` and works as a MySQL user with the least rights.
    """
    folder = Path(tempfile.mkdtemp(prefix="erp-bridge-agent-"))
    port = free_port()
    config, secret = folder / "agent.toml", folder / "root-password"
    secret.write_text("")
    _run(
        [sys.executable, "-m", "agent.setup", "configure"],
        {
            "--config": config,
            "--data-dir": folder / "data",
            "--port": port,
            "--opencart": store.tree,
            "--db-admin-user": "root",
            "--db-admin-password-file": secret,
        },
    )
    environment = {
        **os.environ,
        "ERP_BRIDGE_CONFIG": str(config),
        "ERP_BRIDGE_LOG_FORMAT": "text",
        "ERP_BRIDGE_AGENT_THREADS": "2",
    }
    (folder / "data").mkdir(exist_ok=True)
    _run([*_command(), "migrate"], {}, environment)
    shown = _run([*_command(), "pairing", "show", "--json"], {}, environment)
    token = json.loads(shown)["key"]
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


def _run(
    words: list[str], options: dict[str, object], environment: dict[str, str] | None = None
) -> str:
    given = [str(word) for pair in options.items() for word in pair]
    done = subprocess.run(
        [*words, *given], env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout} {done.stderr}")
    return done.stdout


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
