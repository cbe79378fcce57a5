"""The demo's stage: a private database, a sample shop, a sandbox ERP, the agent."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.config_file import render, write_private
from agent.errors import BridgeError, ConfigError
from agent.sandbox.mariadb import MariaDb, free_port, start_mariadb

CONNECTION = "demo"
DATABASE = "shop"
PREFIX = "oc_"
ODOO_DATABASE = "demo"
ODOO_USER = "admin"
ODOO_PASSWORD = "admin"  # noqa: S105 - the sandbox's, on loopback, for minutes
_DONE, _SOME_FAILED = 0, 3


@dataclass
class Stage:
    """Everything the demo runs, started in ``folder`` and stopped together."""

    folder: Path
    database: MariaDb
    odoo_port: int
    agent_port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def odoo_url(self) -> str:
        """Address of the sandbox ERP."""
        return f"http://127.0.0.1:{self.odoo_port}"

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
                    "shop": {"url": "http://shop.demo.invalid/", "image_dir": str(image_dir)},
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
        self.database.stop()


def raise_stage(folder: Path) -> Stage:
    """Start the private database and return a stage with nothing else on it yet."""
    return Stage(folder, start_mariadb(), free_port(), free_port())


def explain(error: BridgeError) -> str:
    """Return an error with its detail, for the terminal."""
    return f"{error}\n{error.detail}" if error.detail else str(error)
