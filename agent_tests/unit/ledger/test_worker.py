"""Handlers are run, whatever they do is reported, and stopping leaves nothing half done."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pymysql
import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from agent.db import Database
from agent.errors import AuthError, BridgeError, ConfigError, Held, Refused, Unreachable
from agent.ledger import (
    Chore,
    Counts,
    Handler,
    JobState,
    Lease,
    LeaseLost,
    Ledger,
    LedgerSettings,
    LocalDispatcher,
    NewTask,
    RecordResult,
    RetryPolicy,
    TaskContext,
    TaskResult,
    TaskState,
    Worker,
    WorkerSettings,
    health,
    utc_now,
)
from agent.ledger.keeper import LeaseKeeper, RunningTask
from agent_tests.lab.mariadb import MariaDb
from agent_tests.unit.ledger.conftest import add_connection, claim, request_, task_


@pytest.fixture
def live(empty: Database) -> Ledger:
    """A ledger on real time, with short leases and retries."""
    settings = LedgerSettings(lease_seconds=0.6, retry=RetryPolicy(base=0.05, longest=0.1))
    return Ledger(empty, utc_now, settings=settings)


def run_with(ledger: Ledger, handler: Handler) -> int:
    job_id = ledger.create_job(request_(), [task_(store_key="42")])
    Worker(ledger, {"page": handler}, "w1").run_until_idle()
    return job_id


def raises(error: Exception) -> Handler:
    def handler(_context: TaskContext) -> TaskResult:
        raise error

    return handler


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.01)


@pytest.mark.parametrize("threads", [1, 4])
def test_drains_a_chain_of_pages_and_all_else(ledger: Ledger, threads: int) -> None:
    def page(context: TaskContext) -> TaskResult:
        n = context.payload["n"]
        more = [NewTask(context.task.key, "page", {"n": n - 1})] if n else []
        return TaskResult(Counts(read=1), next_tasks=more)

    job_id = ledger.create_job(request_(), [task_(f"k{k}", n=k) for k in range(6)])
    worker = Worker(ledger, {"page": page}, "w1", threads)
    assert worker.run_until_idle() == 1 + 2 + 3 + 4 + 5 + 6
    job = ledger.job(job_id)
    assert (job.state, job.counts.read) == (JobState.DONE, 21)
    assert worker.run_until_idle() == 0


def test_the_context_tells_what_the_task_is(ledger: Ledger) -> None:
    seen = []

    def handler(context: TaskContext) -> TaskResult:
        context.heartbeat()
        seen.append((context.job.id, context.task.key, context.attempt, context.cancelled()))
        return TaskResult()

    job_id = run_with(ledger, handler)
    assert seen == [(job_id, "k", 1, False)]


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (Refused("no", fix="f"), TaskState.FAILED, "erp.refused"),
        (ConfigError("no", fix="f"), TaskState.FAILED, "config.invalid"),
        (BridgeError("no", fix="f"), TaskState.FAILED, "bridge.error"),
        (Held("no", fix="f"), TaskState.HELD, "record.held"),
        (Unreachable("no", fix="f"), TaskState.READY, "erp.unreachable"),
        (KeyError("x"), TaskState.FAILED, "bridge.bug"),
    ],
)
def test_each_kind_of_error_has_its_end(
    ledger: Ledger, error: Exception, state: TaskState, code: str
) -> None:
    job_id = run_with(ledger, raises(error))
    task = ledger.tasks(job_id=job_id).items[0]
    assert task.error is not None
    assert (task.state, task.error["code"]) == (state, code)
    assert task.lease_until is None


def test_a_login_error_pauses_the_connection(ledger: Ledger) -> None:
    connection_id = add_connection(ledger)
    job_id = ledger.create_job(request_(connection_id), [task_("a"), task_("b")])
    worker = Worker(ledger, {"page": raises(AuthError("key expired", fix="renew it"))}, "w1")
    assert worker.run_until_idle() == 1
    job = ledger.job(job_id)
    assert job.state is JobState.RUNNING
    assert job.error is not None
    assert job.error["cause"] == "key expired"
    assert [task.attempts for task in ledger.tasks(job_id=job_id).items] == [0, 0]
    assert worker.run_until_job_ends(job_id).state is JobState.RUNNING  # and does not hang
    ledger.resume_connection(connection_id)
    worker.handlers = {"page": lambda _context: TaskResult()}
    assert worker.run_until_job_ends(job_id).state is JobState.DONE


def test_a_fault_of_the_program_is_told_in_plain_words_and_logged_masked(ledger: Ledger) -> None:
    def broken(_context: TaskContext) -> TaskResult:
        raise KeyError("api_key=hunter2 of jane.doe@example.com")

    with capture_logs() as logs:
        job_id = run_with(ledger, broken)
    error = ledger.job(job_id).error
    assert error is not None
    assert (error["code"], error["retry"]) == ("bridge.bug", False)
    assert "Traceback" not in error["cause"]
    assert "KeyError" in error["cause"]
    details = "".join(entry.get("detail", "") for entry in logs)
    assert "in broken" in details
    assert "hunter2" not in str(logs)
    assert "jane.doe" not in str(logs)


def test_a_result_that_cannot_be_stored_fails_the_task(ledger: Ledger) -> None:
    result = RecordResult("products", "1", "x", "an outcome that is far too long")  # type: ignore[arg-type]
    job_id = run_with(
        ledger, lambda _context: TaskResult(Counts(read=7), [result], [task_("another")])
    )
    job = ledger.job(job_id)
    assert job.state is JobState.FAILED
    assert job.error is not None
    assert job.error["code"] == "bridge.bug"
    assert (job.counts.read, ledger.tasks(job_id=job_id).total) == (0, 1)


def test_work_that_nobody_knows_is_failed_with_the_reason(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [NewTask("k", "from the future")])
    Worker(ledger, {}, "w1").run_until_idle()
    error = ledger.job(job_id).error
    assert error is not None
    assert error["code"] == "task.kind"


def test_a_deadlock_in_a_handlers_own_sql_is_tried_again(live: Ledger) -> None:
    attempts = []

    def handler(context: TaskContext) -> TaskResult:
        attempts.append(context.attempt)
        if context.attempt == 1:
            with live.database.begin() as connection:
                connection.execute(
                    text("SIGNAL SQLSTATE '40001' SET MYSQL_ERRNO = 1213, MESSAGE_TEXT = 'x'")
                )
        return TaskResult()

    job_id = live.create_job(request_(), [task_()])
    Worker(live, {"page": handler}, "w1").run_until_idle(wait_for_retries=True)
    assert attempts == [1, 2]
    assert live.job(job_id).state is JobState.DONE


def test_a_handler_that_lost_its_lease_is_dropped(ledger: Ledger) -> None:
    job_id = run_with(ledger, raises(LeaseLost("gone")))
    task = ledger.tasks(job_id=job_id).items[0]
    assert (task.state, task.error) == (TaskState.RUNNING, None)  # whoever has it now decides


def test_the_lease_of_a_long_step_is_kept(live: Ledger) -> None:
    expired: list[object] = []

    def slow(_context: TaskContext) -> TaskResult:
        ended = time.monotonic() + 1.5
        while time.monotonic() < ended:
            time.sleep(0.05)
            expired.extend(live.expire())
        return TaskResult()

    job_id = run_with(live, slow)
    assert expired == []
    assert live.job(job_id).state is JobState.DONE


def test_a_handler_without_a_sign_of_life_is_left_and_told_so(live: Ledger) -> None:
    runs: list[int] = []
    told: list[bool] = []

    def stuck_once(context: TaskContext) -> TaskResult:
        runs.append(context.task.crashes)
        if len(runs) == 1:
            until(lambda: len(runs) == 2)  # the task was taken over while this one hangs
            try:
                context.heartbeat()
            except LeaseLost:
                told.append(True)
                raise
        return TaskResult(Counts(read=1))

    job_id = live.create_job(request_(), [task_()])
    settings = WorkerSettings(longest_silence=0.2, tick=0.1)
    worker = Worker(live, {"page": stuck_once}, "w1", 2, settings=settings)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    until(lambda: bool(told))
    stop.set()
    thread.join()
    assert runs == [0, 1]
    job = live.job(job_id)
    assert (job.state, job.counts.read) == (JobState.DONE, 1)


def test_a_heartbeat_asks_the_database_seldom(ledger: Ledger) -> None:
    ledger.create_job(request_(), [task_()])
    running = RunningTask(ledger, claim(ledger), 1800)
    ledger.database.close()
    broken = Ledger(ledger.database, lambda: pytest.fail("asked"), settings=ledger.settings)
    running._ledger = broken
    for _ in range(1000):
        running.heartbeat()


def test_serves_until_stopped_and_finishes_what_runs(live: Ledger) -> None:
    running, let_go = threading.Event(), threading.Event()

    def slow(_context: TaskContext) -> TaskResult:
        running.set()
        assert let_go.wait(30)
        return TaskResult()

    dispatcher = LocalDispatcher()
    live.wake = dispatcher.wake
    worker = Worker(live, {"page": slow}, "w1", 2, dispatcher=dispatcher)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    first = live.create_job(request_(), [task_("k")])
    assert running.wait(30)
    until(lambda: health(live).workers == 1)
    second = live.create_job(request_(), [task_("k")])
    stop.set()
    let_go.set()
    thread.join(30)
    assert not thread.is_alive()
    assert live.job(first).state is JobState.DONE
    assert live.job(second).state is JobState.QUEUED
    assert health(live).workers == 0


def test_a_task_claimed_while_stopping_is_given_back(
    live: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = live.create_job(request_(), [task_()])
    stop = threading.Event()
    claim_it = live.claim

    def claim_and_stop(worker: str) -> Lease | None:
        stop.set()
        return claim_it(worker)

    monkeypatch.setattr(live, "claim", claim_and_stop)
    Worker(live, {"page": lambda _context: pytest.fail("was run")}, "w1").run(stop)
    task = live.tasks(job_id=job_id).items[0]
    assert (task.state, task.attempts, task.crashes) == (TaskState.READY, 0, 0)


def test_a_wake_is_faster_than_the_tick(live: Ledger) -> None:
    dispatcher = LocalDispatcher()
    live.wake = dispatcher.wake
    settings = WorkerSettings(tick=3600)
    handlers = {"page": lambda _context: TaskResult()}
    worker = Worker(live, handlers, "w1", 2, dispatcher=dispatcher, settings=settings)
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    for n in range(5):
        job_id = live.create_job(request_(), [task_(f"{n}{m}") for m in range(3)])
        until(lambda job_id=job_id: live.job(job_id).state is JobState.DONE)
    stop.set()
    thread.join()


def test_without_a_wake_the_tick_finds_the_work(live: Ledger) -> None:
    handlers = {"page": lambda _context: TaskResult()}
    worker = Worker(live, handlers, "w1", settings=WorkerSettings(tick=0.05))
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    job_id = live.create_job(request_(), [task_()])
    until(lambda: live.job(job_id).state is JobState.DONE)
    stop.set()
    thread.join()


def test_waits_for_one_job_and_shows_how_it_gets_on(live: Ledger) -> None:
    def page(context: TaskContext) -> TaskResult:
        n = context.payload["n"]
        more = [task_("k", n=n - 1)] if n else []
        return TaskResult(Counts(read=10), next_tasks=more)

    job_id = live.create_job(request_(), [task_("k", n=5)])
    seen: list[int] = []
    worker = Worker(live, {"page": page}, "w1", 2)
    job = worker.run_until_job_ends(job_id, progress=lambda j: seen.append(j.counts.read))
    assert (job.state, job.counts.read) == (JobState.DONE, 60)
    assert seen[0] == 0
    assert seen == sorted(seen)


def test_a_cancelled_job_is_told_to_the_handler(live: Ledger) -> None:
    def long(context: TaskContext) -> TaskResult:
        live.cancel_job(context.job.id)
        until(context.cancelled)
        return TaskResult(Counts(read=3), next_tasks=[task_("k")])

    job_id = run_with(live, long)
    job = live.job(job_id)
    assert (job.state, job.counts.read) == (JobState.CANCELLED, 3)
    assert live.claim("w") is None


def test_chores_come_round_and_their_faults_stop_nothing(live: Ledger) -> None:
    rounds: list[int] = []

    def chore() -> None:
        rounds.append(1)
        raise KeyError("x") if len(rounds) % 2 else Refused("x", fix="y")

    worker = Worker(live, {}, "w1", chores=[Chore("outbox", 0.01, chore)])
    stop = threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    with capture_logs() as logs:
        thread.start()
        until(lambda: len(rounds) > 4)
        stop.set()
        thread.join()
    assert {"chore.failed"} <= {entry["event"] for entry in logs}


def test_waits_out_a_database_that_breaks_off_connections_and_queries(
    live: Ledger, mariadb: MariaDb
) -> None:
    patient = Ledger(
        live.database,
        settings=LedgerSettings(
            lease_seconds=1, max_crashes=10**6, retry=RetryPolicy(10**6, base=0.01, longest=0.1)
        ),
    )

    def handler(_context: TaskContext) -> TaskResult:
        with patient.database.begin() as connection:
            connection.execute(text("SELECT SLEEP(0.01)"))
        return TaskResult(Counts(read=1))

    job_id = patient.create_job(request_(), [task_(f"{n % 10}") for n in range(60)])
    trouble = threading.Thread(target=kill_some, args=(mariadb,))
    trouble.start()
    settings = WorkerSettings(tick=0.05, patience=300)
    job = Worker(patient, {"page": handler}, "w1", 3, settings=settings).run_until_job_ends(job_id)
    trouble.join()
    assert (job.state, job.error, job.counts.read) == (JobState.DONE, None, 60)


def kill_some(mariadb: MariaDb) -> None:
    """Kill 25 connections and queries of the worker, one after the other."""
    dice = random.Random(5)
    connection = mariadb.connect()
    killed = 0
    with connection.cursor() as cursor:
        while killed < 25:
            time.sleep(0.02)
            cursor.execute("SELECT id FROM information_schema.processlist WHERE db = 'ledger'")
            found = cursor.fetchall()
            with suppress(pymysql.err.Error):
                if found:
                    what = dice.choice(["CONNECTION", "QUERY"])
                    cursor.execute(f"KILL {what} {dice.choice(found)[0]}")
                    killed += 1
    connection.close()


def test_the_keeper_survives_a_database_that_is_away(live: Ledger) -> None:
    live.create_job(request_(), [task_()])
    running = RunningTask(live, claim(live), 1800)
    asked: list[int] = []

    def heartbeat(_lease: object) -> None:
        asked.append(1)
        raise Unreachable("away", fix="-")

    live.heartbeat = heartbeat  # type: ignore[method-assign]
    with LeaseKeeper(0.6) as keeper:
        keeper.add(running)
        until(lambda: len(asked) >= 3)


def test_crashes_of_others_are_found_while_serving(live: Ledger) -> None:
    job_id = live.create_job(request_(), [task_()])
    claim(live, "dead worker")  # and never heard of again
    job = Worker(live, {"page": lambda _context: TaskResult()}, "w1").run_until_job_ends(job_id)
    assert job.state is JobState.DONE
    task = live.tasks(job_id=job_id).items[0]
    assert (task.crashes, task.worker) == (1, "w1")
    assert task.updated_at - job.created_at >= timedelta(seconds=0.6)
