"""Runs measurements by name."""

from __future__ import annotations

import os
import platform
import shlex
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from agent.bench import export, memory, prices, unchanged
from agent.bench.measure import MemoryResult, Result
from agent.bench.target import TargetOptions

NAMES = ("export", "memory", "unchanged", "prices")


def run_benches(
    names: Sequence[str], options: TargetOptions, scale: float, say: Callable[[str], None]
) -> Iterator[Result | MemoryResult]:
    """Run the measurements called ``names``, one after the other.

    Args:
        names: some of :data:`NAMES`; none for all.
        options: where to write.
        scale: factor on the sizes, 1 for those that are reported.
        say: told what is going on.

    Raises:
        ConfigError: something needed is missing, or what was measured did not end well.
    """
    products = _scaled(export.PRODUCTS, scale)
    runs: dict[str, Callable[[], Result | MemoryResult]] = {
        "export": lambda: export.measure_export(options, products, say),
        "memory": lambda: memory.measure_memory(
            options, [_scaled(size, scale) for size in memory.SIZES], say
        ),
        "unchanged": lambda: unchanged.measure_unchanged(_scaled(unchanged.PRODUCTS, scale), say),
        "prices": lambda: prices.measure_prices(
            options, products, _scaled(prices.CHANGED, scale), say
        ),
    }
    for name in names or NAMES:
        yield runs[name]()


def command(names: Sequence[str], options: TargetOptions, scale: float) -> str:
    """Return the command that repeats a run."""
    words = ["erp-bridge", "bench", *names, *options.words]
    return shlex.join(words + ([] if scale == 1 else ["--scale", f"{scale:g}"]))


def machine() -> dict[str, Any]:
    """Say what the measurements ran on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }


def _scaled(size: int, scale: float) -> int:
    return max(int(size * scale), 10)
