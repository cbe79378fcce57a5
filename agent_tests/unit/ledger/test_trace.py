"""Many workers, random ends: one at a time per key, in order, each task done once.

The same check is run with each guard taken away, to show that it would notice.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Select, Table, select, text, update

from agent.db import Database, Tables
from agent.errors import Unreachable
from agent.ledger import (
    Counts,
    Lease,
    LeaseLost,
    Ledger,
    LedgerSettings,
    RetryPolicy,
    TaskResult,
    claims,
    health,
    outcomes,
    utc_now,
)
from agent_tests.unit.ledger.conftest import request_, task_

KEYS, PER_KEY, WORKERS = 8, 12, 6
AWAY = Unreachable("away", fix="-")


@dataclass
class Trace:
    """What the workers saw. ``claimed``: task ids by key in the order they were claimed."""

    claimed: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    active: Counter[str] = field(default_factory=Counter)
    finished: Counter[int] = field(default_factory=Counter)
    overlaps: list[str] = field(default_factory=list)
    fenced: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Play:
    """Workers that end their tasks in random ways until none is left."""

    def __init__(self, ledger: Ledger, seed: int) -> None:
        self.ledger = ledger
        self.seed = seed
        self.trace = Trace()
        self.job_id = ledger.create_job(
            request_(), [task_(f"k{n % KEYS}") for n in range(KEYS * PER_KEY)]
        )

    def run(self) -> Trace:
        threads = [threading.Thread(target=self._work, args=(n,)) for n in range(WORKERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.trace

    def _work(self, number: int) -> None:
        dice = random.Random(self.seed * 100 + number)
        idle = 0
        while idle < 200:
            lease = self.ledger.claim(f"w{number}")
            if lease is None:
                found = health(self.ledger)
                if found.ready + found.running == 0:
                    return
                idle += 1
                continue
            idle = 0
            self._begin(lease)
            end = dice.choices(["finish", "retry", "crash", "zombie"], [60, 15, 15, 10])[0]
            time.sleep(dice.uniform(0, 0.004))
            self._end(lease)
            with self.trace.lock:
                self.trace.ends[end] += 1
            getattr(self, end)(lease)

    def _begin(self, lease: Lease) -> None:
        key = lease.task.key
        with self.trace.lock:
            self.trace.claimed[key].append(lease.task.id)
            self.trace.active[key] += 1
            if self.trace.active[key] > 1:
                self.trace.overlaps.append(key)

    def _end(self, lease: Lease) -> None:
        with self.trace.lock:
            self.trace.active[lease.task.key] -= 1

    def finish(self, lease: Lease) -> None:
        self.ledger.finish(lease, TaskResult(Counts(read=1)))
        with self.trace.lock:
            self.trace.finished[lease.task.id] += 1

    def retry(self, lease: Lease) -> None:
        self.ledger.retry_later(lease, AWAY)

    def crash(self, lease: Lease) -> None:
        """The worker is gone and its lease runs out."""
        t = self.ledger.database.tables.task
        past = utc_now() - timedelta(seconds=1)
        mine = update(t).where(t.c.id == lease.task.id, t.c.lease_token == lease.token)
        with self.ledger.database.begin() as connection:
            connection.execute(mine.values(lease_until=past))
        self.ledger.expire()

    def zombie(self, lease: Lease) -> None:
        """The worker was only slow and reports after the task was taken back."""
        self.crash(lease)
        try:
            self.finish(lease)
        except LeaseLost:
            with self.trace.lock:
                self.trace.fenced += 1


def check(play: Play) -> None:
    trace = play.trace
    assert trace.overlaps == [], "two at once"
    for key, ids in trace.claimed.items():
        assert ids == sorted(ids), f"{key} was done out of order"
    assert len(trace.finished) == KEYS * PER_KEY
    assert set(trace.finished.values()) == {1}
    job = play.ledger.job(play.job_id)
    assert job.state.value == "done"
    assert job.counts.read == KEYS * PER_KEY


@pytest.fixture
def quick(empty: Database) -> Ledger:
    settings = LedgerSettings(
        lease_seconds=3600,
        max_crashes=10**6,
        retry=RetryPolicy(attempts=10**6, base=0.001, longest=0.01),
    )
    return Ledger(empty, utc_now, settings=settings)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_task_is_done_once_and_in_order(quick: Ledger, seed: int) -> None:
    play = Play(quick, seed)
    play.run()
    check(play)
    assert play.trace.fenced > 0
    assert min(play.trace.ends[end] for end in ("finish", "retry", "crash", "zombie")) > 0


def notices(ledger: Ledger, what: str = "") -> bool:
    """Tell whether the check finds fault; one play may go well by luck, twelve do not."""
    for seed in range(1, 13):
        play = Play(ledger, seed)
        play.run()
        try:
            check(play)
        except AssertionError as error:
            if what in str(error):
                return True
    return False


def test_the_check_notices_missing_fencing(quick: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    def without(tables: Tables, lease: Lease) -> Any:
        return tables.task.c.id == lease.task.id

    monkeypatch.setattr(outcomes, "held_by", without)
    assert notices(quick)


def first_come(tables: Tables, active: Sequence[int], now: datetime, limit: int) -> Select[Any]:
    """A plain queue: whatever is ready and due, keys not looked at."""
    t: Table = tables.task
    due = select(t.c.id, t.c.job_id, t.c.state).where(
        t.c.state == "ready", t.c.not_before <= now, t.c.connection_id.in_(active)
    )
    return due.order_by(t.c.priority, t.c.id).limit(limit)


def test_the_check_notices_a_queue_without_order(
    quick: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "claimable", first_come)
    assert notices(quick, "out of order")


def test_the_check_notices_a_missing_unique_key(
    database: Database, quick: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    database.tables.metadata.create_all(database.engine)
    with database.begin() as connection:
        connection.execute(text("ALTER TABLE oc_erp_task DROP INDEX running_key"))
    monkeypatch.setattr(claims, "claimable", first_come)
    ledger = Ledger(database, utc_now, settings=quick.settings)
    assert notices(ledger, "two at once")
