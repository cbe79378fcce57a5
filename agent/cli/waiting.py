"""Waiting for a job at the command line."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click

from agent.cli.common import progress
from agent.errors import Busy, TransientError, Unreachable
from agent.ledger import Job, TaskState, Worker, stop_on_signals
from agent.services.container import Services
from agent.services.sync_jobs import handlers

PATIENCE = 60.0
"""Seconds that the command line waits for an ERP or a database that is away."""

_LOOK_SECONDS = 0.25
_ASK_SECONDS = 5.0
_QUIET_SECONDS = 2.0
_SHOWN = ("created", "updated", "unchanged", "archived", "failed", "held")


def wait_for(services: Services, job_id: int, *, patience: float = PATIENCE) -> Job:
    """Wait until a job has ended, doing its tasks here when no worker is at work.

    Raises:
        TransientError: nothing moved for ``patience`` seconds, because the other side is away.
        ConfigError: the connection was paused meanwhile; carries the reason.
        click.Abort: SIGINT or SIGTERM came.
    """
    stop = threading.Event()
    stop_on_signals(stop)
    with ExitStack() as stack:
        return _Watch(services, job_id, patience, stack).run(stop)


@contextmanager
def _working(services: Services) -> Iterator[None]:
    """Let a worker run in this process meanwhile."""
    ended = threading.Event()
    worker = Worker(
        services.ledger,
        handlers(services),
        f"{services.config.agent.name}:cli:{os.getpid()}",
        services.config.agent.threads,
    )
    serving = threading.Thread(target=worker.run, args=(ended,), name="worker")
    serving.start()
    try:
        yield
    finally:
        ended.set()
        serving.join()


class _Watch:
    """Looks at a job until it has ended or cannot go on; takes the work over where nobody does it.

    ``stack`` ends the worker of this process, if one was started.
    """

    def __init__(self, services: Services, job_id: int, patience: float, stack: ExitStack) -> None:
        self._services = services
        self._job_id = job_id
        self._patience = patience
        self._stack = stack
        self._works_here = False
        self._asked_at = float("-inf")
        self._moved_at = time.monotonic()
        self._told = ""

    def run(self, stop: threading.Event) -> Job:
        job = self._services.ledger.job(self._job_id)
        show_progress(job)
        while not job.state.final:
            try:
                self._see_to_a_worker()
                job = self._look(job)
            except (Unreachable, Busy):
                if time.monotonic() - self._moved_at > self._patience:
                    raise
            if not job.state.final and stop.wait(_LOOK_SECONDS):
                click.echo(f"Job {job.id} stays in the ledger; a worker goes on with it.", err=True)
                raise click.Abort
        return job

    def _see_to_a_worker(self) -> None:
        if self._works_here or time.monotonic() - self._asked_at < _ASK_SECONDS:
            return
        self._asked_at = time.monotonic()
        if not self._services.live_workers():
            self._stack.enter_context(_working(self._services))
            self._works_here = True

    def _look(self, job: Job) -> Job:
        latest = self._services.ledger.job(self._job_id)
        if latest != job:
            show_progress(latest)
            self._moved_at, self._told = time.monotonic(), ""
        elif time.monotonic() - self._moved_at > _QUIET_SECONDS:
            self._look_for_trouble(job)
        return latest

    def _look_for_trouble(self, job: Job) -> None:
        """Tell why nothing moves; give up when that lasts."""
        if job.connection_id:
            self._services.connections.require_active(job.connection_id)
        waiting = self._services.ledger.tasks(job_id=job.id, state=TaskState.READY, limit=1).items
        error = waiting[0].error if waiting else None
        if error is None:
            return
        if error["cause"] != self._told:
            progress(f"job {job.id} waits: {error['cause']}", last=True)
            self._told = error["cause"]
        if time.monotonic() - self._moved_at > self._patience:
            raise _GaveUp.of(job, error)


class _GaveUp(TransientError):
    """Nothing moved for too long; the job itself is not lost."""

    @classmethod
    def of(cls, job: Job, error: Any) -> _GaveUp:
        return cls(
            error["cause"],
            fix=f"{error['fix']} The job stays in the ledger: a worker goes on with it by itself.",
            code=error["code"],
            record=f"job {job.id}",
        )


def show_progress(job: Job) -> None:
    """Show on stderr how far a job is."""
    of = f" of {job.total}" if job.total else ""
    counts = job.counts.to_plain()
    parts = [f"{counts['read']}{of} read"]
    parts += [f"{counts[name]} {name}" for name in _SHOWN if counts[name]]
    stage = f" {job.stage}" if job.stage else ""
    ended = f" - {job.state.value}" if job.state.final else ""
    progress(f"job {job.id}{stage}: {', '.join(parts)}{ended}", last=job.state.final)
