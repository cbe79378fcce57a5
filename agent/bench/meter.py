"""Wall time of a side of a measurement, and the processor time that it and the database took.

Where other programs keep the machine busy, wall times of two sides differ by who had to wait; the
processor time of both stays comparable.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_STAT_AFTER_NAME = 2
_USER, _SYSTEM = 13 - _STAT_AFTER_NAME, 14 - _STAT_AFTER_NAME


@dataclass(slots=True)
class Meter:
    """Seconds, summed over all times it ran; ``server`` is the database's process."""

    server: int
    wall: float = 0.0
    cpu: float = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Measure the block, too."""
        cpu, wall = self._cpu(), time.perf_counter()
        yield
        self.wall += time.perf_counter() - wall
        self.cpu += self._cpu() - cpu

    def _cpu(self) -> float:
        ticks = os.sysconf("SC_CLK_TCK")
        stat = Path(f"/proc/{self.server}/stat").read_text()
        # its name, in brackets, may have spaces
        numbers = stat.rpartition(")")[2].split()
        return time.process_time() + (int(numbers[_USER]) + int(numbers[_SYSTEM])) / ticks
