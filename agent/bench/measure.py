"""What a measurement gives: timed legs, the ratio of two of them, and facts beside."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Leg:
    """One side of a comparison. ``seconds`` is wall time, set when the leg ends."""

    label: str
    seconds: float = 0.0
    note: str = ""

    def to_plain(self) -> dict[str, Any]:
        """Return the leg, JSON-ready."""
        return {"label": self.label, "seconds": round(self.seconds, 3), "note": self.note}


@contextmanager
def timed(label: str) -> Iterator[Leg]:
    """Measure the wall time of the block."""
    leg = Leg(label)
    started = time.perf_counter()
    yield leg
    leg.seconds = time.perf_counter() - started


@dataclass(frozen=True, slots=True)
class Result:
    """A measurement: ``bridge`` beside ``bare``, the least that could do the same.

    ``also`` are other bare ways that were measured and were slower. ``facts`` are counts that say
    what was measured.
    """

    name: str
    title: str
    bridge: Leg
    bare: Leg
    also: tuple[Leg, ...] = ()
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float:
        """How many times the bare side's time the bridge takes."""
        return self.bridge.seconds / self.bare.seconds if self.bare.seconds else float("inf")

    def to_plain(self) -> dict[str, Any]:
        """Return the measurement, JSON-ready."""
        return {
            "name": self.name,
            "title": self.title,
            "bridge": self.bridge.to_plain(),
            "bare": self.bare.to_plain(),
            "also": [leg.to_plain() for leg in self.also],
            "ratio": round(self.ratio, 3),
            "facts": self.facts,
        }

    def lines(self) -> Iterator[str]:
        """Yield the measurement as lines for people."""
        yield self.title
        for leg in (self.bridge, self.bare, *self.also):
            note = f"  ({leg.note})" if leg.note else ""
            yield f"  {leg.label:<52}{leg.seconds:>9.2f} s{note}"
        yield f"  {'bridge / bare':<52}{self.ratio:>9.2f}"
        for name, value in self.facts.items():
            yield f"  {name.replace('_', ' '):<52}{value!s:>9}"


@dataclass(frozen=True, slots=True)
class MemoryResult:
    """Peak memory of the agent's process by the size of the shop it carried over, in MiB."""

    name: str
    title: str
    peaks: dict[int, float]

    @property
    def ratio(self) -> float:
        """Peak at the largest size by the peak at the smallest."""
        return self.peaks[max(self.peaks)] / self.peaks[min(self.peaks)]

    def to_plain(self) -> dict[str, Any]:
        """Return the measurement, JSON-ready."""
        peaks = [{"products": n, "mib": round(mib, 1)} for n, mib in self.peaks.items()]
        return {
            "name": self.name,
            "title": self.title,
            "peaks": peaks,
            "ratio": round(self.ratio, 3),
        }

    def lines(self) -> Iterator[str]:
        """Yield the measurement as lines for people."""
        yield self.title
        for products, mib in self.peaks.items():
            label = f"{products:,} products"
            yield f"  {label:<52}{mib:>9.1f} MiB"
        yield f"  {'largest / smallest':<52}{self.ratio:>9.2f}"
