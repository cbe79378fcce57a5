"""How tasks end, and what their job shows of it."""

from __future__ import annotations

import threading
from decimal import Decimal

import pytest

from agent.errors import Busy, Held, Refused, Unreachable
from agent.ledger import (
    Counts,
    JobState,
    Lease,
    Ledger,
    LedgerSettings,
    Missing,
    NewTask,
    RecordResult,
    RetryPolicy,
    TaskResult,
    TaskState,
    WrongState,
)
from agent_tests.unit.ledger.conftest import StandingClock, claim, request_, task_

DOWN = Unreachable("Odoo does not answer", fix="Start it")
REFUSED = Refused("Odoo says no", fix="Mend the record", record="product 42 (Cinema)")
HELD = Held("The tax class is not mapped", fix="Map it", record="product 42 (Cinema)")


def failed(key: str, code: str = "record.invalid", label: str = "x") -> RecordResult:
    return RecordResult("products", key, label, "failed", code, "no name", "give it one")


def test_counts_records_and_next_tasks_come_together(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_("a", entity="categories")])
    ledger.finish(
        claim(ledger),
        TaskResult(
            counts=Counts(read=5, created=3, failed=2),
            records=[failed("1"), failed("2")],
            next_tasks=[task_("a", entity="products")],
            result={"after": "5"},
            expected=20,
        ),
    )
    job = ledger.job(job_id)
    assert job.state is JobState.RUNNING
    assert job.counts == Counts(read=5, created=3, failed=2)
    assert job.total == 20
    assert job.stage == "products"
    ledger.finish(claim(ledger), TaskResult(counts=Counts(read=1, updated=1), expected=1))
    job = ledger.job(job_id)
    assert job.counts == Counts(read=6, created=3, updated=1, failed=2)
    assert job.total == 21
    assert job.state is JobState.DONE  # records failed, tasks did not
    assert job.finished_at == ledger.clock()
    assert ledger.tasks(job_id=job_id).items[0].result == {"after": "5"}


def test_a_record_is_listed_once_per_outcome_and_code(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_(), task_()])
    ledger.finish(claim(ledger), TaskResult(records=[failed("1", label="old"), failed("1", "b")]))
    ledger.finish(claim(ledger), TaskResult(records=[failed("1", label="new")]))
    listed = ledger.records(job_id, outcome="failed")
    assert sorted((r.code, r.label) for r in listed.items) == [
        ("b", "x"),
        ("record.invalid", "new"),
    ]
    assert listed.total == 2


def test_record_lists_are_filtered_and_paged(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    planned = [
        RecordResult(
            "products", f"{n:03}", "p", "planned", detail={"fields": {"price": [Decimal(1), "é"]}}
        )
        for n in range(50)
    ]
    ledger.finish(claim(ledger), TaskResult(records=[*planned, failed("7")]))
    page = ledger.records(job_id, outcome="planned", page=3, limit=20)
    assert (page.total, page.page, page.limit, len(page.items)) == (50, 3, 20, 10)
    assert page.items[-1].detail == {"fields": {"price": ["1", "é"]}}
    assert ledger.records(job_id).total == 51
    with pytest.raises(Missing):
        ledger.records(job_id + 1)


def test_any_text_can_be_stored(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_("a", broken="\ud800")])
    lease = claim(ledger)
    assert lease.task.payload == {"broken": "\ud800"}
    texts = ["x" * 70_000, "€" * 70_000, "\ud800", "😀", "a\0b"]
    records = [
        RecordResult("products", t * 2, t, "failed", f"{n}" * 80, t, t) for n, t in enumerate(texts)
    ]
    ledger.finish(lease, TaskResult(records=records))
    stored = ledger.records(job_id).items
    assert len(stored) == 5
    assert {len(r.store_key) for r in stored} == {96, 2, 6}
    assert all(len(r.label) <= 255 for r in stored)


def test_transient_errors_are_tried_again_with_growing_pauses(
    ledger: Ledger, clock: StandingClock
) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    pauses = []
    for attempt in range(1, 11):
        lease = claim(ledger)
        assert lease.task.attempts == attempt - 1
        due = ledger.retry_later(lease, DOWN)
        job = ledger.job(job_id)
        assert job.error is not None
        assert job.error["cause"] == DOWN.cause
        if due is None:
            break
        assert job.state is JobState.RUNNING
        pause = (due - clock()).total_seconds()
        assert ledger.claim("w1") is None
        pauses.append(pause)
        clock.forward(pause + 0.001)
    assert attempt == 10
    for n, pause in enumerate(pauses):
        longest = min(5 * 2**n, 900)
        assert 0.75 * longest <= pause <= longest
    dead = ledger.task(lease.task.id)
    assert (dead.state, dead.attempts) == (TaskState.DEAD, 10)
    assert dead.error == DOWN.to_plain()
    assert ledger.job(job_id).state is JobState.FAILED


def test_a_success_after_retries_leaves_no_error(ledger: Ledger, clock: StandingClock) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    ledger.retry_later(claim(ledger), DOWN)
    clock.forward(6)
    ledger.finish(claim(ledger), TaskResult())
    job = ledger.job(job_id)
    assert (job.state, job.error) == (JobState.DONE, None)
    assert ledger.tasks(job_id=job_id).items[0].error is None


def test_a_time_named_by_the_other_side_is_kept() -> None:
    policy = RetryPolicy()
    assert 40 <= policy.delay(1, 40.0) <= 44
    assert 0 <= policy.delay(1, -5.0) <= 0
    assert policy.delay(1, 10.0**9) <= 3960
    assert policy.delay(5000, None) <= 900


def test_retry_after_of_the_error_is_used(ledger: Ledger, clock: StandingClock) -> None:
    ledger.create_job(request_(), [task_()])
    error = Busy("later", fix="-")
    error.retry_after = 120.0
    due = ledger.retry_later(claim(ledger), error)
    assert due is not None
    assert 120 <= (due - clock()).total_seconds() <= 132


def test_a_failed_record_task_is_counted_and_listed(ledger: Ledger) -> None:
    job_id = ledger.create_job(
        request_(), [task_("a", store_key="42"), task_("a", store_key="43"), task_("b")]
    )
    ledger.fail(claim(ledger), REFUSED)
    job = ledger.job(job_id)
    assert (job.state, job.counts.failed) == (JobState.RUNNING, 1)
    listed = ledger.records(job_id, outcome="failed").items
    assert [(r.store_key, r.label, r.code, r.fix) for r in listed] == [
        ("42", "product 42 (Cinema)", "erp.refused", "Mend the record")
    ]
    ledger.finish(claim(ledger), TaskResult())  # its key is not blocked by the failed one
    ledger.finish(claim(ledger), TaskResult())
    job = ledger.job(job_id)
    assert job.state is JobState.FAILED
    assert job.error == REFUSED.to_plain()


def test_held_work_is_visible_and_can_be_released(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_("a", store_key="42"), task_("a")])
    lease = claim(ledger)
    ledger.hold(lease, HELD)
    ledger.finish(claim(ledger), TaskResult())  # held ones do not block their key
    job = ledger.job(job_id)
    assert (job.state, job.counts.held) == (JobState.DONE, 1)
    assert [task.id for task in ledger.held().items] == [lease.task.id]
    assert ledger.held(connection_id=9).total == 0
    assert ledger.records(job_id, outcome="held").total == 1
    released = ledger.release(lease.task.id)
    assert released.state is TaskState.READY
    assert released.payload == {"store_key": "42", "released": True}
    job = ledger.job(job_id)
    assert (job.state, job.counts.held, job.finished_at) == (JobState.RUNNING, 0, None)
    assert ledger.records(job_id, outcome="held").total == 0
    ledger.finish(claim(ledger), TaskResult(counts=Counts(created=1)))
    assert ledger.job(job_id).state is JobState.DONE
    with pytest.raises(WrongState):
        ledger.release(lease.task.id)
    with pytest.raises(Missing):
        ledger.release(10**9)


def test_held_work_can_be_dropped(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    lease = claim(ledger)
    ledger.hold(lease, HELD)
    dropped = ledger.drop(lease.task.id)
    assert dropped.state is TaskState.CANCELLED
    assert dropped.error == HELD.to_plain()
    job = ledger.job(job_id)
    assert (job.state, job.counts.held) == (JobState.DONE, 0)
    with pytest.raises(WrongState):
        ledger.drop(lease.task.id)


def test_cancel_ends_what_waits_and_tells_what_runs(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_("a"), task_("b"), task_("c")])
    held, running = claim(ledger), claim(ledger)
    ledger.hold(held, HELD)
    job = ledger.cancel_job(job_id)
    assert (job.state, job.finished_at, job.counts.held) == (JobState.CANCELLED, None, 0)
    assert ledger.is_cancelled(job_id)
    assert ledger.claim("w1") is None
    ledger.finish(running, TaskResult(counts=Counts(read=1), next_tasks=[task_("a")]))
    job = ledger.job(job_id)
    assert (job.state, job.counts.read) == (JobState.CANCELLED, 1)
    assert job.finished_at is not None
    assert ledger.claim("w1") is None
    states = [task.state for task in ledger.tasks(job_id=job_id).items]
    assert states == [TaskState.CANCELLED, TaskState.DONE, TaskState.CANCELLED, TaskState.CANCELLED]


@pytest.mark.parametrize("end", ["retry", "hold", "give_back", "expire"])
def test_a_cancelled_task_does_not_come_back(
    ledger: Ledger, clock: StandingClock, end: str
) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    lease = claim(ledger)
    ledger.cancel_job(job_id)
    if end == "retry":
        ledger.retry_later(lease, DOWN)
    elif end == "hold":
        ledger.hold(lease, HELD)
    elif end == "give_back":
        ledger.give_back(lease)
    else:
        clock.forward(61)
        ledger.expire()
    assert ledger.task(lease.task.id).state is TaskState.CANCELLED
    job = ledger.job(job_id)
    assert (job.state, job.finished_at) == (JobState.CANCELLED, clock())
    assert ledger.claim("w1") is None


def test_cancelling_what_has_ended_changes_nothing(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    ledger.finish(claim(ledger), TaskResult())
    assert ledger.cancel_job(job_id).state is JobState.DONE
    with pytest.raises(Missing):
        ledger.cancel_job(job_id + 1)


def test_retry_takes_up_failed_and_dead_tasks(ledger: Ledger, clock: StandingClock) -> None:
    hasty = Ledger(
        ledger.database,
        clock,
        settings=LedgerSettings(max_crashes=1, retry=RetryPolicy(attempts=1)),
    )
    tasks = [task_("a", store_key="42"), task_("b"), task_("c"), task_("d")]
    job_id = hasty.create_job(request_(), tasks)
    hasty.fail(claim(hasty), REFUSED)
    assert hasty.retry_later(claim(hasty), DOWN) is None
    claim(hasty)
    clock.forward(61)
    hasty.expire()
    hasty.finish(claim(hasty), TaskResult(counts=Counts(failed=1), records=[failed("7")]))
    job = hasty.job(job_id)
    assert (job.state, job.counts.failed) == (JobState.FAILED, 4)
    states = [task.state for task in hasty.tasks(job_id=job_id).items]
    assert states == [TaskState.FAILED, TaskState.DEAD, TaskState.DEAD, TaskState.DONE]

    job = hasty.retry_job(job_id)
    assert (job.state, job.error, job.finished_at) == (JobState.RUNNING, None, None)
    assert job.counts.failed == 1  # record 7 failed inside a task that is done
    assert [r.store_key for r in hasty.records(job_id).items] == ["7"]
    for lease in [claim(hasty) for _ in range(3)]:
        assert (lease.task.attempts, lease.task.crashes, lease.task.error) == (0, 0, None)
        hasty.finish(lease, TaskResult())
    assert hasty.job(job_id).state is JobState.DONE
    with pytest.raises(WrongState):
        hasty.retry_job(job_id)


def test_retry_with_new_tasks_for_failed_records(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    results = [failed("7"), failed("8")]
    ledger.finish(claim(ledger), TaskResult(counts=Counts(read=9, failed=2), records=results))
    again = NewTask("k", "page", {"entity": "products", "ids": ["7"]})
    job = ledger.retry_job(job_id, [again], [("products", "7")])
    assert (job.state, job.counts.failed) == (JobState.RUNNING, 1)
    assert [r.store_key for r in ledger.records(job_id).items] == ["8"]
    assert claim(ledger).task.payload["ids"] == ["7"]


def test_retry_of_a_cancelled_job_goes_on_where_it_stood(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [task_("a", n=1), task_("a", n=2)])
    running = claim(ledger)
    ledger.cancel_job(job_id)
    ledger.finish(running, TaskResult(next_tasks=[task_("a", n=3)]))
    ledger.retry_job(job_id)
    for n in (2, 3):
        lease = claim(ledger)
        assert lease.task.payload["n"] == n
        ledger.finish(lease, TaskResult())
    assert ledger.job(job_id).state is JobState.DONE


def test_a_job_without_tasks_is_done(ledger: Ledger) -> None:
    job = ledger.job(ledger.create_job(request_(), []))
    assert (job.state, job.finished_at) == (JobState.DONE, ledger.clock())


def test_jobs_are_listed_newest_first_and_filtered(ledger: Ledger) -> None:
    ids = [
        ledger.create_job(request_(n % 2, entity), [task_(f"{n}", entity=entity)])
        for n, entity in enumerate(["products", "categories", "products"])
    ]
    assert [job.id for job in ledger.jobs().items] == ids[::-1]
    assert [job.id for job in ledger.jobs(entity="products").items] == [ids[2], ids[0]]
    assert [job.id for job in ledger.jobs(connection_id=1).items] == [ids[1]]
    assert ledger.jobs(state=JobState.DONE).total == 0
    page = ledger.jobs(page=2, limit=2)
    assert (page.total, [job.id for job in page.items]) == (3, [ids[0]])
    assert [job.stage for job in ledger.jobs().items] == ["products", "categories", "products"]
    assert ledger.has_open_job(0, "products", "to-erp")
    assert not ledger.has_open_job(1, "products", "to-erp")


def test_a_job_as_the_api_shows_it(ledger: Ledger, clock: StandingClock) -> None:
    job_id = ledger.create_job(request_(3, total=5, dry_run=True), [task_(entity="categories")])
    assert ledger.job(job_id).to_plain() == {
        "id": job_id,
        "connection": 3,
        "entity": "products",
        "direction": "to-erp",
        "origin": "cli",
        "requested_by": "admin",
        "dry_run": True,
        "state": "queued",
        "total": 5,
        "counts": Counts().to_plain(),
        "stage": "categories",
        "error": None,
        "created_at": "2026-03-01T12:00:00Z",
        "started_at": None,
        "finished_at": None,
    }


def test_a_job_ends_though_its_last_tasks_end_at_the_same_moment(ledger: Ledger) -> None:
    for _ in range(15):
        job_id = ledger.create_job(request_(), [task_(f"{n}") for n in range(4)])
        leases = [claim(ledger) for _ in range(4)]
        together = threading.Barrier(4)

        def end(lease: Lease, together: threading.Barrier = together) -> None:
            together.wait(30)
            ledger.finish(lease, TaskResult(Counts(read=1)))

        threads = [threading.Thread(target=end, args=(lease,)) for lease in leases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        job = ledger.job(job_id)
        assert (job.state, job.counts.read) == (JobState.DONE, 4)
