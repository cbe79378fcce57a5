"""The demo's stage: a private database, a sample shop and its door, the agent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.config_file import render, write_private
from agent.demo.door import ShopDoor
from agent.errors import BridgeError, ConfigError
from agent.sandbox.mariadb import MariaDb, free_port, start_mariadb

DATABASE = "shop"
PREFIX = "oc_"
_DONE, _SOME_FAILED = 0, 3


@dataclass
class Stage:
    """Everything the demo runs, started in ``folder`` and stopped together."""

    folder: Path
    database: MariaDb
    door: ShopDoor
    agent_port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def agent_url(self) -> str:
        """Address of the agent."""
        return f"http://127.0.0.1:{self.agent_port}"

    @property
    def config(self) -> Path:
        """The agent's configuration file."""
        return self.folder / "agent.toml"

    def bridge(self, *arguments: str) -> Any:
        """Run ``erp-bridge --json`` and return what it printed.

        Raises:
            ConfigError: the command itself could not be done; failed records are no error.
        """
        done = subprocess.run(
            [sys.executable, "-m", "agent.cli", "--json", *arguments],
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in {_DONE, _SOME_FAILED}:
            raise ConfigError(
                f"erp-bridge {' '.join(arguments)} ended with {done.returncode}",
                fix="See the lines above.",
                code="demo.failed",
                detail=done.stderr[-2000:] + done.stdout[-2000:],
            )
        return json.loads(done.stdout) if done.stdout.strip() else None

    def connect(self, kind: str, name: str, secret: str, *options: str) -> None:
        """Add an ERP connection; ``options`` are those of ``erp-bridge connection add``."""
        file = self.folder / f"{name}.secret"
        write_private(file, secret)
        arguments = ("--kind", kind, "--name", name, "--secret-file", str(file), *options)
        self.bridge("connection", "add", *arguments)

    def start(self, *arguments: str) -> None:
        """Start ``erp-bridge`` with these arguments in the background."""
        log = (self.folder / f"{arguments[0]}.log").open("wb")
        with log:
            self.processes.append(
                subprocess.Popen(
                    [sys.executable, "-m", "agent.cli", *arguments],
                    env=self._environment(),
                    stdout=log,
                    stderr=log,
                )
            )

    def _environment(self) -> dict[str, str]:
        # the installed program, not one in the folder that the demo is started from
        return {
            **os.environ,
            "ERP_BRIDGE_CONFIG": str(self.config),
            "PYTHONSAFEPATH": "1" if sys.flags.safe_path else "",
        }

    def configure(self, image_dir: Path) -> None:
        """Write the agent's configuration."""
        write_private(
            self.config,
            render(
                {
                    "database": {
                        "host": "127.0.0.1",
                        "port": self.database.port,
                        "user": "root",
                        "name": DATABASE,
                        "prefix": PREFIX,
                    },
                    "shop": {"url": self.door.url, "image_dir": str(image_dir)},
                    "agent": {"port": self.agent_port, "data_dir": str(self.folder / "data")},
                    "log": {"format": "text"},
                }
            ),
        )

    def stop(self) -> None:
        """Stop everything by its pid."""
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        self.door.stop()
        self.database.stop()


def raise_stage(folder: Path) -> Stage:
    """Start the private database and return a stage with nothing else on it yet."""
    database = start_mariadb()
    return Stage(folder, database, ShopDoor(database, DATABASE, PREFIX), free_port())


def explain(error: BridgeError) -> str:
    """Return an error with its detail, for the terminal."""
    return f"{error}\n{error.detail}" if error.detail else str(error)
