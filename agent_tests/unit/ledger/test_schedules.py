"""Schedules come round once, whoever ticks; old jobs go; the numbers for /health are right."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import text

from agent.errors import Held, Refused, Unreachable
from agent.ledger import (
    JobState,
    Ledger,
    RecordResult,
    Schedule,
    ScheduledJob,
    TaskResult,
    health,
    purge,
    schedules,
)
from agent.ledger.vitals import show_alive, show_gone
from agent_tests.unit.ledger.conftest import (
    StandingClock,
    add_connection,
    claim,
    request_,
    task_,
)


def sweep(schedule: Schedule) -> ScheduledJob:
    return ScheduledJob(request_(entity=schedule.payload["entity"]), [task_("sweep")])


def test_comes_round_in_step(ledger: Ledger, clock: StandingClock) -> None:
    schedules.ensure(ledger, Schedule("sweep", 60, "sweep", {"entity": "stock"}))
    assert len(schedules.tick(ledger, sweep)) == 1
    assert schedules.tick(ledger, sweep) == []
    clock.forward(59)
    assert schedules.tick(ledger, sweep) == []
    clock.forward(2)
    (job_id,) = schedules.tick(ledger, sweep)
    assert ledger.job(job_id).entity == "stock"
    (schedule,) = schedules.schedules(ledger)
    assert schedule.next_at == clock() + timedelta(seconds=59)


def test_missed_rounds_are_made_up_by_one(ledger: Ledger, clock: StandingClock) -> None:
    start = clock()
    schedules.ensure(ledger, Schedule("sweep", 60, "sweep", {"entity": "stock"}))
    clock.forward(60 * 100 + 30)
    assert len(schedules.tick(ledger, sweep)) == 1
    assert schedules.tick(ledger, sweep) == []
    (schedule,) = schedules.schedules(ledger)
    assert schedule.next_at == start + timedelta(seconds=60 * 101)


def test_many_tickers_make_one_job(ledger: Ledger) -> None:
    schedules.ensure(ledger, Schedule("sweep", 60, "sweep", {"entity": "stock"}))
    together = threading.Barrier(6)

    def planned(schedule: Schedule) -> ScheduledJob:
        together.wait(30)
        return sweep(schedule)

    threads = [threading.Thread(target=schedules.tick, args=(ledger, planned)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.jobs().total == 1


def test_nothing_planned_is_nothing_made(ledger: Ledger, clock: StandingClock) -> None:
    schedules.ensure(ledger, Schedule("sweep", 60, "sweep"))
    assert schedules.tick(ledger, lambda _schedule: None) == []
    (schedule,) = schedules.schedules(ledger)
    assert schedule.next_at == clock() + timedelta(seconds=60)


def test_a_planner_in_trouble_stops_no_other(ledger: Ledger) -> None:
    schedules.ensure(ledger, Schedule("a", 60, "bad"))
    schedules.ensure(ledger, Schedule("b", 60, "sweep", {"entity": "stock"}))

    def plan(schedule: Schedule) -> ScheduledJob:
        if schedule.kind == "bad":
            raise Refused("no", fix="-")
        return sweep(schedule)

    assert len(schedules.tick(ledger, plan)) == 1
    assert schedules.tick(ledger, plan) == []


def test_can_be_changed_switched_off_and_removed(ledger: Ledger, clock: StandingClock) -> None:
    day = Schedule("sweep", 86_400, "sweep", {"entity": "stock"})
    schedules.ensure(ledger, day)
    schedules.tick(ledger, sweep)
    schedules.ensure(ledger, Schedule("sweep", 60, "sweep", {"entity": "prices"}, enabled=False))
    clock.forward(61)
    assert schedules.tick(ledger, sweep) == []
    schedules.ensure(ledger, Schedule("sweep", 60, "sweep", {"entity": "prices"}))
    (job_id,) = schedules.tick(ledger, sweep)
    assert ledger.job(job_id).entity == "prices"
    schedules.remove(ledger, "sweep")
    assert schedules.schedules(ledger) == []
    with pytest.raises(ValueError, match="interval"):
        schedules.ensure(ledger, Schedule("sweep", 0, "sweep"))


def test_old_jobs_go_failed_ones_later_and_waiting_ones_never(
    ledger: Ledger, clock: StandingClock
) -> None:
    def job(end: str) -> int:
        job_id = ledger.create_job(request_(), [task_(end, store_key="1")])
        if end == "open":
            return job_id
        lease = next(iter([claim(ledger)]))
        if end == "failed":
            ledger.fail(lease, Refused("x", fix="y"))
        elif end == "held":
            ledger.hold(lease, Held("x", fix="y"))
        else:
            warning = RecordResult("products", "1", "x", "warning")
            ledger.finish(lease, TaskResult(records=[warning]))
        return job_id

    done, failed, held, opened = job("done"), job("failed"), job("held"), job("open")
    show_alive(ledger, "gone", clock())
    clock.forward(29 * 86_400)
    assert purge(ledger) == 0
    clock.forward(2 * 86_400)
    assert purge(ledger) == 1
    assert {j.id for j in ledger.jobs().items} == {failed, held, opened}
    clock.forward(60 * 86_400)
    assert purge(ledger) == 1
    assert {j.id for j in ledger.jobs().items} == {held, opened}
    with ledger.database.begin() as connection:
        tasks = connection.scalars(text("SELECT job_id FROM oc_erp_task ORDER BY id")).all()
        records = connection.scalars(text("SELECT job_id FROM oc_erp_record_result")).all()
        workers = connection.scalars(text("SELECT name FROM oc_erp_worker")).all()
    assert (tasks, records, workers) == ([held, opened], [held], [])
    assert done not in tasks


def test_purge_removes_big_jobs_in_small_steps(ledger: Ledger, clock: StandingClock) -> None:
    ledger.create_job(request_(), [task_()])
    records = [RecordResult("products", str(n), "x", "planned") for n in range(2500)]
    ledger.finish(claim(ledger), TaskResult(records=records))
    clock.forward(31 * 86_400)
    assert purge(ledger) == 1
    with ledger.database.begin() as connection:
        assert connection.scalar(text("SELECT COUNT(*) FROM oc_erp_record_result")) == 0


def test_marks_of_what_was_made_go_once_it_is_linked_and_old(
    ledger: Ledger, clock: StandingClock
) -> None:
    tables = ledger.database.tables
    connection_id = add_connection(ledger)

    def made(marker: str, key: str | None) -> dict[str, object]:
        values = {"marker": marker, "entity": "products", "low_id": 1, "store_key": key}
        return values | {"created_at": clock()}

    def linked(key: str, ref: str | None) -> dict[str, object]:
        texts = {"external_id": key, "state": "linked", "cause": "", "fix": ""}
        values = {"connection_id": connection_id, "entity": "products", "store_key": key}
        return values | texts | {"erp_id": ref, "updated_at": clock()}

    with ledger.database.begin() as connection:
        marks = [made("linked", "1"), made("unlinked", "2"), made("begun", None), made("no", "3")]
        connection.execute(tables.birth.insert(), marks)
        connection.execute(tables.mapping.insert(), [linked("1", "41"), linked("2", None)])
    clock.forward(91 * 86_400)
    with ledger.database.begin() as connection:
        connection.execute(tables.birth.insert(), [made("young", "1")])
    purge(ledger)
    with ledger.database.begin() as connection:
        left = set(connection.scalars(text("SELECT marker FROM oc_erp_birth")))
    assert left == {"unlinked", "begun", "no", "young"}


def test_health_counts_what_waits_runs_and_failed(ledger: Ledger, clock: StandingClock) -> None:
    assert health(ledger).to_plain() == {
        "ready": 0,
        "paused": 0,
        "running": 0,
        "held": 0,
        "failed": 0,
        "dead": 0,
        "oldest_ready_age": 0.0,
        "workers": 0,
    }
    paused = add_connection(ledger, "paused")
    ledger.create_job(request_(paused), [task_("p")])
    clock.forward(100)
    ledger.create_job(request_(), [task_(f"{n}") for n in range(5)])
    show_alive(ledger, "w1", clock())
    show_alive(ledger, "w2", clock())
    clock.forward(25)
    show_alive(ledger, "w1", clock())
    clock.forward(10)
    ledger.fail(claim(ledger), Refused("x", fix="y"))
    ledger.hold(claim(ledger), Held("x", fix="y"))
    ledger.retry_later(claim(ledger), Unreachable("x", fix="y"))
    claim(ledger)
    found = health(ledger)
    assert (found.ready, found.paused, found.running) == (3, 1, 1)
    assert (found.held, found.failed, found.dead) == (1, 1, 0)
    assert found.oldest_ready_age == 35.0
    assert found.workers == 1
    show_gone(ledger, "w1")
    assert health(ledger).workers == 0
    assert ledger.jobs(state=JobState.RUNNING).total == 1
