"""Workers: threads that take tasks from the ledger and do them."""

from __future__ import annotations

import os
import random
import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog

from agent.errors import BridgeError, Busy, Unreachable
from agent.ledger import retention, schedules, vitals
from agent.ledger.chores import Chore, quietly, repeat
from agent.ledger.dispatcher import Dispatcher
from agent.ledger.keeper import LeaseKeeper, RunningTask
from agent.ledger.ledger import Ledger
from agent.ledger.runner import run_task
from agent.ledger.schedules import Planner
from agent.ledger.types import Handler, Job, Lease

log = structlog.get_logger(__name__)

_CHORE_GRACE = 5.0  # seconds; a chore may be broken off at any point, a task may not


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """Times in seconds.

    ``tick``: the longest that a task waits for a look when its wake was lost. ``longest_silence``:
    after this long without a heartbeat from the handler its lease is left to run out. ``presence``:
    between two signs of life in the worker table. ``patience``: how long the database may be away
    while somebody waits for a job.
    """

    tick: float = 1.0
    longest_silence: float = 1800.0
    presence: float = 10.0
    patience: float = 60.0
    keep_days: int = 30
    keep_failed_days: int = 90


class Worker:
    """Does the tasks of a ledger, ``threads`` of them side by side.

    Args:
        ledger: where the work is.
        handlers: by kind of task.
        name: shown with tasks and in ``/health``; host and process number when omitted.
        threads: tasks done at the same time; each may use one database connection or two.
        dispatcher: wakes the worker from other processes while :meth:`run` serves.
        plan: makes the jobs of schedules that are due; without it this worker does not tick them.
        chores: more to do by the clock while :meth:`run` serves.
        settings: times.
    """

    def __init__(
        self,
        ledger: Ledger,
        handlers: Mapping[str, Handler],
        name: str | None = None,
        threads: int = 1,
        *,
        dispatcher: Dispatcher | None = None,
        plan: Planner | None = None,
        chores: Sequence[Chore] = (),
        settings: WorkerSettings | None = None,
    ) -> None:
        self.ledger = ledger
        self.handlers = handlers
        self.name = (name or f"{socket.gethostname()}:{os.getpid()}")[:96]
        self.threads = threads
        self.dispatcher = dispatcher
        self.settings = settings or WorkerSettings()
        self._chores = [*chores, *self._own_chores(plan)]
        self._changed = threading.Condition()
        self._news = 0  # grows with every wake and every task that ended
        self._busy = 0

    def wake(self) -> None:
        """Let an idle thread look at the ledger now. Safe from any thread."""
        with self._changed:
            self._news += 1
            self._changed.notify_all()

    def run(self, stop: threading.Event) -> None:
        """Serve until ``stop`` is set, then finish the tasks that run and return.

        While the database is away it waits and goes on by itself.
        """
        started_at = self.ledger.clock()
        listener = self.dispatcher.listen(self.wake) if self.dispatcher else None
        presence = Chore(
            "presence",
            self.settings.presence,
            lambda: vitals.show_alive(self.ledger, self.name, started_at),
        )
        helpers = [
            threading.Thread(target=repeat, args=(chore, stop), name=chore.name, daemon=True)
            for chore in (presence, *self._chores)
        ]
        log.info("worker.started", worker=self.name, threads=self.threads)
        with LeaseKeeper(self.ledger.settings.lease_seconds) as keeper:
            workers = [
                threading.Thread(target=self._serve, args=(keeper, stop), name=f"task-{n + 1}")
                for n in range(self.threads)
            ]
            for thread in (*helpers, *workers):
                thread.start()
            stop.wait()
            self.wake()
            for thread in workers:
                thread.join()
            for thread in helpers:
                thread.join(_CHORE_GRACE)
        if listener is not None:
            listener.close()
        quietly("presence", lambda: vitals.show_gone(self.ledger, self.name))
        log.info("worker.stopped", worker=self.name)

    def run_until_idle(self, *, wait_for_retries: bool = False) -> int:
        """Do tasks until none may start; return how many were done here.

        Args:
            wait_for_retries: also wait for tasks that are due later.

        Raises:
            Unreachable, ConfigError, Busy: about the database.
        """
        done = 0
        with LeaseKeeper(self.ledger.settings.lease_seconds) as keeper:
            while True:
                self.ledger.expire()
                done += self._drain(keeper)
                due = self.ledger.next_due() if wait_for_retries else None
                if due is None:
                    return done
                ahead = (due - self.ledger.clock()).total_seconds()
                time.sleep(min(max(ahead, 0.1), 0.5))

    def run_until_job_ends(
        self,
        job_id: int,
        *,
        progress: Callable[[Job], None] = lambda _job: None,
        stop: threading.Event | None = None,
        every: float = 0.25,
    ) -> Job:
        """Serve until a job has ended, or cannot go on because its connection is paused.

        Other workers may do parts of it; other jobs in line before it are done, too.

        Args:
            job_id: the job.
            progress: called with the job at the start, at the end, and as it moves on.
            stop: ends the waiting early.
            every: seconds between two looks at the job.

        Raises:
            Missing: there is no such job.
            Unreachable, ConfigError, Busy: about the database, when it stays away.
        """
        job = self.ledger.job(job_id)
        progress(job)
        ended = threading.Event()
        serving = threading.Thread(target=self.run, args=(ended,), name="serve")
        serving.start()
        try:
            self._follow(job, progress, stop or threading.Event(), every)
        finally:
            ended.set()
            serving.join()
        return self.ledger.job(job_id)

    def _follow(
        self, job: Job, progress: Callable[[Job], None], stop: threading.Event, every: float
    ) -> None:
        """Look at a job until it has ended or cannot go on; outlast a database that is away."""
        seen_at = time.monotonic()
        can_go_on = True
        while can_go_on and not job.state.final and not stop.is_set():
            self._wait_for_news(every)
            try:
                latest = self.ledger.job(job.id)
                can_go_on = self.ledger.is_active(job.connection_id)
            except (Unreachable, Busy):
                if time.monotonic() - seen_at > self.settings.patience:
                    raise
                stop.wait(every)
                continue
            seen_at = time.monotonic()
            if latest != job:
                progress(latest)
            job = latest

    def _own_chores(self, plan: Planner | None) -> list[Chore]:
        ledger, settings = self.ledger, self.settings
        chores = [
            Chore("expire", max(ledger.settings.lease_seconds / 12, 0.05), self._expire),
            Chore(
                "purge",
                3600.0,
                lambda: retention.purge(
                    ledger, days=settings.keep_days, failed_days=settings.keep_failed_days
                ),
            ),
        ]
        if plan is not None:
            chores.append(Chore("schedules", settings.tick, lambda: self._tick(plan)))
        return chores

    def _tick(self, plan: Planner) -> None:
        if schedules.tick(self.ledger, plan):
            self.wake()

    def _expire(self) -> None:
        for task in self.ledger.expire():
            log.warning("task.crashed", task=task.id, key=task.key, crashes=task.crashes)
            self.wake()

    def _serve(self, keeper: LeaseKeeper, stop: threading.Event) -> None:
        """Do tasks until told to stop; one thread's loop."""
        while not stop.is_set():
            seen = self._news
            try:
                lease = self.ledger.claim(self.name)
                if lease is None:
                    self._wait_for_news(self.settings.tick, seen)
                elif stop.is_set():
                    self.ledger.give_back(lease)
                else:
                    self._do(keeper, lease, stop)
            except BridgeError as error:
                log.warning("worker.waits", **error.to_plain())
                stop.wait(random.uniform(1.0, 3.0))  # noqa: S311 - spreads load
            except Exception:
                log.exception("worker.stumbled")
                stop.wait(random.uniform(1.0, 3.0))  # noqa: S311 - spreads load

    def _drain(self, keeper: LeaseKeeper) -> int:
        """Do tasks with all threads until none may start and none runs here."""
        totals: list[int] = []
        troubles: list[BridgeError] = []

        def loop() -> None:
            try:
                totals.append(self._drain_loop(keeper, troubles))
            except BridgeError as error:
                troubles.append(error)
                self.wake()

        others = [
            threading.Thread(target=loop, name=f"task-{n + 2}") for n in range(self.threads - 1)
        ]
        for thread in others:
            thread.start()
        loop()
        for thread in others:
            thread.join()
        if troubles:
            raise troubles[0]
        return sum(totals)

    def _drain_loop(self, keeper: LeaseKeeper, troubles: Sequence[BridgeError]) -> int:
        done = 0
        never = threading.Event()
        while not troubles:
            with self._changed:
                seen = self._news
                self._busy += 1
            lease: Lease | None = None
            try:
                lease = self.ledger.claim(self.name)
                if lease is not None:
                    self._do(keeper, lease, never)
                    done += 1
            finally:
                with self._changed:
                    self._busy -= 1
            if lease is None:
                with self._changed:
                    idle = self._busy == 0 and self._news == seen
                if idle:
                    self.wake()
                    return done
                self._wait_for_news(0.2, seen)
        return done

    def _do(self, keeper: LeaseKeeper, lease: Lease, stop: threading.Event) -> None:
        self._nudge()
        running = RunningTask(self.ledger, lease, self.settings.longest_silence)
        keeper.add(running)
        try:
            run_task(self.ledger, self.handlers, running, stop)
        finally:
            keeper.remove(running)
            self.wake()

    def _nudge(self) -> None:
        """Let one idle thread look: where one task was, there may be more."""
        with self._changed:
            self._news += 1
            self._changed.notify()

    def _wait_for_news(self, seconds: float, seen: int | None = None) -> None:
        with self._changed:
            known = self._news if seen is None else seen
            self._changed.wait_for(lambda: self._news != known, seconds)
