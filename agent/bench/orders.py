"""Orders: from the shopper's click to the ERP, and a back-fill beside the same calls made bare."""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from agent.bench.checkout import Checkout
from agent.bench.export import connection_settings, shadowed_kinds
from agent.bench.measure import Leg, Result
from agent.bench.selling import link_counterparts, prepare_odoo
from agent.bench.shadow import BareOdoo, Tally
from agent.bench.stage import Stage, connect, open_stage, run_entity, run_products
from agent.bench.target import TargetOptions, open_databases
from agent.errors import ConfigError
from agent.model.entity import Entity
from agent.services.container import Services

ORDERS = 1_000
SECONDS = 60
_PRODUCTS = 100
_THREADS = 4
"""As many as ``erp-bridge serve`` has when nothing else is set."""
_SPARE = 1.2
"""Some orders of the sample shop cannot be sold again: it is made with more."""
_PATIENCE = 120.0
"""Seconds that the last order is waited for."""
_LOOK = 0.05
_STATUSES = dict.fromkeys(("1", "2", "3", "5"), "confirm")


@dataclass(slots=True)
class Flow:
    """Orders placed one a second: when, and seconds until each was in the ERP and confirmed."""

    placed: dict[str, float] = field(default_factory=dict)
    written: dict[str, float] = field(default_factory=dict)
    confirmed: dict[str, float] = field(default_factory=dict)
    peak: float = 0.0
    """Highest resident memory of the worker, in MiB."""


def measure_orders(
    options: TargetOptions, orders: int, seconds: int, say: Callable[[str], None]
) -> Result:
    """Back-fill ``orders`` orders, then place one a second for ``seconds`` seconds.

    The back-fill runs in one thread, and each of its writing calls (contacts, orders, confirming)
    is made again, bare, on an equal database: the least that makes the same documents. The orders
    that follow meet a worker in a process of its own, as ``erp-bridge serve`` runs it.

    Raises:
        ConfigError: the databases are missing or not equal, or something did not end well.
    """
    tally = Tally()
    made = int((orders + seconds) * _SPARE) + 20
    with open_databases(options, 2) as (target, second), open_stage(_PRODUCTS, made) as stage:
        checkout = Checkout(stage)
        filled = checkout.open(orders, seconds + _THREADS)
        found = prepare_odoo(BareOdoo(target))
        bare = BareOdoo(second)
        prepare_odoo(bare)
        with stage.services(shadowed_kinds(bare, tally)) as services:
            connection = connect(services, "odoo", connection_settings(target), target.password)
            say(f"orders: {_PRODUCTS} products and {filled:,} orders to {options.label}")
            run_products(services, connection)
            run_entity(services, connection, Entity.CARRIERS)
            link_counterparts(services, connection, found, _STATUSES)
            tally.forget()
            bridge = _fill(services, connection, tally, filled)
        say(f"orders: one a second for {seconds} seconds, with a worker as serve runs it")
        flow = _flow(stage, checkout, seconds)
    return Result(
        "orders",
        f"Back-fill of {filled:,} orders to {options.label}",
        bridge,
        Leg("bare: the same writing calls without the bridge", tally.bare, f"{tally.rows} rows"),
        facts=_facts(tally, bridge, filled) | _flow_facts(flow),
    )


def _fill(services: Services, connection: int, tally: Tally, orders: int) -> Leg:
    job, seconds = run_entity(services, connection, Entity.ORDERS)
    if job.counts.created < orders:
        raise ConfigError(
            f"Only {job.counts.created} records came of {orders} orders",
            fix="Give a fresh database: orders of an earlier run may be in the way.",
            code="bench.job",
        )
    return Leg("bridge", seconds - tally.aside, f"{job.counts.created} records created")


def _facts(tally: Tally, bridge: Leg, orders: int) -> dict[str, object]:
    beside = bridge.seconds - tally.writing - tally.reading
    return {
        "orders_per_second": round(orders / bridge.seconds, 2),
        "writing_calls_per_order": round(tally.writing_calls / orders, 2),
        "seconds_in_writing_calls": round(tally.writing, 2),
        "reading_calls_per_order": round(tally.reading_calls / orders, 2),
        "seconds_in_reading_calls": round(tally.reading, 2),
        "seconds_beside_calls": round(beside, 2),
    }


def _flow_facts(flow: Flow) -> dict[str, object]:
    written, confirmed = list(flow.written.values()), list(flow.confirmed.values())
    return {
        "orders_placed_one_a_second": len(written),
        "checkout_to_odoo_p50_seconds": round(percentile(written, 50), 2),
        "checkout_to_odoo_p95_seconds": round(percentile(written, 95), 2),
        "checkout_to_confirmed_p50_seconds": round(percentile(confirmed, 50), 2),
        "checkout_to_confirmed_p95_seconds": round(percentile(confirmed, 95), 2),
        "worker_peak_mib": round(flow.peak, 1),
    }


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the value that ``percent`` of all do not exceed; 0 without any."""
    if len(values) < 2:
        return float(values[0]) if values else 0.0
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _flow(stage: Stage, checkout: Checkout, seconds: int) -> Flow:
    flow = Flow()
    with worker(stage, flow):
        # a worker's threads log in to the ERP when they are first needed: that is not counted
        first = Flow()
        for _ in range(_THREADS):
            _place(checkout, first)
        _wait(checkout, first)
        begin = time.perf_counter()
        for number in range(seconds):
            while time.perf_counter() < begin + number:
                _look(checkout, flow)
                time.sleep(_LOOK)
            _place(checkout, flow)
        _wait(checkout, flow)
    return flow


def _place(checkout: Checkout, flow: Flow) -> None:
    """Place an order; its time begins once that is committed."""
    key = checkout.place()
    flow.placed[key] = time.perf_counter()


def _look(checkout: Checkout, flow: Flow) -> None:
    """Note the orders that have arrived meanwhile."""
    there, confirmed = checkout.arrived()
    now = time.perf_counter()
    for times, keys in ((flow.written, there), (flow.confirmed, confirmed)):
        for key in (flow.placed.keys() & keys) - times.keys():
            times[key] = now - flow.placed[key]


def _wait(checkout: Checkout, flow: Flow) -> None:
    """Wait until all orders that were placed have arrived."""
    deadline = time.perf_counter() + _PATIENCE
    while len(flow.confirmed) < len(flow.placed):
        if time.perf_counter() > deadline:
            missing = len(flow.placed) - len(flow.confirmed)
            raise ConfigError(
                f"{missing} of {len(flow.placed)} orders did not come to the ERP",
                fix="Look at the target's log; erp-bridge demo shows whether the agent works here.",
                code="bench.job",
            )
        _look(checkout, flow)
        time.sleep(_LOOK)


@contextmanager
def worker(stage: Stage, flow: Flow) -> Iterator[None]:
    """Run a worker in a process of its own, and note its peak memory when it has ended."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "agent.cli", "worker", "--threads", str(_THREADS)),
            *("--config", str(stage.config_file())),
        ],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        flow.peak = usage.ru_maxrss / 1024
