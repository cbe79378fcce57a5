"""Peak memory of the agent's process, for a small and a large shop."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from agent.bench.export import connection_settings
from agent.bench.measure import MemoryResult
from agent.bench.stage import connect, open_stage
from agent.bench.target import TargetOptions, open_databases
from agent.errors import ConfigError

SIZES = (2_000, 20_000)


def measure_memory(
    options: TargetOptions, sizes: Sequence[int], say: Callable[[str], None]
) -> MemoryResult:
    """Run ``erp-bridge sync products`` as a process of its own for each size.

    Always against stand-ins: what the agent holds in memory does not depend on who answers.

    Raises:
        ConfigError: a run did not end well.
    """
    stand_ins = TargetOptions(release=options.release)
    peaks: dict[int, float] = {}
    for products in sizes:
        with open_databases(stand_ins, 1) as (target,), open_stage(products) as stage:
            say(f"memory: {products:,} products to {stand_ins.label}")
            with stage.services() as services:
                connect(services, "odoo", connection_settings(target), target.password)
            peaks[products] = _peak(stage.config_file())
    return MemoryResult("memory", "Peak memory of a first export (sandbox Odoo)", peaks)


def _peak(config: Path) -> float:
    """Run the export and return the highest resident memory of its process, in MiB."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "agent.cli", "sync", "products", "--connection", "bench"),
            *("--direction", "to-erp", "--json", "--config", str(config)),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise ConfigError(
            f"The measured export ended with {process.returncode}",
            fix="Run erp-bridge demo to see what it says.",
            code="bench.job",
        )
    return usage.ru_maxrss / 1024
