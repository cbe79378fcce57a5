"""Runs measurements by name."""

from __future__ import annotations

import os
import platform
import shlex
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from agent.bench import export, memory, orders, prices, sap, to_store, transport, unchanged
from agent.bench.measure import MemoryResult, Result
from agent.bench.target import TargetOptions
from agent.bench.to_store import ToStoreResult
from agent.bench.transport import TransportResult

NAMES = ("export", "memory", "unchanged", "prices", "orders", "to-store", "transport", "sap")
ONLY_19 = frozenset({"transport"})
AnyResult = Result | MemoryResult | TransportResult | ToStoreResult


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: ``scale`` is a factor on all sizes that are not given themselves."""

    scale: float = 1.0
    orders: int | None = None
    seconds: int | None = None

    @property
    def words(self) -> list[str]:
        """The options that repeat this."""
        given = [] if self.scale == 1 else ["--scale", f"{self.scale:g}"]
        given += [] if self.orders is None else ["--orders", str(self.orders)]
        return given + ([] if self.seconds is None else ["--seconds", str(self.seconds)])

    def of(self, size: int) -> int:
        """Return a size by the scale."""
        return max(int(size * self.scale), 10)


def run_benches(
    names: Sequence[str], options: TargetOptions, sizes: Sizes, say: Callable[[str], None]
) -> Iterator[AnyResult]:
    """Run the measurements called ``names``, one after the other.

    Args:
        names: some of :data:`NAMES`; none for all that the version has.
        options: where to write.
        sizes: how much; those that are reported have none given.
        say: told what is going on.

    Raises:
        ConfigError: something needed is missing, or what was measured did not end well.
    """
    products = sizes.of(export.PRODUCTS)
    runs: dict[str, Callable[[], AnyResult]] = {
        "export": lambda: export.measure_export(options, products, say),
        "memory": lambda: memory.measure_memory(
            options, [sizes.of(size) for size in memory.SIZES], say
        ),
        "unchanged": lambda: unchanged.measure_unchanged(sizes.of(unchanged.PRODUCTS), say),
        "prices": lambda: prices.measure_prices(options, products, sizes.of(prices.CHANGED), say),
        "orders": lambda: orders.measure_orders(
            options,
            sizes.orders or sizes.of(orders.ORDERS),
            sizes.seconds or sizes.of(orders.SECONDS),
            say,
        ),
        "to-store": lambda: to_store.measure_to_store(
            options,
            products,
            sizes.of(to_store.STOCK_CHANGES),
            sizes.of(to_store.LATENCY_CHANGES),
            say,
        ),
        "transport": lambda: transport.measure_transport(
            options, lambda usual: max(2, int(usual * sizes.scale)), say
        ),
    }
    every = [name for name in NAMES if options.release != "14" or name not in ONLY_19]
    for name in names or every:
        if name == "sap":
            yield from sap.measure_sap(
                sizes.of(sap.PRODUCTS),
                sizes.orders or sizes.of(sap.ORDERS),
                sizes.of(sap.ITEMS),
                say,
            )
        else:
            yield runs[name]()


def command(names: Sequence[str], options: TargetOptions, sizes: Sizes) -> str:
    """Return the command that repeats a run."""
    words = ["erp-bridge", "bench", *names, *options.words]
    return shlex.join(words + sizes.words)


def machine() -> dict[str, Any]:
    """Say what the measurements ran on."""
    return {
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "cores": os.cpu_count(),
    }
