"""The stand-in for the agent beside a real shop, for tests that only look at screens."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from agent_tests.browser.installed import Installed

STAND_IN = Path(__file__).resolve().parents[1] / "php" / "fake_agent.py"


@dataclass
class Pretence:
    """The stand-in for the agent, as its own process."""

    url: str
    token: str
    process: subprocess.Popen[str]

    def stop(self) -> None:
        """End it, as when the agent is away."""
        self.process.terminate()
        self.process.communicate(timeout=20)


def pretend(shop: Installed) -> Pretence:
    """Start the stand-in for a shop's agent."""
    store = shop.store
    process = subprocess.Popen(
        [sys.executable, str(STAND_IN), "--database", store.database, "--shop-url", store.url],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said = json.loads(process.stdout.readline())
    return Pretence(said["url"], said["token"], process)
