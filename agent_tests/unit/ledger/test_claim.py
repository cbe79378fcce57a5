"""Who gets which task, and what becomes of leases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from agent.errors import AuthError
from agent.ledger import LeaseLost, Ledger, NewTask, TaskResult, TaskState
from agent.ledger.types import JobState
from agent_tests.unit.ledger.conftest import (
    StandingClock,
    add_connection,
    claim,
    request_,
    task_,
)

DONE = TaskResult()


def test_nothing_to_do(ledger: Ledger) -> None:
    assert ledger.claim("w1") is None


def test_gives_the_task_its_job_and_payload(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(), [NewTask("1:products", "page", {"after": "é😀"})])
    lease = claim(ledger)
    assert lease.job.id == job_id
    assert lease.job.state is JobState.RUNNING
    assert lease.task.payload == {"after": "é😀"}
    assert lease.task.state is TaskState.RUNNING
    assert lease.task.worker == "w1"
    assert ledger.job(job_id).started_at == ledger.clock()


def test_lower_priority_number_first_then_the_older(ledger: Ledger) -> None:
    ledger.create_job(
        request_(),
        [
            NewTask("a", "page", priority=100),
            NewTask("b", "page", priority=50),
            NewTask("c", "page", priority=50),
        ],
    )
    assert [claim(ledger).task.key for _ in range(3)] == ["b", "c", "a"]


def test_one_running_task_per_key_first_in_first_out(ledger: Ledger) -> None:
    ledger.create_job(request_(), [task_("a", n=1), task_("a", n=2), task_("b", n=3)])
    first, other = claim(ledger), claim(ledger)
    assert (first.task.payload["n"], other.task.payload["n"]) == (1, 3)
    assert ledger.claim("w2") is None
    ledger.finish(first, DONE)
    assert claim(ledger).task.payload["n"] == 2


def test_the_order_within_a_key_stands_above_priority(ledger: Ledger) -> None:
    ledger.create_job(
        request_(), [NewTask("a", "page", {"n": 1}), NewTask("a", "page", {"n": 2}, priority=1)]
    )
    assert claim(ledger).task.payload["n"] == 1


def test_a_task_that_waits_blocks_the_younger_ones_of_its_key(
    ledger: Ledger, clock: StandingClock
) -> None:
    later = clock() + timedelta(seconds=60)
    ledger.create_job(
        request_(),
        [NewTask("a", "page", {"n": 1}, not_before=later), task_("a", n=2), task_("b", n=3)],
    )
    assert claim(ledger).task.payload["n"] == 3
    assert ledger.claim("w1") is None
    clock.forward(60)
    assert claim(ledger).task.payload["n"] == 1


def test_keys_differ_by_case_and_accents(ledger: Ledger) -> None:
    ledger.create_job(request_(), [task_("sku-e"), task_("sku-E"), task_("sku-é")])
    assert {claim(ledger).task.key for _ in range(3)} == {"sku-e", "sku-E", "sku-é"}


def test_does_not_touch_paused_or_missing_connections(ledger: Ledger) -> None:
    active, paused = add_connection(ledger), add_connection(ledger, "paused")
    for connection_id in (paused, 4711, active, 0):
        ledger.create_job(request_(connection_id), [task_(f"{connection_id}:products")])
    got = [claim(ledger).task.connection_id for _ in range(2)]
    assert got == [active, 0]
    assert ledger.claim("w1") is None
    ledger.resume_connection(paused)
    assert claim(ledger).task.connection_id == paused


def test_a_pause_by_a_login_error_keeps_the_first_reason(ledger: Ledger) -> None:
    connection_id = add_connection(ledger)
    ledger.create_job(request_(connection_id), [task_("a"), task_("b")])
    first, second = claim(ledger), claim(ledger)
    ledger.pause(first, AuthError("The API key expired", fix="Make a new one"))
    ledger.pause(second, AuthError("Something else", fix="-"))
    with ledger.database.begin() as connection:
        row = connection.execute(
            text("SELECT state, paused_code, paused_reason, paused_fix FROM oc_erp_connection")
        ).one()
    assert tuple(row) == ("paused", "erp.login", "The API key expired", "Make a new one")
    assert not ledger.is_active(connection_id)
    assert ledger.claim("w1") is None
    ledger.resume_connection(connection_id)
    again = claim(ledger)
    assert (again.task.id, again.task.attempts, again.task.crashes) == (first.task.id, 0, 0)


def test_a_login_error_without_a_connection_fails_the_task(ledger: Ledger) -> None:
    job_id = ledger.create_job(request_(0), [task_()])
    ledger.pause(claim(ledger), AuthError("no", fix="-"))
    assert ledger.job(job_id).state is JobState.FAILED


def test_heartbeats_keep_a_lease(ledger: Ledger, clock: StandingClock) -> None:
    ledger.create_job(request_(), [task_()])
    lease = claim(ledger)
    for _ in range(5):
        clock.forward(40)
        ledger.heartbeat(lease)
        assert ledger.expire() == []
    clock.forward(60.1)
    assert [task.crashes for task in ledger.expire()] == [1]


def test_an_expired_task_runs_again_and_the_old_holder_is_fenced_off(
    ledger: Ledger, clock: StandingClock
) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    old = claim(ledger, "w1")
    clock.forward(61)
    ledger.expire()
    new = claim(ledger, "w2")
    assert new.task.id == old.task.id
    assert new.token > old.token
    before = ledger.task(old.task.id), ledger.job(job_id)
    error = AuthError("x", fix="y")
    for report in (
        lambda: ledger.heartbeat(old),
        lambda: ledger.finish(old, TaskResult(next_tasks=[task_("n")])),
        lambda: ledger.fail(old, error),
        lambda: ledger.hold(old, error),
        lambda: ledger.pause(old, error),
        lambda: ledger.retry_later(old, error),
        lambda: ledger.give_back(old),
    ):
        with pytest.raises(LeaseLost):
            report()
    assert (ledger.task(old.task.id), ledger.job(job_id)) == before
    assert ledger.tasks(job_id=job_id).total == 1
    ledger.finish(new, DONE)
    assert ledger.job(job_id).state is JobState.DONE


def test_a_late_report_counts_while_nobody_took_the_task(
    ledger: Ledger, clock: StandingClock
) -> None:
    job_id = ledger.create_job(request_(), [task_()])
    lease = claim(ledger)
    clock.forward(600)
    ledger.finish(lease, DONE)
    assert ledger.expire() == []
    assert ledger.job(job_id).state is JobState.DONE


def test_a_report_counts_once(ledger: Ledger) -> None:
    ledger.create_job(request_(), [task_()])
    lease = claim(ledger)
    ledger.finish(lease, DONE)
    with pytest.raises(LeaseLost):
        ledger.finish(lease, DONE)


def test_the_third_crash_is_the_last(ledger: Ledger, clock: StandingClock) -> None:
    job_id = ledger.create_job(request_(), [task_("a", n=1), task_("a", n=2)])
    for crash in (1, 2, 3):
        lease = claim(ledger)
        assert lease.task.payload["n"] == 1
        assert lease.task.crashes == crash - 1
        clock.forward(61)
        ledger.expire()
    dead = ledger.task(lease.task.id)
    assert dead.state is TaskState.DEAD
    assert dead.error is not None
    assert dead.error["code"] == "task.crashed"
    assert "3 times" in dead.error["cause"]
    ledger.finish(claim(ledger), DONE)  # the younger one of the key goes on
    job = ledger.job(job_id)
    assert job.state is JobState.FAILED
    assert job.error == dead.error
    assert job.counts.failed == 1


def test_given_back_untouched_it_counts_nothing(ledger: Ledger) -> None:
    ledger.create_job(request_(), [task_()])
    ledger.give_back(claim(ledger))
    again = claim(ledger)
    assert (again.task.attempts, again.task.crashes) == (0, 0)


def test_refuses_tasks_that_could_not_be_stored() -> None:
    for bad in ({"key": ""}, {"key": "x" * 97}, {"kind": ""}, {"kind": "x" * 33}):
        with pytest.raises(ValueError, match="characters"):
            NewTask(**{"key": "k", "kind": "page", **bad})
