"""Workers are killed without warning while they work: nothing is lost, doubled or out of order."""

from __future__ import annotations

import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy import text

from agent.db import Database
from agent.faults import EXIT_CODE
from agent.ledger import JobRequest, JobState, Ledger, NewTask, TaskState, health
from agent.migrations import migrate
from agent_tests.faults.ledger.effects import open_ledger

KEYS, PER_KEY = 30, 10
TASKS = KEYS * PER_KEY
WORKERS = 2
POINTS = ("task.after_claim", "task.before_finish", "task.in_finish", "task.after_finish")


@dataclass
class Site:
    """A database with the ledger and the outside table, and worker processes on it."""

    database: Database
    ledger: Ledger
    queue: Path
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    deaths: list[str] = field(default_factory=list)

    def start(self, mode: str, crash_at: str = "") -> subprocess.Popen[bytes]:
        settings = self.database.settings
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "agent_tests.faults.ledger.effects"),
                *(str(settings.port), settings.database, mode, str(self.queue)),
            ],
            env={**os.environ, "ERP_BRIDGE_CRASH_AT": crash_at},
            stdout=subprocess.DEVNULL,
        )
        self.workers.append(process)
        return process

    def number(self, sql: str) -> int:
        with self.database.begin() as connection:
            return int(connection.scalar(text(sql)) or 0)

    def effects(self) -> int:
        return self.number("SELECT COUNT(DISTINCT key_name, number) FROM effect")


@pytest.fixture
def site(database: Database, tmp_path: Path) -> Iterator[Site]:
    migrate(database)
    ledger = open_ledger(database.settings.port, database.settings.database)
    built = Site(database, ledger, tmp_path / "queue.db")
    yield built
    for process in built.workers:
        if process.poll() is None:
            process.kill()
        process.wait(20)
    ledger.database.close()


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.02)


def outside(site: Site, unique: bool) -> None:
    key = ", UNIQUE KEY one (key_name, number)" if unique else ""
    with site.database.begin() as connection:
        connection.execute(
            text(
                "CREATE TABLE effect (id INT AUTO_INCREMENT PRIMARY KEY, "
                f"key_name VARCHAR(96), number INT{key}) ENGINE=InnoDB"
            )
        )


def massacre(site: Site, mode: str, kills: int) -> int:
    """Do all tasks while workers die, by kill -9 and at named points; return the job."""
    dice = random.Random(7)
    tasks = [NewTask(f"k{n % KEYS}", "effect", {"number": n // KEYS}) for n in range(TASKS)]
    job_id = site.ledger.create_job(JobRequest(0, "orders", "to-erp", "event"), tasks)
    points = itertools.cycle(POINTS)
    alive = [site.start(mode, f"{next(points)}:{dice.randint(5, 40)}") for _ in range(WORKERS)]
    killed = 0
    deadline = time.monotonic() + 240
    while not site.ledger.job(job_id).state.final:
        assert time.monotonic() < deadline, f"not done: {health(site.ledger)}"
        if killed < kills and site.effects() > (killed + 1) * TASKS // (kills + 2):
            victim = dice.choice(alive)
            victim.send_signal(signal.SIGKILL)
            victim.wait(20)
            killed += 1
        for process in [p for p in alive if p.poll() is not None]:
            site.deaths.append("kill" if process.returncode == -9 else str(process.returncode))
            alive.remove(process)
            armed = f"{next(points)}:{dice.randint(5, 40)}" if len(site.deaths) < 4 else ""
            alive.append(site.start(mode, armed))
        time.sleep(0.02)
    return job_id


def test_every_effect_once_and_in_order_though_workers_are_killed(site: Site) -> None:
    outside(site, unique=True)
    job_id = massacre(site, "keyed", kills=3)
    assert "kill" in site.deaths
    assert str(EXIT_CODE) in site.deaths
    assert len(site.deaths) >= 5
    job = site.ledger.job(job_id)
    assert (job.state, job.counts.read) == (JobState.DONE, TASKS)
    assert site.number("SELECT COUNT(*) FROM effect") == TASKS
    with site.database.begin() as connection:
        rows = connection.execute(text("SELECT key_name, number FROM effect ORDER BY id")).all()
        crashes = int(connection.scalar(text("SELECT SUM(crashes) FROM oc_erp_task")) or 0)
    by_key: dict[str, list[int]] = {}
    for key, number in rows:
        by_key.setdefault(key, []).append(number)
    assert by_key == {f"k{n}": list(range(PER_KEY)) for n in range(KEYS)}
    assert crashes > 0


def test_without_a_key_on_the_other_side_the_same_test_finds_doubles(site: Site) -> None:
    outside(site, unique=False)
    site.ledger.create_job(
        JobRequest(0, "orders", "to-erp", "event"),
        [NewTask(f"k{n}", "effect", {"number": n}) for n in range(20)],
    )
    dies = site.start("plain", "task.before_finish:5")
    assert dies.wait(60) == EXIT_CODE
    site.start("plain")
    until(lambda: health(site.ledger).ready + health(site.ledger).running == 0)
    assert site.effects() == 20
    assert site.number("SELECT COUNT(*) FROM effect") > 20


@pytest.mark.parametrize(
    ("point", "state", "crashes"),
    [
        ("task.after_claim", TaskState.RUNNING, 1),
        ("task.before_finish", TaskState.RUNNING, 1),
        ("task.in_finish", TaskState.RUNNING, 1),
        ("task.after_finish", TaskState.DONE, 0),
    ],
)
def test_dying_at_each_point_leaves_all_or_nothing(
    site: Site, point: str, state: TaskState, crashes: int
) -> None:
    outside(site, unique=True)
    job_id = site.ledger.create_job(
        JobRequest(0, "orders", "to-erp", "event"), [NewTask("k", "effect", {"number": 1})]
    )
    assert site.start("keyed", point).wait(60) == EXIT_CODE
    task = site.ledger.tasks(job_id=job_id).items[0]
    assert task.state is state
    assert site.ledger.job(job_id).counts.read == (1 if state is TaskState.DONE else 0)
    until(lambda: bool(site.ledger.expire()) or not crashes)
    site.start("keyed")
    until(lambda: site.ledger.job(job_id).state is JobState.DONE)
    job = site.ledger.job(job_id)
    assert job.counts.read == 1
    assert (site.ledger.tasks(job_id=job_id).items[0].crashes > 0) is (crashes > 0)


def test_a_job_is_made_whole_or_not_at_all(site: Site) -> None:
    assert site.start("create", "job.in_create").wait(60) == EXIT_CODE
    assert site.ledger.jobs().total == 0
    assert site.number("SELECT COUNT(*) FROM oc_erp_task") == 0
    assert site.start("create").wait(60) == 0
    assert site.ledger.tasks().total == 2000


def test_a_stop_by_signal_finishes_what_runs(site: Site) -> None:
    outside(site, unique=True)
    job_id = site.ledger.create_job(
        JobRequest(0, "orders", "to-erp", "event"),
        [NewTask("k", "effect", {"number": n}) for n in range(2)],
    )
    worker = site.start("slow")
    until(lambda: site.effects() == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    states = [task.state for task in site.ledger.tasks(job_id=job_id).items]
    assert states == [TaskState.DONE, TaskState.READY]
    assert health(site.ledger).workers == 0
