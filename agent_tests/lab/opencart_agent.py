"""The real agent beside a real shop: ``erp-bridge serve`` as its own process."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import requests

from agent_tests.lab.mariadb import free_port
from agent_tests.lab.opencart import Store
from agent_tests.lab.processes import end_guarded, guarded

_COMMAND = [sys.executable, "-m", "agent.cli"]


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
            [*_COMMAND, *words],
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
        """Stop the agent; its folder goes, too."""
        end_guarded(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


def start_agent(store: Store) -> ShopAgent:
    """Set the agent up as ``install.sh --opencart`` does, and start ``erp-bridge serve``.

    It reads the shop's ``config.php`` and works as a MySQL user with the least rights. It ends with
    the test run, however that ends.
    """
    folder = Path(tempfile.mkdtemp(prefix="erp-bridge-agent-"))
    try:
        return _start(store, folder, free_port())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _start(store: Store, folder: Path, port: int) -> ShopAgent:
    environment = {
        **os.environ,
        "ERP_BRIDGE_CONFIG": str(folder / "agent.toml"),
        "ERP_BRIDGE_LOG_FORMAT": "text",
        "ERP_BRIDGE_AGENT_THREADS": "2",
    }
    _configure(store, folder, port)
    _run([*_COMMAND, "migrate"], environment)
    token = json.loads(_run([*_COMMAND, "pairing", "show", "--json"], environment))["key"]
    with (folder / "agent.log").open("wb") as log:
        process = subprocess.Popen(
            [*guarded(folder, os.geteuid()), *_COMMAND, "serve"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    agent = ShopAgent(f"http://127.0.0.1:{port}", token, folder, process, environment)
    try:
        _wait(f"{agent.url}/health", process)
    except BaseException:
        text = agent.log()[-3000:]
        agent.stop()
        raise RuntimeError(f"erp-bridge serve did not come up: {text}") from None
    return agent


def _configure(store: Store, folder: Path, port: int) -> None:
    secret = folder / "root-password"
    secret.write_text("")
    (folder / "data").mkdir()
    options = {
        "--config": folder / "agent.toml",
        "--data-dir": folder / "data",
        "--port": port,
        "--opencart": store.tree,
        "--db-admin-user": "root",
        "--db-admin-password-file": secret,
    }
    words = [str(word) for pair in options.items() for word in pair]
    _run([sys.executable, "-m", "agent.setup", "configure", *words], dict(os.environ))


def _run(words: list[str], environment: dict[str, str]) -> str:
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)}: {done.stdout} {done.stderr}")
    return done.stdout


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while True:
        with contextlib.suppress(requests.ConnectionError):
            requests.get(url, timeout=10)
            return
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"nothing answers at {url}")
        time.sleep(0.1)
