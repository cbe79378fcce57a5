"""Runs of the demo, and how they are shown: one line each."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from agent.demo.erp import DemoErp
from agent.demo.stage import Stage

Say = Callable[[str], None]
_COLUMNS = ("read", "unchanged", "created", "updated", "failed", "held", "warning")


class Runs:
    """Synchronizes one ERP's records, and prints a line for each run."""

    def __init__(self, stage: Stage, erp: DemoErp, say: Say) -> None:
        self.stage = stage
        self.erp = erp
        self.say = say
        say(f"{'':26}{_row([*_COLUMNS, 'seconds'])}")

    def bridge(self, *arguments: str) -> Any:
        """Run ``erp-bridge --json`` on this connection and return what it printed."""
        return self.stage.bridge(*arguments, "--connection", self.erp.name)

    def sync(self, label: str, entity: str, *options: str) -> Any:
        """Synchronize an entity and print the counts; returns the job."""
        started = time.monotonic()
        job = self.bridge("sync", entity, *options)
        seconds = time.monotonic() - started
        counts = [job["counts"][name] for name in _COLUMNS]
        self.say(f"{label:26}{_row([*counts, f'{seconds:.1f}'])}")
        return job

    def reason(self, job: Any, outcome: str = "failed") -> None:
        """Print why a record of a job failed, and what to do; one example is enough."""
        records = self.stage.bridge("job", "show", str(job["id"]), "--records")["records"]
        first = next((r for r in records if r["outcome"] == outcome), None)
        if first is not None:
            self.say(f"  {first['label']}: {first['cause']}. Fix: {first['fix']}")

    def until(self, done: Callable[[], bool], seconds: float) -> bool:
        """Wait until ``done``; False when that takes longer than ``seconds``."""
        end = time.monotonic() + seconds
        while not done():
            if time.monotonic() > end:
                return False
            time.sleep(0.5)
        return True


def _row(cells: Iterable[object]) -> str:
    widths = [max(len(name) + 1, 6) for name in (*_COLUMNS, "seconds")]
    return "".join(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))


def listed(counts: Iterable[tuple[str, int]]) -> str:
    """Return ``200 products, 30 orders``."""
    return ", ".join(f"{count} {label}" for label, count in counts)
