"""Work of a connection that is being paused."""

from __future__ import annotations

from sqlalchemy import update

from agent.errors import Paused
from agent.ledger import JobState, Ledger, TaskContext, TaskResult, TaskState, Worker
from agent_tests.unit.ledger.conftest import add_connection, request_, task_


def test_a_task_claimed_just_before_its_connection_was_paused_waits_unharmed(
    ledger: Ledger,
) -> None:
    connection_id = add_connection(ledger)
    job_id = ledger.create_job(request_(connection_id), [task_("a")])

    def too_late(_context: TaskContext) -> TaskResult:
        with ledger.database.begin() as connection:
            row = ledger.database.tables.connection
            connection.execute(update(row).values(state="paused"))
        raise Paused("The connection is paused", fix="Resume it")

    worker = Worker(ledger, {"page": too_late}, "w1")
    worker.run_until_idle()
    task = ledger.tasks(job_id=job_id).items[0]
    assert (task.state, task.attempts) == (TaskState.READY, 0)
    ledger.resume_connection(connection_id)
    worker.handlers = {"page": lambda _context: TaskResult()}
    assert worker.run_until_job_ends(job_id).state is JobState.DONE
