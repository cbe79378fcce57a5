"""The private MariaDB of a demo or a test run ends with it, also where that is killed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.sandbox.mariadb import server_binary

pytestmark = pytest.mark.skipif(
    server_binary() is None or sys.platform != "linux", reason="needs MariaDB on Linux"
)
STARTER = """
import time
from agent.sandbox.mariadb import start_mariadb
server = start_mariadb()
print(server.process.pid, server.folder, flush=True)
time.sleep(600)
"""


def test_it_ends_when_its_starter_is_killed() -> None:
    starter = subprocess.Popen([sys.executable, "-c", STARTER], stdout=subprocess.PIPE, text=True)
    assert starter.stdout is not None
    pid, folder = starter.stdout.readline().split()
    try:
        assert is_running(int(pid))
        starter.kill()
        starter.wait()
        deadline = time.monotonic() + 30
        while is_running(int(pid)) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not is_running(int(pid))
    finally:
        starter.stdout.close()
        shutil.rmtree(folder, ignore_errors=True)


def is_running(pid: int) -> bool:
    """Tell whether a process is there and not merely unburied."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat").read_text()
    return status.rpartition(")")[2].split()[0] != "Z"
